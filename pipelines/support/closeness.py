"""Which clauses of a passage speak of what a claim speaks of, and whether of the same thing."""

import re
from collections.abc import Sequence

from pipelines.support.senses import without_no
from pipelines.support.statements import Clause, Passage
from pipelines.support.stems import asked_terms, first_term, known_terms
from pipelines.support.values import Value, without_values

LISTED = re.compile(r"[、/]|[和与及或](?!者)|以及|,(?!\d{3})|\b(?:and|or)\b")
"""What stands between the items of a list."""
# All set by hand on `tests/answer/support_pairs.py`.
# So much of a clause has to be alike for one of a passage to speak of the same.
ALIKE = 0.5
# What is about as close as the closest clause is looked at too, if its sentence is.
CLOSEST = 0.9
# To name a value counts for so many words.
EXACT = 2
# So much of a passage's clause has to be in a claim for the claim to repeat it.
WITHIN = 0.8
# What two clauses have in common with a claim makes them parallel from so many words on.
FRAME = 2
# So much of a question has to be in a claim for its yes or no to be the one that counts.
ANSWERS = 0.75
# A stem is told by its beginning.
STEM = 5
# Classes of those of whom something is said.
WHOSE = frozenset({"role", "plan", "platform"})


def share(terms: frozenset[str], known: frozenset[str]) -> float:
    """Return how much of `terms` is known; of none, all."""
    return len(terms & known) / len(terms) if terms else 1.0


def is_within(told: Clause, claim: Clause, passage: Passage) -> bool:
    """Tell whether a claim repeats a clause of a passage whole, among other things.

    One word is a clause's own only where the passage has it nowhere the other way round.
    """
    words = frozenset(term for term in told.terms if len(term) > 1)
    if told.asked or not words or share(words, claim.terms) < WITHIN:
        return False
    return len(words) > 1 or not any(
        words <= one.terms and one.negative != told.negative for one in passage.clauses
    )


def crosses(claim: Clause, near: Sequence[Clause]) -> bool:
    """Tell whether a claim joins what two clauses say of two things: neither has it all."""
    if len(near) < 2 or LISTED.search(claim.text):
        return False
    held = {one.sentence: claim.terms & one.terms for one in near}
    if len(frozenset.intersection(*held.values())) < FRAME:
        return False
    return not any(all(other <= one for other in held.values()) for one in held.values())


def is_displaced(claim: Clause, told: Clause, passage: Passage) -> bool:
    """Tell whether a claim says of one thing what a clause like it says of another.

    Both name theirs first; what the claim names, the passage speaks of elsewhere: `毕业生自助打印`
    of `在校生自助打印；毕业生邮寄申请表`.
    """
    if told.asked:
        return False
    ours, theirs = first_term(_subject(claim)), first_term(_subject(told))
    if not ours or not theirs or theirs in claim.terms or ours in known_terms(told.sentence):
        return False
    return any(ours in one.terms for one in passage.clauses)


def _subject(clause: Clause) -> str:
    return without_values(without_no(clause.text))


def closest(claim: Clause, clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that speak most of what the claim speaks of; none where none does."""
    if not claim.terms:
        return []
    everything = len(claim.terms) + EXACT * len(claim.values)
    named = [one for one in clauses if _whose(claim) and _whose(claim) <= _whose(one)]
    for some in (named, clauses):
        scored = [(_weight(claim, one), one) for one in some]
        best = max((score for score, _ in scored), default=0)
        if best and best >= ALIKE * everything:
            if answers := [one for score, one in scored if score == best and _answers(claim, one)]:
                return answers
            near = [one for score, one in scored if score >= best * CLOSEST]
            return _in_closest_sentence(claim, near)
    return []


def _answers(claim: Clause, told: Clause) -> bool:
    """Tell whether a clause is the yes or no to a question that the claim takes up."""
    return bool(told.asked) and share(told.asked, claim.terms) >= ANSWERS


def _in_closest_sentence(claim: Clause, near: Sequence[Clause]) -> list[Clause]:
    """Return of clauses about as close those whose sentences are too."""
    around = asked_terms(claim.sentence)
    alike = [len(around & known_terms(one.sentence)) for one in near]
    return [one for one, score in zip(near, alike, strict=True) if score >= CLOSEST * max(alike)]


def _whose(clause: Clause) -> frozenset[Value]:
    return frozenset(value for value in clause.values if value.kind in WHOSE)


def is_of_another(value: Value, claim: Clause, passage: Passage) -> bool:
    """Tell whether a passage states the value of something else, and another one of this.

    `专业版 45 元，企业版 90 元` bears no `专业版 90 元`, though it holds every word of it.
    """
    holding = [one for one in passage.clauses if value.among(one.values)]
    rivals = [
        one
        for one in passage.clauses
        if not value.among(one.values) and any(held.kind == value.kind for held in one.values)
    ]
    if not holding or not rivals:
        return False
    own = max(_weight(claim, one, value) for one in holding)
    other = max(_weight(claim, one, value) for one in rivals)
    if value.kind in WHOSE:
        # What is said of somebody may be said in other words, as long as it is said of them.
        return other > own == 0
    return other > own or (other == own > 0 and _begins_with_rival(claim, holding, rivals))


def _begins_with_rival(claim: Clause, holding: Sequence[Clause], rivals: Sequence[Clause]) -> bool:
    """Tell whether of what tells both apart a claim names first what only the rivals speak of.

    `The frame is covered for 5 years, the battery for 2` says `battery` and `covered` apart.
    """
    held = frozenset[str]().union(*(one.terms for one in holding))
    rival = frozenset[str]().union(*(one.terms for one in rivals))
    return _place(claim, rival - held) < _place(claim, held - rival)


def _place(claim: Clause, terms: frozenset[str]) -> int:
    """Return where the first of these terms stands in a claim, or where that ends."""
    # `batteri` is the stem of what stands there as `battery`.
    places = [claim.text.find(term[:STEM]) for term in claim.terms & terms]
    return min((place for place in places if place >= 0), default=len(claim.text))


def _weight(claim: Clause, told: Clause, apart_from: Value | None = None) -> int:
    """Return how much a clause says of what the claim says: words, and exact values."""
    kind = apart_from.kind if apart_from else None
    exact = sum(value.among(told.values) for value in claim.values if value.kind != kind)
    return len(claim.terms & told.terms) + EXACT * exact
