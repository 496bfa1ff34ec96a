"""A changelog that moved is followed; one that only stands beside it is not taken for it."""

from tests.changelog.conftest import Product

ONE = "# 更新日志\n\n## 1.0.0\n- 支持深色模式\n- 支持日历订阅\n"
TWO = "# 更新日志\n\n## 1.1.0\n- 支持水印\n\n## 1.0.0\n- 支持深色模式\n- 支持日历订阅\n"
ENGLISH = "# Changelog\n\n## 1.0.0\n- Support dark mode\n- Support calendar feeds\n"
TAGS = r"v\d+\.\d+\.\d+"


def texts(product: Product, tag: str, path: str) -> list[tuple[str, str, str]]:
    changes = product.changes(tag, TAGS, path)
    return [(entry.kind, entry.text, entry.path) for entry in changes.entries]


def moved(product: Product, old: str) -> None:
    (product.folder / old).unlink()


def test_a_renamed_changelog_is_read_where_it_stood(product: Product) -> None:
    product.release("v1.0.0", ONE, "CHANGELOG.md")
    moved(product, "CHANGELOG.md")
    product.release("v1.1.0", TWO, "docs/zh/CHANGELOG.zh-CN.md")
    path = "docs/zh/CHANGELOG.zh-CN.md"
    assert texts(product, "v1.0.0", path) == [
        ("added", "支持深色模式", "CHANGELOG.md"),
        ("added", "支持日历订阅", "CHANGELOG.md"),
    ]
    assert texts(product, "v1.1.0", path) == [("added", "支持水印", path)]


def test_a_changelog_that_moved_twice_is_followed_to_its_first_place(product: Product) -> None:
    product.release("v1.0.0", ONE, "HISTORY.md")
    moved(product, "HISTORY.md")
    product.release("v1.1.0", TWO, "docs/HISTORY.md")
    moved(product, "docs/HISTORY.md")
    product.release("v1.2.0", "## 1.2.0\n- 三\n\n" + TWO, "CHANGELOG.md")
    assert [path for _, _, path in texts(product, "v1.0.0", "CHANGELOG.md")] == ["HISTORY.md"] * 2
    assert texts(product, "v1.1.0", "CHANGELOG.md") == [("added", "支持水印", "docs/HISTORY.md")]
    assert texts(product, "v1.2.0", "CHANGELOG.md") == [("added", "三", "CHANGELOG.md")]


def test_a_move_after_the_last_release_is_told_by_the_head(product: Product) -> None:
    product.release("v1.0.0", ONE, "CHANGELOG.md")
    moved(product, "CHANGELOG.md")
    product.release("nightly", ONE, "docs/CHANGELOG.md")
    assert len(texts(product, "v1.0.0", "docs/CHANGELOG.md")) == 2


def test_a_stub_left_behind_does_not_hide_that_the_file_moved(product: Product) -> None:
    product.release("v1.0.0", ONE, "CHANGELOG.md")
    (product.folder / "CHANGELOG.md").write_text("见 docs/CHANGELOG.md。\n", encoding="utf-8")
    product.release("v1.1.0", TWO, "docs/CHANGELOG.md")
    assert len(texts(product, "v1.0.0", "docs/CHANGELOG.md")) == 2


def test_a_translation_is_not_the_older_state_of_the_original(product: Product) -> None:
    product.release("v1.0.0", ENGLISH, "CHANGELOG.md")
    product.release("v1.1.0", TWO, "CHANGELOG.zh-CN.md")
    changes = product.changes("v1.0.0", TAGS, "CHANGELOG.zh-CN.md")
    assert changes.entries == ()
    assert "has no such file" in changes.quarantined[0].reason


def test_the_original_is_not_the_older_state_of_what_replaced_it(product: Product) -> None:
    product.release("v1.0.0", ENGLISH, "CHANGELOG.md")
    moved(product, "CHANGELOG.md")
    product.release("v1.1.0", TWO, "CHANGELOG.zh-CN.md")
    assert product.changes("v1.0.0", TAGS, "CHANGELOG.zh-CN.md").entries == ()


def test_a_copy_that_stays_is_a_file_of_its_own(product: Product) -> None:
    product.release("v1.0.0", ONE, "CHANGELOG.md")
    product.release("v1.1.0", TWO, "docs/CHANGELOG.md")
    assert product.changes("v1.0.0", TAGS, "docs/CHANGELOG.md").entries == ()


def test_a_release_without_the_file_is_passed_over_as_the_one_before(product: Product) -> None:
    product.release("v1.0.0", ONE)
    product.release("v1.0.1", None)
    product.release("v1.1.0", TWO)
    assert texts(product, "v1.1.0", "CHANGELOG.md") == [("added", "支持水印", "CHANGELOG.md")]
