"""Shapes that real changelogs have and tidy ones have not."""

import pytest

from pipelines.changelog.sections import parse_changelog
from tests.changelog.conftest import Product


def versions(text: str) -> list[str]:
    return [section.version for section in parse_changelog(text) if section.version]


def texts(text: str) -> list[str]:
    return [bullet.text for section in parse_changelog(text) for bullet in section.bullets]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.0 (Feb 2023)\n- a\n\n1.1.0 (Jan, 2022)\n- b\n\n1.0.0 (2020-01-01)\n- c\n",
         ["1.2.0", "1.1.0", "1.0.0"]),
        ("lib 1.1 (2 May 2020)\n===\n\n * Needs Automake >=\n   1.11.2.\n\n"
         "lib 1.0 (1 May 2020)\n===\n\n * x\n", ["1.1", "1.0"]),
        ("Node SDK 2.1.0 (2024-01-02)\n---\n\n* a\n\nNode SDK 2.0.0 (2023-01-02)\n---\n\n* b\n",
         ["2.1.0", "2.0.0"]),
        ("# C\n\n## Changes between 3.0.7 and 3.0.8 [7 Feb 2023]\n\n* a\n\n"
         "## Changes between 3.0.6 and 3.0.7 [1 Nov 2022]\n\n* b\n", ["3.0.8", "3.0.7"]),
        ("2022.03.09, Version 1.44.1 (Stable), e8b7eb6908a847ffbe6ab2eec7428e43a0aa53a2\n\n* a\n\n"
         "2022.03.07, Version 1.44.0 (Stable), d2bff508457336d808ba7148b33088f6acbfe0a6\n\n* b\n",
         ["1.44.1", "1.44.0"]),
        ("# C\n\n## tool 122\n\n- a\n\n## tool 121\n\n- b\n\n## tool 0.120\n\n- c\n",
         ["122", "121", "0.120"]),
        ("# 更新历史\n\n- **v0.3.0** (2025-12-05): 新增构建\n- **v0.2.0** (2025-11-05): 新增导出\n",
         ["0.3.0", "0.2.0"]),
        ("* Tue Apr 02 2024 A <a@b.c> - 2.3.1-1\n- Update\n\n"
         "* Mon Mar 04 2024 A <a@b.c> - 2.3.0-2\n- Rebuild\n", ["2.3.1", "2.3.0"]),
    ],
)  # fmt: skip
def test_a_heading_in_the_shape_of_its_project_names_its_release(
    text: str, expected: list[str]
) -> None:
    assert versions(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* Changes in release 1.21.3\n\n** Fix the total (#61)\n\n* Changes in release 1.21.2\n\n"
         "** Support more\n", ["Fix the total (#61)", "Support more"]),
        ("# C\n\n## 2.0.0\n\n### Require OpenSSL 3\n\n### Drop support for Tea\n\n- Tool x\n",
         ["Require OpenSSL 3"]),
        ("v1.5.0 (May 11, 2021)\nperf: faster\nfix: crash\n\nv1.4.9 (Mar 1, 2021)\nbug: x\n",
         ["perf: faster", "fix: crash", "bug: x"]),
        ("## 1.1\n\n* Better documentation.\n  * Thanks, @u!\n\n## 1.0\n\n* y\n",
         ["Better documentation."]),
    ],
)  # fmt: skip
def test_no_change_is_lost_for_the_shape_of_its_line(text: str, expected: list[str]) -> None:
    found = "\n".join(texts(text))
    for line in expected:
        assert line in found


def test_a_date_heading_above_a_version_is_the_releases_day() -> None:
    text = "# Log\n\n### 2022-05-19\n[v1.2.0](https://x.example/y)发布\n\n1. 支持导出\n"
    (section,) = (one for one in parse_changelog(text) if one.version)
    assert str(section.released) == "2022-05-19"


def test_old_words_are_not_new_because_the_whole_file_is_read_otherwise(product: Product) -> None:
    old = "1.0.0\n  支持深色模式\n  支持日历订阅\n"
    product.release("v1.0.0", old)
    product.release(
        "v1.1.0", "1.1.0\n=====\n\n- 支持水印\n\n1.0.0\n=====\n\n- 支持深色模式\n- 支持日历订阅\n"
    )
    entries = product.changes("v1.1.0").entries
    assert [(entry.kind, entry.version, entry.text) for entry in entries] == [
        ("added", "1.1.0", "支持水印")
    ]


def test_one_byte_of_another_encoding_costs_no_release_and_is_told(product: Product) -> None:
    product.release("v1.0.0", "## 1.0.0\n- Thanks to José\n- Faster\n".encode("latin-1"))
    changes = product.changes("v1.0.0")
    assert [entry.text for entry in changes.entries] == ["Thanks to José", "Faster"]
    (told,) = changes.quarantined
    assert (told.line, "not UTF-8" in told.reason) == (2, True)
