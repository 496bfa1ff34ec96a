"""A changelog as sections of bullets, through markdown-it's block tokens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from textwrap import dedent
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from pipelines.changelog.categories import begins_with_verb, is_category, kind_of_change
from pipelines.changelog.dates import date_line, find_date, signature_date
from pipelines.changelog.headings import heading_date, plain
from pipelines.changelog.items import LISTS, changes_in, end_of_block, item_text
from pipelines.changelog.marks import category_mark, scope_mark
from pipelines.changelog.noise import (
    is_link_list,
    is_neutral_heading,
    is_noise,
    is_thanks_heading,
    is_title,
)
from pipelines.changelog.outline import Heading, Outline, outline_of
from pipelines.changelog.rows import rows_of
from pipelines.changelog.styles import LABEL_LEVEL, as_markdown
from pipelines.changelog.tags import END_OF_FOLD
from pipelines.text import clean

# `open` waits for a release, as `[Unreleased]` does; `unread` has a heading that says nothing
# known, and is kept whole.
SectionKind = Literal["release", "open", "unread"]

# A line that Markdown takes for a heading because a rule stands below it, and that is a sentence.
_SENTENCE = re.compile(r".{60,}|.*[.。!！;；,，]\s*|.*\n.*", re.DOTALL)


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
    package: str = ""
    """What the heading puts before the version: a package of a monorepo, or the product's name."""
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
    lines = as_markdown(clean(text))
    tokens = _PARSER.parse("\n".join(line.text for line in lines))
    titles = [
        (int(token.tag[1]), tokens[position + 1].content)
        for position, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]
    reader = _Reader(
        [line.text for line in lines], [line.number for line in lines], outline_of(titles)
    )
    reader.read(tokens)
    if len(reader.sections) > 1 and not reader.sections[0].heading:
        # A table that names its versions leaves nothing open.
        reader.sections = [one for one in reader.sections if one.heading or one.bullets]
    return tuple(reader.sections)


class _Reader:
    """Walks the blocks once, keeping the section and the headings that it is under."""

    def __init__(self, lines: list[str], numbers: list[int], outline: Outline) -> None:
        self.lines = lines
        self.numbers = numbers
        self.headings = iter(outline.headings)
        self.first = outline.headings[0] if outline.headings else None
        self.base_level = outline.base_level
        # `## Plugin` among `### Plugin`: a heading that slipped a level, and no section of its own.
        self.slipped = {
            plain(one.title) for one in outline.headings if one.level > outline.base_level
        }
        self.sections: list[Section] = []
        self.titles: list[tuple[int, str]] = []
        self.seen: set[tuple[str, str, str]] = set()
        self.outside = bool(self.base_level)
        if not self.base_level:
            self.sections.append(Section("", "", None, 1, "open"))

    def read(self, tokens: Sequence[Token]) -> None:
        position = 0
        # Whether the block before was prose, so that code or a table after it belongs to it.
        after_prose = False
        while position < len(tokens):
            token = tokens[position]
            end = end_of_block(tokens, position)
            inner = tokens[position + 1 : end]
            if token.type == "heading_open":
                heading = next(self.headings)
                if self._is_sentence(token, heading):
                    self._prose(inner[0], after_prose=False)
                else:
                    self._heading(token, heading, tokens, end + 1)
            elif not self.outside:
                self._block(token, inner, after_prose=after_prose)
            after_prose = token.type == "paragraph_open" and not self.outside
            position = end + 1

    def _block(self, token: Token, inner: Sequence[Token], *, after_prose: bool) -> None:
        if token.type in LISTS:
            for item, labels in changes_in(inner):
                self._add(item_text(self.lines, item), item, labels)
        elif token.type == "table_open" and (rows := rows_of(inner, self.lines)):
            for row in rows:
                self._row(row.version, row.date, self.numbers[row.line])
                for text in row.texts:
                    labels = tuple(part for part in (row.category, row.component) if part)
                    self._add(text, None, labels, self.numbers[row.line])
        elif token.type == "hr":
            if token.markup.startswith(END_OF_FOLD):
                self.titles = [held for held in self.titles if held[0] < LABEL_LEVEL]
        elif token.type != "front_matter":
            self._prose(token, after_prose=after_prose)

    def _is_sentence(self, token: Token, heading: Heading) -> bool:
        return (
            token.markup == "-"
            and heading.kind == "title"
            and not self.outside
            and _SENTENCE.fullmatch(heading.title[:200]) is not None
        )

    def _heading(self, token: Token, heading: Heading, tokens: Sequence[Token], after: int) -> None:
        title, level = plain(heading.title), heading.level
        named = heading.named
        if heading.kind == "date" and level > self.base_level and self.sections:
            section = self.sections[-1]
            section.released = section.released or find_date(title)
        elif heading.kind != "title":
            released = heading_date(heading.title)
            section = Section(title, named.version if named else "", released, self._line(token))
            section.kind = "open" if heading.kind == "open" else "release"
            section.package = named.package if named else ""
            self._open(section)
            self.outside = False
        elif not title:
            return
        elif heading is self.first and (level == 1 or is_title(title)):
            # The title of the file; what stands below it introduces the file.
            return
        elif level <= self.base_level and not self._is_category_here(level, title):
            self.outside = True
            # Above the first release, a shallower heading is the title of the file.
            if self.sections or level == self.base_level:
                self._open(Section(title, "", None, self._line(token), "unread"))
                self._keep_whole(token, tokens, after)
        elif not self.outside:
            self.titles = [held for held in self.titles if held[0] < level]
            self.titles.append((level, title.rstrip(":： ")))

    def _is_category_here(self, level: int, title: str) -> bool:
        return (
            bool(self.sections)
            and level == self.base_level
            and self.sections[-1].kind != "unread"
            and (
                is_category(title)
                or is_neutral_heading(title)
                or is_thanks_heading(title)
                or title in self.slipped
            )
        )

    def _open(self, section: Section) -> None:
        self.sections.append(section)
        self.titles = []
        self.seen = set()

    def _row(self, version: str, released: str, line: int) -> None:
        """Open the section of a table's row, where its version is not that of the row above."""
        if version and version.lstrip("vV") != self.sections[-1].version:
            self._open(Section(version, version.lstrip("vV"), find_date(released), line))

    def _keep_whole(self, heading: Token, tokens: Sequence[Token], start: int) -> None:
        """Make one bullet of all that stands under a heading which is no release's."""
        inside: list[Token] = []
        for position in range(start, len(tokens)):
            token = tokens[position]
            if token.type == "heading_open" and int(token.tag[1]) <= self.base_level:
                break
            inside.append(token)
        paragraphs = [token.content for token in inside if token.type == "inline"]
        spans = [token.map for token in inside if token.map and token.type != "hr"]
        if spans and heading.map and not is_link_list(paragraphs):
            section = self.sections[-1]
            body = "\n".join(self.lines[heading.map[1] : max(end for _, end in spans)]).strip()
            section.bullets.append(Bullet("", "", f"{section.heading}\n\n{body}", section.line))

    def _prose(self, token: Token, *, after_prose: bool) -> None:
        start, end = token.map or (0, 0)
        text = dedent("\n".join(self.lines[start:end])).strip()
        section = self.sections[-1]
        if self.titles and self.titles[-1][0] == LABEL_LEVEL and category_mark(text):
            # `【修复】…` below the list of `【新增】` begins anew.
            self.titles.pop()
        if (signed := signature_date(text)) is not None:
            section.released = signed
        elif section.released is None and (released := date_line(text)) is not None:
            section.released = released
        elif (
            token.type in ("fence", "code_block", "table_open") and after_prose and section.bullets
        ):
            above = section.bullets.pop()
            whole = f"{above.text}\n\n{text}"
            section.bullets.append(Bullet(above.category, above.component, whole, above.line))
        else:
            for place, part in self._changes_in_prose(text):
                self._add(part, None, (), self.numbers[start + place])

    @staticmethod
    def _changes_in_prose(text: str) -> list[tuple[int, str]]:
        """Return the changes of a paragraph: its lines where each begins as a change does."""
        starts: list[tuple[int, list[str]]] = []
        for place, line in enumerate(text.split("\n")):
            if starts and line.startswith((" ", "\t")):
                starts[-1][1].append(line.strip())
            else:
                starts.append((place, [line.rstrip(" \\").strip()]))
        changes = [(place, "\n".join(lines)) for place, lines in starts]
        is_list = all(category_mark(one) or begins_with_verb(one) for _, one in changes)
        return changes if len(changes) > 1 and is_list else [(0, text)]

    def _add(self, text: str, token: Token | None, labels: tuple[str, ...], line: int = 0) -> None:
        titles = [title for _, title in self.titles if not is_neutral_heading(title)]
        if not text or is_noise(text) or any(map(is_thanks_heading, titles)):
            return
        category, parts = _category_of(titles, labels, text)
        scope = scope_mark(text)
        component = " / ".join((*parts, *((scope,) if scope and scope not in parts else ())))
        if (category, component, text) not in self.seen:
            self.seen.add((category, component, text))
            line = line or self._line(token)
            self.sections[-1].bullets.append(Bullet(category, component, text, line))

    def _line(self, token: Token | None) -> int:
        return self.numbers[token.map[0]] if token and token.map else 1


def _category_of(titles: Sequence[str], labels: Sequence[str], text: str) -> tuple[str, list[str]]:
    """Return a change's category, and the other names that it stands under.

    It is the first heading or label that names a kind of change, else what the change itself
    begins with, else the outermost heading.
    """
    outer, inner = list(titles), list(labels)
    if known := [place for place, name in enumerate(outer) if is_category(name)]:
        # `### Changes` above `#### Docs` says more of what was done.
        telling = [place for place in known if kind_of_change(outer[place], "") != "other"]
        return outer.pop((telling or known)[-1]), outer + inner
    if known := [place for place, name in enumerate(inner) if is_category(name)]:
        return inner.pop(known[0]), outer + inner
    if mark := category_mark(text):
        return mark, outer + inner
    return (outer.pop(0) if outer else ""), outer + inner
