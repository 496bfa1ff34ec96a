"""From the tiers to a published index: stages in order, one function each, for every front door.

Dagster's assets and the `sanku` command both run these; only a rollback flips the pointer itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from itertools import chain

import pyarrow as pa

from pipelines.changelog.history import Statement, statements
from pipelines.changelog.table import changes_in
from pipelines.checks import CHECKS, CheckResult, Gate, record_check
from pipelines.chunking import STANDS, Overtaken, change_chunks, dialogue_chunks, faq_chunks
from pipelines.chunks import to_table
from pipelines.confidence import Thresholds
from pipelines.conversation_log import ConversationLog
from pipelines.dialogues.curation import Curated, curate
from pipelines.dialogues.exemplars import exemplars
from pipelines.dialogues.table import exchanges_in
from pipelines.embedding.cache import EmbeddingCache, EmbeddingStats, embed_missing, every_cache
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder
from pipelines.faq.table import entries_in
from pipelines.index import CANDIDATE, Candidate, Recipe, build_candidate
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.publish import Published, erase, publish
from pipelines.pull import WHOLE, Advance, drop_expired_days, quietly
from pipelines.records import TIERS, Exchange, FaqEntry
from pipelines.settings import Settings
from pipelines.stale.find import find
from pipelines.stale.findings import Finding, read_findings, write_findings
from pipelines.stale.reviews import decided, read_reviews
from pipelines.stale.second_judge import ModelJudge, read_verdicts, verdicts_text
from pipelines.versions import Tone, Version, published, whole_published
from pipelines.warehouse import Warehouse, write_text


def current_chunks(
    settings: Settings, warehouse: Warehouse, dialogues: Curated | None = None
) -> pa.Table:
    """Return the chunks that the index should hold now: declared sources, what holds today.

    `dialogues` are what `current_dialogues` returned, where a caller has them already. A source
    that was not pulled yet counts as empty; `tiers_are_fresh` refuses to publish that.
    """
    overtaken = _overtaken(current_findings(settings, warehouse))
    entries = current_entries(settings, warehouse)
    taught = (dialogues or current_dialogues(settings, warehouse)).exchanges
    standing = (told.change for told in current_statements(settings, warehouse) if not told.until)
    return to_table(
        chain(
            (c for entry in entries for c in faq_chunks(entry, overtaken.get(entry.id, STANDS))),
            (c for exchange in taught for c in dialogue_chunks(exchange)),
            (c for each in standing for c in change_chunks(each, overtaken.get(each.id, STANDS))),
        )
    )


def current_statements(settings: Settings, warehouse: Warehouse) -> Iterator[Statement]:
    """Yield what the changelogs of all products told, product by product, oldest release first."""
    for source in settings.changelog:
        yield from statements(changes_in(warehouse.read_source("changelog", source.name)))


def current_findings(settings: Settings, warehouse: Warehouse) -> tuple[Finding, ...]:
    """Return what newer changes were found to make wrong, with what people decided on it since."""
    found = read_findings(warehouse)
    return decided(found, current_entries(settings, warehouse), read_reviews(warehouse.reviews))


def _overtaken(findings: Iterable[Finding]) -> Mapping[str, Overtaken]:
    """Return record id -> what made it wrong, the first release first."""
    by_record: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.overtakes:
            by_record.setdefault(finding.record, []).append(finding)
    return {
        record: Overtaken(first.version, tuple(one.change for one in ordered))
        for record, found in by_record.items()
        for ordered in [sorted(found, key=lambda one: (one.released, one.change))]
        for first in ordered[:1]
    }


def current_entries(settings: Settings, warehouse: Warehouse) -> Iterator[FaqEntry]:
    """Yield the FAQ entries of all sources that customers may be given today."""
    today = settings.now().date()
    for source in settings.faq:
        entries = entries_in(warehouse.read_partition("faq", source.name, WHOLE))
        yield from (entry for entry in entries if entry.review.holds_on(today))


def current_dialogues(settings: Settings, warehouse: Warehouse) -> Curated:
    """Return the window's exchanges of all logs that are worth an index, and counts of the rest."""
    return curate(_in_window(settings, warehouse))


def _in_window(settings: Settings, warehouse: Warehouse) -> Iterator[Exchange]:
    for source in settings.dialogues:
        for day in settings.window_days():
            table = warehouse.read_partition("dialogues", source.name, day.isoformat())
            yield from exchanges_in(table)


def embed(
    settings: Settings,
    warehouse: Warehouse,
    embedder: Callable[[], Embedder],
    advance: Advance = quietly,
    *,
    expect: Advance = quietly,
) -> EmbeddingStats:
    """Embed the current chunks that the cache lacks.

    `expect` is told how many different texts there are, which `advance` counts up to.
    """
    chunks = current_chunks(settings, warehouse)
    hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
    wanted = dict(zip(hashes, texts, strict=True))
    expect(len(wanted))
    with _cache(settings, warehouse) as cache:
        return embed_missing(wanted, cache, embedder, advance)


def find_stale(settings: Settings, warehouse: Warehouse) -> tuple[Finding, ...]:
    """Find what newer changes make wrong, and return it with what people decided on it.

    After `embed`, because closeness of meaning is part of the search; before `build`, because
    answers follow it. Rules judge, and Ollama's model where it is there.
    """
    entries = tuple(current_entries(settings, warehouse))
    told = tuple(current_statements(settings, warehouse))
    second = ModelJudge(settings.ollama, read_verdicts(warehouse.stale_verdicts))
    with _cache(settings, warehouse) as cache:
        write_findings(warehouse, find(entries, told, cache.get_many, second))
    write_text(warehouse.stale_verdicts, verdicts_text(second.verdicts))
    return current_findings(settings, warehouse)


def build(settings: Settings, warehouse: Warehouse) -> Candidate:
    """Build the candidate from the current chunks and the cached embeddings."""
    pulled_at: dict[str, datetime] = {}
    for tier in TIERS:
        stamps = [warehouse.pulled_at(tier, source.name) for source in getattr(settings, tier)]
        if stamps and all(stamps):
            # The oldest pull counts: a tier is as fresh as its most neglected source.
            pulled_at[tier] = min(stamp for stamp in stamps if stamp)
    with warehouse.writing(), _cache(settings, warehouse) as cache:
        # Under the lock, tone too: what is forgotten meanwhile must not come in by either.
        dialogues = current_dialogues(settings, warehouse)
        return build_candidate(
            warehouse,
            current_chunks(settings, warehouse, dialogues),
            cache.get_many,
            _recipe(settings, dialogues),
            pulled_at=pulled_at,
            built_at=settings.now(),
        )


def _recipe(settings: Settings, dialogues: Curated) -> Recipe:
    identity = embedder_identity(settings)
    thresholds = Thresholds.from_settings(settings.answer)
    return Recipe(
        embedder_id=identity.id,
        dim=identity.dim,
        prompt=SYSTEM_PROMPT,
        answering={
            "direct": thresholds.direct,
            "support": thresholds.support,
            "passage": thresholds.passage,
        },
        tone=tuple(
            Tone(kind=one.kind, text=one.text, exchange=one.exchange_id)
            for one in exemplars(dialogues.exchanges)
        ),
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
    """Publish the candidate, if there is one and every check passed; then drop what has expired.

    That is done where nothing new is published too: it finishes what a killed run was erasing, and
    takes the vectors that a run stored of what was forgotten meanwhile.
    """
    with warehouse.writing():
        done = publish(warehouse, keep=settings.publish.keep, now=settings.now())
        with warehouse.writing_dialogues():
            _drop_what_expired(settings, warehouse)
        renamed = erase_what_is_gone(settings, warehouse).get(done.manifest.version)
        return Published(published(warehouse).manifest, new=done.new) if renamed else done


def _drop_what_expired(settings: Settings, warehouse: Warehouse) -> None:
    """Remove days that have left the window, and all of sources that are not declared any more.

    Nothing else would ever remove these: no pull looks at them. The same goes for the gateway's own
    log where no source is declared at all. The caller holds the lock of the dialogues.
    """
    for source in settings.dialogues:
        drop_expired_days(settings, warehouse, source)
    for oldest in settings.window_days()[:1]:
        ConversationLog(warehouse.conversations).drop_before(oldest)
    warehouse.drop_sources("dialogues", [source.name for source in settings.dialogues])
    warehouse.drop_drafts("dialogues")


def erase_what_is_gone(settings: Settings, warehouse: Warehouse) -> Mapping[str, str]:
    """Take out of kept versions and cached vectors what no day's Parquet holds any more.

    Returns the versions that were written anew, old name -> new name. The caller holds the lock.
    """
    _forget_vectors(settings, warehouse)
    return erase(warehouse, "dialogues", {one.id for one in _in_window(settings, warehouse)})


def _forget_vectors(settings: Settings, warehouse: Warehouse) -> None:
    """Erase the vectors of texts that no chunk has now, those of other embedding models too."""
    with ExitStack() as opened:
        caches = [opened.enter_context(cache) for cache in every_cache(warehouse.embeddings)]
        # Listed before the chunks are read, so that what another run embeds meanwhile stays.
        cached = [cache.hashes() for cache in caches]
        needed = set(current_chunks(settings, warehouse)["text_hash"].to_pylist())
        for cache, hashes in zip(caches, cached, strict=True):
            if unused := hashes - needed:
                cache.forget(sorted(unused))


def _cache(settings: Settings, warehouse: Warehouse) -> EmbeddingCache:
    identity = embedder_identity(settings)
    return EmbeddingCache(warehouse.embeddings, identity.id, identity.dim)
