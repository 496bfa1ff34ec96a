"""The console over HTTP: what a browser gets, what it may send, and what it never gets."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partialmethod
from pathlib import Path

import httpx
import pytest

from pipelines.current import current_findings
from pipelines.gateway.access.session import COOKIE
from pipelines.gateway.console.page import HEADERS, SECTIONS
from pipelines.gateway.console.preferences import place_within
from pipelines.gateway.refusals import RefusalError
from pipelines.versions import read_pointer
from pipelines.warehouse import Warehouse
from tests.console.company import Two
from tests.console.conftest import TOKEN, cookie_of_session
from tests.gateway.served import (
    ANSWER,
    ScriptedAnswerer,
    ScriptedSearcher,
    app_for,
    serving,
    settings_for,
)

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}


@contextmanager
def session(url: str, logged_in: bool = False) -> Iterator[httpx.Client]:
    """A browser without a screen, logged in or not."""
    headers = BROWSER | {"Origin": url}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        if logged_in:
            client.cookies.set(COOKIE, cookie_of_session())
        yield client


@pytest.fixture
def visitor(unguarded: str) -> Iterator[httpx.Client]:
    with session(unguarded) as client:
        yield client


@pytest.fixture
def manager(guarded: str) -> Iterator[httpx.Client]:
    with session(guarded, logged_in=True) as client:
        yield client


def test_a_browser_gets_the_console_and_a_client_what_ollama_says(unguarded: str) -> None:
    for accept in ("*/*", "application/json"):
        told = httpx.get(f"{unguarded}/", headers={"Accept": accept})
        assert (told.status_code, told.text) == (200, "Ollama is running")
    assert httpx.head(f"{unguarded}/").status_code == 200
    assert httpx.get(f"{unguarded}/", headers=BROWSER).text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", [*SECTIONS.values(), "/console/login", "/console/nothing"])
def test_every_page_has_the_headers_that_keep_it_safe(visitor: httpx.Client, path: str) -> None:
    response = visitor.get(path)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_static_files_are_kept_by_their_digest_and_no_other_name_is_served(
    visitor: httpx.Client,
) -> None:
    named = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', visitor.get("/").text)
    assert {name.rpartition(".")[2] for name in named} == {"css", "js", "svg"}
    for name in named:
        response = visitor.get(name)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["x-content-type-options"] == "nosniff"
    for name in ("console.css", "console.0000000000000000.css", "..%2Fpage.py", "%2Fetc%2Fpasswd"):
        assert visitor.get(f"/console/static/{name}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/console/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/console/entries/0", 404),
        ("GET", "/console/entries?tier=secrets", 404),
        ("GET", "/console/entries?version=..", 404),
        ("GET", "/console/versions/..%2F..%2Fetc", 404),
        ("GET", "/console/versions/none", 404),
        ("GET", "/console/versions/compare?before=a&after=b", 404),
        ("GET", "/console/analytics?days=0", 400),
        ("GET", "/console/analytics?days=²", 400),
        ("GET", "/console/analytics/other.svg?theme=dark", 404),
        ("GET", "/console/stale?view=x", 404),
        ("GET", "/console/similar?state=x", 404),
        ("DELETE", "/console/versions", 405),
        ("POST", "/console/versions/rollback", 403),
        ("POST", "/console/stale", 403),
        ("POST", "/console/similar", 403),
        ("POST", "/console/ask", 400),
    ],
)
def test_what_goes_wrong_is_a_page_with_a_way_out(
    visitor: httpx.Client, method: str, path: str, status: int
) -> None:
    response = visitor.request(method, path)
    assert response.status_code == status
    assert "<h1>" in response.text
    assert '<a class="button" href="/">' in response.text


def test_a_protocol_tells_its_failures_in_its_own_words(visitor: httpx.Client) -> None:
    assert "error" in visitor.get("/api/nothing").json()
    assert "error" in visitor.get("/v1/nothing").json()


def test_before_the_first_publish_every_page_says_how_to_make_one(tmp_path: Path) -> None:
    app = app_for(
        ScriptedAnswerer(ANSWER),
        ScriptedSearcher(published=False),
        settings=settings_for(warehouse=tmp_path),
    )
    with serving(app) as url, session(url) as client:
        for section in ("entries", "freshness", "versions"):
            response = client.get(SECTIONS[section])
            assert response.status_code == 503
            assert '<code class="command">sanku run</code>' in response.text
        for section in ("ask", "quarantine", "stale", "similar", "analytics"):
            assert client.get(SECTIONS[section]).status_code == 200


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("/console/stale?view=open", "/console/stale?view=open"),
        ("/", "/"),
        ("", "/"),
        ("https://evil.example/console/", "/"),
        ("//evil.example/console/", "/"),
        ("/\\evil.example", "/"),
        ("/console/\\..\\x", "/"),
        ("javascript:alert(1)", "/"),
        ("/console/\r\nSet-Cookie: x=1", "/"),
        ("/api/tags", "/"),
        ("//[", "/"),
    ],
)
def test_nobody_is_led_out_of_the_console(url: str, place: str) -> None:
    assert place_within(url) == place


def test_language_and_colours_are_kept_in_cookies(visitor: httpx.Client) -> None:
    assert '<html lang="en" data-theme="auto">' in visitor.get("/").text
    chosen = {"language": "zh", "theme": "dark", "back": "/console/stale"}
    response = visitor.post("/console/preferences", data=chosen)
    assert (response.status_code, response.headers["location"]) == (303, "/console/stale")
    assert '<html lang="zh-CN" data-theme="dark">' in visitor.get("/").text
    visitor.post("/console/preferences", data={"language": "<script>", "theme": "x"})
    assert '<html lang="zh-CN" data-theme="dark">' in visitor.get("/").text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"question": " "}}, 400),
        ({"data": {"question": "问" * 4001}}, 400),
        ({"json": {"question": "密码"}}, 400),
        ({"content": b"question=%ff", "headers": {"Content-Type": "text/plain"}}, 400),
        ({"data": {"question": "密码忘了"}}, 200),
    ],
)
def test_a_form_that_asks_nothing_is_refused(
    visitor: httpx.Client, sent: dict[str, object], status: int
) -> None:
    assert visitor.post("/console/ask", **sent).status_code == status  # type: ignore[arg-type]


def test_lines_come_back_from_a_form_as_the_page_gave_them() -> None:
    answerer = ScriptedAnswerer([RefusalError(503, "too many questions at once; ask again")])
    sent = {
        "question": "那要等\r\n多久",
        "asked": "密码\r\n忘了",
        "answered": "请重置。 [1]\r\n\r\n参考资料：\r\n[1] 怎么重置？",
    }
    with serving(app_for(answerer)) as url, session(url) as client:
        assert client.post("/console/ask", data=sent).status_code == 503
    ((question, (said, answered)),) = answerer.asked
    assert (question, said.text) == ("那要等\n多久", "密码\n忘了")
    assert answered.text == "请重置。 [1]\n\n参考资料：\n[1] 怎么重置？"


def test_a_version_is_published_again_with_a_token_and_not_without(
    two: Two, visitor: httpx.Client, manager: httpx.Client
) -> None:
    refused = visitor.post("/console/versions/rollback", data={"version": two.first})
    assert refused.status_code == 403
    assert "SANKU_TOKEN" in refused.text
    assert published(two) == two.second
    try:
        done = manager.post("/console/versions/rollback", data={"version": two.first})
        assert (done.status_code, published(two)) == (303, two.first)
        assert f"{two.first} is published" in manager.get(done.headers["location"]).text
    finally:
        manager.post("/console/versions/rollback", data={"version": two.second})
    assert published(two) == two.second
    unknown = manager.post("/console/versions/rollback", data={"version": "../warehouse"})
    assert (unknown.status_code, published(two)) == (404, two.second)


def published(two: Two) -> str:
    pointer = read_pointer(two.warehouse)
    assert pointer is not None
    return str(pointer["version"])


def test_a_form_of_another_site_changes_nothing(two: Two, manager: httpx.Client) -> None:
    for origin in ("https://evil.example", "null"):
        response = manager.post(
            "/console/versions/rollback",
            data={"version": two.first},
            headers={"Origin": origin},
        )
        assert response.status_code == 403
    assert published(two) == two.second


@pytest.mark.parametrize(
    ("path", "decision"),
    [
        ("/console/stale", {"verdict": "open"}),
        ("/console/similar", {"decision": "accepted"}),
    ],
)
def test_a_decision_made_while_a_run_writes_is_told_to_wait(
    two: Two,
    manager: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    decision: dict[str, str],
) -> None:
    (finding,) = current_findings(two.settings, two.warehouse)
    (draft, *_) = re.findall(r'name="draft" value="(\w+)"', manager.get("/console/similar").text)
    monkeypatch.setattr(Warehouse, "writing", partialmethod(Warehouse.writing, 0.1))
    named = {"finding": finding.id, "draft": draft}
    with two.warehouse.writing():
        refused = manager.post(path, data=decision | named, timeout=30)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    assert "a run is writing; try again in a minute" in refused.text


def test_similar_questions_are_decided_on_together(manager: httpx.Client) -> None:
    ids = re.findall(r'name="draft" value="(\w+)"', manager.get("/console/similar").text)
    assert len(ids) == 2
    assert manager.post("/console/similar", data={"decision": "accepted"}).status_code == 400
    for decision, state in (
        ("accepted", "accepted"),
        ("dismissed", "dismissed"),
        ("draft", "draft"),
    ):
        done = manager.post("/console/similar", data={"draft": ids, "decision": decision})
        assert done.status_code == 303
        shown = manager.get(f"/console/similar?state={state}").text
        assert re.findall(r'name="draft" value="(\w+)"', shown) == ids


def test_logging_in_leads_back_to_the_page_and_out_again(guarded: str) -> None:
    with session(guarded) as client:
        asked = client.get("/console/versions?page=2")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/console/login?next=%2Fconsole%2Fversions%3Fpage%3D2"
        form = client.get(asked.headers["location"]).text
        assert 'value="/console/versions?page=2"' in form
        assert client.post("/console/login", data={"token": "wrong"}).status_code == 401
        entered = client.post("/console/login", data={"token": TOKEN, "next": "/console/stale"})
        assert entered.headers["location"] == "/console/stale"
        assert client.get("/console/stale").status_code == 200
        client.post("/console/logout")
        assert client.get("/console/stale").status_code == 303


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/console/stale", "/console/stale"),
        ("/console/drafts/make", "/console/drafts"),
        ("/console/versions/rollback", "/console/versions"),
        ("/console/ask", "/"),
        ("/console/logout", "/"),
    ],
)
def test_a_form_sent_after_the_login_has_ended_leads_to_the_login(
    guarded: str, path: str, back: str
) -> None:
    with session(guarded) as client:
        client.cookies.set(COOKIE, "1.company.ended")
        refused = client.post(path, data={"verdict": "open"})
        assert refused.status_code == 401
        assert "Your login has ended" in refused.text
        assert f'href="/console/login?next={back}"' in refused.text
        elsewhere = client.post("/metrics", data={"verdict": "open"})
        assert (elsewhere.status_code, "Your login" in elsewhere.text) == (401, False)


def test_a_browser_that_goes_away_ends_the_answer() -> None:
    for accept in ("*/*", BROWSER["Accept"]):
        answerer = ScriptedAnswerer(["一句。", threading.Event()])
        with serving(app_for(answerer)) as url, httpx.Client(trust_env=False) as client:
            with pytest.raises(httpx.ReadTimeout):
                client.post(
                    f"{url}/console/ask",
                    data={"question": "密码"},
                    headers={"Accept": accept},
                    timeout=0.5,
                )
            client.close()
            assert answerer.cancelled.wait(5), accept


def test_an_answer_is_told_line_by_line_as_it_is_written(unguarded: str) -> None:
    started = time.perf_counter()
    with httpx.stream("POST", f"{unguarded}/console/ask", data={"question": "忘记密码"}) as told:
        assert told.headers["content-type"] == "application/x-ndjson"
        lines = list(told.iter_lines())
    assert time.perf_counter() - started < 20
    assert all(line.startswith('{"text": ') for line in lines[:-1])
    assert len(lines) > 1
    assert lines[-1].startswith('{"html": "')
