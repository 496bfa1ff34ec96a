"""Questions that are counted as one, and those that are not."""

from datetime import date

import pyarrow as pa
import pytest

from pipelines.analytics.topics import TOP, topics

DAY = date(2026, 11, 20)


def asked(*questions: str) -> pa.Table:
    return pa.table(
        {
            "question": questions,
            "day": pa.array([DAY] * len(questions), pa.date32()),
            "reason": ["not_found"] * len(questions),
        }
    )


# Without others, every word would be as rare as any.
OTHERS = ("发票抬头怎么改", "会议室投屏失败", "考勤打卡定位不准", "怎么导出通讯录", "云盘空间满了")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("请问怎么导出聊天记录？", "聊天记录怎么导出"),
        ("如何导出聊天记录", "聊天记录，导出，在哪里？谢谢"),
        ("How do I export the chat history?", "export chat history please"),
        ("错误码ＥＲＲ－6104", "err-6104 错误码"),
        ("群公告可以置顶吗", "怎么置顶群公告呢"),
        ("怎麼導出聊天記錄", "怎么导出聊天记录"),
        ("How do I turn on sync?", "turn sync on please"),
        ("能不能导出聊天记录", "怎么导出聊天记录"),
        ("怎么不能退款", "为什么不能退款"),
        ("聊天记录导出不了", "为什么聊天记录导出不了"),
    ],
)
def test_the_same_question_in_other_words_counts_once(one: str, other: str) -> None:
    most, *rest = topics(asked(one, *OTHERS, other))
    assert (most.count, most.wordings) == (2, 2)
    assert most.example in {one, other}
    assert len(rest) == len(OTHERS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("登录报错 ERR-4013 怎么办", "登录报错 ERR-6104 怎么办"),
        ("2.3 版什么时候发布", "2.4 版什么时候发布"),
        ("怎么导出聊天记录", "怎么删除聊天记录"),
        ("安卓手机收不到通知", "安卓手机不能登录"),
        ("export chat history", "export the invoice"),
        ("how do I turn on sync", "how do I turn off sync"),
        ("how do I turn sync on", "turning off sync"),
        ("How to sign in", "How to sign up"),
        ("怎么退款", "怎么不能退款"),
        ("怎么导出聊天记录", "聊天记录导出不了"),
        ("怎么修改发票抬头", "发票抬头无法修改"),
        ("怎么修改发票抬头", "发票抬头修改失败"),
        ("怎么上传群文件", "上传群文件报错"),
        ("how do I export the chat history", "chat history does not export"),
        ("how do I download the invoice", "invoice won’t download"),
        ("how do I export the chat history", "export of the chat history fails"),
    ],
)
def test_different_questions_on_one_thing_are_kept_apart(one: str, other: str) -> None:
    found = topics(asked(one, *OTHERS, other))
    assert {topic.count for topic in found} == {1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么取消自动续费", "怎么设置自动续费"),
        ("企业版云盘容量多大", "团队版云盘容量多大"),
        ("iPhone 15 扫码登录失败", "iPhone 16 扫码登录失败"),
    ],
)
def test_so_are_those_that_differ_in_words_that_many_ask_of(one: str, other: str) -> None:
    many = [
        f"{said}{about}" for said in ("取消", "设置", "企业版", "团队版") for about in "甲乙丙丁"
    ]
    many += [f"{number} 号{about}" for number in (15, 16) for about in ("会议室", "工位", "展台")]
    found = topics(asked(one, other, one, other, one, *OTHERS, *many))
    assert [(topic.example, topic.count) for topic in found[:2]] == [(one, 3), (other, 2)]


def test_a_question_told_more_closely_is_the_same() -> None:
    first, *_ = topics(
        asked("怎么导出聊天记录", "怎么导出聊天记录", "怎么批量导出聊天记录", *OTHERS)
    )
    assert (first.example, first.count) == ("怎么导出聊天记录", 3)


def test_a_topic_tells_how_often_on_which_days_and_why() -> None:
    days = [date(2026, 11, 18), date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 19)]
    table = pa.table(
        {
            "question": ["聊天记录怎么导出", "聊天记录怎么导出", "怎么导出聊天记录？", "其他"],
            "day": pa.array(days, pa.date32()),
            "reason": ["not_found", "model_timeout", "not_found", "not_found"],
        }
    )
    topic, _ = topics(table)
    assert (topic.example, topic.count, topic.wordings, topic.days, topic.last) == (
        "聊天记录怎么导出",
        3,
        2,
        2,
        date(2026, 11, 20),
    )
    assert topic.said == {"聊天记录怎么导出", "怎么导出聊天记录？"}
    assert list(topic.reasons.items()) == [("not_found", 2), ("model_timeout", 1)]


def test_the_order_of_the_rows_changes_nothing() -> None:
    questions = [f"第 {number % 7} 个功能怎么打开" for number in range(40)] + list(OTHERS) * 2
    told = topics(asked(*questions))
    assert told == topics(asked(*reversed(questions)))
    assert told == topics(asked(*sorted(questions)))


def test_only_the_most_frequent_are_told() -> None:
    questions = [f"错误码 E{number} 是什么" for number in range(3 * TOP)]
    found = topics(asked(*questions, questions[-1]))
    assert len(found) == TOP
    assert (found[0].example, found[0].count) == (questions[-1], 2)


def test_what_holds_no_word_or_was_withheld_does_no_harm() -> None:
    found = topics(asked("", "？？？", "？？？", "👍", "", "的"))
    assert sorted((topic.example, topic.count) for topic in found) == [
        ("的", 1),
        ("？？？", 2),
        ("👍", 1),
    ]
    assert topics(asked()) == topics(asked("", "")) == ()


def test_an_example_is_one_short_line() -> None:
    (topic,) = topics(asked("怎么\n导出\t" + "很长" * 400))
    assert "\n" not in topic.example
    assert len(topic.example) == 200


def test_what_is_too_much_to_compare_counts_under_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.analytics.topics._MOST_COMPARED", 2)
    found = topics(
        asked(*["常见问题一"] * 3, *["常见问题二"] * 2, "聊天记录怎么导出", "导出聊天记录")
    )
    assert [topic.count for topic in found] == [3, 2, 2]
