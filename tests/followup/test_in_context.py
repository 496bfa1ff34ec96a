"""Which questions lean on the one before, and whose answer they then get."""

import asyncio
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.answer import Answerer
from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.followup import InContext, Turn, search_in_context
from pipelines.search import Searcher, SearchResult

INVOICE = (Turn("user", "申请发票后多久能收到？"), Turn("assistant", "3 个工作日内。"))
RECYCLE = (Turn("user", "云盘里误删的文件还能找回吗？"), Turn("assistant", "可以。"))


def find(searcher: Searcher, question: str, history: tuple[Turn, ...]) -> InContext:
    return search_in_context(searcher, question, history, version=searcher.version(), tier="faq")


def search(searcher: Searcher, question: str, history: tuple[Turn, ...]) -> SearchResult:
    return find(searcher, question, history).result


@pytest.mark.parametrize("question", ["怎么重置密码？", "支持单点登录吗？"])
def test_a_new_topic_gets_its_own_answer(quoting: Answerer, question: str) -> None:
    alone = asyncio.run(quoting.answer(question))
    after = asyncio.run(quoting.answer(question, INVOICE))
    assert after.decision == "direct"
    assert after.text == alone.text


@pytest.mark.parametrize(
    "question", ["你们支持区块链存证吗？", "今天天气如何", "那能区块链存证吗？"]
)
def test_a_new_topic_that_nothing_answers_is_refused(quoting: Answerer, question: str) -> None:
    assert asyncio.run(quoting.answer(question, INVOICE)).decision == "refuse"


def test_a_question_that_points_back_is_understood_by_the_one_before(searcher: Searcher) -> None:
    alone = search(searcher, "那能保留多少天？", ())
    after = search(searcher, "那能保留多少天？", RECYCLE)
    assert "找回" in after.hits[0].chunk.title or "误删" in after.hits[0].chunk.title
    assert after.hits[0].chunk.title != alone.hits[0].chunk.title


def test_what_is_asked_is_told_in_full_only_where_it_leans_on_what_was_said(
    searcher: Searcher,
) -> None:
    follow_up = "那能保留多少天？"
    assert find(searcher, follow_up, RECYCLE).asked == f"{RECYCLE[0].text} {follow_up}"
    assert find(searcher, "怎么重置密码？", INVOICE).asked == "怎么重置密码？"
    assert find(searcher, "怎么重置密码？", ()).asked == "怎么重置密码？"


def test_no_entry_is_read_twice_for_what_was_asked(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = searcher.embedder()
    pairs: list[Pair] = []

    def encode_pairs(asked: Sequence[Pair], task: Task = ORDER) -> npt.NDArray[np.float32]:
        pairs.extend(asked)
        return type(embedder).encode_pairs(embedder, asked, task)

    monkeypatch.setattr(embedder, "encode_pairs", encode_pairs)
    find(searcher, "那能保留多少天？", RECYCLE)
    assert len({pair.question for pair in pairs}) == 2, "alone, and in full"
    assert len(pairs) == len(set(pairs))


def test_what_the_assistant_said_is_never_searched_for(searcher: Searcher) -> None:
    history = (Turn("assistant", "发票 3 个工作日内开出。"),)
    assert search(searcher, "那多久？", history).hits == search(searcher, "那多久？", ()).hits


def test_a_pasted_log_before_does_not_push_the_question_out(quoting: Answerer) -> None:
    history = (Turn("user", "ERROR 管理员操作日志 " * 400),)
    answer = asyncio.run(quoting.answer("那怎么重置密码？", history))
    assert "密码" in answer.text
    assert "日志" not in answer.text


def test_what_was_searched_for_is_told_and_why(searcher: Searcher) -> None:
    told = find(searcher, "那能保留多少天？", RECYCLE).as_dict()

    assert told["question"] == "那能保留多少天？"
    assert told["context"]["signs"] == ["opens_midway"]
    assert told["context"]["together"] == f"{RECYCLE[0].text} 那能保留多少天？"
    assert told["context"]["answered"] == RECYCLE[0].text
    assert told["context"]["leans"] > 0.8
    assert "context" not in find(searcher, "那能保留多少天？", ()).as_dict()


def test_what_points_back_is_never_given_verbatim(searcher: Searcher) -> None:
    assert find(searcher, "那能保留多少天？", RECYCLE).own is not None
    assert find(searcher, "怎么重置密码？", RECYCLE).own is None


@pytest.mark.parametrize("question", ["提前多久", "有效期多久？", "最多加几个"])
def test_an_amount_of_nothing_in_particular_is_never_given_verbatim(
    searcher: Searcher, question: str
) -> None:
    assert find(searcher, question, RECYCLE).own is not None
    assert find(searcher, question, ()).own is None


def test_what_the_model_wrote_is_searched_for_in_place_of_the_rules(searcher: Searcher) -> None:
    full = "云盘里误删的文件能保留多少天？"
    found = search_in_context(
        searcher, "那能保留多少天？", RECYCLE, version=searcher.version(), tier="faq", full=full
    )

    assert found.context is not None
    assert found.context.together == full
    assert found.context.rules == ("model",)
    assert found.own is not None


def test_what_is_pointed_at_is_quoted_however_little_is_said_of_it(quoting: Answerer) -> None:
    history = (
        Turn("user", "怎么给群里添加机器人？"),
        Turn("assistant", "群设置 → 机器人 → 添加。"),
    )
    answer = asyncio.run(quoting.answer("它一分钟最多能发几条？", history))
    assert "怎么给群里添加机器人？" in [citation.title for citation in answer.citations]
