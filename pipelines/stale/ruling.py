"""A ruling on one record and one claim, and what rules have in common to reach it."""

from dataclasses import dataclass
from typing import Literal

from pipelines.stale.claims import Claim
from pipelines.stale.older import Older, Sentence
from pipelines.stale.subjects import names, occurs
from pipelines.text import fold

Answer = Literal["yes", "unsure", "no"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a record is wrong since a change, with its wrong words, or why it is not."""

    answer: Answer
    because: str
    """Which rule decided; for tests, and for who mends the rules."""
    sentence: Sentence | None = None
    wrong: str = ""
    """The value, name or sentence of the record that holds no longer, verbatim."""


# How much of a claim's subject a sentence is about, at least: to be sure, and to be in doubt.
# Chosen on the pairs of the `dev` split; `benchmarks/stale.py` counts over both.
SURE, DOUBT = 0.6, 0.4
# A name as long as this is one of its kind, whatever it stands in.
TELLING_NAME = 14


def answer_of(shared: float) -> Answer:
    """Return what a share of the subject is enough for."""
    return "yes" if shared >= SURE else "unsure" if shared >= DOUBT else "no"


def clause_with(words: str, sentence: Sentence) -> str:
    """Return the clause of a sentence that has `words`, else the whole sentence."""
    return next(
        (clause for clause in sentence.clauses if words.lower() in clause.lower()), sentence.text
    )


def is_elsewhere(claim: Claim, record: Older) -> bool:
    """Tell whether the claim says in what it is, and the record names nothing of it."""
    return bool(claim.places) and not any(
        occurs(place.folded, record.folded) for place in claim.places
    )


def verbatim(written: str, sentence: Sentence) -> str:
    """Return `written` as the sentence spells it, or the sentence where it stands otherwise."""
    at = sentence.text.lower().find(written.lower())
    return sentence.text[at : at + len(written)] if at >= 0 else sentence.text


def bare(written: str) -> str:
    """Return words without the marks that set them off."""
    return written.strip("`\"'* ")


def states(new: str, sentence: Sentence) -> bool:
    """Tell whether a sentence has the new value or name of a claim already."""
    named = names(new)
    if named:
        return any(occurs(name.folded, sentence.folded) for name in named)
    return occurs(fold(bare(new)), sentence.folded)
