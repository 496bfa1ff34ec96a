"""HTML in a changelog as Markdown: headings, lists, and what folds or frames its parts."""

import re
from collections.abc import Iterator, Sequence

from pipelines.changelog.lines import Line, verbatim

END_OF_FOLD = "___"
"""The rule that stands where `</details>` closed a folded part."""

_HEADING = re.compile(r"\s*<h([1-6])(?:\s[^>]*)?>(.*?)</h\1>(.*)", re.IGNORECASE)
_BROKEN_HEADING = re.compile(r"\s*<h[1-6](?:\s[^>]*)?>", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary(?:\s[^>]*)?>(.*?)(?:</summary>|$)", re.IGNORECASE)
_FOLD = re.compile(r"</?(?:details|summary)(?:\s[^>]*)?>", re.IGNORECASE)
_FRAME_ONLY = re.compile(
    r"(?:\s*</?(?:a|div|p|br|center|section|article|span|hr|dl|body|html|head)(?:\s[^<>]*)?/?>)+\s*",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\s*<p(?:\s[^>]*)?>(.*?)</p>\s*", re.IGNORECASE)
_LIST_START = re.compile(r"\s*</?(?:ul|ol|li)(?:\s[^>]*)?>", re.IGNORECASE)
_LIST_TAG = re.compile(r"(</?(?:ul|ol|li)(?:\s[^<>]*)?>)", re.IGNORECASE)


def without_tags(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with the HTML that structures them as Markdown; inline HTML stays."""
    out: list[Line] = []
    lists = _Lists()
    lines = _with_whole_headings(lines)
    for line, fixed in zip(lines, verbatim(lines), strict=True):
        if fixed or ("<" not in line.text and not lists.depth):
            out.append(line)
        elif (heading := _HEADING.fullmatch(line.text)) is not None:
            lists = _Lists()
            title = f"{'#' * int(heading[1])} {heading[2].strip()}"
            out += [line.rewritten(""), line.rewritten(title)]
            out += lists.read(line.rewritten(heading[3]))
        elif lists.depth or _LIST_START.match(line.text):
            out += lists.read(line)
        else:
            out += _unframed(line)
    return out


def _with_whole_headings(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with a heading that was broken over several, as Jira does, in one."""
    out: list[Line] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if _BROKEN_HEADING.match(line.text) and "</h" not in line.text.lower():
            rest = [one.text.strip() for one in lines[position : position + 2]]
            ends = [place for place, text in enumerate(rest) if text.lower().startswith("</h")]
            if ends:
                line = line.rewritten(" ".join((line.text, *rest[: ends[0] + 1])))
                position += ends[0] + 1
        out.append(line)
    return out


def _unframed(line: Line) -> Iterator[Line]:
    text = line.text
    if _FOLD.search(text) and text.lstrip().startswith("<"):
        if summary := _SUMMARY.search(text):
            title = summary[1].strip().strip("*_").strip()
            yield line.rewritten("")
            yield line.rewritten(f"**{title}**")
            yield line.rewritten("")
            text = text[: summary.start()] + text[summary.end() :]
        is_end = "</details" in text.lower()
        yield line.rewritten(_FOLD.sub("", text).strip())
        if is_end:
            yield line.rewritten(END_OF_FOLD)
    elif _FRAME_ONLY.fullmatch(text) and line.indentation < 2:
        yield line.rewritten("")
    elif (paragraph := _PARAGRAPH.fullmatch(text)) is not None:
        yield line.rewritten(paragraph[1].strip())
    else:
        yield line


class _Lists:
    """The nested `<ul>` and `<ol>` that a line is in."""

    def __init__(self) -> None:
        self.depth = 0
        self.starts_item = False

    def read(self, line: Line) -> Iterator[Line]:
        for part in _LIST_TAG.split(line.text):
            tag = part.lower()
            if tag.startswith(("<ul", "<ol")):
                self.depth += 1
            elif tag.startswith(("</ul", "</ol")):
                self.depth = max(0, self.depth - 1)
            elif tag.startswith("<li"):
                self.depth = max(1, self.depth)
                self.starts_item = True
            elif tag.startswith("</li"):
                self.starts_item = False
            elif part.strip():
                yield self._text(line, part.strip())

    def _text(self, line: Line, text: str) -> Line:
        indentation = "  " * min(self.depth - self.starts_item, 20)
        marker = "- " if self.starts_item else ""
        self.starts_item = False
        return line.rewritten(f"{indentation}{marker}{text}")
