"""A changelog as sections of bullets: under which release each change stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from pipelines.changelog.categories import begins_with_verb, is_category, kind_of_change
from pipelines.changelog.dates import date_line, find_date, month_line, signature_date
from pipelines.changelog.headings import heading_date, named, plain
from pipelines.changelog.marks import (
    begins_with_type,
    category_mark,
    scope_mark,
    split_at_marks,
)
from pipelines.changelog.noise import (
    is_link_list,
    is_neutral_heading,
    is_noise,
    is_thanks_heading,
    is_title,
)
from pipelines.changelog.outline import Heading, Outline, outline_of
from pipelines.changelog.parts import Block, Part, Title, parts_of
from pipelines.changelog.styles import LABEL_LEVEL, as_markdown
from pipelines.text import clean

# `[bug introduced in 8.17]` on a line of its own goes with the change above.
_REMARK = re.compile(r"\[[^\[\]]+\]")
# `### Core` with nothing below is a group without changes; `### Require OpenSSL 3` is a change.
_FEWEST_WORDS = 3

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
    last: int
    """The last line of the file that it stands in."""


@dataclass(slots=True)
class Section:
    """What stands under one release heading, or under `[Unreleased]`."""

    heading: str
    version: str
    """Without a leading `v`; empty where the heading names none."""
    released: date | None
    line: int
    kind: SectionKind = "release"
    month: date | None = None
    """First day of the month that is all that the heading says of when."""
    package: str = ""
    """What the heading puts before the version: a package of a monorepo, or the product's name."""
    bullets: list[Bullet] = field(default_factory=list)


# A release is compared with the one before, which was read a moment ago.
@lru_cache(maxsize=8)
def parse_changelog(text: str) -> tuple[Section, ...]:
    """Return the sections of a changelog, in file order; treat them as read-only.

    A file without a single release heading is one open section, so that nothing is lost.
    """
    lines = as_markdown(clean(text))
    parts = parts_of(lines)
    outline = outline_of([(part.title.level, part.title.text) for part in parts if part.title])
    reader = _Reader([line.text for line in lines], [line.number for line in lines], parts, outline)
    reader.read()
    if len(reader.sections) > 1 and not reader.sections[0].heading:
        # A table that names its versions leaves nothing open.
        reader.sections = [one for one in reader.sections if one.heading or one.bullets]
    return tuple(reader.sections)


class _Reader:
    """Walks the parts once, keeping the section and the headings that it is under."""

    def __init__(
        self, lines: list[str], numbers: list[int], parts: list[Part], outline: Outline
    ) -> None:
        self.lines = lines
        self.numbers = numbers
        self.parts = parts
        headings = iter(outline.headings)
        self.headings = [next(headings) if part.title else None for part in parts]
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
        # The day that a heading right above a release's says of it.
        self.day: date | None = None
        if not self.base_level:
            self.sections.append(Section("", "", None, 1, "open"))

    def read(self) -> None:
        if self.base_level:
            self._preface()
        for place, (part, heading) in enumerate(zip(self.parts, self.headings, strict=True)):
            if part.title and heading:
                if self._is_sentence(part.title, heading):
                    self._prose(part, _paragraph(part.title))
                else:
                    self._heading(place, part.title, heading)
            if not self.outside:
                for block in part.blocks:
                    self._block(part, block)

    def _preface(self) -> None:
        """Keep what stands above the first section, unless it only introduces the file."""
        above = []
        for part, heading in zip(self.parts, self.headings, strict=True):
            is_named = heading is not None and self._is_title(heading)
            if heading and not is_named and (heading.kind != "title" or self._is_unread(heading)):
                break
            above += [(part, block) for block in part.blocks]
        if not any(_is_content(block) for _, block in above):
            return
        (part, first), (end, last) = above[0], above[-1]
        line, until = part.start + first.first, end.start + last.last
        self._open(Section("", "", None, self.numbers[line], "unread"))
        self._whole(line, until)

    def _block(self, part: Part, block: Block) -> None:
        if block.kind == "item":
            self._add(block.text, part, block, block.labels)
        elif block.kind == "row":
            self._row(block.version, block.date, self.numbers[part.start + block.first])
            self._add(block.text, part, block, block.labels)
        elif block.kind == "end of fold":
            self.titles = [held for held in self.titles if held[0] < LABEL_LEVEL]
        else:
            self._prose(part, block)

    def _is_sentence(self, title: Title, heading: Heading) -> bool:
        return (
            title.rule == "-"
            and heading.kind == "title"
            and not self.outside
            and _SENTENCE.fullmatch(title.text[:200]) is not None
        )

    def _heading(self, place: int, where: Title, heading: Heading) -> None:
        title, level = plain(heading.title), heading.level
        line = self._number(place, where.first)
        if (day := self._day_of_next(place, title)) is not None:
            self.day = day
        elif heading.kind == "date" and level > self.base_level and self.sections:
            section = self.sections[-1]
            section.released = section.released or find_date(title)
        elif heading.kind != "title":
            self._open(self._section(heading, title, line))
            self.outside = False
        elif not title:
            return
        elif self._is_title(heading):
            # What stands below it introduces the file.
            return
        elif self._is_unread(heading):
            self.outside = True
            # Above the first release, a shallower heading is the title of the file.
            if self.sections or level == self.base_level:
                self._open(Section(title, "", None, line, "unread"))
                self._keep_whole(place)
        elif not self.outside:
            self.titles = [held for held in self.titles if held[0] < level]
            if self._is_leaf(place, level) and _tells_a_change(title):
                self._add(title, self.parts[place], _paragraph(where), ())
            self.titles.append((level, title.rstrip(":： ")))

    def _section(self, heading: Heading, title: str, line: int) -> Section:
        name = heading.named
        released = heading_date(heading.title) or self.day
        self.day = None
        section = Section(title, name.version if name else "", released, line)
        section.kind = "open" if heading.kind == "open" else "release"
        section.package = name.package if name else ""
        section.month = month_line(title) if heading.kind == "date" else None
        return section

    def _day_of_next(self, place: int, title: str) -> date | None:
        """Return the day that a heading says of the release whose heading follows at once."""
        after = self.headings[place + 1] if place + 1 < len(self.headings) else None
        if self.parts[place].blocks or after is None or after.kind != "release":
            return None
        return date_line(title)

    def _is_leaf(self, place: int, level: int) -> bool:
        """Tell whether nothing stands below a heading."""
        after = self.parts[place + 1].title if place + 1 < len(self.parts) else None
        return not self.parts[place].blocks and (after is None or after.level <= level)

    def _is_title(self, heading: Heading) -> bool:
        """Tell whether a heading is the title of the file."""
        is_first = heading is self.first and heading.kind == "title"
        return is_first and (heading.level == 1 or is_title(plain(heading.title)))

    def _is_unread(self, heading: Heading) -> bool:
        return (
            heading.kind == "title"
            and heading.level <= self.base_level
            and not self._is_category_here(heading.level, plain(heading.title))
        )

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

    def _keep_whole(self, place: int) -> None:
        """Make one bullet of all that stands under a heading which is no release's."""
        held: list[tuple[int, Block]] = []
        end = place
        while end == place or (end < len(self.parts) and self._level(end) > self.base_level):
            part = self.parts[end]
            held += [(part.start, block) for block in part.blocks]
            end += 1
        if held and not is_link_list([block.text for _, block in held]):
            last = max(start + block.last for start, block in held)
            where = self.parts[place].title
            self._whole(self.parts[place].start + (where.last + 1 if where else 0), last)

    def _level(self, place: int) -> int:
        title = self.parts[place].title
        return title.level if title else 0

    def _whole(self, first: int, last: int) -> None:
        section = self.sections[-1]
        body = "\n".join(self.lines[first : last + 1]).strip()
        text = f"{section.heading}\n\n{body}" if section.heading else body
        section.bullets.append(Bullet("", "", text, section.line, self.numbers[last]))

    def _prose(self, part: Part, block: Block) -> None:
        section = self.sections[-1]
        line, _, rest = block.text.partition("\n")
        if rest and section.released is None and (released := date_line(line)) is not None:
            section.released = released
            block = replace(block, text=rest, first=block.first + 1)
        if self.titles and self.titles[-1][0] == LABEL_LEVEL and category_mark(block.text):
            # `【修复】…` below the list of `【新增】` begins anew.
            self.titles.pop()
        if (signed := signature_date(block.text)) is not None:
            section.released = signed
        elif section.released is None and (released := date_line(block.text)) is not None:
            section.released = released
        elif block.kind == "attached" and section.bullets:
            above = section.bullets.pop()
            whole = f"{above.text}\n\n{block.text}"
            last = self.numbers[part.start + block.last]
            section.bullets.append(replace(above, text=whole, last=last))
        else:
            for text, first, last in _changes_in_prose(block):
                self._add(text, part, replace(block, first=first, last=last), ())

    def _add(self, text: str, part: Part, block: Block, labels: tuple[str, ...]) -> None:
        for change in split_at_marks(text):
            self._add_one(change, part, block, labels)

    def _add_one(self, text: str, part: Part, block: Block, labels: tuple[str, ...]) -> None:
        titles = [title for _, title in self.titles if not is_neutral_heading(title)]
        if not text or is_noise(text) or any(map(is_thanks_heading, titles)):
            return
        category, parts = _category_of(titles, labels, text)
        scope = scope_mark(text)
        component = " / ".join((*parts, *((scope,) if scope and scope not in parts else ())))
        if (category, component, text) not in self.seen:
            self.seen.add((category, component, text))
            first, last = (self.numbers[part.start + at] for at in (block.first, block.last))
            self.sections[-1].bullets.append(Bullet(category, component, text, first, last))

    def _number(self, place: int, line: int) -> int:
        return self.numbers[self.parts[place].start + line]


def _paragraph(title: Title) -> Block:
    """Return a heading's words as a paragraph."""
    return Block("prose", title.text, title.first, title.last)


def _is_content(block: Block) -> bool:
    """Tell whether a block above the first section is more than an introduction."""
    if block.kind in ("item", "row"):
        return not is_link_list([block.text])
    return any(len(line) <= 80 and named(line) is not None for line in block.text.split("\n"))


def _tells_a_change(title: str) -> bool:
    """Tell whether a heading with nothing below is a change, and no empty group of changes."""
    if is_category(title) or is_neutral_heading(title) or is_thanks_heading(title):
        return False
    words = len(re.findall(r"[\u3400-\u9fff]", title)) // 2 + len(title.split())
    return begins_with_verb(title) or words >= _FEWEST_WORDS


def _changes_in_prose(block: Block) -> Iterator[tuple[str, int, int]]:
    """Yield the changes of a paragraph with their lines, each where all begin as changes do."""
    starts: list[tuple[int, list[str]]] = []
    for place, line in enumerate(block.text.split("\n"), start=block.first):
        if starts and (line.startswith((" ", "\t")) or _REMARK.fullmatch(line)):
            starts[-1][1].append(line.strip())
        else:
            starts.append((place, [line.rstrip(" \\").strip()]))
    changes = [("\n".join(lines), place, place + len(lines) - 1) for place, lines in starts]
    is_list = all(
        category_mark(text) or begins_with_verb(text) or begins_with_type(text)
        for text, _, _ in changes
    )
    yield from changes if len(changes) > 1 and is_list else [(block.text, block.first, block.last)]


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
