"""Two measurements of the same questions, question by question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.evaluation.answering import Answered
from pipelines.evaluation.figures import quality, ranking, spent
from pipelines.evaluation.metrics import per_question
from pipelines.evaluation.ranking import FOUND_WITHIN, Found
from pipelines.evaluation.report import Report
from pipelines.evaluation.significance import Comparison, compare_shares, compare_values

# What is tested -> of which answers, and what is better.
_OF_ANSWERS: Mapping[str, tuple[Callable[[Answered], bool], Callable[[Answered], bool]]] = {
    "answer right": (lambda one: True, lambda one: one.right),
    "answered directly": (lambda one: one.is_answerable, lambda one: one.decision == "direct"),
    "refused when due": (lambda one: not one.is_answerable, lambda one: one.refused),
    "not refused when answerable": (lambda one: one.is_answerable, lambda one: not one.refused),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question in one measurement."""

    rank: int | None
    """None where no record was expected; 0 where it was not found."""
    right: bool | None
    """None where answers were not measured."""
    decision: str

    @property
    def worth(self) -> tuple[bool, float]:
        """What is larger where the outcome is better: the answer counts before the rank."""
        return self.right or False, 1 / self.rank if self.rank else 0.0

    def __str__(self) -> str:
        told = [] if self.rank is None else [f"rank {self.rank}" if self.rank else "not found"]
        if self.right is not None:
            told.append(f"{'right' if self.right else 'wrong'} ({self.decision})")
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that fared differently."""

    id: str
    kind: str
    question: str
    before: Outcome
    after: Outcome

    def as_dict(self) -> dict[str, str]:
        """Return it for a table."""
        return {
            "id": self.id,
            "kind": self.kind,
            "question": self.question,
            "before": str(self.before),
            "after": str(self.after),
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """Two measurements side by side; better and worse is the second against the first."""

    before: Report
    after: Report
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    decided: tuple[Changed, ...]
    """Questions that another decision was taken on; an answer may be right either way."""
    tests: Mapping[str, Comparison]
    """What was compared -> by how much it differs, and whether that may be chance."""

    @property
    def figures(self) -> tuple[tuple[str, str, str], ...]:
        """Each figure as people read it: its name, before, and now."""
        old, new = _figures(self.before), _figures(self.after)
        return tuple((name, figure, new.get(name, "–")) for name, figure in old.items())

    def as_dict(self) -> dict[str, Any]:
        """Return both measurements and their differences as plain JSON values."""
        return {
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "better": [one.as_dict() for one in self.better],
            "worse": [one.as_dict() for one in self.worse],
            "decided": [one.as_dict() for one in self.decided],
            "tests": {
                name: {**asdict(test), "is_real": test.is_real, "plainly": str(test)}
                for name, test in self.tests.items()
            },
        }


def compare(before: Report, after: Report) -> Compared:
    """Compare two measurements of the same golden questions; raises `ValueError` for others."""
    if before.golden != after.golden:
        raise ValueError("measurements of different golden questions cannot be compared")
    old, new = _outcomes(before), _outcomes(after)
    items: list[Answered | Found] = [*after.found, *after.answered]
    about = {item.id: (item.kind, item.question) for item in items}
    asked = [Changed(key, *about[key], was, new[key]) for key, was in old.items()]
    return Compared(
        before,
        after,
        better=tuple(one for one in asked if one.after.worth > one.before.worth),
        worse=tuple(one for one in asked if one.after.worth < one.before.worth),
        decided=tuple(one for one in asked if one.after.decision != one.before.decision),
        tests=_tests(before, after),
    )


def _figures(report: Report) -> dict[str, str]:
    told: dict[str, object] = {}
    if report.found:
        told |= {str(name): mean for name, mean in ranking(report.found).measures.items()}
        told["search p95"] = _p95(report.found)
    if report.answered:
        good = quality(report.answered)
        told |= {
            "right": good.accuracy,
            "direct": good.direct_share,
            "direct right": good.direct_precision,
            "refusals due": good.refusal_precision,
            "refused": good.refusal_recall,
            "answer p95": _p95(report.answered),
        }
    return {name: "–" if figure is None else str(figure) for name, figure in told.items()}


def _p95(items: Sequence[Found | Answered]) -> str:
    return f"{spent([item.milliseconds for item in items]).p95:.0f} ms"


def _tests(before: Report, after: Report) -> dict[str, Comparison]:
    tests = {}
    if before.found:
        was, now = _ranks(before.found), _ranks(after.found)
        found = f"record found within rank {FOUND_WITHIN}"
        tests[found] = compare_shares(*(_within(ranks, FOUND_WITHIN) for ranks in (was, now)))
        tests["record found first"] = compare_shares(*(_within(ranks, 1) for ranks in (was, now)))
        tests["reciprocal rank"] = compare_values(per_question(was, "RR"), per_question(now, "RR"))
    if before.answered and after.answered:
        for name, (is_asked, is_good) in _OF_ANSWERS.items():
            old, new = (
                [is_good(item) for item in report.answered if is_asked(item)]
                for report in (before, after)
            )
            if old:
                tests[name] = compare_shares(old, new)
    return tests


def _ranks(found: Sequence[Found]) -> list[int]:
    return [item.rank for item in found]


def _within(ranks: Sequence[int], cutoff: int) -> list[bool]:
    return [1 <= rank <= cutoff for rank in ranks]


def _outcomes(report: Report) -> dict[str, Outcome]:
    """Return question id -> outcome, in the order of the golden file where answers were asked."""
    ranks = {item.id: item.rank for item in report.found}
    if not report.answered:
        return {key: Outcome(rank, None, "") for key, rank in ranks.items()}
    return {
        item.id: Outcome(ranks.get(item.id), item.right, item.decision) for item in report.answered
    }
