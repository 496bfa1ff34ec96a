"""Old sections that are edited, re-laid, renamed, split; and sections that are not yet released."""

from datetime import date

from pipelines.records import ChangeEntry
from tests.changelog.conftest import Product

ONE = """## 1.0.0

### Added
- Support single sign-on with OpenID Connect
- Support dark mode on all desktop clients
- A first version of the calendar
"""
TOP = "## 1.1.0\n\n### Fixed\n- Fix the export of long tables\n\n"
NEW = [("added", "1.1.0", "Fix the export of long tables")]


def facts(entries: tuple[ChangeEntry, ...]) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.version, entry.text) for entry in entries]


def after(product: Product, old: str, new: str) -> list[tuple[str, str, str]]:
    product.release("v1.0.0", old)
    product.release("v1.1.0", new)
    return facts(product.changes("v1.1.0").entries)


def test_another_layout_of_old_sections_is_no_change(product: Product) -> None:
    old = ONE.replace("- Support dark mode on", "* Support dark mode\n  on")
    old = old.replace("### Added", "### ✨ New features").replace("## 1.0.0", "## [v1.0.0]")
    assert after(product, ONE, TOP + old) == NEW


def test_an_old_bullet_worded_anew_in_its_place_is_changed(product: Product) -> None:
    old = ONE.replace("Support dark mode on all desktop clients", "夜间模式")
    assert after(product, ONE, TOP + old) == [*NEW, ("changed", "1.0.0", "夜间模式")]


def test_an_old_bullet_that_became_two_is_changed_into_both(product: Product) -> None:
    old = ONE.replace(
        "- Support dark mode on all desktop clients\n",
        "- Support dark mode on all macOS clients\n- Support dark mode on Windows clients\n",
    )
    assert after(product, ONE, TOP + old) == [
        *NEW,
        ("changed", "1.0.0", "Support dark mode on all macOS clients"),
        ("changed", "1.0.0", "Support dark mode on Windows clients"),
    ]


def test_a_bullet_that_was_forgotten_is_added_to_its_old_section(product: Product) -> None:
    old = ONE + "- Offline mode\n"
    assert after(product, ONE, TOP + old) == [*NEW, ("added", "1.0.0", "Offline mode")]


def test_a_bullet_that_moved_between_old_sections_is_changed_once(product: Product) -> None:
    zero = "\n## 0.9.0\n- x\n"
    product.release("v1.0.0", ONE + zero)
    old = ONE.replace("- A first version of the calendar\n", "")
    product.release("v1.1.0", TOP + old + zero + "- A first version of the calendar\n")
    assert facts(product.changes("v1.1.0").entries) == [
        *NEW,
        ("changed", "0.9.0", "A first version of the calendar"),
    ]


def test_a_section_whose_heading_is_worded_anew_stays_itself(product: Product) -> None:
    product.release("v1.0.0", "## 2026-01-02\n- a\n- b\n")
    product.release("v1.1.0", "## 2026-01-03\n- c\n\n## 1.0.0 (2026-01-02)\n- a\n- b\n")
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "c")]


def test_what_lost_its_indentation_is_laid_out_anew_and_not_new(product: Product) -> None:
    old = "## 1.0.0\n\n- Table\n  - Fix the sort of columns\n- Form\n  - Add a label\n"
    flat = "## 1.0.0\n\n- Table\n- Fix the sort of columns\n- Form\n- Add a label\n"
    assert after(product, old, TOP + flat) == [
        *NEW,
        ("changed", "1.0.0", "Fix the sort of columns"),
        ("changed", "1.0.0", "Add a label"),
    ]


def test_a_section_of_a_later_version_waits_for_its_release(product: Product) -> None:
    later = "## 2.0.0 (unreleased)\n- 全新界面\n\n"
    product.release("v1.0.0", later + ONE)
    product.release("v1.1.0", later + TOP + ONE)
    product.release("v2.0.0", later.replace(" (unreleased)", "") + TOP + ONE)
    assert len(product.changes("v1.0.0").entries) == 3
    assert facts(product.changes("v1.1.0").entries) == NEW
    assert facts(product.changes("v2.0.0").entries) == [("added", "2.0.0", "全新界面")]


def test_a_release_that_nothing_names_brings_what_is_new(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.99.0", "## 2.0.0-beta\n- 全新界面\n\n" + ONE)
    assert facts(product.changes("v1.99.0").entries) == [("added", "2.0.0-beta", "全新界面")]


def test_release_candidates_folded_into_the_final_section_remove_nothing(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0-rc.1", "## 1.1.0-rc.1\n- 水印\n\n" + ONE)
    product.release("v1.1.0", "## 1.1.0\n- 水印\n- 修复水印\n\n" + ONE)
    assert facts(product.changes("v1.1.0-rc.1").entries) == [("added", "1.1.0-rc.1", "水印")]
    assert facts(product.changes("v1.1.0").entries) == [
        ("added", "1.1.0", "水印"), ("added", "1.1.0", "修复水印"),
    ]  # fmt: skip


def test_a_candidate_may_stand_below_the_version_that_it_is_one_of(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.1.0-rc.1", "## 1.1.0\n- 水印\n\n" + ONE)
    product.release("v1.1.0", "## 1.1.0\n- 水印\n- 修复水印\n\n" + ONE)
    assert facts(product.changes("v1.1.0-rc.1").entries) == [("added", "1.1.0", "水印")]
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "修复水印")]


def test_new_open_bullets_are_no_edits_of_those_that_were_released(product: Product) -> None:
    product.release("v1.0.0", "## Unreleased\n- Add `Pool.Stats`.\n")
    product.release(
        "v1.1.0", "## Unreleased\n- Add `Pool.Sizes`.\n\n## 1.0.0\n- Add `Pool.Stats`.\n"
    )
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1.0", "Add `Pool.Sizes`.")]


def test_tags_that_are_days_name_sections_that_are_days(product: Product) -> None:
    product.release("2026-01-02", "## 2026-01-02\n- b\n\n## 2026-01-01\n- a\n")
    product.release(
        "2026-01-05", "## January 5, 2026\n- c\n\n## 2026-01-02\n- b\n\n## 2026-01-01\n- a\n"
    )
    assert facts(product.changes("2026-01-02", ".+").entries) == [
        ("added", "2026-01-02", "b"), ("added", "2026-01-01", "a"),
    ]  # fmt: skip
    changes = product.changes("2026-01-05", ".+")
    assert facts(changes.entries) == [("added", "2026-01-05", "c")]
    assert changes.entries[0].released == date(2026, 1, 5)


def test_build_metadata_and_a_fourth_part_make_no_other_release(product: Product) -> None:
    product.release("v1.0.0", "## V1.0.0.0+build.5\n- a\n")
    product.release("v1.1.0", "## 1.1\n- b\n\n## V1.0.0.0\n- a\n")
    assert facts(product.changes("v1.1.0").entries) == [("added", "1.1", "b")]


def test_packages_of_one_file_are_told_apart(product: Product) -> None:
    core = "## @lark/core@1.0.0\n- a\n"
    product.release("@lark/core@1.0.0", core)
    product.release("@lark/dom@0.9.0", "## @lark/dom@0.9.0\n- b\n\n" + core)
    product.release(
        "@lark/core@1.1.0",
        "## @lark/core@1.1.0\n- c\n\n## @lark/dom@0.9.1\n- d\n\n## @lark/dom@0.9.0\n- b\n\n" + core,
    )
    assert [(before, tag) for tag, before in product.order(".+")] == [
        ("@lark/core@1.0.0", "@lark/dom@0.9.0"),
        ("", "@lark/core@1.0.0"),
        ("@lark/core@1.0.0", "@lark/core@1.1.0"),
    ]
    assert facts(product.changes("@lark/dom@0.9.0", ".+").entries) == [("added", "0.9.0", "b")]
    entries = product.changes("@lark/core@1.1.0", ".+").entries
    assert [(entry.version, entry.component, entry.text) for entry in entries] == [
        ("1.1.0", "@lark/core", "c"),
        ("0.9.1", "@lark/dom", "d"),
    ]


def test_a_section_that_cannot_be_read_is_kept_whole_and_said_once(product: Product) -> None:
    unread = "## 夏日版\n### 新增\n- 水印\n### 修复\n- 导出\n\n"
    product.release("v1.0.0", ONE)
    product.release("v1.1.0", TOP + unread + ONE)
    product.release("v1.2.0", "## 1.2.0\n- c\n\n" + TOP + unread + ONE)
    changes = product.changes("v1.1.0")
    assert facts(changes.entries) == [
        *NEW,
        ("added", "1.1.0", "夏日版\n\n### 新增\n- 水印\n### 修复\n- 导出"),
    ]
    (row,) = changes.quarantined
    assert (row.path, row.line) == ("CHANGELOG.md", 6)
    assert "`夏日版`" in row.reason
    assert "`## 1.1.0`" in row.reason
    assert product.changes("v1.2.0").quarantined == ()
    assert facts(product.changes("v1.2.0").entries) == [("added", "1.2.0", "c")]


def test_a_mended_heading_changes_the_entry_that_was_kept_whole(product: Product) -> None:
    product.release("v1.0.0", "## 夏日版\n- 水印\n- 导出\n\n## 0.9.0\n- x\n")
    product.release("v1.1.0", TOP + "## 1.0.0\n- 水印\n- 导出\n\n## 0.9.0\n- x\n")
    assert facts(product.changes("v1.1.0").entries) == [
        *NEW,
        ("changed", "1.0.0", "水印"),
        ("changed", "1.0.0", "导出"),
    ]


def test_a_table_of_contents_is_neither_kept_nor_warned_of(product: Product) -> None:
    product.release("v1.0.0", "# Log\n\n## Contents\n\n- [1.0.0](#100)\n- [x](https://x)\n\n" + ONE)
    changes = product.changes("v1.0.0")
    assert len(changes.entries) == 3
    assert changes.quarantined == ()


def test_a_changelog_in_gb18030_is_read(product: Product) -> None:
    text = "## 版本 1.0.0（2026年1月2日）\n\n### 新增功能\n1、支持深色模式，夜间自动开启\n"
    product.release("v1.0.0", text.encode("gb18030"))
    (entry,) = product.changes("v1.0.0").entries
    assert (entry.category, entry.text) == ("新增功能", "支持深色模式，夜间自动开启")
