"""The verdict on a sentence: what it states, held against the clauses of a passage like it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipelines.support.closeness import (
    ALIKE,
    LISTED,
    closest,
    crosses,
    is_of_another,
    is_within,
    share,
)
from pipelines.support.senses import (
    bounds_in,
    is_opposed,
    is_restricted,
    limited,
    overstates,
    restricted_to,
)
from pipelines.support.sentences import MARK
from pipelines.support.statements import (
    Clause,
    Passage,
    asked_terms,
    claim_clauses,
    known_terms,
    parts,
    read_passage,
)
from pipelines.support.swaps import swapped
from pipelines.support.values import Value, values_in

_CITATION = re.compile(MARK)
# The number of a list item is no claim.
_ITEM_NUMBER = re.compile(r"^\s*\d{1,2}[.、)）](?!\d)\s*")
# A name in Latin letters: any such word among Chinese ones, in English what is written large.
_AMONG_HAN = re.compile(r"(?<![A-Za-z\d])(?<!\d )[A-Za-z][A-Za-z0-9+#]+")
_WRITTEN_LARGE = re.compile(r"(?<=[a-z,:] )[A-Z][A-Za-z0-9+#]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BOUNDS_END = re.compile(r"\band\b|[且并]|(?=最多|至多|最少|至少)")
# All set by hand on `tests/answer/support_pairs.py`: half of a sentence's words have to stand in
# what it cites, and a third of each clause's.
MIN_SHARED_TERMS = 0.5
MIN_SHARED_OF_CLAUSE = 0.34
# Below this many terms a sentence of which no passage speaks states nothing: `请放心。`.
STATES_SOMETHING = 4
# A clause that says who alone may do something is about this much of what is claimed, or more.
RESTRICTS = 0.75


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checked sentence without its marks, as spaced, and the passages that bear it."""

    text: str
    citations: tuple[int, ...]
    states_something: bool
    """Whether the sentence claims anything; one that does needs a citation to stay."""

    @property
    def stays(self) -> bool:
        """Whether the sentence may be shown to a customer."""
        return bool(self.text.strip()) and (bool(self.citations) or not self.states_something)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A sentence to be checked."""

    terms: frozenset[str]
    names: frozenset[str]
    clauses: tuple[Clause, ...]


def check(sentence: str, passages: Sequence[str]) -> Verdict:
    """Judge a sentence: what it states must stand in one passage, and of the same thing.

    Every amount, code and name must be there, half of the words, and nothing turned round: no to
    yes, at most to at least, before to after, some to all. A sentence without a valid citation is
    held against every passage, and cites the one that bears it. What the question says does not
    count: a customer's guess is no source.
    """
    cited = [int(number) for number in _CITATION.findall(sentence)]
    text = _CITATION.sub("", sentence).rstrip(" \t")
    plain = _ITEM_NUMBER.sub("", text)
    claim = _Claim(asked_terms(plain), frozenset(_names(plain)), claim_clauses(plain))
    valid = [number for number in dict.fromkeys(cited) if 1 <= number <= len(passages)]
    read = {
        number: read_passage(passages[number - 1])
        for number in valid or range(1, len(passages) + 1)
    }
    if not _states_something(claim, read.values()) or plain.rstrip().endswith((":", "：")):
        return Verdict(text, (), states_something=False)
    bearing = tuple(number for number, passage in read.items() if _bears(passage, claim))
    return Verdict(text, bearing if valid else bearing[:1], states_something=True)


def _states_something(claim: _Claim, passages: Iterable[Passage]) -> bool:
    if len(claim.terms) >= STATES_SOMETHING or any(
        clause.values or clause.is_bare for clause in claim.clauses
    ):
        return True
    return any(share(claim.terms, passage.terms) >= ALIKE for passage in passages)


def _bears(passage: Passage, claim: _Claim) -> bool:
    return (
        share(claim.terms, passage.terms) >= MIN_SHARED_TERMS
        and all(_stands_in(name, passage) for name in claim.names)
        and _has_values(claim, passage)
        and all(_holds(clause, passage) for clause in claim.clauses)
    )


def _has_values(claim: _Claim, passage: Passage) -> bool:
    """Tell whether a passage states each value, and once of what the claim states it of."""
    stated = {value for clause in claim.clauses for value in clause.values}
    return all(
        value.among(passage.values)
        and not all(
            is_of_another(value, clause, passage)
            for clause in claim.clauses
            if value in clause.values
        )
        for value in stated
    )


def _holds(clause: Clause, passage: Passage) -> bool:
    """Tell whether a passage bears one clause of a sentence."""
    shared = share(clause.terms, passage.terms)
    if len(clause.terms) >= STATES_SOMETHING and shared < MIN_SHARED_OF_CLAUSE:
        return False
    if not all(_listed(clause, passage)):
        return False
    if any(_leaves_out(clause, one) for one in passage.clauses):
        return False
    if clause.is_bare:
        answers = [one for one in passage.clauses if one.asked] or passage.clauses
        return any(one.negative == clause.negative for one in answers)
    near = closest(clause, passage.clauses)
    if not near:
        return not clause.negative or any(one.negative for one in passage.clauses)
    if crosses(clause, near):
        return False
    within = {one.negative for one in passage.clauses if is_within(one, clause)}
    agreeing = [
        one
        for one in near
        if _agrees(clause, one) and not swapped(clause.text, one.text, passage.folded)
    ]
    if True in within:
        # `恢复后录像会丢失` is mostly about 恢复, and yet turns 录像不会丢失 round.
        return bool(agreeing) and clause.negative in within
    return any(one.negative == clause.negative for one in agreeing)


def _agrees(claim: Clause, told: Clause) -> bool:
    """Tell whether a clause of a passage says what a claim says, and not its contrary."""
    if is_opposed(claim.text, told.sentence):
        return False
    ours, theirs = bounds_in(claim.text), _bounds_of(claim.values, told.text)
    if ours and theirs and not ours & theirs:
        return False
    return not overstates(claim.text, told.text, told.sentence)


def _bounds_of(values: Collection[Value], text: str) -> frozenset[str]:
    """Return the bounds that a clause sets to these amounts: `至少 1 位，最多 500 位` sets two."""
    near = [
        part
        for part in parts(_BOUNDS_END, text)
        if any(value.number is not None and value.among(values_in(part)) for value in values)
    ]
    return bounds_in(" ; ".join(near) or text)


def _leaves_out(claim: Clause, told: Clause) -> bool:
    """Tell whether a claim drops an `only`: `仅企业版支持`, `个人用户只能开普通发票`."""
    if claim.is_bare or is_restricted(claim.sentence):
        return False
    said = known_terms(claim.sentence)
    alone = known_terms(restricted_to(told.text))
    if alone and not alone & said and share(claim.terms, told.terms) >= RESTRICTS:
        return True
    who, what = (asked_terms(words) for words in limited(told.text))
    return bool(who and what) and who <= said and share(what, said) < ALIKE


def _listed(clause: Clause, passage: Passage) -> list[bool]:
    """Return of each item that a clause lists whether a passage knows anything of it."""
    items = [asked_terms(item) for item in parts(LISTED, clause.text)]
    return [bool(terms & passage.terms) for terms in items if terms] if len(items) > 1 else []


def _names(text: str) -> list[str]:
    found = (_AMONG_HAN if _HAN.search(text) else _WRITTEN_LARGE).findall(text)
    return [name.lower() for name in found]


def _stands_in(name: str, passage: Passage) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", passage.folded) is not None
