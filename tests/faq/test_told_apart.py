"""Entries that ask the same, told apart by their product or by a heading above."""

import pytest

from pipelines.faq.told_apart import products_of, told_apart, wordings_of
from pipelines.records import FaqEntry, Review


def entry(question: str, answer: str, *above: str, product: str = "") -> FaqEntry:
    return FaqEntry(
        id=f"{question} {answer}",
        source="help",
        path="help.md",
        line_start=1,
        line_end=2,
        heading_path=above,
        question=question,
        similar_questions=("钱能退吗",),
        answer=answer,
        links=(),
        content_hash="",
        review=Review(product=product),
    )


def questions(*entries: FaqEntry) -> list[str]:
    return [one.question for one in told_apart(entries)]


def test_a_product_stands_in_front_of_a_question_where_there_are_several() -> None:
    disk, host = (
        entry("怎么扩容？", "点扩容。", product="云盘"),
        entry("How do I scale?", "Resize it.", product="Host"),
    )
    plain = entry("忘记密码怎么办？", "点忘记密码。")
    assert questions(disk, host, plain) == [
        "云盘：怎么扩容？",
        "Host: How do I scale?",
        "忘记密码怎么办？",
    ]


def test_the_only_product_of_an_faq_stands_nowhere() -> None:
    one, other = (
        entry("怎么扩容？", "甲", product="云盘"),
        entry("怎么退款？", "乙", product="云盘"),
    )
    assert questions(one, other) == ["怎么扩容？", "怎么退款？"]


def test_a_question_that_names_its_product_stays_as_it_is() -> None:
    named, other = (
        entry("YunPan怎么退？", "甲", product="yunpan"),
        entry("怎么退？", "乙", product="网格"),
    )
    assert questions(named, other) == ["YunPan怎么退？", "网格：怎么退？"]


def test_what_the_author_asked_is_the_first_similar_question() -> None:
    entries = (entry("怎么退款？", "甲", product="云盘"), entry("怎么退款？", "乙", product="网格"))
    first, _ = told_apart(entries)
    assert first.similar_questions == ("怎么退款？", "钱能退吗")


def test_of_two_contradicting_entries_each_is_told_by_the_innermost_heading_of_its_own() -> None:
    entries = (
        entry("怎么退款？", "点退款。", "帮助", "云盘", "账单"),
        entry("怎么退款 ?", "提交工单。", "帮助", "云主机", "账单"),
    )
    assert questions(*entries) == ["云盘：怎么退款？", "云主机：怎么退款 ?"]


@pytest.mark.parametrize(
    "other",
    [
        entry("怎么退款？", "点**退款**。", "云主机"),
        entry("怎么开票？", "提交工单。", "云主机"),
        entry("怎么退款？", "提交工单。", "云盘"),
        entry("怎么退款？", "提交工单。", "云盘", "账单"),
    ],
)
def test_headings_tell_nothing_where_answers_agree_or_both_stand_below_them(
    other: FaqEntry,
) -> None:
    first, _ = questions(entry("怎么退款？", "点退款。", "云盘"), other)
    assert first == "怎么退款？"


def test_an_entry_for_two_products_names_both() -> None:
    both, one = (
        entry("怎么退？", "甲", product="云盘、网格"),
        entry("怎么退？", "乙", product="云盘"),
    )
    assert questions(both, one) == ["云盘、网格：怎么退？", "云盘：怎么退？"]
    assert products_of([both, one]) == ("云盘", "网格")


def test_an_entry_may_be_named_with_what_it_is_for_or_without() -> None:
    assert wordings_of("云盘：怎么退款？") == {"云盘:怎么退款?", "怎么退款?"}
    assert wordings_of("Host: How do I scale?") == {"host: how do i scale?", "how do i scale?"}
    assert wordings_of("怎么退款？") == {"怎么退款?"}
