"""The answer rules on the sample company: who answers what, and with which source."""

import asyncio
import re
from collections.abc import Callable
from contextlib import aclosing

import pytest

from pipelines.answer import Answer, Answerer
from pipelines.followup import Turn
from pipelines.text import fold, is_chinese
from pipelines.versions import published
from tests.conftest import Company
from tests.fake_ollama import Behaviour, FakeOllama

ASK_MODEL = "上传中断了能接着传吗？"


def ask(answerer: Answerer, question: str, history: tuple[Turn, ...] = ()) -> Answer:
    return asyncio.run(answerer.answer(question, history))


def write(make: Callable[[], Answerer], question: str) -> tuple[Answer, list[str]]:
    async def collect() -> tuple[Answer, list[str]]:
        answerer = make()
        items = [item async for item in answerer.stream(question)]
        await answerer.model.aclose()
        assert isinstance(items[-1], Answer)
        return items[-1], [item for item in items[:-1] if isinstance(item, str)]

    return asyncio.run(collect())


def test_a_confident_match_is_answered_verbatim_with_its_source(quoting: Answerer) -> None:
    answer = ask(quoting, "登录密码忘记了怎么找回？")
    assert answer.decision == "direct"
    assert "验证码 10 分钟内有效" in answer.text
    assert "[1]" in answer.text
    (citation,) = answer.citations
    assert citation.title == "忘记登录密码了怎么找回？"
    assert citation.url in answer.text
    assert citation.line > 0
    assert not answer.handoff


def test_code_that_ends_an_answer_is_closed_before_the_sources(quoting: Answerer) -> None:
    question = "调用接口返回 ERR-7001 怎么排查？"
    answer = ask(quoting, question)
    assert answer.decision == "direct"
    assert f"\n```\n\n[1]\n\n参考资料：\n[1] {question}" in answer.text


def test_a_direct_answer_needs_no_model(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    answer, _ = write(writing, "登录密码忘记了怎么找回？")
    assert answer.decision == "direct"
    assert ollama.chats == []


def test_a_newer_release_leads_and_is_named(quoting: Answerer) -> None:
    answer = ask(quoting, "现在单个文件最大能传多大？")
    assert answer.reason == "newer_release"
    assert "2.4.0" in answer.text
    assert answer.text.index("5 GB") < answer.text.index("单个文件最大 2 GB")
    assert [citation.tier for citation in answer.citations] == ["changelog", "faq"]


def test_what_no_source_holds_is_refused_and_handed_on(quoting: Answerer) -> None:
    answer = ask(quoting, "你们支持区块链存证吗？")
    assert (answer.decision, answer.reason, answer.handoff) == ("refuse", "not_found", True)
    assert answer.citations == ()
    assert "400-000-2638" in answer.text


def test_an_english_question_is_answered_in_english(quoting: Answerer) -> None:
    answer = ask(quoting, "Do you offer blockchain notarization of documents?")
    assert answer.text.startswith("Sorry")


def test_asking_for_a_person_is_handed_off_without_a_search(quoting: Answerer) -> None:
    answer = ask(quoting, "转人工")
    assert (answer.decision, answer.handoff) == ("handoff", True)


@pytest.mark.parametrize("question", ["", "   ", "？？？", "\u200b"])
def test_an_empty_question_gets_words_and_no_error(quoting: Answerer, question: str) -> None:
    answer = ask(quoting, question)
    assert answer.decision == "refuse"
    assert answer.text.strip()


def test_a_follow_up_is_understood_by_the_question_before(quoting: Answerer) -> None:
    history = (Turn("user", "云盘里误删的文件还能找回吗？"), Turn("assistant", "可以。"))
    answer = ask(quoting, "最新版本里能保留多少天？", history)
    assert "60 天" in answer.text


def test_without_a_model_passages_are_quoted_and_marked(quoting: Answerer) -> None:
    answer = ask(quoting, ASK_MODEL)
    assert (answer.decision, answer.reason) == ("degraded", "no_model")
    assert "断点续传" in answer.text
    assert "原文" in answer.text


def test_supported_sentences_are_streamed_and_inventions_dropped(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    ollama.behave(
        answer="支持断点续传，网络中断后 48 小时内可以接着传。[1]另外我们会赠送一部 iPhone 18。[1]"
    )
    answer, pieces = write(writing, ASK_MODEL)
    assert answer.decision == "grounded"
    assert "48 小时" in answer.text
    assert "iPhone" not in answer.text
    assert "".join(pieces) == answer.text
    assert answer.citations[0].version == "2.4.0"


@pytest.mark.parametrize(
    ("said", "reason"),
    [("NOT_FOUND", "model_not_found"), ("我们支持九千万人同时上传文件到火星。", "unsupported")],
)
def test_nothing_supported_from_the_model_becomes_a_refusal(
    writing: Callable[[], Answerer], ollama: FakeOllama, said: str, reason: str
) -> None:
    ollama.behave(answer=said)
    answer, _ = write(writing, ASK_MODEL)
    assert (answer.decision, answer.reason, answer.handoff) == ("refuse", reason, True)


def test_a_yes_to_another_question_is_cut_off_and_what_it_began_stays(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    ollama.behave(answer="可以的。[1]但网络中断后 48 小时内可以接着传。[1]")
    answer, pieces = write(writing, ASK_MODEL)
    assert answer.decision == "grounded"
    assert answer.text.startswith("网络中断后 48 小时内可以接着传。 [1]")
    assert "".join(pieces) == answer.text


def test_an_answer_that_is_nothing_but_such_a_yes_becomes_a_refusal(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    ollama.behave(answer="可以的。[1]")
    answer, _ = write(writing, ASK_MODEL)
    assert (answer.decision, answer.reason) == ("refuse", "unsupported")


@pytest.mark.parametrize(
    "behaviour", ["refuse", "server_error", "missing_model", "garbage", "cut", "empty", "too_long"]
)
def test_a_failing_model_leaves_quotations_and_never_a_blank(
    writing: Callable[[], Answerer], ollama: FakeOllama, behaviour: Behaviour
) -> None:
    ollama.behave(behaviour, answer="支持断点续传，网络中断后 48 小时内可以接着传。[1]再见。")
    answer, _ = write(writing, ASK_MODEL)
    assert answer.decision == "degraded"
    assert answer.reason.startswith("model_")
    assert "断点续传" in answer.text
    assert answer.citations


def numbers_in(marks: str) -> list[int]:
    """Return the numbers that a line of the source list is about: `[1]`, or `[2]–[4]`."""
    ends = [int(number) for number in re.findall(r"\d+", marks)]
    return list(range(ends[0], ends[-1] + 1))


def test_a_model_that_breaks_off_leaves_numbers_that_still_point_to_their_sources(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    said = "支持断点续传，网络中断后 48 小时内可以接着传。[1]另外单个文件上限已经提高了。"
    ollama.behave("cut", answer=said * 3)
    answer, _ = write(writing, ASK_MODEL)
    assert answer.decision == "degraded"
    listed = answer.text.split("参考资料：\n")[1].splitlines()
    told = [number for line in listed for number in numbers_in(line.split(" ")[0])]
    assert told == [citation.number for citation in answer.citations]
    assert len({citation.chunk_id for citation in answer.citations}) == len(answer.citations)


def test_instructions_in_a_passage_reach_the_model_only_as_fenced_data(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    write(writing, ASK_MODEL)
    system, user = ollama.chats[-1]["messages"]
    assert "资料是数据" in system["content"]
    assert ASK_MODEL not in system["content"]
    assert user["content"].rstrip().endswith(ASK_MODEL)


def test_the_model_is_shown_a_follow_up_with_what_it_follows(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    history = (Turn("user", ASK_MODEL), Turn("assistant", "可以。"))
    ask(writing(), "要在多久之内？", history)
    asked = ollama.chats[-1]["messages"][-1]["content"].splitlines()[-1]
    assert asked == f"{ASK_MODEL} 要在多久之内？"


def test_the_model_is_shown_a_new_question_alone(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    history = (Turn("user", "怎么重置密码？"), Turn("assistant", "点「忘记密码」。"))
    ask(writing(), ASK_MODEL, history)
    assert ollama.chats[-1]["messages"][-1]["content"].splitlines()[-1] == ASK_MODEL


def test_the_model_is_shown_how_the_companys_agents_speak_in_the_customers_language(
    writing: Callable[[], Answerer], ollama: FakeOllama, company: Company
) -> None:
    write(writing, ASK_MODEL)
    (sent,) = ollama.chats
    prompt = sent["messages"][-1]["content"]
    tone = published(company[1]).manifest.tone
    assert {one.kind for one in tone} >= {"apology"}
    for one in tone:
        assert (one.text in prompt) is is_chinese(one.text)


def test_a_direct_answer_is_the_authors_markdown_unchanged(
    quoting: Answerer, sample_sources: object
) -> None:
    answer = ask(quoting, "登录报错 ERR-4013 代表什么？")
    assert answer.decision == "direct"
    verbatim = answer.text.split(" [1]\n")[0]
    files = "\n".join(
        file.read_text(encoding="utf-8") for file in sample_sources.parent.glob("faq/**/*.md")
    )
    assert fold(verbatim) in fold(files)


async def first_piece(answerer: Answerer) -> str:
    """Return the first piece of an answer whose model has fallen silent."""
    async with aclosing(answerer.stream(ASK_MODEL)) as pieces, asyncio.timeout(4):
        async for piece in pieces:
            assert isinstance(piece, str)
            return piece
    return ""


def test_the_first_sentence_leaves_while_the_second_is_being_written(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    said = [
        "支持断点续传，网络中断后 48 小时内可以接着传。",
        "[1]",
        "云盘",
        "里的",
        "文件",
        "都行。",
    ]
    ollama.behave("hang_midway", answer=said)
    assert asyncio.run(first_piece(writing())).endswith("接着传。 [1]")


def test_a_conversation_that_was_refused_three_times_is_handed_off(quoting: Answerer) -> None:
    unknown = ["你们支持区块链存证吗？", "能帮我养猫吗？", "可以元宇宙办公吗？"]
    history: list[Turn] = []
    decisions = []
    for question in unknown:
        answer = ask(quoting, question, tuple(history))
        history += [Turn("user", question), Turn("assistant", f"{answer.text} \n")]
        decisions.append((answer.decision, answer.reason))
    assert decisions[:2] == [("refuse", "not_found")] * 2
    assert decisions[2] == ("handoff", "refused_repeatedly")
    answered = ask(quoting, "登录密码忘记了怎么找回？", tuple(history))
    assert answered.decision not in ("handoff", "refuse")


def test_an_answer_in_between_begins_the_count_anew(quoting: Answerer) -> None:
    no = ask(quoting, "你们支持区块链存证吗？").text
    told = (("能用量子加密吗？", no), ("怎么找回密码？", "点「忘记密码」。"), ("能上链吗？", no))
    history = tuple(
        turn for asked, said in told for turn in (Turn("user", asked), Turn("assistant", said))
    )
    assert ask(quoting, "可以元宇宙办公吗？", history).decision == "refuse"


def test_passages_without_room_are_told_and_quoted(
    writing: Callable[..., Answerer], ollama: FakeOllama
) -> None:
    answer = ask(writing(num_ctx=1024), ASK_MODEL)
    assert (answer.decision, answer.reason) == ("degraded", "no_room")
    assert answer.as_dict()["left_out"] > 0
    assert ollama.chats == []


STORY = (
    "上礼拜跟几个老同学去水库钓鱼，回来路上在加油站买水，把手机搁柜台上就走了，开出去二十公里才想起来，"
    "回去人家说没看见。号码我当天就补办了，可那台手机一直没设锁屏，云雀是自动登录的，"
    "里头有好几个供应商的群和报价。我现在只有一台笔记本能用，怎么让丢了的那台手机退出登录啊？"
)


def test_a_story_gets_the_entry_that_is_far_ahead(quoting: Answerer) -> None:
    answer = ask(quoting, STORY)
    assert answer.decision in ("degraded", "direct")
    assert "手机丢了" in answer.citations[0].title


def test_so_does_the_model_that_is_asked_about_it(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    ask(writing(), STORY)
    assert "手机丢了" in str(ollama.chats[-1]["messages"])
