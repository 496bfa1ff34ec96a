"""What an answer rests on, as its marks and its search tell."""

import asyncio

import httpx
import pytest

from pipelines.answer import Answer
from pipelines.gateway.console.resting import Stretch, stretches
from pipelines.gateway.context import Context
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.safety.safe_answer import safe_answer
from tests.console.company import Two
from tests.console.conftest import console_over
from tests.fake_ollama import FakeOllama

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


def test_a_mark_below_code_belongs_to_the_code() -> None:
    text = f"运行：\n\n```\nls\n```\n\n[1]{LISTED}"
    assert stretches(text, (1,), by_sentence=False) == (Stretch("运行：\n\n```\nls\n```", (1,)),)


def test_a_mark_of_no_source_is_text() -> None:
    assert stretches("见第 [3] 章。 [1]", (1,), by_sentence=True) == (
        Stretch("见第 [3] 章。", (1,)),
    )


@pytest.mark.parametrize("text", ["", "抱歉，没有找到答案。", "a\n\nb"])
def test_an_answer_without_sources_stays_whole(text: str) -> None:
    assert "".join(one.text for one in stretches(text, (), by_sentence=True)) == text


def answer_to(context: Context, question: str, *, explained: bool) -> Answer:
    async def last() -> Answer:
        asked = Asked(question, ())
        pieces = [piece async for piece in safe_answer(context, asked, explained=explained)]
        assert isinstance(pieces[-1], Answer)
        return pieces[-1]

    return asyncio.run(last())


def test_an_answer_holds_the_search_that_it_was_made_of(two: Two, ollama: FakeOllama) -> None:
    context = console_over(two, ollama.url).state.context
    answer = answer_to(context, "忘记登录密码了怎么找回？", explained=True)
    assert answer.found is not None
    assert answer.citations[0].chunk_id == answer.found.result.hits[0].chunk.id
    assert answer.ruling is not None
    assert answer.ruling.is_direct == (answer.decision == "direct")
    assert {"embedding", "search"} < answer.milliseconds.keys()


def test_an_answer_that_nobody_explains_is_kept_without_its_search(
    two: Two, ollama: FakeOllama
) -> None:
    context = console_over(two, ollama.url).state.context
    assert answer_to(context, "忘记登录密码了怎么找回？", explained=False).found is None


def test_a_greeting_is_answered_and_explained_without_a_search(unguarded: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en", "Origin": unguarded}
    page = httpx.post(f"{unguarded}/console/ask", headers=headers, data={"question": "你好"}).text
    assert "Nothing had to be searched for." in page
    assert "Greeting" in page
    assert "Refused" not in page
