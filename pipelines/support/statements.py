"""A text taken apart into clauses: what each speaks of, its exact values, and yes or no."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.stale.polarity import says_yes
from pipelines.support.courtesies import is_courtesy, without_courtesies
from pipelines.support.questions import Question, read_question
from pipelines.support.replies import is_in_words, is_no, is_reply, replies_in
from pipelines.support.senses import is_negative, says_no, without_no
from pipelines.support.stems import asked_terms, known_terms, parts
from pipelines.support.values import Value, values_in, without_values
from pipelines.text import fold

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])|(?<=(?<!\d)[.?!])(?=\s)")
# A comma within a number parts nothing.
_CLAUSE_END = re.compile(
    r"[，；;：]|,(?!\d{3})|[(（)）|]|、(?=[^，、]{0,20}[不没无未])"
    r"|(?<=\S)(?=但是?|而(?!且)|不过|然而)"
    r"|\b(?:but|whereas|while|however|although|unless|except)\b|\band (?=\w+ (?:not|no)\b)"
)
_ASKS = re.compile(r"[?？]\s*$|[吗呢么]\s*$|什么|怎么|如何|多少|哪[些里个]|^(?:谁|能否|是否|可否)")


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
    opens: bool = False
    """Whether it is a reply that its sentence begins with."""

    @property
    def is_bare(self) -> bool:
        """Whether it is a yes or a no and nothing else."""
        return is_reply(self.text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is held against a claim."""

    folded: str
    terms: frozenset[str]
    values: frozenset[Value]
    clauses: tuple[Clause, ...]
    question: Question | None
    """Its own, where a yes or a no answers that."""


@lru_cache(maxsize=256)
def read_passage(text: str) -> Passage:
    """Return a passage's clauses; the first line is its title, which may be a question."""
    title, _, body = text.partition("\n")
    asks = _ASKS.search(title) is not None
    question = read_question(title) if asks else None
    clauses: list[Clause] = []
    for place, line in enumerate([body] if asks else [title, body]):
        for number, sentence in enumerate(parts(_SENTENCE_END, line)):
            opens = place == number == 0
            clauses += _clauses(sentence, title if asks and opens else "", question)
    folded = fold(text)
    return Passage(folded, known_terms(text), values_in(folded), tuple(clauses), question)


def claim_clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a sentence that is to be checked, a reply that it begins with first."""
    whole = fold(text)
    replies, rest = replies_in(text)
    behind = map(fold, parts(_CLAUSE_END, without_courtesies(rest)))
    return (
        *(_claimed(reply, whole, opens=True) for reply in replies),
        *(_claimed(folded, whole) for folded in behind if any(map(str.isalnum, folded))),
    )


def _claimed(folded: str, whole: str, *, opens: bool = False) -> Clause:
    terms = asked_terms(without_values(without_no(folded)))
    return Clause(folded, whole, terms, values_in(folded), is_negative(folded), opens=opens)


def _clauses(sentence: str, title: str, question: Question | None) -> list[Clause]:
    """Return a passage's sentence in clauses; the one that answers `title` says it too."""
    around = f"{fold(title)} {fold(sentence)}".strip()
    named: dict[str, frozenset[Value]] = {}
    found: list[Clause] = []
    opens = bool(title)
    for part in parts(_CLAUSE_END, sentence):
        folded = fold(part)
        own = values_in(folded)
        kinds = {value.kind for value in own}
        carried = {value for kind, held in named.items() if kind not in kinds for value in held}
        named |= {kind: frozenset(value for value in own if value.kind == kind) for kind in kinds}
        terms = known_terms(without_values(without_no(folded)))
        if opens and question is not None and _is_answer(folded):
            # `支持四川话吗？不支持。`: what was asked is so, or is not.
            found.append(_answer(title, question, folded, around, terms))
        opens = opens and is_courtesy(folded)
        found.append(Clause(folded, around, terms, own | carried, is_negative(folded)))
    return found


def _is_answer(folded: str) -> bool:
    return says_no(folded) or says_yes(folded) or bool(replies_in(folded)[0])


def _answer(
    title: str, question: Question, folded: str, around: str, terms: frozenset[str]
) -> Clause:
    asked = asked_terms(without_values(without_no(fold(title))))
    values = values_in(folded) | values_in(fold(title))
    replies, _ = replies_in(folded)
    no = is_no(replies[0]) if replies else says_no(folded)
    denied = question.is_denied(no, in_words=not replies or is_in_words(replies[0]))
    return Clause(folded, around, asked | terms, values, denied, asked)
