"""Whether a wording finds its way back to its own entry, by closeness of meaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.records import FaqEntry
from pipelines.text import digest

# Two thirds of what customers really say is closer to another entry than to its own, and nearly all
# that similar questions bring comes from those: to take only the closest would be to take none.
_AMONG = 10
# Entries so close are twins: which of them is found first does not matter.
_TWINS = 0.99

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Return:
    """Where a wording leads."""

    strays: bool
    """Whether ten other entries or more are closer than its own."""
    closer: str
    """Question of the closest other entry, where that is closer than its own; else empty."""


class RoundTrip:
    """The questions of all entries, to find which of them a wording is closest to."""

    def __init__(
        self, entries: Sequence[FaqEntry], vectors: Callable[[Sequence[str]], Mapping[str, Matrix]]
    ) -> None:
        hashes = [digest(entry.question) for entry in entries]
        found = vectors(hashes)
        self._entries = entries
        self._place = {entry.id: place for place, entry in enumerate(entries)}
        self._matrix = np.stack([found[key] for key in hashes])

    def of(self, entry: FaqEntry, wordings: Matrix) -> tuple[Return, ...]:
        """Tell of each row of `wordings`, float32 [n, dim] of queries, where it leads."""
        own = self._place[entry.id]
        others = self._matrix @ self._matrix[own] < _TWINS
        others[own] = False
        return tuple(self._return(row, own, others) for row in wordings @ self._matrix.T)

    def _return(self, closeness: Matrix, own: int, others: NDArray[np.bool_]) -> Return:
        ahead = np.flatnonzero(others & (closeness > closeness[own]))
        if not len(ahead):
            return Return(strays=False, closer="")
        nearest = int(ahead[np.argmax(closeness[ahead])])
        return Return(strays=len(ahead) >= _AMONG, closer=self._entries[nearest].question)
