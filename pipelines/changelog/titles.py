"""Titles that other markup underlines, as in reStructuredText, or marks with stars, as GNU does."""

import re
from collections.abc import Sequence

from pipelines.changelog.categories import is_category
from pipelines.changelog.headings import is_open, maybe_named, named
from pipelines.changelog.lines import Line
from pipelines.changelog.numbering import with_titles_for_numbers

_RULE = re.compile(r"([=\-~^\"'+*#`.:_])\1{2,}\s*")
# Underlines that Markdown has no use for.
_FOREIGN_RULE = re.compile(r"([~^\"'+])\1{3,}\s*")
_DIRECTIVE = re.compile(r"\.\. (?:_[^:\n]{1,200}:|\|[^|\n]{1,80}\| |[\w-]{1,40}::)")
# What frames a document and says nothing of a change.
_FRAME = re.compile(
    r"\.\. (?:_|\||(?:contents|include|toctree|index|meta|highlight|currentmodule|module|role"
    r"|sectnum|default-role)::|(?![\w-]{1,40}::))"
)
# `== 1.2.0` of AsciiDoc, `== 1.2.0 ==` of MediaWiki, `= 1.2.0 =` of WordPress.
_EQUALS = re.compile(r"(={1,5})[ \t]+(\S.*?)(?:[ \t]+(={1,5}))?[ \t]*")
_NESTED_STARS = re.compile(r"(\*{2,5})(?=[ \t])")
_JIRA = re.compile(r"\s*release notes\s*[-–—:]", re.IGNORECASE)
_STARS = re.compile(r"(\*{1,3})[ \t]+(\S.*)")
_CHANGES_IN = re.compile(r"(?:\w+ )?(?:changes|news|new) (?:in|for) ", re.IGNORECASE)
# A line so long ends where its sentence does not.
_WRAPPED = 60
_ITEM = re.compile(r"\s*(?:[-*+o]|\d{1,3}[.)])\s")
_LONGEST_TITLE = 120


def with_markdown_titles(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with titles as `#` headings, where the file is written in such a markup."""
    lines = with_titles_for_numbers(lines)
    if _is_restructured(lines):
        return _from_restructured(lines)
    if _is_starred(lines):
        return [_unstarred(lines, place) for place in range(len(lines))]
    marks = [match for line in lines if (match := _EQUALS.fullmatch(line.text))]
    if any(named(match[2]) for match in marks):
        return _from_equals(lines, marks)
    return list(lines)


def _is_restructured(lines: Sequence[Line]) -> bool:
    return any(
        _DIRECTIVE.match(line.text)
        or (line.text.startswith("===") and _title_at(lines, place)[0])
        or (
            place > 0
            and _FOREIGN_RULE.fullmatch(line.text)
            and _is_title(lines[place - 1].text)
            and len(lines[place - 1].text) <= len(line.text.rstrip()) + 1
        )
        for place, line in enumerate(lines)
    )


def _is_title(text: str) -> bool:
    return (
        0 < len(text.strip()) <= _LONGEST_TITLE
        and not text.startswith((" ", "\t", "- ", "* ", "+ ", ".. "))
        and not _RULE.fullmatch(text)
    )


def _from_restructured(lines: Sequence[Line]) -> list[Line]:
    levels: dict[tuple[str, bool], int] = {}
    out: list[Line] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        over, title, width = _title_at(lines, position)
        if width:
            mark = lines[position + width - 1].text[0]
            level = levels.setdefault((mark, over), len(levels) + 1)
            out.append(line.rewritten(""))
            out.append(title.rewritten(f"{'#' * min(level, 5)} {title.text.strip()}"))
            position += width
        elif _FRAME.match(line.text):
            position += 1
            while position < len(lines) and (
                lines[position].text.startswith((" ", "\t")) and not lines[position].is_blank
            ):
                position += 1
            out.append(line.rewritten(""))
        else:
            out.append(line)
            position += 1
    return out


def _title_at(lines: Sequence[Line], position: int) -> tuple[bool, Line, int]:
    """Return whether a title has a rule above, its line, and how many lines it takes; 0 if none."""
    line = lines[position]
    rest = [other.text for other in lines[position + 1 : position + 3]]
    rule = _RULE.fullmatch(line.text)
    if rule and len(rest) == 2 and rest[1].strip() == line.text.strip() and rest[0].strip():
        return True, lines[position + 1], 3
    before = lines[position - 1] if position else None
    alone = before is None or before.is_blank or before.text.startswith(".. ")
    if rest and alone and _is_title(line.text) and _RULE.fullmatch(rest[0]):
        return False, line, 2
    return False, line, 0


def _is_starred(lines: Sequence[Line]) -> bool:
    stars = [match for line in lines if (match := _STARS.fullmatch(line.text))]
    if not any(len(star[1]) == 2 for star in stars):
        return False
    return any(len(star[1]) == 1 and _announces(star[2]) for star in stars) or any(
        _JIRA.match(line.text) for line in lines
    )


def _announces(title: str) -> bool:
    if named(title) is not None:
        return re.match(r"[A-Z]", title) is not None
    maybe = maybe_named(title) if _CHANGES_IN.match(title) else None
    return maybe is not None and maybe.is_whole


def _unstarred(lines: Sequence[Line], place: int) -> Line:
    """Return a title of an outline as a heading, and a change that has a title's stars as an item.

    `** Bug fixes` stands above what was fixed; `** Fix the count` is all that is said of a change.
    """
    line = lines[place]
    star = _STARS.fullmatch(line.text)
    if star is None:
        return line
    if len(star[1]) == 1:
        is_title = _announces(star[2]) or is_open(star[2]) or is_category(star[2])
    else:
        ahead = (lines[at] for at in range(place + 1, len(lines)))
        below = next((one for one in ahead if not one.is_blank), None)
        goes_on = (
            below is not None
            and below.number == line.number + 1
            and (below.indentation > 0 or len(line.text) > _WRAPPED)
            and not _ITEM.match(below.text)
            and not _STARS.fullmatch(below.text)
        )
        is_leaf = below is None or _STARS.fullmatch(below.text) is not None
        is_known = is_category(star[2]) or star[2].endswith(":") or _announces(star[2])
        is_title = is_known or not (goes_on or is_leaf)
    if is_title:
        return line.rewritten(f"{'#' * len(star[1])} {star[2]}")
    # As wide as the stars, so that the lines below go on with it.
    marker = ("  " * max(0, len(star[1]) - 2) + "-").ljust(len(star[1]))
    return line.rewritten(f"{marker} {star[2]}")


def _from_equals(lines: Sequence[Line], marks: Sequence[re.Match[str]]) -> list[Line]:
    widths = [len(match[1]) for match in marks]
    releases = [len(match[1]) for match in marks if named(match[2])]
    # WordPress gives the deepest titles the fewest marks.
    deepest = max(widths) + 1 if min(releases) == 1 and max(widths) > 1 and marks[0][3] else 0
    out = []
    for line in lines:
        if title := _EQUALS.fullmatch(line.text):
            level = deepest - len(title[1]) if deepest else len(title[1])
            out.append(line.rewritten(f"{'#' * level} {title[2]}"))
        else:
            nested = _NESTED_STARS.match(line.text)
            depth = "  " * (len(nested[1]) - 1) if nested else ""
            out.append(line.rewritten(f"{depth}*{line.text[nested.end() :]}") if nested else line)
    return out
