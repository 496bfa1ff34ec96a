"""Transcripts of Clawdbot: what was said, by whom, and what was taken back."""

import io
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipelines.dialogues.branch import Branch
from pipelines.dialogues.readers import Unfinished, read_messages
from pipelines.dialogues.transcripts import MAX_EVENT
from pipelines.records import Message, Quarantined
from pipelines.settings import DialogueSource

KEY = bytes(range(32))
SOURCE = DialogueSource(name="bot", files="*", format="clawdbot")
HEADER = {"type": "session", "version": 3, "id": "c1", "timestamp": "2026-03-01T02:00:00.000Z"}
Event = dict[str, Any]
Records = list[Message | Quarantined | Unfinished]


def event(name: str, parent: str | None, **more: Any) -> Event:
    at = "2026-03-01T02:00:00.000Z"
    return {"type": "custom", "id": name, "parentId": parent, "timestamp": at} | more


def said(name: str, parent: str | None, text: object, role: str = "user", **more: Any) -> Event:
    message = {"role": role, "content": text, "timestamp": 1772330400000} | more
    return event(name, parent, type="message", message=message)


def lines_of(*events: Event | str) -> bytes:
    texts = (one if isinstance(one, str) else json.dumps(one) for one in (HEADER, *events))
    return "".join(f"{text}\n" for text in texts).encode()


def read(data: bytes) -> Records:
    return list(read_messages("sessions/c1.jsonl", io.BytesIO(data), SOURCE, KEY))


def texts(records: Iterable[Message | Quarantined | Unfinished]) -> list[str]:
    return [one.text if isinstance(one, Message) else type(one).__name__ for one in records]


def test_a_real_session_is_read_as_it_was_said(shared_data: Path) -> None:
    file = shared_data / "frontends" / "clawdbot2026.1.24-3_session_c1.jsonl"
    records = read(file.read_bytes())
    messages = [one for one in records if isinstance(one, Message)]
    assert len(messages) == len(records) == 4
    assert [(one.role, one.line) for one in messages] == [
        ("customer", 5),
        ("other", 6),
        ("customer", 7),
        ("other", 8),
    ]
    assert [one.text for one in messages[::2]] == ["怎么重置API密钥?", "那旧密钥多久失效?"]
    assert {one.conversation for one in messages} == {"c1"}
    assert messages[0].at.isoformat() == "2026-11-22T10:33:49.595000+00:00"


def test_a_message_is_text_or_parts_of_which_only_text_is_read() -> None:
    parts = [{"type": "text", "text": "甲"}, {"type": "image", "data": "…"}, {"type": "text"}]
    thought = [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "乙"}]
    records = read(lines_of(said("1", None, parts), said("2", "1", thought, "assistant")))
    assert texts(records) == ["甲", "乙"]


def test_pictures_are_said_and_tools_and_silence_are_not() -> None:
    records = read(
        lines_of(
            said("1", None, [{"type": "image", "data": "…"}]),
            said("2", "1", [{"type": "toolCall", "name": "read"}], "assistant"),
            said("3", "2", [{"type": "text", "text": "文件内容"}], "toolResult"),
            said("4", "3", "NO_REPLY", "assistant"),
            said("5", "4", None, "assistant"),
            said("6", "5", "Read HEARTBEAT.md if it exists (workspace context)."),
            said("7", "6", "HEARTBEAT_OK", "assistant"),
            event("8", "7", type="compaction", summary="谈过密钥"),
            said("9", "8", "好了", "assistant"),
        )
    )
    assert texts(records) == ["", "好了"]


def test_the_time_of_the_message_comes_before_that_of_its_event() -> None:
    records = read(
        lines_of(
            said("1", None, "甲"),
            said("2", "1", "乙", timestamp=None),
            said("3", "2", "丙", timestamp="昨天"),
            event("4", "3", type="message", timestamp=0, message={"role": "user", "content": "x"}),
        )
    )
    times = [f"{one.at:%H:%M}" if isinstance(one, Message) else one.line for one in records]
    assert times == ["02:00", "02:00", "02:00", 5]


# Envelopes

STAMP = "2026-11-22 10:35 UTC"


@pytest.mark.parametrize(
    ("written", "words", "customer"),
    [
        (f"[Telegram 李 工 (@ligong) id:4242 {STAMP}] 密钥\n[message_id: 56]", "密钥", "4242"),
        (f"[Telegram id:1 (@x) id:4242 +5m {STAMP}] 密钥", "密钥", "4242"),
        ("[Telegram 李 工 id:4242 2026-11-22T10:35Z] 密钥", "密钥", "4242"),
        (f"[WhatsApp +8613812345678 +2h {STAMP}] 密钥", "密钥", "+8613812345678"),
        (f"[Telegram 客服群 id:-100777 {STAMP}] 李 工 (4242): 密钥", "密钥", "4242"),
        (f"[Telegram 客服群 id:-100777 {STAMP}] 密钥", "密钥", ""),
        (f"[WebChat {STAMP}] 密钥", "密钥", ""),
        (
            f"[Telegram 李 id:42 {STAMP}] 密钥\n\n[Replying to bot id:9]\n旧答案\n[/Replying]"
            "\n[message_id: 57]",
            "密钥",
            "42",
        ),
        (
            "[Chat messages since your last reply - for context]\n"
            f"[Telegram 群 id:-1 {STAMP}] 王 (7): 早 [id:55 chat:-1]\n\n"
            "[Current message - respond to this]\n"
            f"[Telegram 群 id:-1 {STAMP}] 李 (42): 密钥",
            "密钥",
            "42",
        ),
        (
            f"System: [{STAMP}] WhatsApp connected\n\n[Telegram 李 id:42 {STAMP}] 密钥",
            "密钥",
            "42",
        ),
        (
            f"[Telegram 李 id:42 {STAMP}] [Telegram 王 id:7 {STAMP}] 密钥",
            f"[Telegram 王 id:7 {STAMP}] 密钥",
            "42",
        ),
        ("[紧急] 密钥", "[紧急] 密钥", ""),
    ],
)
def test_words_and_customer_are_taken_out_of_the_envelope(
    written: str, words: str, customer: str
) -> None:
    (message,) = read(lines_of(said("1", None, written)))
    assert isinstance(message, Message)
    assert (message.text, message.customer) == (words, customer)


def test_a_hostile_envelope_takes_no_time() -> None:
    opened = f"[Telegram 李 id:42 {STAMP}] "
    hostile = [
        opened + "\n\n[Replying to x]\n" * 50_000,
        opened + "\n[message_id: 5]" * 50_000 + "x",
        "System: x\n" * 100_000,
        "[Telegram " * 100_000,
        f"[Telegram 群 id:-1 {STAMP}] " + "李 (" * 100_000,
    ]
    started = time.monotonic()
    read(lines_of(*(said(str(number), None, text) for number, text in enumerate(hostile))))
    assert time.monotonic() - started < 5


# The tree


def test_what_was_taken_back_was_not_said() -> None:
    records = read(
        lines_of(
            said("1", None, "怎么导出"),
            said("2", "1", "点打印", "assistant"),
            said("3", "2", "不对"),
            said("4", "1", "点导出", "assistant"),
            said("5", "4", "谢谢"),
        )
    )
    assert texts(records) == ["怎么导出", "点导出", "谢谢"]


def test_a_session_begun_anew_leaves_nothing_of_the_old_one() -> None:
    assert texts(read(lines_of(said("1", None, "甲"), said("2", None, "乙")))) == ["乙"]


def test_an_old_session_without_parents_was_said_line_by_line() -> None:
    old = [said("1", None, "甲"), said("2", None, "乙")]
    for one in old:
        del one["id"], one["parentId"]
    assert texts(read(lines_of(*old))) == ["甲", "乙"]


def active(*events: Event) -> str:
    branch = Branch()
    for place, one in enumerate(events):
        branch.add(one, place)
    return "".join(str(events[place]["id"]) for place in sorted(branch.places()))


def test_a_leaf_event_says_which_branch_goes_on() -> None:
    leaf = event("L", "c", type="leaf", targetId="a")
    both = event("a", None), event("b", "a"), event("c", "b"), leaf
    assert active(*both) == "a"
    assert active(*both, event("d", "L")) == "ad"
    assert active(*both, event("d", "a")) == "ad"
    assert active(*both[:3], event("L", "c", type="leaf", targetId=None)) == ""
    for target in ("nowhere", ["a"], 7):
        assert active(*both[:3], event("L", "c", type="leaf", targetId=target)) == "abc"


def test_an_event_that_stands_aside_is_on_no_branch() -> None:
    aside = event("a", None), event("b", "a", appendMode="side")
    assert active(*aside) == "a"
    assert active(*aside, event("c", "b")) == "ac"


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ([("a", None), ("b", "lost"), ("c", "b")], "abc"),
        ([("a", None), ("b", "lost"), ("c", "b"), ("d", "lost")], "ad"),
        ([("a", "lost"), ("b", "a")], "ab"),
        ([("a", "a"), ("b", "a")], "ab"),
        ([("a", "b"), ("b", "a")], "ab"),
        ([("a", None), ("b", "a"), ("a", "b")], "aba"),
        ([("a", None), ("b", 7), ("c", {"x": 1})], "abc"),
    ],
)
def test_a_damaged_tree_loses_nothing_that_was_said(
    events: list[tuple[str, Any]], wanted: str
) -> None:
    assert active(*(event(name, parent) for name, parent in events)) == wanted


# Damage


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{oops 13812345678", "JSON"),
        ('["13812345678"]', "object"),
        ("[" * 100_000, "JSON"),
        (json.dumps(event("x", "1", type="message", message="13812345678")), "`message`"),
        (json.dumps(said("x", "1", 13812345678)), "`content`"),
        (json.dumps(said("x", "1", ["13812345678"])), "`content`"),
        (json.dumps(said("x", "1", "13812345678", timestamp=0) | {"timestamp": 0}), "`timestamp`"),
    ],
)
def test_one_bad_line_is_quarantined_without_its_words_and_the_rest_goes_on(
    line: str, named: str
) -> None:
    last = said("2", "x" if '"x"' in line else "1", "乙")
    first, refused, rest = read(lines_of(said("1", None, "甲"), line, last))
    assert texts([first, rest]) == ["甲", "乙"]
    assert isinstance(refused, Quarantined)
    assert (refused.path, refused.line, refused.excerpt) == ("sessions/c1.jsonl", 3, "")
    assert named in refused.reason
    assert "13812345678" not in repr(refused)


def test_a_half_written_last_line_is_left_for_the_next_reading() -> None:
    whole = lines_of(said("1", None, "甲"), said("2", "1", "乙"))
    assert texts(read(whole[:-20])) == ["甲", "Unfinished"]
    assert texts(read(whole)) == ["甲", "乙"]


def test_a_damaged_first_line_leaves_the_name_of_the_file() -> None:
    data = lines_of(said("1", None, "甲")).split(b"\n", 1)[1]
    refused, message = read(b"{oops\n" + data)
    assert isinstance(refused, Quarantined)
    assert isinstance(message, Message)
    assert message.conversation == "c1"


def test_a_long_event_is_read_and_one_without_end_is_refused_alone() -> None:
    long = said("1", None, [{"type": "text", "text": "甲"}, {"type": "image", "data": "x" * 3**13}])
    endless = said("2", "1", "y" * MAX_EVENT)
    records = read(lines_of(long, endless, said("3", "2", "乙")))
    assert texts(records) == ["甲", "Quarantined", "乙"]


def test_a_file_that_grows_while_it_is_read_is_read_to_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "c1.jsonl"
    file.write_bytes(lines_of(said("1", None, "甲")))
    with file.open("rb") as handle, file.open("ab") as writer:
        records = read_messages("c1.jsonl", handle, SOURCE, KEY)
        writer.write(json.dumps(said("2", "1", "乙")).encode()[:-9])
        writer.flush()
        assert texts(records) == ["甲", "Unfinished"]
