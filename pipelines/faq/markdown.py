"""Markdown read by markdown-it within bounds: a document's lines, tokens, text and links."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from pipelines.records import Link

MAX_CHARACTERS = 5_000_000
MAX_LINE = 100_000
MAX_LINES = 60_000
# A token takes about 400 bytes, so this many take about 50 MB; one megabyte of ordinary FAQ
# makes 36,000.
MAX_TOKENS = 120_000
# markdown-it's inline rules take time in the square of a run of `[` or `<`: 200 KB of `[` take
# ten seconds. A paragraph longer than this is shown as it is but not searched for links.
MAX_INLINE = 20_000
# Bound on the sum over paragraphs of openers times length: about half a second.
MAX_INLINE_COST = 600_000_000
_MARKUP_COST = 5_000
_MARKUP = re.compile(r"[\n\\`*_\[\]!<&]")
# Lines of a badly indented fence that are searched for its end.
MAX_LOOSE_FENCE = 200


class TooComplexError(Exception):
    """The document would take too much time or memory; the message says what to mend."""


class _BoundedState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if len(self.tokens) >= MAX_TOKENS:
            raise TooComplexError(f"the file has over {MAX_TOKENS:,} Markdown elements; split it")
        return super().push(ttype, tag, nesting)


class _AsWritten(MarkdownIt):
    """markdown-it that keeps a link's target as its author wrote it, Chinese and all."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        return url


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a code fence; one in a list item may have its text and its end less far indented.

    CommonMark ends such a fence with the item, and takes its closing line for the opening one of
    another, so that the rest of the file turns inside out. Editors show what the author meant.
    """
    if not fence(state, start, end, silent):
        return False
    line = state.line
    if silent or not state.blkIndent or line >= end or state.isEmpty(line):
        return True
    token = state.tokens[-1]
    closed = line - start > 1 and _ends_fence(state, line - 1, token.markup)
    if closed or not token.map or state.sCount[line] >= state.blkIndent:
        return True
    for number in range(line, min(end, line + MAX_LOOSE_FENCE)):
        if _ends_fence(state, number, token.markup):
            state.line = token.map[1] = number + 1
            break
        if token.markup in state.getLines(number, number + 1, 0, False):
            break
    return True


def _ends_fence(state: StateBlock, line: int, markup: str) -> bool:
    text = state.getLines(line, line + 1, 0, False).strip()
    return text.startswith(markup) and not text.strip(markup[0])


_MARKDOWN = _AsWritten("commonmark").enable("table").use(front_matter_plugin)
_MARKDOWN.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})


class Document:
    """One Markdown text as tokens of blocks; inline markup is parsed only where it is asked for.

    Line ends become LF, everything else stays as it was. Raises `TooComplexError`.
    """

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(self.text) > MAX_CHARACTERS:
            raise TooComplexError(f"the file is over {MAX_CHARACTERS:,} characters; split it")
        if self.text.count("\n") >= MAX_LINES:
            raise TooComplexError(f"the file is over {MAX_LINES:,} lines; split it")
        self.lines = self.text.split("\n")
        if max(map(len, self.lines)) > MAX_LINE:
            raise TooComplexError(f"a line is over {MAX_LINE:,} characters; break it")
        self._starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self._env: dict[str, object] = {}
        self._cost = 0
        self.tokens: list[Token] = []
        if self.text:
            state = _BoundedState(self.text, _MARKDOWN, self._env, self.tokens)
            _MARKDOWN.block.tokenize(state, 0, state.lineMax)
        marks = ("[",) if self._env.get("references") else ("](",)
        self._linking = [
            token
            for token in self.tokens
            if token.type == "inline" and any(mark in token.content for mark in (*marks, "<"))
        ]
        self._linking_lines = [_first_line(token) for token in self._linking]

    def unclosed_fence(self) -> int | None:
        """Return the 0-based line of a code fence that runs to the end of the file, if any."""
        for token in reversed(self.tokens):
            if token.type == "fence" and token.level == 0 and token.map:
                last = self.lines[token.map[1] - 1].strip()
                closed = token.map[1] - token.map[0] > 1 and last.startswith(token.markup)
                return None if closed or token.map[1] < len(self.lines) - 1 else token.map[0]
        return None

    def offset(self, line: int) -> int:
        """Return where 0-based `line` starts in the text; one past the last is the text's end."""
        return min(self._starts[line], len(self.text))

    def line_at(self, offset: int) -> int:
        """Return the 0-based line that the character at `offset` stands in."""
        return bisect_right(self._starts, offset) - 1

    def inline(self, content: str) -> list[Token]:
        """Parse inline markup; empty when `content` is too long to be parsed in bounded time."""
        if len(content) > MAX_INLINE:
            return []
        openers = content.count("[") + content.count("<")
        markup = openers + sum(map(content.count, "*_`\\&!"))
        self._cost += openers * len(content) + markup * _MARKUP_COST
        if self._cost > MAX_INLINE_COST:
            raise TooComplexError(
                "the file has too many brackets and other marks to be parsed in time; "
                "remove runs of them, or split it"
            )
        found: list[Token] = []
        _MARKDOWN.inline.parse(content, _MARKDOWN, self._env, found)
        return found

    def plain(self, content: str) -> str:
        """Return inline Markdown as plain text; an image counts as its alternative text."""
        if not _MARKUP.search(content):
            return content.strip()
        return plain_text(self.inline(content)) or content[:MAX_INLINE]

    def links(self, begin: int, end: int) -> list[Link]:
        """Return the links between two offsets of the text, in order, each target once."""
        first, last = self.line_at(begin), self.line_at(max(begin, end - 1))
        # A paragraph may begin above the range: step back over those that reach into it.
        at = bisect_left(self._linking_lines, first)
        while at > 0 and _last_line(self._linking[at - 1]) > first:
            at -= 1
        found: list[Link] = []
        for token in self._linking[at : bisect_right(self._linking_lines, last)]:
            lines = token.content.split("\n")
            skipped = max(0, first - _first_line(token))
            content = "\n".join(lines[skipped : last + 1 - _first_line(token)])
            found += links_in(self.inline(content))
        return found


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the text of inline tokens without their markup."""
    pieces = []
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline", "image"):
            pieces.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return "".join(pieces).strip()


def links_in(tokens: Sequence[Token]) -> list[Link]:
    """Return the links among inline tokens; markdown-it has refused `javascript:` and its like."""
    found: list[Link] = []
    opened = -1
    for index, token in enumerate(tokens):
        if token.type == "link_open":
            opened = index
        elif token.type == "link_close":
            url = str(tokens[opened].attrGet("href") or "")
            if url:
                found.append(Link(plain_text(tokens[opened + 1 : index]) or url, url))
    return found


def _first_line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _last_line(token: Token) -> int:
    return token.map[1] if token.map else 0
