"""The conversation log as a table: one row for each question and its answer."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from pipelines.intent import ASKS_NOTHING

Outcome = Literal["direct", "grounded", "refused", "handed_off", "degraded", "greeting"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

# Decisions as `pipelines.answer` names them, where a figure goes by another name.
_NAMES: Mapping[str, Outcome] = {"refuse": "refused", "handoff": "handed_off"}
_BLOCK_BYTES = 4 << 20


def _field(name: str, kind: pa.DataType, doc: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


TURNS_SCHEMA = pa.schema(
    [
        _field("day", pa.date32(), "the company's day on which it was asked"),
        _field("asked_at", pa.timestamp("us", "UTC"), "when the question came"),
        _field("conversation", pa.string(), "keyed hash of the conversation"),
        _field("customer", pa.string(), "keyed hash of the customer; empty where nobody is named"),
        _field("client", pa.string(), "name of the token that asked"),
        _field("protocol", pa.string(), "`ollama`, `openai` or `mcp`"),
        _field("question", pa.string(), "redacted; empty where redaction could not make it safe"),
        _field("answer", pa.string(), "redacted; empty where redaction could not make it safe"),
        _field("outcome", pa.string(), "`" + "`, `".join(OUTCOMES) + "`"),
        _field("reason", pa.string(), "code of why, such as `faq_match` or `asks_for_person`"),
        _field("handoff", pa.bool_(), "whether the customer was shown the way to a person"),
        _field("version", pa.string(), "version of the index that answered"),
        _field("tiers", pa.list_(pa.string()), "tiers that the answer cites, each once"),
        _field("records", pa.list_(pa.string()), "ids of the chunks that the answer cites"),
        _field(
            "milliseconds",
            pa.float64(),
            "from the request to the end of the answer; null where it was not logged",
            nullable=True,
        ),
        _field(
            "first_piece",
            pa.float64(),
            "milliseconds from the request to the first words; null where it was not logged",
            nullable=True,
        ),
    ],
    metadata={"schema_version": "1"},
)

_LINE = pa.schema(
    [
        ("conversation", pa.string()),
        ("customer", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("role", pa.string()),
        ("text", pa.string()),
        ("decision", pa.string()),
        *((name, TURNS_SCHEMA.field(name).type) for name in ("reason", "handoff", "version")),
        *((name, TURNS_SCHEMA.field(name).type) for name in ("tiers", "records")),
        *((name, pa.string()) for name in ("client", "protocol")),
        *((name, pa.float64()) for name in ("milliseconds", "first_piece")),
    ]
)

_EMPTY = {pa.string(): "", pa.bool_(): False, pa.list_(pa.string()): []}


def day_turns(file: Path, day: date) -> pa.Table:
    """Return what one day's file of the log holds, in the order in which it was asked.

    The columns are those of `TURNS_SCHEMA`. A line that is none, and one without its pair, count
    for nothing; so does a file that is gone.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return TURNS_SCHEMA.empty_table()
    lines = pa.concat_tables(_tables(data)).combine_chunks()
    return _paired(lines, day)


def _tables(data: bytes) -> Iterator[pa.Table]:
    """Yield the lines that can be read; what a crash cut short is found by halving."""
    if not data.strip():
        yield _LINE.empty_table()
        return
    options = pj.ParseOptions(explicit_schema=_LINE, unexpected_field_behavior="ignore")
    try:
        yield pj.read_json(io.BytesIO(data), pj.ReadOptions(block_size=_BLOCK_BYTES), options)
    except pa.ArrowInvalid:
        lines = data.splitlines(keepends=True)
        if len(lines) > 1:
            for begin, end in pairwise((0, len(lines) // 2, len(lines))):
                yield from _tables(b"".join(lines[begin:end]))
        else:
            yield _LINE.empty_table()


def _paired(lines: pa.Table, day: date) -> pa.Table:
    """Join each question with the line after it, where that is its answer."""
    asked, answered = lines.slice(0, max(0, len(lines) - 1)), lines.slice(1)
    fits = pc.and_(
        pc.and_(pc.equal(asked["role"], "customer"), pc.equal(answered["role"], "other")),
        pc.and_(
            pc.equal(asked["conversation"], answered["conversation"]),
            pc.and_(pc.is_valid(asked["at"]), pc.is_valid(answered["decision"])),
        ),
    )
    asked, answered = asked.filter(fits), answered.filter(fits)
    columns = {
        **{name: answered[name] for name in _LINE.names},
        "day": pa.repeat(pa.scalar(day, pa.date32()), len(asked)),
        "asked_at": asked["at"],
        "question": asked["text"],
        "answer": answered["text"],
        "outcome": _outcomes(answered),
    }
    filled = [_filled(columns[field.name], field) for field in TURNS_SCHEMA]
    return pa.table(filled, schema=TURNS_SCHEMA)


def _outcomes(answered: pa.Table) -> pa.ChunkedArray:
    """Return what became of each question; a greeting or a picture is none that was refused."""
    outcome = answered["decision"]
    for decision, name in _NAMES.items():
        outcome = pc.if_else(pc.equal(outcome, decision), name, outcome)
    asks_nothing = pc.is_in(answered["reason"], pa.array(sorted(ASKS_NOTHING)))
    return pc.if_else(asks_nothing, "greeting", outcome)


def _filled(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    """Fill what an older release of Sanku did not log."""
    if field.nullable or not column.null_count:
        return column
    return pc.coalesce(column, pa.scalar(_EMPTY[field.type], field.type))
