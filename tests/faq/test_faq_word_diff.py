"""The difference of two texts: exact, word by word, quick, and fit to be read."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.faq.word_diff import Piece, coloured, shown, word_diff
from tests.pace import timed

WORDS = [
    "退款",
    "的",
    "申请",
    "。",
    "，",
    " ",
    "\n",
    "v2.4.0",
    "ERR-4013",
    "invoice",
    "[-",
    "+}",
    "|",
]
# The first example loads the dictionary of Chinese words.
UNTIMED = settings(deadline=None)
TEXTS = st.text() | st.lists(st.sampled_from(WORDS)).map("".join)


@given(TEXTS, TEXTS)
@UNTIMED
def test_the_pieces_make_both_texts_again(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


@given(TEXTS, TEXTS)
@UNTIMED
def test_no_two_pieces_of_a_kind_stand_side_by_side(before: str, after: str) -> None:
    kinds = [piece.kind for piece in word_diff(before, after)]
    assert all(kind != following for kind, following in pairwise(kinds))


@given(TEXTS, TEXTS)
@UNTIMED
def test_the_notation_can_be_read_back_whatever_the_texts_hold(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    marked = re.findall(r"\[-.*?-\]|\{\+.*?\+\}", shown(pieces), re.DOTALL)
    kinds = ["removed" if text.startswith("[-") else "added" for text in marked]
    assert kinds == [piece.kind for piece in pieces if piece.kind != "same"]


@given(TEXTS)
@UNTIMED
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    pieces = word_diff(text, text)
    assert {piece.kind for piece in pieces} <= {"same"}
    assert shown(pieces) == ""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("退款三日内到账。", "退款五日内到账。", "退款[-三日-]{+五日+}内到账。"),
        ("请重试", "请稍后重试一次", "请{+稍后+}重试{+一次+}"),
        ("升级到 v2.4.0。", "升级到 v2.4.1。", "升级到 [-v2.4.0-]{+v2.4.1+}。"),
        ("遇到 ERR-4013 时", "遇到 ERR-4014 时", "遇到 [-ERR-4013-]{+ERR-4014+} 时"),
        ("costs 1,000 yuan", "costs 1,500 yuan", "costs [-1,000-]{+1,500+} yuan"),
        ("You don't pay", "You can't pay", "You [-don't-]{+can't+} pay"),
        (
            "Click Export to save",
            "Press Download to save",
            "[-Click Export-]{+Press Download+} to save",
        ),
    ],
)
def test_words_numbers_versions_and_codes_change_whole(before: str, after: str, told: str) -> None:
    assert shown(word_diff(before, after)) == told


def test_a_particle_between_two_changes_is_no_island() -> None:
    assert shown(word_diff("红色的车子", "蓝色的船只")) == "[-红色的车子-]{+蓝色的船只+}"
    assert shown(word_diff("苹果，香蕉", "橘子，葡萄")) == "[-苹果，香蕉-]{+橘子，葡萄+}"


def test_a_rewritten_answer_is_not_cut_into_confetti() -> None:
    before = "我们会在 3 个工作日内处理您的申请，请耐心等待。如有疑问请联系客服。"
    after = "申请一般当天处理完。有问题就打客服电话 400-000-2638。"
    assert len(word_diff(before, after)) == 3


def test_words_between_two_changes_stay_when_they_say_something() -> None:
    before = "Open Settings, choose Billing and click the Export button."
    after = "Open Preferences, choose Invoices and press the Download button."
    assert shown(word_diff(before, after)) == (
        "Open [-Settings-]{+Preferences+}, choose [-Billing-]{+Invoices+} and "
        "[-click-]{+press+} the [-Export-]{+Download+} button."
    )


def test_the_lines_of_a_list_and_the_cells_of_a_table_are_told_apart() -> None:
    assert shown(word_diff("1. 打开\n2. 保存\n", "1. 关闭\n2. 删除\n")) == (
        "1. [-打开-]{+关闭+}\n2. [-保存-]{+删除+}\n"
    )
    assert shown(word_diff("| 一 | 二 |", "| 三 | 四 |")) == "| [-一-]{+三+} | [-二-]{+四+} |"


def test_what_is_added_begins_where_a_reader_would_begin_it() -> None:
    assert shown(word_diff("甲，丙", "甲，乙，丙")) == "甲，{+乙，+}丙"
    assert (
        shown(word_diff("一。\n\n三。\n", "一。\n\n二。\n\n三。\n")) == "一。\n\n{+二。\n\n+}三。\n"
    )


def test_a_row_below_a_changed_row_is_added_whole() -> None:
    one, two = "| 甲 | 99 元 |\n", "| 甲 | 129 元 |\n| 乙 | 199 元 |\n"
    added = "| 甲 | [-99-]{+129+} 元 |\n{+| 乙 | 199 元 |\n+}| 丙 |"
    assert shown(word_diff(f"{one}| 丙 |", f"{two}| 丙 |")) == added
    removed = "| 甲 | [-129-]{+99+} 元 |\n[-| 乙 | 199 元 |\n-]| 丙 |"
    assert shown(word_diff(f"{two}| 丙 |", f"{one}| 丙 |")) == removed


def test_far_from_a_change_the_text_is_left_out_but_not_its_lines() -> None:
    far = "前" * 50 + "\n"
    pieces = (
        Piece("same", far),
        Piece("removed", "旧"),
        Piece("same", f"{far}中{far}"),
        Piece("added", "新"),
        Piece("same", f"\n{far}"),
    )
    assert shown(pieces, context=3) == "…前前\n[-旧-]前前前…\n…前前\n{+新+}\n前前…"
    assert shown(pieces, context=1_000) == f"{far}[-旧-]{far}中{far}{{+新+}}\n{far}"


def test_no_word_is_cut_where_the_text_is_shortened() -> None:
    pieces = (Piece("added", "x"), Piece("same", " configuration file is read"))
    assert shown(pieces, context=5) == "{+x+} configuration…"


def test_terminal_controls_are_not_shown_and_unseen_changes_are_named() -> None:
    told = shown(word_diff("\x1b[2J退款\u202e，", "\x1b[2J退款，"))
    assert told == "退款[-<U+202E>-]，"
    assert "\x1b" not in shown(word_diff("a", "\x1b]0;title\x07b"))


def test_colours_are_for_changes_and_markup_is_text() -> None:
    text = coloured(word_diff("点[red]保存[/red]", "点[red]删除[/red]"))
    assert text.plain == "点[red]保存删除[/red]"
    styles = {text.plain[span.start : span.end]: span.style for span in text.spans}
    assert styles == {"保存": "red strike", "删除": "green"}


NOTHING_ALIKE = {
    "marks": ("，。" * 10_000, "。，" * 5_000 + "！" * 10_000),
    "one mark": ("，" * 20_000, "，" * 19_000 + "。"),
    "line ends": ("\n" * 20_000, "甲\n" * 10_000),
    "Chinese": ("退款申请三日内到账" * 2_300, "账到内日三请申款退" * 2_300),
    "English": ("ab cd " * 3_400, "cd ef ab " * 2_200),
    "too many words": ("，。" * 100_000, "。！，" * 60_000),
    "too many lines": ("甲\n" * 60_000, "甲\n乙\n" * 30_000),
    "too long": ("甲，" * 1_000_000, "，乙" * 1_000_000),
}


@pytest.mark.long
@pytest.mark.parametrize("name", NOTHING_ALIKE)
def test_no_two_texts_take_more_than_a_second(name: str) -> None:
    before, after = NOTHING_ALIKE[name]
    word_diff("退", "款")  # loads the dictionary
    pieces, seconds = timed(lambda: word_diff(before, after))
    assert seconds + timed(lambda: shown(pieces))[1] < 1
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before


def test_a_text_with_too_many_words_is_compared_by_line() -> None:
    line = "，。" * 50_000
    pieces = word_diff(f"{line}\n甲乙丙\n{line[::-1]}", f"{line}\n甲丁丙\n{line}")
    assert [piece.kind for piece in pieces] == ["same", "removed", "added"]
    assert pieces[0].text == f"{line}\n"
