"""Builds the candidate: the next version of the index, beside the published one.

A candidate starts as hard links to the published version's files, which LanceDB never changes in
place, so that its cost is that of the changed chunks; it is written anew where personal text went,
and after `MAX_COMMITS` commits. Every version is a folder of its own: going
back is flipping a pointer, and removing one removes its bytes.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.chunks import CHUNK_SCHEMA, as_json
from pipelines.errors import WarehouseError
from pipelines.query.vocabulary import write_vocabulary
from pipelines.records import PERSONAL_TIERS, TIERS
from pipelines.terms import ANALYZER_VERSION, index_terms
from pipelines.text import digest, one_line
from pipelines.versions import (
    ROWS_WORTH_A_VECTOR_INDEX,
    TABLE,
    Manifest,
    Tone,
    Version,
    whole_published,
)
from pipelines.warehouse import Warehouse, sync, write_parquet

CANDIDATE = "candidate"
_DISCARDED = "discarded"
# Rows outside the full-text index are found by a scan; above this many, indexing them is cheaper.
MAX_UNINDEXED_ROWS = 2_000
# Every merge leaves the files of the rows that it replaced; after this many commits a candidate is
# written anew, so that neither the files nor what they still hold of removed text can pile up.
MAX_COMMITS = 24

Vectors = Callable[[Sequence[str]], Mapping[str, npt.NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides how chunks are found and answered from; part of the version."""

    embedder_id: str
    dim: int
    prompt: str
    answering: Mapping[str, float]
    tone: tuple[Tone, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()
    """Names of one thing each, the documents' own first."""
    judged_by: tuple[str, ...] = ()
    """What confidence is worked out by: the formula, and the golden questions."""
    company: str = ""
    """Its name, which names no other's product."""

    def digest(self) -> str:
        """Return the digest of the recipe, schema and analyzer included."""
        schema = (CHUNK_SCHEMA.metadata or {})[b"schema_version"].decode()
        thresholds = [f"{key}={value!r}" for key, value in sorted(self.answering.items())]
        return digest(
            self.embedder_id,
            str(self.dim),
            ANALYZER_VERSION,
            schema,
            self.prompt,
            *thresholds,
            *(f"{one.kind} {one.text}" for one in self.tone),
            *("\n".join(names) for names in self.aliases),
            *self.judged_by,
            self.company,
        )


@dataclass(frozen=True, slots=True)
class TierChange:
    """Chunks of one tier that a candidate adds, changes and removes."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A built version that no reader sees yet; `unchanged` when it equals the published one."""

    version: Version
    changes: Mapping[str, TierChange]
    unchanged: bool


def build_candidate(
    warehouse: Warehouse,
    chunks: pa.Table,
    vectors: Vectors,
    recipe: Recipe,
    *,
    pulled_at: Mapping[str, datetime],
    built_at: datetime,
) -> Candidate:
    """Build the candidate from all chunks of all tiers; the caller holds the writer's lock.

    `vectors` returns a unit vector per `text_hash`, and is asked only for changed chunks.
    """
    discard_candidate(warehouse)
    folder = warehouse.index / CANDIDATE
    chunks = _one_per_id(chunks)
    new = _hashes(chunks)
    content = _content_digest(recipe, new)
    base = whole_published(warehouse)
    old_chunks = base.rows("id", "tier", "content_hash") if base else None
    old = _hashes(old_chunks) if old_chunks is not None else {}
    changes = _changes(chunks, new, old_chunks, old)
    if base and base.manifest.digest == content:
        return Candidate(base, changes, unchanged=True)

    merged = False
    if base and _extends(base.manifest, recipe, changes):
        merged = _merge(base.folder, folder, chunks, new, old, vectors)
    if not merged:
        _create(folder, chunks, vectors, recipe.dim)
    write_parquet(folder / "chunks.parquet", chunks.select(["id", "content_hash"]))
    write_vocabulary(folder, _open(folder))
    manifest = Manifest(
        version=_next_name(warehouse, content),
        digest=content,
        built_at=built_at,
        embedder_id=recipe.embedder_id,
        dim=recipe.dim,
        analyzer=ANALYZER_VERSION,
        schema_version=(CHUNK_SCHEMA.metadata or {})[b"schema_version"].decode(),
        prompt=recipe.prompt,
        answering=dict(recipe.answering),
        tone=recipe.tone,
        aliases=recipe.aliases,
        company=recipe.company,
        chunks=_count(chunks, "id"),
        entries=_count(chunks, "entry_id"),
        pulled_at=dict(pulled_at),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return Candidate(Version(folder), changes, unchanged=False)


def discard_candidate(warehouse: Warehouse) -> None:
    """Remove the candidate, and what a killed run set aside; the caller holds the writer's lock.

    It is set aside first: checks are recorded without that lock, and one that is recorded meanwhile
    finds no candidate, where it would have left a file in a folder that is being removed.
    """
    aside = warehouse.index / _DISCARDED
    if aside.exists():
        shutil.rmtree(aside)
    if (warehouse.index / CANDIDATE).exists():
        (warehouse.index / CANDIDATE).rename(aside)
        shutil.rmtree(aside)


def rewrite_without(version: Version, folder: Path, gone: Collection[str]) -> Manifest:
    """Write the rows of `version` into `folder` without the records `gone`, and return a manifest.

    All files are new, so that no byte of what is gone is in them; vectors are copied, not made.
    """
    table = version.rows(*CHUNK_SCHEMA.names, "vector")
    table = table.filter(pc.invert(pc.is_in(table["entry_id"], pa.array(sorted(gone)))))
    matrix = table["vector"].combine_chunks().flatten().to_numpy()
    vectors = dict(
        zip(table["text_hash"].to_pylist(), matrix.reshape(-1, version.manifest.dim), strict=True)
    )
    chunks = table.select(CHUNK_SCHEMA.names).cast(CHUNK_SCHEMA)
    before = version.manifest
    recipe = Recipe(
        before.embedder_id,
        before.dim,
        before.prompt,
        before.answering,
        tuple(one for one in before.tone if one.exchange not in gone),
        before.aliases,
        before.calibration.judged_by if before.calibration else (),
        before.company,
    )
    _create(folder, chunks, lambda hashes: {key: vectors[key] for key in hashes}, recipe.dim)
    write_parquet(folder / "chunks.parquet", chunks.select(["id", "content_hash"]))
    write_vocabulary(folder, _open(folder))
    content = _content_digest(recipe, _hashes(chunks))
    number = before.version.partition("-")[0]
    return before.model_copy(
        update={
            "version": f"{number}-{content[:8]}",
            "digest": content,
            "analyzer": ANALYZER_VERSION,
            "tone": recipe.tone,
            "chunks": _count(chunks, "id"),
            "entries": _count(chunks, "entry_id"),
        }
    )


def _content_digest(recipe: Recipe, hashes: Mapping[str, str]) -> str:
    return digest(recipe.digest(), *(f"{key} {hashes[key]}" for key in sorted(hashes)))


def seal(folder: Path) -> None:
    """Flush every file and folder of a candidate to disk; LanceDB itself never does."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def _extends(manifest: Manifest, recipe: Recipe, changes: Mapping[str, TierChange]) -> bool:
    """Tell whether the candidate may start from the published files.

    Not where the shape differs, and not where personal text goes, as it does on most nights:
    LanceDB only marks rows as deleted, and an expired conversation must not live on in the files
    of a newer version.
    """
    schema = (CHUNK_SCHEMA.metadata or {})[b"schema_version"].decode()
    now = (recipe.embedder_id, recipe.dim, ANALYZER_VERSION, schema)
    then = (manifest.embedder_id, manifest.dim, manifest.analyzer, manifest.schema_version)
    personal = [changes[tier] for tier in PERSONAL_TIERS]
    return now == then and not any(change.removed or change.changed for change in personal)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links: a copy is as good, only larger
        shutil.copyfile(source, target)


def _one_per_id(chunks: pa.Table) -> pa.Table:
    """Return one row per id, the newest: the same exchange may stand in two logs."""
    ordered = chunks.sort_by([("id", "ascending"), ("at", "descending"), ("path", "ascending")])
    ids = ordered["id"].to_pylist()
    first = [
        position for position, key in enumerate(ids) if not position or ids[position - 1] != key
    ]
    return ordered.take(first) if len(first) < len(ids) else ordered


def _hashes(rows: pa.Table) -> dict[str, str]:
    return dict(zip(rows["id"].to_pylist(), rows["content_hash"].to_pylist(), strict=True))


def _count(chunks: pa.Table, column: str) -> dict[str, int]:
    counts = {str(tier): 0 for tier in TIERS}
    grouped = chunks.group_by("tier").aggregate([(column, "count_distinct")])
    for row in grouped.to_pylist():
        counts[row["tier"]] = row[f"{column}_count_distinct"]
    return counts


def _changes(
    chunks: pa.Table, new: Mapping[str, str], old_chunks: pa.Table | None, old: Mapping[str, str]
) -> dict[str, TierChange]:
    tier_of = dict(zip(chunks["id"].to_pylist(), chunks["tier"].to_pylist(), strict=True))
    if old_chunks is not None:
        ids, tiers = old_chunks["id"].to_pylist(), old_chunks["tier"].to_pylist()
        tier_of = dict(zip(ids, tiers, strict=True)) | tier_of
    added = [tier_of[key] for key in new.keys() - old.keys()]
    removed = [tier_of[key] for key in old.keys() - new.keys()]
    changed = [tier_of[key] for key in new.keys() & old.keys() if new[key] != old[key]]
    return {t: TierChange(added.count(t), changed.count(t), removed.count(t)) for t in TIERS}


def _with_vectors(chunks: pa.Table, vectors: Vectors, dim: int) -> pa.Table:
    hashes = chunks["text_hash"].to_pylist()
    found = vectors(hashes)
    missing = [key for key in hashes if key not in found]
    if missing:
        raise WarehouseError(
            f"{len(missing)} chunks have no embedding. Run the `embeddings` asset, or `sanku run`."
        )
    matrix = np.stack([found[key] for key in hashes]) if hashes else np.zeros((0, dim), np.float32)
    column = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel(), pa.float32()), dim)
    terms = pa.array([index_terms(text) for text in chunks["search_text"].to_pylist()], pa.string())
    # A search reads some 30 whole rows: one column of JSON takes 2 ms of 1,000,000 rows, and 25
    # columns 9 ms.
    rows = chunks.append_column("chunk", as_json(chunks)).append_column("terms", terms)
    rows = rows.append_column(pa.field("vector", column.type, nullable=False), column)
    for tier in TIERS:
        # Full text over one tier, with the word statistics of that tier: LanceDB leaves nulls out.
        # Where a filter picks the tier from one column of all, it takes three times as long.
        own = pc.if_else(pc.equal(chunks["tier"], tier), terms, pa.scalar(None, pa.string()))
        rows = rows.append_column(f"terms_{tier}", own)
    return rows


def _open(folder: Path) -> Any:
    import lancedb  # 1.8 s: see `Version.table`

    return lancedb.connect(folder).open_table(TABLE)


def _create(folder: Path, chunks: pa.Table, vectors: Vectors, dim: int) -> None:
    import lancedb
    from lancedb.index import FTS, Bitmap, BTree, IvfRq

    # The rows of a record lie side by side, so that reading them all reads few pages.
    chunks = chunks.sort_by([(name, "ascending") for name in ("tier", "entry_id", "part")])
    rows = _with_vectors(chunks, vectors, dim)
    # Stemming and stop words are English; `max_token_length` counts bytes and drops long words.
    terms = FTS(
        base_tokenizer="whitespace", stem=False, remove_stop_words=False, max_token_length=None
    )
    with _writing():
        table = lancedb.connect(folder).create_table(TABLE, rows)
        table.create_index("id", config=BTree())
        table.create_index("entry_id", config=BTree())
        table.create_index("tier", config=Bitmap())
        for column in ("terms", *(f"terms_{tier}" for tier in TIERS)):
            table.create_index(column, config=terms)
        if len(rows) >= ROWS_WORTH_A_VECTOR_INDEX:
            table.create_index("vector", config=IvfRq(distance_type="cosine"))


@contextmanager
def _writing() -> Iterator[None]:
    """Raise `WarehouseError` where LanceDB cannot write, which it tells by a `RuntimeError`."""
    try:
        yield
    except RuntimeError as error:
        raise WarehouseError(
            f"the index cannot be written ({one_line(str(error), 300)}). Make room where the disk "
            "is full, or mend what is named, and run again."
        ) from error


def _merge(
    base: Path,
    folder: Path,
    chunks: pa.Table,
    new: Mapping[str, str],
    old: Mapping[str, str],
    vectors: Vectors,
) -> bool:
    """Merge the difference into hard links of `base`; False where building anew is due instead."""
    from lancedb.expr import col

    table = _open(base)
    wanted = [key for key in new if old.get(key) != new[key]]
    gone = sorted(old.keys() - new.keys())
    statistics = [table.index_stats(index.name) for index in table.list_indices()]
    unindexed = max(index.num_unindexed_rows for index in statistics if index)
    if unindexed + len(wanted) > MAX_UNINDEXED_ROWS:
        return False
    if table.version >= MAX_COMMITS:
        return False
    shutil.copytree(base / f"{TABLE}.lance", folder / f"{TABLE}.lance", copy_function=_link)
    table = _open(folder)
    rows = chunks.filter(pc.is_in(chunks["id"], pa.array(wanted, pa.string())))
    merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
    if gone:
        # One commit for all three: between a delete and an add, a crash would leave a torn table.
        merge = merge.when_not_matched_by_source_delete(col("id").isin(gone))
    if wanted or gone:
        dim = table.schema.field("vector").type.list_size
        changed = _with_vectors(rows, vectors, dim)
        with _writing():
            merge.execute(changed)
    return True


def _next_name(warehouse: Warehouse, content: str) -> str:
    numbers = (path.name.partition("-")[0] for path in warehouse.index.glob("[0-9]*-*"))
    taken = [int(number) for number in numbers if number.isdecimal()]
    return f"{max(taken, default=0) + 1:04d}-{content[:8]}"
