"""FAQ entries as Parquet rows."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.faq.table import FAQ_SCHEMA, entries_in, entry_table
from pipelines.records import FaqEntry, Link, Review

FULL = FaqEntry(
    id="b" * 32,
    source="help",
    path="账号/登录.md",
    line_start=3,
    line_end=9,
    heading_path=("帮助", "账号"),
    question="如何登录？",
    similar_questions=("怎么登陆", "登不上去"),
    answer="扫码，\n见[指南](a.md)。",
    links=(Link("指南", "a.md"),),
    content_hash="c" * 32,
    review=Review(
        status="draft",
        owner="支持组",
        product="云雀",
        tags=("登录", "账号"),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        reviewed_at=date(2026, 11, 1),
        reviewer="王",
    ),
    front_matter=(("title", "登录"), ("title", "again")),
    anchor="login",
    also_in=("b.md:4",),
)
BARE = FaqEntry("a" * 32, "help", "a.md", 1, 3, (), "如何退出？", (), "点头像。", (), "d" * 32)


def test_entries_come_back_from_parquet_as_they_went_in(tmp_path: Path) -> None:
    file = tmp_path / "all.parquet"
    pq.write_table(entry_table([FULL, BARE]), file)
    table = pq.read_table(file).cast(FAQ_SCHEMA)
    assert entries_in(table) == [BARE, FULL]


def test_every_field_of_an_entry_is_a_documented_column() -> None:
    assert all(field.metadata[b"doc"] for field in FAQ_SCHEMA)
    assert entry_table([]).schema.equals(FAQ_SCHEMA)


def test_an_entry_holds_on_the_days_of_its_review_and_never_as_a_draft() -> None:
    review = Review(valid_from=date(2026, 1, 1), valid_until=date(2026, 1, 31))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [review.holds_on(day) for day in days] == [False, True, True, False]
    assert Review().holds_on(days[0])
    assert not Review(status="draft").holds_on(days[1])
