"""Transcripts of chat agents: the events of a session become rows of what was said."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pipelines.dialogues.branch import Branch
from pipelines.dialogues.lines import Line
from pipelines.dialogues.rows import RefusedError, Row, json_rows
from pipelines.dialogues.times import read_time
from pipelines.front_ends.clawdbot import open_envelope
from pipelines.front_ends.openclaw import OPENCLAW

MAX_EVENT = 4 << 20
"""Longest event that is read, in bytes: as much as OpenClaw itself stores."""

# Who speaks in a person's place.
_PROGRAMS = ("inter_session", "internal_system")
_SILENCE = {"", "NO_REPLY", "HEARTBEAT_OK"}


class Said(NamedTuple):
    """What one message says, and who said it."""

    role: str
    """`user`, `owner` or `assistant`."""
    text: str
    customer: object = None


Read = Callable[[Mapping[str, Any]], Said | None]
"""Tells what the message of an event says; None when nobody said anything.

Raises `RefusedError`.
"""


class Session:
    """One session: what its events say, held until the last of them tells which were said."""

    def __init__(self, name: str, read: Read) -> None:
        self.name = name
        self._read = read
        self._branch = Branch()
        self._found: list[tuple[int, Row]] = []
        self._refused: set[int] = set()
        self._events = 0

    def add(self, line: int, raw: bytes, event: Mapping[str, Any]) -> None:
        """Take the next event of the session."""
        self._events += 1
        self._branch.add(event, self._events)
        if event.get("type") != "message":
            return
        try:
            said = self._read(_message_of(event))
            row = said and Row(line, raw, said._asdict() | {"at": _time_of(event)}, "", True)
        except RefusedError as refused:
            row = Row(line, raw, {}, str(refused), True)
        if row:
            self._found.append((self._events, row))

    def refuse(self, row: Row) -> None:
        """Take a row that is no event, and so has no place in the tree."""
        self._events += 1
        self._refused.add(self._events)
        self._found.append((self._events, row))

    def rows(self) -> Iterator[Row]:
        """Yield what was said on the active branch, and what could not be read, in order."""
        wanted = self._branch.places() | self._refused
        for place, row in self._found:
            if place in wanted:
                yield row._replace(values={**row.values, "conversation": self.name})


def session_rows(lines: Iterator[Line], path: str) -> Iterator[Row]:
    """Yield what was said in one session file of Clawdbot, whose first line names the session."""
    # The file is called after the session, should that line be damaged.
    session = Session(PurePosixPath(path).stem, read_clawdbot)
    for row in json_rows(lines, "utf-8"):
        if row.problem:
            session.refuse(row)
            continue
        name = row.values.get("id")
        if row.values.get("type") == "session" and isinstance(name, str) and name:
            session.name = name
        session.add(row.line, row.raw, row.values)
    return session.rows()


def read_clawdbot(message: Mapping[str, Any]) -> Said | None:
    """Return what a message of Clawdbot says; a channel puts a person's words in an envelope."""
    if message.get("role") == "assistant":
        return _answer(message)
    if message.get("role") != "user":
        return None
    enveloped = open_envelope(_text_of(message))
    return enveloped and Said("user", enveloped.words, enveloped.sender)


def read_openclaw(message: Mapping[str, Any]) -> Said | None:
    """Return what a message of OpenClaw says; it stores a person's words and sender apart."""
    if message.get("role") == "assistant":
        return _answer(message)
    if message.get("role") != "user" or _object(message, "provenance").get("kind") in _PROGRAMS:
        return None
    about = _object(message, "__openclaw")
    sender = about.get("senderId") or about.get("senderName")
    text = _text_of(message)
    # What OpenClaw asks itself has no sender; a person's words are never taken for that.
    words = text if sender else OPENCLAW.unwrap(text)
    if words is None:
        return None
    # An owner serves the company, and is nobody's customer.
    is_owner = about.get("senderIsOwner") is True
    return Said("owner", words) if is_owner else Said("user", words, sender)


def _answer(message: Mapping[str, Any]) -> Said | None:
    text = _text_of(message)
    # A step with tools has no words, and some words mean that there is nothing to say.
    return None if text.strip() in _SILENCE else Said("assistant", text)


def _message_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    message = event.get("message")
    if not isinstance(message, dict):
        raise RefusedError("has no object in `message`; mend the event, or remove it")
    return message


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise RefusedError("has a `content` that is no text; mend the event, or remove it")
    texts = [part.get("text") for part in parts if part.get("type") == "text"]
    return "\n".join(text for text in texts if isinstance(text, str))


def _object(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _time_of(event: Mapping[str, Any]) -> str:
    for value in (event["message"].get("timestamp"), event.get("timestamp")):
        try:
            return read_time(value, UTC).isoformat()
        except (TypeError, ValueError):
            continue
    raise RefusedError("has no time in `timestamp`; mend the event, or remove it")
