"""The page of drafted entries: who may what, what hostile words do there, and how it looks."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from pipelines.drafts import Draft, Source, keep, make_draft, read_drafts
from pipelines.errors import BusyError, GoneError, SettingsError, WarehouseError
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.versions import published
from tests.console.company import EVIL, TODAY, Two, record_titled
from tests.console.conftest import TOKEN, console_over
from tests.console.looking import Looked, looking
from tests.console.test_console_pages import WINDOWS
from tests.console.test_console_routes import session
from tests.fake_ollama import FakeOllama
from tests.gateway.served import serving

ASKED = f"{EVIL} 怎么收费？"


@pytest.fixture
def drafted(two: Two) -> Iterator[Callable[..., Draft]]:
    """Draft an answer to the one question that was not answered; gone after the test."""
    version = published(two.warehouse)

    def one(answer: str, author: Any = "quoted") -> Draft:
        tiers: tuple[tuple[Tier, str], ...] = (("dialogues", "我粘贴了"), ("faq", "这段文字"))
        sources = [
            Source(record_titled(version, words), tier, cited=tier == "dialogues")
            for tier, words in tiers
        ]
        draft = make_draft(ASKED, answer, author, sources, TODAY)
        keep(two.settings, two.warehouse, draft)
        return draft

    yield one
    (two.warehouse.root / "faq_drafts.json").unlink(missing_ok=True)


@pytest.fixture
def manager(guarded: str) -> Iterator[httpx.Client]:
    with session(guarded, logged_in=True) as client:
        yield client


def test_who_may_only_look_sees_the_drafts_and_changes_nothing(
    two: Two, unguarded: str, drafted: Callable[..., Draft]
) -> None:
    draft = drafted("请去掉再试。")
    with session(unguarded) as visitor:
        shown = visitor.get("/console/drafts").text
        assert "请去掉再试。" in shown
        assert "<textarea" not in shown
        for path, data in (
            ("/console/drafts/make", {}),
            ("/console/drafts", {"draft": draft.id, "decision": "dismissed"}),
        ):
            assert visitor.post(path, data=data).status_code == 403
    assert read_drafts(two.warehouse) == (draft,)


def test_a_form_of_another_site_decides_nothing(
    two: Two, manager: httpx.Client, drafted: Callable[..., Draft]
) -> None:
    draft = drafted("请去掉再试。")
    for path in ("/console/drafts", "/console/drafts/make"):
        for origin in ("https://evil.example", "null"):
            data = {"draft": draft.id, "decision": "dismissed"}
            sent = manager.post(path, data=data, headers={"Origin": origin})
            assert sent.status_code == 403
    assert read_drafts(two.warehouse) == (draft,)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"decision": "published"}, 400, "accepted, dismissed, or opened again"),
        ({"draft": "0" * 32}, 404, "gone"),
        ({}, 400, "tick that it answers"),
        ({"read": "yes", "answer": " "}, 400, "the answer is empty"),
        ({"read": "yes", "answer": "请拨〈电话1〉"}, 400, "redaction"),
    ],
)
def test_what_cannot_be_accepted_is_refused_with_the_reason(
    two: Two,
    manager: httpx.Client,
    drafted: Callable[..., Draft],
    sent: dict[str, str],
    status: int,
    said: str,
) -> None:
    draft = drafted("请去掉再试。")
    form = {"draft": draft.id, "decision": "accepted", "question": "怎么收费？", "answer": "免费。"}
    refused = manager.post("/console/drafts", data=form | sent)
    assert refused.status_code == status
    assert said in refused.text
    assert read_drafts(two.warehouse) == (draft,)


def test_what_was_decided_in_another_window_is_not_decided_twice(
    two: Two, manager: httpx.Client, drafted: Callable[..., Draft]
) -> None:
    form = {"draft": drafted("", "nobody").id, "question": "怎么收费？"}
    first = form | {"decision": "accepted", "answer": "基础版免费。"}
    assert manager.post("/console/drafts", data=first).status_code == 303
    for second in (first | {"answer": "每月 30 元。"}, form | {"decision": "dismissed"}):
        refused = manager.post("/console/drafts", data=second)
        assert refused.status_code == 409
        assert "maybe in another window" in refused.text
    (kept,) = read_drafts(two.warehouse)
    assert (kept.state, kept.answer) == ("accepted", "基础版免费。")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (
            SettingsError("`help` sets `accepts_drafts`, but its `glob` reads no such file"),
            400,
            "glob",
        ),
        (GoneError("the draft `0` is gone"), 404, "this draft is gone"),
        (BusyError("`writer.lock` is held by another run"), 503, "a run is writing"),
        (WarehouseError("`faq_drafts.json` is damaged"), 500, "its log says why"),
    ],
)
def test_what_keeps_a_decision_from_being_kept_is_told(
    manager: httpx.Client,
    drafted: Callable[..., Draft],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    said: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("pipelines.gateway.console.drafts.decide", fails)
    form = {"draft": drafted("请去掉再试。").id, "decision": "dismissed"}
    refused = manager.post("/console/drafts", data=form)
    assert refused.status_code == status
    assert said in refused.text


def test_without_a_source_that_takes_it_an_accepted_entry_is_shown_to_copy(
    two: Two,
    manager: httpx.Client,
    drafted: Callable[..., Draft],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = drafted("", "nobody")
    waiting = manager.get("/console/drafts").text
    assert "nothing in the index answers it: please write it" in waiting
    assert "accepts_drafts = true" in waiting
    form = {"draft": draft.id, "decision": "accepted", "question": "怎么收费？", "answer": "免费。"}
    done = manager.post("/console/drafts", data=form)
    assert done.headers["location"] == "/console/drafts?state=accepted&done=accepted"
    copied = manager.get(done.headers["location"]).text
    assert re.search(
        r"<pre>## 怎么收费？\n&lt;!-- reviewed_at: 2026-11-20 --&gt;\n\n免费。", copied
    )
    monkeypatch.setattr(Settings, "now", lambda _: datetime(2026, 11, 22, tzinfo=UTC))
    assert manager.get("/console/drafts?state=accepted").text.count("reviewed_at: 2026-11-20") == 1
    assert "please write it" not in manager.get("/console/drafts").text
    manager.post("/console/drafts", data={"draft": draft.id, "decision": "draft"})
    assert [one.state for one in read_drafts(two.warehouse)] == ["draft"]


def test_the_button_drafts_what_waits_while_the_page_goes_on(
    two: Two, manager: httpx.Client, drafted: Callable[..., Draft]
) -> None:
    assert manager.get("/console/drafts?state=x").status_code == 404
    assert "Nothing is drafted yet." in manager.get("/console/drafts").text
    assert manager.post("/console/drafts/make").status_code == 303
    deadline = time.monotonic() + 10
    while not (found := read_drafts(two.warehouse)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [(one.asked, one.state) for one in found] == [(ASKED, "draft")]


def test_a_chinese_page_says_in_chinese_why_not_all_was_drafted(
    two: Two, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise BusyError("`writer.lock` is held by another run")

    monkeypatch.setattr("pipelines.gateway.console.drafts.make", fails)
    shown, deadline = "", time.monotonic() + 10
    with (
        serving(console_over(two, ollama.url, SANKU_TOKEN=TOKEN)) as url,
        session(url, logged_in=True) as manager,
    ):
        manager.post("/console/drafts/make")
        while "起草没有完成" not in shown and time.monotonic() < deadline:
            shown = manager.get("/console/drafts", headers={"Accept-Language": "zh"}).text
    assert "<span>有一次运行正在写入；请一分钟后再试</span>" in shown


@pytest.mark.parametrize("name", WINDOWS)
def test_the_page_is_sound_in_each_language_colour_and_width(
    browser: Browser, guarded: str, drafted: Callable[..., Draft], name: str
) -> None:
    drafted(f"请去掉 {EVIL} 再试。\n\n</textarea><script>window.pwned=1</script>")
    with looking(browser, guarded, **WINDOWS[name]) as looked:
        looked.go("/console/drafts")
        page = looked.page
        page.locator("article summary").first.click()
        assert EVIL in page.locator("article h2").inner_text()
        assert page.locator("textarea").input_value().endswith("window.pwned=1</script>")
        assert page.locator("article li").count() == 2
        assert looked.look() == []


def test_a_draft_is_edited_and_accepted_by_hand(
    browser: Browser, guarded: str, two: Two, drafted: Callable[..., Draft]
) -> None:
    drafted("请去掉再试。")
    with looking(browser, guarded, **WINDOWS["en-light-phone"]) as looked:
        _accept(looked)
        expect(looked.page.locator("[role=status]")).to_contain_text("Accepted.")
        assert looked.look() == []
    (kept,) = read_drafts(two.warehouse)
    assert (kept.state, kept.question, kept.answer) == ("accepted", "怎么收费？", "全部免费。")


def _accept(looked: Looked) -> None:
    looked.go("/console/drafts")
    page = looked.page
    page.fill("input[name=question]", "怎么收费？")
    page.fill("textarea", "全部免费。")
    page.click("button[value=accepted]")
    assert page.url.endswith("/console/drafts"), "the browser asks for the tick first"
    page.check("input[name=read]")
    page.click("button[value=accepted]")
