"""A published index padded to a size: `python benchmarks/padded_index.py WAREHOUSE --rows 20000`
publishes a version of the sample company's chunks and shuffled copies of them, each with a vector
of its own. `gateway_load.py` serves one, and publishes others meanwhile.
"""

import argparse
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
from pipelines.versions import Version
from pipelines.warehouse import Warehouse

# Copies lie about as far from what they copy as unrelated texts do.
NOISE = 0.08

Vectors = npt.NDArray[np.float32]


def padded(version: Version, rows: int, salt: str) -> tuple[pa.Table, dict[str, Vectors]]:
    """Return the chunks of a version and shuffled copies of them, and text hash -> vector."""
    chance = np.random.default_rng(7)
    real = version.rows(*CHUNK_SCHEMA.names, "vector")
    chunks = real.select(CHUNK_SCHEMA.names).cast(CHUNK_SCHEMA)
    matrix = real["vector"].combine_chunks().flatten().to_numpy().reshape(len(real), -1)
    told = chunks.to_pylist()
    vectors = dict(zip(chunks["text_hash"].to_pylist(), matrix, strict=True))
    made: list[dict[str, Any]] = []
    for number in range(rows - len(told)):
        row = told[number % len(told)]
        copy = f"{salt} {number // len(told)}"
        other = {name: digest(row[name], copy) for name in ("id", "entry_id", "text_hash")}
        shuffled = {
            name: "".join(chance.permutation(list(row[name])))
            for name in ("title", "text", "search_text")
        }
        lone = {"answers": [], "overtaken_by": [], "not_for": [], "until": ""}
        made.append(row | other | shuffled | lone | {"content_hash": other["id"]})
        near = matrix[number % len(told)] + NOISE * chance.standard_normal(matrix.shape[1])
        vectors[other["text_hash"]] = (near / np.linalg.norm(near)).astype(np.float32)
    return pa.concat_tables([chunks, pa.Table.from_pylist(made, schema=CHUNK_SCHEMA)]), vectors


def publish_padded(folder: Path, rows: int, salt: str) -> None:
    """Publish a version of `rows` chunks made from the first one; the gate is not asked."""
    warehouse = Warehouse(folder)
    first = min(warehouse.index.glob("0*"))
    manifest = Version(first).manifest
    chunks, vectors = padded(Version(first), rows, salt)
    recipe = Recipe(
        manifest.embedder_id,
        manifest.dim,
        manifest.prompt,
        manifest.answering,
        manifest.tone,
        manifest.aliases,
    )
    with warehouse.writing():
        built = build_candidate(
            warehouse,
            chunks,
            lambda hashes: {key: vectors[key] for key in hashes},
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
    """Publish a version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, help="where the sample company is published")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--salt", default="", help="another one makes other copies")
    arguments = parser.parse_args()
    publish_padded(arguments.warehouse, arguments.rows, arguments.salt)


if __name__ == "__main__":
    main()
