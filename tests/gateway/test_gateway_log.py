"""What the gateway logs of what it answers, and what becomes of that when it cannot."""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from pipelines.conversation_log import ConversationLog, conversation_hash, customer_hash
from pipelines.errors import SankuError, SettingsError
from pipelines.gateway.conversation.recorder import load_redactor
from pipelines.gateway.server import gateway_over
from pipelines.redaction import Redactor
from pipelines.search import Searcher
from pipelines.settings import Settings
from tests.gateway.recorded import (
    PERSONAL,
    SAFE,
    ask,
    log_of,
    logged,
    logging_gateway,
    settings_in,
    wait_for,
)
from tests.gateway.served import ANSWER, QUESTION, ScriptedAnswerer, ScriptedSearcher

KEY = b"a key of the tests, no secret"
OPENCLAW = (
    "You are a personal assistant running inside OpenClaw.\n"
    "Runtime: agent=main | session=agent:main:telegram:direct:4242 | sessionId=423bc752 | host=pc"
)
Tools = nullcontext[tuple[Redactor, bytes]]


@pytest.fixture(scope="module")
def tools() -> Tools:
    return nullcontext((Redactor(KEY), KEY))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
def test_every_protocol_logs_question_and_answer_and_nothing_personal(
    settings: Settings, tools: Tools, path: str, stream: bool
) -> None:
    with logging_gateway(settings, lambda _: tools) as url:
        ask(url, PERSONAL, path=path, stream=stream, user="王建国", options={"seed": 13812345678})

    question, answer = logged(settings)
    assert (question["role"], question["text"]) == ("customer", SAFE)
    assert (answer["role"], answer["text"]) == ("other", "".join(ANSWER))
    assert (answer["decision"], answer["reason"], answer["version"]) == (
        "grounded",
        "passages",
        "v7",
    )
    assert answer["handoff"] is False
    assert question["at"] == answer["at"] == "2026-11-20T23:59:59+08:00"
    written = b"".join(
        file.read_bytes() for file in settings.warehouse.rglob("*") if file.is_file()
    )
    for personal in ("王建国", "13812345678"):
        assert personal.encode() not in written
        assert personal.encode("ascii", "backslashreplace") not in written


def test_the_log_tells_who_asked_over_which_protocol_what_was_cited_and_how_long_it_took(
    settings: Settings, tools: Tools
) -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer([ANSWER[0], gate, *ANSWER[1:]])
    with logging_gateway(settings, lambda _: tools, answerer) as url:
        threading.Timer(0.3, gate.set).start()
        ask(url, QUESTION)
        ask(url, "那多久生效？", path="/v1/chat/completions")
        tool = {"name": "ask", "arguments": {"question": "怎么续费？"}}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
        accept = {"Accept": "application/json, text/event-stream"}
        httpx.post(f"{url}/mcp", json=call, headers=accept, trust_env=False)

    first, *_ = answers = logged(settings)[1::2]
    assert [row["protocol"] for row in answers] == ["ollama", "openai", "mcp"]
    assert (first["client"], first["tiers"], first["records"]) == ("local", ["faq"], ["c1"])
    assert 0 <= first["first_piece"] < first["milliseconds"] - 100 < 20_000


def test_the_gateway_that_is_served_loads_its_own_redactor_and_key(settings: Settings) -> None:
    with logging_gateway(settings, load_redactor) as url:
        wait_for(url, state="ready")
        ask(url, PERSONAL, system=OPENCLAW)

    key = bytes.fromhex((settings.sources_file.parent / settings.redaction.key_file).read_text())
    assert [line["text"] for line in logged(settings)] == [SAFE, "".join(ANSWER)]
    assert logged(settings)[0]["customer"] == customer_hash(key, "4242")


def test_pseudonyms_hold_over_the_turns_of_a_conversation(settings: Settings, tools: Tools) -> None:
    with logging_gateway(settings, lambda _: tools) as url:
        ask(url, PERSONAL)
        ask(url, PERSONAL, "".join(ANSWER), "李晓明的电话是 13987654321，我的是 138 1234 5678")

    first, _, second, _ = logged(settings)
    assert first["text"] == SAFE
    assert second["text"] == "〈人名2〉的电话是 〈电话2〉，我的是 〈电话1〉"
    assert first["conversation"] == second["conversation"]


def test_what_a_client_asks_again_is_logged_once(settings: Settings, tools: Tools) -> None:
    with logging_gateway(settings, lambda _: tools) as url:
        for stream in (True, False, True):
            ask(url, QUESTION, system=OPENCLAW, stream=stream)
        ask(url, QUESTION, "请打开「设置」。", "那多久生效？", system=OPENCLAW)
        assert log_of(url)["lost"] == 0

    assert [line["text"] for line in logged(settings) if line["role"] == "customer"] == [
        QUESTION,
        "那多久生效？",
    ]


def test_the_same_words_about_something_else_are_another_question(
    settings: Settings, tools: Tools
) -> None:
    with logging_gateway(settings, lambda _: tools) as url:
        said = ["团队版呢？", "有。", "多少钱？", "每人 30 元。", "扩容包呢？", "有。", "多少钱？"]
        for turns in (3, 3, 7):
            ask(url, *said[:turns], system=OPENCLAW)

    assert [line["text"] for line in logged(settings) if line["role"] == "customer"] == [
        "多少钱？",
        "多少钱？",
    ]


def test_front_ends_own_calls_are_not_logged(
    settings: Settings, tools: Tools, shared_data: Path
) -> None:
    title = "### Task:\nGenerate a title.\n### Output:\nJSON\n<chat_history>\nx\n</chat_history>"
    with logging_gateway(settings, lambda _: tools) as url:
        ask(url, title, stream=False)
        for name in ("openclaw_heartbeat", "openclaw_compaction"):
            captured = json.loads((shared_data / "frontends" / f"{name}.json").read_text("utf-8"))
            body = captured["body"] | {"model": "sanku"}
            assert httpx.post(url + captured["path"], json=body).status_code == 200

    assert not (settings.warehouse / "conversations").exists()


def test_who_asked_is_logged_as_the_front_end_names_them(settings: Settings, tools: Tools) -> None:
    forwarded = {"X-OpenWebUI-Chat-Id": "chat-1", "X-OpenWebUI-User-Id": "u-7"}
    with logging_gateway(settings, lambda _: tools) as url:
        ask(url, QUESTION, headers=forwarded)
        ask(url, QUESTION, system=OPENCLAW)
        ask(url, QUESTION, path="/v1/chat/completions", user="me@x.cn")
        ask(url, QUESTION, path="/v1/chat/completions", user={"not": "text"})

    chat, session, user, nobody = logged(settings)[::2]
    assert chat["conversation"] == conversation_hash(KEY, "chat-1")
    assert session["conversation"] == conversation_hash(KEY, "agent:main:telegram:direct:4242")
    assert [line["customer"] for line in (chat, session, user, nobody)] == [
        customer_hash(KEY, name) for name in ("u-7", "4242", "me@x.cn", "")
    ]


def test_a_client_that_leaves_before_the_answer_is_complete_is_not_logged(
    settings: Settings, tools: Tools
) -> None:
    gate = threading.Event()
    answerer = ScriptedAnswerer(["请打开。\n", gate, "「设置」"])
    with logging_gateway(settings, lambda _: tools, answerer) as url:
        body = {"model": "sanku", "messages": [{"role": "user", "content": QUESTION}]}
        with httpx.stream("POST", f"{url}/api/chat", json=body, trust_env=False) as response:
            next(response.iter_lines())
        assert answerer.cancelled.wait(10)

    assert logged(settings) == []


def test_an_answer_does_not_wait_for_a_redactor_that_is_loading(
    settings: Settings, tools: Tools
) -> None:
    loaded = threading.Event()

    def slow(_: Settings) -> Tools:
        loaded.wait(20)
        return tools

    with logging_gateway(settings, slow) as url:
        assert "设置" in ask(url, QUESTION)
        assert log_of(url) == {"state": "loading", "waiting": 1, "lost": 0}
        loaded.set()
        wait_for(url, state="ready", waiting=0)

    assert len(logged(settings)) == 2


def test_what_finds_no_room_in_time_is_counted_as_lost(
    settings: Settings, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    loaded = threading.Event()

    def slow(_: Settings) -> Tools:
        loaded.wait(20)
        return tools

    with logging_gateway(settings, slow, queued=1, patience_seconds=0.3) as url:
        for number in range(3):
            ask(url, f"第 {number} 个问题？")
        assert log_of(url)["lost"] == 1
        wait_for(url, lost=2)
        ask(url, "第 2 个问题？")  # nobody took it, and so it is no repetition
        wait_for(url, lost=3)
        loaded.set()
        wait_for(url, waiting=0)

    assert [line["text"] for line in logged(settings)][::2] == ["第 0 个问题？"]
    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "are not logged" in told.getMessage()


def test_the_end_waits_for_the_log_only_so_long(
    settings: Settings,
    tools: Tools,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.gateway.conversation.recorder.DRAIN_SECONDS", 0.2)
    ended = threading.Event()

    def endless(_: Settings) -> Tools:
        ended.wait(20)
        return tools

    with logging_gateway(settings, endless) as url:
        ask(url, QUESTION)
    ended.set()

    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.getMessage() == "1 answers are not logged: the gateway had to end"


def test_answers_go_on_without_a_redactor_which_is_told_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Settings) -> Tools:
        raise SettingsError("The redaction key `x.key` can be read by others.")

    with logging_gateway(settings, broken) as url:
        for number in range(3):
            assert "设置" in ask(url, f"第 {number} 个问题？")
        wait_for(url, state="failed", lost=3)

    assert logged(settings) == []
    (told,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told.getMessage().endswith("The redaction key `x.key` can be read by others.")


def test_one_failure_loses_one_answer_and_quotes_nobody(
    settings: Settings, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Redactor):
        def __init__(self) -> None:
            super().__init__(KEY)
            self.failed = False

        def redact_conversations(
            self, conversations: Any, advance: Callable[[int], None]
        ) -> dict[str, list[Any]]:
            if not self.failed:
                self.failed = True
                raise ValueError(conversations)
            return tools.enter_result[0].redact_conversations(conversations, advance)

    with logging_gateway(settings, lambda _: nullcontext((Failing(), KEY))) as url:
        ask(url, PERSONAL)
        wait_for(url, lost=1, waiting=0)
        ask(url, PERSONAL)

    assert [line["text"] for line in logged(settings)][::2] == [SAFE]
    told = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told == ["conversations are not logged: ValueError"]


def test_a_redactor_that_could_not_be_prepared_is_ready_once_it_has_written(
    settings: Settings, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    class Late(Redactor):
        def prepare(self) -> None:
            raise SankuError("A redaction process was killed by signal 9.")

    with logging_gateway(settings, lambda _: nullcontext((Late(KEY), KEY))) as url:
        wait_for(url, state="failed", lost=0)
        ask(url, PERSONAL)
        wait_for(url, state="ready", waiting=0, lost=0)

    assert [line["text"] for line in logged(settings)][::2] == [SAFE]
    told = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told == ["conversations are not logged: A redaction process was killed by signal 9."]


def test_a_folder_that_cannot_be_written_loses_the_log_and_no_answer(
    settings: Settings, tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    settings.warehouse.mkdir()
    (settings.warehouse / "conversations").write_text("no folder", encoding="utf-8")
    with logging_gateway(settings, lambda _: tools) as url:
        for number in range(2):
            assert "设置" in ask(url, f"第 {number} 个问题？")
            wait_for(url, state="ready", lost=number + 1)

    told = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told == ["conversations are not logged: FileExistsError: File exists"]


def test_days_that_left_the_window_are_dropped(settings: Settings, tools: Tools) -> None:
    folder = settings.warehouse / "conversations"
    folder.mkdir(parents=True)
    for day in (17, 18):
        (folder / f"2026-11-{day}.jsonl").write_text("", encoding="utf-8")
    with logging_gateway(settings, lambda _: tools) as url:
        ask(url, QUESTION)

    days = sorted(file.stem for file in folder.glob("*.jsonl"))
    assert days == ["2026-11-18", "2026-11-20"]
    assert ConversationLog(folder).find_text(QUESTION)


def test_a_long_history_is_redacted_in_part_only(settings: Settings, tools: Tools) -> None:
    seen: list[Sequence[str]] = []

    class Counting(Redactor):
        def __init__(self) -> None:
            pass

        def redact_conversations(
            self, conversations: Any, advance: Callable[[int], None]
        ) -> dict[str, list[Any]]:
            seen.extend(conversations.values())
            return tools.enter_result[0].redact_conversations(conversations, advance)

    with logging_gateway(settings, lambda _: nullcontext((Counting(), KEY))) as url:
        ask(url, *("好" for _ in range(400)), QUESTION)
        ask(url, "长" * 40_000, "长" * 40_000, "那多久生效？")

    assert [len(said) for said in seen] == [202, 3]


def test_a_company_may_switch_the_log_off(settings: Settings) -> None:
    searcher = cast(Searcher, ScriptedSearcher())
    off = settings.model_copy(
        update={"gateway": settings.gateway.model_copy(update={"log": False})}
    )
    assert gateway_over(settings, searcher).state.context.recorder is not None
    assert gateway_over(off, searcher).state.context.recorder is None
