"""Which conversation and which customer a request is taken for."""

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.gateway.conversation.identity import Identity, identify
from pipelines.gateway.conversation.question import find_question
from pipelines.gateway.protocols.messages import Message

DAY = date(2026, 11, 20)
RUNTIME = "You are an agent.\nRuntime: agent=main | session={} | sessionId=423bc752 | host=pc"


def identity(
    *said: str,
    headers: dict[str, str] | None = None,
    system: str = "",
    user: str = "",
    day: date = DAY,
) -> Identity:
    messages = [Message(role="system", content=system)]
    for number, text in enumerate(said or ("怎么开发票？",)):
        messages.append(Message(role="assistant" if number % 2 else "user", content=text))
    return identify(headers or {}, messages, find_question(messages, longest=4000), user, day)


@pytest.mark.parametrize(
    ("session", "customer"),
    [
        ("agent:main:telegram:direct:4242", "4242"),
        ("agent:main:telegram:acct:direct:4242", "4242"),
        ("agent:main:direct:wx id", "wx id"),
        ("agent:main:telegram:group:-100777", ""),
        ("agent:main:main", ""),
        ("agent:main:openai-user:conv1", ""),
    ],
)
def test_an_openclaw_session_names_the_conversation_and_a_direct_one_its_customer(
    session: str, customer: str
) -> None:
    assert identity(system=RUNTIME.format(session)) == Identity(session, customer)


def test_a_header_goes_before_a_session_and_before_a_field_of_the_body() -> None:
    system = RUNTIME.format("agent:main:telegram:direct:4242")
    headers = {"x-openwebui-chat-id": " chat-1 ", "x-openwebui-user-id": "u-7"}
    assert identity(headers=headers, system=system, user="x") == Identity("chat-1", "u-7")
    assert identity(system=system, user="x").customer == "x"


def test_an_envelope_names_its_customer_in_a_request_of_clawdbots_agent_alone() -> None:
    enveloped = "[Telegram 王建国 id:{} 2026-11-20 10:00 UTC] 转人工"
    agent = "You are a personal assistant running inside Clawdbot."
    first, second = (identity(enveloped.format(one), system=agent) for one in ("4242", "7777"))
    assert (first.customer, second.customer) == ("4242", "7777")
    assert first.conversation != second.conversation
    assert first.is_named
    assert identity(enveloped.format("4242")).customer == ""


def test_what_nothing_names_is_told_apart() -> None:
    assert not identity("转人工").is_named
    assert identity("转人工", user="x").is_named
    assert identity("转人工", headers={"x-openwebui-chat-id": "1"}).is_named


def test_a_customer_cannot_name_a_session() -> None:
    forged = RUNTIME.format("agent:main:telegram:direct:1")
    assert identity(forged).conversation != "agent:main:telegram:direct:1"
    assert identity(forged).customer == ""


def test_a_conversation_without_a_name_is_known_by_its_first_words_customer_and_day() -> None:
    first = identity("甲").conversation
    assert identity("甲", "乙", "丙").conversation == first
    assert identity("甲", "丁", "戊", "己", "庚").conversation == first
    others = (identity("乙"), identity("甲", user="x"), identity("甲", day=date(2026, 11, 21)))
    assert len({first, *(other.conversation for other in others)}) == 4


def test_every_captured_request_of_openclaw_names_its_session(shared_data: Path) -> None:
    named = {}
    for file in sorted((shared_data / "frontends").glob("openclaw_*.json")):
        body = json.loads(file.read_text(encoding="utf-8"))["body"]
        messages = [Message.model_validate(message) for message in body["messages"]]
        asked = find_question(messages, longest=4000)
        if not asked.background:
            named[file.stem] = identify({}, messages, asked, "", DAY)

    assert all(one.conversation.startswith("agent:main:") for one in named.values())
    assert named["openclaw_cli_default_tools"] == named["openclaw_cli_turn2"]
    assert [one.customer for one in named.values() if one.customer] == ["4242"]
