"""Figures that a clause moves: which is the old one and which the new, in any order of words."""

import re
from itertools import combinations

from pipelines.stale.figures import Figure, figures

# Right before the value that holds no longer: `from 14`, `(was 3)`, `原为 5 分钟`, `而不是 3 次`.
_OLD = re.compile(
    r"(?:\b(?:from|was|were|previously|formerly|instead of|rather than|not|used to be)"
    r"|[从由]|(?:原[来先本]?|此前|之前|以前)[为是有]?|而[不非]是?)[\s:：]*(?:just|only|每\S{1,3}|最多|最大)?"
    r"[\s`\"“]*$",
    re.IGNORECASE,
)
# Between the old value and the new one, where neither is marked.
_TURNS = re.compile(
    r"→|->|=>|[改变调增升降减缩扩放提延翻]\S{0,4}?[到至为成]|\b(?:to|becomes?|now)\b", re.IGNORECASE
)
_TIMES = re.compile(
    r"(?P<twice>\bdoubl\w+|翻倍|翻了?一番|加倍|[加高]一倍)"
    r"|(?P<half>\bhalv\w+|\bcut in half|减半|一半)",
    re.IGNORECASE,
)
_NEAR = 20


def moved_in(clause: str) -> tuple[Figure, Figure] | None:
    """Return the old and the new figure of a clause; None where it moves none.

    A mere number takes the unit of the other: `30 days instead of 14`.
    """
    told = figures(clause)
    for one, other in combinations(told, 2):
        if not one.comparable_to(other) or one.same_as(other):
            continue
        if _is_old(other, clause):
            return _with_unit(other, one), one
        if _is_old(one, clause) or _TURNS.search(clause[one.end : other.end]):
            return _with_unit(one, other), _with_unit(other, one)
    times = _TIMES.search(clause)
    if times and len(told) == 1:
        factor = 0.5 if times["twice"] else 2
        return _scaled(told[0], factor), told[0]
    return None


def _is_old(figure: Figure, clause: str) -> bool:
    return _OLD.search(clause[max(0, figure.start - _NEAR) : figure.start]) is not None


def _with_unit(bare: Figure, other: Figure) -> Figure:
    if bare.measure or not other.measure:
        return bare
    return _scaled(other, bare.number / other.number) if other.number else bare


def _scaled(figure: Figure, factor: float) -> Figure:
    """Return the figure so many times as large, in the words of the first."""
    number = figure.number * factor
    unit = re.sub(r"^[\d.,\s]*\d", "", figure.words)
    return Figure(
        figure.value * factor,
        figure.measure,
        number,
        f"{number:g}{unit}",
        figure.start,
        figure.end,
    )
