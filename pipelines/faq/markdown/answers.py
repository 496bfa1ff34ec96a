"""Answers between `<!-- answer -->` and `<!-- /answer -->`: read byte for byte, whatever they hold.

Where an answer itself holds such a line, both ends get a name that it does not hold:
`<!-- answer x -->` … `<!-- /answer x -->`.
"""

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_MARKER = re.compile(
    r"<!--[ \t]*(?P<close>/?)answer(?:[ \t]+(?P<name>[\w-]{1,40}))?[ \t]*-->[ \t]*", re.IGNORECASE
)
_KEY = "answers"
_DEFINITIONS = "definitions"
_FOOTNOTES = "footnotes"
"""Where the footnote plugin keeps the names of those that are defined."""


UNPAIRED = (
    "the marker of an answer has no counterpart; begin the answer with `<!-- answer -->` and close "
    "it with `<!-- /answer -->`, both at the start of lines of their own"
)


def is_marker(comment: str) -> bool:
    """Tell whether a comment begins or ends an answer."""
    return _MARKER.fullmatch(comment) is not None


@dataclass(frozen=True, slots=True)
class Markers:
    """Which lines, 0-based, begin an answer, and on which each ends."""

    closes: Mapping[int, int]


def markers_of(lines: Sequence[str]) -> Markers:
    """Pair the markers that stand alone on their lines.

    A marker that begins one pairs with the next that ends one of its name, unless another one
    begins between: then its own end was forgotten.
    """
    closes: dict[int, int] = {}
    below: dict[str, int | None] = {}
    for number in range(len(lines) - 1, -1, -1):
        marker = lines[number].startswith("<!--") and _MARKER.fullmatch(lines[number])
        if not marker:
            continue
        name = (marker["name"] or "").lower()
        end = below.get(name)
        if not marker["close"] and end is not None:
            closes[number] = end
        below[name] = number if marker["close"] else None
    return Markers(closes)


def environment(lines: Sequence[str]) -> dict[str, Any]:
    """Return an environment for markdown-it that names the answers in these lines."""
    return {_KEY: markers_of(lines).closes}


def read_answers(markdown: MarkdownIt) -> None:
    """Let `markdown` read the answers that `environment` names, before every other rule."""
    ends = ["paragraph", "reference", "blockquote", "list", "table"]
    markdown.block.ruler.before("table", "answer", _answer, {"alt": ends})


def definitions(meta: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the link definitions in which an inline token of an answer is to be read, if own."""
    found: Mapping[str, Any] | None = meta.get(_DEFINITIONS)
    return found


def _answer(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read one marked answer; what it holds can neither end it nor reach beyond it."""
    close = state.env.get(_KEY, {}).get(start)
    if close is None or (close >= end and not silent):
        return False
    if silent:
        return True
    if state.level:
        return False
    state.push("answer_open", "", 1).map = [start, close + 1]
    outer_end, outer = state.lineMax, state.env.setdefault("references", {})
    own: dict[str, Any] = {}
    footnotes = state.env.pop(_FOOTNOTES, {})
    first = len(state.tokens)
    state.lineMax, state.env["references"] = close, ChainMap(own, outer)
    state.md.block.tokenize(state, start + 1, close)
    if own:
        for token in state.tokens[first:]:
            token.meta[_DEFINITIONS] = state.env["references"]
    state.lineMax, state.env["references"] = outer_end, outer
    state.env[_FOOTNOTES] = footnotes
    state.push("answer_close", "", -1)
    state.line = close + 1
    return True
