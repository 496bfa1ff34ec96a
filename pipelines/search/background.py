"""The background: how close a question is to what has nothing to do with it.

Cosines of one model lie in a narrow band, which differs by model, by language and by question:
short ones are close to everything. So closeness is told in deviations above a sample of the
version's own questions, most of which are about something else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.search.catalogue import Catalogue
from pipelines.search.opened import opened, read_columns
from pipelines.text import is_chinese
from pipelines.versions import OncePerVersion, Version

SAMPLE = 400
# Fewer measure nothing: then what the built-in model shows on 1,166 questions holds.
LEAST = 10
# So many imagined unrelated questions steady the deviation of a small sample.
STEADYING = 20

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """Middle and deviation of the cosines to unrelated questions."""

    middle: float
    deviation: float

    def standardise(self, cosine: float) -> float:
        """Return how many deviations `cosine` lies above that of unrelated questions."""
        return (cosine - self.middle) / self.deviation


# Medians over the questions of `golden_dev` with 1,166 entries, by the built-in query tower.
USUAL = Spread(middle=0.44, deviation=0.026)


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """A sample of a version's questions: their vectors, by whether they are Chinese."""

    vectors: Mapping[bool, Vectors]

    def spread(self, vector: Vectors, *, chinese: bool) -> Spread:
        """Return the spread of a question's cosines to questions of its language, or to all."""
        sample = self.vectors[chinese]
        if len(sample) < LEAST:
            sample = np.concatenate(list(self.vectors.values()))
        if len(sample) < LEAST:
            return USUAL
        cosines = sample @ vector
        middle = float(np.median(cosines))
        # What is about the question lies above the middle: the lower half tells the deviation.
        below = cosines[cosines < middle] - middle
        squares = float(below @ below) + STEADYING / 2 * USUAL.deviation**2
        return Spread(middle, float(np.sqrt(squares / (len(below) + STEADYING / 2))))


def _read(catalogue: Catalogue, read: Callable[[Sequence[int]], pa.Table]) -> Background:
    """Return the background of a version: FAQ questions, or all it holds where there are few.

    `read` returns the `search_text` and `vector` of rows by LanceDB's row id.
    """
    row_ids = catalogue.row_ids[_of_faq(catalogue) & catalogue.asks & ~catalogue.generated]
    if len(row_ids) < LEAST:
        row_ids = catalogue.row_ids
    # Record ids are digests, so that every n-th row is a fair sample.
    row_ids = row_ids[:: max(1, len(row_ids) // SAMPLE)]
    table = read(row_ids.tolist())
    vectors = table["vector"].combine_chunks()
    matrix = vectors.flatten().to_numpy().reshape(-1, vectors.type.list_size)
    chinese = np.array([is_chinese(text) for text in table["search_text"].to_pylist()], bool)
    return Background({True: matrix[chinese], False: matrix[~chinese]})


_BACKGROUNDS = OncePerVersion(
    lambda version: _read(
        opened(version).catalogue,
        lambda rows: read_columns(version, rows, ["search_text", "vector"]),
    )
)


def background_of(version: Version) -> Background:
    """Return the background of a version, read once."""
    return _BACKGROUNDS.of(version)


def _of_faq(catalogue: Catalogue) -> npt.NDArray[np.bool_]:
    tiers = catalogue.records["tier"].to_numpy()
    return np.array(tiers == "faq", bool)[catalogue.record_of]
