"""Every style of changelog that people write: its releases, dates, categories and exact texts."""

from datetime import date

import pytest

from pipelines.changelog.sections import Section, parse_changelog

Read = list[tuple[str, str, str, str]]


def bullets(text: str) -> Read:
    return [
        (section.version, bullet.category, bullet.component, bullet.text)
        for section in parse_changelog(text)
        for bullet in section.bullets
    ]


def releases(text: str) -> list[tuple[str, date | None]]:
    return [(section.version, section.released) for section in parse_changelog(text)]


def sections(text: str) -> tuple[Section, ...]:
    return parse_changelog(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.0 / 2024-01-02\n==================\n\n  * a\n  * b\n\n1.1.0\n=====\n\n  * c\n",
        "# v1.2.0 (January 2, 2024)\n- a\n- b\n# v1.1.0\n- c\n",
        "## Version 1.2.0 / 2024-01-02\n- a\n- b\n\n## Version 1.1.0\n- c\n",
        "# Log\n\n**1.2.0** (2024-01-02)\n\n- a\n- b\n\n**v1.1.0**\n* c\n",
        "1.2.0 (2024-01-02)\n- a\n- b\n1.1.0\n- c\n",
        "Version 1.2.0 - January 2, 2024\n  * a\n  * b\n\nVersion 1.1.0\n  * c\n",
        "Revision history for Lark\n\n1.2.0  2024-01-02\n    - a\n    - b\n\n1.1.0\n    - c\n",
        "------\nv1.2.0 - 2024-01-02\n------\n* a\n* b\n\n------\nv1.1.0\n------\n* c\n",
        "<h2>1.2.0 (2024-01-02)</h2>\n<ul>\n<li>a</li><li>b</li>\n</ul>\n<h2>1.1.0</h2>\n"
        "<ul><li>c</li></ul>\n",
        '<a name="1.2.0"></a>\n# [1.2.0](https://x/a) (2024-01-02)\n* a\n* b\n\n'
        '<a name="1.1.0"></a>\n## 1.1.0\n* c\n',
        "* 1.2.0 (2024-01-02)\n  * a\n  * b\n* 1.1.0\n  * c\n",
        "Lark\n####\n\n.. contents::\n   :local:\n\n.. _r2:\n\n1.2.0 (2024-01-02)\n"
        "~~~~~~~~~~~~~~~~~~\n\n* a\n* b\n\n1.1.0\n~~~~~\n\n* c\n",
        "== 1.2.0 (2024-01-02)\n* a\n* b\n\n== 1.1.0\n* c\n",
        "=== Lark ===\n\n== Changelog ==\n\n= 1.2.0 - 2024-01-02 =\n* a\n* b\n\n= 1.1.0 =\n* c\n",
        "## 2024-01-02, Version 1.2.0 (Current), @ann\n- a\n- b\n\n## Version 1.1.0\n- c\n",
        "## Lark Office 1.2.0 (2024-01-02)\n- a\n- b\n\n## Lark Office 1.1.0\n- c\n",
        "##1.2.0（2024年1月2日）\n-啊\n-吧\n\n##1.1.0\n-才\n",
        "## 版本 1.2.0（2024年1月2日）\n1、啊\n2、吧\n\n## Ｖ１．１．０\n（1）才\n",
        "云雀 V1.2.0（2024-01-02）\n\n1.啊\n2.吧\n\n云雀 V1.1.0\n\n·才\n",
        "| 版本 | 日期 | 内容 |\n|---|---|---|\n| 1.2.0 | 2024-01-02 | a |\n| | | b |\n"
        "| v1.1.0 | | c |\n",
        "<details><summary>1.2.0 (2024-01-02)</summary>\n- a\n- b\n</details>\n\n<details>\n"
        "<summary>1.1.0</summary>\n\n- c\n</details>\n",
        "## 1.2.0 2024-01-02\r\n- a\r\n- b\r\n\r\n## 1.1.0\r\n- c\r\n",
        "## [1.2.0] - 2024-01-02 [YANKED]\n- a\n- b\n[1.2.0]: https://x/y\n\n## ~~1.1.0~~\n- c\n",
        "## @lark/web@1.2.0 (2024-01-02)\n- a\n- b\n\n## @lark/web 1.1.0\n- c\n",
    ],
)
def test_a_release_is_found_whatever_its_heading_looks_like(text: str) -> None:
    read = sections(text)
    assert [section.version for section in read if section.bullets] == ["1.2.0", "1.1.0"]
    assert read[0].released == date(2024, 1, 2)
    texts = [[bullet.text for bullet in section.bullets] for section in read if section.bullets]
    assert texts in ([["a", "b"], ["c"]], [["啊", "吧"], ["才"]])
    lines = text.replace("\r", "").split("\n")
    for section in read:
        for bullet in section.bullets:
            assert bullet.text in lines[bullet.line - 1]


def test_debian_changelogs_are_read_with_their_signature_as_date() -> None:
    text = """lark (1.2.0-1) unstable; urgency=medium

  [ Ann ]
  * New upstream release.
  * Fix a crash
    - in detail

 -- Ann <ann@example.com>  Tue, 02 Jan 2024 10:00:00 +0800

lark (1.1.0-1) unstable; urgency=low

  * First.

 -- Ann <ann@example.com>  Mon, 01 Jan 2024 10:00:00 +0800
"""
    assert releases(text) == [("1.2.0-1", date(2024, 1, 2)), ("1.1.0-1", date(2024, 1, 1))]
    assert [text for *_, text in bullets(text)] == [
        "New upstream release.", "Fix a crash\n- in detail", "First.",
    ]  # fmt: skip


def test_news_of_gnu_projects_are_paragraphs_below_starred_titles() -> None:
    text = """GNU lark NEWS                                    -*- outline -*-

* Noteworthy changes in release 9.4 (2023-08-29) [stable]

** Bug fixes

  cp no longer fails
  on files.

  ls works.

* Noteworthy changes in release 9.3 (2023-04-18) [stable]

** New Features

  x.

========================================================================

Copyright (C) 2001-2023 The Authors.
"""
    assert bullets(text) == [
        ("9.4", "Bug fixes", "", "cp no longer fails\non files."),
        ("9.4", "Bug fixes", "", "ls works."),
        ("9.3", "New Features", "", "x."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Release Notes - Lark - Version 2.0.0\n\n** Bug\n    * [L-1] - a\n\n** Story\n"
        "    * [L-2] - b\n",
        "        Release Notes - Lark - Version 2.0.0\n\n<h2>        Bug\n</h2>\n<ul>\n"
        "<li>[L-1] - a\n</li>\n</ul>\n<h2>        Story\n</h2>\n<ul>\n<li>[L-2] - b\n</li>\n"
        "</ul>\n",
    ],
    ids=["text", "html"],
)
def test_release_notes_of_jira_are_read(text: str) -> None:
    assert bullets(text) == [("2.0.0", "Bug", "", "[L-1] - a"), ("2.0.0", "Story", "", "[L-2] - b")]


def test_restructured_text_is_read_with_its_own_inline_markup() -> None:
    text = """=======
Changes
=======

1.2.0 (2024-01-02)
==================

Features
--------

- Add ``foo``
  over lines
- Add :func:`bar`

  * nested

.. towncrier release notes start

Bug Fixes
---------

* Fix `x <https://x>`_
"""
    assert bullets(text) == [
        ("1.2.0", "Features", "", "Add ``foo``\nover lines"),
        ("1.2.0", "Features", "", "Add :func:`bar`\n\n* nested"),
        ("1.2.0", "Bug Fixes", "", "Fix `x <https://x>`_"),
    ]


def test_the_name_of_the_product_is_no_other_subject() -> None:
    text = "# Lark 2.0 Changelog\n\n## Lark 2.3.0\n- a\n### Python 3.8\n- b\n\n## Lark 2.2.0\n- c\n"
    assert [(version, text) for version, _, _, text in bullets(text)] == [
        ("2.3.0", "a"), ("2.3.0", "b"), ("2.2.0", "c"),
    ]  # fmt: skip


def test_sections_of_dates_alone_are_releases() -> None:
    text = "## 2024-01-02\n- a\n\n## 2023年12月1日\n- b\n"
    assert releases(text) == [("", date(2024, 1, 2)), ("", date(2023, 12, 1))]


def test_unreleased_may_name_the_version_that_it_waits_for() -> None:
    text = "## Unreleased - 2.0.0\n- a\n\n## [Unreleased]\n- b\n\n## 开发中\n- c\n"
    assert [(one.version, one.kind) for one in sections(text)] == [
        ("2.0.0", "release"), ("", "open"), ("", "open"),
    ]  # fmt: skip
