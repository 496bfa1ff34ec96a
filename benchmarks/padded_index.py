"""A published index padded to a size: `python benchmarks/padded_index.py WAREHOUSE --rows 20000`
publishes a version of the sample company's chunks and shuffled copies of them, each with a vector
of its own. `gateway_load.py` serves one, and has others published meanwhile.
"""

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.calibration import with_calibration
from pipelines.checks import CHECKS, CheckResult, record_check
from pipelines.chunks import CHUNK_SCHEMA
from pipelines.index import Recipe, build_candidate
from pipelines.publish import publish
from pipelines.text import digest
from pipelines.urgency import RUN, step_back
from pipelines.versions import Version
from pipelines.warehouse import Warehouse

# Copies lie about as far from what they copy as unrelated texts do.
NOISE = 0.08
# So many copies to one that another salt makes anew: a night changes few records of many.
CHANGED = 100

Vectors = npt.NDArray[np.float32]


class Padded:
    """The chunks of a version and shuffled copies of them, and their vectors."""

    def __init__(self, version: Version, rows: int) -> None:
        self.manifest = version.manifest
        self.vectors: dict[str, Vectors] = {}
        self._chance = np.random.default_rng(7)
        real = version.rows(*CHUNK_SCHEMA.names, "vector")
        matrix = real["vector"].combine_chunks().flatten().to_numpy()
        self._matrix = matrix.reshape(len(real), -1)
        self._chunks = real.select(CHUNK_SCHEMA.names).cast(CHUNK_SCHEMA)
        self._told = self._chunks.to_pylist()
        self.vectors |= zip(self._chunks["text_hash"].to_pylist(), self._matrix, strict=True)
        numbers = range(rows - len(real))
        self._same = self._copies((n for n in numbers if n % CHANGED), "")
        self._changing = numbers[::CHANGED]

    def chunks(self, salt: str) -> pa.Table:
        """Return all chunks; another `salt` makes one copy in a hundred another."""
        return pa.concat_tables([self._chunks, self._same, self._copies(self._changing, salt)])

    def _copies(self, numbers: Iterable[int], salt: str) -> pa.Table:
        made: list[dict[str, Any]] = []
        for number in numbers:
            row = self._told[number % len(self._told)]
            copy = f"{salt} {number}"
            other = {name: digest(row[name], copy) for name in ("id", "entry_id", "text_hash")}
            shuffled = {
                name: "".join(self._chance.permutation(list(row[name])))
                for name in ("title", "text", "search_text")
            }
            alone = {"answers": [], "overtaken_by": [], "not_for": [], "until": ""}
            made.append(row | other | shuffled | alone | {"content_hash": other["id"]})
            near = self._matrix[number % len(self._told)]
            near = near + NOISE * self._chance.standard_normal(len(near))
            self.vectors[other["text_hash"]] = (near / np.linalg.norm(near)).astype(np.float32)
        return pa.Table.from_pylist(made, schema=CHUNK_SCHEMA)


def publish_padded(warehouse: Warehouse, padded: Padded, salt: str) -> None:
    """Publish a version of the padded chunks; the gate is not asked."""
    manifest = padded.manifest
    recipe = Recipe(
        manifest.embedder_id,
        manifest.dim,
        manifest.prompt,
        manifest.answering,
        manifest.tone,
        manifest.aliases,
    )
    chunks = padded.chunks(salt)
    with warehouse.writing():
        built = build_candidate(
            warehouse,
            chunks,
            lambda hashes: {key: padded.vectors[key] for key in hashes},
            recipe,
            pulled_at=manifest.pulled_at,
            built_at=manifest.built_at,
        )
        version = built.version
        if manifest.calibration:
            version = with_calibration(version, manifest.calibration)
        for name in CHECKS:
            record_check(version, CheckResult(name, passed=True, summary="not asked"))
        publish(warehouse, keep=5, now=manifest.built_at)


def main() -> None:
    """Publish one version, or one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, help="where the sample company is published")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=0.0, help="go on for so long")
    arguments = parser.parse_args()
    warehouse = Warehouse(arguments.warehouse)
    step_back(RUN)  # as `sanku run` does
    # The sample company's own version: what was published since is padded already.
    padded = Padded(Version(min(warehouse.index.glob("0*"))), arguments.rows)
    print("ready", flush=True)
    until, count = time.monotonic() + arguments.seconds, 0
    while not count or time.monotonic() < until:
        publish_padded(warehouse, padded, str(count))
        count += 1
    print(count)


if __name__ == "__main__":
    main()
