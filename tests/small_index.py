"""A small index made of plain chunks, for tests of versions: built in tenths of a second."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.answer_check import USUAL
from pipelines.checks import CHECKS, CheckResult, record_check
from pipelines.chunks import Chunk, make_chunk, to_table
from pipelines.embedding.builtin_model import BUILTIN_DIM
from pipelines.embedding.cross_encoder import CHECK, ORDER, Pair, Task, log_odds
from pipelines.index import Candidate, Recipe, build_candidate
from pipelines.publish import Published, publish
from pipelines.records import Tier
from pipelines.versions import FILES, TABLE, file_digests
from pipelines.warehouse import Warehouse

DIM = 8
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECIPE = Recipe(
    embedder_id="test/1",
    dim=DIM,
    prompt="Answer from the passages.",
    answering={"direct": 0.9, "support": 0.2, "passage": 0.05},
)


class Vectors:
    """Unit vectors by text hash, the same for the same hash; counts what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, hashes: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        self.asked += hashes
        return {key: _vector(key) for key in hashes}


class ReadsAlike:
    """The part of an embedder that reads questions and entries together: all of them alike.

    The answer check then changes nothing.
    """

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        if task is CHECK:
            return read_as(USUAL, pairs, task)
        return np.zeros((len(pairs), BUILTIN_DIM), np.float32)


def read_as(odds: float, pairs: Sequence[Pair], task: Task) -> NDArray[np.float32]:
    """Return vectors of pairs that have these log-odds for a task."""
    unit = np.eye(1, BUILTIN_DIM, dtype=np.float32)
    (none,), (one,) = log_odds(np.zeros_like(unit), task), log_odds(unit, task)
    return np.repeat(unit * ((odds - none) / (one - none)), len(pairs), axis=0)


def _vector(key: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).normal(size=DIM).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def chunk(entry: str, text: str, *, tier: Tier = "faq", days_ago: int = 0) -> Chunk:
    """Return a chunk of one record; `entry` stands for its id and its title."""
    return make_chunk(
        tier=tier,
        source="help",
        entry_id=entry,
        title=f"{entry}怎么办",
        text=text,
        search_text=f"{entry}怎么办\n{text}",
        path="help.md",
        line_start=1,
        line_end=2,
        at=NOW - timedelta(days=days_ago),
    )


def faq(count: int = 6) -> list[Chunk]:
    """Return `count` FAQ chunks with different texts."""
    return [
        chunk(f"问题{number}", f"第 {number} 个答案，代码 ERR-{4000 + number}。")
        for number in range(count)
    ]


def build(
    warehouse: Warehouse,
    chunks: Iterable[Chunk],
    vectors: Vectors | None = None,
    recipe: Recipe = RECIPE,
) -> Candidate:
    """Build the candidate as a run does."""
    with warehouse.writing():
        return build_candidate(
            warehouse,
            to_table(chunks),
            vectors or Vectors(),
            recipe,
            pulled_at={"faq": NOW},
            built_at=NOW,
        )


def pass_checks(candidate: Candidate, *, but: str = "") -> None:
    """Record every check as passed, but for the one named."""
    for name in CHECKS:
        record_check(candidate.version, CheckResult(name, name != but, "recorded by the test"))


def release(warehouse: Warehouse, chunks: Iterable[Chunk], *, keep: int = 5) -> Published:
    """Build, pass every check, publish."""
    built = build(warehouse, chunks)
    if not built.unchanged:
        pass_checks(built)
    with warehouse.writing():
        return publish(warehouse, keep=keep, now=NOW)


def as_of_another_sanku(folder: Path) -> None:
    """Make a published version one from before an upgrade that added a column."""
    import lancedb

    lancedb.connect(folder).open_table(TABLE).drop_columns(["not_for"])
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8")) | {"schema_version": "0"}
    manifest.write_text(json.dumps(told), encoding="utf-8")
    (folder / FILES).write_text(json.dumps(file_digests(folder)), encoding="utf-8")


def file_bytes(folder: Path) -> dict[str, bytes]:
    """Return path -> content of every file below `folder`."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def texts(warehouse_version: object) -> dict[str, str]:
    """Return record id -> text of a `Version`'s rows."""
    rows = warehouse_version.rows("entry_id", "text").to_pylist()
    return {row["entry_id"]: row["text"] for row in rows}
