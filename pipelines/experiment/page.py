"""Two pages of one file each, which ask no host: where people score, and what was scored."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from pipelines.evaluation.charts import Chart, bars
from pipelines.experiment.figures import OVERALL, Rated, agreement, rows, wins
from pipelines.experiment.folder import Setup
from pipelines.experiment.pairs import Pair
from pipelines.experiment.scores import LEAST, MOST
from pipelines.experiment.sheet import SCORE_COLUMNS, SIDES
from pipelines.faq.cells import guarded
from pipelines.text import clean, digest, is_chinese

# Dimension -> its name and what to look at, for whoever scores.
_ASKED = {
    "accuracy": ("准确 Accuracy", "与事实一致吗？ Is it true?"),
    "relevance": ("切题 Relevance", "答的是所问吗？ Does it answer the question?"),
    "tone": ("语气 Tone", "礼貌、清楚吗？ Polite and clear?"),
}


def score_page(setup: Setup, pairs: Sequence[Pair]) -> str:
    """Return the page on which a person scores, which does not tell which answer is which."""
    blind = [
        {
            "pair": pair,
            "cell": guarded(clean(pair.id)),
            "lang": "zh" if is_chinese(pair.question) else "en",
            "answers": dict(zip(SIDES, pair.blind(setup.seed), strict=True)),
        }
        for pair in pairs
    ]
    script = _text("pipelines.experiment", "score.js")
    return _rendered(
        "score.html.jinja",
        css=_text("pipelines.experiment", "score.css"),
        script=script,
        setup=setup,
        blind=blind,
        asked=_ASKED,
        columns=",".join(SCORE_COLUMNS),
        scale=range(LEAST, MOST + 1),
        name=digest(setup.model_dump_json(), *(pair.id for pair in pairs)),
    )


def report_page(setup: Setup, pairs: Sequence[Pair], rated: Sequence[Rated]) -> str:
    """Return the report on what each rater scored."""
    charts = [_chart(number, one) for number, one in enumerate(rated)]
    return _rendered(
        "report.html.jinja",
        css="\n".join([_text("pipelines.experiment", "report.css"), *(c.css for c in charts)]),
        script="",
        setup=setup,
        pairs={pair.id: pair for pair in pairs},
        asked={name: title for name, (title, _) in _ASKED.items()} | {OVERALL: "平均 Overall"},
        raters=[
            {
                "rated": one,
                "chart": chart,
                "wins": wins(one.scored),
                "groups": [(name, wins(items), rows(items)) for name, items in one.groups],
                "worse": [item for item in one.scored if (item.lead or 0) < 0],
            }
            for one, chart in zip(rated, charts, strict=True)
        ],
        agreements=[
            (one.rater, other.rater, *agreement(one, other))
            for number, one in enumerate(rated)
            for other in rated[number + 1 :]
        ],
    )


def _chart(number: int, rated: Rated) -> Chart:
    found = rows(rated.scored)
    return bars(
        f"good{number}",
        "Share of answers scored 4 or 5",
        [_ASKED[name][0] if name in _ASKED else "平均 Overall" for name in found],
        {
            "knowledge base": [row.good_grounded for row in found.values()],
            "model alone": [row.good_alone for row in found.values()],
        },
    )


def _rendered(template: str, *, css: str, script: str, **values: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    styles = f"{_text('pipelines.evaluation', 'page.css')}\n{css}"
    templates = Environment(
        loader=PackageLoader("pipelines.experiment", "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    return templates.get_template(template).render(
        values, styles=styles, script=script, policy=_policy(styles, script)
    )


def _shown(value: object) -> object:
    """Return what a page may show of a value: text without controls and invisible characters."""
    return clean(value) if type(value) is str else value  # Markup is a text of ours


def _policy(styles: str, script: str) -> str:
    """Return the policy under which nothing is loaded, and only these styles and script hold."""
    rules: Mapping[str, str] = {
        "default-src": "'none'",
        "style-src": _hash(styles),
        "script-src": _hash(script) if script else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text("utf-8")
