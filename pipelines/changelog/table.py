"""Changes as an Arrow table: what a release's Parquet file holds, a row a change."""

from collections.abc import Iterable
from dataclasses import asdict

import pyarrow as pa

from pipelines.records import ChangeEntry
from pipelines.text import digest


def _field(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"doc": doc})


CHANGE_SCHEMA = pa.schema(
    [
        _field("id", pa.string(), "32 hex digits of source, version, category, text and kind"),
        _field("source", pa.string(), "name of the product in `sources.toml`"),
        _field("tag", pa.string(), "release tag whose changelog says so first"),
        _field("version", pa.string(), "version that the change's section names, without `v`"),
        _field("previous_tag", pa.string(), "release it was compared with; empty for the first"),
        _field("released", pa.date32(), "day that the section names, else that of the tag"),
        _field("category", pa.string(), "heading such as `Fixed` or `新增`; may be empty"),
        _field("component", pa.string(), "what the change is nested under; may be empty"),
        _field("kind", pa.string(), "`added`, `changed` or `removed`, of the changelog's text"),
        _field("text", pa.string(), "the author's Markdown; empty for `removed`"),
        _field("previous_text", pa.string(), "wording before, for `changed` and `removed`"),
        _field("commit", pa.string(), "commit that the tag names"),
        _field("path", pa.string(), "changelog file in the repository"),
        _field("line", pa.int32(), "line of the change, 1-based"),
        _field("content_hash", pa.string(), "digest of every other field: equal means unchanged"),
    ],
    metadata={"schema_version": "1"},
)


def change_table(changes: Iterable[ChangeEntry]) -> pa.Table:
    """Return `changes` as a table of `CHANGE_SCHEMA`, in the order given."""
    rows = [asdict(change) for change in changes]
    for row in rows:
        row["content_hash"] = digest(*(str(value) for value in row.values()))
    return pa.Table.from_pylist(rows, schema=CHANGE_SCHEMA)


def changes_in(table: pa.Table) -> list[ChangeEntry]:
    """Return the changes that a table of `CHANGE_SCHEMA` holds, in its order."""
    return [ChangeEntry(**row) for row in table.drop_columns(["content_hash"]).to_pylist()]
