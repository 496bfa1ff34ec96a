"""Changelogs of every style as Markdown: what stands for a heading or a list becomes one.

Only marks are rewritten; the words of a change stay as they are.
"""

import re
from collections.abc import Sequence

from pipelines.changelog.categories import is_category
from pipelines.changelog.dates import date_line, find_date, without_dates
from pipelines.changelog.headings import is_open, named, plain
from pipelines.changelog.lines import Line, verbatim
from pipelines.changelog.tags import without_tags
from pipelines.changelog.titles import with_markdown_titles

LABEL_LEVEL = 6
"""The level of what is no heading in its own markup, as `**Fixed**` or `修复：` above a list."""

_ATX = re.compile(r" {0,3}(#{1,6})([ \t]+|(?=[^\s#])|$)(.*)")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*")
_BOLD = re.compile(r" {0,3}(?:\*\*|__)(?=\S)([^\n]{1,200}?)(?:\*\*|__)([^\n]{0,80})")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S*[/.]\S*[ \t]*(?:\"[^\"\n]*\"[ \t]*)?")
_LIST = re.compile(r"[ \t\u3000]*(?:[-*+]|\d{1,9}[.)])(?=[ \t])")
_BLOCK = re.compile(r"[ \t]*(?:[-*+>|]\s|\d{1,9}[.)]\s|\|)")
# `1、`, `1.修复`, `（1）`, `①`, `•`, `-修复`: lists that Markdown does not know.
_FOREIGN_MARKER = re.compile(
    r"([ \u3000]{0,3})(?:\d{1,3}[、．]|\d{1,3}[.)](?=[\u3400-\u9fff【《「])"
    r"|[（(]\d{1,3}[)）](?=\s*[^\W\d])|[①-⑳]|[·•●○◆■▪‣◦–](?=\s*\w|\s*[【\[`*])"
    r"|[-+](?=[\u3400-\u9fff【《「])|\*(?=[\u3400-\u9fff【《「][^*]*$)|[-－](?=\u3000))[ \t\u3000]*"
)
_NUMERAL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）])\s*"
)
_BESIDE = re.compile(
    r"\b(?:un-?released|yanked|stable|beta|alpha|rc|latest|lts|current|draft|released?|on|by|date"
    r"|final|preview|hotfix|security|major|minor|patch|version|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b"
    r"|发布|更新|版本?|日期|内容|日志|说明|未|[\d:]{4,8}|[\W_]+",
    re.IGNORECASE,
)
_BOXED = re.compile(r"(?:\[[^\]]*\]|【[^】]*】|「[^」]*」|<[^>]*>|\*[^*]*\*|_[^_]*_)[:：]?")
# `1.0.0 (2026-01-31): first release`, `v1.0.0：…`: a release and all that it changed.
_RELEASE_WITH_TEXT = re.compile(
    r"(v?\d+(?:\.\d+)+(?P<day>\s*[-–—,]?\s*[(（\[]?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[)）\]]?)?)"
    r"(?:\s*[:：]\s*|\s+[-–—]\s+|(?(day)\s+(?=\w+\s\w)|(?!)))(?P<text>\S.*)"
)
_LONGEST = 200


def as_markdown(text: str) -> list[Line]:
    """Return a changelog as lines of Markdown with `#` headings and `-` lists."""
    lines = [Line(line, number) for number, line in enumerate(text.split("\n"), start=1)]
    return _Shaper(without_tags(with_markdown_titles(lines))).shaped()


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
        self.products: set[str] = set()
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
        line = self._dedented(line)
        # What is set in goes on with the item above it; Jira sets its titles in.
        is_flush = line.indentation <= 1 or line.text.lstrip().lower().startswith("release notes")
        if is_flush and not _BLOCK.match(line.text):
            if told := self._release_with_text(line):
                return told
            if len(line.text) <= _LONGEST and self._is_release(place, line.text):
                self.dedent = None
                return self._heading(line, self.release_level, plain(line.text))
            if len(line.text) <= _LONGEST and (label := self._label(place, line.text)):
                return self._heading(line, LABEL_LEVEL, label)
        return self._with_marker(line)

    def _atx(self, line: Line, atx: re.Match[str]) -> Line:
        title = atx[3]
        if line.indentation > 1:
            # Part of an item above it, or nearly code.
            return line
        if not atx[2] and title and not (named(title) or is_open(title) or is_category(title)):
            return line
        self.dedent = None
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
        self.dedent = None
        title = plain(line.text)
        if not (self._names(place) or is_open(title) or is_category(title)):
            return line
        self.used_rules.add(place + 1)
        level = 1 if "=" in self.lines[place + 1].text else 2
        return self._heading(line, level, line.text.strip())

    def _names(self, place: int) -> bool:
        """Tell whether the line at `place` names a release."""
        text = self.lines[place].text if place < len(self.lines) else ""
        return not _BLOCK.match(text) and named(text) is not None

    def _dedented(self, line: Line) -> Line:
        """Return the line without the columns by which its whole section is set in."""
        if self.dedent is None:
            is_list = _LIST.match(line.text) or _BOXED.fullmatch(line.text.strip())
            self.dedent = line.indentation if is_list else 0
        if not self.dedent:
            return line
        rest = line.text.lstrip(" \t")
        return line.rewritten(" " * max(0, line.indentation - self.dedent) + rest)

    def _release_with_text(self, line: Line) -> Line | None:
        """Return what a line says after the release that it begins with, as `1.0.0: …` does."""
        told = _RELEASE_WITH_TEXT.fullmatch(line.text[: 2 * _LONGEST])
        if told is None or not self._after_blank() or named(told[1]) is None:
            return None
        if _says_only_when(told["text"]):
            return None
        self.dedent = None
        self.out.append(self._heading(line, self.release_level, told[1]))
        return line.rewritten(f"- {told['text']}")

    def _is_release(self, place: int, text: str) -> bool:
        """Tell whether a line without any mark of a heading is the heading of a release."""
        bold = _BOLD.fullmatch(text)
        title = plain(text).strip("*_ ")
        found = named(title)
        if found is None:
            return bold is not None and not bold[2].strip(" :：") and is_open(bold[1])
        if found.is_weak and find_date(found.rest) is None and found.package not in self.products:
            return bold is not None and self._after_blank() and not bold[2].strip(" :：")
        bare = _says_only_when(bold[2] if bold else found.rest)
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
        if item is None or len(line.text) > _LONGEST or line.indentation > 3:
            return ""
        title = plain(line.text[item.end() :]).strip("*_ ")
        found = named(title)
        below = next((one for one in self.lines[place + 1 : place + 3] if not one.is_blank), None)
        nests = (
            below is not None
            and below.indentation > line.indentation
            and _LIST.match(below.text) is not None
        )
        is_release = found is not None and not found.is_weak and _says_only_when(found.rest)
        return title if nests and is_release else ""

    def _label(self, place: int, text: str) -> str:
        """Return the name of a kind or part of changes that a line above a list is."""
        bold = _BOLD.fullmatch(text)
        stripped = text.strip()
        boxed = _BOXED.fullmatch(stripped) is not None or (
            bold is not None and not bold[2].strip(" :：")
        )
        name = _NUMERAL.sub("", plain(stripped).strip("*_ "), count=1)
        name = name.rstrip(":： ").strip("*_[]【】「」<> ")
        if not name or len(name) > 60 or date_line(name) is not None:
            return ""
        if is_category(name):
            told = boxed or stripped.endswith((":", "：")) or _NUMERAL.match(stripped) is not None
            at_once = self._before_list(place, at_once=not told)
            return (
                name if (told and (boxed or at_once)) or (at_once and self._after_blank()) else ""
            )
        is_part = bold is not None and boxed and self._after_blank()
        return name if is_part and self._before_list(place, at_once=False) else ""

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


def _says_only_when(rest: str) -> bool:
    """Tell whether what follows a version is nothing but a date, a state or a short name."""
    if len(rest) > 80:
        return False
    words = _BESIDE.sub(" ", without_dates(rest)).split()
    return not words or (find_date(rest) is not None and len(words) <= 2)
