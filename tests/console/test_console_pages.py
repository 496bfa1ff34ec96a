"""The console in a real browser: every page, both languages, light and dark, desk and phone."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from pipelines.versions import published, read_pointer
from tests.console.company import EVIL, Two, record_titled
from tests.console.looking import Looked, looking

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
WINDOWS: dict[str, dict[str, Any]] = {
    "zh-light-desk": {"locale": "zh-CN", "color_scheme": "light", "viewport": DESK},
    "en-dark-desk": {"locale": "en-US", "color_scheme": "dark", "viewport": DESK},
    "zh-dark-phone": {"locale": "zh-CN", "color_scheme": "dark", "viewport": PHONE},
    "en-light-phone": {"locale": "en-US", "color_scheme": "light", "viewport": PHONE},
}


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, browser: Browser, guarded: str) -> Iterator[Looked]:
    with looking(browser, guarded, **WINDOWS[request.param]) as looked:
        yield looked


@pytest.fixture
def desk(browser: Browser, guarded: str) -> Iterator[Looked]:
    with looking(browser, guarded, **WINDOWS["en-dark-desk"]) as looked:
        yield looked


def paths(two: Two) -> list[str]:
    version = published(two.warehouse)
    records = [record_titled(version, words) for words in ("忘记登录密码", "这段文字", "我粘贴了")]
    change = next(
        row["entry_id"]
        for row in version.rows("entry_id", "tier", "text").to_pylist()
        if row["tier"] == "changelog" and "<script>" in row["text"]
    )
    compared = urlencode({"before": two.first, "after": two.second})
    return [
        "/",
        "/console/entries",
        "/console/entries?tier=dialogues",
        "/console/entries?tier=changelog&q=上传",
        "/console/entries?q=nothing-of-that-kind&source=none",
        *(f"/console/entries/{record}" for record in (*records, change)),
        f"/console/entries/{records[0]}?version={two.first}",
        "/console/freshness",
        "/console/versions",
        f"/console/versions/{two.second}",
        f"/console/versions/compare?{compared}",
        "/console/quarantine",
        "/console/stale",
        "/console/stale?view=decided",
        "/console/similar",
        "/console/analytics",
        "/console/login",
    ]


def test_every_page_is_sound_in_each_language_colour_and_width(two: Two, window: Looked) -> None:
    for path in paths(two):
        window.go(path)
        assert window.look() == []


def test_an_answer_shows_what_each_sentence_rests_on_and_all_that_was_retrieved(
    window: Looked,
) -> None:
    page = window.page
    page.fill("#question", "登录时提示密码不对")
    page.press("#question", "Enter")
    page.wait_for_selector(".hits")
    first = page.locator(".rests").first
    assert first.inner_text().startswith("收到验证码后设置新密码")
    assert "999" not in page.locator(".said").inner_text()
    page.locator(".marks a").first.click()
    assert page.locator("#source-1 details").get_attribute("open") is not None
    assert "忘记登录密码了怎么找回" in page.locator("#source-1").inner_text()
    hit = page.locator(".hits summary").first
    hit.click()
    assert page.locator(".hits table").first.is_visible()
    assert window.look() == []


def test_a_sentence_and_its_source_light_up_together(desk: Looked) -> None:
    page = desk.page
    page.fill("#question", "我登录不了，密码好像忘记了")
    page.click("#ask button")
    page.wait_for_selector(".hits")
    page.locator(".rests").first.hover()
    expect(page.locator("#source-1")).to_have_class("lit")
    page.locator("h1").hover()
    expect(page.locator("#source-1")).not_to_have_class("lit")


def test_a_follow_up_is_asked_within_its_conversation(desk: Looked) -> None:
    page = desk.page
    for question in ("忘记登录密码了怎么办？", "验证码多久失效？"):
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.wait_for_selector(f".turn.user:text-is('{question}') + .answer:not(.waiting)")
    assert page.locator(".earlier .turn").count() == 2
    assert page.locator("input[name=asked]").count() == 2


@pytest.mark.parametrize(
    ("how", "sends"),
    [
        ({"keyCode": 13}, True),
        ({"keyCode": 13, "shiftKey": True}, False),
        ({"keyCode": 13, "isComposing": True}, False),
        ({"keyCode": 229}, False),
    ],
)
def test_an_enter_that_confirms_an_input_method_sends_nothing(
    desk: Looked, how: dict[str, Any], sends: bool
) -> None:
    left_alone = desk.page.evaluate(
        """how => document.getElementById("question").dispatchEvent(new KeyboardEvent(
             "keydown", {key: "Enter", bubbles: true, cancelable: true, ...how}))""",
        how,
    )
    assert left_alone is not sends


def test_without_script_the_console_asks_all_the_same(browser: Browser, guarded: str) -> None:
    how = WINDOWS["zh-light-desk"] | {"java_script_enabled": False}
    with looking(browser, guarded, **how) as looked:
        page = looked.page
        for question in ("忘记登录密码了怎么办？", "验证码多久失效？"):
            page.fill("#question", question)
            page.click("#ask button")
        assert page.locator(".earlier .turn").count() == 2
        assert page.locator(".said").inner_text().startswith("收到验证码后设置新密码")
        page.locator(".hits summary").first.click()
        assert page.locator(".hits table").first.is_visible()
        assert looked.wrong == []


def test_outside_text_is_shown_and_never_run(two: Two, desk: Looked) -> None:
    page = desk.page
    page.fill("#question", f"怎么显示 {EVIL} 这段文字？")
    page.press("#question", "Enter")
    page.wait_for_selector(".hits")
    assert EVIL in page.locator(".turn.user").last.inner_text()
    for summary in page.locator(".hits summary").all():
        summary.click()
    assert desk.look() == []
    version = published(two.warehouse)
    desk.go(f"/console/entries/{record_titled(version, '这段文字')}")
    assert "<img src=https://evil.example/x onerror=" in page.locator("h1").inner_text()
    assert page.locator(".prose img").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0
    assert "<img src=x onerror=window.pwned=1>/a.md" in page.locator(".source").inner_text()
    assert desk.look() == []


def test_a_version_is_rolled_back_by_a_click(two: Two, desk: Looked) -> None:
    page = desk.page
    try:
        desk.go("/console/versions")
        page.click(f"button[value='{two.first}']")
        expect(page.locator("[role=status]")).to_contain_text(two.first)
        assert (read_pointer(two.warehouse) or {})["version"] == two.first
    finally:
        desk.go("/console/versions")
        page.click(f"button[value='{two.second}']")
        expect(page.locator("[role=status]")).to_contain_text(two.second)
    assert desk.look() == []


def test_without_a_token_there_is_no_button_to_roll_back(
    two: Two, browser: Browser, unguarded: str
) -> None:
    with looking(browser, unguarded, logged_in=False, locale="en-US") as looked:
        looked.go("/console/versions")
        assert looked.page.locator("main button").count() == 0
        assert f"sanku rollback {two.first}" in looked.page.locator("main").inner_text()
        assert looked.look() == []


def test_language_and_colours_are_switched_by_a_click(desk: Looked) -> None:
    page = desk.page
    desk.go("/console/stale?view=possible")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("button[name=theme][value=light]")
    assert page.url.endswith("/console/stale?view=possible")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    page.click("button[name=language][value=zh]")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("h1").inner_text() == "过期的 FAQ"


def test_on_a_phone_the_menu_opens_and_closes(browser: Browser, guarded: str) -> None:
    with looking(browser, guarded, **WINDOWS["en-light-phone"]) as looked:
        page = looked.page
        assert not page.locator("nav[aria-label=Main]").is_visible()
        page.click(".menu")
        assert page.locator("nav[aria-label=Main]").is_visible()
        assert looked.look() == []
        page.keyboard.press("Escape")
        assert not page.locator("nav[aria-label=Main]").is_visible()
        page.click(".menu")
        page.click("text=Quarantine")
        assert page.locator("h1").inner_text() == "Quarantine"


def test_the_keyboard_reaches_the_content_first(desk: Looked) -> None:
    page = desk.page
    desk.go("/console/entries")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_charts_are_drawn(desk: Looked) -> None:
    desk.go("/console/analytics")
    for picture in desk.page.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        desk.page.wait_for_function("image => image.complete", arg=picture.element_handle())
        assert picture.evaluate("image => image.naturalWidth") > 0
    assert desk.look() == []
