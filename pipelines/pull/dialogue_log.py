"""The pull of one log: days that were said, redacted, a partition for each."""

import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from pipelines.conversation_log import ConversationLog
from pipelines.dialogues.days import DAY_COUNTS, DayOfDialogues, dialogues_of
from pipelines.dialogues.forgotten import Forgotten, load_forgotten
from pipelines.dialogues.log import DayOfLog, Log, read_log
from pipelines.dialogues.table import exchange_table, exchanges_in
from pipelines.pull.pulled import NO_CHANGE, Advance, Pulled, quietly, rules_digest
from pipelines.records import Exchange
from pipelines.settings import DialogueSource, Settings
from pipelines.text import digest
from pipelines.warehouse import PartitionChange, Warehouse

UNDATED = "undated"
"""The partition of a dialogue source's quarantined records that have no day."""


def dialogues(
    settings: Settings,
    warehouse: Warehouse,
    source: DialogueSource,
    days: Collection[date],
    advance: Advance = quietly,
    *,
    expect: Advance = quietly,
    only_changed: bool = False,
) -> Pulled:
    """Ingest days of one log, redacted, and write a partition for each that is in the window.

    With `only_changed`, days of which the log says the very same as before are left as they are. A
    message that came late changes its day. Conversations that the log had once and has no more stay
    in their day. Days that have left the window are dropped, also where they are asked for.
    `expect` is told how many messages there are to redact, and `advance` how many were since it was
    told last.
    """
    from pipelines.redaction import load_key

    key = load_key(settings)
    asked = [day for day in settings.window_days() if day in set(days)]
    log = read_log(source, settings, asked, key, _forgotten(settings, warehouse, key))
    there = _logged_days(warehouse, source, log)
    revisions = _day_revisions(settings, source, there, key)
    before = {day: _revision_of(warehouse, source, day) for day in there}
    due = [day for day in there if not only_changed or before[day] != revisions[day]]
    expect(sum(there[day].messages for day in due))
    made: dict[str, DayOfDialogues] = {}
    partitions = {day.isoformat(): NO_CHANGE for day in days if day not in there}
    for day, found in _redacted(settings, source, {day: there[day] for day in due}, key, advance):
        with warehouse.writing_dialogues():
            # Asked again: somebody may have been forgotten since the log was read.
            forgotten = _forgotten(settings, warehouse, key)
            made[day.isoformat()] = found.without(forgotten)
            stays = (
                one
                for one in _rotated_away(warehouse, source, day, log, key)
                if not forgotten.covers(one.source, one.conversation, one.customer, one.at)
            )
            partitions[day.isoformat()] = warehouse.write_partition(
                "dialogues",
                source.name,
                day.isoformat(),
                exchange_table([*made[day.isoformat()].exchanges, *stays]),
                made[day.isoformat()].quarantined,
                revision=revisions[day],
            )
    if asked:
        partitions[UNDATED] = _write_undated(warehouse, source, log.undated, key)
        warehouse.mark_pulled("dialogues", source.name, settings.now())
    drop_expired_days(settings, warehouse, source)
    facts = {
        "unchanged_days": len(there) - len(due),
        "reopened_days": sum(before[day] not in (None, revisions[day]) for day in due),
        "expired_days": len(set(days)) - len(asked),
        "days_without_log": len(asked) - len(there),
    }
    return Pulled(partitions, facts | _counts(made.values()), made)


def _forgotten(settings: Settings, warehouse: Warehouse, key: bytes) -> Forgotten:
    return load_forgotten(warehouse.forgotten, key, {log.name for log in settings.dialogues})


def _logged_days(warehouse: Warehouse, source: DialogueSource, log: Log) -> Mapping[date, DayOfLog]:
    """Return the days without those that were ingested and of which the log is gone since.

    Logs are rotated away sooner than the window ends. What has to go is forgotten on request.
    """
    return {
        day: said
        for day, said in log.days.items()
        if not said.is_silent
        or not warehouse.read_partition("dialogues", source.name, day.isoformat()).num_rows
    }


def _rotated_away(
    warehouse: Warehouse, source: DialogueSource, day: date, log: Log, key: bytes
) -> Iterator[Exchange]:
    """Yield the exchanges of a day whose conversations the log had once and has no more.

    Logs are rotated by size, and some are kept by channel: of a day, one file goes before another.
    Nothing is yielded of a day that was made under another key or declaration of the source: names
    of conversations may have changed, and all would be there twice.
    """
    if not (_revision_of(warehouse, source, day) or "").startswith(_naming(source, key)):
        return
    said = log.days[day].conversations
    for one in exchanges_in(warehouse.read_partition("dialogues", source.name, day.isoformat())):
        # A late message can make a talk begin on another day, where it is then.
        if one.conversation not in said and not log.has(one.conversation, one.at):
            yield one


def _write_undated(
    warehouse: Warehouse, source: DialogueSource, undated: DayOfLog, key: bytes
) -> PartitionChange:
    """Write what has no day, which is quarantined, where no day that comes and goes holds it."""
    with warehouse.writing_dialogues():
        return warehouse.write_partition(
            "dialogues",
            source.name,
            UNDATED,
            exchange_table(()),
            undated.quarantined,
            revision=undated.digest(key),
        )


def _redacted(
    settings: Settings,
    source: DialogueSource,
    log: Mapping[date, DayOfLog],
    key: bytes,
    advance: Advance,
) -> Iterator[tuple[date, DayOfDialogues]]:
    """Yield each day redacted; of no day, nothing heavy is loaded."""
    from pipelines.redaction import open_redactor
    from pipelines.redaction.seal import Seal

    if not log:
        return
    seal = Seal(key) if settings.redaction.quarantine == "encrypt" else None
    with open_redactor(settings, key) as redactor:
        for day, said in log.items():
            yield day, dialogues_of(day, said, source.name, redactor, seal, key, advance)


def _revision_of(warehouse: Warehouse, source: DialogueSource, day: date) -> str | None:
    return warehouse.revision_of("dialogues", source.name, day.isoformat())


def _counts(days: Iterable[DayOfDialogues]) -> dict[str, int]:
    """Return what several days hold together; the reasons of dropped turns by name."""
    counts: Counter[str] = Counter()
    for day in days:
        for name in DAY_COUNTS:
            counts[name] += getattr(day, name)
        counts["redactions"] += sum(exchange.redactions for exchange in day.exchanges)
        for why, count in day.reasons.items():
            counts["kept" if why == "kept" else f"dropped: {why}"] += count
    return {name: count for name, count in counts.items() if count}


def changed_days(
    settings: Settings, warehouse: Warehouse, source: DialogueSource, days: Collection[date]
) -> list[date]:
    """Return those of `days` of which the log says something else than when they were ingested.

    Reads the log, and redacts nothing: what was never ingested has changed, and so has a day that
    a late message belongs to.
    """
    from pipelines.redaction import load_key

    key = load_key(settings)
    log = read_log(source, settings, days, key, _forgotten(settings, warehouse, key))
    there = _logged_days(warehouse, source, log)
    revisions = _day_revisions(settings, source, there, key)
    return [
        day
        for day, revision in revisions.items()
        if _revision_of(warehouse, source, day) != revision
    ]


def _day_revisions(
    settings: Settings, source: DialogueSource, log: Mapping[date, DayOfLog], key: bytes
) -> Mapping[date, str]:
    """Return day -> what its partition is made from, as digests: mapping and key, rules and log."""
    rules = digest(
        rules_digest("redaction", "dialogues", "front_ends", "text", "records"),
        *(_content(settings.beside_sources(name)) for name in settings.redaction.recognizers),
        settings.redaction.model_dump_json(exclude={"workers"}),
        settings.timezone,
    )
    naming = _naming(source, key)
    return {day: f"{naming} {digest(rules, said.digest(key))}" for day, said in log.items()}


def _naming(source: DialogueSource, key: bytes) -> str:
    """Return a digest of what the hashes of conversations depend on."""
    return digest(source.model_dump_json(), hmac.digest(key, b"revision", "sha256").hex())


def _content(file: Path) -> str:
    """Return a file's text; of one that cannot be read, nothing: the redactor says why."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def drop_expired_days(settings: Settings, warehouse: Warehouse, source: DialogueSource) -> None:
    """Remove the days of a source that have left the window, with their quarantine.

    Of the gateway's own log too, which nobody else sweeps while the gateway is off.
    """
    window = settings.window_days()
    keep = [UNDATED, *(day.isoformat() for day in window)]
    warehouse.drop_partitions("dialogues", source.name, keep)
    if window:
        ConversationLog(warehouse.conversations).drop_before(window[0])
