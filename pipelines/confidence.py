"""How sure a match is, and the thresholds at which it may be used."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from pipelines.embedding.cross_encoder import ORDER
from pipelines.search import Hit
from pipelines.search.evidence import WEIGHTS
from pipelines.settings import Answering
from pipelines.text import digest, fold


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What each sign is worth, in logits: is the first FAQ hit the right one?"""

    agreement: float
    """Share of question, passage, words and reading by which no different entry is ahead."""
    lead: float
    """Of the total over the next different entry's, with less of reading in it."""
    reading: float
    constant: float


# Fitted by `benchmarks/direct_answers.py` on 411 written questions to 1,166 real entries: logistic
# regression over answerable and unanswerable questions, chitchat, and answerable ones whose entry
# was taken out; without those that a veto decides. Fitted while three entries were read;
# with eight it finds 2.10, .42, .37 and -3.14, by which golden_dev has .979 right of 97 in place of
# .980 of 102.
GENERAL = Coefficients(
    agreement=1.504,
    lead=0.533,
    reading=0.383,
    constant=-3.173,
)
FORMULA = digest(repr(GENERAL), repr(sorted(WEIGHTS.items())), ORDER.id)
"""Stands for the formula and for the evidence it reads: a calibration holds for one of them."""

AGREEING = ("question", "passage", "words", "behind")
# So many of the ranked hits are looked at; what comes later competes with nothing.
COMPARED = 20
# Entries whose answers are alike by so many per cent say the same, unless their numbers differ: of
# 1,166 real entries those above 85 do, and below it `不支持` of one thing is like that of another.
ALIKE = 85.0
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
# One page links from elsewhere than another; its numbers are none of the answer's.
_ADDRESS = re.compile(r"(?<=\])\([^()\s]*\)|https?://[^\s<>()]+")
# How far a match is ahead that has no competition, in totals of evidence; set by hand.
CLEAR_LEAD = 6.0
# The share of `behind` in the lead that tells how sure a match is, since how it reads tells that as
# well: fitted so, the log loss on blind questions is .446, and .456 with all of it in the lead.
READ_IN_LEAD = 4 / 9

# Log-odds from which an entry most likely answers the question, in whatever words.
READS_WELL = 1.5
# Log-odds under which an entry is of another matter that shares some words.
OTHER_MATTER = -4.0

# Set by hand on the sample company's questions. A change shares this many of the question's words,
# and of what these tell; they and its closeness above unrelated texts make up for each other.
CHANGE_COVERAGE, CHANGE_WORDS = 0.5, 0.2
CHANGE_SUPPORT = 1.8
# A long question, or one told as a story, shares few of its words with any change. One that is far
# ahead of all other changes and entries in totals of evidence, this close, and shares a telling
# word, is used anyway. Set by hand on 257 questions put to the sample company: it adds five
# changes, all right; those that share no word, on other matters, are at most 2.3 ahead.
AHEAD_LEAD, AHEAD_CLOSE, AHEAD_WORDS = 3.0, 4.5, 0.12
# Bytes of a question from which on the cross-encoder reads no more of it (48 word pieces), and
# reading tells little: of 141 stories of `benchmarks/conversations.py`, the lead of the first entry
# before it was read tells better (.86 of the area under the curve) than how it reads (.66).
STORY = 200
# At the first lead, 55 of 84 first entries are right, which a language model may look at; at the
# second 42 of 52, which may be quoted without one.
STORY_NEAR, STORY_CLEAR = 1.0, 2.0
# What a story shares with any entry, in totals of evidence: a lead over nothing is none.
ANY_STORY = 4.0


def signs(hits: Sequence[Hit]) -> dict[str, float]:
    """Return what the first of ranked FAQ hits shows, by the names of `Coefficients`."""
    first = hits[0].evidence
    others = [hit.evidence for hit in different(hits)]
    behind = [
        name
        for name in AGREEING
        if getattr(first, name) < max((getattr(other, name) for other in others), default=0.0)
    ]
    return {
        "agreement": 1 - len(behind) / len(AGREEING),
        "lead": _lead(hits, _mostly_unread),
        "reading": first.reading,
        "constant": 1.0,
    }


def logit(hits: Sequence[Hit]) -> float:
    """Return the general log-odds that the first of ranked FAQ hits answers the question."""
    if not hits:
        return -math.inf
    worth = asdict(GENERAL)
    return float(sum(worth[name] * sign for name, sign in signs(hits).items()))


def lead_over_next(hits: Sequence[Hit]) -> float:
    """Return how far the first hit is ahead of the next one with a *different* answer.

    Twins of one entry in several files answer alike; they are no competition.
    """
    return _lead(hits, lambda hit: hit.evidence.total) if hits else 0.0


def _lead(hits: Sequence[Hit], worth: Callable[[Hit], float]) -> float:
    next_one = max(map(worth, different(hits)), default=0.0)
    return min(CLEAR_LEAD, worth(hits[0]) - next_one)


def far_ahead(hits: Sequence[Hit]) -> Hit | None:
    """Return the change that is far ahead of all other changes and entries, if any is.

    Conversations are no competition, as they answer nothing, nor is what the change overtook.
    """
    told = [hit for hit in hits if hit.chunk.tier != "dialogues"]
    first = next(
        (hit for hit in told if hit.chunk.tier == "changelog" and not hit.chunk.until), None
    )
    if first is None:
        return None
    overtook = first.chunk.entry_id
    others = [hit for hit in told if hit is not first and overtook not in hit.chunk.overtaken_by]
    next_one = max((hit.evidence.total for hit in others), default=0.0)
    evidence = first.evidence
    is_near = evidence.passage >= AHEAD_CLOSE and evidence.words >= AHEAD_WORDS
    return first if is_near and evidence.total - next_one >= AHEAD_LEAD else None


def lead_in_story(question: str, hits: Sequence[Hit]) -> float:
    """Return how far the first FAQ hit is ahead, by closeness and words, for a long question.

    0 for a question short enough to be read whole with an entry: then that tells more.
    """
    if not hits or len(question.encode()) <= STORY:
        return 0.0
    if hits[0].evidence.reading <= OTHER_MATTER:
        return 0.0
    next_one = max((_unread(hit) for hit in different(hits)), default=0.0)
    return _unread(hits[0]) - max(next_one, ANY_STORY)


def _mostly_unread(hit: Hit) -> float:
    """Return what speaks for a hit, with `READ_IN_LEAD` of how it was read."""
    return _unread(hit) + READ_IN_LEAD * hit.evidence.parts()["behind"]


def _unread(hit: Hit) -> float:
    """Return what speaks for a hit besides how it was read."""
    return hit.evidence.total - hit.evidence.parts()["behind"]


def different(hits: Sequence[Hit]) -> list[Hit]:
    """Return the next hits that have another answer than the first."""
    return [hit for hit in hits[1:COMPARED] if not alike(hits[0].answer, hit.answer)]


@lru_cache(maxsize=4096)
def alike(one: str, other: str) -> bool:
    """Tell whether two answers say the same but for a few words, and in the same numbers."""
    one, other = _read(one), _read(other)
    if one == other:
        return True
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    return fuzz.ratio(one, other, score_cutoff=ALIKE) > 0


@lru_cache(maxsize=4096)
def _read(answer: str) -> str:
    """Return what a customer reads of an answer, folded: where its links lead is not seen."""
    return fold(_ADDRESS.sub("", answer))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of one version; its manifest holds them."""

    direct: float
    """Share of FAQ answers given verbatim that has to be right."""
    support: float
    """Least confidence of the first hit for any FAQ passage to be used."""
    passage: float
    """Least score of a single passage."""

    @classmethod
    def from_settings(cls, answering: Answering) -> "Thresholds":
        """Return the configured thresholds."""
        return cls(answering.direct, answering.support, answering.passage)

    @classmethod
    def from_manifest(cls, answering: Mapping[str, float]) -> "Thresholds":
        """Return the thresholds that a version was built with."""
        return cls(answering["direct"], answering["support"], answering["passage"])

    def change_supports(self, hit: Hit) -> bool:
        """Tell whether a change may be used: it is close and shares words."""
        evidence = hit.evidence
        if evidence.coverage < CHANGE_COVERAGE or evidence.words < CHANGE_WORDS:
            return False
        return evidence.passage + 2 * evidence.coverage >= CHANGE_SUPPORT
