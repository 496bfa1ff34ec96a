"""What whoever runs the gateway sees of it: readiness, metrics, and a line for each request."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.errors import WarehouseError
from pipelines.gateway.app import create_app
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.operations.journal import keep_journal
from pipelines.ollama import Ollama
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama
from tests.gateway.served import (
    ANSWER,
    MESSAGES,
    QUESTION,
    ScriptedAnswerer,
    ScriptedSearcher,
    app_for,
    serving,
    settings_for,
)

TOKEN = "a-long-random-text"
CHAT = {"model": "sanku", "stream": True, "messages": MESSAGES}


class Damaged(ScriptedSearcher):
    def version(self) -> SimpleNamespace:
        raise WarehouseError("`manifest.json` is damaged.")


def looked_at(warehouse: Path, **days_ago: float) -> datetime:
    """Note that sources of the FAQ were looked at, and return the time of the last look."""
    looks = {name: datetime.now(UTC) - timedelta(days=back) for name, back in days_ago.items()}
    for name, at in looks.items():
        Warehouse(warehouse).mark_pulled("faq", name, at)
    return max(looks.values())


def readiness(searcher: ScriptedSearcher, **tables: Any) -> tuple[int, dict[str, Any]]:
    app = app_for(ScriptedAnswerer(ANSWER), searcher, settings=settings_for(**tables))
    with serving(app) as url:
        response = httpx.get(f"{url}/readyz")
    return response.status_code, response.json()


def test_without_a_model_it_is_ready_though_degraded(tmp_path: Path) -> None:
    looked_at(tmp_path, help=1)
    status, told = readiness(ScriptedSearcher(), warehouse=tmp_path)
    assert (status, told["status"]) == (200, "degraded")
    assert set(told["parts"]) == {"index", "model", "faq"}
    assert told["parts"]["index"]["state"] == told["parts"]["faq"]["state"] == "ok"
    assert "answers quote the index" in told["parts"]["model"]["reason"]


def test_with_a_model_it_is_ready(tmp_path: Path) -> None:
    looked_at(tmp_path, help=1)
    with FakeOllama("好。") as ollama:
        settings = settings_for(
            ollama={"url": ollama.url, "model": ollama.model}, warehouse=tmp_path
        )
        model = Ollama(settings.ollama)
        app = app_for(ScriptedAnswerer(ANSWER, model), settings=settings)
        with serving(app) as url:
            first = httpx.get(f"{url}/readyz").json()
            second = httpx.get(f"{url}/readyz").json()
    assert first["status"] == "ready"
    assert {part["reason"] for part in first["parts"].values()} == {""}
    # Since when is since the state was first seen.
    assert first == second


@pytest.mark.parametrize(
    ("searcher", "reason"),
    [(ScriptedSearcher(published=False), "run `sanku run`"), (Damaged(), "`sanku rollback`")],
)
def test_without_an_index_it_is_not_ready(searcher: ScriptedSearcher, reason: str) -> None:
    status, told = readiness(searcher)
    assert (status, told["status"]) == (503, "unready")
    assert told["parts"]["index"]["state"] == "failed"
    assert reason in told["parts"]["index"]["reason"]


def test_a_tier_with_a_source_that_nobody_looked_at_is_told_and_still_answered_from(
    tmp_path: Path,
) -> None:
    declared = {
        "faq": [{"name": "help"}, {"name": "shop"}],
        "changelog": [{"name": "app", "repo": "app.git"}],
        "warehouse": tmp_path,
    }
    looked_at(tmp_path, help=1, shop=15)
    status, told = readiness(ScriptedSearcher(), **declared)
    assert (status, told["status"]) == (200, "degraded")
    assert "over 14 days ago" in told["parts"]["faq"]["reason"]
    assert "never pulled" in told["parts"]["changelog"]["reason"]
    patience = {"stale_after_days": {"faq": 16}}
    patient = readiness(ScriptedSearcher(), **declared, publish=patience)
    assert patient[1]["parts"]["faq"]["state"] == "ok"
    # Nothing in it had changed, so that nothing new was published.
    looked_at(tmp_path, shop=0)
    assert readiness(ScriptedSearcher(), **declared)[1]["parts"]["faq"]["state"] == "ok"


def test_a_damaged_note_of_the_last_look_is_told_of_its_tier(tmp_path: Path) -> None:
    looked_at(tmp_path, help=1)
    (tmp_path / "faq" / "help" / "pulled_at").write_text("yesterday", encoding="utf-8")
    status, told = readiness(ScriptedSearcher(), warehouse=tmp_path)
    assert status == 200
    assert "`sanku status`" in told["parts"]["faq"]["reason"]


def test_a_redactor_that_does_not_load_is_told(tmp_path: Any) -> None:
    def broken(_: object) -> Any:
        raise WarehouseError("no key")

    settings = settings_for(warehouse=tmp_path)
    app = create_app(
        settings,
        cast(Any, ScriptedAnswerer(ANSWER)),
        cast(Any, ScriptedSearcher()),
        environ={},
        recorder=Recorder(settings, load=broken),
    )
    with serving(app) as url:
        parts = httpx.get(f"{url}/readyz").json()["parts"]
        while parts["log"]["reason"].startswith("the redactor is loading"):
            parts = httpx.get(f"{url}/readyz").json()["parts"]
    assert parts["log"]["state"] == "degraded"


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_requests_and_answers_by_what_decided_them(tmp_path: Path) -> None:
    at = looked_at(tmp_path, help=1)
    settings = settings_for(warehouse=tmp_path)
    with serving(app_for(ScriptedAnswerer(ANSWER), settings=settings, token=TOKEN)) as url:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert httpx.get(f"{url}/metrics").status_code == 401
        httpx.post(f"{url}/api/chat", json=CHAT, headers=headers)
        httpx.get(f"{url}/v1/models/{QUESTION}", headers=headers)
        httpx.get(f"{url}/{QUESTION}", headers=headers)
        httpx.request("BREW", f"{url}/api/tags", headers=headers)
        response = httpx.get(f"{url}/metrics", headers=headers)

    assert response.headers["content-type"].startswith("text/plain")
    found = samples(response.text)

    def requests(**labels: str) -> float:
        return found["sanku_requests_total", tuple(sorted(labels.items()))]

    chat = {"route": "/api/chat", "method": "POST", "status": "200", "client": "company"}
    assert requests(**chat) == 1
    assert requests(route="/metrics", method="GET", status="401", client="nobody") == 1
    model = {"route": "/v1/models/{model:path}", "method": "GET", "status": "404"}
    assert requests(**model, client="company") == 1
    assert requests(route="/api/tags", method="other", status="405", client="company") == 1
    answered = (("decision", "grounded"), ("reason", "passages"))
    assert found["sanku_answers_total", answered] == 1
    assert found["sanku_answers_citing_total", (("tier", "faq"),)] == 1
    assert found["sanku_first_piece_seconds_count", (("decision", "grounded"),)] == 1
    assert found["sanku_part_ok", (("part", "index"),)] == 1
    assert found["sanku_records", (("tier", "faq"),)] == 1
    assert found["sanku_pulled_timestamp_seconds", (("tier", "faq"),)] == at.timestamp()
    assert found["sanku_quarantined_rows", (("tier", "faq"),)] == 0
    assert found["sanku_published_info", (("embedder", "test/1"), ("version", "v7"))] == 1
    assert found["process_resident_memory_bytes", ()] > 0
    # Neither what was asked nor what was called becomes a label.
    assert QUESTION not in response.text
    assert "BREW" not in response.text


def test_an_answer_without_the_model_is_counted_by_the_reason() -> None:
    from pipelines.gateway.context import Context
    from pipelines.gateway.operations.health import Readiness
    from pipelines.gateway.operations.metrics import Metrics

    metrics = Metrics()
    told = {"route": "/api/chat", "method": "POST", "status": 200, "client": "local", "ms": 12.0}
    metrics.count(told, {"decision": "degraded", "reason": "model_timeout", "citations": []})
    metrics.count(told, {"decision": QUESTION, "reason": f"model_{QUESTION}"})
    context = SimpleNamespace(
        searcher=ScriptedSearcher(published=False), settings=settings_for(), recorder=None
    )
    text = metrics.text(cast(Context, context), Readiness("unready", {})).decode()
    assert samples(text)["sanku_model_errors_total", (("code", "timeout"),)] == 1
    assert samples(text)["sanku_answers_total", (("decision", "other"), ("reason", "other"))] == 1


def test_after_a_failure_that_nobody_foresaw_a_client_goes_on() -> None:
    with (
        serving(app_for(ScriptedAnswerer([ValueError("why")]))) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        for _ in range(3):
            failed = client.post("/api/chat", json=CHAT | {"stream": False})
            assert failed.status_code == 500
            assert failed.json() == {"error": "Sanku cannot answer at present; its log says why"}
            assert client.get("/api/version").status_code == 200


@pytest.fixture
def journal() -> Iterator[None]:
    """Undoes what a journal changed of the process's loggers."""
    loggers = [logging.getLogger(name) for name in ("sanku", "uvicorn")]
    before = [(list(one.handlers), one.propagate, one.level) for one in loggers]
    yield
    for one, (handlers, propagate, level) in zip(loggers, before, strict=True):
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


def test_each_request_is_a_line_without_a_word_of_the_customer(
    journal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_journal("json")
    trace = "0af7651916cd43dd8448eb211c80319c"
    given = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    answerer = ScriptedAnswerer([ValueError(f"cannot answer {QUESTION}")])
    with serving(app_for(ScriptedAnswerer(ANSWER))) as url:
        chat = httpx.post(f"{url}/api/chat", json=CHAT, headers=given)
        assert chat.headers["x-request-id"] == trace
        named = httpx.get(f"{url}/{QUESTION}", headers={"X-Request-Id": "order-12345678"})
        assert named.headers["x-request-id"] == "order-12345678"
        wrong_ids = [
            {"X-Request-Id": wrong} for wrong in ("short", "x" * 65, "two words", "x y z w v u")
        ]
        no_trace = {"traceparent": f"00-{'0' * 32}-b7ad6b7169203331-01"}
        for headers in (*wrong_ids, no_trace):
            fresh = httpx.get(f"{url}/healthz", headers=headers).headers["x-request-id"]
            assert re.fullmatch("(?!0{32})[0-9a-f]{32}", fresh)
    with serving(app_for(answerer)) as url:
        httpx.post(f"{url}/api/chat", json=CHAT | {"stream": False})

    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    first = lines[0]
    assert first.pop("timestamp").endswith("Z")
    assert 0 < first.pop("first_ms") <= first.pop("ms")
    assert first == {
        "event": "request",
        "level": "info",
        "id": trace,
        "method": "POST",
        "route": "/api/chat",
        "status": 200,
        "client": "local",
        "decision": "grounded",
        "reason": "passages",
        "version": "v7",
    }
    assert lines[1]["route"] == "unknown"
    failed = next(line for line in lines if line.get("failure"))
    assert (failed["status"], failed["failure"]) == (500, "ValueError")
    traced = next(line for line in lines if line.get("exception") == "ValueError")
    assert "served.py" in traced["trace"]
    assert QUESTION not in written
    assert QUESTION.encode("ascii", "backslashreplace").decode() not in written


def test_the_journal_is_text_unless_asked_for_json(
    journal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_journal("text")
    with serving(app_for(ScriptedAnswerer(ANSWER))) as url:
        for path in ("/healthz", "/readyz", "/metrics", "/api/version"):
            assert httpx.get(url + path).status_code == 200
    # What is asked every few seconds is told only when something is wrong.
    (line,) = capsys.readouterr().err.splitlines()
    assert "event=request" in line
    assert "route=/api/version" in line
