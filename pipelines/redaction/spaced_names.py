"""Names whose characters somebody put spaces between: `尹 山 青`."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.surnames import COMPOUND_SURNAMES

_HAN = "[\u3400-\u9fff]"
# Only the outermost characters may touch others; seven spaced ones are a sentence.
_SPACED = re.compile(f"{_HAN}(?: {_HAN})+")
_MOST = 6
_PAIRS = frozenset(COMPOUND_SURNAMES)


def find_spaced_names(text: str) -> Iterator[Finding]:
    """Yield the names of a shadow text that are written with a space behind each character."""
    for match in _SPACED.finditer(text):
        count = len(match.group()) // 2 + 1
        if not 2 <= count <= _MOST:
            continue
        start, end = match.span()
        left, right = _touches(text, start - 1), _touches(text, end)
        best = max(
            (
                (_weight(text[first:last:2]), last - first, first)
                for first in (start, start + 2 * left)
                for last in (end, end - 2 * right)
                if 4 < last - first < 8 or (last - first == 3 and not left and not right)
            ),
            default=(-1, 0, 0),
        )
        if best[0] >= 0:
            yield Finding("person", best[2], best[2] + best[1], 0.8)


def _touches(text: str, place: int) -> bool:
    return place >= 0 and re.match(_HAN, text[place : place + 1]) is not None


def _weight(name: str) -> int:
    """Return how much `name` is like one; below 0 is not enough."""
    surname = 2 if name[:2] in _PAIRS and len(name) > 2 else 1
    given = [GIVEN_WEIGHTS.get(char, 0) for char in name[surname:]]
    if len(given) > 2 or min(given) < -2:
        return -1
    return (5 if surname == 2 else SURNAME_WEIGHTS.get(name[0], -9)) + sum(given)
