"""FAQ entries as Markdown that people edit on, and that reads back as the very same entries."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Literal

from pipelines.faq.authored import comment_of, front_matter_of, verbatim
from pipelines.faq.cells import answer_links, escaped, markdown_link
from pipelines.faq.markdown.document import MAX_CHARACTERS, MAX_LINES, TooComplexError
from pipelines.faq.markdown.entries import read_file
from pipelines.faq.markdown.includes import Include, nothing
from pipelines.faq.markdown.links import full_url
from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry, Link
from pipelines.sources.files import SourceFile
from pipelines.text import is_chinese

_DEEPEST = 6
# Follows an entry that is tried by itself, to tell whether its answer runs on into the next.
_NEXT = "\n# 下一个问题？\n\n下一个答案。\n"
_Title = Literal["raw", "escaped", "labelled", "declared"]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A Markdown file of entries."""

    text: str
    entries: int
    """How many of the entries are in the text."""
    explicit: int
    """Entries of which a part had to be marked, since the plain form would read differently."""
    lost: tuple[FaqEntry, ...]
    """Entries that are not in the text: no form of them reads back the same."""
    problem: str = ""
    """Why a file of all these entries cannot be read at all; then all are lost."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How an entry is written; as plain as it reads back the same."""

    title: _Title = "raw"
    verbatim: bool = False
    similar: bool = False
    """Whether similar questions stand in the comment, and not in a line of their own."""
    links: bool = False
    """Whether all links stand in the comment, which puts them in its order."""


# Beyond that nobody finds anything in a file, and the reader has limits of its own.
_PAGE_ENTRIES = 2_000
_PAGE_LINES = MAX_LINES // 2
_PAGE_CHARACTERS = MAX_CHARACTERS // 2

_PLAIN = _Form()
_EXPLICIT = _Form("declared", verbatim=True, similar=True, links=True)
_TITLES: tuple[_Title, ...] = ("raw", "escaped", "labelled", "declared")


@dataclass(frozen=True, slots=True)
class _Writer:
    """What all entries of a file share."""

    path: str
    source: str
    base_url: str
    head: str
    """The front matter."""
    said: frozenset[str]
    """Names of the review's fields that the front matter speaks of."""


def manuscript(entries: Sequence[FaqEntry], *, path: str, base_url: str = "") -> Manuscript:
    """Write entries, in their order, as the file at `path` of a source with `base_url`.

    An entry that would not come back the same in plain Markdown is written more explicitly: its
    title escaped or labelled, its answer between markers, the rest in a comment.
    """
    head, said = front_matter_of(entries)
    source = entries[0].source if entries else ""
    writer = _Writer(path, source, base_url, head, said)
    forms = [(entry, _form(writer, entry) if _is_bounded(entry) else None) for entry in entries]
    kept = [(entry, form) for entry, form in forms if form is not None]
    lost = [entry for entry, form in forms if form is None]
    while kept:
        text, starts = _written(writer, kept)
        read = _read(writer, text)
        if _is_refused(read):
            return Manuscript("", 0, 0, tuple(entries), read.quarantined[0].reason)
        wrong = _misread(read, kept, starts)
        if not wrong:
            break
        if all(form == _EXPLICIT for _, form in kept):
            lost += [kept[index][0] for index in wrong]
            kept = [pair for index, pair in enumerate(kept) if index not in wrong]
        elif all(kept[index][1] == _EXPLICIT for index in wrong):
            kept = [(entry, _EXPLICIT) for entry, _ in kept]
        else:
            kept = [
                (entry, _EXPLICIT if index in wrong else form)
                for index, (entry, form) in enumerate(kept)
            ]
    explicit = sum(form != _PLAIN for _, form in kept)
    return Manuscript(text if kept else head, len(kept), explicit, tuple(lost))


def manuscripts(entries: Iterable[FaqEntry], *, path: str) -> Iterator[Manuscript]:
    """Write entries as one file, or as several where one would be too long."""
    for page in _pages(entries):
        written = manuscript(page, path=path)
        if written.problem and len(page) > 1:
            half = len(page) // 2
            yield from manuscripts(page[:half], path=path)
            yield from manuscripts(page[half:], path=path)
        else:
            yield written


def appended(text: str, entry: FaqEntry, *, path: str, base_url: str = "") -> str | None:
    """Return `text`, a file at `path`, with one entry more behind all that it holds.

    None where no form of the entry would be read back the same, or would change how the rest of
    the file is read.
    """
    writer = _Writer(path, entry.source, base_url, "", frozenset())
    # On the second level: a question on the first is a page's title as soon as others follow.
    entry = replace(entry, heading_path=("FAQ",))
    form = _form(writer, entry) if _is_bounded(entry) else None
    for one in (form, _EXPLICIT) if form else ():
        block = _written(writer, [(entry, one)])[0].removeprefix("# FAQ\n\n")
        whole = f"{text.rstrip()}\n\n{block}" if text.strip() else block
        # People go on writing behind it, on whatever level of headings they are used to.
        if all(_adds(writer, text, entry, whole, then) for then in ("", _NEXT, f"\n#{_NEXT[1:]}")):
            return whole
    return None


def _adds(writer: _Writer, text: str, entry: FaqEntry, whole: str, then: str) -> bool:
    """Tell whether `whole` is read as what `text` is and the entry, also with `then` behind it."""
    before = _read(writer, text, include=_anything)
    after = _read(writer, whole + then, include=_anything)
    place = len(before.entries)
    return (
        len(after.entries) == place + 1 + bool(then)
        and all(map(_same, after.entries, before.entries))
        and _same(replace(after.entries[place], heading_path=entry.heading_path), entry)
        and len(after.quarantined) == len(before.quarantined)
    )


def _anything(path: str) -> bytes:
    """Find a file wherever an include looks for one: an answer that includes one is told by it."""
    return path.encode()


def _pages(entries: Iterable[FaqEntry]) -> Iterator[list[FaqEntry]]:
    page: list[FaqEntry] = []
    lines = characters = 0
    for entry in entries:
        lines += entry.answer.count("\n") + 1
        characters += len(entry.answer)
        full = len(page) >= _PAGE_ENTRIES or lines > _PAGE_LINES or characters > _PAGE_CHARACTERS
        if page and full:
            yield page
            page, lines, characters = [], entry.answer.count("\n") + 1, len(entry.answer)
        page.append(entry)
    if page:
        yield page


def _is_bounded(entry: FaqEntry) -> bool:
    """Tell whether the answer, by itself, can be read at all."""
    try:
        answer_links(entry.answer)
    except TooComplexError:
        return False
    return True


def _form(writer: _Writer, entry: FaqEntry) -> _Form | None:
    """Return the plainest form in which the entry reads back, by itself, as it is."""
    for title, marked in product(_TITLES, (False, True)):
        form = _Form(title, marked)
        for _ in range(3):
            text, starts = _written(writer, [(entry, form)])
            read = _read(writer, text + _NEXT)
            if _is_refused(read):
                return None
            found = next((e for e in read.entries if e.line_start == starts[0]), None)
            if found is None or len(read.entries) != 2 or read.quarantined:
                break
            if _same(found, entry):
                return form
            form = replace(
                form,
                similar=form.similar or found.similar_questions != entry.similar_questions,
                links=form.links or found.links != entry.links,
            )
    return None


def _is_refused(read: ParsedFile) -> bool:
    """Tell whether the file as a whole is too much for the reader."""
    return any(remark.rule == "unreadable" for remark in read.remarks)


def _misread(
    read: ParsedFile, kept: Sequence[tuple[FaqEntry, _Form]], starts: Sequence[int]
) -> set[int]:
    """Return which entries do not come back, or something else out of them."""
    found = {entry.line_start: entry for entry in read.entries}
    wrong = {
        index
        for index, ((entry, _), start) in enumerate(zip(kept, starts, strict=True))
        if start not in found or not _same(found[start], entry)
    }
    strays = [*(found.keys() - set(starts)), *(bad.line for bad in read.quarantined)]
    return wrong | {max(0, bisect_right(starts, line) - 1) for line in strays}


def _same(one: FaqEntry, other: FaqEntry) -> bool:
    return all(
        getattr(one, part) == getattr(other, part)
        for part in (
            "heading_path", "question", "similar_questions", "answer", "links", "review", "anchor"
        )
    )  # fmt: skip


def _read(writer: _Writer, text: str, include: Include = nothing) -> ParsedFile:
    file = SourceFile(writer.path, text.encode("utf-8"))
    return read_file(file, source=writer.source, base_url=writer.base_url, include=include)


def _written(writer: _Writer, kept: Iterable[tuple[FaqEntry, _Form]]) -> tuple[str, list[int]]:
    """Return the text of entries, and the 1-based line at which each one begins."""
    lines = writer.head.split("\n")[:-1]
    starts: list[int] = []
    above: list[str] = []
    for entry, form in kept:
        path = list(entry.heading_path)
        shared = 0
        while shared < min(len(path), len(above)) and path[shared] == above[shared]:
            shared += 1
        for level in range(shared, len(path)):
            lines += _apart(lines, f"{'#' * (level + 1)} {_heading(path[level])}")
        block = _block(writer, entry, form)
        lines += _apart(lines, block[0])
        starts.append(len(lines))
        lines += block[1:]
        above = [*path, entry.question] if len(path) < _DEEPEST else path
    return "\n".join(lines) + "\n", starts


def _apart(lines: Sequence[str], line: str) -> list[str]:
    return ["", line] if lines else [line]


def _block(writer: _Writer, entry: FaqEntry, form: _Form) -> list[str]:
    """Return the lines of one entry: question, comment, similar questions, answer, documents."""
    similar = entry.similar_questions
    related = _related(writer, entry)
    chinese = is_chinese(entry.question + entry.answer)
    colon = "：" if chinese else ": "
    parts = [_title(entry, form, colon)]
    comment = comment_of(
        entry.review,
        but=writer.said,
        question=entry.question if form.title == "declared" else "",
        similar=similar if form.similar else (),
        links=entry.links if form.links else (),
    )
    if comment:
        parts[0] += f"\n{comment}"
    if similar and not form.similar:
        parts.append(_similar(similar, chinese=chinese))
    answer = verbatim(entry.answer) if form.verbatim else entry.answer
    label = f"**A**{colon.strip()}\n\n" if len(entry.heading_path) >= _DEEPEST else ""
    parts.append(label + answer)
    if related and not form.links:
        names = ("关联文档", "、") if chinese else ("Docs", ", ")
        parts.append(f"**{names[0]}**{colon}{names[1].join(map(markdown_link, related))}")
    return "\n\n".join(parts).split("\n")


def _title(entry: FaqEntry, form: _Form, colon: str) -> str:
    question = entry.question if form.title == "raw" else escaped(entry.question)
    level = len(entry.heading_path) + 1
    if level > _DEEPEST:
        return f"**Q**{colon}{question}"
    label = f"Q{colon}" if form.title in ("labelled", "declared") else ""
    anchor = f" {{#{entry.anchor}}}" if entry.anchor else ""
    return f"{'#' * level} {label}{question}{anchor}"


def _similar(similar: Sequence[str], *, chinese: bool) -> str:
    label = "**相似问题**：" if chinese else "**Similar questions**: "
    return label + ("；" if chinese else "; ").join(similar)


def _related(writer: _Writer, entry: FaqEntry) -> tuple[Link, ...]:
    """Return the links that the answer itself does not hold."""
    links = answer_links(entry.answer)
    held = {full_url(link.url, writer.path, writer.base_url) for link in links}
    return tuple(link for link in entry.links if link.url not in held)


@lru_cache(maxsize=4096)
def _heading(words: str) -> str:
    """Return the plainest title of a heading that reads as `words`."""
    for title in (words, escaped(words), f"1. {escaped(words)}"):
        file = SourceFile("", f"# {title}\n{_NEXT.replace('#', '##')}".encode())
        if [entry.heading_path for entry in read_file(file, source="").entries] == [(words,)]:
            return title
    return escaped(words)
