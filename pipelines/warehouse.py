"""The warehouse: where every output lies, written so that a reader sees all of a file or none."""

import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import get_ident
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from pipelines.changelog.table import CHANGE_SCHEMA
from pipelines.dialogues.table import EXCHANGE_SCHEMA
from pipelines.errors import BusyError, WarehouseError, unreadable
from pipelines.faq.table import FAQ_SCHEMA
from pipelines.records import Quarantined, Tier

QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field("tier", pa.string(), metadata={"doc": "tier the record was meant for"}),
        pa.field("source", pa.string(), metadata={"doc": "name of its source"}),
        pa.field("path", pa.string(), metadata={"doc": "file, relative to the source"}),
        pa.field("line", pa.int32(), metadata={"doc": "line of the record, 1-based"}),
        pa.field("reason", pa.string(), metadata={"doc": "what is wrong, and the mend"}),
        pa.field("excerpt", pa.string(), metadata={"doc": "start of it; empty for dialogues"}),
        pa.field("digest", pa.string(), metadata={"doc": "digest of the raw record"}),
        pa.field("conversation", pa.string(), metadata={"doc": "of a withheld message: its hash"}),
        pa.field("sealed", pa.string(), metadata={"doc": "withheld message, encrypted; or empty"}),
        pa.field("customer", pa.string(), metadata={"doc": "of a withheld message: their hash"}),
        pa.field("at", pa.timestamp("us", "UTC"), metadata={"doc": "of a withheld message"}),
    ]
)
SCHEMAS: Mapping[Tier, pa.Schema] = {
    "faq": FAQ_SCHEMA,
    "dialogues": EXCHANGE_SCHEMA,
    "changelog": CHANGE_SCHEMA,
}
"""What a row of a tier's Parquet is: a record, of which chunks are cut later."""

# A draft that is older was left behind by a killed run; it may hold what has expired since.
_DRAFT_SECONDS = 3600
_CONFIRMED = "confirmed_gone"
_PULL_AGAIN = (
    "Remove `faq`, `dialogues`, `changelog` and `quarantine` of the warehouse and run `sanku run`, "
    "which pulls them again."
)
_REVISION = b"revision"
_ORDER = b"order"


@dataclass(frozen=True, slots=True)
class PartitionChange:
    """What one write changed in a partition, counted in records."""

    records: int
    added: int
    changed: int
    removed: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Paths and files under one warehouse folder."""

    root: Path

    @property
    def embeddings(self) -> Path:
        """Folder of the embedding caches."""
        return self.root / "embeddings"

    @property
    def repositories(self) -> Path:
        """Folder of the bare mirrors of git sources."""
        return self.root / "repositories"

    @property
    def forgotten(self) -> Path:
        """File of what was forgotten on request, as keyed hashes."""
        return self.root / "forgotten.json"

    @property
    def stale(self) -> Path:
        """File of what newer changes make wrong, as it was found last."""
        return self.root / "stale.parquet"

    @property
    def stale_verdicts(self) -> Path:
        """File of what the language model said of pairs that it was asked about."""
        return self.root / "stale_verdicts.json"

    @property
    def reviews(self) -> Path:
        """File of what people decided on the records found to be stale."""
        return self.root / "stale_reviews.json"

    @property
    def similar(self) -> Path:
        """File of the similar questions that the language model wrote of FAQ entries."""
        return self.root / "similar_questions.parquet"

    @property
    def similar_reviews(self) -> Path:
        """File of what people decided on those."""
        return self.root / "similar_reviews.json"

    @property
    def evaluations(self) -> Path:
        """File of the figures of every measurement on the golden questions."""
        return self.root / "evaluation" / "history.parquet"

    @property
    def index(self) -> Path:
        """Folder of the published versions, one folder each."""
        return self.root / "index"

    @property
    def conversations(self) -> Path:
        """Folder of the gateway's own log of conversations."""
        return self.root / "conversations"

    def partition_file(self, tier: Tier, source: str, partition: str) -> Path:
        """Return the Parquet file of a partition: a day, a release tag, or `all`."""
        return self.root / tier / source / f"{quote(partition, safe='')}.parquet"

    def _quarantine_file(self, tier: Tier, source: str, partition: str) -> Path:
        return self.root / "quarantine" / tier / source / f"{quote(partition, safe='')}.parquet"

    def write_partition(
        self,
        tier: Tier,
        source: str,
        partition: str,
        rows: pa.Table,
        quarantined: Iterable[Quarantined],
        *,
        revision: str,
        order: str = "",
    ) -> PartitionChange:
        """Replace a partition and its quarantine, each atomically, and tell what changed.

        `rows` are of the tier's schema in `SCHEMAS`. `revision` stands for what it was made from
        (see `revision_of`). `order` sorts the partitions of a source (see `read_source`).
        """
        before = _record_hashes(self.read_partition(tier, source, partition))
        after = _record_hashes(rows)
        refused = pa.Table.from_pylist([asdict(row) for row in quarantined], QUARANTINE_SCHEMA)
        stamp = {
            **(SCHEMAS[tier].metadata or {}),
            _REVISION: revision.encode(),
            _ORDER: order.encode(),
        }
        write_parquet(self._quarantine_file(tier, source, partition), refused)
        write_parquet(
            self.partition_file(tier, source, partition), rows.replace_schema_metadata(stamp)
        )
        return PartitionChange(
            records=len(after),
            added=len(after.keys() - before.keys()),
            changed=sum(before[key] != after[key] for key in after.keys() & before.keys()),
            removed=len(before.keys() - after.keys()),
            quarantined=refused.num_rows,
        )

    def read_partition(self, tier: Tier, source: str, partition: str) -> pa.Table:
        """Return the rows of a partition; an empty table where it was never written."""
        file = self.partition_file(tier, source, partition)
        schema = SCHEMAS[tier]
        return read_parquet(file, schema) if file.exists() else schema.empty_table()

    def partitions(self, tier: Tier, source: str) -> list[str]:
        """Return the partitions of a source that were written, sorted."""
        files = (self.root / tier / source).glob("*.parquet")
        return sorted(unquote(file.stem) for file in files)

    def written(self, tier: Tier) -> list[tuple[str, str]]:
        """Return source and partition of all that was written of a tier, sorted.

        Sources that are declared no longer too, and where only a quarantine is left.
        """
        folders = (self.root / tier, self.root / "quarantine" / tier)
        files = [file for folder in folders for file in folder.glob("*/*.parquet")]
        return sorted({(file.parent.name, unquote(file.stem)) for file in files})

    def erase_rows(
        self, tier: Tier, source: str, partition: str, rows: pa.Table, quarantined: pa.Table
    ) -> None:
        """Replace what a partition and its quarantine hold, as if it had been written so."""
        file = self.partition_file(tier, source, partition)
        write_parquet(self._quarantine_file(tier, source, partition), quarantined)
        if file.exists():
            write_parquet(file, rows.replace_schema_metadata(_stamps(file)))

    def drop_drafts(self, tier: Tier) -> None:
        """Remove what killed writers left half-written; the caller holds the lock of the tier."""
        for folder in (self.root / tier, self.root / "quarantine" / tier):
            for draft in folder.glob("*/.*.parquet.*"):
                draft.unlink()

    def drop_sources(self, tier: Tier, keep: Collection[str]) -> None:
        """Remove all partitions and quarantine of the sources of a tier that are not in `keep`."""
        for folder in (self.root / tier, self.root / "quarantine" / tier):
            for source in folder.glob("*"):
                if source.is_dir() and source.name not in keep:
                    shutil.rmtree(source)

    def read_source(self, tier: Tier, source: str) -> pa.Table:
        """Return the rows of all partitions of a source, sorted by the `order` of each."""
        files = (self.root / tier / source).glob("*.parquet")
        ordered = sorted(files, key=lambda file: (_stamps(file).get(_ORDER, b""), file.name))
        tables = [read_parquet(file, SCHEMAS[tier]) for file in ordered]
        return pa.concat_tables(tables) if tables else SCHEMAS[tier].empty_table()

    def revision_of(self, tier: Tier, source: str, partition: str) -> str | None:
        """Return the revision that a partition was written with; None where there is none."""
        file = self.partition_file(tier, source, partition)
        if not file.exists():
            return None
        return _stamps(file).get(_REVISION, b"").decode()

    def mark_pulled(self, tier: Tier, source: str, at: datetime) -> None:
        """Note that a source was looked at, whether or not anything in it had changed."""
        file = self._pulled_file(tier, source)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, at.isoformat())

    def pulled_at(self, tier: Tier, source: str) -> datetime | None:
        """Return when a source was last looked at; None for never."""
        file = self._pulled_file(tier, source)
        try:
            return datetime.fromisoformat(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            way_out = "Remove it and run `sanku run` to pull the source again."
            raise unreadable(file, error, way_out) from error

    def confirm_gone(self, source: str, version: str, ids: Iterable[str]) -> None:
        """Note that a person let entries of an FAQ source go that the published `version` holds."""
        file = self.root / "faq" / source / _CONFIRMED
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, "\n".join([version, *sorted(ids)]))

    def confirmed_gone(self, version: str) -> frozenset[str]:
        """Return what a person let go of the published `version`; of another one, it says nothing.

        So that a confirmation ends with the publish that it was for.
        """
        confirmed: set[str] = set()
        for file in (self.root / "faq").glob(f"*/{_CONFIRMED}"):
            of, *ids = file.read_text(encoding="utf-8").split()
            confirmed.update(ids if of == version else ())
        return frozenset(confirmed)

    def _pulled_file(self, tier: Tier, source: str) -> Path:
        return self.root / tier / source / "pulled_at"

    def drop_partitions(self, tier: Tier, source: str, keep: Iterable[str]) -> list[str]:
        """Remove the partitions of a source that are not in `keep`, and return their file stems."""
        names = {quote(partition, safe="") for partition in keep}
        dropped = []
        for folder in (self.root / tier / source, self.root / "quarantine" / tier / source):
            for file in folder.glob("*.parquet"):
                if file.stem not in names:
                    file.unlink()
                    dropped.append(file.stem)
        return sorted(set(dropped))

    def quarantine(
        self, tier: Tier | None = None, partition: str | None = None, source: str | None = None
    ) -> pa.Table:
        """Return the quarantined records: all, or those of a tier, a partition, a source."""
        name = "*" if partition is None else quote(partition, safe="")
        pattern = f"{tier or '*'}/{source or '*'}/{name}.parquet"
        files = sorted((self.root / "quarantine").glob(pattern))
        tables = [read_parquet(file, QUARANTINE_SCHEMA) for file in files]
        return pa.concat_tables(tables) if tables else QUARANTINE_SCHEMA.empty_table()

    @contextmanager
    def refreshing(self, seconds: float = 3600.0) -> Iterator[None]:
        """Hold the lock of a run from its first pull to its publish: there is one candidate.

        Raises `BusyError` when another run still holds it after `seconds`.
        """
        with self._locked("refresh.lock", seconds):
            yield

    @contextmanager
    def writing(self, seconds: float = 60.0) -> Iterator[None]:
        """Hold the lock of index writers for one write, within a run or beside it.

        Raises `BusyError` when another writer still holds it after `seconds`.
        """
        with self._locked("writer.lock", seconds):
            yield

    @contextmanager
    def writing_dialogues(self) -> Iterator[None]:
        """Hold the lock of the dialogue partitions for one write: none appears while some go."""
        with self._locked("dialogues.lock", 600.0):
            yield

    @contextmanager
    def pointing(self) -> Iterator[None]:
        """Hold the lock of the pointer for one flip; a rollback does not wait for a writer."""
        with self._locked("pointer.lock", 10.0):
            yield

    @contextmanager
    def _locked(self, name: str, seconds: float) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / name, timeout=seconds):
                yield
        except Timeout as error:
            raise BusyError(
                f"`{self.root / name}` is held by another run. Wait for it to end, and run again."
            ) from error


def write_parquet(file: Path, table: pa.Table) -> None:
    """Write a Parquet file so that a crash leaves the old one or the new one, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for left_behind in file.parent.glob(".*.parquet.*"):
        with suppress(FileNotFoundError):  # its writer, or another sweeper, was quicker
            if time.time() - left_behind.stat().st_mtime > _DRAFT_SECONDS:
                left_behind.unlink()
    draft = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}")
    try:
        pq.write_table(table, draft, compression="zstd")
        replace_durably(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def write_text(file: Path, text: str) -> None:
    """Write a text file so that a crash leaves the old one or the new one, never half."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}")
    try:
        draft.write_text(text, encoding="utf-8")
        replace_durably(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def replace_durably(draft: Path, final: Path) -> None:
    """Move `draft` over `final` so that neither crash nor power loss can leave a part of it."""
    sync(draft)
    draft.replace(final)
    sync(final.parent)


def sync(path: Path) -> None:
    """Flush a file or folder to disk (`fsync`)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_parquet(file: Path, schema: pa.Schema, way_out: str = _PULL_AGAIN) -> pa.Table:
    """Return a table of `schema`.

    Raises `WarehouseError` for a damaged file, and with `way_out` for one of another schema.
    """
    with _explained(file):
        table = pq.read_table(file, partitioning=None)
        if table.schema.names == schema.names:
            return table.cast(schema)
    raise WarehouseError(f"`{file}` was written by another version of Sanku. {way_out}")


def _stamps(file: Path) -> dict[bytes, bytes]:
    """Return what `write_partition` wrote into a file beside its rows."""
    with _explained(file):
        return dict(pq.read_schema(file).metadata or {})


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, OSError, ValueError) as error:
        way_out = f"Remove it and run `sanku run` to pull it again ({error})."
        raise unreadable(file, error, way_out) from error


def _record_hashes(rows: pa.Table) -> dict[str, str]:
    return dict(zip(rows["id"].to_pylist(), rows["content_hash"].to_pylist(), strict=True))
