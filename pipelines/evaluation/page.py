"""A measurement as one HTML file: no script, no request to any host, light and dark."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from pipelines.evaluation.answering import Answered
from pipelines.evaluation.charts import Chart, bars, lines
from pipelines.evaluation.comparison import Changed, Compared
from pipelines.evaluation.figures import (
    Quality,
    Ranking,
    Spent,
    check_counts,
    groups,
    quality,
    ranking,
    spent,
)
from pipelines.evaluation.intervals import Interval
from pipelines.evaluation.ranking import Found
from pipelines.evaluation.report import Report
from pipelines.text import clean

_FOLDER = Path(__file__).parent
_POINTS = 60
_DRAWN = {
    "recall_5": "recall@5",
    "accuracy": "right answers",
    "direct_precision": "direct answers right",
    "refusal_recall": "refused when due",
}
# What a row of a table of questions is: question, kind, and named cells.
Row = tuple[str, str, Mapping[str, str]]
Figures = TypeVar("Figures", Ranking, Quality)
Named = Sequence[tuple[str, Figures]]


@dataclass(frozen=True, slots=True)
class _Given:
    """What was answered to one question, and before it the answer that it is compared with."""

    now: Answered
    before: Answered | None

    @property
    def answers(self) -> Sequence[tuple[str, Answered]]:
        return [("before", self.before), ("now", self.now)] if self.before else [("", self.now)]


def page(
    report: Report,
    *,
    compared: Compared | None = None,
    before: str = "",
    past: pa.Table | None = None,
) -> str:
    """Return the page of a measurement, with its comparison and its history where there are any.

    `before` says what `compared` compares with; `past` has the rows of `HISTORY_SCHEMA`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    rankings = [(name, ranking(items)) for name, items in groups(report.found)]
    qualities = [(name, quality(items)) for name, items in groups(report.answered)]
    charts = {
        "found_chart": _found_chart(rankings) if rankings else None,
        "answer_chart": _answer_chart(qualities) if qualities else None,
        "history_chart": _history_chart(report, past),
    }
    css = [(_FOLDER / "page.css").read_text("utf-8"), *(one.css for one in charts.values() if one)]
    styles = "\n".join(css)
    loader = FileSystemLoader(_FOLDER)
    templates = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, finalize=_shown
    )
    return templates.get_template("page.html.jinja").render(
        report=report,
        compared=compared,
        before=before,
        changes=_changes(compared) if compared else {},
        rankings=rankings,
        qualities=qualities,
        checks=check_counts(report.answered),
        tiles=_tiles(report),
        times=_times(report),
        wrong=list(_wrong(report)),
        given=_given(report, compared),
        styles=styles,
        policy=_policy(styles),
        **charts,
    )


def _shown(value: object) -> object:
    """Return what the page may show of a value: text without controls and invisible characters."""
    return clean(value) if type(value) is str else value  # Markup is a text of ours


def _policy(styles: str) -> str:
    """Return the policy under which nothing is loaded or run, and these very styles hold."""
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _found_chart(rankings: Named[Ranking]) -> Chart:
    series = {
        "recall@1": [row.measures["R@1"] for _, row in rankings],
        "recall@5": [row.measures["R@5"] for _, row in rankings],
    }
    return bars("found", "Recall by kind of question", [name for name, _ in rankings], series)


def _answer_chart(qualities: Named[Quality]) -> Chart:
    series = {
        "right": [row.accuracy for _, row in qualities],
        "answered directly": [row.direct_share for _, row in qualities],
    }
    title = "Right and direct answers by kind of question"
    return bars("answers", title, [name for name, _ in qualities], series)


def _history_chart(report: Report, past: pa.Table | None) -> Chart | None:
    """Draw what was measured with the very same questions; one point is no history."""
    told = past.to_pylist() if past is not None else []
    rows = [row for row in told if row["golden"] == report.golden][-_POINTS:]
    if len(rows) <= 1:
        return None
    zone = report.at.tzinfo  # of the company; the history keeps UTC
    labels = [
        f"{row['version'].partition('-')[0]} {row['at'].astimezone(zone):%m-%d}" for row in rows
    ]
    series = {title: [row[name] for row in rows] for name, title in _DRAWN.items()}
    return lines("history", "The same questions over time", labels, series)


def _tiles(report: Report) -> dict[str, str]:
    found, good = ranking(report.found), quality(report.answered)
    figures: dict[str, Interval | None] = {
        "found within rank 5": found.measures["R@5"],
        "answers right": good.accuracy,
        "direct answers right": good.direct_precision,
        "refused when due": good.refusal_recall,
    }
    return {name: f"{value.mean:.1%}" for name, value in figures.items() if value}


def _times(report: Report) -> dict[str, Spent]:
    times = {"search": [item.milliseconds for item in report.found]}
    if report.answered:
        times["whole answer"] = [item.milliseconds for item in report.answered]
    return {name: spent(values) for name, values in times.items()}


def _wrong(report: Report) -> Iterator[Row]:
    """Yield the questions whose answer is wrong, or whose record does not stand first."""
    ranks = {item.id: item.rank for item in report.found}
    missing = {
        **dict.fromkeys(report.without_entry, "no FAQ entry asks the expected question"),
        **dict.fromkeys(report.without_release, "no change of the expected release is there"),
    }
    for item in report.answered or report.found:
        rank = ranks.get(item.id)
        told = {"rank": missing.get(item.id) or _place(rank), "found first": item.first}
        is_wrong = rank not in (None, 1)
        if not isinstance(item, Found):
            told |= {"decision": f"{item.decision} ({item.reason})"}
            told |= {"failed": "; ".join(item.failed)}
            is_wrong = is_wrong or not item.right
        if is_wrong:
            yield item.question, item.kind, told


def _place(rank: int | None) -> str:
    if rank is None:
        return ""
    return str(rank) if rank else "not found"


def _given(report: Report, compared: Compared | None) -> Sequence[_Given]:
    before = {item.id: item for item in compared.before.answered} if compared else {}
    return [_Given(item, before.get(item.id)) for item in report.answered]


def _changes(compared: Compared) -> dict[str, list[Row]]:
    told = {
        "Worse": compared.worse,
        "Better": compared.better,
        "Decided otherwise": compared.decided,
    }
    return {title: [_change(one) for one in changed] for title, changed in told.items() if changed}


def _change(one: Changed) -> Row:
    return (one.question, one.kind, {"before": str(one.before), "after": str(one.after)})
