"""Versions of the index: one folder each, its manifest, and the pointer to the published one."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.chunks import CHUNK_SCHEMA
from pipelines.dialogues.exemplars import ToneKind
from pipelines.errors import NotPublishedError, WarehouseError, unreadable
from pipelines.records import Tier
from pipelines.warehouse import Warehouse, replace_durably

POINTER = "PUBLISHED.json"
TABLE = "chunks"
FILES = "files.json"
# LanceDB's flat scan is exact and takes 14 ms over 10,000 rows; beyond it, an index pays.
ROWS_WORTH_A_VECTOR_INDEX = 10_000

Read = TypeVar("Read")


class Tone(BaseModel):
    """A sentence of a human agent's that shows the model how the company speaks."""

    model_config = ConfigDict(frozen=True)

    kind: ToneKind
    text: str
    exchange: str
    """Id of the exchange that it stands in."""


class CheckRecord(BaseModel):
    """The outcome of one check, as kept with the version."""

    model_config = ConfigDict(frozen=True)

    name: str
    passed: bool
    summary: str


class Calibration(BaseModel):
    """How the confidence of a match is read, for one embedding model and one FAQ."""

    model_config = ConfigDict(frozen=True)

    embedder_id: str
    formula: str
    """`confidence.FORMULA` as it was made for."""
    golden: str
    """Digest of the golden questions."""
    faq: str
    """Digest of the FAQ, and of the precision that was wanted."""
    slope: float
    offset: float
    """Confidence is the logistic function of slope * general log-odds + offset."""
    direct: float
    """Least confidence for a verbatim answer; above 1 where no answer is sure enough."""
    examples: int
    """Questions that it was fitted on; 0 where only the general coefficients speak."""

    @property
    def judged_by(self) -> tuple[str, ...]:
        """What a version has to be built anew for when it changes: see `Recipe.judged_by`."""
        return (self.formula, self.golden)


class Manifest(BaseModel):
    """What a version was built from and with; it rolls back together with the rows."""

    model_config = ConfigDict(frozen=True)

    version: str
    digest: str
    """Of all chunks and of all that decides how they are found: equal means no new version."""
    built_at: datetime
    embedder_id: str
    dim: int
    analyzer: str
    schema_version: str
    prompt: str
    """The system prompt that answers from this version are written with."""
    answering: dict[str, float]
    """Thresholds of the answer rules."""
    tone: tuple[Tone, ...]
    """How the company's agents speak; shown to the model for its manner only."""
    aliases: tuple[tuple[str, ...], ...]
    """Names of one thing each, the documents' own first."""
    company: str = ""
    """Its name; a version that was built without one knows none."""
    chunks: dict[str, int]
    """Rows per tier."""
    entries: dict[str, int]
    """Records per tier."""
    pulled_at: dict[str, datetime]
    """Last look at the most neglected source of each tier."""
    checks: tuple[CheckRecord, ...] = ()
    calibration: Calibration | None = None
    """How sure a direct answer is; `calibrate` adds it when the rows can be searched."""


class Version:
    """One version of the index, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            text = (folder / "manifest.json").read_text(encoding="utf-8")
            self.manifest = Manifest.model_validate_json(text)
        except FileNotFoundError as error:
            raise NotPublishedError(
                f"`{folder.name}` is not kept in `{folder.parent}`. `sanku versions` lists what is."
            ) from error
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise unreadable(
                folder / "manifest.json",
                error,
                "`sanku rollback` goes back to a version that is whole; `sanku run` builds a new "
                "one.",
            ) from error

    @property
    def name(self) -> str:
        """The version's name, for example `0007-3fa9c2d1`."""
        return self.manifest.version

    @cached_property
    def table(self) -> Any:
        """The LanceDB table of all tiers: `CHUNK_SCHEMA`, and `chunk`, `terms` and `vector`."""
        import lancedb  # 1.8 s: commands that read no rows do without

        try:
            return lancedb.connect(self.folder).open_table(TABLE)
        except (RuntimeError, ValueError) as error:
            raise WarehouseError(
                f"the rows of version `{self.name}` cannot be opened ({error}). `sanku rollback` "
                "goes back to a version that is whole; `sanku run` builds a new one."
            ) from error

    def check_schema(self) -> None:
        """Raise `WarehouseError` where it holds other columns than this Sanku reads."""
        now = (CHUNK_SCHEMA.metadata or {})[b"schema_version"].decode()
        if self.manifest.schema_version != now:
            raise WarehouseError(
                f"version `{self.name}` was built by another Sanku, with chunks of schema "
                f"{self.manifest.schema_version} where this one reads {now}. "
                "`sanku run` builds a new one."
            )

    def expected(self) -> dict[str, str]:
        """Return chunk id -> content hash as the version was built."""
        file = self.folder / "chunks.parquet"
        try:
            listed = pq.read_table(file)
        except (pa.ArrowInvalid, OSError) as error:
            raise unreadable(file, error, "`sanku run` builds a new version.") from error
        return dict(zip(listed["id"].to_pylist(), listed["content_hash"].to_pylist(), strict=True))

    def damaged_files(self) -> list[str]:
        """Return the files that are not byte for byte as published, are new, or are missing.

        Rows are hashed as well (see `checks.reconcile`), but a vector or an index entry is not.
        """
        try:
            sealed = json.loads((self.folder / FILES).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return [FILES]
        now = file_digests(self.folder)
        return sorted(
            name for name in sealed.keys() | now.keys() if sealed.get(name) != now.get(name)
        )

    def rows(self, *columns: str, where: Any = None) -> pa.Table:
        """Return the named columns of the rows that match the expression `where`, or of all."""
        query = self.table.search().select(list(columns))
        if where is not None:
            query = query.where(where)
        return self.read(query.limit(max(1, self.table.count_rows())))

    def read(self, query: Any) -> pa.Table:
        """Run a query on the table; raises `WarehouseError` where its files are damaged or gone."""
        with self.reading():
            return query.to_arrow()

    def batches(self, query: Any) -> Iterator[pa.RecordBatch]:
        """Run a query on the table, bit by bit; raises as `read` does."""
        with self.reading():
            yield from query.to_batches()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say what to do where LanceDB cannot read the rows: raise `WarehouseError`."""
        try:
            yield
        except (RuntimeError, OSError, ValueError) as error:  # the last for a missing column
            raise WarehouseError(
                f"the rows of version `{self.name}` cannot be read: `sanku verify` names the "
                "damaged files, `sanku rollback` goes back to a version that is whole, and "
                "`sanku run` builds a new one."
            ) from error

    def full_text(self, terms: str) -> Any:
        """Return a full-text query for any of `terms`, best first by BM25 (`_score`)."""
        from lancedb.query import MatchQuery

        query = MatchQuery(terms, "terms")  # type: ignore[call-arg]  # its defaults carry no types
        return self.table.search(query, query_type="fts")

    def entries(self, tier: Tier) -> set[str]:
        """Return the ids of the records of a tier."""
        from lancedb.expr import col, lit

        return set(self.rows("entry_id", where=col("tier") == lit(tier))["entry_id"].to_pylist())

    def chunks(self) -> pa.Table:
        """Return every row as `CHUNK_SCHEMA`, in no particular order."""
        return self.rows(*CHUNK_SCHEMA.names).cast(CHUNK_SCHEMA)


def file_digests(folder: Path) -> dict[str, str]:
    """Return path inside `folder` -> SHA-256, of every file but the list itself."""
    digests = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file != folder / FILES:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            digests[file.relative_to(folder).as_posix()] = digest
    return digests


def read_pointer(warehouse: Warehouse) -> dict[str, Any] | None:
    """Return what the pointer file says (`version`, `kept`, …); None before the first publish."""
    file = warehouse.root / POINTER
    try:
        pointer = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise unreadable(
            file,
            error,
            f"Write the name of a folder of `{warehouse.index}` into it: "
            '`{"version": "…", "kept": ["…"]}`.',
        ) from error
    if not isinstance(pointer, dict) or not isinstance(pointer.get("version"), str):
        raise WarehouseError(
            f"`{file}` names no `version`. Remove it, and `sanku run` publishes one anew."
        )
    kept = pointer.setdefault("kept", [pointer["version"]])
    if not isinstance(kept, list) or not all(isinstance(name, str) for name in kept):
        raise WarehouseError(f"`kept` of `{file}` is no list of versions. Remove that line.")
    return pointer


def write_pointer(warehouse: Warehouse, pointer: Mapping[str, Any]) -> None:
    """Flip the pointer: readers see the old version until this returns, and then the new one."""
    draft = warehouse.root / f".{POINTER}"
    draft.write_text(json.dumps(pointer, indent=1, ensure_ascii=False), encoding="utf-8")
    replace_durably(draft, warehouse.root / POINTER)


def version_folder(warehouse: Warehouse, name: str) -> Path:
    """Return the folder of a version, refusing a name that is no plain folder name."""
    if Path(name).name != name or name in {"", ".", ".."}:
        raise NotPublishedError(f"`{name}` is no version name. `sanku versions` lists them.")
    return warehouse.index / name


def published(warehouse: Warehouse) -> Version:
    """Open the published version; raises `NotPublishedError` before the first publish."""
    pointer = read_pointer(warehouse)
    if pointer is None:
        raise NotPublishedError(
            f"nothing is published in `{warehouse.root}` yet. Run `sanku run` to build and publish."
        )
    return Version(version_folder(warehouse, pointer["version"]))


def whole_published(warehouse: Warehouse) -> Version | None:
    """Return the published version if every byte is as published; None otherwise.

    A damaged version is neither built upon nor compared with: the next one is then built anew.
    """
    if read_pointer(warehouse) is None:
        return None
    try:
        version = published(warehouse)
    except (NotPublishedError, WarehouseError):
        return None
    return None if version.damaged_files() else version


class OncePerVersion(Generic[Read]):
    """What is read of a version once, and kept as long as the version is.

    Who asks for one that is kept never waits for one that is being read.
    """

    def __init__(self, read: Callable[[Version], Read]) -> None:
        self._read = read
        self._kept: WeakKeyDictionary[Version, Read] = WeakKeyDictionary()
        self._turns: WeakKeyDictionary[Version, Lock] = WeakKeyDictionary()
        self._looking = Lock()

    def of(self, version: Version) -> Read:
        """Return what is read of `version`; raises what reading it raises, and reads again then."""
        with self._looking:
            if version in self._kept:
                return self._kept[version]
            turn = self._turns.setdefault(version, Lock())
        with turn:
            with self._looking:
                if version in self._kept:
                    return self._kept[version]
            read = self._read(version)
            with self._looking:
                self._kept[version] = read
            return read


class PublishedVersion:
    """The published version, followed: a reader asks `current()` for every question.

    Whoever must not wait while a new version is read into memory asks within `ahead()`, and looks
    for the `newer()` one meanwhile, to make it ready before taking it.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._seen: tuple[int, int] | None = None
        self._version: Version | None = None
        self._ahead = 0

    def current(self) -> Version:
        """Return the version that the pointer names now, reopening only when it has moved.

        Within `ahead()` the one before stays until `take`, while the pointer still keeps it: what
        was erased, or is not kept any more, is never read again.
        """
        version, seen = self._version, self._pointer()
        if version is not None and seen is not None and self._may_stay(version, seen):
            return version
        version = published(self._warehouse)
        self._version, self._seen = version, seen
        return version

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Keep the version in use until another one is taken."""
        self._ahead += 1
        try:
            yield
        finally:
            self._ahead -= 1

    def newer(self) -> tuple[Version, Callable[[], None]] | None:
        """Return the version that the pointer names, and what takes it; None where it is in use.

        Raises `NotPublishedError`, and `WarehouseError` where that version cannot be opened.
        """
        seen = self._pointer()
        if self._version is None or seen == self._seen:
            return None
        version = published(self._warehouse)

        def take() -> None:
            self._version, self._seen = version, seen

        return version, take

    def _pointer(self) -> tuple[int, int] | None:
        """Return what tells one state of the pointer's file from another; None without a file."""
        try:
            stat = (self._warehouse.root / POINTER).stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns

    def _may_stay(self, version: Version, seen: tuple[int, int]) -> bool:
        return seen == self._seen or (self._ahead > 0 and self._is_kept(version))

    def _is_kept(self, version: Version) -> bool:
        pointer = read_pointer(self._warehouse)
        return pointer is not None and version.name in pointer["kept"] and version.folder.is_dir()
