"""Markdown read by markdown-it within bounds: a document's lines, tokens, text and links."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Literal

from markdown_it.common.normalize_url import validateLink
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from pipelines.faq.markdown.answers import definitions, environment
from pipelines.faq.markdown.dialect import SPEND, parser_for
from pipelines.records import Link

MAX_CHARACTERS = 4_000_000
MAX_LINE = 100_000
MAX_LINES = 40_000
# A token takes about 400 bytes, so this many take about 40 MB; one megabyte of ordinary FAQ
# makes 36,000.
MAX_TOKENS = 75_000
# markdown-it's inline rules take time in the square of a run of `[` or `<`: 200 KB of `[` take
# ten seconds. A paragraph longer than this is shown as it is but not searched for links.
MAX_INLINE = 20_000
# Bound on what is not bounded by the number of tokens, above all the sum over paragraphs of openers
# times length: about half a second.
MAX_COST = 240_000_000
_MARKUP_COST = 5_000
_A = re.compile(r"<a\s", re.IGNORECASE)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>`]+))", re.IGNORECASE)
_MARKUP = re.compile(r"[\n\\`*\[\]<]|(?<!\w)_|_(?!\w)|&[\w#]")


class TooComplexError(Exception):
    """The document would take too much time or memory; the message says what to mend."""


class _BoundedState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if len(self.tokens) >= MAX_TOKENS:
            raise TooComplexError(f"the file has over {MAX_TOKENS:,} Markdown elements; split it")
        return super().push(ttype, tag, nesting)


@dataclass(frozen=True, slots=True)
class _Linking:
    """Inline text that may hold links: its lines, and from which to which line they stand."""

    first: int
    last: int
    """Not included."""
    lines: Sequence[str]
    references: Mapping[str, object] | None
    """The link definitions to use instead of the document's."""


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
        self._env = {**environment(self.lines), SPEND: self.spend}
        self._cost = 0
        self._parser = parser_for(self.text)
        self.tokens: list[Token] = []
        if self.text:
            state = _BoundedState(self.text, self._parser, self._env, self.tokens)
            self._parser.block.tokenize(state, 0, state.lineMax)
        mark = "[" if self._env.get("references") or self._env.get("footnotes") else "]("
        self._linking = [
            _Linking(token.map[0], token.map[1], token.content.split("\n"), definitions(token.meta))
            for token in self.tokens
            if token.type == "inline"
            and token.map
            and (mark in token.content or "<" in token.content or token.meta)
        ]
        self._linking_lines = [inline.first for inline in self._linking]

    def unclosed_fence(self) -> int | None:
        """Return the 0-based line of a code fence that runs to the end of the file, if any."""
        for token in reversed(self.tokens):
            if token.type == "fence" and token.level == 0 and token.map:
                last = self.lines[token.map[1] - 1].strip()
                closed = token.map[1] - token.map[0] > 1 and last.startswith(token.markup)
                return None if closed or token.map[1] < len(self.lines) - 1 else token.map[0]
        return None

    def spend(self, cost: int) -> None:
        """Count what reading a part of the document costs; raises `TooComplexError`."""
        self._cost += cost
        if self._cost > MAX_COST:
            raise TooComplexError(
                "the file has too many brackets and other marks to be parsed in time; "
                "remove runs of them, or split it"
            )

    def offset(self, line: int) -> int:
        """Return where 0-based `line` starts in the text; one past the last is the text's end."""
        return min(self._starts[line], len(self.text))

    def line_at(self, offset: int) -> int:
        """Return the 0-based line that the character at `offset` stands in."""
        return bisect_right(self._starts, offset) - 1

    def inline(self, content: str, references: Mapping[str, object] | None = None) -> list[Token]:
        """Parse inline markup; empty when `content` is too long to be parsed in bounded time.

        `references` are the link definitions to use instead of the document's.
        """
        if len(content) > MAX_INLINE:
            return []
        openers = content.count("[") + content.count("<")
        markup = openers + sum(map(content.count, "*_`\\&!"))
        self.spend(openers * len(content) + markup * _MARKUP_COST)
        found: list[Token] = []
        env = self._env if references is None else {"references": references}
        self._parser.inline.parse(content, self._parser, env, found)
        return found

    def plain(self, content: str) -> str:
        """Return inline Markdown as plain text; an image counts as its alternative text."""
        if not _MARKUP.search(content):
            return content.strip()
        return plain_text(self.inline(content)) or content[:MAX_INLINE]

    def links(self, begin: int, end: int) -> list[Link]:
        """Return the links between two offsets of the text, in order."""
        return [link for _, link in self.placed_links(begin, end)]

    def placed_links(self, begin: int, end: int) -> list[tuple[int, Link]]:
        """Return `links` with the 0-based line that each stands on."""
        found: list[tuple[int, Link]] = []
        for line, tokens in self._inline_between(begin, end):
            found += [(line + below, link) for below, link in placed_links(tokens)]
        return found

    def cited(self, begin: int, end: int) -> list[str]:
        """Return the names of the footnotes that are cited between two offsets of the text."""
        if not self._env.get("footnotes"):
            return []
        between = self._inline_between(begin, end)
        return [name for _, tokens in between for name in footnotes_in(tokens)]

    def _inline_between(self, begin: int, end: int) -> Iterator[tuple[int, list[Token]]]:
        """Yield the inline text that may hold links between two offsets, with its first line."""
        first, last = self.line_at(begin), self.line_at(max(begin, end - 1))
        # A paragraph may begin above the range: step back over those that reach into it.
        at = bisect_left(self._linking_lines, first)
        while at > 0 and self._linking[at - 1].last > first:
            at -= 1
        for inline in self._linking[at : bisect_right(self._linking_lines, last)]:
            above = max(first, inline.first)
            content = "\n".join(inline.lines[above - inline.first : last + 1 - inline.first])
            yield above, self.inline(content, inline.references)


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
    return [link for _, link in placed_links(tokens)]


def footnotes_in(tokens: Sequence[Token]) -> list[str]:
    """Return the names of the footnotes that are cited among inline tokens."""
    return [token.meta["label"] for token in tokens if token.type == "footnote_ref"]


def placed_links(tokens: Sequence[Token]) -> list[tuple[int, Link]]:
    """Return `links_in` with how many line ends stand before each."""
    found: list[tuple[int, Link]] = []
    opened, url = -1, ""
    line = 0
    for index, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            line += 1
        elif token.type == "link_open" or (token.type == "html_inline" and _A.match(token.content)):
            opened, url = index, _target(token)
        elif url and (token.type == "link_close" or token.content.lower() == "</a>"):
            found.append((line, Link(plain_text(tokens[opened + 1 : index]) or url, url)))
            url = ""
    return found


def _target(token: Token) -> str:
    """Return the target of a link, also of one in HTML; empty where there is none."""
    if token.type == "link_open":
        return str(token.attrGet("href") or "")
    match = _HREF.search(token.content)
    url = unescape(next(filter(None, match.groups()), "")).strip() if match else ""
    return url if validateLink(url) else ""
