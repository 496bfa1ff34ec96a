"""The gateway's own log of conversations: redacted before it is written, one file a day.

`conversations/2026-11-20.jsonl` holds one JSON object a line, a line for each turn:

    {"conversation": …, "customer": …, "at": …, "role": "customer", "text": …}
    {"conversation": …, "customer": …, "at": …, "role": "other", "text": …,
     "decision": …, "reason": …, "handoff": …, "version": …, "tiers": […], "records": […],
     "client": …, "protocol": …, "milliseconds": …, "first_piece": …}

Nothing else of a request is kept, and nobody but this module writes there. A reader has to take
the lines in their order, since a question and its answer may have one time, and to skip a line
that is no JSON, which a crash can leave. `text` is empty where `withheld` names what redaction
could not make safe. `pipelines.analytics` counts what stands beside the text.
"""

import hmac
import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import WarehouseError
from pipelines.redaction import Redacted, Redactor
from pipelines.text import clean, fold, one_line
from pipelines.warehouse import replace_durably, sync

_LOCK = ".lock"
_LOCK_SECONDS = 10.0
_DRAFT = ".draft"
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, its answer, and what was said before. Not redacted: kept in memory only."""

    conversation: str
    """What its front end calls the conversation; stored as a keyed hash."""
    customer: str
    """What its front end calls the customer, empty when it does not say; stored as a hash."""
    is_named: bool
    """Whether its front end names the conversation or the customer."""
    history: tuple[str, ...]
    """The turns before the question, oldest first: for redaction, and logged when they came."""
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime
    decision: str
    reason: str
    handoff: bool
    version: str
    tiers: tuple[str, ...]
    """Tiers that the answer cites, each once."""
    records: tuple[str, ...]
    """Ids of the chunks that the answer cites, in the order of their numbers."""
    client: str
    """Name of the token that asked."""
    protocol: str
    milliseconds: float
    """From the request to the end of the answer."""
    first_piece: float
    """Milliseconds from the request to the first words of the answer."""


def conversation_hash(key: bytes, source_id: str) -> str:
    """Return the 32 hex digits that stand in the log for what a front end calls a conversation."""
    return _keyed(key, b"sanku log conversation\0", source_id)


def customer_hash(key: bytes, source_id: str) -> str:
    """Return the 32 hex digits that stand in the log for a customer; empty for nobody."""
    return _keyed(key, b"sanku log customer\0", source_id) if source_id else ""


def shown_question(text: str) -> str:
    """Return a logged question as lists have it: on one line, of at most 200 characters."""
    return one_line(text, _LONGEST_SHOWN)


class ConversationLog:
    """The files of one folder, for any number of processes that append, erase and search."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def record(self, answered: Answered, redactor: Redactor, key: bytes) -> Redacted:
        """Redact a question and its answer, append them to its day's file; return the question.

        The history is redacted with them, so that a person or number has one pseudonym throughout
        the conversation. A turn that redaction cannot make safe is written without its text.
        Raises `OSError` or `WarehouseError` when nothing could be written.
        """
        conversation = conversation_hash(key, answered.conversation)
        said = [clean(text) for text in (*answered.history, answered.question, answered.answer)]
        redacted = redactor.redact_conversations({conversation: said}, lambda _: None)
        question, answer = redacted[conversation][-2:]
        about = {
            "decision": answered.decision,
            "reason": answered.reason,
            "handoff": answered.handoff,
            "version": answered.version,
            "tiers": answered.tiers,
            "records": answered.records,
            "client": answered.client,
            "protocol": answered.protocol,
            "milliseconds": round(answered.milliseconds, 1),
            "first_piece": round(answered.first_piece, 1),
        }
        who = (conversation, customer_hash(key, answered.customer))
        lines = [
            _line(*who, answered.asked_at, "customer", question),
            # Only a person is an agent: what the gateway says is nothing to learn from.
            _line(*who, answered.answered_at, "other", answer) | about,
        ]
        self._append(answered.asked_at.date(), lines)
        return question

    def drop_before(self, day: date) -> list[date]:
        """Remove the files of the days before `day`, and return these days."""
        with self._alone() as files:
            dropped = [(file, its_day) for file, its_day in files if its_day < day]
            for file, _ in dropped:
                file.unlink()
            if dropped:
                sync(self._folder)
        return [its_day for _, its_day in dropped]

    def erase(self, conversations: Collection[str], customers: Collection[str]) -> int:
        """Remove the lines of these hashed conversations and customers; return how many went.

        An answer that is still waiting to be logged is not seen: it is written afterwards.
        """
        # A customer who is not known is nobody: their empty hash stands for many.
        gone = frozenset({*conversations, *customers} - {""})
        erased = 0
        with self._alone() as files:
            for file, _ in files:
                lines = file.read_bytes().splitlines(keepends=True)
                kept = [line for line in lines if not _is_of(line, gone)]
                if len(kept) < len(lines):
                    erased += len(lines) - len(kept)
                    self._replace(file, b"".join(kept))
        return erased

    def find_text(self, text: str) -> set[str]:
        """Return the hashed conversations that have `text` in a turn, in whatever letter case."""
        wanted = fold(text)
        if not wanted:
            return set()
        found = set()
        with self._alone() as files:
            for file, _ in files:
                for line in file.read_bytes().splitlines():
                    turn = _parsed(line)
                    if turn is not None and wanted in fold(str(turn.get("text", ""))):
                        found.add(str(turn.get("conversation", "")))
        return found

    def questions(self, since: date) -> set[str]:
        """Return what customers said from that day on, as lists show it (`shown_question`)."""
        said = set()
        with self._alone() as files:
            for file, day in files:
                for line in file.read_bytes().splitlines() if day >= since else ():
                    turn = _parsed(line)
                    if turn is not None and turn.get("role") == "customer":
                        said.add(shown_question(str(turn.get("text", ""))))
        return said - {""}

    def _append(self, day: date, lines: Sequence[dict[str, object]]) -> None:
        """Write lines at once and durably, all of them or none."""
        data = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync(self._folder.parent)
        file = self._folder / f"{day.isoformat()}.jsonl"
        with self._locked():
            is_new = not file.exists()
            handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                size = os.fstat(handle).st_size
                if size and os.pread(handle, 1, size - 1) != b"\n":
                    data = b"\n" + data  # a crash cut the last line short: it stays alone
                if os.write(handle, data) != len(data):
                    os.ftruncate(handle, size)
                    raise OSError(f"`{file}` took only a part of a line")
                os.fsync(handle)
            finally:
                os.close(handle)
            if is_new:
                sync(self._folder)

    def _replace(self, file: Path, data: bytes) -> None:
        """Put `data` in the place of a file, which goes when nothing is left of it."""
        if not data:
            file.unlink()
            sync(self._folder)
            return
        draft = file.with_name(f".{file.name}{_DRAFT}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
        replace_durably(draft, file)

    @contextmanager
    def _alone(self) -> Iterator[list[tuple[Path, date]]]:
        """Hold the lock; yields the files with their days, oldest first, none without a folder."""
        if not self._folder.is_dir():
            yield []
            return
        with self._locked():
            # A killed run left it: whoever writes one holds the lock.
            for draft in self._folder.glob(f".*{_DRAFT}"):
                draft.unlink()
            files = []
            for file in sorted(self._folder.glob("*.jsonl")):
                with suppress(ValueError):  # not a day's, and so not written here
                    files.append((file, date.fromisoformat(file.stem)))
            yield files

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._folder / _LOCK
        try:
            with FileLock(lock, timeout=_LOCK_SECONDS, mode=0o600, poll_interval=0.01):
                yield
        except Timeout as error:
            raise WarehouseError(
                f"`{lock}` is held by another run. Wait for it to end, and run again."
            ) from error


def _line(
    conversation: str, customer: str, at: datetime, role: str, said: Redacted
) -> dict[str, object]:
    line: dict[str, object] = {
        "conversation": conversation,
        "customer": customer,
        "at": at.isoformat(),
        "role": role,
        "text": said.text,
    }
    return line | {"text": "", "withheld": list(said.residue)} if said.residue else line


def _parsed(line: bytes) -> dict[str, object] | None:
    """Return the turn in a line; None where it is no whole one."""
    try:
        turn: object = json.loads(line)
    except ValueError:
        return None
    return turn if isinstance(turn, dict) else None


def _is_of(line: bytes, hashes: frozenset[str]) -> bool:
    """Tell whether a line is one of these conversations' or customers', also when cut short."""
    turn = _parsed(line)
    if turn is not None:
        return turn.get("conversation") in hashes or turn.get("customer") in hashes
    # Both hashes stand before the text, so that a line with any of it has them whole.
    return any(name.encode() in line for name in hashes)


def _keyed(key: bytes, kind: bytes, source_id: str) -> str:
    data = kind + source_id.encode("utf-8", "surrogatepass")
    return hmac.digest(key, data, "sha256").hex()[:32]
