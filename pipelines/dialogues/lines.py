"""Lines of a log: read as bytes, one at a time, none of them longer than memory allows."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_LINE = 1 << 20
"""Longest line that is read, in bytes; a chat message is a thousandth of it."""


class Line(NamedTuple):
    """One line of a log, without its line break."""

    number: int
    raw: bytes
    ended: bool
    """Whether the line break was there; the last line of a growing file may be half written."""
    too_long: bool
    """Whether the line is longer than what was allowed; `raw` is cut there."""

    def text(self, encoding: str) -> str:
        """Return the line decoded, without a byte order mark; raises `UnicodeDecodeError`."""
        # The mark is accepted whatever the declared encoding: Excel writes it, nobody sees it.
        text = self.raw.decode("utf-8" if encoding == "utf-8-sig" else encoding)
        return text.removeprefix("\ufeff") if self.number == 1 else text


def read_lines(handle: BinaryIO, longest: int = MAX_LINE) -> Iterator[Line]:
    """Yield the lines of `handle` until its present end, each of at most `longest` bytes.

    Splitting bytes is right for UTF-8 and GB 18030: no character holds the byte 0x0A.
    """
    number = 0
    while raw := handle.readline(longest + 1):
        number += 1
        if raw.endswith(b"\n"):
            yield Line(number, raw[:-1].removesuffix(b"\r"), True, False)
        elif len(raw) <= longest:
            yield Line(number, raw, False, False)
        else:
            rest = raw
            while rest and not rest.endswith(b"\n"):
                rest = handle.readline(MAX_LINE)
            yield Line(number, raw[:longest], bool(rest), True)
