"""A log as one reading left it in memory, by day: what there is, what changed, what to redact."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.dialogues.forgotten import Forgotten
from pipelines.dialogues.keyed import conversation_digest, customer_digest, keyed_digest
from pipelines.dialogues.logs import log_files
from pipelines.dialogues.readers import Unfinished, read_file
from pipelines.records import Message, Quarantined
from pipelines.settings import DialogueSource, Settings

# Clocks of two machines differ by seconds to minutes; a message from later than that is a mistake.
_FUTURE = timedelta(minutes=5)
_SKEW = timedelta(minutes=2)
# Some channels have one conversation for each customer, for years. After a night's silence it is
# another one: else all of it would belong to the day of its first message.
_SILENCE = timedelta(hours=8)


class Conversation(NamedTuple):
    """The messages of one conversation, in the order in which they were said."""

    messages: Sequence[Message]
    duplicates: int
    """Records dropped because time, role and text were there already."""
    skewed: int
    """Messages that keep their place in the file though their clock says otherwise."""


@dataclass(slots=True)
class DayOfLog:
    """What a log says of one day. Not redacted: never leaves this package."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    """By keyed hash. A conversation belongs, whole, to the day of its first message; what is said
    in it on another day, after hours of silence, is one of that day.
    """
    quarantined: list[Quarantined] = field(default_factory=list)
    unfinished: int = 0
    """Half-written last lines, left for the next reading."""
    forgotten: int = 0
    """Messages of conversations and customers that were forgotten on request: not read."""

    @property
    def messages(self) -> int:
        """How many messages there are to redact."""
        return sum(len(talk.messages) for talk in self.conversations.values())

    def digest(self, key: bytes) -> str:
        """Return 32 hex digits of all that the day is made from: equal means nothing to do.

        Keyed: of a day with one short message, a plain hash would give the message away.
        """
        return keyed_digest(key, "day", *self._parts())

    def _parts(self) -> Iterator[str]:
        for name in sorted(self.conversations):
            messages, duplicates, _ = self.conversations[name]
            yield f"{name} {duplicates}"
            for one in messages:
                yield from (one.at.isoformat(), one.role, one.customer, one.text, one.outcome)
                yield f"{one.path}:{one.line}"
        for refused in self.quarantined:
            yield f"{refused.path}:{refused.line} {refused.digest}"
        yield f"{self.unfinished} {self.forgotten}"


class _Unsorted:
    """What the files say, before it is known on which day each conversation began."""

    def __init__(self, first_day: date) -> None:
        self.first_day = first_day
        self.messages: dict[str, list[Message]] = defaultdict(list)
        self.earlier: dict[str, list[datetime]] = defaultdict(list)
        self.quarantined: dict[date, list[Quarantined]] = defaultdict(list)
        self.unfinished: Counter[date] = Counter()
        self.forgotten: Counter[date] = Counter()

    def add(self, message: Message, day: date) -> None:
        """Take a message; of one before the first day asked for, only that it was said."""
        if day < self.first_day:
            self.earlier[message.conversation].append(message.at)
        else:
            self.messages[message.conversation].append(message)

    def take(self, zone: ZoneInfo) -> Iterator[tuple[str, date, list[Message]]]:
        """Yield conversations with the day that each began on, and drop them from memory."""
        while self.messages:
            name, messages = self.messages.popitem()
            times = [*self.earlier.pop(name, ()), *(message.at for message in messages)]
            days = _first_days(times, zone)
            parts: dict[date, list[Message]] = defaultdict(list)
            for message in messages:
                parts[days[message.at]].append(message)
            for day, part in parts.items():
                yield name, day, part


def _first_days(times: Sequence[datetime], zone: ZoneInfo) -> Mapping[datetime, date]:
    """Return for each time of a conversation the day on which the talk it belongs to began."""
    days: dict[datetime, date] = {}
    began: date | None = None
    before: datetime | None = None
    for at in sorted(times):
        if began is None or before is None or at - before >= _SILENCE:
            began = at.astimezone(zone).date()
        days[at] = began
        before = at
    return days


def read_log(
    source: DialogueSource,
    settings: Settings,
    days: Collection[date],
    key: bytes,
    forgotten: Forgotten,
) -> Mapping[date, DayOfLog]:
    """Read every file of `source` once and return each of `days`, in order.

    Days are those of `settings.timezone`. A record that cannot be read has no day of its own: it
    counts on the day of the last good record before it in its file, else of the next one, else on
    the first of `days`. Memory holds the messages since the first of `days`, not the files. What a
    day holds does not depend on which other days are asked for. Raises `SourceError`.
    """
    asked = sorted(set(days))
    if not asked:
        return {}
    unsorted = _read(source, settings, asked[0], key, forgotten)
    zone = ZoneInfo(settings.timezone)
    log = {
        day: DayOfLog(
            quarantined=unsorted.quarantined[day],
            unfinished=unsorted.unfinished[day],
            forgotten=unsorted.forgotten[day],
        )
        for day in asked
    }
    for name, day, messages in unsorted.take(zone):
        if day in log:
            digest = conversation_digest(key, source.name, name)
            log[day].conversations[digest] = _in_order(messages)
    return log


def _read(
    source: DialogueSource, settings: Settings, first_day: date, key: bytes, forgotten: Forgotten
) -> _Unsorted:
    found = _Unsorted(first_day)
    zone = ZoneInfo(settings.timezone)
    latest = settings.now() + _FUTURE
    hashes = _Hashes(key, source.name)
    files, refused = log_files(source, settings, key)
    found.quarantined[first_day].extend(refused)
    for file in files:
        day: date | None = None
        waiting: list[Quarantined] = []
        for read in read_file(file, source, key):
            record = read
            if isinstance(record, Message) and record.at > latest:
                record = _from_the_future(record, source, hashes)
            if isinstance(record, Unfinished):
                found.unfinished[day or first_day] += 1
            elif isinstance(record, Quarantined):
                (waiting if day is None else found.quarantined[day]).append(record)
            else:
                day = record.at.astimezone(zone).date()
                if waiting:
                    found.quarantined[day].extend(waiting)
                    waiting = []
                if hashes.are_covered(forgotten, record):
                    found.forgotten[day] += 1
                else:
                    found.add(record, day)
        found.quarantined[first_day].extend(waiting)
    return found


class _Hashes:
    """The keyed hashes of a reading; a conversation's is worked out once, not for each message."""

    def __init__(self, key: bytes, source: str) -> None:
        self._key = key
        self._source = source
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, message: Message) -> tuple[str, str]:
        """Return the hashes of a message's conversation and customer."""
        names = (message.conversation, message.customer)
        if names not in self._known:
            self._known[names] = (
                conversation_digest(self._key, self._source, message.conversation),
                customer_digest(self._key, self._source, message.customer),
            )
        return self._known[names]

    def are_covered(self, forgotten: Forgotten, message: Message) -> bool:
        """Tell whether a message is of what was forgotten."""
        return bool(forgotten.until) and forgotten.covers(*self.of(message), message.at)


def _from_the_future(message: Message, source: DialogueSource, hashes: _Hashes) -> Quarantined:
    return Quarantined(
        "dialogues",
        source.name,
        message.path,
        message.line,
        f"is dated in the future in `{source.fields.at}` (`fields.at`); set the clock of the "
        "machine that writes the log, and the source's `timezone`",
        "",
        hashes.of(message)[0],
    )


def _in_order(messages: Sequence[Message]) -> Conversation:
    """Return a conversation as it was said, once each.

    By time; messages of one second keep the order in which the files have them. So does a message
    that stands after another and is dated up to `_SKEW` before it, in a log that is otherwise
    written in order: the clocks of two machines differ, and no answer comes before its question.
    """
    backwards = sum(
        timedelta() < before.at - after.at <= _SKEW
        for before, after in pairwise(messages)
        if before.path == after.path
    )
    written_in_order = backwards * 2 < len(messages) - 1
    placed: list[tuple[datetime, Message]] = []
    skewed = 0
    for message in messages:
        at = message.at
        if placed and written_in_order and message.path == placed[-1][1].path:
            behind = placed[-1][0] - at
            if timedelta() < behind <= _SKEW:
                at = placed[-1][0]
                skewed += 1
        placed.append((at, message))
    placed.sort(key=lambda pair: pair[0])
    first: dict[tuple[datetime, str, str], Message] = {}
    for _, message in placed:
        first.setdefault((message.at, message.role, message.text), message)
    return Conversation(list(first.values()), len(messages) - len(first), skewed)
