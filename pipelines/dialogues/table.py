"""Exchanges as an Arrow table: what a day's Parquet file holds."""

from collections.abc import Iterable
from dataclasses import asdict

import pyarrow as pa

from pipelines.records import Exchange
from pipelines.text import digest


def _field(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"doc": doc})


EXCHANGE_SCHEMA = pa.schema(
    [
        _field("id", pa.string(), "32 hex digits of source, conversation, question and answer"),
        _field("source", pa.string(), "name of the source in `sources.toml`"),
        _field("conversation", pa.string(), "keyed hash of the conversation's name"),
        _field("customer", pa.string(), "keyed hash of the customer; empty where the log has none"),
        _field("day", pa.date32(), "local day of the conversation's first message"),
        _field("at", pa.timestamp("us", "UTC"), "time of the question"),
        _field("question", pa.string(), "the customer's words, redacted"),
        _field("answer", pa.string(), "the human agent's words, redacted"),
        _field("outcome", pa.string(), "`resolved`, `handed_off`, `abandoned` or `unknown`"),
        _field("redactions", pa.int32(), "spans replaced in question and answer together"),
        _field("path", pa.string(), "log file, relative to its source"),
        _field("line", pa.int32(), "line of the question, 1-based"),
        _field("content_hash", pa.string(), "digest of every other field: equal means unchanged"),
    ],
    metadata={"schema_version": "1"},
)


def exchange_table(exchanges: Iterable[Exchange]) -> pa.Table:
    """Return `exchanges` as a table of `EXCHANGE_SCHEMA`, sorted by id so that bytes repeat."""
    rows = [asdict(exchange) for exchange in exchanges]
    rows.sort(key=lambda row: row["id"])
    for row in rows:
        row["content_hash"] = digest(*(str(value) for value in row.values()))
    return pa.Table.from_pylist(rows, schema=EXCHANGE_SCHEMA)


def exchanges_in(table: pa.Table) -> list[Exchange]:
    """Return the exchanges that a table of `EXCHANGE_SCHEMA` holds, in its order."""
    return [Exchange(**row) for row in table.drop_columns(["content_hash"]).to_pylist()]
