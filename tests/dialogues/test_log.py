"""A log as it is read: silences, clocks that differ, what is forgotten, and what has changed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipelines.dialogues.forgotten import Forgotten
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
        return dict(read_log(settings.dialogues[0], settings, days, key, forgotten))

    return read_now


def texts(day: DayOfLog) -> list[list[str]]:
    return [[one.text for one in talk.messages] for talk in day.conversations.values()]


# Silence


@pytest.mark.parametrize("step", [1, -1])
def test_a_conversation_that_goes_on_after_midnight_stays_on_its_first_day(
    ingest: Ingest, write: Write, step: int
) -> None:
    first, second = asking("c", FIRST, hour=22), asking("c", SECOND, topic="日志", hour=3)
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


def test_a_channel_that_never_falls_silent_stays_on_the_day_on_which_it_began(
    read: ReadDays, write: Write
) -> None:
    start = datetime(2026, 3, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    spoken = [
        ("c", (start + timedelta(hours=hour)).isoformat(), "user", f"第{hour}个小时")
        for hour in range(0, 60, 6)
    ]
    write("a.jsonl", *spoken)
    days = read(FIRST, SECOND, THIRD)
    assert [sum(map(len, texts(day))) for day in days.values()] == [10, 0, 0]
    assert read(SECOND)[SECOND].conversations == {}


# Clocks


def test_an_answer_dated_before_its_question_keeps_its_place_and_is_counted(
    read: ReadDays, write: Write
) -> None:
    write(
        "a.jsonl",
        ("c", f"{FIRST}T10:00:00", "user", "怎么导出报表"),
        ("c", f"{FIRST}T09:59:10", "agent", "在设置里点导出"),
        ("c", f"{FIRST}T10:02:00", "user", "怎么打印报表"),
        ("c", f"{FIRST}T10:01:30", "agent", "在设置里点打印"),
        ("c", f"{FIRST}T10:05:00", "user", "谢谢"),
        ("c", f"{FIRST}T10:06:00", "agent", "不客气"),
    )
    day = read(FIRST)[FIRST]
    assert texts(day)[0][:4] == [
        "怎么导出报表",
        "在设置里点导出",
        "怎么打印报表",
        "在设置里点打印",
    ]
    assert [talk.skewed for talk in day.conversations.values()] == [2]


def test_a_log_written_newest_first_is_no_log_with_a_wrong_clock(
    read: ReadDays, write: Write
) -> None:
    spoken = [("c", f"{FIRST}T10:00:{second:02}", "user", f"第{second}句") for second in range(9)]
    write("a.jsonl", *reversed(spoken))
    day = read(FIRST)[FIRST]
    assert texts(day) == [[line[3] for line in spoken]]
    assert [talk.skewed for talk in day.conversations.values()] == [0]


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
    gone = NOTHING.and_also([conversation_digest(key, "chat", "c")], at)
    days = read(FIRST, THIRD, forgotten=gone)
    assert (len(days[FIRST].conversations), days[FIRST].forgotten) == (1, 2)
    assert (len(days[THIRD].conversations), days[THIRD].forgotten) == (1, 0), "later is new"


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
    gone = NOTHING.and_also([customer_digest(key, "chat", "7")], at)
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


def test_a_digest_gives_nothing_away_without_the_key(read: ReadDays, write: Write) -> None:
    write("a.jsonl", ("c", f"{FIRST}T10:00:00", "user", "13812345678"))
    day = read(FIRST)[FIRST]
    assert day.digest(b"one key") != day.digest(b"another key")
