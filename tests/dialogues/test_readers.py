"""Logs become messages; what is none is refused, counted, and never quoted."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.dialogues.keyed import keyed_digest
from pipelines.dialogues.lines import MAX_LINE, Line
from pipelines.dialogues.readers import Unfinished, read_messages
from pipelines.dialogues.rows import MAX_RECORD_LINES, csv_rows
from pipelines.errors import SourceError
from pipelines.records import Message, Quarantined
from pipelines.settings import DialogueSource

KEY = bytes(range(32))
GOOD = '{"conversation": "c1", "at": "2026-03-01T10:00:00", "role": "user", "text": "如何导出报表"}'


def read(data: str | bytes, **declared: Any) -> list[Message | Quarantined | Unfinished]:
    source = DialogueSource(name="chat", files="*", **declared)
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_messages("a.log", io.BytesIO(raw), source, KEY))


def read_csv(data: str | bytes, **declared: Any) -> list[Message | Quarantined | Unfinished]:
    return read(data, format="csv", **declared)


def kinds(records: list[Message | Quarantined | Unfinished]) -> list[str]:
    return [type(one).__name__ for one in records]


def one_with(**changed: object) -> str:
    return json.dumps(json.loads(GOOD) | changed, ensure_ascii=False) + "\n"


def test_a_json_line_becomes_a_message_in_utc() -> None:
    assert read(GOOD + "\n") == [
        Message(
            "c1",
            datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
            "customer",
            "如何导出报表",
            "unknown",
            "a.log",
            1,
        )
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T10:00:00+08:00",
        "2026-03-01 10:00:00",
        "2026-03-01T02:00:00Z",
        "20260301T100000",
        "2026/3/1 10:00",
        "2026-3-1 10:00:00",
        1772330400,
        1772330400.0,
        1772330400000,
        "1772330400",
        "1772330400000",
        " 1772330400.0 ",
    ],
)
def test_every_way_to_write_a_time_is_read(written: object) -> None:
    (message,) = read(one_with(at=written))
    assert isinstance(message, Message)
    assert message.at == datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["昨天", "", None, True, [], float("nan"), -1, 10**400, "20260301", "0001-01-01", "9999-12-31"],
)
def test_what_is_no_time_is_refused(written: object) -> None:
    (refused,) = read(one_with(at=written))
    assert isinstance(refused, Quarantined)
    assert "`fields.at`" in refused.reason


def test_a_zone_of_the_source_holds_for_times_that_name_none() -> None:
    (message,) = read(GOOD, timezone="America/New_York")
    assert isinstance(message, Message)
    assert message.at == datetime(2026, 3, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{oops 13812345678", "JSON"),
        ('["13812345678"]', "object"),
        ("[" * 100_000, "JSON"),
        ('{"conversation": ' + "9" * 5000 + "}", "JSON"),
        (one_with(role="13812345678"), "`roles`"),
        (one_with(role=None), "`fields.role`"),
        (one_with(text=13812345678), "`fields.text`"),
        (one_with(conversation=""), "`fields.conversation`"),
        ('{"conversation": "13812345678"}', "`fields.at`"),
        ("\x00" * 50, "JSON"),
    ],
)
def test_one_bad_line_is_quarantined_without_its_words_and_the_rest_goes_on(
    line: str, named: str
) -> None:
    first, refused, last = read(f"{GOOD}\n{line.rstrip()}\n{GOOD}\n")
    assert isinstance(first, Message)
    assert isinstance(last, Message)
    assert isinstance(refused, Quarantined)
    assert (refused.path, refused.line, refused.excerpt) == ("a.log", 2, "")
    assert named in refused.reason
    assert "13812345678" not in repr(refused)


def test_the_digest_of_a_refused_line_needs_the_key() -> None:
    (refused,) = read("13812345678\n")
    assert isinstance(refused, Quarantined)
    assert refused.digest == keyed_digest(KEY, "line", b"13812345678")
    assert refused.digest != keyed_digest(b"another key", "line", b"13812345678")


def test_a_half_written_last_line_is_left_for_the_next_reading() -> None:
    half = GOOD.encode()[:-20]
    assert kinds(read(GOOD.encode() + b"\n" + half)) == ["Message", "Unfinished"]
    assert kinds(read(GOOD.encode() + b"\n" + half + b"\n")) == ["Message", "Quarantined"]


def test_a_last_line_cut_inside_a_character_is_unfinished() -> None:
    cut = GOOD.encode()[: GOOD.encode().index("报".encode()) + 1]
    assert kinds(read(cut)) == ["Unfinished"]


def test_a_whole_last_line_needs_no_line_break() -> None:
    assert kinds(read(GOOD)) == ["Message"]


def test_blank_lines_and_a_byte_order_mark_are_skipped() -> None:
    data = b"\xef\xbb\xbf" + f"{GOOD}\r\n\r\n   \n{GOOD}\n".encode()
    assert kinds(read(data)) == ["Message", "Message"]
    assert kinds(read(data, encoding="utf-8-sig")) == ["Message", "Message"]
    assert [one.line for one in read(data)] == [1, 4]


def test_gb18030_is_read_also_where_a_character_ends_in_a_backslash() -> None:
    text = "乗誠㐀𠀀报表"  # two-byte characters with 0x5C inside, and four-byte ones
    (message,) = read(one_with(text=text).encode("gb18030"), encoding="gb18030")
    assert isinstance(message, Message)
    assert message.text == text


def test_a_line_in_another_encoding_is_refused_alone() -> None:
    data = f"{GOOD}\n".encode() + f"{GOOD}\n".encode("gb18030") + f"{GOOD}\n".encode()
    records = read(data)
    assert kinds(records) == ["Message", "Quarantined", "Message"]
    assert "`encoding`" in records[1].reason


def test_a_line_longer_than_the_limit_is_refused_and_counted_as_one_line() -> None:
    data = f"{GOOD}\n".encode() + b"x" * (3 * MAX_LINE) + b"\n" + GOOD.encode() + b"\n"
    records = read(data)
    assert kinds(records) == ["Message", "Quarantined", "Message"]
    assert [one.line for one in records] == [1, 2, 3]


def test_an_endless_line_is_never_held_in_memory() -> None:
    class Endless(io.RawIOBase):
        """64 MB without a line break."""

        left = 64 * MAX_LINE

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            size = min(len(buffer), self.left)
            buffer[:size] = b"x" * size
            self.left -= size
            return size

    source = DialogueSource(name="chat", files="*")
    tracemalloc.start()
    with io.BufferedReader(Endless(), 1 << 18) as handle:
        records = list(read_messages("a.log", handle, source, KEY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kinds(records) == ["Quarantined"]
    assert peak < 8 * MAX_LINE


def test_a_message_without_words_is_still_a_message() -> None:
    (message,) = read(one_with(text=None))
    assert isinstance(message, Message)
    assert message.text == ""


def test_text_loses_what_cannot_be_seen_and_nothing_else() -> None:
    text = r"导\u200b出\u001b[31m 报表\r\n v2.4 \ud83d"
    (message,) = read(GOOD.replace("如何导出报表", text))
    assert isinstance(message, Message)
    assert message.text == "导出 报表\n v2.4 ?"


@pytest.mark.parametrize(("end", "outcome"), [("已解决", "resolved"), ("待跟进", "unknown")])
def test_roles_and_outcomes_are_mapped_and_numbers_are_words_too(end: str, outcome: str) -> None:
    line = f'{{"sid": 7, "t": 1772330400, "who": 2, "msg": "好", "end": "{end}"}}'
    (message,) = read(
        line,
        fields={"conversation": "sid", "at": "t", "role": "who", "text": "msg", "outcome": "end"},
        roles={"1": "customer", "2": "agent"},
        outcomes={"已解决": "resolved"},
    )
    assert isinstance(message, Message)
    assert (message.conversation, message.role, message.outcome) == ("7", "agent", outcome)


@pytest.mark.parametrize(
    ("written", "customer"),
    [("  u-4242 ", "u-4242"), (4242, "4242"), (4242.0, "4242"), (None, ""), ("", "")],
)
def test_a_record_may_say_who_its_customer_is(written: object, customer: str) -> None:
    (message,) = read(one_with(uid=written), fields={"customer": "uid"})
    assert isinstance(message, Message)
    assert message.customer == customer


def test_a_record_without_the_key_of_the_customer_says_nothing_of_them() -> None:
    (message,) = read(GOOD, fields={"customer": "uid"})
    (unasked,) = read(one_with(customer="u-4242"))
    assert isinstance(message, Message)
    assert isinstance(unasked, Message)
    assert (message.customer, unasked.customer) == ("", "")


@pytest.mark.parametrize("written", [True, ["13812345678"], {"phone": "13812345678"}, 0.5])
def test_a_customer_that_is_no_word_is_refused_without_it(written: object) -> None:
    (refused,) = read(one_with(uid=written), fields={"customer": "uid"})
    assert isinstance(refused, Quarantined)
    assert "`uid` (`fields.customer`)" in refused.reason
    assert "13812345678" not in repr(refused)


# CSV

HEADER = "conversation,at,role,text\n"
ROW = "c1,2026-03-01 10:00:00,user,如何导出报表\n"


def test_csv_cells_may_hold_commas_quotes_and_line_breaks() -> None:
    records = read_csv(HEADER + 'c1,1772330400,user,"你好,\r\n请看 ""导出""\n\n怎么用"\r\n' + ROW)
    assert [(one.line, one.text) for one in records] == [
        (2, '你好,\n请看 "导出"\n\n怎么用'),
        (6, "如何导出报表"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_every_encoding(encoding: str) -> None:
    assert kinds(read_csv((HEADER + ROW).encode(encoding), encoding=encoding)) == ["Message"]


def test_a_header_without_a_mapped_column_stops_with_the_columns_found() -> None:
    with pytest.raises(SourceError) as caught:
        read_csv("会话,时间,角色,内容\n" + ROW, fields={"text": "正文"})
    message = str(caught.value)
    assert "`正文` (`fields.text`)" in message
    assert "`会话`, `时间`, `角色`, `内容`" in message
    assert "`chat`" in message


def test_a_missing_header_line_is_said_without_quoting_the_message_in_its_place() -> None:
    with pytest.raises(SourceError) as caught:
        read_csv("张三丰,2026-03-01 10:00:00,user,电话13812345678\n" * 2)
    assert "column names" in str(caught.value)
    assert "13812345678" not in repr(caught.value)
    assert "张三丰" not in repr(caught.value)


def test_a_column_may_say_who_the_customer_is() -> None:
    data = HEADER.replace("\n", ",uid\n") + ROW.replace("\n", ",4242\n") + ROW.replace("\n", ",\n")
    records = read_csv(data, fields={"customer": "uid"})
    assert [one.customer for one in records if isinstance(one, Message)] == ["4242", ""]
    with pytest.raises(SourceError, match=r"`uid` \(`fields.customer`\)"):
        read_csv(HEADER + ROW, fields={"customer": "uid"})


@pytest.mark.parametrize("column", ["conversation", "customer"])
def test_an_id_that_excel_rounded_is_refused_since_it_stands_for_several(column: str) -> None:
    row = {"conversation": "c1", "customer": "u1", column: "1.20231E+14"}
    cells = f"{row['conversation']},2026-03-01 10:00:00,user,如何导出报表,{row['customer']}\n"
    header = HEADER.replace("\n", ",customer\n")
    (refused,) = read_csv(header + cells, fields={"customer": "customer"})
    assert isinstance(refused, Quarantined)
    assert f"`fields.{column}`" in refused.reason
    assert "as text" in refused.reason


@pytest.mark.parametrize("written", ["120231105000123", "1.5", "c1E+14", "12E14"])
def test_other_ids_with_digits_are_words(written: str) -> None:
    (message,) = read_csv(HEADER + ROW.replace("c1", written))
    assert isinstance(message, Message)
    assert message.conversation == written


def test_an_empty_csv_file_and_an_unfinished_header_are_no_errors() -> None:
    assert read_csv("") == []
    assert read_csv("\n\n") == []
    assert kinds(read_csv("conversation,at,ro")) == ["Unfinished"]


def test_a_row_with_too_many_cells_is_refused_alone() -> None:
    records = read_csv(HEADER + ROW + "c1,1772330400,user,你好,在吗\n" + ROW)
    assert kinds(records) == ["Message", "Quarantined", "Message"]
    assert "5 columns" in records[1].reason


@pytest.mark.parametrize(
    "bad",
    [
        'c1,1772330400,user,"你好\n',  # closed by the next quote of a later row
        'c1,1772330400,user,"你"好\n',
        '"c1,1772330400,user,你好\n',
    ],
)
def test_a_stray_quote_costs_its_own_line_only(bad: str) -> None:
    quoted = 'c2,1772330400,agent,"在设置里,点导出"\n'
    records = read_csv(HEADER + ROW + bad + ROW * 3 + quoted + ROW)
    assert kinds(records) == ["Message", "Quarantined"] + ["Message"] * 5


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    records = read_csv(HEADER + 'c1,1772330400,user,"你好\n' + ROW * 2_500)
    assert kinds(records) == ["Quarantined"] + ["Message"] * 2_500


def test_a_quote_left_open_near_the_end_swallows_no_rows_of_a_growing_file() -> None:
    records = read_csv(HEADER + 'c1,1772330400,user,"你好\n' + ROW * 3 + "c1,177")
    assert kinds(records) == ["Quarantined"] + ["Message"] * 3 + ["Unfinished"]


@pytest.mark.parametrize("width", [10, 200_000])
def test_an_open_quote_reads_no_further_than_a_record_may_reach(width: int) -> None:
    taken = 0

    def lines() -> Iterator[Line]:
        nonlocal taken
        for taken in range(1, 3_000):
            raw = b"a,b" if taken == 1 else b'a,"b' if taken == 2 else b"x" * width
            yield Line(taken, raw, True, False)

    rows = csv_rows(lines(), "utf-8")
    assert not next(rows).problem
    assert "quote" in next(rows).problem
    assert taken <= min(MAX_RECORD_LINES, MAX_LINE // width) + 3


def test_a_csv_record_cut_inside_its_quoted_cell_is_unfinished() -> None:
    assert kinds(read_csv(HEADER + ROW + 'c1,1772330400,user,"第一行\n第二')) == [
        "Message",
        "Unfinished",
    ]
    assert kinds(read_csv(HEADER + ROW + "c1,17723")) == ["Message", "Unfinished"]


def test_a_csv_line_in_another_encoding_is_refused_alone() -> None:
    data = (HEADER + ROW).encode() + ROW.encode("gb18030") + ROW.encode()
    assert kinds(read_csv(data)) == ["Message", "Quarantined", "Message"]
