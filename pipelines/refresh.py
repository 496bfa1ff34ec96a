"""From the tiers to a published index: stages in order, one function each, for every front door.

Dagster's assets and the `sanku` command both run these; only a rollback flips the pointer itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain
from types import MappingProxyType

import pyarrow as pa

from pipelines.calibration import Known, calibrate, with_calibration
from pipelines.checks import CHECKS, CheckResult, Gate, record_check
from pipelines.chunking import STANDS, Overtaken, change_chunks, dialogue_chunks, faq_chunks
from pipelines.chunks import to_table
from pipelines.confidence import FORMULA, Thresholds
from pipelines.conversation_log import ConversationLog
from pipelines.current import (
    accepted_similar_questions,
    current_entries,
    current_findings,
    current_statements,
    last_pulled,
)
from pipelines.dialogues.curation import Curated, curate
from pipelines.dialogues.exemplars import exemplars
from pipelines.dialogues.table import exchanges_in
from pipelines.drafts import drop_what_is_gone, held_dialogues
from pipelines.embedding.cache import EmbeddingCache, EmbeddingStats, embed_missing, every_cache
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.kept_questions import QUERIES
from pipelines.embedding.model import Embedder, Vectors
from pipelines.enrichment.drafts import (
    read_drafts,
    write_drafts,
)
from pipelines.enrichment.reviews import read_reviews
from pipelines.enrichment.similar import Written, write
from pipelines.enrichment.wordings import answered_with
from pipelines.evaluation.golden import GoldenQuestion, golden_digest, load_golden
from pipelines.evaluation.ranking import without_entry
from pipelines.faq.told_apart import products_of
from pipelines.index import CANDIDATE, Candidate, Recipe, build_candidate
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.publish import Published, erase, publish
from pipelines.pull import Advance, drop_expired_days, quietly
from pipelines.records import TIERS, Exchange, FaqEntry
from pipelines.search import Hit
from pipelines.settings import Settings
from pipelines.stale.find import find
from pipelines.stale.findings import Finding, write_findings
from pipelines.stale.second_judge import ModelJudge, read_verdicts, verdicts_text
from pipelines.text import fold
from pipelines.versions import Tone, Version, published, whole_published
from pipelines.warehouse import Warehouse, write_text


def current_chunks(
    settings: Settings,
    warehouse: Warehouse,
    dialogues: Curated | None = None,
    answers: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> pa.Table:
    """Return the chunks that the index should hold now: declared sources, what holds today.

    `dialogues` are what `current_dialogues` returned, where a caller has them already. `answers`
    are the FAQ entries that exchanges were answered with, which change no text. A source
    that was not pulled yet counts as empty; `tiers_are_fresh` refuses to publish that.
    """
    overtaken = _overtaken(current_findings(settings, warehouse))
    entries = tuple(current_entries(settings, warehouse))
    written = accepted_similar_questions(settings, warehouse, entries)
    taught = (dialogues or current_dialogues(settings, warehouse)).exchanges
    standing = (told.change for told in current_statements(settings, warehouse) if not told.until)
    return to_table(
        chain(
            (
                c
                for entry in entries
                for c in faq_chunks(
                    entry, overtaken.get(entry.id, STANDS), written.get(entry.id, ())
                )
            ),
            (c for one in taught for c in dialogue_chunks(one, answers.get(one.id, ()))),
            (c for each in standing for c in change_chunks(each, overtaken.get(each.id, STANDS))),
        )
    )


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


def write_similar_questions(
    settings: Settings,
    warehouse: Warehouse,
    embedder: Callable[[], Embedder],
    advance: Advance = quietly,
) -> Written:
    """Have the model write similar questions of entries that are new or changed, as drafts.

    Best after a publish, which need not wait for it: the next run takes what is accepted by then.
    The caller holds the run's lock. Must not be called from within an event loop.
    """
    entries = tuple(current_entries(settings, warehouse))
    before, decided = read_drafts(warehouse), read_reviews(warehouse.similar_reviews)
    with _cache(settings, warehouse) as cache:
        done = write(
            settings.ollama, settings.enrichment, entries, before, decided, cache, embedder, advance
        )
    if set(done.drafts) != set(before):
        write_drafts(warehouse, done.drafts)
    return done


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
    wanted = _texts(current_chunks(settings, warehouse))
    expect(len(wanted))
    with _cache(settings, warehouse) as cache:
        return embed_missing(wanted, cache, embedder, advance)


def _texts(chunks: pa.Table) -> Mapping[str, str]:
    """Return text hash -> text of what is embedded of these chunks."""
    hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
    return dict(zip(hashes, texts, strict=True))


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


def build(settings: Settings, warehouse: Warehouse, embedder: Callable[[], Embedder]) -> Candidate:
    """Build the candidate from the current chunks and the cached embeddings, and calibrate it.

    The embedder is asked for only where FAQ, golden questions or model are not as they were, and
    for what somebody accepted since `embed`, which no run's lock keeps them from.
    """
    golden = load_golden(settings)
    pulled_at: dict[str, datetime] = {
        tier: look for tier in TIERS if (look := last_pulled(settings, warehouse, tier))
    }
    with warehouse.writing(), _cache(settings, warehouse) as cache:
        # Under the lock, tone too: what is forgotten meanwhile must not come in by either.
        dialogues = current_dialogues(settings, warehouse)
        entries = tuple(current_entries(settings, warehouse))
        answers = answered_with(dialogues.exchanges, entries)
        chunks = current_chunks(settings, warehouse, dialogues, answers)
        texts = _texts(chunks)

        def vectors(hashes: Sequence[str]) -> Mapping[str, Vectors]:
            embed_missing({key: texts[key] for key in hashes}, cache, embedder, quietly)
            return cache.get_many(hashes)

        built = build_candidate(
            warehouse,
            chunks,
            vectors,
            _recipe(settings, dialogues, entries, golden),
            pulled_at=pulled_at,
            built_at=settings.now(),
        )
        return built if built.unchanged else _calibrated(warehouse, built, golden, embedder)


def _calibrated(
    warehouse: Warehouse,
    built: Candidate,
    golden: Sequence[GoldenQuestion],
    embedder: Callable[[], Embedder],
) -> Candidate:
    """Return the candidate with its calibration, which is also written into its manifest."""
    base = whole_published(warehouse)
    # What answers a question whose entry is not there is unknown, and no wrong match.
    slips = set(without_entry(built.version, golden))
    made = calibrate(
        built.version,
        tuple(_known(item for item in golden if item.id not in slips)),
        golden_digest(golden),
        warehouse.embeddings,
        embedder,
        base.manifest.calibration if base else None,
    )
    return replace(built, version=with_calibration(built.version, made))


def _known(golden: Iterable[GoldenQuestion]) -> Iterator[Known]:
    """Yield the golden questions that stand alone and are about the FAQ, or about nothing."""
    for item in golden:
        expect = item.expect
        of_faq = expect.tier in (None, "faq") and expect.is_record and expect.version is None
        if not item.history and (of_faq or expect.refusal):
            yield Known(item.question, partial(_answers, item))


def _answers(item: GoldenQuestion, hit: Hit) -> bool:
    chunk = hit.chunk
    return item.expect.is_record and item.fits(chunk.tier, chunk.title, chunk.version, hit.answer)


def _recipe(
    settings: Settings,
    dialogues: Curated,
    entries: Sequence[FaqEntry],
    golden: Sequence[GoldenQuestion],
) -> Recipe:
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
        aliases=_names(settings, entries),
        judged_by=(FORMULA, golden_digest(golden)),
        company=settings.company.name,
    )


def _names(settings: Settings, entries: Sequence[FaqEntry]) -> tuple[tuple[str, ...], ...]:
    """Return what things are called: the aliases, and products of the FAQ that have none."""
    named = tuple((alias.name, *alias.also) for alias in settings.alias)
    known = {fold(name) for names in named for name in names}
    return (*named, *((one,) for one in products_of(entries) if fold(one) not in known))


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

    Nothing else would ever remove these: no pull looks at them, and what they quarantined can be
    mended nowhere. The same goes for the gateway's own log where no source is declared at all. The
    caller holds the lock of the dialogues.
    """
    for source in settings.dialogues:
        drop_expired_days(settings, warehouse, source)
    for oldest in settings.window_days()[:1]:
        ConversationLog(warehouse.conversations).drop_before(oldest)
    for tier in TIERS:
        warehouse.drop_sources(tier, [source.name for source in getattr(settings, tier)])
    warehouse.drop_drafts("dialogues")


def erase_what_is_gone(settings: Settings, warehouse: Warehouse) -> Mapping[str, str]:
    """Take out of kept versions, drafts and cached vectors what no day's Parquet holds any more.

    What only left the window, or stands in a source that is not declared any more, is held still
    until `publish_candidate` drops it. Returns the versions that were written anew, old name -> new
    name. The caller holds the lock.
    """
    _forget_vectors(settings, warehouse)
    drop_what_is_gone(settings, warehouse)
    return erase(warehouse, "dialogues", held_dialogues(warehouse))


def _forget_vectors(settings: Settings, warehouse: Warehouse) -> None:
    """Erase the vectors of texts that no chunk has now, those of other embedding models too.

    Those of questions stay: each calibration keeps the ones it asked, and none is a customer's.
    """
    with ExitStack() as opened:
        caches = [
            opened.enter_context(cache)
            for cache in every_cache(warehouse.embeddings)
            if not cache.embedder_id.endswith(QUERIES)
        ]
        # Listed before the chunks are read, so that what another run embeds meanwhile stays.
        cached = [cache.hashes() for cache in caches]
        needed = set(current_chunks(settings, warehouse)["text_hash"].to_pylist())
        for cache, hashes in zip(caches, cached, strict=True):
            if unused := hashes - needed:
                cache.forget(sorted(unused))


def _cache(settings: Settings, warehouse: Warehouse) -> EmbeddingCache:
    identity = embedder_identity(settings)
    return EmbeddingCache(warehouse.embeddings, identity.id, identity.dim)
