"""The page of stale entries: what a person decides there, over the model and under the FAQ."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from pipelines import current
from pipelines.current import current_entries, current_findings
from pipelines.records import FaqEntry
from pipelines.stale.findings import read_findings, write_findings
from pipelines.stale.reviews import read_reviews
from tests.console.company import Two
from tests.console.looking import looking
from tests.console.test_console_pages import WINDOWS
from tests.console.test_console_routes import session


@pytest.fixture
def manager(guarded: str) -> Iterator[httpx.Client]:
    with session(guarded, logged_in=True) as client:
        yield client


@pytest.fixture
def found(two: Two) -> Iterator[Callable[..., str]]:
    """Have the one finding be so: `found(judge="model")`; returns its id; undone after."""
    (before,) = read_findings(two.warehouse)

    def one(**changed: Any) -> str:
        write_findings(two.warehouse, [replace(before, **changed)])
        return before.id

    yield one
    write_findings(two.warehouse, [before])
    two.warehouse.reviews.unlink(missing_ok=True)


def test_a_finding_is_decided_on_with_a_reason(two: Two, manager: httpx.Client) -> None:
    (finding,) = current_findings(two.settings, two.warehouse)
    decision = {"finding": finding.id, "verdict": "dismissed"}
    assert manager.post("/console/stale", data=decision).status_code == 400
    gone = decision | {"finding": "0", "reason": "x"}
    assert manager.post("/console/stale", data=gone).status_code == 404
    said = decision | {"reason": "仍按 2 GB 收费"}
    assert manager.post("/console/stale", data=said).status_code == 303
    kept = read_reviews(two.warehouse.reviews)[finding.id]
    assert (kept.verdict, kept.reason) == ("dismissed", "仍按 2 GB 收费")
    assert "仍按 2 GB 收费" in manager.get("/console/stale?view=decided").text
    manager.post("/console/stale", data={"finding": finding.id, "verdict": "open"})
    assert read_reviews(two.warehouse.reviews) == {}


def test_what_the_model_decided_is_overruled_by_a_person_and_holds_again_without_one(
    two: Two, manager: httpx.Client, found: Callable[..., str]
) -> None:
    name = found(verdict="dismissed", judge="model", reason="模型认为不矛盾")
    shown = manager.get("/console/stale?view=decided").text
    assert "by the language model</span> 模型认为不矛盾" in shown
    assert 'name="verdict" value="accepted"' in shown
    assert 'name="verdict" value="open"' not in shown
    form = {"finding": name, "view": "decided"}
    sent = form | {"verdict": "accepted", "reason": "上限变了"}
    done = manager.post("/console/stale", data=sent).headers["location"]
    assert done == "/console/stale?view=decided&done=accepted"
    shown = manager.get(done).text
    assert "by the language model" not in shown
    assert 'name="verdict" value="open"' in shown
    taken_back = manager.post("/console/stale", data=form | {"verdict": "open"})
    told = manager.get(taken_back.headers["location"]).text
    assert "the language model&#39;s verdict holds again" in told
    assert read_reviews(two.warehouse.reviews) == {}


def test_what_the_faq_itself_says_of_an_entry_is_told_to_whoever_decides_otherwise(
    two: Two,
    manager: httpx.Client,
    found: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = found()

    def checked(*given: Any) -> Iterator[FaqEntry]:
        for entry in current_entries(*given):
            yield replace(entry, review=replace(entry.review, checked="2.4.0 企业版不变"))

    monkeypatch.setattr(current, "current_entries", checked)
    form = {"finding": name, "verdict": "accepted", "reason": "上限变了", "view": "decided"}
    for sent in (form, form | {"verdict": "open"}):
        done = manager.post("/console/stale", data=sent).headers["location"]
        assert done == f"/console/stale?view=decided&stays={name}"
        told = manager.get(done).text
        assert "the FAQ itself says so, at &lt;img src=x onerror=window.pwned=1&gt;/a.md:" in told
        assert "Taken back" not in told
    (finding,) = current_findings(two.settings, two.warehouse)
    assert (finding.verdict, finding.reason) == ("dismissed", "企业版不变")


@pytest.mark.parametrize(
    ("view", "back"), [("possible", "possible"), ("open", "open"), ("x", "open"), ("", "open")]
)
def test_a_decision_leads_back_to_the_list_that_it_was_made_in(
    manager: httpx.Client, found: Callable[..., str], view: str, back: str
) -> None:
    form = {"finding": found(certainty="possible"), "verdict": "dismissed", "reason": "不变"}
    assert 'name="view" value="possible"' in manager.get("/console/stale?view=possible").text
    done = manager.post("/console/stale", data=form | {"view": view})
    assert done.headers["location"] == f"/console/stale?view={back}&done=dismissed"


def test_enter_in_the_field_of_the_reason_decides_nothing(
    browser: Browser, guarded: str, two: Two
) -> None:
    with looking(browser, guarded, **WINDOWS["en-light-phone"]) as looked:
        looked.go("/console/stale")
        page = looked.page
        page.fill("input[name=reason]", "上限变了")
        page.press("input[name=reason]", "Enter")
        assert page.url.endswith("/console/stale")
        assert page.locator("input[name=reason]").input_value() == "上限变了"
        assert read_reviews(two.warehouse.reviews) == {}
        assert looked.look() == []
