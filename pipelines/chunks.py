"""The chunk: the one record that all three tiers become, and its Arrow schema."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa
from pydantic import TypeAdapter

from pipelines.records import Link, Tier
from pipelines.text import digest

View = Literal["question", "passage"]


def _field(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"doc": doc})


CHUNK_SCHEMA = pa.schema(
    [
        _field("id", pa.string(), "32 hex digits of entry id and part; the key of the index"),
        _field("tier", pa.string(), "`faq`, `dialogues` or `changelog`"),
        _field("source", pa.string(), "name of the source in `sources.toml`"),
        _field("entry_id", pa.string(), "id of the record the chunk was cut from"),
        _field("part", pa.int32(), "position of the chunk in its record, from 0"),
        _field(
            "view", pa.string(), "`question`: `search_text` only asks; `passage`: it also tells"
        ),
        _field("title", pa.string(), "the question, or the release and category of a change"),
        _field("text", pa.string(), "what a customer may be shown, as its author wrote it"),
        _field("search_text", pa.string(), "what is embedded and full-text indexed"),
        _field("heading_path", pa.list_(pa.string()), "headings above the record, outermost first"),
        _field(
            "links",
            pa.list_(pa.struct([pa.field("text", pa.string()), pa.field("url", pa.string())])),
            "links that the author set, resolved where a `base_url` is declared",
        ),
        _field("path", pa.string(), "file of the record, relative to its source"),
        _field("line_start", pa.int32(), "first line of the record, 1-based"),
        _field("line_end", pa.int32(), "last line of the record, inclusive"),
        _field("category", pa.string(), "change category, or outcome of a dialogue; may be empty"),
        _field("change", pa.string(), "what a change did: `added`, `fixed`, …; else empty"),
        _field("version", pa.string(), "release that brought a change, without `v`; else empty"),
        _field("until", pa.string(), "release that made the record wrong; empty while it holds"),
        _field(
            "overtaken_by", pa.list_(pa.string()), "record ids of the changes that made it wrong"
        ),
        _field(
            "answers",
            pa.list_(pa.string()),
            "record ids of the FAQ entries that the dialogue's agent answered with; else empty",
        ),
        _field(
            "not_for",
            pa.list_(pa.string()),
            "questions that the FAQ entry must not be given for; else empty",
        ),
        _field(
            "generated", pa.bool_(), "whether a model wrote `search_text`; `text` is the author's"
        ),
        _field(
            "at", pa.timestamp("us", "UTC"), "when the record was true: release or message time"
        ),
        _field("text_hash", pa.string(), "digest of `search_text`: key of the embedding cache"),
        _field("content_hash", pa.string(), "digest of every other field: equal means unchanged"),
    ],
    metadata={"schema_version": "4"},
)

# The date of records that carry none, such as an FAQ entry that nobody dated.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One searchable passage; the fields are those of `CHUNK_SCHEMA`, which documents them."""

    id: str
    tier: Tier
    source: str
    entry_id: str
    part: int
    view: View
    title: str
    text: str
    search_text: str
    heading_path: tuple[str, ...]
    links: tuple[Link, ...]
    path: str
    line_start: int
    line_end: int
    category: str
    change: str
    version: str
    until: str
    overtaken_by: tuple[str, ...]
    answers: tuple[str, ...]
    not_for: tuple[str, ...]
    generated: bool
    at: datetime
    text_hash: str
    content_hash: str


_JSON = TypeAdapter(Chunk)


def make_chunk(
    *,
    tier: Tier,
    source: str,
    entry_id: str,
    part: int = 0,
    view: View = "passage",
    title: str,
    text: str,
    search_text: str,
    heading_path: tuple[str, ...] = (),
    links: tuple[Link, ...] = (),
    path: str,
    line_start: int,
    line_end: int,
    category: str = "",
    change: str = "",
    version: str = "",
    until: str = "",
    overtaken_by: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
    not_for: tuple[str, ...] = (),
    generated: bool = False,
    at: datetime = UNDATED,
) -> Chunk:
    """Return a chunk with its id and hashes worked out from the other fields."""
    at = at.astimezone(UTC)
    chunk = Chunk(
        id=digest(entry_id, str(part)),
        tier=tier,
        source=source,
        entry_id=entry_id,
        part=part,
        view=view,
        title=title,
        text=text,
        search_text=search_text,
        heading_path=heading_path,
        links=links,
        path=path,
        line_start=line_start,
        line_end=line_end,
        category=category,
        change=change,
        version=version,
        until=until,
        overtaken_by=overtaken_by,
        answers=answers,
        not_for=not_for,
        generated=generated,
        at=at,
        text_hash=digest(search_text),
        content_hash="",
    )
    return replace(chunk, content_hash=recomputed_hash(chunk))


def recomputed_hash(chunk: Chunk) -> str:
    """Return what `content_hash` has to be: the digest of every other field."""
    fields = {name: getattr(chunk, name) for name in CHUNK_SCHEMA.names if name != "content_hash"}
    fields["links"] = [(link.text, link.url) for link in chunk.links]
    fields["at"] = chunk.at.astimezone(UTC).isoformat()
    return digest(json.dumps(fields, ensure_ascii=False, sort_keys=True))


def to_table(chunks: Iterable[Chunk]) -> pa.Table:
    """Return `chunks` as an Arrow table of `CHUNK_SCHEMA`, sorted by id so that bytes repeat."""
    rows: list[dict[str, Any]] = [asdict(chunk) for chunk in chunks]
    rows.sort(key=lambda row: row["id"])
    return pa.Table.from_pylist(rows, schema=CHUNK_SCHEMA)


def from_row(row: dict[str, Any]) -> Chunk:
    """Return the chunk that a row of `CHUNK_SCHEMA` holds; other columns are ignored."""
    values = {name: row[name] for name in CHUNK_SCHEMA.names}
    for name in ("heading_path", "overtaken_by", "answers", "not_for"):
        values[name] = tuple(values[name])
    values["links"] = tuple(Link(**link) for link in values["links"])
    return Chunk(**values)


def as_json(rows: pa.Table) -> pa.Array:
    """Return each row of `CHUNK_SCHEMA` as JSON, string [n]."""
    batches = rows.select(CHUNK_SCHEMA.names).to_batches(max_chunksize=10_000)
    texts = (_JSON.dump_json(from_row(row)).decode() for b in batches for row in b.to_pylist())
    return pa.array(texts, pa.string())


def from_json(text: str) -> Chunk:
    """Return the chunk that `as_json` wrote."""
    return _JSON.validate_json(text)
