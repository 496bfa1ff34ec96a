from datetime import date

import pytest

from pipelines.records import ChangeEntry
from tests.changelog.conftest import Product

ONE = "## 1.0.0 - 2025-12-31\n### 新增\n- 支持深色模式\n- 支持日历订阅\n"
TWO = "## 1.1.0\n### 修复\n- 修复导出失败\n\n" + ONE


def facts(entries: tuple[ChangeEntry, ...]) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.version, entry.text) for entry in entries]


def test_each_release_gives_the_entries_that_it_added(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO)
    first, second = product.changes("v1.0.0"), product.changes("v1.1.0")
    assert facts(first.entries) == [
        ("added", "1.0.0", "支持深色模式"),
        ("added", "1.0.0", "支持日历订阅"),
    ]
    assert facts(second.entries) == [("added", "1.1.0", "修复导出失败")]
    entry = second.entries[0]
    assert (entry.category, entry.previous_tag, entry.line) == ("修复", "v1.0.0", 3)
    assert entry.commit == product.git("rev-parse", "v1.1.0").strip()


def test_an_entry_is_dated_by_its_section_and_else_by_its_tag(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO)
    assert product.changes("v1.0.0").entries[0].released == date(2025, 12, 31)
    assert product.changes("v1.1.0").entries[0].released == date(2026, 1, 3)


def test_a_release_of_the_night_has_the_day_of_where_it_was_made(product: Product) -> None:
    product.hour = 2
    product.release("v1.1.0", "## 1.1.0\n- 修复导出失败\n")
    assert product.changes("v1.1.0").entries[0].released == date(2026, 1, 2)


def test_a_release_that_changed_nothing_has_no_entries(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.0.1", ONE)
    product.release("v1.0.2", "\n" + ONE + "\n\n")
    assert product.changes("v1.0.1").entries == ()
    assert product.changes("v1.0.2").entries == ()


def test_an_edited_old_bullet_is_changed_and_not_added(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO.replace("支持深色模式", "支持深色模式（桌面端）"))
    entries = product.changes("v1.1.0").entries
    assert facts(entries) == [
        ("added", "1.1.0", "修复导出失败"),
        ("changed", "1.0.0", "支持深色模式（桌面端）"),
    ]
    assert entries[1].previous_text == "支持深色模式"
    assert entries[1].released == date(2025, 12, 31)


def test_a_deleted_bullet_is_removed_and_says_what_it_said(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO.replace("- 支持日历订阅\n", ""))
    removed = [entry for entry in product.changes("v1.1.0").entries if entry.kind == "removed"]
    assert [(entry.version, entry.text, entry.previous_text) for entry in removed] == [
        ("1.0.0", "", "支持日历订阅")
    ]


def test_a_bullet_moved_to_another_category_is_changed(product: Product) -> None:
    product.release("v1.0.0", "## 1.0.0\n### 新增\n- 导出 PDF\n")
    product.release("v1.0.1", "## 1.0.0\n### 优化\n- 导出 PDF\n")
    assert facts(product.changes("v1.0.1").entries) == [("changed", "1.0.0", "导出 PDF")]


def test_ids_hold_when_a_bullet_moves_to_another_line(product: Product) -> None:
    product.release("v1.0.0", ONE)
    before = {entry.id for entry in product.changes("v1.0.0").entries}
    product.git("tag", "-d", "v1.0.0")
    product.release("v1.0.0", "# 更新日志\n\n\n" + ONE)
    assert {entry.id for entry in product.changes("v1.0.0").entries} == before


def test_unreleased_at_the_tag_counts_as_the_release(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", "## [Unreleased]\n- 支持离线\n\n" + ONE)
    product.release("v1.2.0", "## 1.2.0\n- 支持水印\n\n## 1.1.0\n- 支持离线\n\n" + ONE)
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "支持离线")]
    assert facts(product.changes("v1.2.0").entries) == [("added", "1.2.0", "支持水印")]


def test_unreleased_beside_a_section_of_the_tag_waits(product: Product) -> None:
    product.release("v1.0.0", "## [Unreleased]\n- 支持离线\n\n" + ONE)
    assert "支持离线" not in [entry.text for entry in product.changes("v1.0.0").entries]
    product.release("v1.1.0", "## 1.1.0\n- 支持离线\n\n" + ONE)
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "支持离线")]


@pytest.mark.parametrize(
    "spelled",
    [
        "v{}-release", "{}.RELEASE", "app_V{}", "iOS{}", "v{}-hotfix1", "v{}_20260105",
        "v{}-20260105", "v{}-cn", "v{}-rc1",
    ],
)  # fmt: skip
def test_unreleased_waits_beside_the_section_of_a_tag_with_a_name_or_a_suffix(
    product: Product, spelled: str
) -> None:
    first, second = spelled.format("1.0.0"), spelled.format("1.1.0")
    product.release(first, ONE)
    product.release(second, "## [Unreleased]\n- 支持离线\n\n" + TWO)
    assert facts(product.changes(second, ".*").entries) == [("added", "1.1.0", "修复导出失败")]


def test_unreleased_is_what_mends_a_version_that_is_a_release_itself(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.0.0-hotfix1", "## [Unreleased]\n- 修复闪退\n\n" + ONE)
    found = product.changes("v1.0.0-hotfix1").entries
    assert facts(found) == [("added", "1.0.0-hotfix1", "修复闪退")]


def test_a_changelog_without_headings_gives_only_its_new_lines(product: Product) -> None:
    product.release("v1.0.0", "- 支持深色模式\n")
    product.release("v1.1.0", "- 支持水印\n- 支持深色模式\n")
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "支持水印")]


def test_two_releases_in_one_diff_keep_their_own_versions(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.2.0", "## 1.2.0\n- 三\n\n" + TWO)
    assert facts(product.changes("v1.2.0").entries) == [
        ("added", "1.2.0", "三"),
        ("added", "1.1.0", "修复导出失败"),
    ]


def test_a_maintenance_branch_neither_adds_nor_removes_twice(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO)
    product.git("checkout", "-q", "-b", "old", "v1.0.0")
    product.release("v1.0.1", "## 1.0.1\n- 安全补丁甲\n- 安全补丁乙\n\n" + ONE)
    product.git("checkout", "-q", "main")
    product.release("v1.2.0", "## 1.2.0\n- 三\n\n## 1.0.1\n- 安全补丁甲\n\n" + TWO)
    assert product.order() == [
        ("v1.0.0", ""), ("v1.0.1", "v1.0.0"), ("v1.1.0", "v1.0.0"), ("v1.2.0", "v1.1.0"),
    ]  # fmt: skip
    assert [entry.kind for entry in product.changes("v1.0.1").entries] == ["added", "added"]
    assert facts(product.changes("v1.2.0").entries) == [("added", "1.2.0", "三")]


def test_versions_are_ordered_as_versions(product: Product) -> None:
    for tag in ("v1.9.0", "v1.10.0", "v2.0.0-rc.1", "v2.0.0"):
        product.release(tag, ONE)
    product.git("tag", "nightly")
    assert [tag for tag, _ in product.order()] == ["v1.9.0", "v1.10.0", "v2.0.0-rc.1", "v2.0.0"]


def test_tags_that_are_no_versions_are_ordered_by_time(product: Product) -> None:
    for tag in ("spring", "autumn", "summer"):
        product.release(tag, ONE)
    assert product.order("spring|summer|autumn") == [
        ("spring", ""), ("autumn", "spring"), ("summer", "autumn"),
    ]  # fmt: skip


def test_monorepo_tags_are_told_apart_by_their_pattern(product: Product) -> None:
    product.release("web@1.0.0", "## web@1.0.0\n- 甲\n")
    product.release("cli@9.0.0", "## web@1.0.0\n- 甲\n")
    product.release("web@1.1.0", "## web@1.1.0\n- 乙\n\n## web@1.0.0\n- 甲\n")
    changes = product.changes("web@1.1.0", r"web@\d+\.\d+\.\d+")
    assert changes.release.previous_tag == "web@1.0.0"
    assert facts(changes.entries) == [("added", "1.1.0", "乙")]


def test_a_missing_changelog_is_quarantined(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", None)
    changes = product.changes("v1.1.0")
    assert changes.entries == ()
    assert "`v1.1.0` has no such file" in changes.quarantined[0].reason


def test_what_is_no_text_is_quarantined(product: Product) -> None:
    product.release("v1.0.0", b"## 1.0.0\n- \0\0\n")
    changes = product.changes("v1.0.0")
    assert changes.entries == ()
    assert "NUL" in changes.quarantined[0].reason


def test_a_linked_changelog_is_quarantined(product: Product) -> None:
    (product.folder / "CHANGELOG.md").symlink_to("/etc/hostname")
    product.git("add", "-A")
    product.git("commit", "-q", "-m", "link")
    product.git("tag", "v1.0.0")
    changes = product.changes("v1.0.0")
    assert changes.entries == ()
    assert "symbolic link" in changes.quarantined[0].reason


def test_what_stands_is_what_the_last_changelog_says(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TWO)
    product.release("v1.2.0", "## 1.2.0\n- 三\n\n" + TWO.replace("深色模式", "深色模式（桌面端）"))
    product.release("v1.2.1", TWO.replace("### 修复", "### 优化").replace("- 支持日历订阅\n", ""))
    assert sorted(product.standing()) == [
        ("1.0.0", "新增", "支持深色模式"),
        ("1.1.0", "优化", "修复导出失败"),
        ("1.2.0", "", "三"),
    ]


def test_a_bullet_that_two_branches_brought_stands_once(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.0.1", ONE + "- 支持水印\n")
    product.git("checkout", "-q", "-b", "other", "v1.0.0")
    product.release("v1.0.2", ONE + "- 支持水印\n")
    texts = [text for _, _, text in product.standing()]
    assert texts.count("支持水印") == 1
