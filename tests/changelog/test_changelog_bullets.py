"""What stands in a section: which lines are changes, of which category and part, and which none."""

import pytest

from pipelines.changelog.sections import parse_changelog


def bullets(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (section.version, bullet.category, bullet.component, bullet.text)
        for section in parse_changelog(text)
        for bullet in section.bullets
    ]


@pytest.mark.parametrize(
    ("bullet", "category", "component"),
    [
        ("[Fixed] a", "Fixed", ""),
        ("**Fix**: b", "Fix", ""),
        ("**Fix:** b", "Fix", ""),
        ("feat(api): c", "feat", "api"),
        ("fix!: c", "fix", ""),
        ("【修复】d", "修复", ""),
        ("修复：e", "修复", ""),
        ("「新增」f", "新增", ""),
        ("[#12] Fix g", "Fix", ""),
        ("#12 Fix: g", "Fix", ""),
        (":sparkles: h", ":sparkles:", ""),
        ("🐛 i", "🐛", ""),
        ("🐛 **Fix**: i", "Fix", ""),
        ("NEW - j", "NEW", ""),
        ("**api:** k", "", "api"),
        ("*(api)* l", "", "api"),
        ("[Docs](https://x) m", "", ""),
        ("Telegram: restore drafts", "", ""),
        ("Fix a. :issue:`1`", "", ""),
        ("修复登录失败", "", ""),
    ],
)
def test_a_bullet_says_its_category_where_no_heading_does(
    bullet: str, category: str, component: str
) -> None:
    assert bullets(f"## 1.0.0\n- {bullet}\n") == [("1.0.0", category, component, bullet)]


def test_a_heading_names_the_category_of_all_bullets_below_it() -> None:
    text = "## 1.0.0\n### Changes\n#### Docs\n- Fix: a\n### 🐛 Bug Fixes\n- ✨ b\n"
    assert bullets(text) == [
        ("1.0.0", "Changes", "Docs", "Fix: a"),
        ("1.0.0", "🐛 Bug Fixes", "", "✨ b"),
    ]


def test_lines_above_lists_are_categories() -> None:
    text = """## 1.0.0

**Added**
- a

Fixed:
- b

一、优化
1. c

【移除】
• d

【安全】e
"""
    assert bullets(text) == [
        ("1.0.0", "Added", "", "a"),
        ("1.0.0", "Fixed", "", "b"),
        ("1.0.0", "优化", "", "c"),
        ("1.0.0", "移除", "", "d"),
        ("1.0.0", "安全", "", "【安全】e"),
    ]


def test_what_goes_on_with_a_bullet_is_no_heading() -> None:
    text = """1.2.0 (2024-01-02)
- Upgrade the engine to
  2.3.0
- The fixed
  changes:
  - x
- Code
  # no heading
- With a fence

  ```sh
  # 9.9.9
  - no bullet
  ```
"""
    assert [text for *_, text in bullets(text)] == [
        "Upgrade the engine to\n2.3.0",
        "The fixed\nchanges:\n- x",
        "Code\n# no heading",
        "With a fence\n\n```sh\n# 9.9.9\n- no bullet\n```",
    ]


def test_changesets_keep_what_belongs_to_one_bullet() -> None:
    text = """# @lark/web

## 1.2.0

### Minor Changes

- abc1234: Add foo

  More text.

### Patch Changes

- Updated dependencies
  - @lark/a@1.2.3
"""
    assert bullets(text) == [
        ("1.2.0", "Minor Changes", "", "abc1234: Add foo\n\nMore text."),
        ("1.2.0", "Patch Changes", "", "Updated dependencies\n- @lark/a@1.2.3"),
    ]


def test_labels_are_told_from_changes_with_details() -> None:
    text = """## 1.2.0

- Table
  - 🐞 修复 Table 的滚动条
  - 🆕 支持吸顶
- Dark mode
  - desktop only
- Fix a crash
- deps: parser@1.2.0
  - deps: qs@6.1.0

## 1.1.0
- Form
  - y
"""
    assert bullets(text) == [
        ("1.2.0", "🐞", "Table", "🐞 修复 Table 的滚动条"),
        ("1.2.0", "🆕", "Table", "🆕 支持吸顶"),
        ("1.2.0", "", "", "Dark mode\n- desktop only"),
        ("1.2.0", "", "", "Fix a crash"),
        ("1.2.0", "deps", "", "deps: parser@1.2.0\n- deps: qs@6.1.0"),
        ("1.1.0", "", "Form", "y"),
    ]


def test_thanks_links_and_tools_notes_are_no_changes() -> None:
    text = """# Change Log

All notable changes are documented here.

## 1.2.0
{: #v120}

[![build](https://x/b.svg)](https://x)

## What's Changed
* feat: x by @bob in https://example.com/pull/1

## New Contributors
* @ann made their first contribution in https://example.com/pull/2

**Full Changelog**: https://example.com/compare/v1...v2

Thanks to @bob and @ann!

<!-- note -->

## 1.1.1

**Note:** Version bump only for package @lark/web

## 1.1.0
- b
[1.2.0]: https://example.com/compare/1.1.0...1.2.0
"""
    assert bullets(text) == [
        ("1.2.0", "feat", "", "feat: x by @bob in https://example.com/pull/1"),
        ("1.1.0", "", "", "b"),
    ]


def test_rows_of_a_table_are_changes_and_their_cells_stay_as_written() -> None:
    text = """## 1.2.0

| 模块 | 类型 | 说明 |
| --- | --- | --- |
| 登录 | 新增 | 支持 `a \\| b` |
| | 修复 | 修 B<br>修 C |

| Change | Type | # |
|---|---|---|
| d | Fix | 12 |

| 旧 | 新 |
|---|---|
| a | b |
"""
    assert bullets(text) == [
        ("1.2.0", "新增", "登录", "支持 `a \\| b`"),
        ("1.2.0", "修复", "", "修 B"),
        ("1.2.0", "修复", "", "修 C"),
        ("1.2.0", "Fix", "", "d"),
        ("1.2.0", "", "", "| 旧 | 新 |\n|---|---|\n| a | b |"),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("| 版本 | 更新内容 | 修改人 | 备注 |\n|-|-|-|-|\n| 1.2.0 | 新增 A | 张三 "
         "| 要管理员先开启才能用 |", [("", "", "新增 A")]),
        ("| Version | Changes | Approved by | Notes |\n|-|-|-|-|\n| 1.2.0 | a | Ann | long words |",
         [("", "", "a")]),
        ("| 版本号 | 修订日期 | 修订内容 | 修订人 |\n|-|-|-|-|\n| 1.2.0 | 2026/7/1 "
         "| 上限 5 GB | 张三 |", [("", "", "上限 5 GB")]),
        ("| 版本 | 调整时间 | 调整类型 | 调整说明 |\n|-|-|-|-|\n| 1.2.0 | 2026/7/1 | 优化 | a |",
         [("优化", "", "a")]),
        ("| 版本 | 日期 | 新增功能 | 问题修复 | 备注 |\n|-|-|-|-|-|\n| 1.2.0 | | a<br>b | c | x |\n"
         "| | | | d | |",
         [("新增功能", "", "a"), ("新增功能", "", "b"), ("问题修复", "", "c"),
          ("问题修复", "", "d")]),
        ("| 版本 | 备注 | 负责人 |\n|-|-|-|\n| 1.2.0 | 新增 A | 张三 |", [("", "", "新增 A")]),
        ("| 版本 | 客户端 | 变更 |\n|-|-|-|\n| 1.2.0 | iOS | 支持 A |", [("", "iOS", "支持 A")]),
        ("| 版本 | 变更 | 备注 |\n|-|-|-|\n| 1.2.0 | 新增 | 支持 A |", [("新增", "", "支持 A")]),
    ],
)  # fmt: skip
def test_columns_of_a_table_tell_changes_and_no_notes_beside_them_nor_people(
    table: str, expected: list[tuple[str, str, str]]
) -> None:
    assert bullets(table) == [("1.2.0", *change) for change in expected]


def test_a_place_with_nothing_to_tell_is_no_change() -> None:
    text = (
        "## 1.2.0\n### 新增\n- 支持无线投屏\n- None of the exports fails\n### 修复\n- 无\n- N/A\n"
    )
    text += "### 优化\n暂无。\n\n### Removed\n*None*\n\n"
    text += "| 版本 | 新增功能 | 问题修复 |\n|-|-|-|\n| 1.1.0 | a | 无 |\n"
    assert bullets(text) == [
        ("1.2.0", "新增", "", "支持无线投屏"),
        ("1.2.0", "新增", "", "None of the exports fails"),
        ("1.1.0", "新增功能", "", "a"),
    ]


def test_folded_parts_end_where_they_are_closed() -> None:
    text = "## 1.2.0\n<details>\n<summary>Dependencies</summary>\n\n- a\n</details>\n\n- b\n"
    assert bullets(text) == [("1.2.0", "Dependencies", "", "a"), ("1.2.0", "", "", "b")]


def test_lines_of_a_paragraph_that_each_say_a_change_are_changes() -> None:
    text = "## 1.2.0\n新增 A\n修复 B\n\n## 1.1.0\n本次更新带来了全新的日历。\n体验更好。\n\n"
    text += "1.0.0: first\n"
    assert [(version, text) for version, _, _, text in bullets(text)] == [
        ("1.2.0", "新增 A"),
        ("1.2.0", "修复 B"),
        ("1.1.0", "本次更新带来了全新的日历。\n体验更好。"),
        ("1.0.0", "first"),
    ]
