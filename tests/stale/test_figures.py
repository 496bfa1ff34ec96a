"""Figures with units: equal ones are equal, however they are written."""

import pytest

from pipelines.stale.figures import figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 GB", "2GB"),
        ("2 GB", "2048 MB"),
        ("64 MiB", "64 MB"),
        ("5,000 人", "5000 人"),
        ("5千人", "5000 人"),
        ("两个人", "2 人"),
        ("3000块", "3000 元"),
        ("30块钱", "30 元"),
        ("1 万条", "10000 条"),
        ("100 万次", "1000000 次"),
        ("30 天", "三十天"),
        ("15 分钟", "十五分钟"),
        ("2 次", "两次"),
        ("1 小时", "60 minutes"),
        ("1000 ms", "1 s"),
        ("4 weeks", "28 天"),
        ("three times", "3 次"),
    ],
)
def test_two_spellings_of_one_quantity_are_the_same(one: str, other: str) -> None:
    (left,), (right,) = figures(one), figures(other)

    assert left.same_as(right)


@pytest.mark.parametrize(
    ("one", "other"),
    [("30 天", "30 分钟"), ("2 GB", "2 MB"), ("10 次", "10 人"), ("30 天", "60 天")],
)
def test_two_quantities_are_not_the_same(one: str, other: str) -> None:
    (left,), (right,) = figures(one), figures(other)

    assert not left.same_as(right)


@pytest.mark.parametrize(
    "text", ["2.4.0", "v2", "sha256", "#1503", "2026-11-20", "11 月", "第三方", "gpt-4"]
)
def test_a_version_a_date_or_a_name_is_no_figure(text: str) -> None:
    assert [figure.words for figure in figures(text)] == []


@pytest.mark.parametrize("text", ["16 块云盘", "两块硬盘", "3 个人版账号"])
def test_pieces_are_no_money_and_an_edition_is_nobody(text: str) -> None:
    assert {figure.measure for figure in figures(text)} <= {""}


def test_figures_come_in_their_order_with_their_words_and_places() -> None:
    text = "从 2 GB 提高到 5 GB，保留三十天"

    told = figures(text)

    assert [figure.words for figure in told] == ["2 GB", "5 GB", "三十天"]
    assert [text[figure.start : figure.end] for figure in told] == ["2 GB", "5 GB", "三十天"]


def test_a_figure_needs_no_space_behind_a_chinese_word() -> None:
    assert [one.words for one in figures("上限1GB，最多50人，保留30天")] == ["1GB", "50人", "30天"]
    assert figures("第2天，版本2.4.0") == ()


def test_the_number_of_a_lists_item_is_no_figure() -> None:
    listed = figures("1. 打开设置\n2) 点邀请\n3. 链接 7 天有效，最多 3. 其余不限")
    assert [one.words for one in listed] == ["7 天", "3"]


def test_a_mere_number_stands_for_one_of_any_unit() -> None:
    (bare,), (seconds,) = figures("30"), figures("30 秒")

    assert bare.same_as(seconds)
