"""Daily partitions of a dialogue log: one reading of the files, any number of days."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipelines.dialogues.exchanges import REASONS, Reason, Said, exchanges_of
from pipelines.dialogues.logs import log_files, open_log
from pipelines.dialogues.readers import Unfinished, keyed_digest, read_messages
from pipelines.records import Exchange, Message, Quarantined
from pipelines.redaction import Redacted, Redactor
from pipelines.settings import DialogueSource, Settings

_BATCH = 20_000
"""Messages redacted at once: enough for the redactor to batch, 20 MB of text at the most usual."""


@dataclass(frozen=True, slots=True)
class DayOfDialogues:
    """What one day's conversations taught, redacted, and what became of everything else."""

    day: date
    exchanges: tuple[Exchange, ...]
    """Ordered by time, then id."""
    quarantined: tuple[Quarantined, ...]
    """Records that could not be read, and messages that redaction could not make safe."""
    conversations: int
    messages: int
    """Messages of the day's conversations, without the duplicates."""
    duplicates: int
    """Records dropped because conversation, time, role and text were there already."""
    unfinished: int
    """Half-written last lines, left for the next reading."""
    reasons: Mapping[Reason, int]
    """What became of each customer's turn: `kept`, or why it was dropped."""


@dataclass(slots=True)
class _Log:
    """What one reading of the files left in memory. Not redacted: never leaves this module."""

    conversations: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    quarantined: dict[date, list[Quarantined]] = field(default_factory=lambda: defaultdict(list))
    unfinished: Counter[date] = field(default_factory=Counter)


def ingest_days(
    source: DialogueSource,
    settings: Settings,
    days: Collection[date],
    redactor: Redactor,
    key: bytes,
    advance: Callable[[int], None],
) -> dict[date, DayOfDialogues]:
    """Read the logs of `source` once and return every one of `days`, in order.

    A conversation belongs, whole, to the day of its first message in `settings.timezone`. A record
    that cannot be read has no day of its own: it counts on the day of the last good record before
    it in its file, else of the next one, else on the first of `days`. `key` is the redaction key;
    `advance` is told how many messages were redacted since it was told last.

    Memory holds the messages since the first of `days`, not the files. The exchanges of a day do
    not depend on which other days are asked for. Raises `SourceError`.
    """
    asked = sorted(set(days))
    if not asked:
        return {}
    log = _read(source, settings, asked, key)
    zone = ZoneInfo(settings.timezone)
    by_day: dict[date, dict[str, list[Message]]] = {day: {} for day in asked}
    while log.conversations:
        name, messages = log.conversations.popitem()
        # Stable: messages of one second keep the order in which the files have them.
        messages.sort(key=lambda message: message.at)
        day = messages[0].at.astimezone(zone).date()
        if day in by_day:
            by_day[day][keyed_digest(key, "conversation", source.name, name)] = messages
    return {
        day: _day(
            day,
            source.name,
            by_day.pop(day),
            log.quarantined[day],
            log.unfinished[day],
            redactor,
            key,
            advance,
        )
        for day in asked
    }


def _read(source: DialogueSource, settings: Settings, asked: Sequence[date], key: bytes) -> _Log:
    """Read every file once, forgetting conversations that began before the first day asked for."""
    log = _Log()
    first_day = asked[0]
    zone = ZoneInfo(settings.timezone)
    earlier: set[str] = set()
    files, refused = log_files(source, settings, key)
    log.quarantined[first_day].extend(refused)
    for file in files:
        day: date | None = None
        waiting: list[Quarantined] = []
        with open_log(file) as handle:
            for record in read_messages(file.path, handle, source, key):
                if isinstance(record, Unfinished):
                    log.unfinished[day or first_day] += 1
                elif isinstance(record, Quarantined):
                    (waiting if day is None else log.quarantined[day]).append(record)
                else:
                    day = record.at.astimezone(zone).date()
                    if waiting:
                        log.quarantined[day].extend(waiting)
                        waiting = []
                    name = record.conversation
                    if day < first_day:
                        earlier.add(name)
                        log.conversations.pop(name, None)
                    elif name not in earlier:
                        log.conversations[name].append(record)
        log.quarantined[first_day].extend(waiting)
    return log


def _day(
    day: date,
    source: str,
    conversations: dict[str, list[Message]],
    refused: Sequence[Quarantined],
    unfinished: int,
    redactor: Redactor,
    key: bytes,
    advance: Callable[[int], None],
) -> DayOfDialogues:
    exchanges: list[Exchange] = []
    quarantined = list(refused)
    reasons: Counter[Reason] = Counter(dict.fromkeys(REASONS, 0))
    messages = duplicates = 0
    for batch in _batches(conversations):
        redacted = redactor.redact_conversations(
            {name: [message.text for message in spoken] for name, spoken in batch.items()}, advance
        )
        for name, spoken in batch.items():
            said = []
            for message, clear in zip(spoken, redacted[name], strict=True):
                said.append(_said(message, clear))
                if clear.residue:
                    quarantined.append(_withheld(message, clear, source, key))
            found, judged = exchanges_of(said, source=source, conversation=name, day=day)
            exchanges.extend(found)
            reasons.update(judged)
            messages += len(spoken)
            duplicates += len(conversations[name]) - len(spoken)
    return DayOfDialogues(
        day=day,
        exchanges=tuple(sorted(exchanges, key=lambda exchange: (exchange.at, exchange.id))),
        quarantined=tuple(sorted(quarantined, key=lambda one: (one.path, one.line))),
        conversations=len(conversations),
        messages=messages,
        duplicates=duplicates,
        unfinished=unfinished,
        reasons=dict(reasons),
    )


def _batches(conversations: dict[str, list[Message]]) -> Iterator[dict[str, list[Message]]]:
    """Yield the conversations without duplicate messages, some `_BATCH` messages at a time."""
    batch: dict[str, list[Message]] = {}
    size = 0
    for name in sorted(conversations):
        batch[name] = _without_duplicates(conversations[name])
        size += len(batch[name])
        if size >= _BATCH:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _without_duplicates(messages: Sequence[Message]) -> list[Message]:
    first: dict[tuple[datetime, str, str], Message] = {}
    for message in messages:
        first.setdefault((message.at, message.role, message.text), message)
    return list(first.values())


def _said(message: Message, clear: Redacted) -> Said:
    withheld = bool(clear.residue)
    return Said(
        at=message.at,
        role=message.role,
        text="" if withheld else clear.text,
        redactions=len(clear.spans),
        withheld=withheld,
        outcome=message.outcome,
        path=message.path,
        line=message.line,
    )


def _withheld(message: Message, clear: Redacted, source: str, key: bytes) -> Quarantined:
    kinds = ", ".join(sorted(set(clear.residue)))
    return Quarantined(
        "dialogues",
        source,
        message.path,
        message.line,
        f"could not be made safe by redaction ({kinds}); remove it from the log, or add a public "
        "number to `redaction.allow`",
        "",
        keyed_digest(key, "message", message.text),
    )
