"""The gate: each check passes what is right and blocks what it is there for."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import lancedb
import pytest
from lancedb.index import FTS

from pipelines.checks import (
    CHECKS,
    fulltext_finds_chinese,
    no_personal_data,
    nothing_vanishes,
    reconcile,
    reconciles,
    tiers_are_fresh,
)
from pipelines.chunks import Chunk
from pipelines.settings import DialogueSource, Settings
from pipelines.versions import TABLE, Version, published
from pipelines.warehouse import Warehouse
from tests.small_gate import gate, publishing, write_company
from tests.small_index import NOW, as_of_another_sanku, build, chunk, faq, release


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_company(tmp_path)


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


def test_the_names_of_the_checks_are_those_they_report(
    settings: Settings, warehouse: Warehouse
) -> None:
    at = gate(settings, build(warehouse, faq()).version)
    for name, check in CHECKS.items():
        result = check(at)
        assert (result.name, result.passed) == (name, True), result


# --- reconcile ----------------------------------------------------------------------------------


def tamper(version: Version, how: str) -> None:
    table = lancedb.connect(version.folder).open_table(TABLE)
    match how:
        case "text":
            table.update(where="entry_id = '问题1'", values={"text": "给钱就退"})
        case "link":
            table.update(where="entry_id = '问题1'", values={"path": "other.md"})
        case "hash":
            table.update(where="entry_id = '问题1'", values={"content_hash": "0" * 32})
        case "json":
            told = table.search().where("entry_id = '问题1'").to_list()[0]["chunk"]
            table.update(where="entry_id = '问题1'", values={"chunk": told.replace("问题", "问")})
        case "no json":
            table.update(where="entry_id = '问题1'", values={"chunk": "{"})
        case "row gone":
            table.delete("entry_id = '问题1'")
        case "row twice":
            table.add(table.search().where("entry_id = '问题1'").to_arrow())


TAMPERING = {
    "text": "does not have the content",
    "link": "does not have the content",
    "hash": "does not have the content",
    "json": "is read by search otherwise",
    "no json": "is read by search otherwise",
    "row gone": "in the build but not in the table",
    "row twice": "7 rows hold 6 different chunks",
}


@pytest.mark.parametrize("how", TAMPERING)
def test_a_tampered_row_of_a_candidate_is_found(
    settings: Settings, warehouse: Warehouse, how: str
) -> None:
    built = build(warehouse, faq())
    assert reconciles(gate(settings, built.version)).passed
    tamper(built.version, how)
    result = reconciles(gate(settings, Version(built.version.folder)))
    assert not result.passed
    assert TAMPERING[how] in str(result.rows)


def test_a_row_that_nobody_built_is_found(settings: Settings, warehouse: Warehouse) -> None:
    built = build(warehouse, faq())
    table = lancedb.connect(built.version.folder).open_table(TABLE)
    row = table.search().where("entry_id = '问题1'").to_arrow().to_pylist()[0]
    table.add([{**row, "id": "f" * 32}])
    result = reconciles(gate(settings, Version(built.version.folder)))
    assert "is in the table but not in the build" in str(result.rows)


@pytest.mark.parametrize("how", TAMPERING)
def test_a_tampered_published_version_is_found(warehouse: Warehouse, how: str) -> None:
    release(warehouse, faq())
    assert reconcile(published(warehouse)).passed
    tamper(published(warehouse), how)
    assert not reconcile(published(warehouse)).passed
    release(warehouse, faq())
    assert reconcile(published(warehouse)).passed, "the next run mends it"


def test_a_version_of_before_an_upgrade_is_told_and_not_called_damaged(
    warehouse: Warehouse,
) -> None:
    release(warehouse, faq())
    as_of_another_sanku(published(warehouse).folder)
    result = reconcile(published(warehouse))
    assert result.passed
    assert "built by another Sanku" in result.summary
    (published(warehouse).folder / "more").write_bytes(b"not published")
    assert not reconcile(published(warehouse)).passed


def test_one_flipped_bit_in_any_data_or_index_file_is_found(warehouse: Warehouse) -> None:
    release(warehouse, faq())
    version = published(warehouse)
    files = [file for file in (version.folder / "chunks.lance").rglob("*") if file.is_file()]
    assert len(files) > 8
    for file in files:
        data = file.read_bytes()
        position = len(data) // 3
        file.write_bytes(data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :])
        result = reconcile(version)
        assert not result.passed, file
        assert file.name in str(result.rows)
        file.write_bytes(data)
    assert reconcile(version).passed


# --- full text ----------------------------------------------------------------------------------


def test_a_question_that_hundreds_asked_does_not_fail_the_self_test(
    settings: Settings, warehouse: Warehouse
) -> None:
    asked = [
        dataclasses.replace(
            chunk(f"对话{n}", "答", tier="dialogues"), title="怎么开发票", search_text="怎么开发票"
        )
        for n in range(300)
    ]
    assert fulltext_finds_chinese(gate(settings, build(warehouse, asked).version)).passed


def test_an_index_whose_terms_are_not_chinese_words_fails_the_self_test(
    settings: Settings, warehouse: Warehouse
) -> None:
    built = build(warehouse, faq())
    table = lancedb.connect(built.version.folder).open_table(TABLE)
    table.update(values={"terms": "whole-sentence-as-one-term"})
    table.optimize()
    result = fulltext_finds_chinese(gate(settings, Version(built.version.folder)))
    assert not result.passed
    assert result.summary == "0 of 6 titles found"


def test_an_index_that_takes_each_text_for_one_word_fails_the_self_test(
    settings: Settings, warehouse: Warehouse
) -> None:
    """As LanceDB does with a tokenizer that knows no Chinese: no error, and no rows."""
    built = build(warehouse, faq())
    table = lancedb.connect(built.version.folder).open_table(TABLE)
    table.create_index("terms", config=FTS(base_tokenizer="raw"), replace=True)
    version = Version(built.version.folder)
    assert version.read(version.full_text("问题 怎么办").limit(5)).num_rows == 0
    result = fulltext_finds_chinese(gate(settings, version))
    assert not result.passed
    assert result.summary == "0 of 6 titles found"


# --- personal data ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("请打我手机 13800138000", False),
        ("请打 <PHONE_1>", True),
        ("热线 400-000-2638", True),
    ],
)
def test_personal_data_in_a_dialogue_blocks_and_a_public_number_does_not(
    settings: Settings, warehouse: Warehouse, text: str, passed: bool
) -> None:
    built = build(warehouse, [*faq(), chunk("对话1", text, tier="dialogues")])
    result = no_personal_data(gate(settings, built.version))
    assert result.passed == passed
    assert "13800138000" not in str(result)


@pytest.mark.parametrize(
    ("allow", "text", "passed"),
    [
        ("13800138000", "微信同号 138-0013-8000", True),
        ("13800138000", "请打１３８００１３８０００，或 +86 138 0013 8000", True),
        ("Support@Yunque.example", "写信到 support@yunque.example", True),
        ("13800138000", "请打 13900139000", False),
        ("", "请打 13900139000", False),
    ],
)
def test_a_public_value_passes_however_the_message_writes_it(
    settings: Settings, warehouse: Warehouse, allow: str, text: str, passed: bool
) -> None:
    redaction = settings.redaction.model_copy(update={"allow": (allow,)})
    settings = settings.model_copy(update={"redaction": redaction})
    built = build(warehouse, [*faq(), chunk("对话1", text, tier="dialogues")])
    assert no_personal_data(gate(settings, built.version)).passed == passed


def test_a_phone_number_in_the_faq_is_the_companys_own(
    settings: Settings, warehouse: Warehouse
) -> None:
    built = build(warehouse, [chunk("问题", "请打 13800138000")])
    assert no_personal_data(gate(settings, built.version)).passed


# --- deletion and freshness ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "left", "limit", "passed"),
    [
        (10, 7, 0.3, True),
        (10, 6, 0.3, False),
        (10, 0, 0.3, False),
        (10, 0, 1.0, True),
        (5, 2, 0.3, True),  # as few as a pull lets go
        (5, 1, 0.3, False),
        (2, 0, 0.3, False),
    ],
)
def test_a_mass_deletion_blocks_unless_it_is_meant(
    settings: Settings, warehouse: Warehouse, count: int, left: int, limit: float, passed: bool
) -> None:
    release(warehouse, faq(count))
    before = published(warehouse)
    built = build(warehouse, faq(left))
    at = gate(publishing(settings, max_removed=limit), built.version, before)
    result = nothing_vanishes(at)
    assert result.passed == passed
    if not passed:
        assert f"faq loses {count - left} of {count} records" in result.summary
        assert "raise `publish.max_removed`" in result.summary


def talk(numbers: range) -> list[Chunk]:
    return [chunk(f"对话{number}", "答", tier="dialogues") for number in numbers]


@pytest.mark.parametrize(
    ("left", "limit", "passed"), [(1, 0.3, True), (0, 0.3, False), (0, 1, True)]
)
def test_dialogues_may_leave_by_the_window_but_not_all_at_once(
    settings: Settings, warehouse: Warehouse, left: int, limit: float, passed: bool
) -> None:
    release(warehouse, [*faq(), *talk(range(8))])
    before = published(warehouse)
    built = build(warehouse, [*faq(), *talk(range(left))])
    at = gate(publishing(settings, max_removed=limit), built.version, before)
    assert nothing_vanishes(at).passed == passed


def test_dialogues_that_all_got_other_ids_have_not_vanished(
    settings: Settings, warehouse: Warehouse
) -> None:
    """As they do when the redaction key or a source's name changes."""
    release(warehouse, [*faq(), *talk(range(8))])
    before = published(warehouse)
    built = build(warehouse, [*faq(), *talk(range(10, 18))])
    assert nothing_vanishes(gate(settings, built.version, before)).passed


@pytest.mark.parametrize(("days", "passed"), [(14, True), (13, False)])
def test_a_stale_tier_blocks(
    settings: Settings, warehouse: Warehouse, days: int, passed: bool
) -> None:
    built = build(warehouse, faq())  # pulled at NOW
    later = settings.model_copy(update={"as_of": (NOW + timedelta(days=13)).date()})
    at = gate(publishing(later, stale_after_days={"faq": days}), built.version)
    result = tiers_are_fresh(at)
    assert result.passed == passed
    assert passed or "faq was pulled 2026-11-20T12:00" in result.summary


@pytest.mark.parametrize(
    ("pulled", "named"),
    [((), "`web`, `phone`"), (("web",), "`phone`"), (("web", "phone"), "`web`, `phone`")],
)
def test_a_declared_source_that_was_never_pulled_blocks_and_is_named(
    settings: Settings, warehouse: Warehouse, pulled: tuple[str, ...], named: str
) -> None:
    built = build(warehouse, faq()).version  # before any of the logs was pulled
    for name in pulled:
        warehouse.mark_pulled("dialogues", name, NOW)
    logs = tuple(DialogueSource(name=name, files="*.jsonl") for name in ("web", "phone"))
    result = tiers_are_fresh(gate(settings.model_copy(update={"dialogues": logs}), built))
    assert not result.passed
    assert result.summary == (
        f"dialogues was never pulled from {named}: "
        "materialize `dialogues` in Dagster, or run `sanku run`"
    )


def test_every_check_says_what_it_is_for() -> None:
    documented: Mapping[str, str | None] = {name: check.__doc__ for name, check in CHECKS.items()}
    assert all(documented.values())
