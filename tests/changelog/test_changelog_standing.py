"""Text that stood in the changelog before brings nothing, whatever is made of it."""

import pytest

from tests.changelog.conftest import Product

NEW = "## 1.1.0\n\n- Add export\n\n"
OLD = "## 1.0.0\n\n- Add search\n- Fix login\n"


def told(product: Product, tag: str) -> list[tuple[str, str, str]]:
    entries = product.changes(tag).entries
    return [(entry.kind, entry.version, entry.text) for entry in entries]


@pytest.mark.parametrize(
    ("before", "head"),
    [
        # Numbers alone are versions beside a dotted one that is worded alike.
        ("## polkit 121\n\n- a\n\n## polkit 120\n\n- b\n", "## polkit 122.1\n\n- new\n\n"),
        ("## Older notes\n\n- a\n- b\n", "## 1.1.0\n\n- new\n\n## Older\n\n"),
        ("Kit 1.0\n=======\n\n- a\n", "Kit 1.1\n=======\n\n- new\n\n"),
        ("- a\n- b\n", "## 1.1.0\n\n- new\n\n# Before\n\n"),
    ],
)
def test_a_file_that_is_read_in_another_way_brings_nothing_old(
    product: Product, before: str, head: str
) -> None:
    product.release("v1.0.0", before)
    product.release("v1.1.0", head + before)
    assert [text for _, _, text in told(product, "v1.1.0")] == ["new"]


def test_a_section_that_waited_is_news_for_the_release_it_names(product: Product) -> None:
    product.release("v1.0.0", "## 1.1.0\n\n- Add export\n\n" + OLD)
    product.release("v1.1.0", "## 1.1.0\n\n- Add export\n\n" + OLD + "\n\n")
    product.release("v1.1.1", "## 1.1.1\n\n- Fix export\n\n## 1.1.0\n\n- Add export\n\n" + OLD)
    assert told(product, "v1.1.0") == [("added", "1.1.0", "Add export")]
    assert told(product, "v1.1.1") == [("added", "1.1.1", "Fix export")]


def test_what_every_release_says_is_news_in_each(product: Product) -> None:
    same = "- Bug fixes and improvements\n"
    product.release("v1.0.0", f"## 1.0.0\n\n{same}")
    product.release("v1.1.0", f"## 1.1.0\n\n{same}\n## 1.0.0\n\n{same}\n- Thanks\n")
    added = [one for one in told(product, "v1.1.0") if one[1] == "1.1.0"]
    assert added == [("added", "1.1.0", "Bug fixes and improvements")]


def test_a_second_section_of_a_release_repeats_no_news(product: Product) -> None:
    product.release("v1.0.0", OLD)
    product.release("v1.1.0", NEW + "## 1.0.0\n\n- Fix login\n- Fix logout\n\n" + OLD)
    assert told(product, "v1.1.0") == [
        ("added", "1.1.0", "Add export"),
        ("added", "1.0.0", "Fix logout"),
    ]


def test_the_last_bullet_of_a_section_does_not_vanish_in_silence(product: Product) -> None:
    product.release("v1.0.0", OLD + "\n## 0.9.0\n\n- First\n")
    product.release("v1.1.0", NEW + OLD.replace("- Fix login\n", "") + "\n## 0.9.0\n\n- First\n")
    assert ("removed", "1.0.0", "") in told(product, "v1.1.0")


def test_the_first_tag_does_not_claim_what_older_releases_left(product: Product) -> None:
    product.release("v1.0.0", OLD + "\n## Older versions\n\n- Add everything\n")
    assert told(product, "v1.0.0") == [
        ("added", "1.0.0", "Add search"),
        ("added", "1.0.0", "Fix login"),
    ]
    (left_out,) = product.changes("v1.0.0").quarantined
    assert left_out.line == 6
    assert "`Older versions`" in left_out.reason
    assert "left out" in left_out.reason


def test_what_stands_above_the_first_release_is_kept_whole_with_a_warning(product: Product) -> None:
    product.release("v1.0.0", "# Changes\n\nThe new big one:\n\n- Add tabs\n\n" + OLD)
    assert told(product, "v1.0.0")[0] == ("added", "1.0.0", "The new big one:\n\n- Add tabs")
    (kept,) = product.changes("v1.0.0").quarantined
    assert (kept.line, "kept whole" in kept.reason) == (3, True)


def test_an_introduction_is_no_change_and_no_warning(product: Product) -> None:
    intro = "# Changelog\n\nThe format is based on [Keep a Changelog](https://x/y).\n\n"
    links = "- [1.0.0](#100)\n- [0.9.0](#090)\n\n"
    product.release("v1.0.0", intro + links + OLD)
    assert len(told(product, "v1.0.0")) == 2
    assert product.changes("v1.0.0").quarantined == ()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("- Fix by René\n".encode("latin-1"), "Fix by René"),
        (b"- Fix \x93quotes\x94\n", "Fix “quotes”"),
        ("- 修复导出".encode() + b"\xe5\xa4\n", "修复导出\ufffd"),
    ],
)
def test_a_line_in_no_known_encoding_loses_no_release_and_is_warned_of_once(
    product: Product, data: bytes, text: str
) -> None:
    old = "## 1.0.0\n\n- 支持搜索\n".encode() + data
    product.release("v1.0.0", old)
    product.release("v1.1.0", NEW.encode() + old)
    first, second = product.changes("v1.0.0"), product.changes("v1.1.0")
    assert [entry.text for entry in first.entries] == ["支持搜索", text]
    (warned,) = first.quarantined
    assert (warned.line, "not UTF-8" in warned.reason) == (4, True)
    assert [entry.text for entry in second.entries] == ["Add export"]
    assert second.quarantined == ()


@pytest.mark.parametrize(
    ("tags", "headings"),
    [
        (("2024-08", "2024-07"), ("## 2024年8月", "## 2024年7月")),
        (("2024-08", "2024-07"), ("## August 2024", "## July 2024")),
        (("2024.8", "2024.7"), ("## 2024-08", "## 2024-07")),
        (("20240815", "20240702"), ("## 2024-08-15", "## 2024-07-02")),
        (("2024.08.15", "2024.07.02"), ("## 2024年8月15日", "## 2024年7月2日")),
    ],
)
def test_tags_that_are_days_or_months_find_their_sections(
    product: Product, tags: tuple[str, str], headings: tuple[str, str]
) -> None:
    old = f"{headings[1]}\n\n- Add search\n"
    product.release(tags[1], old)
    product.release(tags[0], f"{headings[0]}\n\n- Add export\n\n{old}")
    texts = [
        [entry.text for entry in product.changes(tag, r"[\d.-]+").entries] for tag in reversed(tags)
    ]
    assert texts == [["Add search"], ["Add export"]]
    assert product.changes(tags[0], r"[\d.-]+").quarantined == ()
