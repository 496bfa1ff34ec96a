"""OpenClaw's SQLite database: read while it is written, and whatever stands in it."""

import json
import sqlite3
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.dialogues import openclaw_database
from pipelines.dialogues.logs import LogFile
from pipelines.dialogues.readers import Unfinished, read_file
from pipelines.dialogues.transcripts import MAX_EVENT
from pipelines.errors import SourceError
from pipelines.records import Message, Quarantined
from pipelines.settings import DialogueSource

KEY = bytes(range(32))
SESSION = "9b4a12cc-346e-4b1d-be91-a1e8cc2da3d1"
TABLE = (
    "CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, "
    "event_json TEXT, created_at INTEGER NOT NULL, event_zstd BLOB, "
    "PRIMARY KEY (session_id, seq))"
)
INSERT = "INSERT INTO transcript_events VALUES (?, ?, ?, 0, ?)"
Event = dict[str, Any]
Stored = Event | str | bytes | None
Records = list[Message | Quarantined | Unfinished]


def said(
    name: str, parent: str | None, text: object, sender: object = "4242", **more: Any
) -> Event:
    about = {"senderIsOwner": False, "senderId": sender, "senderName": "李 工"}
    message = {"role": "user", "content": text, "timestamp": 1772330400000, "__openclaw": about}
    at = "2026-03-01T02:00:00.000Z"
    linked = {"type": "message", "id": name, "parentId": parent, "timestamp": at}
    return linked | {"message": message | more}


def packed(event: object) -> bytes:
    """Return an event as OpenClaw stores a long one: a zstd frame that does not say its size."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(event if isinstance(event, bytes) else json.dumps(event).encode())
    return bytes(sink.getvalue())


@contextmanager
def writer(path: Path, table: str = TABLE) -> Iterator[sqlite3.Connection]:
    """Hold a database open as OpenClaw does, and close it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(table)
        yield database


def store(database: sqlite3.Connection, *events: Stored, session: str = SESSION) -> None:
    for seq, event in enumerate(events):
        plain = json.dumps(event) if isinstance(event, dict) else event
        columns = (None, event) if isinstance(event, bytes) else (plain, None)
        database.execute(INSERT, (session, seq, *columns))


def read(path: Path, **declared: Any) -> Records:
    source = DialogueSource(name="bot", files="*", format="openclaw", **declared)
    return list(read_file(LogFile("agent.sqlite", path), source, KEY))


def texts(records: Iterable[Message | Quarantined | Unfinished]) -> list[str]:
    return [one.text if isinstance(one, Message) else type(one).__name__ for one in records]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database is to be, in a folder whose name means something in a URI."""
    folder = tmp_path / "my agent?mode=rwc#%20"
    folder.mkdir()
    return folder / "openclaw-agent.sqlite"


def test_real_sessions_are_read_as_they_were_said(shared_data: Path, path: Path) -> None:
    files = sorted((shared_data / "frontends").glob("openclaw*.jsonl"))
    assert len(files) == 4
    with writer(path) as database:
        for file in files:
            lines = file.read_text(encoding="utf-8").splitlines()
            events = [json.loads(line) for line in lines]
            # Long events are compressed; here every third one.
            stored = [packed(one) if at % 3 == 2 else one for at, one in enumerate(events)]
            store(database, *stored, session=events[0]["id"])
    records = read(path)
    messages = [one for one in records if isinstance(one, Message)]
    assert len(messages) == len(records) == 10
    by_session: dict[str, list[Message]] = {}
    for message in messages:
        by_session.setdefault(message.conversation, []).append(message)
    direct, group, tools, explicit = by_session.values()
    assert [(one.role, one.customer, one.line) for one in direct] == [
        ("customer", "4242", 1),
        ("other", "", 4),
    ]
    assert group[0].text == "@kb_stub_bot 打印机连不上怎么办?"
    assert [(one.role, one.customer) for one in tools] == [("other", ""), ("other", "")]
    assert [one.text for one in explicit][::2] == [
        "怎么重置API密钥?",
        "那旧密钥多久失效?\n第二行: 请给出处",
    ]
    assert direct[0].at.isoformat() == "2026-11-22T10:24:58+00:00"


def test_everyone_in_a_group_is_a_customer_of_their_own_and_an_owner_is_an_agent_if_so_declared(
    path: Path,
) -> None:
    owner = {"senderIsOwner": True, "senderId": "1", "senderName": "客服小王"}
    with writer(path) as database:
        store(
            database,
            said("a", None, "密钥在哪", sender="4242"),
            said("b", "a", "我也想知道", sender=77),
            said("c", "b", "在设置里", __openclaw=owner),
            said("d", "c", "谢谢", sender=None),
        )
    assert [(one.role, one.customer) for one in read(path) if isinstance(one, Message)] == [
        ("customer", "4242"),
        ("customer", "77"),
        ("other", ""),
        ("customer", "李 工"),
    ]
    roles = {"user": "customer", "owner": "agent", "assistant": "other"}
    spoken = [one.role for one in read(path, roles=roles) if isinstance(one, Message)]
    assert spoken == ["customer", "customer", "agent", "customer"]


def test_what_programs_say_in_the_place_of_a_person_was_said_by_nobody(path: Path) -> None:
    with writer(path) as database:
        store(
            database,
            said("a", None, "x", provenance={"kind": "inter_session"}),
            said("b", "a", "x", provenance={"kind": "internal_system"}),
            said("c", "b", "[OpenClaw heartbeat poll]", __openclaw={}),
            said("d", "c", "NO_REPLY", role="assistant"),
            said("e", "d", "x", role="toolResult"),
            said("f", "e", "[OpenClaw heartbeat poll] 是什么"),
            said("g", "f", "你好", __openclaw={}, provenance={"kind": "external_user"}),
            said("h", "g", "您好", role="assistant"),
        )
    assert texts(read(path)) == ["[OpenClaw heartbeat poll] 是什么", "你好", "您好"]


def test_what_was_taken_back_was_not_said(path: Path) -> None:
    with writer(path) as database:
        store(
            database,
            said("a", None, "怎么导出"),
            said("b", "a", "点打印", role="assistant"),
            packed(said("c", "a", "点导出", role="assistant")),
            said("d", "c", "谢谢"),
        )
        store(database, said("a", None, "别的会话"), session="another")
    assert texts(read(path)) == ["怎么导出", "点导出", "谢谢", "别的会话"]


# Beside a writer


def test_what_openclaw_wrote_but_did_not_check_in_yet_is_read(path: Path) -> None:
    with writer(path) as database:
        store(database, said("a", None, "甲"))
        assert texts(read(path)) == ["甲"]
        database.execute("BEGIN IMMEDIATE")
        database.execute(INSERT, (SESSION, 1, json.dumps(said("b", "a", "乙")), None))
        assert texts(read(path)) == ["甲"]
        database.execute("COMMIT")
        assert texts(read(path)) == ["甲", "乙"]


def test_one_reading_sees_one_state(path: Path) -> None:
    with writer(path) as database:
        for session in ("1", "2"):
            store(database, said("a", None, "甲"), session=session)
        source = DialogueSource(name="bot", files="*", format="openclaw")
        records = read_file(LogFile("agent.sqlite", path), source, KEY)
        first = next(records)
        database.execute("UPDATE transcript_events SET event_json = '{'")
        assert texts([first, *records]) == ["甲", "甲"]


def test_reading_writes_nothing_beside_the_database(path: Path) -> None:
    with writer(path) as database:
        store(database, said("a", None, "甲"))
    before = path.read_bytes()
    assert texts(read(path)) == ["甲"]
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_database_of_an_older_kind_is_read_as_well(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(TABLE.replace("event_zstd BLOB, ", ""))
        values = (SESSION, json.dumps(said("a", None, "甲")))
        database.execute("INSERT INTO transcript_events VALUES (?, 0, ?, 0)", values)
        database.commit()
    assert texts(read(path)) == ["甲"]


def test_a_database_that_stays_locked_is_an_error_with_a_way_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openclaw_database, "_WAIT_SECONDS", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(TABLE)
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceError, match=r"`agent.sqlite` stayed locked.*Run again"):
            read(path)


def test_a_database_that_is_opened_at_the_same_moment_is_an_error(path: Path) -> None:
    with writer(path) as database:
        for session in ("1", "2"):
            store(database, said("a", None, "甲"), session=session)
    source = DialogueSource(name="bot", files="*", format="openclaw")
    records = read_file(LogFile("agent.sqlite", path), source, KEY)
    next(records)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        store(database, said("a", None, "乙"), session="3")
    with pytest.raises(SourceError, match="changed while it was read"):
        list(records)


def test_a_database_that_is_gone_or_barred_is_an_error_that_names_it(path: Path) -> None:
    with pytest.raises(SourceError, match=r"`agent.sqlite` cannot be read"):
        read(path)


# Damage


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_is_quarantined_by_its_name(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    (refused,) = read(path)
    assert isinstance(refused, Quarantined)
    assert (refused.path, refused.line) == ("agent.sqlite", 0)
    assert "no SQLite database" in refused.reason or "damaged" in refused.reason


def test_a_database_cut_short_is_quarantined_and_what_can_be_read_is(path: Path) -> None:
    with writer(path) as database:
        for number in range(50):
            store(database, said("a", None, "字" * 1000), session=f"{number:02}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    records = read(path)
    assert {type(one).__name__ for one in records} <= {"Message", "Quarantined"}
    assert texts(records).count("Quarantined") >= 1


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("CREATE TABLE other (id INTEGER)", "has no table `transcript_events`"),
        ("CREATE VIEW transcript_events AS SELECT 1 AS session_id", "has no table"),
        ("CREATE VIRTUAL TABLE transcript_events USING fts5(seq)", "has no table"),
        ("CREATE TABLE transcript_events (session_id, event_json)", "has no `seq`"),
        (f"{TABLE} WITHOUT ROWID", "damaged"),
    ],
)
def test_a_database_with_other_tables_is_quarantined_by_its_name(
    path: Path, table: str, named: str
) -> None:
    with writer(path, table):
        pass
    (refused,) = read(path)
    assert isinstance(refused, Quarantined)
    assert named in refused.reason


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ("{oops 13812345678", "JSON"),
        ('["13812345678"]', "object"),
        ("[" * 100_000, "JSON"),
        ("", "JSON"),
        (None, "neither"),
        (b"13812345678", "zstd"),
        (packed(said("x", "a", "13812345678"))[:-9], "zstd"),
        (packed(b"\xff13812345678"), "JSON"),
        (packed(b""), "JSON"),
        (said("x", "a", {"13812345678": 1}), "`content`"),
        (said("x", "a", "13812345678", sender=["13812345678"]), "`customer`"),
        (said("x", "a", "13812345678", timestamp=None) | {"timestamp": None}, "`timestamp`"),
    ],
)
def test_one_bad_row_is_quarantined_without_its_words_and_the_rest_goes_on(
    path: Path, stored: Stored, named: str
) -> None:
    with writer(path) as database:
        last = said("b", "x" if isinstance(stored, dict) else "lost", "乙")
        store(database, said("a", None, "甲"), stored, last)
    first, refused, rest = read(path)
    assert texts([first, rest]) == ["甲", "乙"]
    assert isinstance(refused, Quarantined)
    assert (refused.path, refused.line, refused.excerpt) == ("agent.sqlite", 1, "")
    assert named in refused.reason
    assert "13812345678" not in repr(refused)


def test_a_bad_row_is_found_again_by_its_session(path: Path) -> None:
    with writer(path) as database:
        store(database, "{")
        store(database, "{", session="telegram 13812345678")
    known, hidden = read(path)
    assert isinstance(known, Quarantined)
    assert isinstance(hidden, Quarantined)
    assert SESSION in known.reason
    assert "13812345678" not in hidden.reason


def test_cells_of_any_type_are_refused_and_not_fatal(path: Path) -> None:
    with writer(path, TABLE.replace("TEXT", "").replace("INTEGER", "")) as database:
        for session, seq, plain in ((b"\xff", "x", 7), (1, -1, 1.5), ("s", 2**40, b"\xff")):
            database.execute(INSERT, (session, seq, plain, None))
    records = read(path)
    assert [one.line for one in records] == [0, 0, 0]
    assert texts(records) == ["Quarantined"] * 3


@pytest.mark.parametrize("is_packed", [True, False])
def test_an_event_without_end_is_refused_alone_and_never_held_in_memory(
    path: Path, is_packed: bool
) -> None:
    endless: Stored = "x" * (16 * MAX_EVENT)
    if is_packed:
        endless = packed(b'{"type": "' + bytes(64 * MAX_EVENT))
    with writer(path) as database:
        store(database, said("a", None, "甲"), endless, said("b", "a", "乙"))
    del endless
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    records = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(records) == ["甲", "Quarantined", "乙"]
    assert peak < 4 * MAX_EVENT
    assert pa.total_allocated_bytes() - before < MAX_EVENT


def test_an_event_as_long_as_openclaw_stores_is_read(path: Path) -> None:
    room = MAX_EVENT - len(json.dumps(said("a", None, "")))
    with writer(path) as database:
        store(database, said("a", None, "x" * room), packed(said("b", "a", "y" * room)))
    assert [len(text) for text in texts(read(path))] == [room, room]
