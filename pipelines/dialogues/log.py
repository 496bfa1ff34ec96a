"""A log as one reading left it in memory, by day: what there is, what changed, what to redact."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.dialogues.forgotten import Forgotten
from pipelines.dialogues.keyed import conversation_digest, customer_digest, keyed_digest
from pipelines.dialogues.logs import LogFile, log_files
from pipelines.dialogues.readers import Unfinished, read_file
from pipelines.dialogues.talks import LOOKS_BACK, Conversation, first_days, in_order
from pipelines.records import Message, Quarantined
from pipelines.settings import DialogueSource, Settings

AHEAD = timedelta(minutes=5)
"""How far a wrong clock may run ahead; a message from later than that is a mistake."""
# A last line is waited for so long; after that nobody will finish it.
_FINISHED_AFTER_SECONDS = 86_400.0


@dataclass(slots=True)
class DayOfLog:
    """What a log says of one day. Not redacted: never leaves this package."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    """By keyed hash. A talk belongs, whole, to the day of its first message."""
    quarantined: list[Quarantined] = field(default_factory=list)
    unfinished: int = 0
    """Half-written last lines, left for the next reading."""
    forgotten: int = 0
    """Messages of conversations and customers that were forgotten on request: not read."""

    @property
    def messages(self) -> int:
        """How many messages there are to redact."""
        return sum(len(talk.messages) for talk in self.conversations.values())

    @property
    def is_silent(self) -> bool:
        """Whether the log says nothing of the day: nothing happened, or its file is gone."""
        return not (self.conversations or self.quarantined or self.forgotten)

    def digest(self, key: bytes) -> str:
        """Return 32 hex digits of all that was said: equal means nothing to do.

        Not of where it stands, so that rotating a log changes nothing. Keyed: of a day with one
        short message, a plain hash would give the message away.
        """
        return keyed_digest(key, "day", *self._parts())

    def _parts(self) -> Iterator[str]:
        for name in sorted(self.conversations):
            messages, duplicates, _ = self.conversations[name]
            yield f"{name} {duplicates}"
            for one in messages:
                yield from (one.at.isoformat(), one.role, one.customer, one.text, one.outcome)
        yield from sorted(refused.digest for refused in self.quarantined)
        yield f"{self.unfinished} {self.forgotten}"


@dataclass(slots=True)
class Log:
    """The days that were asked for, in order, and what has no day."""

    days: dict[date, DayOfLog] = field(default_factory=dict)
    undated: DayOfLog = field(default_factory=DayOfLog)
    """Files that cannot be read, and lines of files in which no line has a time."""

    def has(self, conversation: str, at: datetime) -> bool:
        """Tell whether a message of this conversation, named by its hash, is of this time."""
        talks = (day.conversations.get(conversation) for day in self.days.values())
        return any(one.at == at for talk in talks if talk for one in talk.messages)


class _Reading:
    """What the files say, before it is known on which day each talk began."""

    def __init__(self, first_day: date, zone: ZoneInfo) -> None:
        self._from = datetime.combine(first_day, datetime.min.time(), zone)
        self._zone = zone
        self._messages: dict[str, list[Message]] = defaultdict(list)
        self._earlier: dict[str, list[datetime]] = defaultdict(list)
        self._newest_first: set[str] = set()
        self._last: dict[str, datetime] = {}
        self._span = timedelta()
        self.quarantined: dict[date | None, list[Quarantined]] = defaultdict(list)
        self.unfinished: Counter[date | None] = Counter()
        self.forgotten: Counter[date | None] = Counter()

    def day_of(self, message: Message) -> date:
        """Return the local day of a message."""
        return message.at.astimezone(self._zone).date()

    def add(self, message: Message) -> None:
        """Take a message; of one shortly before the first day asked for, only that it was said."""
        name = message.conversation
        before = self._last.get(name)
        if before is not None:
            self._span += message.at - before
        self._last[name] = message.at
        if message.at >= self._from:
            self._messages[name].append(message)
        elif message.at >= self._from - LOOKS_BACK:
            self._earlier[name].append(message.at)

    def end_file(self, path: str) -> None:
        """Note which way a file was written: its conversations run forwards in time, or back."""
        if self._span < timedelta():
            self._newest_first.add(path)
        self._last.clear()
        self._span = timedelta()

    def talks(self) -> Iterator[tuple[str, date, Conversation]]:
        """Yield the talks with conversation and first day, and drop them from memory."""
        while self._messages:
            name, messages = self._messages.popitem()
            times = [*self._earlier.pop(name, ()), *(message.at for message in messages)]
            days = first_days(times, self._zone)
            parts: dict[date, list[Message]] = defaultdict(list)
            for message in messages:
                parts[days[message.at]].append(message)
            for day, part in parts.items():
                yield name, day, in_order(part, self._newest_first)


def read_log(
    source: DialogueSource,
    settings: Settings,
    days: Collection[date],
    key: bytes,
    forgotten: Forgotten,
) -> Log:
    """Read every file of `source` once and return what it says of `days`.

    Days are those of `settings.timezone`. A record that cannot be read has no day of its own: it
    counts on the day of the last good record before it in its file, else of the next one; with
    neither it is undated. Memory holds the messages since the first of `days`, not the files. What
    a day holds does not depend on which other days are asked for. Raises `SourceError`.
    """
    asked = sorted(set(days))
    if not asked:
        return Log()
    reading = _Reading(asked[0], ZoneInfo(settings.timezone))
    hashes = _Hashes(key)
    files, refused = log_files(source, settings, key)
    reading.quarantined[None].extend(refused)
    latest = settings.now() + AHEAD
    for file in files:
        _read_file(file, source, key, reading, hashes, forgotten, latest)
    log = Log({day: _day(reading, day) for day in asked}, _day(reading, None))
    for name, day, talk in reading.talks():
        if day in log.days:
            log.days[day].conversations[conversation_digest(key, name)] = talk
    return log


def _day(reading: _Reading, day: date | None) -> DayOfLog:
    return DayOfLog(
        quarantined=reading.quarantined[day],
        unfinished=reading.unfinished[day],
        forgotten=reading.forgotten[day],
    )


def _read_file(
    file: LogFile,
    source: DialogueSource,
    key: bytes,
    reading: _Reading,
    hashes: "_Hashes",
    forgotten: Forgotten,
    latest: datetime,
) -> None:
    day: date | None = None
    waiting: list[Quarantined] = []
    for read in read_file(file, source, key):
        record = read
        if isinstance(record, Message) and record.at > latest:
            record = _from_the_future(record, source, hashes)
        if isinstance(record, Unfinished) and _is_old(file):
            record = _never_finished(record, source, key)
        if isinstance(record, Unfinished):
            reading.unfinished[day] += 1
        elif isinstance(record, Quarantined):
            (waiting if day is None else reading.quarantined[day]).append(record)
        else:
            day = reading.day_of(record)
            reading.quarantined[day].extend(waiting)
            waiting.clear()
            if hashes.are_covered(forgotten, source.name, record):
                reading.forgotten[day] += 1
            else:
                reading.add(record)
    reading.quarantined[None].extend(waiting)
    reading.end_file(file.path)


class _Hashes:
    """The keyed hashes of a reading; a conversation's is worked out once, not for each message."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, message: Message) -> tuple[str, str]:
        """Return the hashes of a message's conversation and customer."""
        names = (message.conversation, message.customer)
        if names not in self._known:
            self._known[names] = (
                conversation_digest(self._key, message.conversation),
                customer_digest(self._key, message.customer),
            )
        return self._known[names]

    def are_covered(self, forgotten: Forgotten, source: str, message: Message) -> bool:
        """Tell whether a message is of what was forgotten."""
        return bool(forgotten.until) and forgotten.covers(source, *self.of(message), message.at)


def _from_the_future(message: Message, source: DialogueSource, hashes: _Hashes) -> Quarantined:
    conversation, customer = hashes.of(message)
    return Quarantined(
        "dialogues",
        source.name,
        message.path,
        message.line,
        f"is dated in the future in `{source.fields.at}` (`fields.at`); set the clock of the "
        "machine that writes the log, and the source's `timezone`",
        "",
        conversation,
        conversation=conversation,
        customer=customer,
        at=message.at,
    )


def _never_finished(line: Unfinished, source: DialogueSource, key: bytes) -> Quarantined:
    return Quarantined(
        "dialogues",
        source.name,
        line.path,
        line.line,
        "is cut short, and its file has not grown for a day; finish the line, or remove it",
        "",
        keyed_digest(key, "unfinished", line.path, str(line.line)),
    )


def _is_old(file: LogFile) -> bool:
    try:
        return time.time() - file.real.stat().st_mtime > _FINISHED_AFTER_SECONDS
    except OSError:  # gone since it was opened
        return True
