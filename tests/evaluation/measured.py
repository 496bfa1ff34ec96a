"""Measurements made by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from pipelines.answer import Citation
from pipelines.evaluation.answering import Answered
from pipelines.evaluation.ranking import Found
from pipelines.evaluation.report import Report

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def report(
    ranks: Mapping[str, int],
    right: Mapping[str, bool] | None = None,
    *,
    version: str = "0007-aaaaaaaa",
    kind: str = "常见",
    golden: str = "g",
    decisions: Mapping[str, str] = MappingProxyType({}),
    said: str = "答案",
) -> Report:
    """Return a report: question -> rank, and question -> whether its answer was right.

    `decisions` are those other than direct; a question that begins with 无 has no answer. Every
    answer is `said`, and cites an entry of that question.
    """
    return Report(
        version=version,
        embedder_id="test/1",
        model="",
        golden=golden,
        at=NOW,
        found=tuple(Found(one, kind, one, rank, 10.0) for one, rank in ranks.items()),
        answered=tuple(
            Answered(
                one,
                kind,
                one,
                not one.startswith("无"),
                decisions.get(one, "direct"),
                "faq_match",
                {"source": is_right},
                20.0,
                text=f"{said} [1]",
                citations=(Citation(1, "c", "faq", f"{said}？", "", "help.md", 3, ""),),
                missed={} if is_right else {"source": (f"{one}？",)},
            )
            for one, is_right in (right or {}).items()
        ),
    )
