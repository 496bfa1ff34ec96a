"""OpenClaw's SQLite database of an agent: read beside the writer, never written, never trusted."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from pipelines.dialogues.logs import LogFile, open_log
from pipelines.dialogues.rows import RefusedError, Row
from pipelines.dialogues.transcripts import MAX_EVENT, Session, read_openclaw
from pipelines.errors import SourceError

_MAGIC = b"SQLite format 3\x00"
# The header's last two bytes say who may read and write: in WAL mode, others at once.
_HEADER_BYTES = 20
_WAL = b"\x02\x02"
_WAIT_SECONDS = 5.0
_MAX_LINE = 2**31 - 1
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CLOSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
_NOT_READ = _CLOSED | {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL}

# A view or a virtual table of that name would run what it says.
_TABLE = (
    "SELECT 1 FROM sqlite_schema "
    "WHERE type = 'table' AND rootpage > 0 AND name = 'transcript_events'"
)
_COLUMNS = "SELECT name FROM pragma_table_info('transcript_events')"
_KEYS = "SELECT rowid, session_id, seq FROM transcript_events ORDER BY session_id, seq"
_EVENT = "SELECT event_json, event_zstd FROM transcript_events WHERE rowid = ?"
_EVENT_WITHOUT_ZSTD = "SELECT event_json, NULL FROM transcript_events WHERE rowid = ?"


def database_rows(file: LogFile) -> Iterator[Row]:
    """Yield what was said in each session of one agent, and the rows that could not be read.

    A row's line is its `seq`. Raises `SourceError` when the database cannot be opened, stays
    locked, or is opened by OpenClaw at the same moment.
    """
    try:
        unused = _is_unused(file)
        before = _written_at(file)
        with closing(_connect(file, unused)) as database:
            yield from _sessions(database)
            if unused and _written_at(file) != before:
                raise SourceError(f"`{file.path}` was changed while it was read. Run again.")
    except RefusedError as refused:
        yield Row(0, b"", {}, str(refused), True)
    except sqlite3.Error as error:
        # Python's own errors have no code: then the database is not what it should be.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _BUSY:
            raise SourceError(
                f"`{file.path}` stayed locked for {_WAIT_SECONDS:g} seconds. Run again when "
                "OpenClaw, or what else has it open, is done."
            ) from None
        if code in _NOT_READ:
            raise SourceError(
                f"`{file.path}` cannot be read ({error.sqlite_errorname}). Let Sanku's user read "
                "it and the `-wal` and `-shm` beside it, or take it out of the source's `files`."
            ) from None
        yield Row(0, b"", {}, "is damaged; restore it, or take it out of `files`", True)


def _is_unused(file: LogFile) -> bool:
    """Tell whether no program has the database open, as far as its files show."""
    with open_log(file) as handle:
        header = handle.read(_HEADER_BYTES)
    if not header.startswith(_MAGIC):
        raise RefusedError("is no SQLite database; take it out of the source's `files`")
    return header.endswith(_WAL) and not Path(f"{file.real}-wal").exists()


def _written_at(file: LogFile) -> int:
    try:
        return file.real.stat().st_mtime_ns
    except OSError:  # gone, and so no longer what it was
        return 0


def _connect(file: LogFile, unused: bool) -> sqlite3.Connection:
    # Without `immutable`, SQLite would leave two new files beside a database that nobody uses.
    mode = "mode=ro&immutable=1" if unused else "mode=ro"
    return sqlite3.connect(
        f"file:{quote(os.fsencode(file.real))}?{mode}",
        timeout=_WAIT_SECONDS,
        isolation_level=None,
        uri=True,
    )


def _sessions(database: sqlite3.Connection) -> Iterator[Row]:
    database.text_factory = bytes
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * MAX_EVENT)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("BEGIN")  # one state of the database, whatever is written meanwhile
    query = _event_query(database)
    session: Session | None = None
    for rowid, name, seq in database.execute(_KEYS):
        called = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
        if session is None or session.name != called:
            if session is not None:
                yield from _told_apart(session)
            session = Session(called, read_openclaw)
        line = seq if isinstance(seq, int) and 0 <= seq <= _MAX_LINE else 0
        _add(session, line, database, query, rowid)
    if session is not None:
        yield from _told_apart(session)


def _event_query(database: sqlite3.Connection) -> str:
    if database.execute(_TABLE).fetchone() is None:
        raise RefusedError(
            "has no table `transcript_events`; name an agent's `openclaw-agent.sqlite` in `files`"
        )
    columns = {bytes(name) for (name,) in database.execute(_COLUMNS)}
    if missing := {b"session_id", b"seq", b"event_json"} - columns:
        raise RefusedError(
            f"has no `{min(missing).decode()}` in `transcript_events`; this version of OpenClaw is "
            "not known: export its sessions as JSONL"
        )
    return _EVENT if b"event_zstd" in columns else _EVENT_WITHOUT_ZSTD


def _told_apart(session: Session) -> Iterator[Row]:
    """Yield the rows of a session; a problem says which one, for `seq` begins anew in each."""
    for row in session.rows():
        if row.problem and _UUID.fullmatch(session.name):
            yield row._replace(problem=f"{row.problem} (session {session.name})")
        else:
            yield row


def _add(session: Session, line: int, database: sqlite3.Connection, query: str, rowid: int) -> None:
    raw = b""
    try:
        raw = _stored(database, query, rowid)
        event = _event(raw)
    except RefusedError as refused:
        session.refuse(Row(line, raw, {}, str(refused), True))
    else:
        session.add(line, raw, event)


def _stored(database: sqlite3.Connection, query: str, rowid: int) -> bytes:
    """Return the JSON of an event, which OpenClaw compresses when it is long."""
    try:
        found = database.execute(query, (rowid,)).fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CORRUPT}:
            raise
        found = None
    if found is None:
        raise RefusedError("is damaged or too long; mend the row, or remove it")
    raw, packed = found
    if raw is None and isinstance(packed, bytes):
        try:
            with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
                raw = stream.read(MAX_EVENT + 1)
        except (OSError, pa.ArrowException):
            raise RefusedError("is not valid zstd; mend the row, or remove it") from None
    if not isinstance(raw, bytes):
        raise RefusedError("has neither `event_json` nor `event_zstd`; mend the row, or remove it")
    if len(raw) > MAX_EVENT:
        raise RefusedError(f"is longer than {MAX_EVENT:,} bytes; remove it")
    return raw


def _event(raw: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(raw.decode())
    except (ValueError, RecursionError):  # too deep, or a number of thousands of digits
        raise RefusedError("is not valid JSON; mend the row, or remove it") from None
    if not isinstance(event, dict):
        raise RefusedError("is no JSON object; mend the row, or remove it")
    return event
