"""The report as one HTML file: what it shows, what is escaped, and that it asks no host."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from pipelines.evaluation.comparison import compare
from pipelines.evaluation.history import history, remember
from pipelines.evaluation.page import page
from pipelines.evaluation.report import Report
from pipelines.warehouse import Warehouse
from tests.evaluation.measured import report

HOSTILE = "<script>alert(1)</script>\"'</style>\x1b[31m\u202e发票"


class Elements(HTMLParser):
    """Every element with its attributes, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    warehouse = Warehouse(tmp_path_factory.mktemp("warehouse"))
    for version in ("0006-a", "0007-b"):
        remember(warehouse, hostile(version), "golden_answers")
    return history(warehouse)


def hostile(version: str = "0007-b") -> Report:
    ranks, right = {HOSTILE: 0, "how?": 1}, {HOSTILE: False, "how?": True}
    return report(ranks, right, version=version, kind=HOSTILE, said=HOSTILE)


@pytest.fixture(scope="module")
def shown(past: pa.Table) -> str:
    before = report({HOSTILE: 1, "how?": 1}, {HOSTILE: True, "how?": True}, kind=HOSTILE)
    return page(hostile(), compared=compare(before, hostile()), before=HOSTILE, past=past)


def test_no_text_becomes_an_element_and_nothing_runs(shown: str) -> None:
    tags = {tag for tag, _ in Elements(shown).found}
    assert not tags & {"script", "iframe", "object", "img", "link", "base", "form", "a"}
    attributes = {name for _, attrs in Elements(shown).found for name in attrs}
    assert not {name for name in attributes if name.startswith("on")}
    assert not attributes & {"style", "href", "xlink:href", "src", "srcset", "action"}
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "<script>alert(1)</script>" in Elements(shown).text  # as text, for people to read


def test_nothing_names_a_host(shown: str) -> None:
    without_namespace = shown.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]|url\(|@import", without_namespace)


def test_the_policy_allows_the_styles_of_the_page_and_nothing_else(shown: str) -> None:
    (policy,) = (
        attrs["content"] or ""
        for tag, attrs in Elements(shown).found
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    (styles,) = re.findall(r"<style>(.*?)</style>", shown, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_figures_charts_changes_and_history_are_there(shown: str, past: pa.Table) -> None:
    text = Elements(shown).text
    for words in (
        "0007-b",
        "50.0%",
        "Worse: 1",
        "rank 1, right (direct)",
        "Over time",
        "recall@10",
    ):
        assert words in text
    assert shown.count("<svg ") == 3
    assert "Better" not in text
    alone = page(report({"甲": 1}, golden="other"), past=past)
    assert alone.count("<svg ") == 1
    assert "Every record was found first" in Elements(alone).text
    assert "Is it answered?" not in Elements(alone).text


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", "11-19"), ("UTC", "11-18")])
def test_the_points_of_the_history_stand_at_the_companys_days(
    tmp_path: Path, zone: str, day: str
) -> None:
    """A run of half past one at night in China is of the day before in UTC, which is kept."""
    night = datetime(2026, 11, 19, 1, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    measured = replace(report({"甲": 1}), at=night.astimezone(ZoneInfo(zone)))
    warehouse = Warehouse(tmp_path)
    for _ in range(2):
        remember(warehouse, measured, "golden_answers")
    text = Elements(page(measured, past=history(warehouse))).text
    assert set(re.findall(r"0007 (\d\d-\d\d)", text)) == {day}


def test_both_figures_and_each_other_decision_are_there_though_nothing_got_worse() -> None:
    before, after = (
        report({"甲": 1}, {"甲": True}, decisions=told) for told in ({}, {"甲": "degraded"})
    )
    text = Elements(page(after, compared=compare(before, after), before="0006-a")).text
    assert "Worse" not in text
    assert "Decided otherwise: 1" in text
    assert "rank 1, right (degraded)" in text
    assert "direct1.000 (0.21-1.00)0.000 (0.00-0.79)" in text


def test_both_answers_to_each_question_are_there_folded_with_what_they_cite_and_miss() -> None:
    before = report({"甲": 1}, {"甲": True}, said="第一行\n第二行")
    after = report({"甲": 1}, {"甲": False}, said="<b>乙</b>")
    shown = page(after, compared=compare(before, after), before="a")
    assert [dict(attrs) for tag, attrs in Elements(shown).found if tag == "details"] == [{}]
    folded = shown.partition("<details>")[2].partition("</details>")[0]
    text = " ".join(Elements(folded).text.split())
    assert "甲 常见: before right (direct), now wrong (direct)" in text
    assert '<p class="said">第一行\n第二行 [1]</p>' in folded
    assert "&lt;b&gt;乙&lt;/b&gt; [1]" in folded
    assert "<b>乙？ help.md:3" not in folded
    assert "Failed: source: 甲？ (cited: <b>乙</b>？ in help.md)" in text
    assert page(report({"甲": 1})).count("<details") == 0


def test_the_page_is_light_and_dark_and_fits_a_phone(shown: str) -> None:
    assert "prefers-color-scheme: dark" in shown
    assert 'name="viewport" content="width=device-width' in shown
    assert not re.search(r"<svg[^>]* (?:width|height)=", shown)


def test_the_template_and_the_styles_are_installed_with_the_package() -> None:
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"pipelines.evaluation" = ["page.css", "page.html.jinja"]' in project
