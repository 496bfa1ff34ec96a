"""The Markdown that answers are written in, CommonMark with tables, read within bounds."""

from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.block import block as parse_blocks
from markdown_it.rules_core.inline import inline as parse_inline
from markdown_it.token import Token

# Five thousand lines of a list make 25,000 tokens and take a quarter of a second.
MAX_LINES = 5_000
MAX_TOKENS = 40_000
# markdown-it's inline rules take time in the square of a run of `[` or `<`; this bound on the sum
# over paragraphs of openers times length, and of other marks, is about a quarter of a second.
MAX_INLINE_COST = 250_000_000
_MARK_COST = 5_000


class CostlyMarkdownError(Exception):
    """The Markdown would take too much time or memory to be read as more than plain text."""


class _BoundedState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if len(self.tokens) >= MAX_TOKENS:
            raise CostlyMarkdownError
        return super().push(ttype, tag, nesting)


def _bounded_blocks(state: StateCore) -> None:
    """Do what markdown-it's rule `block` does, up to a number of tokens."""
    if state.inlineMode:
        parse_blocks(state)
        return
    if state.src.count("\n") > MAX_LINES:
        raise CostlyMarkdownError
    blocks = _BoundedState(state.src, state.md, state.env, state.tokens)
    state.md.block.tokenize(blocks, 0, blocks.lineMax)


def _bounded_inline(state: StateCore) -> None:
    """Do what markdown-it's rule `inline` does, unless it would take too long."""
    cost = 0
    for token in state.tokens:
        if token.type == "inline":
            openers = token.content.count("[") + token.content.count("<")
            marks = openers + sum(map(token.content.count, "*_`\\&!"))
            cost += openers * len(token.content) + marks * _MARK_COST
    if cost > MAX_INLINE_COST:
        raise CostlyMarkdownError
    parse_inline(state)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a link definition; what is called `[^…]` is a footnote, and its text no address."""
    begin = state.bMarks[start] + state.tShift[start]
    return not state.src.startswith("[^", begin) and reference(state, start, end, silent)


def markdown_parser() -> MarkdownIt:
    """Return a parser whose `parse` and `render` raise `CostlyMarkdownError` for hostile text."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.block.ruler.at("reference", _reference)
    parser.core.ruler.at("block", _bounded_blocks)
    parser.core.ruler.at("inline", _bounded_inline)
    return parser


_BLOCKS = markdown_parser().disable(["inline", "text_join"])
_INLINE = markdown_parser()


def blocks_of(markdown: str) -> list[Token]:
    """Return the tokens of blocks; their inline markup is not parsed.

    Raises `CostlyMarkdownError`.
    """
    return _BLOCKS.parse(markdown)


def plain(content: str) -> str:
    """Return inline Markdown as plain text, an image as its alternative text.

    Raises `CostlyMarkdownError`.
    """
    shown = []
    for token in _INLINE.parseInline(content)[0].children or []:
        if token.type in ("text", "code_inline", "image"):
            shown.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            shown.append(" ")
    return " ".join("".join(shown).split())
