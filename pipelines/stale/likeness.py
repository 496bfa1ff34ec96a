"""Whether two texts are about one thing: words that both have, and words that set them apart.

Texts of which each has a word that the other lacks are told apart by them: `upload limit` and
`download limit`. Where only one says more, it is the closer description of the same thing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.stale.figures import figures
from pipelines.stale.glossary import ACTIONS, ENGLISH, GENERIC, IDLE, SLIGHT
from pipelines.stale.subjects import stem
from pipelines.text import fold

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z][a-z]*\d*|\d+(?:\.\d+)*[a-z]+|\d+-[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# `log in`, `sign-in` and `time out` are one word each.
_PARTED = re.compile(
    r"\b(log|sign|time|back|check|opt|roll)(?:g?ed|g?ing|s)?[ -](in|out|up|off|back)\b"
)
# What asks, counts, denies or holds a Chinese sentence together; without it words are cut right.
_AROUND = re.compile(
    r"多[大久长少高远快]|[几多]少?[个张条次位人名种份]?(?=[^\u3400-\u9fff]|$)|几[个张条次位名种份]"
    r"|怎么样?|怎样|如何|为什么|什么|哪[里个些儿种]|[吗呢吧啊]|请问|是不是|能不能|可不可以|有没有"
    r"|会不会|是否|能否|可否|可以|需要|最[多大长高低少小短]|不?超过|以[内上下]|上限|下限|目前|现在"
    r"|已经?|暂?不支持|暂不|尚未|暂时|无法|还?没有|还?不能|还不|一[次个位条张]|每[个次位条张天]?|只能|[的了着得]"
)
_FUNCTION = frozenset(
    "的了是在有能可会要用把被和与或个只就都也还最多大小上下中里后前时每各从到为以其该此不无没未已现新旧人次条"
    "天年月日分秒点对让给做放开关一二三四五六七八九十两几位名张我你他它您谁将由再后于及等并且而则页"
)
_PREFIX = 4
_ENDING = re.compile(r"(?:e?r|or|ion|ation|ment|able|al|ic|matic|ive|ly|y|ity|e|ing|ed)s?")
# `id` and `ui` are in everything.
_FEW_LETTERS = 3
TELLING = 1.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of what a change is about a record says, and what each says beyond it."""

    common: float
    """Weight of the words for the thing that the record has too."""
    lacking: float
    """Weight of those that it does not have."""
    more: float
    """Weight of what the record speaks of, and the change does not."""

    @property
    def is_same(self) -> bool:
        """Whether a telling word is common to both, and no words set them apart."""
        return self.common >= TELLING and not self.sets_apart

    @property
    def sets_apart(self) -> bool:
        """Whether each of both has words that the other lacks."""
        return bool(self.lacking and self.more)

    @property
    def is_other(self) -> bool:
        """Whether these are so many that they outweigh other signs of one subject."""
        return bool(self.more) and 2 * self.lacking >= self.common


@dataclass(frozen=True, slots=True)
class Gist:
    """The words of a text that tell what it is about."""

    words: frozenset[str]
    """English stems, and Chinese words of two characters and more."""
    known: frozenset[str]
    """The same and those that tell nothing alone, with the English of Chinese ones."""
    singles: frozenset[str]
    """Verbs and nouns of one Chinese character: `传` is in `上传`."""

    def has(self, word: str) -> bool:
        """Tell whether the text has a word, or one that is part of it, or of which it is part."""
        if word in self.known or _ENGLISH.get(word, word) in self.known:
            return True
        if not _HAN.match(word):
            return any(_is_prefix(word, other) for other in self.words)
        if self.singles.intersection(word):
            return True
        stem = word[:2]
        return stem not in _COMMON and any(other.startswith(stem) for other in self.known)

    def lacks(self, words: Iterable[str]) -> float:
        """Return the weight of those of `words` that the text does not have."""
        return sum(_weight(word) for word in words if not self.has(word))


def _is_prefix(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= _PREFIX
        and long.startswith(short)
        and _ENDING.fullmatch(long, len(short)) is not None
    )


def _weight(word: str) -> float:
    slight = _ENGLISH.get(word, word) in _GENERIC or word in _GENERIC
    return 0.5 if slight or (word.isascii() and len(word) < _FEW_LETTERS) else 1.0


@lru_cache(maxsize=100_000)
def gist(text: str) -> Gist:
    """Return the words that tell what `text` is about."""
    for figure in reversed(figures(text)):
        text = f"{text[: figure.start]} {text[figure.end :]}"
    folded = _PARTED.sub(r"\1\2", fold(_CAMEL.sub(" ", text)))
    latin = {
        stem(word) for word in _LATIN.findall(folded) if len(word) > 1 and word not in _NO_WORDS
    }
    han = _HAN.findall(_AROUND.sub(" ", folded))
    cut = [word for run in han for word in _cut(run)]
    chinese = {word for word in cut if len(word) > 1}
    known = latin | chinese | {_ENGLISH[word] for word in chinese if word in _ENGLISH}
    return Gist(
        frozenset(
            w for w in latin | chinese if w not in _SILENT and _ENGLISH.get(w) not in _SILENT
        ),
        frozenset(known - _IDLE),
        frozenset(word for word in cut if len(word) == 1) - _FUNCTION,
    )


def likeness(thing: str, about: str, stated: str, focuses: Iterable[str]) -> Likeness:
    """Hold what a change is about against what a record states.

    `thing` is what ends, moves or begins, and `about` all that the change says. Each of `focuses`
    tells alone what the record speaks of: its question, the clause with the value.
    """
    named, told, record = gist(thing), gist(about), gist(stated)
    rest = [told.lacks(each.words) for each in map(gist, focuses) if each.words]
    lacking = record.lacks(named.words)
    return Likeness(
        common=sum(map(_weight, named.words)) - lacking, lacking=lacking, more=min(rest, default=0)
    )


def _cut(run: str) -> list[str]:
    import rjieba  # 0.2 s: `sanku --help` does without

    # Without guesses at new words, which glue verbs to what asks: `能传`. What is in no dictionary
    # falls into its characters, which are put together again.
    words: list[str] = []
    joined = False
    for word in rjieba.cut(run, hmm=False):
        lone = len(word) == 1 and word not in _FUNCTION
        if lone and joined:
            words[-1] += word
        else:
            words.append(word)
        joined = lone
    return words


_ACTIONS = {stem(word) for word in ACTIONS}
_NO_WORDS = {word for word in IDLE if stem(word) not in _ACTIONS}
# Stems of short words are those of others as well: `not` is that of `note`.
_IDLE = {stem(word) for word in _NO_WORDS if len(word) > 3 or not word.isascii()}
_GENERIC = GENERIC | {stem(word) for word in GENERIC}
_SILENT = _IDLE | SLIGHT | {stem(word) for word in SLIGHT}
_ENGLISH = {han: stem(english) for han, english in ENGLISH.items()}
_COMMON = _SILENT | _GENERIC
