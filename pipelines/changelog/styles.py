"""Changelogs of every style as Markdown: what stands for a heading or a list becomes one.

Only marks are rewritten; the words of a change stay as they are.
"""

import re
from collections.abc import Sequence

from packaging.version import Version

from pipelines.changelog.bare_releases import (
    LONGEST,
    Series,
    announces,
    release_and_text,
    rpm_release,
    says_only_when,
)
from pipelines.changelog.categories import is_category
from pipelines.changelog.dates import find_date
from pipelines.changelog.headings import Named, is_open, named, plain, version_key
from pipelines.changelog.html_tables import with_markdown_tables
from pipelines.changelog.labels import BOLD, BOXED, label
from pipelines.changelog.lines import Line, verbatim
from pipelines.changelog.tags import without_tags
from pipelines.changelog.titles import with_markdown_titles

LABEL_LEVEL = 6
"""The level of what is no heading in its own markup, as `**Fixed**` or `修复：` above a list."""

_ATX = re.compile(r" {0,3}(#{1,6})([ \t]+|(?=[^\s#])|$)(.*)")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S*[/.]\S*[ \t]*(?:\"[^\"\n]*\"[ \t]*)?")
_LIST = re.compile(r"[ \t\u3000]*(?:[-*+]|\d{1,9}[.)])(?=[ \t])")
_BLOCK = re.compile(r"[ \t]*(?:[-*+>|]\s|\d{1,9}[.)]\s|\|)")
# `1、`, `1.修复`, `（1）`, `①`, `•`, `-修复`: lists that Markdown does not know.
_FOREIGN_MARKER = re.compile(
    r"([ \u3000]{0,3})(?:\d{1,3}[、．]|\d{1,3}[.)](?=[\u3400-\u9fff【《「])"
    r"|[（(]\d{1,3}[)）](?=\s*[^\W\d])|[①-⑳]|[·•●○◆■▪‣◦–★☆※►▶➤√](?=\s*\w|\s*[【\[`*])"
    r"|[-+](?=[\u3400-\u9fff【《「])|\*(?=[\u3400-\u9fff【《「][^*]*$)|[-－](?=\u3000))[ \t\u3000]*"
)
_CIRCLE = re.compile(r"([ \t]{0,8})o(?=[ \t]{1,3}\S)")
_FEWEST_CIRCLES = 2
_SET_IN = re.compile(
    r"\s*(?:release notes|(?:(?:all|main|major) )?changes (?:between|from)) ", re.IGNORECASE
)
_BARE_NUMBER = re.compile(r"\d{1,9}[.)]\s*")


def as_markdown(text: str) -> list[Line]:
    """Return a changelog as lines of Markdown with `#` headings and `-` lists."""
    lines = [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]
    return _Shaper(
        _with_bullets(without_tags(with_markdown_tables(with_markdown_titles(lines))))
    ).shaped()


def _with_bullets(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines with `-` for the letter `o` that begins the items of some plain lists."""
    circles = {place for place, line in enumerate(lines) if _CIRCLE.match(line.text)}
    if len(circles) < _FEWEST_CIRCLES:
        return lines
    return [
        line.rewritten(_CIRCLE.sub(r"\1-", line.text, count=1)) if place in circles else line
        for place, line in enumerate(lines)
    ]


class _Shaper:
    """Goes through the lines once, and knows what stands before and after each."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.verbatim = verbatim(lines)
        levels = self._release_levels()
        # Without any, versions may be items of a list, with their changes nested below.
        self.has_headings = bool(levels)
        self.release_level = min(levels, default=1)
        self.out: list[Line] = []
        # Columns by which the section's lists are set in; None until its first line is seen.
        self.dedent: int | None = 0
        self.in_foreign_list = False
        # What stood before the version and date of a release: the product's name.
        self.series = Series(lines, self.verbatim)
        self.products = self.series.products
        # Where a list has versions as items with text, these are releases.
        self.items_are_releases = not levels and self._has_release_items()
        # Whether the release that a line is of has a heading without any mark of one.
        self.is_plain = False
        # The release of the last heading that has a mark of one.
        self.marked: Named | None = None
        # Rules that underline a title which has become a heading by its own mark.
        self.used_rules: set[int] = set()

    def _release_levels(self) -> list[int]:
        """Return the levels of the release headings that are headings already."""
        return [
            len(atx[1])
            for line, fixed in zip(self.lines, self.verbatim, strict=True)
            if not fixed and (atx := _ATX.fullmatch(line.text))
            if (found := named(atx[3])) and not found.is_weak and not found.is_whole
        ]

    def shaped(self) -> list[Line]:
        for place, line in enumerate(self.lines):
            self.out.append(line if self.verbatim[place] else self._shape(place, line))
        return self.out

    def _shape(self, place: int, line: Line) -> Line:
        if line.is_blank:
            return line
        if (atx := _ATX.fullmatch(line.text)) is not None:
            return self._atx(line, atx)
        if self._is_underlined(place):
            return self._underlined(place, line)
        if _UNDERLINE.fullmatch(line.text) and (place in self.used_rules or not place):
            # The rule above a title at the top of a file would begin its front matter.
            is_front_matter = not place and line.text.rstrip() == "---" and not self._names(1)
            return line if is_front_matter else line.rewritten("")
        # A fence that nothing closes would make code of the rest of the file.
        if _DEFINITION.fullmatch(line.text) or line.opens_fence:
            return line.rewritten("")
        if not self.has_headings and (version := self._version_of_list(place, line)):
            self.dedent = None
            return self._heading(line, self.release_level, version)
        if release := rpm_release(line.text):
            self.dedent = None
            return self._heading(line, self.release_level, release)
        if self.items_are_releases and self._is_release_item(line):
            return self._with_release(line, line.text[_item_end(line.text) :], is_item=True) or line
        if _BARE_NUMBER.fullmatch(line.text) and self.out and not self.out[-1].is_blank:
            # The end of a sentence, `… 16 and⏎21.`, and no empty item.
            return line.rewritten(f"    {line.text}")
        line = self._dedented(line)
        # What is set in goes on with the item above it; Jira sets its titles in.
        is_flush = line.indentation <= 1 or _SET_IN.match(line.text) is not None
        if is_flush and not _BLOCK.match(line.text):
            if self._after_blank() and (told := self._with_release(line, line.text)):
                return told
            if len(line.text) <= LONGEST and self._is_release(place, line.text):
                self.dedent, self.is_plain = None, True
                return self._heading(line, self.release_level, plain(line.text))
            if len(line.text) <= LONGEST and (name := self._label(place, line.text)):
                self.dedent = None
                return self._heading(line, LABEL_LEVEL, name)
        return self._with_marker(line)

    def _atx(self, line: Line, atx: re.Match[str]) -> Line:
        title = atx[3]
        if line.indentation > 1:
            # Part of an item above it, or nearly code.
            return line
        if not atx[2] and title and not (named(title) or is_open(title) or is_category(title)):
            return line
        self.dedent, self.is_plain = None, False
        self.marked = named(title) or self.marked
        return line.rewritten(f"{atx[1]} {title}")

    def _heading(self, line: Line, level: int, title: str) -> Line:
        self.in_foreign_list = False
        # A block of HTML would go on to the next blank line.
        self.out.append(line.rewritten(""))
        return line.rewritten(f"{'#' * level} {title}")

    def _is_underlined(self, place: int) -> bool:
        below = self.lines[place + 1] if place + 1 < len(self.lines) else None
        return below is not None and _UNDERLINE.fullmatch(below.text) is not None

    def _underlined(self, place: int, line: Line) -> Line:
        """Return a title with a rule below: after a list, Markdown would not take it for one."""
        self.dedent, self.is_plain = None, False
        title = plain(line.text)
        if not (self._names(place) or is_open(title) or is_category(title)):
            return line
        self.used_rules.add(place + 1)
        self.marked = named(title) or self.marked
        level = 1 if "=" in self.lines[place + 1].text else 2
        return self._heading(line, level, line.text.strip())

    def _goes_on(self, place: int) -> bool:
        """Tell whether a title of several lines, with a rule below them, begins at `place`."""
        for below in self.lines[place + 1 : place + 4]:
            if _UNDERLINE.fullmatch(below.text):
                return True
            if below.is_blank or _BLOCK.match(below.text):
                return False
        return False

    def _names(self, place: int) -> bool:
        """Tell whether the line at `place` names a release."""
        text = self.lines[place].text if place < len(self.lines) else ""
        return not _BLOCK.match(text) and named(text) is not None

    def _dedented(self, line: Line) -> Line:
        """Return the line without the columns by which its whole section is set in."""
        if self.dedent is None:
            is_list = _LIST.match(line.text) or BOXED.fullmatch(line.text.strip())
            self.dedent = line.indentation if is_list or self.is_plain else 0
        if not self.dedent:
            return line
        rest = line.text.lstrip(" \t")
        return line.rewritten(" " * max(0, line.indentation - self.dedent) + rest)

    def _with_release(self, line: Line, text: str, *, is_item: bool = False) -> Line | None:
        """Return what a line says after the release that it begins with, as `1.0.0: …` does."""
        told = release_and_text(text, is_item=is_item)
        if told is None:
            return None
        self.dedent = None
        self.out.append(self._heading(line, self.release_level, told[0]))
        return line.rewritten(f"- {told[1]}")

    def _has_release_items(self) -> bool:
        """Tell whether items name releases: several of them, or the only one that there is."""
        items = [line for line in self.lines if line.indentation <= 1 and _item_end(line.text)]
        found = sum(map(self._is_release_item, items))
        return found > 1 or found == len(items) == 1

    @staticmethod
    def _is_release_item(line: Line) -> bool:
        end = _item_end(line.text)
        if not end or line.indentation > 1:
            return False
        return release_and_text(line.text[end:], is_item=True) is not None

    def _is_release(self, place: int, text: str) -> bool:
        """Tell whether a line without any mark of a heading is the heading of a release."""
        bold = BOLD.fullmatch(text)
        title = plain(text).strip("*_ ")
        found = named(title) or self.series.named(title)
        if found is None:
            return bold is not None and not bold[2].strip(" :：") and is_open(bold[1])
        if _FOREIGN_MARKER.match(text) or (not bold and found.is_weak and self._goes_on(place)):
            return False
        is_told = find_date(found.rest) is not None or announces(found.rest)
        if found.is_weak and not is_told and found.package not in self.products:
            return bold is not None and self._after_blank() and not bold[2].strip(" :：")
        if not bold and self.marked and _base(found.version) == _base(self.marked.version):
            # `5.0.0 b1` below the heading of 5.0.0 tells when in its making a change came.
            return False
        bare = says_only_when(bold[2] if bold else found.rest)
        if "; urgency=" in found.rest:
            bare = True
        if found.is_weak and bare:
            self.products.add(found.package)
        return bare and (
            self._after_blank()
            or self._before_list(place, at_once=True)
            or (place > 0 and self.lines[place - 1].indentation > self.lines[place].indentation)
        )

    def _version_of_list(self, place: int, line: Line) -> str:
        """Return the words of a list item that names a release above nested items."""
        item = _LIST.match(line.text)
        if item is None or len(line.text) > LONGEST or line.indentation > 3:
            return ""
        title = plain(line.text[item.end() :]).strip("*_ ")
        found = named(title)
        below = next((one for one in self.lines[place + 1 : place + 3] if not one.is_blank), None)
        nests = (
            below is not None
            and below.indentation > line.indentation
            and _LIST.match(below.text) is not None
        )
        is_release = found is not None and not found.is_weak and says_only_when(found.rest)
        return title if nests and is_release else ""

    def _label(self, place: int, text: str) -> str:
        return label(
            text,
            after_blank=self._after_blank(),
            before_list=self._before_list(place, at_once=False),
            before_item=self._before_list(place, at_once=True),
        )

    def _after_blank(self) -> bool:
        above = self.out[-1] if self.out else None
        return above is None or above.is_blank or _ATX.match(above.text) is not None

    def _before_list(self, place: int, *, at_once: bool) -> bool:
        """Tell whether a list begins on the next line, or after blank ones."""
        for below in self.lines[place + 1 : place + 4]:
            if _LIST.match(below.text) or _FOREIGN_MARKER.match(below.text):
                return True
            if not below.is_blank or at_once:
                return False
        return False

    def _with_marker(self, line: Line) -> Line:
        if _LIST.match(line.text):
            self.in_foreign_list = False
            return line
        marker = _FOREIGN_MARKER.match(line.text)
        if marker is None or (marker[1] and not self.in_foreign_list and line.indentation > 1):
            return line
        self.in_foreign_list = True
        return line.rewritten(f"{marker[1].replace(chr(0x3000), '')}- {line.text[marker.end() :]}")


def _item_end(text: str) -> int:
    """Return where the text of a list's item begins; 0 for another line."""
    item = _LIST.match(text)
    return len(text) - len(text[item.end() :].lstrip()) if item else 0


def _base(version: str) -> str:
    """Return a version without what makes it a pre-release."""
    key = version_key(version)
    return key.base_version if isinstance(key, Version) else key
