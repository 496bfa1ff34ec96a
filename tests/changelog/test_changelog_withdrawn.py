"""Releases that a changelog says were withdrawn."""

import pytest

from pipelines.chunking import change_chunks
from pipelines.records import ChangeEntry
from tests.changelog.conftest import Product

FIRST = "## [1.0.0] - 2026-01-02\n### 新增\n- 支持深色模式\n"
SECOND = "## [1.1.0] - 2026-01-03{0}\n### 新增\n- 支持导出\n\n" + FIRST
THIRD = "## [1.2.0] - 2026-01-04\n### 修复\n- 修复导出失败\n\n" + SECOND


def withdrawn(entries: tuple[ChangeEntry, ...]) -> list[tuple[str, str, str]]:
    """Return what the changes say of withdrawn releases: kind, version, words."""
    return [
        (entry.kind, entry.version, entry.text or entry.previous_text)
        for entry in entries
        for chunk in change_chunks(entry)
        if chunk.change == "withdrawn"
    ]


@pytest.mark.parametrize(
    "mark",
    [
        *(" [YANKED]", " (yanked)", " - YANKED", " 【已撤回】", "（已撤回）", " [已下架]"),
        *(" (withdrawn)", "（回归问题，已撤回）", " (2026-01-05 yanked)"),
    ],
)
def test_a_release_is_withdrawn_by_the_one_whose_changelog_says_so_first(
    product: Product, mark: str
) -> None:
    product.release("v1.0.0", FIRST)
    product.release("v1.1.0", SECOND.format(""))
    product.release("v1.2.0", THIRD.format(mark))
    product.release("v1.3.0", "## 1.3.0\n- 支持导入\n\n" + THIRD.format(mark))

    assert withdrawn(product.changes("v1.1.0").entries) == []
    found = product.changes("v1.2.0").entries
    assert withdrawn(found) == [("added", "1.1.0", f"[1.1.0] - 2026-01-03{mark}")]
    assert found[0].text == "修复导出失败"
    assert found[-1].line == 5
    assert withdrawn(product.changes("v1.3.0").entries) == []


def test_a_first_release_tells_which_before_it_were_withdrawn(product: Product) -> None:
    product.release("v1.2.0", THIRD.format(" [YANKED]"))

    assert withdrawn(product.changes("v1.2.0").entries) == [
        ("added", "1.1.0", "[1.1.0] - 2026-01-03 [YANKED]")
    ]


def test_a_release_whose_mark_is_gone_is_in_force_again(product: Product) -> None:
    product.release("v1.1.0", SECOND.format(""))
    product.release("v1.2.0", THIRD.format(" [YANKED]"))
    assert ("1.1.0", "[YANKED]", "[1.1.0] - 2026-01-03 [YANKED]") in product.standing()

    product.release("v1.3.0", "## 1.3.0\n- 支持导入\n\n" + THIRD.format(""))

    assert [entry.kind for entry in product.changes("v1.3.0").entries] == ["added", "removed"]
    assert [one for one in product.standing() if one[1] == "[YANKED]"] == []


@pytest.mark.parametrize(
    "heading",
    [
        *("1.1.0 - 撤回消息", "1.1.0（支持撤回）", "1.1.0 [2026-01-03]", "1.1.0 - withdrawn funds"),
        *("1.1.0 (not yanked)", "1.1.0 Yanked dependencies are skipped"),
    ],
)
def test_a_heading_that_names_what_a_release_brought_withdraws_nothing(
    product: Product, heading: str
) -> None:
    product.release("v1.0.0", FIRST)
    product.release("v1.1.0", f"## {heading}\n- 支持导出\n\n{FIRST}")

    assert withdrawn(product.changes("v1.1.0").entries) == []


def test_a_withdrawn_release_that_still_waits_is_not_told(product: Product) -> None:
    product.release("v1.0.0", "## 1.1.0 [YANKED]\n- 支持导出\n\n" + FIRST)

    assert withdrawn(product.changes("v1.0.0").entries) == []
