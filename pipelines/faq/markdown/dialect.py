"""The Markdown that FAQs are written in: markdown-it, and rules for what authors really mean."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, fence, reference
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from pipelines.faq.markdown.answers import read_answers

SPEND = "spend"
"""Key of the environment under which a rule finds what it tells its cost to."""

# Lines of a badly indented fence that are searched for its end.
MAX_LOOSE_FENCE = 200
# A link definition goes over this many lines at most, and over one when that is long: the search
# for the end of its title takes a microsecond a character.
_MAX_DEFINITION = 8
_LONG_LINE = 10_000
_DEFINITION_COST = 1_500
# What a line costs that a quote is searched for its end in; where other blocks end it early, the
# next quote is searched to the same end again.
_QUOTE_COST = 12_000
_LABEL_END = re.compile(r"(?<!\\)\]:?")


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


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a link definition, within bounds; what is called `[^…]` is a footnote, and none."""
    begin, line_end = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if not state.src.startswith("[", begin) or state.src.startswith("[^", begin):
        return False
    close = _LABEL_END.search(state.src, begin, line_end)
    if close and not close[0].endswith(":"):
        return False
    outer = state.lineMax
    long = line_end - begin > _LONG_LINE
    state.lineMax = min(outer, start + (1 if long else _MAX_DEFINITION))
    found = reference(state, start, end, silent)
    last = state.line if found else state.lineMax
    state.env[SPEND](_DEFINITION_COST * (state.eMarks[last - 1] - begin))
    state.lineMax = outer
    return found


def _blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a quote, within bounds."""
    if not silent and state.src.startswith(">", state.bMarks[start] + state.tShift[start]):
        last = next((line for line in range(start, end) if state.isEmpty(line)), end)
        state.env[SPEND](_QUOTE_COST * (last - start))
    return blockquote(state, start, end, silent)


def _loose_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read `##标题`, a heading whose author left out the space that CommonMark asks for."""
    begin, line_end = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if state.sCount[start] - state.blkIndent >= 4:
        return False
    match = _LOOSE_HEADING.match(state.src, begin, line_end)
    if match is None:
        return False
    if not silent:
        state.line = start + 1
        opening = state.push("heading_open", f"h{len(match[1])}", 1)
        inline = state.push("inline", "", 0)
        closing = state.push("heading_close", opening.tag, -1)
        opening.map = inline.map = [start, state.line]
        opening.markup = closing.markup = match[1]
        inline.content, inline.children = match[2].strip(" #"), []
    return True


_LOOSE_HEADING = re.compile(r"(#{2,6})((?:[\u3400-\u9fff]|[QＱ]\d{0,2}[:：.]).*)")


@cache
def _parser(*, boxes: bool, footnotes: bool) -> MarkdownIt:
    """Return the parser of the dialect; what a text does not hold costs no time."""
    markdown = _AsWritten("commonmark").enable("table").use(front_matter_plugin)
    if boxes:
        markdown.use(deflist_plugin).use(admon_plugin).use(container_plugin, "details")
    if footnotes:
        markdown.use(footnote_plugin, inline=False, move_to_end=False)
    ruler = markdown.block.ruler
    ends = ["paragraph", "reference", "blockquote"]
    ruler.at("reference", _reference)
    ruler.at("blockquote", _blockquote, {"alt": [*ends, "list"]})
    ruler.at("fence", _fence, {"alt": [*ends, "list"]})
    ruler.after("heading", "loose_heading", _loose_heading, {"alt": ends})
    read_answers(markdown)
    return markdown


_BOX = re.compile(r"^[^\S\n]*(?:\?\?\?|!!!|:::|:[ \t])", re.MULTILINE)


def parser_for(text: str) -> MarkdownIt:
    """Return the parser that reads `text`: CommonMark, tables, front matter, and what else it has.

    That is definition lists, boxes of MkDocs (`??? question`) and VitePress (`::: details`), and
    footnotes (`[^1]: …`).
    """
    return _parser(boxes=_BOX.search(text) is not None, footnotes="]:" in text and "[^" in text)
