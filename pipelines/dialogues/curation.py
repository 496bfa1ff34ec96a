"""Curation of a whole window: no answer twice, and no single voice that speaks for all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from pipelines.dialogues.courtesy import meaning
from pipelines.records import Exchange, Outcome

Surplus = Literal["duplicate", "one_voice", "crowded"]
SURPLUS: tuple[Surplus, ...] = get_args(Surplus)

MOST_OF_A_VOICE_ON_A_TOPIC = 2
"""Exchanges that one customer may have in the index on one topic."""
MOST_OF_A_VOICE = 20
"""Exchanges that one customer may have in the index at all."""
MOST_ON_A_QUESTION = 5
"""Different answers to one question: more teach nothing, and a flood would crowd out others."""

# Of two wordings of one topic half of the character pairs are the same.
_SAME_TOPIC = 0.5
_BEST_FIRST: Mapping[Outcome, int] = {
    "resolved": 0,
    "unknown": 1,
    "handed_off": 2,
    "abandoned": 3,
}


@dataclass(frozen=True, slots=True)
class Curated:
    """The exchanges that are worth an index, and why the others are not."""

    exchanges: tuple[Exchange, ...]
    """Ordered by time, then id."""
    surplus: Mapping[Surplus, int]


def curate(exchanges: Iterable[Exchange]) -> Curated:
    """Return the exchanges of a window without repeats and without the surplus of single voices.

    A voice is a customer, or a conversation where the log names none. Resolved exchanges are taken
    first, then newer ones, so that the outcome does not depend on the order of `exchanges`. What
    is left out stays in its day's Parquet, and comes in when what stood in its way expires.
    """
    kept: list[Exchange] = []
    surplus: Counter[Surplus] = Counter(dict.fromkeys(SURPLUS, 0))
    known: set[tuple[str, str]] = set()
    voices: dict[str, list[frozenset[str]]] = defaultdict(list)
    questions: Counter[str] = Counter()
    for exchange in sorted(exchanges, key=_rank):
        question, answer = meaning(exchange.question), meaning(exchange.answer)
        topics = voices[exchange.customer or exchange.conversation]
        topic = _topic(question)
        if (question, answer) in known:
            surplus["duplicate"] += 1
        elif len(topics) >= MOST_OF_A_VOICE or (
            sum(_is_same(topic, other) for other in topics) >= MOST_OF_A_VOICE_ON_A_TOPIC
        ):
            surplus["one_voice"] += 1
        elif questions[question] >= MOST_ON_A_QUESTION:
            surplus["crowded"] += 1
        else:
            known.add((question, answer))
            topics.append(topic)
            questions[question] += 1
            kept.append(exchange)
    kept.sort(key=lambda exchange: (exchange.at, exchange.id))
    return Curated(tuple(kept), surplus)


def _rank(exchange: Exchange) -> tuple[int, float, str]:
    return _BEST_FIRST[exchange.outcome], -exchange.at.timestamp(), exchange.id


def _topic(question: str) -> frozenset[str]:
    return frozenset(left + right for left, right in pairwise(question)) or frozenset({question})


def _is_same(topic: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two questions are about one thing, by the Jaccard index of character pairs."""
    return len(topic & other) >= _SAME_TOPIC * len(topic | other)
