"""The pulls: one function a tier, from its source to Parquet, a file for each partition."""

import hmac
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path

from pipelines.changelog import Release, changes_of, releases
from pipelines.chunking import change_chunks, faq_chunks, superseded_by
from pipelines.chunks import to_table
from pipelines.conversation_log import ConversationLog
from pipelines.dialogues.days import DAY_COUNTS, DayOfDialogues, dialogues_of
from pipelines.dialogues.forgotten import load_forgotten
from pipelines.dialogues.log import DayOfLog, Log, read_log
from pipelines.dialogues.table import exchange_table
from pipelines.errors import SourceError
from pipelines.faq import pull_faq
from pipelines.settings import CHECKOUT, ChangelogSource, DialogueSource, FaqSource, Settings
from pipelines.sources.repository import Repository, open_repository
from pipelines.text import digest
from pipelines.warehouse import PartitionChange, Warehouse

WHOLE = "all"
UNDATED = "undated"
"""The partition of a dialogue source's quarantined records that have no day."""
NO_CHANGE = PartitionChange(records=0, added=0, changed=0, removed=0, quarantined=0)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull wrote: changes per partition, and what there is to know about it."""

    partitions: Mapping[str, PartitionChange]
    facts: Mapping[str, int | str]
    days: Mapping[str, DayOfDialogues] = field(default_factory=dict)
    """What each partition of a dialogue source was made of."""

    @property
    def total(self) -> PartitionChange:
        """The changes of all partitions together."""
        return sum_changes(self.partitions.values())


def sum_changes(changes: Iterable[PartitionChange]) -> PartitionChange:
    """Return what several writes changed together."""
    each = tuple(changes)
    return PartitionChange(
        records=sum(change.records for change in each),
        added=sum(change.added for change in each),
        changed=sum(change.changed for change in each),
        removed=sum(change.removed for change in each),
        quarantined=sum(change.quarantined for change in each),
    )


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release tag; `revision` stands for the commits it is read from."""

    tag: str
    revision: str
    is_read: bool
    """Whether the warehouse holds the release as it is now."""


Advance = Callable[[int], None]


def quietly(_: int) -> None:
    """Take no notice of progress."""


def faq(settings: Settings, warehouse: Warehouse, source: FaqSource) -> Pulled:
    """Pull one FAQ source and write its partition."""
    pull = pull_faq(source, settings)
    chunks = to_table(chunk for entry in pull.entries for chunk in faq_chunks(entry))
    change = warehouse.write_partition(
        "faq",
        source.name,
        WHOLE,
        chunks,
        pull.quarantined,
        revision=pull.revision,
    )
    warehouse.mark_pulled("faq", source.name, settings.now())
    facts: dict[str, int | str] = {
        "files": pull.files,
        "drafts": pull.drafts,
        "duplicates": pull.duplicates,
        "revision": pull.revision[:12],
    }
    return Pulled({WHOLE: change}, facts)


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
    message that came late changes its day. Days that have left the window are dropped, also where
    they are asked for. `expect` is told how many messages there are to redact, and `advance` how
    many were since it was told last.
    """
    from pipelines.redaction import load_key

    key = load_key(settings)
    asked = [day for day in settings.window_days() if day in set(days)]
    log = read_log(source, settings, asked, key, load_forgotten(warehouse.forgotten, key))
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
            made[day.isoformat()] = found.without(load_forgotten(warehouse.forgotten, key))
            partitions[day.isoformat()] = warehouse.write_partition(
                "dialogues",
                source.name,
                day.isoformat(),
                exchange_table(made[day.isoformat()].exchanges),
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
    log = read_log(source, settings, days, key, load_forgotten(warehouse.forgotten, key))
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
    """Return day -> a digest of what its partition is made from: rules, mapping, key, and log."""
    common = digest(
        _rules("redaction", "dialogues", "front_ends", "text", "records"),
        *(_content(settings.beside_sources(name)) for name in settings.redaction.recognizers),
        source.model_dump_json(),
        settings.redaction.model_dump_json(exclude={"workers"}),
        settings.timezone,
        hmac.digest(key, b"revision", "sha256").hex(),
    )
    return {day: digest(common, said.digest(key)) for day, said in log.items()}


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


def _rules(*modules: str) -> str:
    """Return a digest of the code that makes a partition.

    A name that a newer rule finds must not stay in a day that an older one let through.
    """
    folder = CHECKOUT / "pipelines"
    files = [file for name in modules for file in (folder / f"{name}.py", folder / name)]
    code = [part for file in files for part in ([file] if file.is_file() else file.glob("*.py"))]
    return digest(*(file.read_text(encoding="utf-8") for file in sorted(code)))


def release_states(
    settings: Settings, warehouse: Warehouse, source: ChangelogSource
) -> tuple[ReleaseState, ...]:
    """Return the releases that a product has now, oldest first, and whether each one was read.

    After a tag was moved to another commit, neither its release nor the next one counts as read.
    """
    with open_changelog(settings, warehouse, source) as repository:
        revisions = _release_revisions(source, releases(repository, source))
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return tuple(
        ReleaseState(
            tag, revision, warehouse.revision_of("changelog", source.name, tag) == revision
        )
        for tag, revision in revisions.items()
    )


def _release_revisions(source: ChangelogSource, known: Sequence[Release]) -> Mapping[str, str]:
    """Return tag -> a digest of what its partition is made from: rules, source, both commits."""
    commits = {release.tag: release.commit for release in known}
    rules = _rules("changelog", "text", "chunks", "chunking")
    declared = source.model_dump_json()
    return {
        release.tag: digest(rules, declared, release.commit, commits.get(release.previous_tag, ""))
        for release in known
    }


def open_changelog(settings: Settings, warehouse: Warehouse, source: ChangelogSource) -> Repository:
    """Open a product repository, mirroring a bundle or URL into the warehouse."""
    cache = warehouse.repositories / "changelog"
    beside = settings.beside_sources(".")
    return open_repository(source.repo, name=source.name, cache=cache, base=beside)


def changelog(
    settings: Settings,
    warehouse: Warehouse,
    source: ChangelogSource,
    tags: Collection[str] | None = None,
    *,
    only_changed: bool = False,
) -> Pulled:
    """Ingest releases of one product, all of them where `tags` is None, a partition for each.

    Partitions of tags that no longer exist are dropped. Raises `SourceError` for an unknown tag.
    """
    partitions: dict[str, PartitionChange] = {}
    with open_changelog(settings, warehouse, source) as repository:
        known = {release.tag: release for release in releases(repository, source)}
        unknown = sorted(set(tags or ()) - known.keys())
        if unknown:
            raise SourceError(
                f"`{source.name}` has no release tag `{unknown[0]}` that matches `{source.tags}`. "
                f"Push the tag first, or mend `tags`; `sanku changelog {source.repo}` lists them."
            )
        warehouse.drop_partitions("changelog", source.name, known)
        revisions = _release_revisions(source, tuple(known.values()))
        for tag, release in known.items():
            if tags is not None and tag not in tags:
                continue
            revision = revisions[tag]
            if only_changed and revision == warehouse.revision_of("changelog", source.name, tag):
                continue
            changes = changes_of(repository, source, release)
            replaced = {superseded_by(entry) for entry in changes.entries}
            partitions[tag] = warehouse.write_partition(
                "changelog",
                source.name,
                tag,
                to_table(chunk for entry in changes.entries for chunk in change_chunks(entry)),
                changes.quarantined,
                revision=revision,
                order=release.committed.astimezone(UTC).isoformat(),
                supersedes=(key for key in replaced if key),
            )
    warehouse.mark_pulled("changelog", source.name, settings.now())
    return Pulled(partitions, {"releases": len(known), "read": len(partitions)})
