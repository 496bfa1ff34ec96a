"""Outside text: made safe, comparable, hashed."""

import pytest

from pipelines.text import clean, digest, fold, is_chinese, one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x00b\x07c\x9b", "abc"),
        ("tab\tstays", "tab\tstays"),
        ("zero\u200bwidth\u2060\ufeff", "zerowidth"),
        ("bidi\u202eoverride\u2066\u2069", "bidioverride"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("lone\ud800surrogate", "lone?surrogate"),
        ("退款 émoji 😀", "退款 émoji 😀"),
    ],
)
def test_what_cannot_be_seen_is_removed(text: str, expected: str) -> None:
    assert clean(text) == expected
    assert clean(clean(text)) == clean(text)


def test_wordings_that_read_the_same_fold_to_the_same() -> None:
    assert fold(" ＡＰＩ　Key\n？") == fold("api key ?")
    assert fold("退款") != fold("退货")


def test_parts_of_a_digest_cannot_run_into_each_other() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("a") != digest("a", "")
    assert len(digest("\ud800")) == 32


def test_one_line_is_one_line_of_the_limit() -> None:
    assert one_line("a\n b\t c") == "a b c"
    assert one_line("x" * 200) == "x" * 79 + "…"
    assert one_line("x" * 80) == "x" * 80


def test_one_han_character_makes_a_text_chinese() -> None:
    assert is_chinese("How to 退款")
    assert not is_chinese("How to refund? ？")
