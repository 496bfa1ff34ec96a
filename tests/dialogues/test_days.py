"""Days of dialogues: one reading of real files, the real redactor, and nothing personal left."""

import json
import os
import random
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.dialogues.forgotten import Forgotten
from pipelines.dialogues.log import read_log
from pipelines.dialogues.logs import LogFile, open_log
from pipelines.errors import SourceError
from pipelines.redaction import Redactor
from pipelines.redaction.seal import Seal
from pipelines.sources_toml import load_settings
from pipelines.text import clean
from tests.dialogues.days import (
    FIRST,
    SECOND,
    THIRD,
    Declare,
    Ingest,
    Write,
    asking,
    ingest_days,
)

PERSON = "欧阳建国"
MOBILE = "13912345678"
ID_CARD = "11010519491231002X"
NAMELESS = "客户-13912345678-会话"


def test_a_conversation_belongs_to_the_local_day_of_its_first_message(
    ingest: Ingest, write: Write
) -> None:
    write(
        "a.jsonl",
        ("night", "2026-03-01T15:59:00Z", "user", "怎么导出报表"),
        ("night", "2026-03-01T16:01:00Z", "agent", "在设置里点导出"),  # 00:01 in Shanghai
        ("next", "2026-03-01T16:02:00Z", "user", "怎么打印报表"),
        ("next", "2026-03-01T16:03:00Z", "agent", "在设置里点打印"),
    )
    days = ingest(FIRST, SECOND)
    assert [one.question for one in days[FIRST].exchanges] == ["怎么导出报表"]
    assert [one.question for one in days[SECOND].exchanges] == ["怎么打印报表"]
    assert [one.day for one in days[SECOND].exchanges] == [SECOND]


def test_a_day_is_the_same_whichever_other_days_are_asked_for(ingest: Ingest, write: Write) -> None:
    spoken = [
        line
        for day in (FIRST, SECOND, THIRD)
        for number in range(5)
        for line in asking(f"{day}-{number}", day, topic=f"第{number}张报表", hour=9 + number)
    ]
    spoken.append(("2026-03-01-4", f"{FIRST}T20:30:00", "user", "在吗"))
    spoken.append(("2026-03-01-4", f"{FIRST}T23:00:00", "user", "还在吗"))
    spoken.append(("2026-03-01-4", f"{SECOND}T01:30:00", "user", "谢谢"))
    random.Random(7).shuffle(spoken)  # noqa: S311 — the same shuffle every time, no secret
    write("a.jsonl", *spoken)
    together = ingest(FIRST, SECOND, THIRD)
    assert [day.conversations for day in together.values()] == [5, 5, 5]
    for day in together:
        assert ingest(day) == {day: together[day]}


def test_a_day_without_messages_is_there_with_zeros(ingest: Ingest, write: Write) -> None:
    write("a.jsonl", *asking("c", FIRST))
    days = ingest(SECOND, FIRST)
    assert list(days) == [FIRST, SECOND]
    empty = days[SECOND]
    assert (empty.exchanges, empty.quarantined) == ((), ())
    assert (empty.conversations, empty.messages, empty.duplicates, empty.unfinished) == (0, 0, 0, 0)
    assert set(empty.reasons.values()) == {0}
    assert ingest() == {}


def test_duplicates_are_dropped_and_counted_and_order_in_the_file_does_not_matter(
    ingest: Ingest, write: Write
) -> None:
    spoken = [
        ("c", f"{FIRST}T10:00:00", "user", "导出的报表打不开"),
        ("c", f"{FIRST}T10:01:00", "user", "版本是 v2.4"),
        ("c", f"{FIRST}T10:02:00", "agent", "请先升级到 v2.5"),
        ("c", f"{FIRST}T10:03:00", "user", "谢谢"),
    ]
    write("a.jsonl", *reversed(spoken))
    write("b.jsonl", *spoken)
    day = ingest(FIRST)[FIRST]
    (exchange,) = day.exchanges
    assert exchange.question == "导出的报表打不开\n版本是 v2.4"
    assert exchange.outcome == "resolved"
    assert (day.conversations, day.messages, day.duplicates) == (1, 4, 4)
    assert {name: count for name, count in day.reasons.items() if count} == {
        "kept": 1,
        "courtesy": 1,
    }


def test_messages_of_one_second_keep_the_order_of_the_file(ingest: Ingest, write: Write) -> None:
    at = f"{FIRST}T10:00:00"
    write(
        "a.jsonl",
        ("c", at, "user", "怎么导出报表"),
        ("c", at, "agent", "在设置里点导出"),
        ("c", at, "user", "怎么打印报表"),
        ("c", at, "agent", "在设置里点打印"),
    )
    answers = {one.question: one.answer for one in ingest(FIRST)[FIRST].exchanges}
    assert answers == {"怎么导出报表": "在设置里点导出", "怎么打印报表": "在设置里点打印"}


def test_a_bad_line_counts_on_the_day_of_the_good_line_before_it(
    ingest: Ingest, write: Write
) -> None:
    write("a.jsonl", "bad", *asking("c", SECOND), "bad", *asking("d", THIRD), "bad")
    days = ingest(FIRST, SECOND, THIRD)
    lines = {day: [(one.path, one.line) for one in days[day].quarantined] for day in days}
    assert lines == {
        FIRST: [],
        SECOND: [("logs/a.jsonl", 1), ("logs/a.jsonl", 4)],
        THIRD: [("logs/a.jsonl", 7)],
    }


def test_a_half_written_last_line_is_counted_and_read_when_it_is_whole(
    ingest: Ingest, write: Write
) -> None:
    log = write("a.jsonl", *asking("c", FIRST))
    whole = log.read_bytes()
    log.write_bytes(whole[:-30])
    half_read = ingest(FIRST)[FIRST]
    assert (half_read.unfinished, half_read.messages, half_read.quarantined) == (1, 1, ())
    assert half_read.reasons["unanswered"] == 1
    log.write_bytes(whole)
    assert ingest(FIRST)[FIRST].reasons["kept"] == 1


@pytest.mark.long
def test_one_bad_line_among_twenty_thousand_loses_no_other(ingest: Ingest, write: Write) -> None:
    spoken = [
        line for number in range(10_000) for line in asking(f"c{number}", FIRST, hour=number % 24)
    ]
    log = write("a.jsonl", *spoken[:9_999], "{", *spoken[9_999:])
    assert len(log.read_bytes().splitlines()) == 20_001
    day = ingest(FIRST)[FIRST]
    assert (day.messages, day.conversations, len(day.exchanges)) == (20_000, 10_000, 10_000)
    assert [one.line for one in day.quarantined] == [10_000]


def test_progress_counts_every_message_once(
    declare: Declare, write: Write, redactor: Redactor, key: bytes
) -> None:
    write("a.jsonl", *asking("c", FIRST), *asking("d", FIRST), *asking("e", SECOND))
    settings = declare()
    told: list[int] = []
    ingest_days(settings, [FIRST, SECOND], redactor, key, told.append)
    assert sum(told) == 6


# Nothing personal


def test_nothing_personal_is_left_in_a_day_nor_in_its_quarantine(
    ingest: Ingest, write: Write
) -> None:
    write(
        "a.jsonl",
        (NAMELESS, f"{FIRST}T10:00:00", "user", f"我叫{PERSON}，手机号{MOBILE}，怎么导出报表"),
        (NAMELESS, f"{FIRST}T10:00:30", "user", f"身份证号{ID_CARD}"),
        (NAMELESS, f"{FIRST}T10:01:00", "agent", f"{PERSON}先生您好，在设置里点导出"),
        (NAMELESS, "昨天", "user", f"我是{PERSON}"),
        (NAMELESS, f"{FIRST}T10:02:00", PERSON, MOBILE),
        f"{MOBILE} {PERSON} {ID_CARD}",
    )
    day = ingest(FIRST)[FIRST]
    (exchange,) = day.exchanges
    assert "怎么导出报表" in exchange.question
    assert "在设置里点导出" in exchange.answer
    assert exchange.redactions == 3
    assert len(day.quarantined) == 3
    shown = repr(day)
    for personal in (PERSON, MOBILE, ID_CARD, NAMELESS, "欧阳", "会话"):
        assert personal not in shown
    assert {one.excerpt for one in day.quarantined} == {""}


def test_a_message_that_redaction_cannot_make_safe_is_quarantined_with_its_exchange_only(
    ingest: Ingest, write: Write
) -> None:
    endless = "报表" * 60_000
    write(
        "a.jsonl",
        *asking("c", FIRST),
        ("c", f"{FIRST}T11:00:00", "user", endless),
        ("c", f"{FIRST}T11:01:00", "agent", "请在设置里点导出"),
    )
    day = ingest(FIRST)[FIRST]
    assert [one.question for one in day.exchanges] == ["怎么导出报表"]
    assert (day.reasons["kept"], day.reasons["residue"]) == (1, 1)
    (refused,) = day.quarantined
    assert (refused.line, refused.excerpt) == (3, "")
    assert "too_long" in refused.reason
    assert "报表" not in repr(refused)


def test_an_error_names_no_person(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.csv").write_text(
        f"{PERSON},{MOBILE},2026-03-01,{ID_CARD}\n", encoding="utf-8"
    )
    with pytest.raises(SourceError) as caught:
        ingest(FIRST, more='format = "csv"')
    shown = "".join(traceback.format_exception(caught.value))
    for personal in (PERSON, MOBILE, ID_CARD):
        assert personal not in shown


def test_conversations_cannot_be_linked_without_the_key(
    declare: Declare, write: Write, redactor: Redactor
) -> None:
    write("a.jsonl", *asking("c", FIRST))
    settings = declare()

    def name_under(key: bytes) -> str:
        days = ingest_days(settings, [FIRST], redactor, key)
        return days[FIRST].exchanges[0].conversation

    assert name_under(b"one key") == name_under(b"one key")
    assert name_under(b"one key") != name_under(b"another key")


def test_a_message_that_redaction_cannot_make_safe_is_kept_encrypted_where_that_is_asked_for(
    ingest: Ingest, write: Write, key: bytes
) -> None:
    endless = "报表" * 60_000
    write("a.jsonl", ("c", f"{FIRST}T11:00:00", "user", endless))
    (refused,) = ingest(FIRST, seal=Seal(key))[FIRST].quarantined
    assert "报表" not in repr(refused)
    assert Seal(key).open(refused.sealed) == endless
    (dropped,) = ingest(FIRST)[FIRST].quarantined
    assert dropped.sealed == ""


# Files


def test_a_link_out_of_the_folder_and_a_pipe_are_quarantined_and_the_rest_is_read(
    declare: Declare, write: Write, key: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.jsonl"
    outside.write_text("{}", encoding="utf-8")
    log = write("good.jsonl", *asking("c", FIRST))
    write("bad.jsonl", "bad")
    (log.parent / "inside.jsonl").symlink_to(log)
    (log.parent / "loop.jsonl").symlink_to(log.parent / "loop.jsonl")
    (log.parent / "out.jsonl").symlink_to(outside)
    os.mkfifo(log.parent / "pipe.jsonl")
    (log.parent / "folder.jsonl").mkdir()
    settings = declare()
    read = read_log(settings.dialogues[0], settings, [FIRST], key, Forgotten())
    places = {(one.path, one.line): one.reason.split(";")[0] for one in read.undated.quarantined}
    assert places == {
        ("logs/bad.jsonl", 1): "is not valid JSON",
        ("logs/loop.jsonl", 0): "is a link that leads nowhere",
        ("logs/out.jsonl", 0): "is a link out of the source's `folder`",
        ("logs/pipe.jsonl", 0): "is no regular file",
    }
    (talk,) = read.days[FIRST].conversations.values()
    assert (len(talk.messages), talk.duplicates) == (2, 2)
    assert read.days[FIRST].quarantined == []


@pytest.mark.parametrize("glob", ["../*.jsonl", "/etc/*.conf", "logs/../../*", "."])
def test_a_glob_that_leaves_the_folder_is_refused(ingest: Ingest, glob: str) -> None:
    with pytest.raises(SourceError, match="`chat`"):
        ingest(FIRST, files=glob)


def test_a_glob_that_matches_nothing_is_an_error_with_a_way_out(ingest: Ingest) -> None:
    with pytest.raises(SourceError, match="mend the glob"):
        ingest(FIRST, files="nowhere/*.jsonl")


def test_a_file_that_vanished_is_an_error_that_names_it_but_not_its_machine(tmp_path: Path) -> None:
    gone = LogFile("logs/a.jsonl", tmp_path / "logs" / "a.jsonl")
    with (
        pytest.raises(SourceError, match=r"`logs/a.jsonl` cannot be read: No such file") as caught,
        open_log(gone),
    ):
        pass
    assert str(tmp_path) not in str(caught.value)


def test_a_csv_log_in_gb18030_gives_the_same_exchanges_as_jsonl(
    ingest: Ingest, write: Write, tmp_path: Path
) -> None:
    log = write("a.jsonl", *asking("c", FIRST))
    from_json = ingest(FIRST)[FIRST].exchanges[0]
    log.unlink()
    lines = ["会话,时间,角色,内容", *(",".join(message) for message in asking("c", FIRST))]
    (tmp_path / "logs" / "a.csv").write_text("\n".join(lines) + "\n", encoding="gb18030")
    mapping = '{conversation = "会话", at = "时间", role = "角色", text = "内容"}'
    days = ingest(FIRST, more=f'format = "csv"\nencoding = "gb18030"\nfields = {mapping}')
    assert days[FIRST].exchanges[0].id == from_json.id


# Real logs


@pytest.mark.long
def test_real_conversations_give_exchanges_that_their_logs_contain(
    ingest: Ingest, write: Write, shared_data: Path
) -> None:
    start = datetime(2026, 3, 1, 1, tzinfo=UTC)
    messages = []
    with (shared_data / "dialogues" / "crosswoz_val.jsonl").open(encoding="utf-8") as lines:
        for number, line in zip(range(2_000), lines, strict=False):
            row = json.loads(line)
            at = start + timedelta(seconds=20 * number)
            messages.append((row["session"], at.isoformat(), row["role"], row["text"]))
    write("crosswoz.jsonl", *messages)
    (day,) = ingest(FIRST).values()
    assert day.messages + day.duplicates == 2_000
    assert day.conversations == len({message[0] for message in messages})
    assert day.quarantined == ()
    assert day.reasons["kept"] == len(day.exchanges)
    assert len(day.exchanges) > 0.8 * sum(day.reasons.values())
    said = {line for message in messages for line in clean(message[3]).strip().split("\n")}
    untouched = [one for one in day.exchanges if not one.redactions]
    assert len(untouched) > 0.5 * len(day.exchanges)
    for exchange in untouched:
        assert set(f"{exchange.question}\n{exchange.answer}".split("\n")) <= said


def test_the_sample_company_teaches_from_every_log(
    sample_sources: Path, tmp_path: Path, redactor: Redactor, key: bytes
) -> None:
    settings = load_settings(sample_sources, tmp_path, {})
    for source in range(len(settings.dialogues)):
        days = ingest_days(settings, settings.window_days(), redactor, key, source=source)
        assert sum(len(day.exchanges) for day in days.values()) >= 20
        assert sum(day.unfinished for day in days.values()) == 0


def test_a_log_named_after_a_customer_is_shown_by_a_hash(ingest: Ingest, write: Write) -> None:
    named = write("与王建国(13812345678)的聊天.jsonl", *asking("c", FIRST))
    named.with_name("138-1234-5678.jsonl").write_text(
        named.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8"
    )
    day = ingest(FIRST, files="logs/*.jsonl")[FIRST]
    shown = repr(day)
    assert day.exchanges
    assert "log-" in day.exchanges[0].path
    assert "王建国" not in shown
    assert "13812345678" not in shown
    assert "138-1234-5678" not in shown


def test_a_glob_that_is_none_is_an_error_with_a_way_out(ingest: Ingest) -> None:
    with pytest.raises(SourceError, match="is no glob"):
        ingest(FIRST, files="**.jsonl")
