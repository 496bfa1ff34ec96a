"""What an answer rests on, as its marks tell."""

import pytest

from pipelines.gateway.console.resting import Stretch, stretches

LISTED = "\n\n参考资料：\n[1] 怎么重置密码？ https://docs.example/a\n[2]–[4] 更新日志"


def test_each_sentence_rests_on_the_marks_behind_it() -> None:
    text = f"您好。请打开「设置」。 [1]然后点「重置」。 [1][2] 祝好！{LISTED}"
    assert stretches(text, (1, 2), by_sentence=True) == (
        Stretch("您好。"),
        Stretch("请打开「设置」。", (1,)),
        Stretch("然后点「重置」。", (1, 2)),
        Stretch(" 祝好！"),
    )


def test_what_is_quoted_rests_as_a_whole_on_its_mark() -> None:
    text = f"请按顺序检查：\n\n1. 等 60 秒；\n2. 看拦截。 [1]{LISTED}"
    assert stretches(text, (1,), by_sentence=False) == (
        Stretch("请按顺序检查：\n\n1. 等 60 秒；\n2. 看拦截。", (1,)),
    )


def test_a_mark_of_no_source_is_text() -> None:
    assert stretches("见第 [3] 章。 [1]", (1,), by_sentence=True) == (
        Stretch("见第 [3] 章。", (1,)),
    )


@pytest.mark.parametrize("text", ["", "抱歉，没有找到答案。", "a\n\nb"])
def test_an_answer_without_sources_stays_whole(text: str) -> None:
    assert "".join(one.text for one in stretches(text, (), by_sentence=True)) == text
