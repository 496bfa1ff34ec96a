"""The verdict on a sentence: what it states, held against the clauses of a passage like it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.support.closeness import (
    ALIKE,
    LISTED,
    closest,
    crosses,
    is_displaced,
    is_of_another,
    is_within,
    share,
)
from pipelines.support.courtesies import is_courtesy, without_courtesies
from pipelines.support.questions import Question, read_question
from pipelines.support.replies import is_in_words, is_no, replies_in, without_replies
from pipelines.support.senses import (
    bounds_in,
    is_opposed,
    is_restricted,
    limited,
    overstates,
    restricted_to,
)
from pipelines.support.sentences import numbers_cited, without_marks
from pipelines.support.statements import Clause, Passage, claim_clauses, read_passage
from pipelines.support.stems import asked_terms, known_terms, parts
from pipelines.support.swaps import swapped
from pipelines.support.turns import is_turned
from pipelines.support.values import Value, values_in

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
# A clause of so many terms has to share some of them.
MANY_TERMS = 4
# A yes or no of something stands in a sentence that has so many of its terms.
SAID_OF = 0.75
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


def check(sentence: str, passages: Sequence[str], question: str = "") -> Verdict:
    """Judge a sentence: what it states must stand in one passage, and of the same thing.

    Every amount, code and name must be there, half of the words, and nothing turned round: no to
    yes, most to least, before to after, some to all. A sentence without a valid citation is held
    against every passage, and cites the one that bears it.

    `question` is the customer's, in full. What it says is no source, a customer's guess least of
    all. But a yes or a no says yes or no to it: one stays only where a passage's own question asks
    the same and has that answer, and is cut off the sentence that it begins otherwise.
    """
    cited = numbers_cited(sentence)
    text = without_marks(sentence).rstrip(" \t")
    valid = [number for number in dict.fromkeys(cited) if 1 <= number <= len(passages)]
    read = {
        number: read_passage(passages[number - 1])
        for number in valid or range(1, len(passages) + 1)
    }
    asked = read_question(question)
    for said in dict.fromkeys((text, without_replies(text))):
        plain = _ITEM_NUMBER.sub("", said)
        if not plain.strip():
            break
        if is_courtesy(plain):
            return Verdict(said, (), states_something=False)
        claim = _claim(plain)
        bearing = tuple(number for number, one in read.items() if _bears(one, claim, asked))
        if bearing and plain.rstrip().endswith((":", "：")):
            # What is led up to is cited, if it stays.
            return Verdict(said, (), states_something=False)
        if bearing:
            return Verdict(said, bearing if valid else bearing[:1], states_something=True)
    return Verdict(text, (), states_something=True)


def _claim(plain: str) -> _Claim:
    said = without_courtesies(replies_in(plain)[1])
    terms = asked_terms(said) if said.strip() else frozenset()
    return _Claim(terms, frozenset(_names(plain)), claim_clauses(plain))


def _bears(passage: Passage, claim: _Claim, asked: Question | None) -> bool:
    return (
        share(claim.terms, passage.terms) >= MIN_SHARED_TERMS
        and all(_stands_in(name, passage) for name in claim.names)
        and _has_values(claim, passage)
        and all(
            _replies(clause, passage, asked, claim.terms)
            if clause.is_bare
            else _holds(clause, passage)
            for clause in claim.clauses
        )
    )


def _replies(
    reply: Clause, passage: Passage, asked: Question | None, around: frozenset[str]
) -> bool:
    """Tell whether a passage's question is the customer's, and its answer is this yes or no.

    One that is said of something, as in `经典网络：不可以`, may be what a passage says of that.
    """
    if not reply.opens and around:
        return any(
            one.is_bare
            and is_no(one.text) == is_no(reply.text)
            and share(around, known_terms(one.sentence)) >= SAID_OF
            for one in passage.clauses
        )
    told = passage.question
    if asked is None or told is None or not asked.asks_what(told):
        return False
    denied = asked.is_denied(is_no(reply.text), in_words=is_in_words(reply.text))
    opening = [one for one in passage.clauses if one.asked]
    # `可以在 30 天内退款` is no plain yes, and `可以，30 天内` begins with one.
    plain = [one for one in opening if replies_in(one.text)[0] or told.is_taken_up(one.text)]
    answers = plain if opening else [one for one in passage.clauses if told.is_taken_up(one.text)]
    return bool(answers) and all(one.negative == denied for one in answers)


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
    if len(clause.terms) >= MANY_TERMS and shared < MIN_SHARED_OF_CLAUSE:
        return False
    if not all(_listed(clause, passage)):
        return False
    if any(_leaves_out(clause, one) for one in passage.clauses):
        return False
    near = closest(clause, passage.clauses)
    if not near:
        return not clause.negative or any(one.negative for one in passage.clauses)
    if crosses(clause, near):
        return False
    within = {one.negative for one in passage.clauses if is_within(one, clause, passage)}
    agreeing = [
        one
        for one in near
        if _agrees(clause, one)
        and not swapped(clause.text, one.text, passage.folded)
        and not is_displaced(clause, one, passage)
    ]
    if True in within:
        # `恢复后录像会丢失` is mostly about 恢复, and yet turns 录像不会丢失 round.
        return bool(agreeing) and clause.negative in within
    return any(one.negative == clause.negative for one in agreeing)


def _agrees(claim: Clause, told: Clause) -> bool:
    """Tell whether a clause of a passage says what a claim says, and not its contrary."""
    if is_opposed(claim.text, told.sentence) or is_turned(claim.text, told.text):
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
    if is_restricted(claim.sentence):
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
