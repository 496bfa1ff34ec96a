"""The conversation log as a table: what is a row, and what damaged lines cost."""

import json

import pytest

from pipelines.analytics import OUTCOMES, TURNS_SCHEMA
from pipelines.analytics.turns import day_turns
from pipelines.conversation_log import conversation_hash
from pipelines.settings import Settings
from tests.analytics.logged import KEY, TODAY, Log, file_of


def test_a_question_and_its_answer_are_one_row(settings: Settings, log: Log) -> None:
    log.add(
        "我叫王建国，怎么导出通讯录？", conversation="c7", customer="u1", records=("0f3a", "77b1")
    )

    (row,) = day_turns(file_of(settings), TODAY).to_pylist()
    assert row["question"] == "我叫〈人名1〉，怎么导出通讯录？"
    assert row["answer"] == "请打开「设置」。"
    assert row["conversation"] == conversation_hash(KEY, "c7")
    assert (row["day"], row["asked_at"].isoformat()) == (TODAY, "2026-11-20T01:00:00+00:00")
    assert (row["outcome"], row["reason"], row["handoff"]) == ("direct", "faq_match", False)
    assert (row["tiers"], row["records"]) == (["faq"], ["0f3a", "77b1"])
    assert (row["client"], row["protocol"]) == ("web", "openai")
    assert (row["milliseconds"], row["first_piece"]) == (100.0, 50.0)


def test_every_decision_is_one_outcome_and_a_greeting_is_no_refusal(
    settings: Settings, log: Log
) -> None:
    for decision in ("direct", "grounded", "refuse", "handoff", "degraded"):
        log.add("怎么导出？", decision=decision, reason="any")
    log.add("你好", decision="refuse", reason="greeting")

    assert day_turns(file_of(settings), TODAY)["outcome"].to_pylist() == list(OUTCOMES)


def test_a_day_without_a_file_and_an_empty_file_are_empty_tables(
    settings: Settings, log: Log
) -> None:
    assert day_turns(file_of(settings), TODAY).equals(TURNS_SCHEMA.empty_table())
    log.add("怎么导出？")
    file_of(settings).write_bytes(b"")
    assert day_turns(file_of(settings), TODAY).num_rows == 0


@pytest.mark.parametrize(
    "damage",
    [
        b'{"conversation": "c1", "text": "cut sh',
        b"no JSON at all",
        b"[1, 2, 3]",
        b'{"conversation": 7, "role": "customer"}',
        b'{"conversation": "c1", "role": "customer", "at": "yesterday", "text": "x"}',
        b'{"conversation": "c1", "role": "customer", "text": "never answered"}',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("place", ["first", "between", "last"])
def test_a_damaged_line_costs_no_other(
    settings: Settings, log: Log, damage: bytes, place: str
) -> None:
    for number in range(3):
        log.add(f"第 {number} 个问题")
    lines = file_of(settings).read_bytes().splitlines()
    lines.insert({"first": 0, "between": 2, "last": len(lines)}[place], damage)
    file_of(settings).write_bytes(b"\n".join(lines))

    questions = day_turns(file_of(settings), TODAY)["question"].to_pylist()
    assert questions == ["第 0 个问题", "第 1 个问题", "第 2 个问题"]


def test_an_answer_whose_question_is_gone_is_no_row(settings: Settings, log: Log) -> None:
    for number in range(3):
        log.add(f"第 {number} 个问题", conversation=f"c{number}")
    lines = file_of(settings).read_bytes().splitlines(keepends=True)
    file_of(settings).write_bytes(b"".join([*lines[:2], *lines[3:]]))

    questions = day_turns(file_of(settings), TODAY)["question"].to_pylist()
    assert questions == ["第 0 个问题", "第 2 个问题"]


def test_lines_of_an_older_release_are_rows_without_what_it_did_not_log(
    settings: Settings, log: Log
) -> None:
    log.add("怎么导出？")
    question, answer = map(json.loads, file_of(settings).read_text("utf-8").splitlines())
    for name in ("tiers", "records", "client", "protocol", "milliseconds", "first_piece"):
        del answer[name]
    lines = (json.dumps(line) + "\n" for line in (question, answer))
    file_of(settings).write_text("".join(lines), "utf-8")

    (row,) = day_turns(file_of(settings), TODAY).to_pylist()
    assert (row["tiers"], row["records"], row["client"], row["protocol"]) == ([], [], "", "")
    assert row["milliseconds"] is row["first_piece"] is None


def test_a_question_that_was_withheld_is_a_row_without_text(settings: Settings, log: Log) -> None:
    log.add("报表" * 60_000)

    (row,) = day_turns(file_of(settings), TODAY).to_pylist()
    assert (row["question"], row["outcome"]) == ("", "direct")


def test_every_column_says_what_it_means() -> None:
    assert all(field.metadata[b"doc"] for field in TURNS_SCHEMA)
