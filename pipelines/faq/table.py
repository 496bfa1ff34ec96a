"""FAQ entries as an Arrow table: what a source's Parquet file holds, a row an entry."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

import pyarrow as pa

from pipelines.records import FaqEntry, Link, Review


def _field(name: str, kind: pa.DataType, doc: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


_TEXTS = pa.list_(pa.string())
_LINKS = pa.list_(pa.struct([pa.field("text", pa.string()), pa.field("url", pa.string())]))
_PAIRS = pa.list_(pa.struct([pa.field("key", pa.string()), pa.field("value", pa.string())]))

FAQ_SCHEMA = pa.schema(
    [
        _field("id", pa.string(), "32 hex digits; kept when the entry moves or is reworded"),
        _field("source", pa.string(), "name of the source in `sources.toml`"),
        _field("path", pa.string(), "file, relative to its source"),
        _field("line_start", pa.int32(), "line of the question, 1-based"),
        _field("line_end", pa.int32(), "last line of the answer, inclusive"),
        _field("heading_path", _TEXTS, "headings above the question, outermost first"),
        _field("question", pa.string(), "the question, as plain text"),
        _field("similar_questions", _TEXTS, "other wordings that its author listed"),
        _field("answer", pa.string(), "the author's Markdown"),
        _field("links", _LINKS, "links of the answer, and related documents"),
        _field("content_hash", pa.string(), "digest of all but where the entry stands"),
        _field("status", pa.string(), "`approved` or `draft`; a draft is not published"),
        _field("owner", pa.string(), "who keeps it"),
        _field("product", pa.string(), "product that it is about"),
        _field("tags", _TEXTS, "tags"),
        _field("valid_from", pa.date32(), "first day on which it holds", nullable=True),
        _field("valid_until", pa.date32(), "last day on which it holds", nullable=True),
        _field("reviewed_at", pa.date32(), "day of the last review", nullable=True),
        _field("reviewer", pa.string(), "who reviewed it"),
        _field("checked", pa.string(), "release that the answer was held against and holds; why"),
        _field("stale", pa.string(), "release that made the answer wrong, as a person agrees; why"),
        _field("not_for", _TEXTS, "questions that it must not be given for"),
        _field("front_matter", _PAIRS, "what else the file's front matter says"),
        _field("anchor", pa.string(), "name that the author gave the heading; may be empty"),
        _field("also_in", _TEXTS, "other places of the very same entry, as `path:line`"),
    ],
    metadata={"schema_version": "1"},
)
_REVIEW = tuple(field.name for field in fields(Review))


def entry_table(entries: Iterable[FaqEntry]) -> pa.Table:
    """Return `entries` as a table of `FAQ_SCHEMA`, sorted by id so that bytes repeat."""
    rows = []
    for entry in entries:
        row: dict[str, Any] = asdict(entry)
        row |= row.pop("review")
        row["front_matter"] = [{"key": key, "value": value} for key, value in entry.front_matter]
        rows.append(row)
    rows.sort(key=lambda row: row["id"])
    return pa.Table.from_pylist(rows, schema=FAQ_SCHEMA)


def entries_in(table: pa.Table) -> list[FaqEntry]:
    """Return the entries that a table of `FAQ_SCHEMA` holds, in its order."""
    return [_entry(row) for row in table.to_pylist()]


def _entry(row: dict[str, Any]) -> FaqEntry:
    review = {name: row.pop(name) for name in _REVIEW}
    review |= {name: tuple(review[name]) for name in ("tags", "not_for")}
    for name in ("heading_path", "similar_questions", "also_in"):
        row[name] = tuple(row[name])
    row["links"] = tuple(Link(**link) for link in row["links"])
    row["front_matter"] = tuple((pair["key"], pair["value"]) for pair in row["front_matter"])
    return FaqEntry(**row, review=Review(**review))
