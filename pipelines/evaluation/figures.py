"""Figures of one measurement: ranking, answers, direct answers, refusals, and time spent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pipelines.evaluation.answering import Answered
from pipelines.evaluation.intervals import Interval, interval, percentile
from pipelines.evaluation.metrics import MEASURES, Measure, per_question
from pipelines.evaluation.ranking import Found
from pipelines.text import is_chinese

CHINESE, OTHER = "in Chinese", "in English"


class _Asked(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def question(self) -> str: ...


One = TypeVar("One", bound=_Asked)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How high the expected records stand, over `questions` of them."""

    questions: int
    measures: Mapping[Measure, Interval | None]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good answers are, over `asked` questions; None where there is nothing to take a mean of.

    A refusal is any answer that gives nothing from the index, a hand-over to a person included.
    """

    asked: int
    accuracy: Interval | None
    """Share of right answers."""
    direct_share: Interval | None
    """Share of answerable questions that got a direct answer."""
    direct_precision: Interval | None
    """Share of right ones among all direct answers."""
    refusal_precision: Interval | None
    """Share of questions without an answer among those that were refused."""
    refusal_recall: Interval | None
    """Share of refused ones among questions without an answer."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds: the median, and what 19 of 20 do not exceed."""

    p50: float
    p95: float


def ranking(found: Sequence[Found]) -> Ranking:
    """Return the means of every measure, with their intervals."""
    ranks = [item.rank for item in found]
    return Ranking(len(found), {name: interval(per_question(ranks, name)) for name in MEASURES})


def quality(answered: Sequence[Answered]) -> Quality:
    """Return how good answers are."""
    direct = [item for item in answered if item.decision == "direct"]
    answerable = [item for item in answered if item.is_answerable]
    refused = [item for item in answered if item.refused]
    unanswerable = [item for item in answered if not item.is_answerable]
    return Quality(
        asked=len(answered),
        accuracy=_share(item.right for item in answered),
        direct_share=_share(item.decision == "direct" for item in answerable),
        direct_precision=_share(item.right for item in direct),
        refusal_precision=_share(not item.is_answerable for item in refused),
        refusal_recall=_share(item.refused for item in unanswerable),
    )


def check_counts(answered: Sequence[Answered]) -> dict[str, tuple[int, int]]:
    """Return check -> how many answers passed it, and of how many it was asked."""
    counts: dict[str, tuple[int, int]] = {}
    for item in answered:
        for name, passed in item.checks.items():
            right, asked = counts.get(name, (0, 0))
            counts[name] = (right + passed, asked + 1)
    return counts


def spent(milliseconds: Sequence[float]) -> Spent:
    """Return the percentiles of a time."""
    return Spent(percentile(milliseconds, 0.5), percentile(milliseconds, 0.95))


def groups(items: Sequence[One]) -> list[tuple[str, Sequence[One]]]:
    """Return all questions, those of each kind, and those in each language, under their names."""
    if not items:
        return []
    return [("all", items), *by_kind(items).items(), *by_language(items).items()]


def by_kind(items: Iterable[One]) -> dict[str, list[One]]:
    """Return kind -> its questions, in the order in which the kinds first appear."""
    return _grouped(items, lambda item: item.kind)


def by_language(items: Iterable[One]) -> dict[str, list[One]]:
    """Return language of the question -> its questions."""
    return _grouped(items, lambda item: CHINESE if is_chinese(item.question) else OTHER)


def _grouped(items: Iterable[One], group: Callable[[One], str]) -> dict[str, list[One]]:
    groups: dict[str, list[One]] = {}
    for item in items:
        groups.setdefault(group(item), []).append(item)
    return groups


def _share(outcomes: Iterable[bool]) -> Interval | None:
    return interval([float(outcome) for outcome in outcomes])
