"""A hand-off reaches the help desk behind its answer, redacted, and once."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from pipelines.answer import Answer, Answerer
from pipelines.answer_settings import Handoff
from pipelines.conversation_log import conversation_hash
from pipelines.followup import Turn
from pipelines.gateway.app import create_app
from pipelines.gateway.conversation.recorder import Load, Recorder
from pipelines.handoff_webhook import HandoffWebhook
from pipelines.redaction import Redactor
from pipelines.search import Searcher
from pipelines.settings import Settings
from tests.gateway.served import ScriptedAnswerer, ScriptedSearcher, serving, settings_for
from tests.help_desk import HelpDesk, listening_desk

KEY = b"a key of the tests, no secret"
ASKED = "我叫王建国，电话 13812345678，转人工"


class Decided(ScriptedAnswerer):
    """Answers every question with one decision."""

    def __init__(self, decision: str, reason: str) -> None:
        super().__init__(["好的，马上为您转接。"])
        self._decided = decision, reason

    async def stream(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncIterator[str | Answer]:
        text = str(self.pieces[0])
        yield text
        decision, reason = self._decided
        yield Answer(question, text, cast(Any, decision), reason, True, (), "v7", {"total": 1.0})


@contextmanager
def gateway(settings: Settings, answerer: Decided, load: Load) -> Iterator[str]:
    webhook = HandoffWebhook(settings.handoff, {})
    app = create_app(
        settings,
        cast(Answerer, answerer),
        cast(Searcher, ScriptedSearcher()),
        environ={},
        recorder=Recorder(settings, load=load, webhook=webhook),
    )
    with serving(app) as url:
        yield url


def settings_with(folder: Path, desk: HelpDesk, **keys: object) -> Settings:
    handoff = Handoff.model_validate({"url": desk.url} | keys)
    return settings_for(warehouse=folder / "warehouse", handoff=handoff.model_dump())


def ask(url: str, chat: str = "chat-1") -> None:
    body = {"model": "sanku", "messages": [{"role": "user", "content": ASKED}], "stream": False}
    headers = {"X-OpenWebUI-Chat-Id": chat} if chat else {}
    response = httpx.post(f"{url}/api/chat", json=body, headers=headers, trust_env=False)
    assert response.status_code == 200


def handoffs_of(url: str) -> dict[str, int]:
    return cast(
        dict[str, int], httpx.get(f"{url}/healthz", trust_env=False).json()["log"]["handoffs"]
    )


def wait_for(url: str, **wanted: int) -> None:
    deadline = time.monotonic() + 20
    while not wanted.items() <= handoffs_of(url).items():
        assert time.monotonic() < deadline, handoffs_of(url)
        time.sleep(0.02)


def load(settings: Settings) -> nullcontext[tuple[Redactor, bytes]]:
    return nullcontext((Redactor(KEY), KEY))


def fail(settings: Settings) -> nullcontext[tuple[Redactor, bytes]]:
    raise OSError(13, "no")


@pytest.mark.parametrize("with_question", [False, True])
def test_a_hand_off_is_reported_redacted_and_once(tmp_path: Path, with_question: bool) -> None:
    with listening_desk() as desk:
        settings = settings_with(tmp_path, desk, question=with_question)
        with gateway(settings, Decided("handoff", "asks_for_person"), load) as url:
            ask(url)
            ask(url)  # a client repeats what it believes to have failed
            wait_for(url, sent=1)
            metrics = httpx.get(f"{url}/metrics", trust_env=False).text
    ((_, body),) = desk.told
    told = json.loads(body)
    assert (told["reason"], told["version"]) == ("asks_for_person", "v7")
    assert len(told["conversation"]) == len(conversation_hash(KEY, "any"))
    assert told["question"] == ("我叫〈人名1〉，电话 〈电话1〉，转人工" if with_question else "")
    assert "13812345678" not in body.decode()
    assert "sanku_handoffs_sent_total 1.0" in metrics


def test_where_nothing_names_a_conversation_no_hand_off_is_taken_for_another_ones(
    tmp_path: Path,
) -> None:
    with listening_desk() as desk:
        settings = settings_with(tmp_path, desk)
        with gateway(settings, Decided("handoff", "asks_for_person"), load) as url:
            ask(url, chat="")
            ask(url, chat="")
            wait_for(url, sent=2)


def test_a_refusal_alone_is_not_reported(tmp_path: Path) -> None:
    with listening_desk() as desk:
        settings = settings_with(tmp_path, desk)
        with gateway(settings, Decided("refuse", "not_found"), load) as url:
            ask(url)
    assert desk.told == []


def test_without_a_redactor_a_hand_off_is_reported_without_words(tmp_path: Path) -> None:
    with listening_desk() as desk:
        settings = settings_with(tmp_path, desk, question=True)
        with gateway(settings, Decided("handoff", "angry"), fail) as url:
            ask(url)
            wait_for(url, sent=1)
    told = json.loads(desk.told[0][1])
    assert (told["reason"], told["conversation"], told["question"]) == ("angry", "", "")
