"""The words of a subject: how a text may hold each one, and how much each one tells."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.stale.figures import Figure, figures
from pipelines.terms import query_terms
from pipelines.text import is_chinese
from pipelines.version_answers.releases import ReleaseIndex, product_words, stems

# A figure tells as much as a word that one in twenty changes holds: the logarithm of 1 + 20.
_FIGURE = 3.0
# A word is rare that one in thirty-three changes holds, or fewer.
_RARE = 3.5

_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9]|[\u3400-\u9fff]+")
_DIGITS_APART = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_NUMBERED = re.compile(r"(?<![\w.-])([A-Za-z]+)[ /-]?(\d+(?:\.\d+)*)(?![\w.-]*[A-Za-z])", re.A)
# Chinese is written without spaces: `文件2GB`.
_RUN_ON = re.compile(r"(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])")
_FLAG = re.compile(r"(?<!\S)--[A-Za-z][\w-]*")
# What customers call things that changelogs spell out.
_ALIASES = {
    "win": "windows",
    "安卓": "android",
    "鸿蒙": "harmonyos",
    "火狐": "firefox",
    "谷歌": "chrome",
    "苹果": "apple",
    "api": "接口",
    "接口": "api",
}
_CODE = re.compile(r"[A-Za-z].*[._\-\d]|[a-z][A-Z]")
_CAPITAL = re.compile(r"[A-Z]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the subject."""

    spellings: tuple[frozenset[str], ...]
    """The stems that stand for it; all of one spelling have to be there."""
    weight: float
    """How rare it is among all changes."""
    part: int
    is_name: bool
    """Whether nothing else can be said for it: `ai-proxy`, `PKCE`; not `plugin`."""
    is_known: bool
    """Whether any change holds it."""
    is_rare: bool
    """Whether so few changes hold it that it alone tells what is meant."""
    written: re.Pattern[str] | None = None
    """How texts write a name with a number, which stand together: `Python 3.7`, `HTTP/3`."""
    figure: Figure | None = None
    """The quantity that it names, whatever its unit: `5G` is `5 GB`, a day is `24 小时`."""

    @property
    def is_number(self) -> bool:
        """Whether it names a number of something, for which no other one stands."""
        return self.written is not None or self.figure is not None

    def stands_in(self, text: str, held: Collection[str]) -> bool:
        """Tell whether a text, folded, with the stems `held` holds the word."""
        if self.written is not None:
            return self.written.search(text) is not None
        if self.figure is not None:
            return any(self.figure.same_as(other) for other in figures(text))
        return any(all(stem in held for stem in spelling) for spelling in self.spellings)


def words_of(index: ReleaseIndex, parts: Sequence[str], company: str) -> tuple[Word, ...]:
    """Return the words of a subject, without those that only name a product or the company."""
    own = {name for source in index.sources for name in product_words(source)}
    own.update(query_terms(company).split())
    chinese = is_chinese(" ".join(parts))
    words: dict[frozenset[str], Word] = {}
    for number, part in enumerate(parts):
        wholes, rest = _wholes(index, part, number)
        for word in (*wholes, *_plain(index, rest, number, own, chinese=chinese)):
            words.setdefault(word.spellings[0], word)
    return tuple(words.values())


def _wholes(index: ReleaseIndex, part: str, number: int) -> tuple[list[Word], str]:
    """Return what only tells together, `Python 3.8`, `--all`, `5 GB`, and the rest of the part."""
    part = _RUN_ON.sub(" ", part)
    words = [_numbered(index, name, figure, number) for name, figure in _NUMBERED.findall(part)]
    for flag in _FLAG.findall(part):
        written = re.compile(re.escape(flag.lower()) + r"(?![\w-])")
        once = frozenset({flag.lower()})
        words.append(Word((once,), 2 * index.rarity(1), number, True, True, True, written))
    part = _FLAG.sub(" ", _NUMBERED.sub(" ", part))
    for figure in figures(part):
        if figure.measure:  # a mere number is a word like others
            once = frozenset({figure.words.lower()})
            words.append(Word((once,), _FIGURE, number, False, True, False, figure=figure))
            part = part.replace(figure.words, " ", 1)
    return words, part


def _numbered(index: ReleaseIndex, name: str, figure: str, part: int) -> Word:
    """Return `Python 3.8` as one word; `Python 3.7 and 3.8` holds it too."""
    each = {name.lower(), _ALIASES.get(name.lower(), name.lower())}
    names = "|".join(sorted(map(re.escape, each)))
    written = re.compile(
        rf"(?<![a-z0-9])(?:{names})[^a-z0-9]{{0,3}}(?:v|[\d.]+[,、/ ]|and |和|or ){{0,5}}"
        rf"(?<![\d.]){re.escape(figure)}(?!\d)"
    )
    is_known = any(index.frequency.get(one) for one in each)
    spelling = frozenset({name.lower(), figure})
    return Word((spelling,), 2 * index.rarity(1), part, True, is_known, True, written)


def _plain(
    index: ReleaseIndex, part: str, number: int, own: Collection[str], *, chinese: bool
) -> Iterator[Word]:
    """Yield the other words: a name or code as it is, a Chinese run cut into its words."""
    telling = set(query_terms(part).split()) - set(own)
    tokens = [token for token in _TOKEN.findall(part) if token.lower() not in own]
    for place, token in enumerate(tokens):
        if is_chinese(token):
            for spelled in _chinese(telling & set(query_terms(token).split())):
                yield _word(index, spelled, number, is_name=False)
        elif token.lower() in telling:
            is_code = _CODE.search(token) is not None
            looks_so = chinese or is_code or _CAPITAL.match(token) is not None
            is_name = looks_so and not token[0].isdigit()
            beside = (*tokens[max(0, place - 1) : place], token, *tokens[place + 1 : place + 2])
            spelled = tuple(_spellings(token, beside))
            # A code says more than the words around it.
            weight = 2 if is_code else 1
            yield _word(index, spelled, number, is_name=is_name, weight=weight)


def _chinese(terms: Collection[str]) -> Iterator[tuple[set[str], ...]]:
    """Yield the spellings of each word; one that holds others is there, too, where these are.

    So `发消息` is in `发送消息`, and counts once.
    """
    for term in sorted(terms):
        if not any(term in other and term != other for other in terms):
            within = {other for other in terms if other in term and other != term}
            yield ({term}, {_ALIASES.get(term, term)}, *([within] if within else []))


def _spellings(token: str, beside: Sequence[str]) -> Iterator[set[str]]:
    """Yield how texts write a word: `http3` also as `http 3`, `infinite scroll` in one word too."""
    written = token.lower()
    yield {written}
    yield {_ALIASES.get(written, written)}
    yield {re.sub(r"[._-]", "", written)}
    if re.search(r"[._-]", written) is None and len(apart := _DIGITS_APART.split(written)) > 1:
        yield set(apart)
    for left, right in pairwise(beside):
        if left.isalpha() and right.isalpha() and not is_chinese(left + right):
            yield {(left + right).lower()}


def _word(
    index: ReleaseIndex,
    spellings: Sequence[set[str]],
    part: int,
    *,
    is_name: bool,
    weight: int = 1,
) -> Word:
    each = tuple(dict.fromkeys(stems(" ".join(spelling)) for spelling in spellings))
    held = max(min(index.frequency.get(stem, 0) for stem in spelling) for spelling in each)
    rarity = index.rarity(held)
    return Word(each, weight * rarity, part, is_name, held > 0, rarity >= _RARE)
