"""Rows of a spreadsheet as FAQ entries: which column is what, and which rows can be none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.faq.cells import answer_links, links_of, unguarded
from pipelines.faq.markdown.document import TooComplexError
from pipelines.faq.markdown.entries import MAX_QUESTION
from pipelines.faq.markdown.line_kinds import question_words, similar_in, strength_of
from pipelines.faq.markdown.review import Said, said_in
from pipelines.faq.spreadsheets.columns import (
    REVIEW_COLUMNS,
    Column,
    column_named,
    header_row,
    is_exported,
)
from pipelines.faq.spreadsheets.sheet import Sheet
from pipelines.records import Approval, FaqEntry, Link, Review
from pipelines.text import clean, digest, fold, one_line

_NO_QUESTION = "the row has no question; write one, or remove the row"
_NO_ANSWER = "the question has no answer; write one, or remove the row"
_LONG_QUESTION = f"the question is over {MAX_QUESTION} characters; shorten it"
_MAX_HEADINGS = 6
_LISTS: tuple[Column, ...] = ("question", "similar", "headings")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that did not become an entry, and why."""

    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a spreadsheet holds; an entry's `path` is its sheet here, and its lines are rows."""

    entries: tuple[FaqEntry, ...]
    refused: tuple[RefusedRow, ...]
    notes: tuple[str, ...]
    """How the sheets were read, and what of them was not used."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column of a sheet is what."""

    columns: tuple[Column | None, ...]
    first_row: int
    """0-based, below the header."""
    exported: bool = False
    """Whether it is Sanku's own export: read as written, nothing in it split or cleaned."""

    def cells(self, row: Sequence[str], column: Column) -> list[str]:
        """Return what a row holds in the columns of a kind, without empty cells.

        Cells beyond the header are of the last column: so FastGPT lists its indexes.
        """
        beyond = self.columns[-1]
        kinds = (*self.columns, *(beyond for _ in row[len(self.columns) :]))
        return [cell for kind, cell in zip(kinds, row, strict=False) if kind == column and cell]


@dataclass(slots=True)
class _Reading:
    """What was read of the sheets so far."""

    status: Approval | None
    found: dict[tuple[object, ...], FaqEntry] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, sheet: Sheet, layout: _Layout) -> None:
        unreadable = dict(sheet.unreadable)
        rows = _rows(sheet, layout)
        header = rows[layout.first_row - 1] if layout.first_row else []
        for index, row in enumerate(rows):
            number = index + 1
            if number in unreadable:
                self.refused.append(RefusedRow(sheet.name, number, unreadable[number]))
            # A header stands twice where several lists were copied below each other.
            if index < layout.first_row or row == header or not any(map(str.strip, row)):
                continue
            entry = _entry(row, layout, (sheet.name, number), self.status)
            problem = entry if isinstance(entry, str) else self._add(entry, layout)
            if problem:
                self.refused.append(RefusedRow(sheet.name, number, problem))

    def _add(self, entry: FaqEntry, layout: _Layout) -> str:
        """Keep an entry, joined to one that says the same; or return why it cannot be kept."""
        review = entry.review
        holds = (fold(review.product), review.valid_from, review.valid_until)
        # An export has entries that ask the same under other headings: they are told apart.
        key = (len(self.found),) if layout.exported else (fold(entry.question), *holds)
        before = self.found.get(key)
        if before is None:
            self.found[key] = entry
            return ""
        if fold(before.answer) != fold(entry.answer):
            sheet = f" of `{one_line(before.path)}`" if before.path != entry.path else ""
            return (
                f"row {before.line_start}{sheet} asks the same and is answered differently; keep "
                "one of both answers, or name the product of each in a column"
            )
        similar = before.similar_questions + entry.similar_questions
        told = before.review
        self.found[key] = replace(
            before,
            similar_questions=_distinct(before.question, similar),
            links=_once(before.links + entry.links),
            review=replace(
                told,
                tags=tuple(dict.fromkeys(told.tags + review.tags)),
                not_for=tuple(dict.fromkeys(told.not_for + review.not_for)),
            ),
        )
        return ""


def imported(
    sheets: Sequence[Sheet], *, only: str = "", status: Approval | None = None
) -> Imported:
    """Return the entries of all sheets that can be read, or of the one named `only`.

    They are drafts unless `status` says otherwise; rows of Sanku's own export keep theirs. A row
    that calls itself a draft is one whatever `status` says.
    """
    reading = _Reading(status)
    layouts = [(sheet, _layout(sheet)) for sheet in sheets if not only or sheet.name == only]
    if not any(layout for _, layout in layouts):
        layouts = [(sheet, _two_columns(sheet)) for sheet, _ in layouts]
    for sheet, layout in layouts:
        place = f"sheet `{one_line(sheet.name)}`" if sheet.name else "the file"
        if layout is None:
            if any(map(any, sheet.rows)):
                reading.notes.append(f"{place} has no columns of questions and answers: not read")
        elif sheet.hidden and not only:
            reading.notes.append(f"{place} is hidden: not read; `--sheet` reads it all the same")
        else:
            reading.notes += _unused(sheet, layout, place)
            reading.read(sheet, layout)
    entries = list(reading.found.values())
    order: dict[tuple[str, ...], int] = {}
    for entry in entries:
        order.setdefault(entry.heading_path[:1], len(order))
    entries.sort(key=lambda entry: order[entry.heading_path[:1]])
    return Imported(tuple(entries), tuple(reading.refused), tuple(reading.notes))


def _layout(sheet: Sheet) -> _Layout | None:
    at = header_row(sheet.rows)
    if at is None:
        return None
    header = sheet.rows[at]
    columns = [column_named(cell) for cell in header]
    if "title" in columns:
        # What MaxKB calls a problem is one of several wordings; its title may be only a topic.
        columns = ["similar" if column == "question" else column for column in columns]
    return _Layout(tuple(columns), at + 1, is_exported(header))


def _two_columns(sheet: Sheet) -> _Layout | None:
    """Return the layout of a sheet without a header, as RAGFlow has it: questions, answers."""
    rows = [row for row in sheet.rows if any(cell.strip() for cell in row)]
    pairs = rows and all(not any(cell.strip() for cell in row[2:]) for row in rows)
    if pairs and len(rows[0]) > 1 and all(cell.strip() for cell in rows[0][:2]):
        return _Layout(("question", "answer"), 0)
    return None


def _unused(sheet: Sheet, layout: _Layout, place: str) -> Iterator[str]:
    if layout.first_row == 0:
        yield f"{place} has no header: read as two columns, question and answer"
        return
    header = sheet.rows[layout.first_row - 1]
    unused = [
        f"`{one_line(cell, 40)}`"
        for cell, column in zip(header, layout.columns, strict=True)
        if column is None and cell.strip()
    ]
    if unused:
        yield f"{place}: not used: {', '.join(unused)}"


def _rows(sheet: Sheet, layout: _Layout) -> list[list[str]]:
    """Return the rows as people see them: what is merged holds in all its rows.

    A cell merged over question and answer is the title of what is below it, and no entry.
    """
    rows = [[unguarded(cell) for cell in row] for row in sheet.rows]
    kinds = layout.columns
    for first, left, last, right in sheet.merged:
        across = set(kinds[left : right + 1])
        if first < layout.first_row or left >= len(kinds):
            continue
        if "answer" in across and across & {"question", "title"}:
            for row in rows[first : last + 1]:
                row[left : right + 1] = [""] * len(row[left : right + 1])
            continue
        for row in rows[first + 1 : last + 1]:
            if left < len(row):
                row[left] = rows[first][left]
    return rows


def _entry(
    row: Sequence[str], layout: _Layout, place: tuple[str, int], status: Approval | None
) -> FaqEntry | str:
    """Return a row as an entry, or why it is none."""
    question, similar, headings = _wordings(row, layout)
    answer = _without_blank_lines("\n\n".join(layout.cells(row, "answer")))
    if not question:
        return _NO_QUESTION
    if not answer:
        return _NO_ANSWER
    if len(question) > MAX_QUESTION:
        return _LONG_QUESTION
    said = _said(row, layout)
    for key, _ in said.problems:
        if key != "status":
            return f"`{key}` is no date, or ends before it begins; write it like `2026-11-02`"
    try:
        links = _links(answer, "\n".join(layout.cells(row, "links")))
    except TooComplexError as error:
        return str(error)
    return FaqEntry(
        id=digest("faq", "", fold(question)),
        source="",
        path=place[0],
        line_start=place[1],
        line_end=place[1],
        heading_path=headings[:_MAX_HEADINGS],
        question=question,
        similar_questions=_distinct(question, filter(None, similar)),
        answer=answer,
        links=links,
        content_hash="",
        review=_review(said, status or ("approved" if layout.exported else "draft")),
    )


def _wordings(row: Sequence[str], layout: _Layout) -> tuple[str, list[str], tuple[str, ...]]:
    """Return a row's question, its other wordings, and the headings above it."""
    if layout.exported:
        asked, similar, above = (
            [_plain(line) for cell in layout.cells(row, column) for line in cell.split("\n")]
            for column in _LISTS
        )
        return " ".join(asked), similar, tuple(filter(None, above))
    asked = [_bare(cell) for cell in layout.cells(row, "question")]
    asked += [wording for cell in layout.cells(row, "similar") for wording in similar_in(cell)]
    asked = [wording for wording in asked if wording]
    above = [_bare(cell) for cell in layout.cells(row, "category")]
    for title in map(_bare, layout.cells(row, "title")):
        if not asked or strength_of(title) in ("asked", "likely"):
            asked.insert(0, title)
        else:
            above.append(title)
    question, *similar = asked or [""]
    return question, similar, tuple(filter(None, above))


def _plain(line: str) -> str:
    return " ".join(clean(line).split())


def _bare(cell: str) -> str:
    """Return a cell as one line, without numbering and label."""
    return _plain(question_words(cell)[0])


def _said(row: Sequence[str], layout: _Layout) -> Said:
    told: dict[str, object] = {}
    for column in REVIEW_COLUMNS:
        cells = layout.cells(row, column)
        lines = "\n".join(cells).split("\n")
        if column == "tags":
            # Each line of an export is a tag; the reader takes one `#` off each of them.
            exact = [f"#{tag}" if tag.startswith("#") else tag for tag in lines]
            told[column] = exact if layout.exported else ",".join(lines)
        elif column == "not_for":
            told[column] = lines if layout.exported else "\n".join(lines)
        elif cells:
            told[column] = ", ".join(cells)
    return said_in(told)[0]


def _review(said: Said, status: Approval) -> Review:
    return (
        said.over(Said({"status": status})).review()
        if status == "approved"
        else replace(said.review(), status="draft")
    )


def _links(answer: str, cell: str) -> tuple[Link, ...]:
    """Return the links of the answer and of the cell beside it, each target once.

    Where the cell has them all, as in an export, its order counts.
    """
    held = [link for link in answer_links(answer) if link.url[:1] != "#"]
    named = links_of(cell)
    if {link.url for link in held} <= {link.url for link in named}:
        held = []
    return _once([*held, *named])


def _once(links: Iterable[Link]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
    return tuple(found.values())


def _distinct(question: str, similar: Iterable[str]) -> tuple[str, ...]:
    found = {fold(question): question}
    for wording in similar:
        found.setdefault(fold(wording), wording)
    return tuple(found.values())[1:]


def _without_blank_lines(text: str) -> str:
    """Drop blank lines around an answer, but not the indentation of its first line."""
    text = text.rstrip()
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :]
