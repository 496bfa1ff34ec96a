"""A draft that a person accepted -> a file of the FAQ, which the next pull reads like any other.

The entry is not put into the index past the FAQ: what stands in a file of the company's own is
seen in a diff, mended and removed like everything else, and holds where the warehouse is lost.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.drafting.passages import holds_placeholder
from pipelines.drafts import Draft, check_waits, record_accepted
from pipelines.errors import SettingsError, SourceError
from pipelines.faq.cells import answer_links
from pipelines.faq.conflicts import question_key
from pipelines.faq.manuscript import appended
from pipelines.faq.markdown.document import TooComplexError
from pipelines.faq.markdown.entries import MAX_QUESTION, read_file
from pipelines.faq.markdown.links import full_url
from pipelines.records import FaqEntry, Link, Review
from pipelines.settings import FaqSource, Settings
from pipelines.sources.files import SourceFile, decode, glob_segments, read_below, segments_match
from pipelines.text import clean, fold, one_line, shown_path
from pipelines.warehouse import Warehouse, write_text

FILE = "accepted.md"
"""The file of accepted entries, in the folder of the source that accepts them."""
LONGEST_ANSWER = 20_000

_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry that was accepted, as Markdown, and the file that holds it now."""

    markdown: str
    file: Path | None
    """None where no source accepts drafts: somebody has to copy the Markdown."""


def accepting(settings: Settings) -> FaqSource | None:
    """Return the FAQ source that accepted entries are written into, if one is declared."""
    return next((source for source in settings.faq if source.accepts_drafts), None)


def accept(
    settings: Settings, warehouse: Warehouse, draft: Draft, question: str, answer: str
) -> Accepted:
    """Write an entry with these words into the FAQ, and note that the draft was accepted.

    Raises `SourceError` for words that can be no entry, and for a file that cannot take one more;
    `SettingsError` where the source would not read its file; `GoneError` and `DecidedError` as
    `check_waits` does; `WarehouseError` where another writer holds the warehouse.
    """
    question, answer = one_line(question, MAX_QUESTION + 1), _tidy(answer)
    if reason := _unfit(question, answer):
        raise SourceError(reason)
    source, day = accepting(settings), settings.now().date()
    with warehouse.writing():
        check_waits(warehouse, draft)
        accepted = (
            _write(settings, source, question, answer, day)
            if source
            else Accepted(markdown_of(question, answer, day), None)
        )
        record_accepted(warehouse, draft, question, answer, day)
    return accepted


def _write(
    settings: Settings, source: FaqSource, question: str, answer: str, day: date
) -> Accepted:
    file = _file_of(settings, source)
    entry = _entry(source.name, source.base_url, question, answer, day)
    before = _text_of(file)
    for there in _asking(before, entry, source):
        if there.answer == entry.answer:  # a run was killed before it could note that
            return Accepted("", file)
        raise SourceError(
            f"`{FILE}:{there.line_start}` asks `{one_line(question)}` already, and answers "
            "otherwise. Edit it there, or accept the draft with another question."
        )
    after = appended(before, entry, path=FILE, base_url=source.base_url)
    if after is None:
        raise SourceError(
            f"`{shown_path(file)}` cannot take this entry: it would be read as something else, or "
            "what stands there would. Simplify its Markdown, or look at the end and the front "
            "matter of the file."
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, after)
    except OSError as error:
        raise SourceError(
            f"`{shown_path(file)}` cannot be written: {error.strerror}. Give Sanku's user the "
            "right to write there, and accept the draft again."
        ) from error
    return Accepted(after.removeprefix(before.rstrip()).lstrip("\n"), file)


def _asking(text: str, entry: FaqEntry, source: FaqSource) -> list[FaqEntry]:
    """Return the entries of a file that ask what `entry` does."""
    file = SourceFile(FILE, text.encode("utf-8"))
    found = read_file(file, source=source.name, base_url=source.base_url).entries
    asked = question_key(entry.question)
    return [one for one in found if question_key(one.question) == asked]


def markdown_of(question: str, answer: str, day: date) -> str:
    """Return an entry, accepted on `day`, as Markdown to copy.

    Raises `SourceError` where no Markdown reads as it.
    """
    text = appended("", _entry("", "", question, answer, day), path=FILE)
    if text is None:
        raise SourceError(
            "no Markdown reads back as this entry. Simplify the question, or "
            "the answer: fewer nested lists and tags."
        )
    return text


def _unfit(question: str, answer: str) -> str:
    """Return why these words can be no entry, with the way out; empty where they can."""
    if not fold(question):
        return "the question is empty. Write what customers ask."
    if len(question) > MAX_QUESTION:
        return f"the question is over {MAX_QUESTION} characters. Shorten it."
    if not fold(answer):
        return "the answer is empty. Write it: nothing in the index does."
    if len(answer) > LONGEST_ANSWER:
        return f"the answer is over {LONGEST_ANSWER:,} characters. Shorten it."
    if holds_placeholder(question) or holds_placeholder(answer):
        return (
            "`〈…1〉` stands for what redaction took out of a customer's words, and is no fact. "
            "Write what holds for every customer, or leave it out."
        )
    return ""


def _tidy(answer: str) -> str:
    """Return an answer as the FAQ's reader gives it back: without blank lines around it."""
    return _BLANK_LINES.sub("", clean(answer)).rstrip()


def _entry(source: str, base_url: str, question: str, answer: str, day: date) -> FaqEntry:
    try:
        links = tuple(
            Link(one.text, full_url(one.url, FILE, base_url)) for one in answer_links(answer)
        )
    except TooComplexError:
        links = ()  # `appended` refuses it
    return FaqEntry(
        id="",
        source=source,
        path=FILE,
        line_start=1,
        line_end=1,
        heading_path=(),
        question=question,
        similar_questions=(),
        answer=answer,
        links=links,
        content_hash="",
        # Accepting is the review: a release of before that day does not put it in doubt.
        review=Review(reviewed_at=day),
    )


def _file_of(settings: Settings, source: FaqSource) -> Path:
    if not segments_match(FILE, glob_segments(source.glob)):
        raise SettingsError(
            f"`{source.name}` sets `accepts_drafts`, but its `glob` `{source.glob}` reads no "
            f"`{FILE}`. Mend the `glob`, or set `accepts_drafts` for another source."
        )
    return settings.beside_sources(source.folder) / FILE


def _text_of(file: Path) -> str:
    """Return what the file holds; raises `SourceError` where the pull would refuse it."""
    if not file.exists() and not file.is_symlink():
        return ""
    found = read_below(file.parent.resolve(), file, FILE)
    if isinstance(found, str):
        raise SourceError(f"`{shown_path(file)}` cannot be added to: {found}.")
    try:
        return decode(found)
    except ValueError as error:
        raise SourceError(f"`{shown_path(file)}` cannot be added to: {error}.") from error
