"""What a text is about: the names it spells out in code or quotes, and its content words."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipelines.stale.glossary import ENGLISH, GENERIC, IDLE
from pipelines.terms import index_terms
from pipelines.text import fold

_QUOTED = re.compile(
    r"`+([^`\n]{1,120})`+|“([^“”\n]{1,40})”|「([^「」\n]{1,40})」|\"([^\"\n]{1,40})\""
)
# What nobody writes but in code: `--flag`, `snake_case`, `dotted.path`, `camelCase`, `/v2/usage`.
_BARE = re.compile(
    r"(?<![\w\-./@])(?:"
    r"--[a-z][\w-]+"
    r"|(?:/[a-z0-9_{}:.-]+){1,6}"
    r"|[A-Za-z][A-Za-z0-9.]*(?:_[A-Za-z0-9]+)+(?:\.[A-Za-z_]\w*)*"
    r"|[a-z]+(?:[A-Z][a-z0-9]+)+"
    r"|[a-z][\w]*(?:\.[A-Za-z_][\w]*)+(?!\w)"
    r"|[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+"
    r"|[a-z][a-z0-9]+(?:-[a-z0-9]+)+"
    r")(?![\w-])"
)
_FILE = re.compile(r"\.(?:com|cn|org|io|dev|ai|example|md|html)\b")
_LETTERS = re.compile(r"[^\W_]")
_PLAIN = re.compile(r"[A-Za-z]{1,14}")
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Written like classes, and none: everybody speaks of them.
_BRANDS_WORDS = """
    github gitlab openai openresty javascript typescript wechat linkedin youtube postgresql mysql
    mongodb openid oauth whatsapp imessage bluebubbles deepseek huggingface powershell macos
    opentelemetry rabbitmq redhat springboot docker intellij vscode openssl apisix chatgpt
"""
_BRANDS = frozenset(_BRANDS_WORDS.split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PIECE = re.compile(r"[a-z]+\d*|\d+(?:\.\d+)*")


# The last part of a dotted name tells it where it is as long as this, and of several words.
_TELLING = 8


@dataclass(frozen=True, slots=True)
class Name:
    """A name as code or quotes spell it; `folded` is what is compared."""

    text: str
    folded: str

    @property
    def short(self) -> str:
        """What is looked for, folded: `real_ip_header` for `apisix.real_ip_header`, as in YAML."""
        last = self.folded.rpartition(".")[2]
        return last if len(last) >= _TELLING and re.search(r"[_-]", last) else self.folded

    @property
    def is_plain(self) -> bool:
        """Whether it is a word that texts also use in its ordinary sense, such as `size`."""
        return _PLAIN.fullmatch(self.text) is not None and self.text[1:] == self.text[1:].lower()


def names(text: str) -> tuple[Name, ...]:
    """Return the names that `text` spells out, each once, in the order in which they stand."""
    quoted = [
        (match.start(), match.end(), next(group for group in match.groups() if group))
        for match in _QUOTED.finditer(text)
    ]
    found = [(begin, written) for begin, _, written in quoted]
    for match in _BARE.finditer(text):
        inside = any(begin <= match.start() < end for begin, end, _ in quoted)
        if not inside and not _FILE.search(match.group()):
            found.append((match.start(), match.group()))
    unique: dict[str, Name] = {}
    for _, written in sorted(found):
        bare = written.strip().strip("'\"，。,.;:")
        if len(_LETTERS.findall(bare)) > 1 and fold(bare) not in _BRANDS:
            unique.setdefault(fold(bare), Name(bare, fold(bare)))
    return tuple(unique.values())


def in_code(name: str, text: str) -> bool:
    """Tell whether `text` spells a name out in code or quotes, and not as a word of its own."""
    return any(occurs(fold(name), fold(spelt)) for spelt in _spelt_out(text))


def _spelt_out(text: str) -> list[str]:
    return [next(group for group in match.groups() if group) for match in _QUOTED.finditer(text)]


def occurs(folded_name: str, folded_text: str) -> bool:
    """Tell whether a name stands in a text as a whole: `--local` is not in `--local-only`.

    A `*` in a name stands for the rest of a word: `on-*` is in `on-text`.
    """
    return _whole(folded_name).search(folded_text) is not None


@lru_cache(maxsize=20_000)
def _whole(folded_name: str) -> re.Pattern[str]:
    pattern = re.escape(folded_name).replace(r"\*", r"[\w-]+")
    # `apisix.enable_debug` holds `enable_debug`, but `form.size` is no mere `size`.
    before = r"[a-z0-9_\-]" if re.search(r"[_-]", folded_name) else r"[a-z0-9_\-.]"
    return re.compile(rf"(?<!{before}){pattern}(?![a-z0-9_\-]|\.[a-z0-9_])")


@lru_cache(maxsize=50_000)
def terms(text: str) -> frozenset[str]:
    """Return the content words of `text`: English stems, Chinese words and their English ones."""
    folded = fold(_CAMEL.sub(" ", text))
    latin = {piece: stem(piece) for piece in _PIECE.findall(folded) if len(piece) > 1}
    found = {short for piece, short in latin.items() if piece not in IDLE and short not in _IDLE}
    for word in index_terms(" ".join(_HAN.findall(folded))).split():
        if word in _ENGLISH:
            found.add(_ENGLISH[word])
        elif len(word) > 1 and word not in _IDLE:
            found.add(word)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of English content words of `text` that stand next to each other."""
    stems = (stem(word) for word in _PIECE.findall(fold(_CAMEL.sub(" ", text))))
    return frozenset(pairwise(word for word in stems if word not in _IDLE))


def weight(found: Iterable[str]) -> float:
    """Return how much content words say: one each, and little for those of every product."""
    return sum(0.25 if term in _GENERIC else 1.0 for term in found)


def share(part: Collection[str], whole: frozenset[str]) -> float:
    """Return which share of the weight of `whole` is in `part`; 0 where `whole` says nothing."""
    total = weight(whole)
    return weight(whole.intersection(part)) / total if total else 0.0


def stem(word: str) -> str:
    """Return an English word without the endings that a sentence gives it."""
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            doubled = word[-1] == word[-2] and word[-1] not in "sl"
            return word[:-1] if doubled else word.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


# Stems of short words are those of others as well: `not` is that of `note`.
_IDLE = {word for word in IDLE if len(word) > 3 or not word.isascii()}
_IDLE |= {stem(word) for word in _IDLE}
_GENERIC = GENERIC | {stem(word) for word in GENERIC}
_ENGLISH = {han: stem(english) for han, english in ENGLISH.items()}
