"""Whether vectors tell the same question in other words from another one on the same thing:
`python benchmarks/topics.py` prints precision and recall by threshold, for the configured model.

`questions/topic_pairs.jsonl` holds 40 pairs that are one question and 40 that are two on one
thing, Chinese and English, written before anything was measured. A list of unanswered questions
would join them from a threshold on; `pipelines/analytics/topics.py` compares words alone for what
this shows.
"""

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.analytics.topics import topics
from pipelines.embedding.model import Vectors, load_embedder
from pipelines.sources_toml import load_settings

PAIRS = Path(__file__).resolve().parent / "questions" / "topic_pairs.jsonl"
WANTED = 0.95
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


def cosines(vectors: Vectors) -> NDArray[np.float32]:
    """Return the cosine of each pair, whose two questions follow each other."""
    product: NDArray[np.float32] = (vectors[0::2] * vectors[1::2]).sum(axis=1)
    return product


def deviations(vectors: Vectors) -> NDArray[np.float32]:
    """Return by how many deviations each pair is closer than its questions are to all others."""
    every = vectors @ vectors.T
    middle = np.median(every, axis=1)
    deviation = np.percentile(every, 84, axis=1) - middle
    close = cosines(vectors)
    both = [(close - middle[side::2]) / deviation[side::2] for side in (0, 1)]
    nearer: NDArray[np.float32] = np.minimum(*both)
    return nearer


def print_measured(name: str, close: NDArray[np.float32], same: NDArray[np.bool_]) -> None:
    """Print precision and recall where some share of all pairs would be joined."""
    order = np.argsort(-close)
    right = np.cumsum(same[order])
    precision, recall = right / np.arange(1, len(same) + 1), right / same.sum()
    useful = recall[precision >= WANTED].max(initial=0.0)
    print(f"{name}: recall at a precision of {WANTED} or more: {useful:.2f}")
    for share in SHARES:
        last = round(share * len(same)) - 1
        told = f"precision {precision[last]:.2f}, recall {recall[last]:.2f}"
        print(f"  from {close[order[last]]:.3f}: {told}")


def as_asked(*questions: str) -> pa.Table:
    """Return questions as a log has them, so far as `topics` looks."""
    day = pa.array([date(2026, 11, 20)] * len(questions), pa.date32())
    return pa.table({"question": questions, "day": day, "reason": ["not_found"] * len(questions)})


def main() -> None:
    """Embed the pairs, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", help="`sources.toml` whose `[embedding]` is measured")
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    same = np.array([pair["same"] for pair in pairs])
    texts = [pair[side] for pair in pairs for side in ("one", "other")]
    embedder = load_embedder(load_settings(parser.parse_args().sources))
    for kind, encode in (
        ("questions", embedder.encode_queries),
        ("documents", embedder.encode_documents),
    ):
        vectors = encode(texts)
        print_measured(f"cosine as {kind}", cosines(vectors), same)
        print_measured(f"deviations as {kind}", deviations(vectors), same)
    joined = np.array([len(topics(as_asked(pair["one"], pair["other"]))) == 1 for pair in pairs])
    print(
        f"by words: {(joined & same).sum()} of {same.sum()} joined, {(joined & ~same).sum()} wrong"
    )


if __name__ == "__main__":
    main()
