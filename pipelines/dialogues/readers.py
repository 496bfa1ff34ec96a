"""Log rows become messages, one at a time; a row that is none is refused without its words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from pipelines.dialogues.keyed import keyed_digest
from pipelines.dialogues.lines import read_lines
from pipelines.dialogues.logs import LogFile, open_log
from pipelines.dialogues.markup import without_markup
from pipelines.dialogues.openclaw_database import database_rows
from pipelines.dialogues.rows import RefusedError, Row, csv_rows, json_rows
from pipelines.dialogues.times import read_time
from pipelines.dialogues.transcripts import MAX_EVENT, session_rows
from pipelines.errors import SourceError
from pipelines.records import Message, Outcome, Quarantined, Role
from pipelines.settings import DialogueSource, FieldMapping
from pipelines.text import clean

# `1.20231E+14`: what Excel makes of a long number.
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2}")
_GATEWAY_ROLES: dict[str, Role] = {"customer": "customer", "agent": "agent", "other": "other"}


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The last line of a file that is still being written; the next read will find it whole."""

    path: str
    line: int


def read_file(
    file: LogFile, source: DialogueSource, key: bytes
) -> Iterator[Message | Quarantined | Unfinished]:
    """Yield what each record of one file of `source` is, in the order of the file.

    Raises `SourceError` when the file cannot be read, or its header lacks a mapped column.
    """
    if source.format == "openclaw":
        yield from _messages(database_rows(file), file.path, _written_by_program(source), key)
        return
    with open_log(file) as handle:
        yield from read_messages(file.path, handle, source, key)


def read_messages(
    path: str, handle: BinaryIO, source: DialogueSource, key: bytes
) -> Iterator[Message | Quarantined | Unfinished]:
    """Yield what each record of one log is, in file order; any format but `openclaw`.

    Holds one record at a time, or one session of `clawdbot`. Raises `SourceError` when the header
    of a CSV file lacks a mapped column.
    """
    match source.format:
        case "csv":
            rows = _below_header(csv_rows(read_lines(handle), source.encoding), path, source)
        case "clawdbot":
            source = _written_by_program(source)
            rows = session_rows(read_lines(handle, MAX_EVENT), path)
        case "gateway":
            source = _written_by_program(source).model_copy(update={"roles": _GATEWAY_ROLES})
            rows = json_rows(read_lines(handle), "utf-8")
        case _:
            rows = json_rows(read_lines(handle), source.encoding)
    yield from _messages(rows, path, source, key)


def _written_by_program(source: DialogueSource) -> DialogueSource:
    return source.model_copy(update={"fields": FieldMapping(customer="customer")})


def _messages(
    rows: Iterator[Row], path: str, source: DialogueSource, key: bytes
) -> Iterator[Message | Quarantined | Unfinished]:
    zone = ZoneInfo(source.timezone)
    for row in rows:
        problem = row.problem
        if not problem:
            try:
                yield _message(row.values, source, zone, path, row.line)
            except RefusedError as refused:
                problem = str(refused)
        if problem and row.whole:
            fingerprint = keyed_digest(key, "line", row.raw)
            yield Quarantined("dialogues", source.name, path, row.line, problem, "", fingerprint)
        elif problem:
            yield Unfinished(path, row.line)


def _below_header(rows: Iterator[Row], path: str, source: DialogueSource) -> Iterator[Row]:
    """Yield the rows after the header, having checked that it has every mapped column."""
    header = next(rows, None)
    if header is None:
        return
    missing = [
        (name, column)
        for name, column in source.fields.model_dump().items()
        if column is not None and column not in header.values
    ]
    if header.problem:
        raise SourceError(f"`{path}`: the header line {header.problem}.")
    if missing and not header.whole:
        yield header._replace(problem="is an unfinished header")
        return
    if missing:
        wanted = " and ".join(f"`{column}` (`fields.{name}`)" for name, column in missing)
        raise SourceError(
            f"`{path}` has no column {wanted}. {_columns_found(header)} Mend `fields` of the "
            f"dialogue source `{source.name}` in `sources.toml`, or the file's first line."
        )
    yield from rows


def _columns_found(header: Row) -> str:
    """Name the columns, unless the line looks like a message: then its cells are personal."""
    names = [str(name) for name in header.values]
    if any(sum(map(str.isdigit, name)) >= 4 or len(name) > 40 for name in names):
        return "Its first line looks like a record: write the column names above it."
    return "It has " + ", ".join(f"`{clean(name)}`" for name in names) + "."


def _message(
    values: Mapping[str, Any], source: DialogueSource, zone: ZoneInfo, path: str, line: int
) -> Message:
    fields = source.fields
    conversation = _word(values, "conversation", fields.conversation)
    if not conversation:
        raise RefusedError(f"has an empty `{fields.conversation}` (`fields.conversation`); set it")
    try:
        at = read_time(_value(values, "at", fields.at), zone)
    except (TypeError, ValueError):
        raise RefusedError(
            f"has no time in `{fields.at}` (`fields.at`); write ISO 8601, or seconds or "
            "milliseconds since 1970"
        ) from None
    role = source.roles.get(_word(values, "role", fields.role))
    if role is None:
        raise RefusedError(
            f"has a `{fields.role}` (`fields.role`) that `roles` does not list; add it there as "
            "`customer`, `agent` or `other`"
        )
    text = _value(values, "text", fields.text)
    if text is None:  # a picture or a sticker: it was said, but there is nothing to read
        text = ""
    if not isinstance(text, str):
        raise RefusedError(f"has a `{fields.text}` (`fields.text`) that is no text; write a string")
    return Message(
        conversation,
        at,
        role,
        without_markup(clean(text)).strip(),
        _outcome(values, source),
        path,
        line,
        _customer(values, fields.customer),
    )


def _value(values: Mapping[str, Any], name: str, column: str) -> Any:
    try:
        return values[column]
    except KeyError:
        raise RefusedError(
            f"has no `{column}`; add it, or set `fields.{name}` to the key that holds it"
        ) from None


def _word(values: Mapping[str, Any], name: str, column: str) -> str:
    value = _value(values, name, column)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RefusedError(f"has a `{column}` (`fields.{name}`) that is no word; write a string")
    word = str(value).strip()
    if _SHORTENED.fullmatch(word):
        raise RefusedError(
            f"has a `{column}` (`fields.{name}`) that a spreadsheet rounded, which makes one of "
            "several; format that column as text in the original and export it again"
        )
    return word


def _customer(values: Mapping[str, Any], column: str | None) -> str:
    """Return who the customer is, empty when the record says nothing."""
    value = None if column is None else values.get(column)
    if column is None or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():  # how a spreadsheet writes a number
        value = int(value)
    return _word({column: value}, "customer", column)


def _outcome(values: Mapping[str, Any], source: DialogueSource) -> Outcome:
    """Return what the log says of the ending; a word that `outcomes` does not list says nothing."""
    if source.fields.outcome is None:
        return "unknown"
    return source.outcomes.get(str(values.get(source.fields.outcome, "")).strip(), "unknown")
