"""What a tagger covers of labelled messages, and what it touches besides."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from features import Batch

Floats = npt.NDArray[np.float32]


class Scores(NamedTuple):
    """Percent of entities fully covered, of their characters leaked; messages touched of 1,000."""

    persons: float
    addresses: float
    leaked: float
    touched: float

    def __str__(self) -> str:
        return (
            f"person {self.persons:6.2f} %  address {self.addresses:6.2f} %"
            f" (leaked {self.leaked:.2f} %)  touched {self.touched:.2f} of 1,000"
        )


def spans(scored: Floats, low: float, high: float) -> Iterator[tuple[int, int, int]]:
    """Yield (type, start, end): of runs over `low` that are once over `high`."""
    for kind, first in ((0, 1), (1, 3)):
        inside = scored[:, first] + scored[:, first + 1]
        place = 0
        while place < len(inside):
            if inside[place] < low:
                place += 1
                continue
            end = place + 1
            while end < len(inside) and inside[end] >= low:
                end += 1
            if inside[place:end].max() >= high:
                yield kind, place, end
            place = end


def gold(labels: npt.NDArray[np.int8]) -> Iterator[tuple[int, int, int]]:
    """Yield the labelled (type, start, end)."""
    for place, label in enumerate(labels.tolist()):
        if label in (1, 3):
            end = place + 1
            while end < len(labels) and labels[end] == label + 1:
                end += 1
            yield (label - 1) // 2, place, end


def measure(batches: Sequence[Batch], scored: Sequence[Floats], low: float, high: float) -> Scores:
    """Return the scores of a tagger's probabilities."""
    hit, total = [0, 0], [0, 0]
    leaked = characters = touched = clean = 0
    for batch, part in zip(batches, scored, strict=True):
        for labels, row in zip(batch.labels, part, strict=True):
            found = list(spans(row, low, high))
            taken = np.zeros(len(labels), dtype=bool)
            for _, start, end in found:
                taken[start:end] = True
            known = list(gold(labels))
            if not known and not (labels == 9).any():
                clean += 1
                touched += bool(found)
            for kind, start, end in known:
                total[kind] += 1
                hit[kind] += bool(taken[start:end].all())
                if kind:
                    characters += end - start
                    leaked += int((~taken[start:end]).sum())
    return Scores(
        100 * hit[0] / max(1, total[0]),
        100 * hit[1] / max(1, total[1]),
        100 * leaked / max(1, characters),
        1000 * touched / max(1, clean),
    )
