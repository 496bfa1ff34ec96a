"""What the scores say: means with their intervals, wins, and whether that may be chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.evaluation.figures import groups
from pipelines.evaluation.intervals import Interval, interval
from pipelines.evaluation.significance import LIKELY_REAL, Comparison, compare_values
from pipelines.experiment.folder import Verdict
from pipelines.experiment.pairs import Pair
from pipelines.experiment.scores import DIMENSIONS, GOOD, Dimension, Scored, Scores

OVERALL = "overall"
_MOVED = 10.0

Reading = Mapping[Dimension, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One dimension over a group of questions, with the knowledge base and without."""

    questions: int
    grounded: Interval
    alone: Interval
    difference: Interval
    """With the knowledge base less without it, question by question."""
    good_grounded: Interval | None
    """Share of answers scored 4 or more."""
    good_alone: Interval | None
    test: Comparison


@dataclass(frozen=True, slots=True)
class Wins:
    """How often which answer was the better one."""

    wins: int
    """Questions on which the answer with the knowledge base was better."""
    ties: int
    losses: int
    p: float
    """Of the sign test: how likely a fair coin falls as unevenly."""

    def __str__(self) -> str:
        told = f"better {self.wins}, equal {self.ties}, worse {self.losses}"
        if not self.wins and not self.losses:
            return told
        verdict = "a real difference" if self.p < LIKELY_REAL else "may be chance"
        return f"{told}; {verdict} (sign test: p = {self.p:.3f})"


@dataclass(frozen=True, slots=True)
class Orders:
    """How a judge's scores depend on the order in which it read the answers."""

    questions: int
    disagreements: int
    """Questions on which the other answer was the better one in the other order; they are ties."""
    alike: int
    """Questions on which both answers got the very same scores, whichever was read first."""
    first: float
    """How many points more an answer got on average for being read first."""

    def __str__(self) -> str:
        return (
            f"in {self.disagreements} of {self.questions} questions the judge preferred the other "
            f"answer in the other order (counted as equal), in {self.alike} it told no difference "
            f"at all; an answer got {self.first:+.2f} points for being read first"
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """All that one rater says: people, or a model."""

    rater: str
    scored: tuple[Scored, ...]
    orders: Orders | None = None
    """None for people."""

    @property
    def groups(self) -> list[tuple[str, Sequence[Scored]]]:
        """All questions, those of each kind, and those in each language, under their names."""
        return groups(self.scored)

    def as_dict(self) -> dict[str, Any]:
        """Return figures and every question's scores as plain JSON values."""
        return {
            "rater": self.rater,
            "orders": asdict(self.orders) if self.orders else None,
            "groups": {
                name: {
                    "wins": asdict(wins(items)),
                    "scores": {key: asdict(row) for key, row in rows(items).items()},
                }
                for name, items in self.groups
            },
            "questions": [{**asdict(item), "lead": item.lead} for item in self.scored],
        }


def rows(scored: Sequence[Scored]) -> dict[str, Row]:
    """Return dimension -> its figures, and those of the mean of all; without what nobody scored."""
    wanted: Mapping[str, Sequence[Dimension]] = {
        **{name: (name,) for name in DIMENSIONS},
        OVERALL: DIMENSIONS,
    }
    found = {name: _row(*_values(scored, dimensions)) for name, dimensions in wanted.items()}
    return {name: row for name, row in found.items() if row}


def wins(scored: Sequence[Scored]) -> Wins:
    """Return how often which answer was better, on average over what was scored of both."""
    from scipy import stats

    leads = [item.lead for item in scored if item.lead is not None]
    won, lost = sum(lead > 0 for lead in leads), sum(lead < 0 for lead in leads)
    p = float(stats.binomtest(won, won + lost).pvalue) if won + lost else 1.0
    return Wins(won, len(leads) - won - lost, lost, p)


def judged(verdicts: Sequence[Verdict], pairs: Sequence[Pair], judge: str) -> Rated:
    """Return what a judge says: the mean of both orders."""
    own = {one.id: one for one in verdicts if one.judge == judge}
    told = [(pair, own[pair.id]) for pair in pairs if pair.id in own]
    leads = [[_mean(g) - _mean(a) for g, a in _readings(verdict)] for _, verdict in told]
    agrees = [ahead * behind >= 0 for ahead, behind in leads]
    return Rated(
        f"judge {judge}",
        tuple(
            Scored(pair.id, pair.kind, pair.question, *_means(verdict), agree)
            for (pair, verdict), agree in zip(told, agrees, strict=True)
        ),
        Orders(
            questions=len(told),
            disagreements=agrees.count(False),
            alike=sum(verdict.grounded == verdict.alone for _, verdict in told),
            first=sum(ahead - behind for ahead, behind in leads) / 2 / max(1, len(leads)),
        ),
    )


def agreement(one: Rated, other: Rated) -> tuple[int, int]:
    """Return on how many questions two raters hold the same answer for better, and of how many."""
    leads = {item.id: item.lead for item in other.scored}
    both = [
        (item.lead, lead)
        for item in one.scored
        if item.lead is not None and (lead := leads.get(item.id)) is not None
    ]
    return sum((a > 0) - (a < 0) == (b > 0) - (b < 0) for a, b in both), len(both)


def _values(
    scored: Sequence[Scored], wanted: Sequence[Dimension]
) -> tuple[list[float], list[float]]:
    """Return the mean scores of both answers to each question that has all `wanted` of both."""
    full = [item for item in scored if set(wanted) <= set(item.shared)]
    return (
        [sum(item.grounded[name] for name in wanted) / len(wanted) for item in full],
        [sum(item.alone[name] for name in wanted) / len(wanted) for item in full],
    )


def _row(grounded: Sequence[float], alone: Sequence[float]) -> Row | None:
    if not grounded:
        return None
    return Row(
        questions=len(grounded),
        grounded=_around(grounded),
        alone=_around(alone),
        difference=_around([a - b for a, b in zip(grounded, alone, strict=True)]),
        good_grounded=_good(grounded),
        good_alone=_good(alone),
        test=compare_values(alone, grounded),
    )


def _around(scores: Sequence[float]) -> Interval:
    """Return the mean of scores with its interval; `interval` takes 0 and 1 for shares."""
    moved = interval([score + _MOVED for score in scores])
    assert moved is not None  # noqa: S101 - a row has at least one question
    return Interval(moved.mean - _MOVED, moved.low - _MOVED, moved.high - _MOVED)


def _good(scores: Sequence[float]) -> Interval | None:
    return interval([float(score >= GOOD) for score in scores])


def _readings(verdict: Verdict) -> Iterator[tuple[Reading, Reading]]:
    yield from zip(verdict.grounded, verdict.alone, strict=True)


def _means(verdict: Verdict) -> tuple[Scores, Scores]:
    grounded, alone = (
        {name: (ahead[name] + behind[name]) / 2 for name in DIMENSIONS}
        for ahead, behind in (verdict.grounded, verdict.alone)
    )
    return grounded, alone


def _mean(scores: Reading) -> float:
    return sum(scores.values()) / len(scores)
