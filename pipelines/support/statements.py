"""A text taken apart into clauses: what each speaks of, its exact values, and yes or no."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pipelines.stale.polarity import says_yes
from pipelines.support.senses import is_bare, is_negative, says_no, without_no
from pipelines.support.values import Value, values_in, without_values
from pipelines.terms import index_terms, query_terms
from pipelines.text import fold

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])|(?<=(?<!\d)[.?!])(?=\s)")
# A comma within a number parts nothing.
_CLAUSE_END = re.compile(
    r"[，；;：]|,(?!\d{3})|[(（)）|]|、(?=[^，、]{0,20}[不没无未])"
    r"|(?<=\S)(?=但是?|而(?!且)|不过|然而)"
    r"|\b(?:but|whereas|while|however|although|unless|except)\b|\band (?=\w+ (?:not|no)\b)"
)
_ASKS = re.compile(r"[?？]\s*$|[吗呢么]\s*$|什么|怎么|如何|多少|哪[些里个]|^(?:谁|能否|是否|可否)")
# What is answered by yes or no.
_WHETHER = re.compile(
    r"[吗么]\s*[?？]?\s*$|能否|是否|可否|有没有|[能可]不[能可]|"
    r"^(?:can|do|does|did|is|are|may|will|could|should|has|have)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that says one thing."""

    text: str
    """Folded."""
    sentence: str
    """The sentence around it, folded, with the question that it answers."""
    terms: frozenset[str]
    """What it speaks of: neither its values, nor the words that say no."""
    values: frozenset[Value]
    """Its own, and of each class that it names none of, what the clauses before it named."""
    negative: bool
    asked: frozenset[str] = frozenset()
    """Terms of its passage's question, where it is the yes or no to that."""

    @property
    def is_bare(self) -> bool:
        """Whether it is a yes or a no and nothing else."""
        return is_bare(self.text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is held against a claim."""

    folded: str
    terms: frozenset[str]
    values: frozenset[Value]
    clauses: tuple[Clause, ...]


@lru_cache(maxsize=256)
def read_passage(text: str) -> Passage:
    """Return a passage's clauses; the first line is its title, which may be a question."""
    title, _, body = text.partition("\n")
    asks = _ASKS.search(title) is not None
    clauses: list[Clause] = []
    for place, line in enumerate([body] if asks else [title, body]):
        for number, sentence in enumerate(parts(_SENTENCE_END, line)):
            opens = asks and place == number == 0
            clauses += _clauses(sentence, title if opens else "")
    folded = fold(text)
    return Passage(folded, known_terms(text), values_in(folded), tuple(clauses))


def claim_clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a sentence that is to be checked."""
    whole = fold(text)
    return tuple(
        Clause(
            folded := fold(part),
            whole,
            asked_terms(without_values(without_no(folded))),
            values_in(folded),
            is_negative(folded),
        )
        for part in parts(_CLAUSE_END, text)
    )


def asked_terms(text: str) -> frozenset[str]:
    """Return the terms of a claim, English ones by their stems, without little words."""
    return _stems(query_terms(text))


def known_terms(text: str) -> frozenset[str]:
    """Return the terms of a passage, English ones by their stems too."""
    return _stems(index_terms(text))


def parts(end: re.Pattern[str], text: str) -> list[str]:
    """Return what stands between the places where a pattern matches, without empty ones."""
    return [part for part in (piece.strip() for piece in end.split(text)) if part]


def _clauses(sentence: str, title: str) -> list[Clause]:
    """Return a passage's sentence in clauses; the one that answers `title` says it too."""
    around = f"{fold(title)} {fold(sentence)}".strip()
    named: dict[str, frozenset[Value]] = {}
    found: list[Clause] = []
    for place, part in enumerate(parts(_CLAUSE_END, sentence)):
        folded = fold(part)
        own = values_in(folded)
        kinds = {value.kind for value in own}
        carried = {value for kind, held in named.items() if kind not in kinds for value in held}
        named |= {kind: frozenset(value for value in own if value.kind == kind) for kind in kinds}
        terms = known_terms(without_values(without_no(folded)))
        opens = place == 0 and _WHETHER.search(title) is not None
        if opens and (says_no(folded) or says_yes(folded)):
            # `支持四川话吗？不支持。`: what was asked is so, or is not.
            found.append(_answer(title, folded, around, terms, own))
        found.append(Clause(folded, around, terms, own | carried, is_negative(folded)))
    return found


def _answer(
    title: str, folded: str, around: str, terms: frozenset[str], own: frozenset[Value]
) -> Clause:
    asked = asked_terms(without_values(without_no(fold(title))))
    values = own | values_in(fold(title))
    return Clause(folded, around, asked | terms, values, says_no(folded), asked)


def _stems(terms: str) -> frozenset[str]:
    return frozenset(_stem(term) if term.isascii() else term for term in terms.split())


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)) if word.isalpha() else word


@cache
def _stemmer() -> Any:
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer("english")
