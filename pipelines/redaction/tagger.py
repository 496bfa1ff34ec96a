"""A second opinion on names and addresses: a small network over characters and LAC's scores.

It was trained on generated messages; `benchmarks/redaction_model` holds them and the training.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime
import rjieba

from pipelines.redaction.findings import Finding
from pipelines.redaction.lac import load_lac
from pipelines.redaction.name_frames import before
from pipelines.redaction.shadow import HOLE
from pipelines.redaction.surnames import NOT_NAMES

Floats = npt.NDArray[np.float32]

_MODEL = Path(__file__).with_name("tagger.onnx")
# No letters are numbered higher than the third plane.
_LETTERS_END = 0x40000
_UNKNOWN, _UNKNOWN_LETTER, _FIRST = 0, 1, 2
# The columns of the first and a later character of each type.
_KINDS = (("person", 1), ("address", 3))
# Where less than this is seen, a weak finding of others is doubtful.
_POSSIBLE = 0.1
# How far a span reaches, and how sure one of its characters must be.
_INSIDE = {"person": 0.4, "address": 0.3}
_ADDRESS = 0.9
_CORE = 0.8
# How sure the surest and the average character must be, by how a name lies among rjieba's words.
_NAMES = {
    "name": (0.8, 0.6),
    "words": (0.9, 0.6),
    "word": (0.91, 0.89),
    "parts": (0.85, 0.8),
    "latin": (0.93, 0.88),
}
# The same for a word behind what people are announced by: `乘客阳光已值机`.
_LED = (0.8, 0.65)
_LEADS = frozenset({"label", "call"})
_EDGES = " \n,，.。:：;；、!！?？~()（）[]【】《》<>“”\"'@#|/\\=&*-_" + HOLE
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z'’]")
_DIGIT = re.compile("[0-9]")
_ALPHANUMERIC = re.compile("[A-Za-z0-9]")


class Opinion(NamedTuple):
    """What the tagger thinks of a text."""

    findings: tuple[Finding, ...]
    """What it is sure of."""
    possible: tuple[Finding, ...]
    """Where something may be: a finding of others that meets none of these is doubtful."""

    def supports(self, finding: Finding) -> bool:
        """Tell whether the tagger, too, sees something of its type at `finding`."""
        return any(item.type == finding.type and item.overlaps(finding) for item in self.possible)


NOTHING = Opinion((), ())


class Tagger:
    """The network on ONNX Runtime, one thread; whatever shares a batch changes nothing."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # Without these, each worker takes every core.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        self._session: Any = onnxruntime.InferenceSession(
            str(_MODEL), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = self._session.get_modelmeta().custom_metadata_map["vocabulary"]
        letters = (chr(code).isalpha() for code in range(_LETTERS_END))
        self._ids = np.full(_LETTERS_END + 1, _UNKNOWN, dtype=np.uint16)
        self._ids[:-1][np.fromiter(letters, bool, _LETTERS_END)] = _UNKNOWN_LETTER
        for number, char in enumerate(vocabulary, _FIRST):
            self._ids[ord(char)] = number

    def opinions(self, texts: Iterable[str]) -> dict[str, Opinion]:
        """Return the tagger's opinion of each different text."""
        found = {"": NOTHING}
        for part, emissions in load_lac().batches(texts):
            found.update(zip(part, self.judge(part, emissions), strict=True))
        return found

    def judge(self, texts: Sequence[str], emissions: Floats) -> list[Opinion]:
        """Return the opinions of texts of one length, given LAC's emissions for them."""
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ids = self._ids.take(codes, mode="clip").astype(np.int64).reshape(len(texts), -1)
        inputs = {"ids": ids, "emissions": emissions}
        probabilities: Floats = self._session.run(None, inputs)[0]
        found = [NOTHING] * len(texts)
        # Most messages name nobody.
        seen = (probabilities[:, :, 0] <= 1 - _POSSIBLE).any(1)
        for row in np.flatnonzero(seen).tolist():
            found[row] = _opinion(texts[row], probabilities[row])
        return found


def _opinion(text: str, probabilities: Floats) -> Opinion:
    sure: list[Finding] = []
    possible: list[Finding] = []
    for kind, column in _KINDS:
        first = probabilities[:, column].tolist()
        inside = (probabilities[:, column] + probabilities[:, column + 1]).tolist()
        for start, end in _runs(inside, _POSSIBLE):
            possible.append(Finding(kind, start, end, max(inside[start:end])))
        for start, end in _runs(inside, _INSIDE[kind]):
            # Two names side by side are two.
            cuts = [place for place in range(start + 1, end) if first[place] > 0.5]
            for left, right in pairwise([start, *cuts, end]):
                scores = inside[left:right]
                span = _trim(text, kind, left, right)
                if span is not None and _is_sure(text, kind, span, scores):
                    sure.append(Finding(kind, *span, max(scores)))
                elif kind == "person" and right - left > 3:
                    # What runs on into the words behind a name: `文金宝家属问`.
                    sure.extend(_cores(text, inside, left, right))
    return Opinion(tuple(sure), tuple(possible))


def _cores(text: str, inside: list[float], left: int, right: int) -> Iterator[Finding]:
    """Yield the names within a long run that is not sure as a whole."""
    for start, end in _runs(inside[left:right], _CORE):
        span = _trim(text, "person", left + start, left + end)
        scores = inside[left + start : left + end]
        if span is not None and span[1] - span[0] > 1 and _is_sure(text, "person", span, scores):
            yield Finding("person", *span, max(scores))


def _runs(values: list[float], least: float) -> Iterator[tuple[int, int]]:
    """Yield where the values stay at `least` or more."""
    start = None
    for place, value in enumerate([*values, -1.0]):
        if value >= least:
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None


def _is_sure(text: str, kind: str, span: tuple[int, int], scores: list[float]) -> bool:
    if kind == "address":
        return max(scores) >= _ADDRESS
    lie = _lie(text, *span)
    surest, average = _NAMES[lie]
    if lie == "word" and before(text, span[0]) in _LEADS:
        surest, average = _LED
    return max(scores) >= surest and sum(scores) / len(scores) >= average


def _lie(text: str, start: int, end: int) -> str:
    """Return how a name lies among the words that rjieba sees."""
    if not _HAN.search(text, start, end):
        return "latin"
    place = 0
    for word, tag in rjieba.tag(text):
        stop = place + len(word)
        if (place, stop) == (start, end):
            return "name" if tag.startswith("nr") else "word"
        if place < start < stop or place < end < stop:
            return "parts"
        place = stop
    return "words"


def _trim(text: str, kind: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span without its edges and with whole Latin words and numbers, or None."""
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if start == end:
        return None
    joint = _LATIN if kind == "person" else _ALPHANUMERIC
    if joint.match(text[start]):
        while start and joint.match(text[start - 1]):
            start -= 1
    if joint.match(text[end - 1]):
        while end < len(text) and joint.match(text[end]):
            end += 1
    value = text[start:end]
    if HOLE in value or (kind == "person" and (value in NOT_NAMES or _DIGIT.search(value))):
        return None
    return start, end


@cache
def load_tagger() -> Tagger:
    """Return the process's one tagger."""
    return Tagger()
