"""The files of the conversation log: what is in them, who may read them, and how lines go again."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.conversation_log import (
    Answered,
    ConversationLog,
    conversation_hash,
    customer_hash,
)
from pipelines.dialogues.readers import read_messages
from pipelines.records import Message
from pipelines.redaction import Redactor
from pipelines.settings import DialogueSource
from tests.conftest import CHECKOUT

KEY = b"a key of the tests, no secret"
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 23, 59, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ASKED = Answered(
    conversation="agent:main:telegram:direct:4242",
    customer="telegram:direct:4242",
    is_named=True,
    history=(),
    question="我叫王建国，电话 13812345678，密码忘了怎么办？",
    asked_at=AT,
    answer="王建国您好，请在登录页点「忘记密码」。",
    answered_at=AT.replace(day=21, hour=0, minute=0),
    decision="direct",
    reason="faq_match",
    handoff=False,
    version="0001-2db6eb15",
    tiers=("faq",),
    records=("0f3a", "77b1"),
    client="web",
    protocol="openai",
    milliseconds=812.345,
    first_piece=204.04,
)
# Another process that appends, without a redactor to load.
APPENDS = """
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from pipelines.conversation_log import ConversationLog
from pipelines.redaction import Redacted
from tests.test_conversation_log import ASKED, KEY

plain = SimpleNamespace(
    redact_conversations=lambda said, _: {
        name: [Redacted(text, (), ()) for text in texts] for name, texts in said.items()
    }
)
log = ConversationLog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    answered = replace(ASKED, conversation=sys.argv[2], question=f"{number} " + "长" * 9000)
    log.record(answered, plain, KEY)
"""


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(KEY)


@pytest.fixture
def log(tmp_path: Path) -> ConversationLog:
    return ConversationLog(tmp_path / "conversations")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the day of `ASKED`."""
    return tmp_path / "conversations" / "2026-11-20.jsonl"


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_question_and_its_answer_are_two_lines_with_nothing_personal(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)

    who = {
        "conversation": conversation_hash(KEY, ASKED.conversation),
        "customer": customer_hash(KEY, ASKED.customer),
    }
    assert lines_of(file) == [
        who
        | {
            "at": "2026-11-20T23:59:30+08:00",
            "role": "customer",
            "text": "我叫〈人名1〉，电话 〈电话1〉，密码忘了怎么办？",
        },
        who
        | {
            "at": "2026-11-21T00:00:30+08:00",
            "role": "other",
            "text": "〈人名1〉您好，请在登录页点「忘记密码」。",
            "decision": "direct",
            "reason": "faq_match",
            "handoff": False,
            "version": "0001-2db6eb15",
            "tiers": ["faq"],
            "records": ["0f3a", "77b1"],
            "client": "web",
            "protocol": "openai",
            "milliseconds": 812.3,
            "first_piece": 204.0,
        },
    ]
    data = file.read_bytes()
    for personal in ("王建国", "13812345678", "4242", "telegram"):
        assert personal.encode() not in data


def test_the_dialogue_tier_reads_the_words_and_passes_over_what_is_only_counted(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)

    source = DialogueSource(name="own", format="gateway")
    with file.open("rb") as handle:
        found = list(read_messages(file.name, handle, source, KEY))
    said = [(one.role, one.text) for one in found if isinstance(one, Message)]
    assert said == [(line["role"], line["text"]) for line in lines_of(file)]


def test_a_person_and_a_number_keep_their_pseudonyms_over_the_turns(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)
    later = replace(
        ASKED,
        history=(ASKED.question, ASKED.answer),
        question="我同事叫李晓明，电话 13987654321。王建国的还是 138-1234-5678",
        answer="好的",
    )
    log.record(later, redactor, KEY)

    texts = [line["text"] for line in lines_of(file)]
    assert texts[2:] == ["我同事叫〈人名2〉，电话 〈电话2〉。〈人名1〉的还是 〈电话1〉", "好的"]
    assert len(texts) == 4


def test_what_redaction_cannot_make_safe_is_withheld_and_the_rest_is_kept(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(replace(ASKED, question="报表" * 60_000), redactor, KEY)

    question, answer = lines_of(file)
    assert (question["text"], question["withheld"]) == ("", ["too_long"])
    assert answer["text"] == "〈人名1〉您好，请在登录页点「忘记密码」。"
    assert "withheld" not in answer
    assert "报表" not in file.read_text(encoding="utf-8")


def test_outside_text_stays_one_line(log: ConversationLog, redactor: Redactor, file: Path) -> None:
    log.record(replace(ASKED, question="甲\r\n乙\u2028丙\x1b[31m\ud800"), redactor, KEY)

    assert file.read_bytes().count(b"\n") == len(lines_of(file)) == 2
    assert lines_of(file)[0]["text"] == "甲\n乙丙?"


def test_hashes_need_the_key_and_tell_conversations_from_customers() -> None:
    hashes = {
        conversation_hash(KEY, "a"),
        conversation_hash(KEY, "b"),
        conversation_hash(b"another key of the tests", "a"),
        customer_hash(KEY, "a"),
    }
    assert len(hashes) == 4
    assert {len(one) for one in hashes} == {32}
    assert customer_hash(KEY, "") == ""


@pytest.mark.usefixtures("no_umask")
def test_only_the_owner_may_read_also_after_an_erasure(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)
    log.record(replace(ASKED, conversation="another"), redactor, KEY)
    log.erase({conversation_hash(KEY, "another")}, ())

    for path in (file, *file.parent.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_line_that_a_crash_cut_short_spoils_no_other(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)
    whole = file.read_bytes()
    file.write_bytes(whole[:-40])
    log.record(replace(ASKED, conversation="another"), redactor, KEY)

    before, cut, *after = file.read_bytes().splitlines()
    assert before == whole.splitlines()[0]
    assert whole.splitlines()[1].startswith(cut)
    assert len([json.loads(line) for line in after]) == 2


def test_a_line_that_a_crash_cut_short_is_erased_with_its_conversation(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(ASKED, redactor, KEY)
    log.record(replace(ASKED, conversation="another"), redactor, KEY)
    file.write_bytes(file.read_bytes()[:-40])

    assert log.erase({conversation_hash(KEY, "another")}, ()) == 2
    assert len(lines_of(file)) == 2


def test_an_append_that_the_disk_refuses_leaves_the_file_as_it_was(
    log: ConversationLog, redactor: Redactor, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.record(ASKED, redactor, KEY)
    before = file.read_bytes()
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, data: write(handle, data[:50]))
        with pytest.raises(OSError, match="only a part"):
            log.record(ASKED, redactor, KEY)

    assert file.read_bytes() == before


@pytest.mark.long
def test_processes_append_and_erase_at_once_without_harm(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    log.record(replace(ASKED, conversation="gone"), redactor, KEY)
    each = 40
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDS, str(file.parent), f"c{number}", str(each)], cwd=CHECKOUT
        )
        for number in range(3)
    ]
    gone = conversation_hash(KEY, "gone")
    erased = 0
    while any(process.poll() is None for process in processes):
        log.record(replace(ASKED, conversation="gone"), redactor, KEY)
        erased += log.erase({gone}, ())
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert erased > 2

    lines = lines_of(file)
    for number in range(3):
        name = conversation_hash(KEY, f"c{number}")
        texts = [line["text"] for line in lines if line["conversation"] == name]
        assert [text.split()[0] for text in texts[::2]] == [str(one) for one in range(each)]
        assert {len(text) for text in texts[1::2]} == {len(ASKED.answer)}
    assert len(lines) == 3 * each * 2


def test_conversations_and_customers_are_erased_and_nobody_else(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    for conversation, customer in (("a", "x"), ("b", "x"), ("c", "y"), ("d", ""), ("e", "")):
        log.record(replace(ASKED, conversation=conversation, customer=customer), redactor, KEY)
    left_behind = file.with_name(f".{file.name}.draft")
    left_behind.write_text("of a killed run", encoding="utf-8")

    assert log.erase({conversation_hash(KEY, "d")}, {customer_hash(KEY, "x"), ""}) == 6
    assert {line["conversation"] for line in lines_of(file)} == {
        conversation_hash(KEY, name) for name in ("c", "e")
    }
    assert not left_behind.exists()
    assert log.erase({conversation_hash(KEY, "d")}, ()) == 0
    assert log.erase({conversation_hash(KEY, "c"), conversation_hash(KEY, "e")}, ()) == 4
    assert not file.exists()


def test_days_before_a_day_are_dropped_and_no_other_file(
    log: ConversationLog, redactor: Redactor, file: Path
) -> None:
    for day in (18, 19, 20):
        log.record(replace(ASKED, asked_at=AT.replace(day=day)), redactor, KEY)
    note = file.with_name("note.jsonl")
    note.write_text("{}\n", encoding="utf-8")

    assert log.drop_before(DAY) == [date(2026, 11, 18), date(2026, 11, 19)]
    assert sorted(path.name for path in file.parent.glob("*.jsonl")) == [file.name, note.name]
    assert log.drop_before(DAY) == []


def test_conversations_are_found_by_their_text_however_it_is_written(
    log: ConversationLog, redactor: Redactor
) -> None:
    log.record(
        replace(ASKED, conversation="a", question="错误码ＥＲＲ－6104 怎么办"), redactor, KEY
    )
    log.record(replace(ASKED, conversation="b", answer="请看 err-6104  的说明"), redactor, KEY)
    log.record(replace(ASKED, conversation="c"), redactor, KEY)

    found = log.find_text("Err-6104")
    assert found == {conversation_hash(KEY, "a"), conversation_hash(KEY, "b")}
    assert log.find_text("ERR-6104 的说明") == {conversation_hash(KEY, "b")}
    assert log.find_text("没有人说过") == log.find_text("  ") == set()


def test_where_nothing_was_logged_nothing_is_found_or_made(
    log: ConversationLog, tmp_path: Path
) -> None:
    assert log.find_text("密码") == set()
    assert log.erase({"a"}, {"b"}) == 0
    assert log.drop_before(DAY) == []
    assert list(tmp_path.iterdir()) == []
