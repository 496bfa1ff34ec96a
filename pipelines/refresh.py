"""The stages in order, each one function over settings and warehouse: what every front door calls.

Dagster's assets and the `sanku` command both run these; only a rollback flips the pointer itself.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.changelog import Release, changes_of, releases
from pipelines.checks import CHECKS, CheckResult, Gate, record_check
from pipelines.chunking import (
    change_chunks,
    dialogue_chunks,
    faq_chunks,
    superseded_by,
    wording_key,
)
from pipelines.chunks import CHUNK_SCHEMA, to_table
from pipelines.confidence import Thresholds
from pipelines.dialogues import ingest_days
from pipelines.dialogues.logs import log_files
from pipelines.embedding.cache import EmbeddingCache, EmbeddingStats, embed_missing
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder
from pipelines.errors import SourceError
from pipelines.faq import pull_faq
from pipelines.index import CANDIDATE, Candidate, Recipe, build_candidate
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.publish import Published, publish
from pipelines.records import TIERS
from pipelines.settings import CHECKOUT, ChangelogSource, DialogueSource, FaqSource, Settings
from pipelines.sources.repository import Repository, open_repository
from pipelines.text import digest
from pipelines.versions import Version, whole_published
from pipelines.warehouse import PartitionChange, Warehouse

WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull wrote: changes per partition, and what there is to know about it."""

    partitions: Mapping[str, PartitionChange]
    facts: Mapping[str, int | str]

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


def refresh_faq(settings: Settings, warehouse: Warehouse, source: FaqSource) -> Pulled:
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


def refresh_dialogues(
    settings: Settings,
    warehouse: Warehouse,
    source: DialogueSource,
    days: Collection[date],
    advance: Advance = quietly,
    *,
    only_changed: bool = False,
) -> Pulled:
    """Ingest days of one log, redacted, and write a partition for each.

    With `only_changed`, days that were written from the very same files are left as they are.
    """
    from pipelines.redaction import Redactor, load_key

    key = load_key(settings)
    revision = _dialogue_revision(settings, source, key)
    due = [
        day
        for day in days
        if not only_changed
        or warehouse.revision_of("dialogues", source.name, day.isoformat()) != revision
    ]
    facts: Counter[str] = Counter(unchanged_days=len(days) - len(due))
    partitions: dict[str, PartitionChange] = {}
    if due:
        redactor = Redactor(key, allow=settings.redaction.allow)
        ingested = ingest_days(source, settings, due, redactor, key, advance)
        for day, found in ingested.items():
            chunks = to_table(c for exchange in found.exchanges for c in dialogue_chunks(exchange))
            partitions[day.isoformat()] = warehouse.write_partition(
                "dialogues",
                source.name,
                day.isoformat(),
                chunks,
                found.quarantined,
                revision=revision,
            )
            facts["conversations"] += found.conversations
            facts["messages"] += found.messages
            facts["duplicates"] += found.duplicates
            facts["unfinished"] += found.unfinished
            facts["redactions"] += sum(exchange.redactions for exchange in found.exchanges)
            for why, count in found.reasons.items():
                if count:
                    facts["kept" if why == "kept" else f"dropped: {why}"] += count
    warehouse.mark_pulled("dialogues", source.name, settings.now())
    return Pulled(partitions, dict(facts))


def _dialogue_revision(settings: Settings, source: DialogueSource, key: bytes) -> str:
    """Return a digest of what days are made from: rules, mapping, key, and all files."""
    parts = [
        _rules("redaction", "dialogues", "text", "chunks", "chunking"),
        source.model_dump_json(),
        settings.redaction.model_dump_json(),
        settings.timezone,
        hmac.digest(key, b"revision", "sha256").hex(),
    ]
    for file in log_files(source, settings, key)[0]:
        stat = file.real.stat()
        parts.append(f"{file.path} {stat.st_size} {stat.st_mtime_ns}")
    return digest(*parts)


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


def refresh_changelog(
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


def current_chunks(settings: Settings, warehouse: Warehouse) -> pa.Table:
    """Return the chunks that the index should hold now: declared sources, dialogues in the window.

    A source that was not pulled yet counts as empty; `tiers_are_fresh` refuses to publish that.
    """
    tables = [CHUNK_SCHEMA.empty_table()]
    tables += [warehouse.read_partition("faq", source.name, WHOLE) for source in settings.faq]
    for dialogues in settings.dialogues:
        tables += [
            warehouse.read_partition("dialogues", dialogues.name, day.isoformat())
            for day in settings.window_days()
        ]
    for changelog in settings.changelog:
        tables.append(warehouse.read_standing("changelog", changelog.name, wording_key))
    return pa.concat_tables(tables)


def texts_to_embed(settings: Settings, warehouse: Warehouse) -> int:
    """Return how many different texts the index holds: the total that `embed` counts up to."""
    return len(pc.unique(current_chunks(settings, warehouse)["text_hash"]))


def embed(
    settings: Settings,
    warehouse: Warehouse,
    embedder: Callable[[], Embedder],
    advance: Advance = quietly,
) -> EmbeddingStats:
    """Embed the current chunks that the cache lacks."""
    chunks = current_chunks(settings, warehouse)
    hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
    with _cache(settings, warehouse) as cache:
        return embed_missing(dict(zip(hashes, texts, strict=True)), cache, embedder, advance)


def build(settings: Settings, warehouse: Warehouse) -> Candidate:
    """Build the candidate from the current chunks and the cached embeddings."""
    identity = embedder_identity(settings)
    thresholds = Thresholds.from_settings(settings.answer)
    recipe = Recipe(
        embedder_id=identity.id,
        dim=identity.dim,
        prompt=SYSTEM_PROMPT,
        answering={
            "direct": thresholds.direct,
            "support": thresholds.support,
            "passage": thresholds.passage,
        },
    )
    pulled_at: dict[str, datetime] = {}
    for tier in TIERS:
        stamps = [warehouse.pulled_at(tier, source.name) for source in getattr(settings, tier)]
        if stamps and all(stamps):
            # The oldest pull counts: a tier is as fresh as its most neglected source.
            pulled_at[tier] = min(stamp for stamp in stamps if stamp)
    with warehouse.writing(), _cache(settings, warehouse) as cache:
        return build_candidate(
            warehouse,
            current_chunks(settings, warehouse),
            cache.get_many,
            recipe,
            pulled_at=pulled_at,
            built_at=settings.now(),
        )


def gate(settings: Settings, warehouse: Warehouse, embedder: Callable[[], Embedder]) -> Gate | None:
    """Return what the checks look at; None when there is no candidate to check."""
    folder = warehouse.index / CANDIDATE
    if not folder.exists():
        return None
    return Gate(settings, Version(folder), whole_published(warehouse), embedder)


def run_check(name: str, at: Gate) -> CheckResult:
    """Run one check and keep its outcome beside the candidate."""
    result = CHECKS[name](at)
    record_check(at.candidate, result)
    return result


def publish_candidate(settings: Settings, warehouse: Warehouse) -> Published:
    """Publish the candidate, if there is one and every check passed; then drop what has expired."""
    with warehouse.writing():
        done = publish(warehouse, keep=settings.publish.keep, now=settings.now())
        if done.new:
            _drop_expired(settings, warehouse)
    return done


def _drop_expired(settings: Settings, warehouse: Warehouse) -> None:
    """Remove dialogue days that left the window, and the vectors of texts that no chunk holds."""
    window = [day.isoformat() for day in settings.window_days()]
    for source in settings.dialogues:
        warehouse.drop_partitions("dialogues", source.name, window)
    with _cache(settings, warehouse) as cache:
        # Listed before the chunks are read, so that what another run embeds meanwhile stays.
        cached = cache.hashes()
        unused = cached - set(current_chunks(settings, warehouse)["text_hash"].to_pylist())
        if unused:
            cache.forget(sorted(unused))


def _cache(settings: Settings, warehouse: Warehouse) -> EmbeddingCache:
    identity = embedder_identity(settings)
    return EmbeddingCache(warehouse.embeddings, identity.id, identity.dim)
