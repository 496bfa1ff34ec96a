from datetime import date

import pytest
from packaging.version import Version

from pipelines.changelog.categories import is_category
from pipelines.changelog.headings import (
    date_line,
    find_date,
    heading_date,
    is_open,
    release_version,
    tag_package,
    tag_version,
    version_key,
)
from pipelines.changelog.sections import parse_changelog


def bullets(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (section.version, bullet.category, bullet.component, bullet.text)
        for section in parse_changelog(text)
        for bullet in section.bullets
    ]


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("[2.4.0] - 2026-11-05", "2.4.0"),
        ("2.9.2", "2.9.2"),
        ("v2.4.0", "2.4.0"),
        ("[1.2.3](https://example.com/compare/v1.2.2...v1.2.3) (2024-01-01)", "1.2.3"),
        ("2026.1.31", "2026.1.31"),
        ("2026.1.14-1", "2026.1.14-1"),
        ("2.4.0 Fullerene", "2.4.0"),
        ("2.11.0🎄", "2.11.0"),
        ("🎉 2.11.0", "2.11.0"),
        ("1.0.0-rc.1", "1.0.0-rc.1"),
        ("版本 2.4.0（2026 年 1 月 5 日）", "2.4.0"),
        ("Release 3.1.0", "3.1.0"),
        ("@lark/web@1.2.0", "1.2.0"),
        ("element-ui 2.3.0", "2.3.0"),
        ("[2.3.0] - 2026-01-02 [YANKED]", "2.3.0"),
        ("2.0.0-beta5 — Unreleased", "2.0.0-beta5"),
        ("Unreleased", ""),
        ("Added", ""),
        ("12.04.2021", ""),
        ("2026-01-31", ""),
        ("1.5 times faster than it was before", ""),
        ("Table of Contents", ""),
        ("2024年3月更新（V5.3.0）", "5.3.0"),
        ("2024年3月 V5.3.0", "5.3.0"),
        ("2024-03 v5.3.0", "5.3.0"),
        ("2024年3月更新", ""),
        ("2024-03", ""),
    ],
)
def test_a_heading_names_its_version(heading: str, version: str) -> None:
    assert release_version(heading) == version


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("*2019-06-21*", date(2019, 6, 21)),
        ("> Released on 2019/08/05", date(2019, 8, 5)),
        ("发布于 2024年1月31日", date(2024, 1, 31)),
        ("发布日期：2024-01-31", date(2024, 1, 31)),
        ("Nov. 2nd 2021", date(2021, 11, 2)),
        ("21 June 2019", date(2019, 6, 21)),
        ("2019-13-45", None),
        ("Support for dates such as 2019-06-21", None),
    ],
)
def test_a_line_that_only_dates_a_release_is_a_date(text: str, day: date | None) -> None:
    assert date_line(text) == day


def test_a_date_stands_beside_the_version_and_not_in_it() -> None:
    assert heading_date("[2.2.0] - 12.04.2021") == date(2021, 4, 12)
    assert heading_date("2026.1.31") is None
    assert heading_date("2026-01-31") == date(2026, 1, 31)
    assert find_date("1/2/2024") is None


@pytest.mark.parametrize(
    "name",
    ["Added", "新增", "Bug 修复", "✨ 新特性", "⚠ BREAKING CHANGES", "New & Improved", "优化"],
)
def test_usual_names_are_categories(name: str) -> None:
    assert is_category(name)
    assert not is_category("Analyzer")


def test_open_sections_are_told_by_their_heading() -> None:
    assert is_open("[Unreleased]")
    assert is_open("未发布")
    assert not is_open("2.0.0")


def test_tags_give_their_version() -> None:
    tags = ["v2.4.0", "pkg@1.2.0", "@lark/web2@1.2.0", "release-2024.01", "v3", "0.9-RC1"]
    assert [tag_version(tag) for tag in tags] == [
        "2.4.0", "1.2.0", "1.2.0", "2024.01", "3", "0.9-RC1",
    ]  # fmt: skip
    assert version_key("2.0") == version_key("2.0.0")


@pytest.mark.parametrize(
    ("tag", "version", "package"),
    [
        ("app_V1.10.0", "1.10.0", "app"),
        ("V2.4.0", "2.4.0", ""),
        ("iOS2.4.0", "2.4.0", "iOS"),
        ("release2.4.0", "2.4.0", ""),
        ("iOS2.4.0-20260105", "2.4.0-20260105", "iOS"),
        ("web3-v1.2.0", "1.2.0", "web3"),
    ],
)
def test_a_tag_gives_its_version_however_that_is_joined(
    tag: str, version: str, package: str
) -> None:
    assert tag_version(tag) == version
    assert tag_package(tag) == package


@pytest.mark.parametrize(
    "spelled",
    ["1.2.0-release", "1.2.0.RELEASE", "1.2.0.Final", "1.2.0-GA", "1.2.0_stable"],
)
def test_a_word_that_says_a_version_is_out_makes_no_other(spelled: str) -> None:
    assert version_key(spelled) == version_key("1.2.0")


def test_a_mended_build_comes_after_its_version_and_a_candidate_before_it() -> None:
    in_order = ["1.2.0-beta.2", "1.2.0-rc1", "1.2.0", "1.2.0-hotfix1", "1.2.0-p2"]
    in_order += ["1.2.0_20260105", "1.2.0_20260112", "1.2.1"]
    keys = [key for key in map(version_key, in_order) if isinstance(key, Version)]
    assert len(set(keys)) == len(in_order)
    assert keys == sorted(keys)
    assert not isinstance(version_key("1.2.0-nightly"), Version)


def test_keep_a_changelog_is_read() -> None:
    text = """# 更新日志

所有重要变更都记在这里。

## [Unreleased]

## [2.4.0] - 2026-11-05

### Added

- 文档支持 **深色模式**（#12）
- 支持单点登录，
  包括 OIDC

### Fixed
* 修复导出失败
"""
    assert bullets(text) == [
        ("2.4.0", "Added", "", "文档支持 **深色模式**（#12）"),
        ("2.4.0", "Added", "", "支持单点登录，\n包括 OIDC"),
        ("2.4.0", "Fixed", "", "修复导出失败"),
    ]
    assert [s.released for s in parse_changelog(text)] == [None, date(2026, 11, 5)]
    assert parse_changelog(text)[1].bullets[0].line == 11


def test_nested_components_become_component_and_bullet() -> None:
    text = """### 2.4.0 Fullerene

*2018-05-28*

#### 新特性
- 综合
  - 使用原生 webpack，#11216
- **Table**：
  - 新增 `sort` 方法
    ```js
    table.sort()
    ```
  - 新增 `clear` 方法
- 新增深色模式
  - 仅桌面端
"""
    assert bullets(text) == [
        ("2.4.0", "新特性", "综合", "使用原生 webpack，#11216"),
        ("2.4.0", "新特性", "Table", "新增 `sort` 方法\n```js\ntable.sort()\n```"),
        ("2.4.0", "新特性", "Table", "新增 `clear` 方法"),
        ("2.4.0", "新特性", "", "新增深色模式\n- 仅桌面端"),
    ]


def test_patch_releases_at_the_level_of_categories_are_releases() -> None:
    text = """## [1.1.0](https://example.com/a) (2024-01-02)

### Bug Fixes

* **deps:** one ([abc](https://example.com))

### [1.0.1](https://example.com/b) (2024-01-01)

### Features

* two
"""
    assert bullets(text) == [
        ("1.1.0", "Bug Fixes", "deps", "**deps:** one ([abc](https://example.com))"),
        ("1.0.1", "Features", "", "two"),
    ]


@pytest.mark.parametrize(
    "headings", ["### Analyzer\n#### Added", "### Added\n#### Analyzer:"], ids=["inner", "outer"]
)
def test_a_heading_above_or_below_the_category_is_the_component(headings: str) -> None:
    assert bullets(f"## 1.0.0\n{headings}\n- x\n") == [("1.0.0", "Added", "Analyzer", "x")]


def test_prose_tables_and_code_are_entries_and_navigation_is_not() -> None:
    text = """## Table of Contents

- [1.0.0](#100)

## 1.0.0

本次发布带来全新的日历。

```sh
lark upgrade
```

| 旧 | 新 |
|---|---|
| a | b |

[Back to TOC](#table-of-contents)

<!-- internal note -->
"""
    assert bullets(text) == [
        (
            "1.0.0", "", "",
            "本次发布带来全新的日历。\n\n```sh\nlark upgrade\n```",
        ),
        ("1.0.0", "", "", "| 旧 | 新 |\n|---|---|\n| a | b |"),
    ]  # fmt: skip


def test_a_heading_nobody_understands_keeps_its_section_whole() -> None:
    text = "# Changelog\n\n## 1.1.0\n- a\n\n## 夏日版\n- b\n- c\n\n## 1.0.0\n- d\n"
    assert bullets(text) == [
        ("1.1.0", "", "", "a"),
        ("", "", "", "夏日版\n\n- b\n- c"),
        ("1.0.0", "", "", "d"),
    ]
    assert [section.kind for section in parse_changelog(text)] == ["release", "unread", "release"]


def test_a_heading_that_slipped_a_level_stays_in_its_release() -> None:
    text = "## 2.2.0\n### Core\n- a\n## Plugin\n- b\n## 2.1.0\n### Plugin\n- c\n"
    assert bullets(text) == [
        ("2.2.0", "Core", "", "a"),
        ("2.2.0", "Plugin", "", "b"),
        ("2.1.0", "Plugin", "", "c"),
    ]


def test_a_file_without_release_headings_is_one_open_section() -> None:
    sections = parse_changelog("# 更新\n\n- 修复一\n- 修复二\n")
    assert [section.kind for section in sections] == ["open"]
    assert [bullet.text for bullet in sections[0].bullets] == ["修复一", "修复二"]


@pytest.mark.parametrize(
    "text",
    ["", "[" * 200_000, "> " * 5_000 + "x", "- " * 5_000 + "x", "## 1.0.0\n" + "* a\n" * 20_000],
    ids=["empty", "brackets", "quotes", "lists", "duplicates"],
)
@pytest.mark.timeout(10)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    assert isinstance(parse_changelog(text), tuple)


def test_invisible_characters_do_not_survive() -> None:
    assert bullets("## 1.0.0\n- a\u202eb\x1b[31mc\n") == [("1.0.0", "", "", "abc")]
