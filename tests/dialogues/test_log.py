"""A log as it is read: silences, clocks that differ, what is forgotten, and what has changed."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipelines.dialogues.forgotten import Forgotten, in_source
from pipelines.dialogues.keyed import conversation_digest, customer_digest
from pipelines.dialogues.log import DayOfLog, read_log
from tests.dialogues.days import FIRST, SECOND, THIRD, Declare, Ingest, Write, asking

ReadDays = Callable[..., dict[date, DayOfLog]]
NOTHING = Forgotten()


@pytest.fixture
def read(declare: Declare, key: bytes) -> ReadDays:
    """Return a function that reads days of the one source in the temporary folder."""

    def read_now(
        *days: date, more: str = "", forgotten: Forgotten = NOTHING
    ) -> dict[date, DayOfLog]:
        settings = declare(more)
        return read_log(settings.dialogues[0], settings, days, key, forgotten).days

    return read_now


def texts(day: DayOfLog) -> list[list[str]]:
    return [[one.text for one in talk.messages] for talk in day.conversations.values()]


# Silence


@pytest.mark.parametrize("step", [1, -1])
def test_a_conversation_that_goes_on_after_midnight_stays_on_its_first_day(
    ingest: Ingest, write: Write, step: int
) -> None:
    first, second = asking("c", FIRST, hour=22), asking("c", SECOND, topic="日志", hour=0)
    write("a.jsonl", *(first + second)[::step])
    assert ingest(SECOND)[SECOND].messages == 0
    assert ingest(FIRST)[FIRST].messages == 4


@pytest.mark.parametrize("step", [1, -1])
def test_what_is_said_in_it_after_a_night_of_silence_is_a_conversation_of_that_day(
    ingest: Ingest, write: Write, step: int
) -> None:
    first, second = asking("c", FIRST), asking("c", SECOND, topic="日志")
    write("a.jsonl", *(first + second)[::step])
    days = ingest(FIRST, SECOND)
    assert [days[day].messages for day in days] == [2, 2]
    assert ingest(SECOND)[SECOND] == days[SECOND]
    assert days[FIRST].exchanges[0].conversation == days[SECOND].exchanges[0].conversation


def test_a_silence_within_one_day_parts_nothing(read: ReadDays, write: Write) -> None:
    write("a.jsonl", *asking("c", FIRST, hour=1), *asking("c", FIRST, topic="日志", hour=23))
    assert [len(talk) for talk in texts(read(FIRST)[FIRST])] == [4]


def test_a_short_pause_at_midnight_parts_nothing_and_a_longer_one_does(
    read: ReadDays, write: Write
) -> None:
    write(
        "a.jsonl",
        ("c", f"{FIRST}T23:50:00", "user", "第一句"),
        ("c", f"{SECOND}T00:10:00", "user", "第二句"),
        ("c", f"{SECOND}T03:15:00", "user", "第三句"),
    )
    days = read(FIRST, SECOND)
    assert [texts(day) for day in days.values()] == [[["第一句", "第二句"]], [["第三句"]]]


@pytest.mark.parametrize("minutes", [6 * 60, 10])
def test_a_channel_that_never_falls_silent_is_cut_by_the_day_and_nothing_of_it_is_lost(
    read: ReadDays, write: Write, minutes: int
) -> None:
    start = datetime(2026, 2, 20, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    end = datetime(2026, 3, 4, tzinfo=ZoneInfo("Asia/Shanghai"))
    times = [start + timedelta(minutes=minutes * n) for n in range(12 * 24 * 60 // minutes)]
    write("a.jsonl", *(("c", at.isoformat(), "user", f"{at}") for at in times if at < end))
    days = read(FIRST, SECOND, THIRD)
    counts = [sum(map(len, texts(day))) for day in days.values()]
    asked = sum(at.date() in (FIRST, SECOND, THIRD) for at in times)
    assert all(counts)
    assert abs(sum(counts) - asked) <= 24 * 60 // minutes, "all but what began the day before"


# Clocks


SAID = ("怎么导出报表", "在设置里点导出", "怎么打印报表", "在设置里点打印")


@pytest.mark.parametrize("turns", [1, 2])
def test_an_answer_dated_before_its_question_keeps_its_place_and_is_counted(
    read: ReadDays, write: Write, turns: int
) -> None:
    """The agent's clock is 40 seconds behind; every second step goes backwards."""
    spoken = [
        ("c", f"{FIRST}T10:0{turn}:{second:02}", role, SAID[2 * turn + place])
        for turn in range(turns)
        for place, (role, second) in enumerate((("user", 50), ("agent", 10)))
    ]
    write("a.jsonl", *spoken, *asking("d", FIRST, hour=11), *asking("d", FIRST, hour=12))
    talks = list(read(FIRST)[FIRST].conversations.values())
    (skewed,) = [talk for talk in talks if talk.skewed]
    assert [one.text for one in skewed.messages] == list(SAID[: 2 * turns])
    assert skewed.skewed == turns


def test_a_log_written_newest_first_is_no_log_with_a_wrong_clock(
    read: ReadDays, write: Write
) -> None:
    spoken = [("c", f"{FIRST}T10:00:{second:02}", "user", f"第{second}句") for second in range(9)]
    write("a.jsonl", *reversed(spoken))
    day = read(FIRST)[FIRST]
    assert texts(day) == [[line[3] for line in spoken]]
    assert [talk.skewed for talk in day.conversations.values()] == [0]


@pytest.mark.parametrize("step", [1, -1])
def test_messages_of_one_minute_keep_the_order_of_a_log_written_either_way(
    read: ReadDays, write: Write, step: int
) -> None:
    spoken = [
        ("c", f"{FIRST}T10:0{minute}", role, SAID[2 * minute + place])
        for minute in (0, 1)
        for place, role in enumerate(("user", "agent"))
    ]
    write("a.jsonl", *spoken[::step])
    assert texts(read(FIRST)[FIRST]) == [list(SAID)]


def test_a_message_that_comes_an_hour_late_takes_its_place_by_time(
    read: ReadDays, write: Write
) -> None:
    spoken = [("c", f"{FIRST}T1{hour}:00:00", "user", f"第{hour}句") for hour in range(6)]
    write("a.jsonl", *spoken[:2], *spoken[3:], spoken[2])
    assert texts(read(FIRST)[FIRST]) == [[line[3] for line in spoken]]


def test_a_message_from_the_future_is_quarantined_and_the_rest_is_read(
    read: ReadDays, write: Write
) -> None:
    later = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=2)
    write("a.jsonl", *asking("c", FIRST), ("c", later.isoformat(), "user", "13812345678 怎么导出"))
    day = read(FIRST)[FIRST]
    assert len(texts(day)[0]) == 2
    (refused,) = day.quarantined
    assert (refused.line, refused.reason.split(";")[0]) == (
        3,
        "is dated in the future in `at` (`fields.at`)",
    )
    assert "13812345678" not in repr(refused)


# What is forgotten


def test_what_was_forgotten_is_not_read_and_is_counted(
    read: ReadDays, write: Write, key: bytes
) -> None:
    at = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    write("a.jsonl", *asking("c", FIRST), *asking("d", FIRST), *asking("c", THIRD))
    gone = NOTHING.and_also([conversation_digest(key, "c")], at)
    days = read(FIRST, THIRD, forgotten=gone)
    assert (len(days[FIRST].conversations), days[FIRST].forgotten) == (1, 2)
    assert (len(days[THIRD].conversations), days[THIRD].forgotten) == (1, 0), "later is new"


@pytest.mark.parametrize(
    ("source", "undeclared", "read_on"),
    [("chat", (), 0), ("shop", (), 2), ("shop", ("shop",), 0)],
    ids=["its own source", "another source", "a source that may have this name now"],
)
def test_a_conversation_that_was_forgotten_in_one_source_is_read_in_another(
    read: ReadDays, write: Write, key: bytes, source: str, undeclared: tuple[str, ...], read_on: int
) -> None:
    at = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    write("a.jsonl", *asking("c", FIRST))
    gone = Forgotten({in_source(source, conversation_digest(key, "c")): at}, undeclared)
    day = read(FIRST, forgotten=gone)[FIRST]
    assert (day.messages, day.forgotten) == (read_on, 2 - read_on)


def test_a_forgotten_customer_is_forgotten_in_every_conversation(
    read: ReadDays, write: Write, key: bytes
) -> None:
    write(
        "a.jsonl",
        '{"conversation": "c", "at": "2026-03-01T10:00:00", "role": "user", "text": "x", "who": 7}',
        '{"conversation": "c", "at": "2026-03-01T10:01:00", "role": "user", "text": "y", "who": 8}',
        '{"conversation": "d", "at": "2026-03-01T10:02:00", "role": "user", "text": "z", "who": 7}',
    )
    at = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    gone = NOTHING.and_also([customer_digest(key, "7")], at)
    day = read(FIRST, more='fields = {customer = "who"}', forgotten=gone)[FIRST]
    assert (texts(day), day.forgotten) == ([["y"]], 2)


# What has changed


def test_a_day_keeps_its_digest_until_something_of_it_changes(
    read: ReadDays, write: Write, key: bytes
) -> None:
    write("a.jsonl", *asking("c", FIRST), *asking("d", SECOND))
    before = {day: log.digest(key) for day, log in read(FIRST, SECOND).items()}
    late = ("c", f"{FIRST}T10:30:00", "user", "谢谢")
    write("b.jsonl", *asking("e", THIRD), late)
    after = {day: log.digest(key) for day, log in read(FIRST, SECOND, THIRD).items()}
    assert after[FIRST] != before[FIRST], "a late message reopens its day"
    assert after[SECOND] == before[SECOND]
    write("b.jsonl", *asking("e", THIRD), "broken")
    again = {day: log.digest(key) for day, log in read(FIRST, SECOND, THIRD).items()}
    assert again[FIRST] == before[FIRST]
    assert again[THIRD] != after[THIRD], "so does a line that cannot be read"


def test_a_log_that_is_rotated_changes_no_day(read: ReadDays, write: Write, key: bytes) -> None:
    log = write("a.jsonl", *asking("c", FIRST), "broken")
    before = read(FIRST)[FIRST].digest(key)
    log.rename(log.with_name("a.jsonl.1"))
    write("a.jsonl", *asking("d", SECOND))
    assert read(FIRST)[FIRST].digest(key) == before


def test_a_half_line_that_nobody_finishes_is_quarantined_after_a_day(
    read: ReadDays, write: Write
) -> None:
    log = write("a.jsonl", *asking("c", FIRST))
    log.write_bytes(log.read_bytes()[:-20])
    assert read(FIRST)[FIRST].unfinished == 1
    os.utime(log, (0, 0))
    day = read(FIRST)[FIRST]
    assert day.unfinished == 0
    assert "is cut short" in day.quarantined[0].reason


def test_a_digest_gives_nothing_away_without_the_key(read: ReadDays, write: Write) -> None:
    write("a.jsonl", ("c", f"{FIRST}T10:00:00", "user", "13812345678"))
    day = read(FIRST)[FIRST]
    assert day.digest(b"one key") != day.digest(b"another key")
