"""A CHANGELOG in Markdown as sections of bullets, through markdown-it's block tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from pipelines.changelog.headings import (
    date_line,
    heading_date,
    is_category,
    is_open,
    plain,
    release_version,
)
from pipelines.text import clean

# A label such as `Table` or `**Docs:**` over nested bullets; longer is a change with details.
_LABEL = re.compile(r"[^\n。，；,;!?！？#()（）]{1,40}")
_VERB = re.compile(
    r"\W*(?:(?:add|fix|support|remove|update|improve|change|allow|use|rename|drop|move|make)\w*\s|"
    r"新增|修复|支持|优化|移除|更新|增加|添加|删除|调整|改进|修改|升级|重构|允许|使用|废弃|解决)",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
# Longer is never navigation, and would cost these expressions its square.
_SHORT = 2_000
_ANCHOR_ONLY = re.compile(r"\W*\[[^\]]*\]\(#[^)]*\)\W*")
_TAG = re.compile(r"<!--.*?(?:-->|$)|<[^>]*>", re.DOTALL)


# `open` waits for a release, as `[Unreleased]` does; `unread` has a heading that says nothing
# known, and is kept whole.
SectionKind = Literal["release", "open", "unread"]


@dataclass(frozen=True, slots=True)
class Bullet:
    """One change as its author wrote it, un-nested and without its list marker."""

    category: str
    component: str
    text: str
    line: int


@dataclass(slots=True)
class Section:
    """What stands under one release heading, or under `[Unreleased]`."""

    heading: str
    version: str
    """Without a leading `v`; empty where the heading names none."""
    released: date | None
    line: int
    kind: SectionKind = "release"
    bullets: list[Bullet] = field(default_factory=list)


def _markdown() -> MarkdownIt:
    # Blocks only: inline markup stays as written, and hostile brackets cost nothing.
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _markdown()


# A release is compared with the one before, which was read a moment ago.
@lru_cache(maxsize=8)
def parse_changelog(text: str) -> tuple[Section, ...]:
    """Return the sections of a changelog, in file order; treat them as read-only.

    A file without a single release heading is one open section, so that nothing is lost.
    """
    text = clean(text)
    lines = text.split("\n")
    tokens = _PARSER.parse(text)
    headings = list(_headings(tokens))
    base_level = min((level for level, title in headings if _starts_release(title)), default=0)
    # `## Plugin` among `### Plugin`: a heading that slipped a level, and no section of its own.
    slipped = {plain(title) for level, title in headings if level > base_level}
    reader = _Reader(lines, base_level, slipped)
    if not base_level:
        reader.sections.append(Section("", "", None, 1, "open"))
    reader.read(tokens)
    return tuple(reader.sections)


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            yield int(token.tag[1]), tokens[position + 1].content


def _starts_release(title: str) -> bool:
    if is_open(title) or release_version(title):
        return True
    return date_line(plain(title)) is not None


class _Reader:
    """Walks the blocks once, keeping the section and the headings that it is under."""

    def __init__(self, lines: list[str], base_level: int, slipped: set[str]) -> None:
        self.lines = lines
        # The shallowest release heading; 0 where there is none. release-please writes patch
        # releases one level deeper than minor ones, at the level of its categories.
        self.base_level = base_level
        self.slipped = slipped
        self.sections: list[Section] = []
        self.titles: list[tuple[int, str]] = []
        self.seen: set[tuple[str, str, str]] = set()
        self.outside = bool(base_level)

    def read(self, tokens: list[Token]) -> None:
        position = 0
        # Whether the block before was prose, so that code or a table after it belongs to it.
        after_prose = False
        while position < len(tokens):
            token = tokens[position]
            end = _end_of_block(tokens, position)
            inner = tokens[position + 1 : end]
            if token.type == "heading_open":
                self._heading(token, inner[0].content)
                if self.outside:
                    self._keep_whole(tokens, end + 1)
            elif not self.outside:
                if token.type in ("bullet_list_open", "ordered_list_open"):
                    self._list(inner, ())
                elif token.type not in ("hr", "front_matter"):
                    self._prose(token, after_prose)
            after_prose = token.type == "paragraph_open" and not self.outside
            position = end + 1

    def _heading(self, token: Token, title: str) -> None:
        level = int(token.tag[1])
        if _starts_release(title):
            version = release_version(title)
            kind: SectionKind = "open" if is_open(title) and not version else "release"
            self._open(Section(plain(title), version, heading_date(title), _line(token), kind))
            self.outside = False
        elif not plain(title):
            return
        elif level <= self.base_level and not self._is_category_here(level, title):
            self.outside = True
            # Above the first release, a shallower heading is the title of the file.
            if self.sections or level == self.base_level:
                self._open(Section(plain(title), "", None, _line(token), "unread"))
        elif not self.outside:
            self.titles = [held for held in self.titles if held[0] < level]
            self.titles.append((level, plain(title).rstrip(":： ")))

    def _is_category_here(self, level: int, title: str) -> bool:
        return (
            bool(self.sections)
            and level == self.base_level
            and (is_category(title) or plain(title) in self.slipped)
        )

    def _open(self, section: Section) -> None:
        self.sections.append(section)
        self.titles = []
        self.seen = set()

    def _keep_whole(self, tokens: list[Token], start: int) -> None:
        """Make one bullet of all that stands under a heading which is no release's."""
        section = self.sections[-1] if self.sections else None
        if section is None or section.kind != "unread" or section.bullets:
            return
        inside = []
        for token in tokens[start:]:
            if token.type == "heading_open":
                break
            inside.append(token)
        paragraphs = [token.content for token in inside if token.type == "inline"]
        spans = [token.map for token in inside if token.map]
        if spans and not all(_ANCHOR_ONLY.fullmatch(text[:_SHORT]) for text in paragraphs):
            body = "\n".join(self.lines[section.line : max(end for _, end in spans)]).strip()
            section.bullets.append(Bullet("", "", f"{section.heading}\n\n{body}", section.line))

    def _list(self, tokens: list[Token], labels: tuple[str, ...]) -> None:
        """Read the items of one list; a label over a nested list is that list's component."""
        position = 0
        while position < len(tokens):
            end = _end_of_block(tokens, position)
            item, inner = tokens[position], tokens[position + 1 : end]
            nested = _label_and_lists(inner)
            if nested is not None:
                label, lists = nested
                for inside in lists:
                    self._list(inside, (*labels, label))
            elif text := self._item_text(item):
                self._add(text, item, labels)
            position = end + 1

    def _item_text(self, item: Token) -> str:
        start, end = item.map or (0, 0)
        first = _spaced(self.lines[start])
        # Lists in quotes carry `>` marks, and `- - x` a second marker: take what comes after.
        marker = next(
            (m for m in _MARKER.finditer(first) if not first[: m.start()].strip("> \t-*+")), None
        )
        if marker is None:
            return "\n".join(self.lines[start:end]).strip()
        width = marker.end()
        rest = [_spaced(line) for line in self.lines[start + 1 : end]]
        dedented = [line[:width].lstrip() + line[width:] for line in rest]
        return "\n".join([first[width:], *dedented]).strip()

    def _prose(self, token: Token, after_prose: bool) -> None:
        start, end = token.map or (0, 0)
        text = "\n".join(self.lines[start:end]).strip()
        section = self.sections[-1]
        if len(text) <= _SHORT and (_ANCHOR_ONLY.fullmatch(text) or not _seen(token, text)):
            return
        if section.released is None and (released := date_line(text)) is not None:
            section.released = released
        elif after_prose and token.type in ("fence", "code_block", "table_open"):
            above = section.bullets.pop()
            whole = f"{above.text}\n\n{text}"
            section.bullets.append(Bullet(above.category, above.component, whole, above.line))
        else:
            self._add(text, token, ())

    def _add(self, text: str, token: Token, labels: tuple[str, ...]) -> None:
        titles = [title for _, title in self.titles]
        known = [place for place, title in enumerate(titles) if is_category(title)]
        category = titles.pop(known[-1] if known else 0) if titles else ""
        component = " / ".join((*titles, *labels))
        if (category, component, text) not in self.seen:
            self.seen.add((category, component, text))
            self.sections[-1].bullets.append(Bullet(category, component, text, _line(token)))


def _seen(token: Token, text: str) -> bool:
    """Tell whether a block shows a reader anything: an HTML comment or bare anchor does not."""
    return token.type != "html_block" or bool(_TAG.sub("", text).strip())


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _spaced(line: str) -> str:
    """Return `line` with its indentation in spaces, and the rest as written."""
    rest = line.lstrip(" \t")
    return line[: len(line) - len(rest)].expandtabs(4) + rest


def _end_of_block(tokens: list[Token], start: int) -> int:
    """Return the position of the token that closes the block which opens at `start`."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


def _label_and_lists(inner: list[Token]) -> tuple[str, list[list[Token]]] | None:
    """Return an item's label and the lists under it, or None when it is a change itself."""
    if len(inner) < 4 or inner[0].type != "paragraph_open":
        return None
    text = inner[1].content
    label = plain(text).strip("*_ ").rstrip(":： ").strip("*_ ")
    if not _LABEL.fullmatch(label) or _VERB.match(label) or len(label.split()) > 4:
        return None
    lists = []
    position = 3
    while position < len(inner):
        if inner[position].type not in ("bullet_list_open", "ordered_list_open"):
            return None
        end = _end_of_block(inner, position)
        lists.append(inner[position + 1 : end])
        position = end + 1
    return label, lists
