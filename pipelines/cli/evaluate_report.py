"""What `sanku eval` prints for people: figures by kind, what went wrong, and what changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import print_table
from pipelines.text import one_line

if TYPE_CHECKING:
    from pipelines.evaluation.comparison import Changed, Compared
    from pipelines.evaluation.figures import Quality, Ranking
    from pipelines.evaluation.report import Report

_SHOWN = 20
_LONGEST_QUESTION = 60
_LONGEST_ANSWER = 120


def print_report(report: "Report") -> None:
    """Print figures by kind and by language, each mean with its 95 % confidence interval."""
    from pipelines.evaluation.figures import check_counts, groups, quality, ranking, spent

    model = report.model or ("none, quoting" if report.answered else "not asked")
    click.echo(f"version {report.version}, language model: {model}", err=True)
    if report.found:
        rows = [_ranking_row(name, ranking(items)) for name, items in groups(report.found)]
        print_table("found", ("kind", "asked", "R@1", "R@5", "R@10", "MRR", "nDCG@10"), rows)
    if report.answered:
        rows = [_quality_row(name, quality(items)) for name, items in groups(report.answered)]
        columns = ("kind", "asked", "right", "direct", "direct right", "refusals due", "refused")
        print_table("answered", columns, rows)
        counts = check_counts(report.answered)
        print_table("checks", ("check", "passed", "of"), [(k, *v) for k, v in counts.items()])
    times = {
        "search": [item.milliseconds for item in report.found],
        "answer": [item.milliseconds for item in report.answered],
    }
    rows = [
        (name, f"{spent(values).p50:.0f} ms", f"{spent(values).p95:.0f} ms")
        for name, values in times.items()
        if values
    ]
    print_table("time", ("", "p50", "p95"), rows)
    _print_wrong(report)


def print_compared(compared: "Compared", before: str) -> None:
    """Print both's figures, which questions changed, and whether that may be chance."""
    print_table(f"against {before}", ("figure", "before", "now"), compared.figures)
    for title, changed in (
        (f"better than {before}", compared.better),
        (f"worse than {before}", compared.worse),
        (f"decided otherwise than {before}", compared.decided),
    ):
        if changed:
            print_table(
                f"{title}: {len(changed)}",
                ("question", "kind", "before", "now"),
                [_changed_row(one) for one in changed],
            )
    for name, test in compared.tests.items():
        click.echo(f"{name}: {test}")


def _print_wrong(report: "Report") -> None:
    ranks = {item.id: item.rank for item in report.found}
    if report.answered:
        wrong = [item for item in report.answered if not item.right]
        rows: Sequence[Sequence[object]] = [
            (
                one_line(item.question, _LONGEST_QUESTION),
                item.kind,
                f"{item.decision} ({item.reason})",
                "; ".join(item.failed),
                ranks.get(item.id) or "–",
                one_line(item.instead, _LONGEST_ANSWER),
            )
            for item in wrong
        ]
        columns: Sequence[str] = (*("question", "kind", "decision", "failed", "rank", "instead"),)
    else:
        rows = [
            (
                one_line(item.question, _LONGEST_QUESTION),
                item.kind,
                item.rank or "–",
                one_line(item.first, _LONGEST_ANSWER),
            )
            for item in report.found
            if item.rank != 1
        ]
        columns = ("question", "kind", "rank", "found first")
    if rows:
        print_table(f"wrong: {len(rows)}", columns, rows[:_SHOWN])
        if len(rows) > _SHOWN:
            click.echo(f"and {len(rows) - _SHOWN} more; `--json` and `--html` show all", err=True)
    _print_slips(report)


def _print_slips(report: "Report") -> None:
    """Print which questions expect what is not there, which is no fault of search."""
    asked = {item.id: one_line(item.question, _LONGEST_QUESTION) for item in report.found}
    for slip, ids in (
        ("no FAQ entry asks the question that these expect", report.without_entry),
        ("no change is there of the release that these expect", report.without_release),
    ):
        if ids:
            click.echo(f"{slip}: {', '.join(asked[one] for one in ids)}", err=True)


def _ranking_row(kind: str, row: "Ranking") -> Sequence[object]:
    return (kind, row.questions, *(_shown(value) for value in row.measures.values()))


def _quality_row(kind: str, row: "Quality") -> Sequence[object]:
    figures = (
        row.accuracy,
        row.direct_share,
        row.direct_precision,
        row.refusal_precision,
        row.refusal_recall,
    )
    return (kind, row.asked, *(_shown(value) for value in figures))


def _shown(value: object) -> str:
    return "–" if value is None else str(value)


def _changed_row(one: "Changed") -> Sequence[object]:
    question = one_line(one.question, _LONGEST_QUESTION)
    return (question, one.kind, str(one.before), str(one.after))
