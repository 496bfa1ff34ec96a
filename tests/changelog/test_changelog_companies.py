"""Release notes as companies write and export them: mail, wiki, word processor, store."""

import pytest

from tests.changelog.test_changelog_styles import Read, bullets, releases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "版本 8.11.2\n2024年8月1日\n本次更新：\n1. 修复通知延迟\n2. 优化启动速度\n",
            [("8.11.2", "", "", "修复通知延迟"), ("8.11.2", "", "", "优化启动速度")],
            id="store",
        ),
        pytest.param(
            "## 2.5.0\n【新增】支持导出；【优化】搜索更快；【修复】登录失败\n",
            [
                ("2.5.0", "新增", "", "【新增】支持导出"),
                ("2.5.0", "优化", "", "【优化】搜索更快"),
                ("2.5.0", "修复", "", "【修复】登录失败"),
            ],
            id="boxes in one paragraph",
        ),
        pytest.param(
            "更新记录\n\n1 V2.3.0 版本（2024-08-01）\n1.1 新增功能\n1.1.1 批量导入\n1.2 缺陷修复\n"
            "1.2.1 导出超时\n\n2 V2.2.0 版本（2024-07-01）\n2.1 支持 SSO\n",
            [
                ("2.3.0", "新增功能", "", "批量导入"),
                ("2.3.0", "缺陷修复", "", "导出超时"),
                ("2.2.0", "", "", "支持 SSO"),
            ],
            id="word processor",
        ),
        pytest.param(
            "【云雀】2.6.0版本发布公告\n\n发布时间：2024-08-08\n\n一、新功能\n    1. 语音转文字\n"
            "二、修复问题\n    1. 已读状态不同步\n",
            [("2.6.0", "新功能", "", "语音转文字"), ("2.6.0", "修复问题", "", "已读状态不同步")],
            id="mail",
        ),
        pytest.param(
            "<h2>Lark Office 5.1.0</h2>\n<h3>Bug Fixes</h3>\n<table><tbody><tr><th>Key</th>"
            "<th>Summary</th></tr><tr><td>LK-1</td><td>Fix a | b</td></tr></tbody></table>\n",
            [("5.1.0", "Bug Fixes", "", "Fix a \\| b")],
            id="wiki",
        ),
        pytest.param(
            "2024.09.10 v5.6.1\n★ 新增：撤回时限\n※ 修复：偶现白屏\n",
            [("5.6.1", "新增", "", "新增：撤回时限"), ("5.6.1", "修复", "", "修复：偶现白屏")],
            id="stars",
        ),
        pytest.param(
            "## 1.2\n\n| 版本 | 说明 |\n| --- | --- |\n"
            "| 1.2 | 勘误：org.a.* 已发布<br>- 新增 x |\n",
            [("1.2", "", "", "勘误：org.a.* 已发布"), ("1.2", "", "", "新增 x")],
            id="table",
        ),
    ],
)
def test_release_notes_are_read_as_their_readers_do(text: str, expected: Read) -> None:
    assert bullets(text) == expected


def test_numbers_of_a_text_without_releases_make_no_titles() -> None:
    text = "## 1.2.0\n\n1 first\n1.1 second\n"
    assert bullets(text) == [("1.2.0", "", "", "1 first\n1.1 second")]


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("CHANGES FROM 3.2a TO 3.3\n\n* a\n\nCHANGES FROM 3.2 TO 3.2a\n\n* b\n", ["3.3", "3.2a"]),
        ("CHANGES WITH 252:\n\n * a\n\nCHANGES WITH 251:\n\n * b\n", ["252", "251"]),
        ("# C\n\n# icons 3.79\n* a\n\n# icons 3.78\n* b\n\nicons 3.77\n----\n* c\n",
         ["3.79", "3.78", "3.77"]),
        ("## 1.0.0\n### Support for Python 3.12\n- a\n### Step 2\n- b\n### Step 1\n- c\n",
         ["1.0.0"]),
        ("# Log\n\n## 2024-08-01\n### Python 3.12\n- a\n### Python 3.11\n- b\n", [""]),
    ],
)  # fmt: skip
def test_headings_are_told_apart_by_their_fellows(text: str, versions: list[str]) -> None:
    assert [version for version, _ in releases(text)] == versions


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("## 2.0.0\n\n### Require OpenSSL >= 3\n\n### Fixed\n\n- x\n",
         ["Require OpenSSL >= 3", "x"]),
        ("* Version 2.0\n\n** Bug fixes\n\n  Fix sed.\n  [bug introduced in 6.9.92]\n",
         ["Fix sed.\n[bug introduced in 6.9.92]"]),
        ("* Version 2.0\n\n** Fix the count\n\n** --page also follows \"icon\"\n   and others\n",
         ["Fix the count", "--page also follows \"icon\"\nand others"]),
        ("* Version 1.0.1\n - For platforms 16 and\n21.\n - Better\n",
         ["For platforms 16 and\n21.", "Better"]),
        ("1.0.1\n\n Speed (core):\n   o Replace pipe\n     calls\n   o Make it\n",
         ["Replace pipe\ncalls", "Make it"]),
    ],
)  # fmt: skip
def test_every_line_of_a_release_stands_in_a_change(text: str, texts: list[str]) -> None:
    assert [told for *_, told in bullets(text)] == texts


def test_an_unknown_label_ends_the_category_above_it() -> None:
    text = (
        "1.2.6\n-----\n\nNew Features:\n - One\n\nBackends:\n - alpm: Two\n\nFor example:\n - x\n"
    )
    assert [(category, told) for _, category, _, told in bullets(text)][:2] == [
        ("New Features", "One"),
        ("Backends", "alpm: Two"),
    ]
    assert "For example" not in {category for _, category, _, _ in bullets(text)}
