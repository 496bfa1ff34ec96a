"""The chunk: its ids and hashes, and the table that it is stored in."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipelines.chunks import (
    CHUNK_SCHEMA,
    UNDATED,
    Chunk,
    as_json,
    from_json,
    from_row,
    make_chunk,
    recomputed_hash,
    to_table,
)
from pipelines.records import Link
from tests.small_index import chunk

CHANGES = {
    "tier": "changelog",
    "source": "other",
    "view": "question",
    "title": "别的",
    "text": "别的",
    "search_text": "别的",
    "heading_path": ("别的",),
    "links": (Link("看", "https://example.com/2"),),
    "path": "b.md",
    "line_start": 9,
    "line_end": 9,
    "category": "Fixed",
    "change": "fixed",
    "version": "2.0.0",
    "until": "2.1.0",
    "overtaken_by": ("c",),
    "at": datetime(2026, 1, 1, tzinfo=UTC),
}


def full() -> Chunk:
    return make_chunk(
        tier="faq",
        source="help",
        entry_id="e",
        part=1,
        title="怎么退款",
        text="原路退回",
        search_text="怎么退款\n原路退回",
        heading_path=("账单", "退款"),
        links=(Link("看", "https://example.com/1"),),
        path="a.md",
        line_start=1,
        line_end=2,
        at=datetime(2026, 11, 20, 8, tzinfo=timezone(timedelta(hours=8))),
    )


def test_a_chunk_survives_the_table() -> None:
    table = to_table([full()])
    assert table.schema.equals(CHUNK_SCHEMA, check_metadata=True)
    assert from_row(table.to_pylist()[0]) == full()


def test_a_chunk_survives_json() -> None:
    texts = as_json(to_table([full(), chunk("e", "x")])).to_pylist()
    assert {from_json(text) for text in texts} == {full(), chunk("e", "x")}


def test_the_order_of_chunks_does_not_change_the_table() -> None:
    chunks = [chunk(f"e{number}", "x") for number in range(5)]
    assert to_table(chunks).equals(to_table(reversed(chunks)))


def test_every_column_is_documented_and_never_null() -> None:
    for field in CHUNK_SCHEMA:
        assert field.metadata[b"doc"], field.name
        assert not field.nullable


def test_the_id_is_that_of_record_and_part_alone() -> None:
    assert full().id == dataclasses.replace(full(), text="x").id
    other = make_chunk(
        tier="faq", source="s", entry_id="e", part=2, title="", text="", search_text="",
        path="", line_start=0, line_end=0,
    )  # fmt: skip
    assert other.id != full().id


@pytest.mark.parametrize("field", CHANGES)
def test_the_content_hash_sees_a_change_of_any_field(field: str) -> None:
    changed = dataclasses.replace(full(), **{field: CHANGES[field]})
    assert recomputed_hash(changed) != full().content_hash
    assert recomputed_hash(full()) == full().content_hash


def test_the_same_moment_in_another_zone_is_no_change() -> None:
    moved = dataclasses.replace(full(), at=datetime(2026, 11, 20, tzinfo=UTC))
    assert recomputed_hash(moved) == full().content_hash


def test_the_text_hash_is_that_of_the_embedded_text_alone() -> None:
    first, second = chunk("e", "x"), dataclasses.replace(chunk("e", "x"), line_start=99)
    assert first.text_hash == second.text_hash
    assert chunk("e", "y").text_hash != first.text_hash


def test_an_undated_chunk_is_of_1970() -> None:
    made = make_chunk(
        tier="faq", source="s", entry_id="e", title="", text="", search_text="", path="",
        line_start=0, line_end=0,
    )  # fmt: skip
    assert made.at == UNDATED
