"""Suggestions: what a refusal offers, and how a customer picks one of them."""

import asyncio
from collections.abc import Callable

import pytest

from pipelines.answer import Answer, Answerer
from pipelines.answer.suggestions import (
    NEAR,
    NEAR_ABROAD,
    declines,
    offer,
    offered,
    picked,
    suggestions,
    without_lists,
)
from pipelines.followup import Turn
from pipelines.wording import CHINESE, ENGLISH
from tests.answer.conftest import MakeHit
from tests.fake_ollama import FakeOllama

LANGUAGES = (CHINESE, ENGLISH)
SAID = "没有找到。"
ROUNDABOUT = "C盘都红了，看了一下就你们家这个占了二十多个G"
MEANT = "怎么清理客户端占用的磁盘空间？"


def ask(answerer: Answerer, question: str, history: tuple[Turn, ...] = ()) -> Answer:
    return asyncio.run(answerer.answer(question, history))


def after(*questions: str) -> tuple[Turn, ...]:
    return Turn("user", "问"), Turn("assistant", SAID + offer(questions, CHINESE))


# --- what is offered ------------------------------------------------------------------------------


def test_near_entries_are_offered_in_their_order_once_each(make_hit: MakeHit) -> None:
    titles = ["一？", "二？", "一？", "三？", "四？"]
    hits = [make_hit(f"答{number}", title=title) for number, title in enumerate(titles)]
    assert hits[0].evidence.total > NEAR
    assert suggestions("问？", hits, 3) == ("一？", "二？", "三？")
    assert suggestions("问？", hits, 0) == ()


def test_neither_what_is_far_nor_what_reads_like_another_matter_is_offered(
    make_hit: MakeHit,
) -> None:
    far = make_hit(title="远？", question=1.0, passage=1.0, words=0.0)
    other = make_hit(title="别的？", reading=-5.0)
    assert suggestions("问？", [far, other], 3) == ()


def test_what_lies_far_behind_the_first_is_not_offered(make_hit: MakeHit) -> None:
    first, behind = make_hit(title="一？", question=9.0, passage=9.0), make_hit(title="二？")
    assert behind.evidence.total > NEAR
    assert suggestions("问？", [first, behind], 3) == ("一？",)


def test_an_entry_in_another_language_shares_no_words_and_needs_less(make_hit: MakeHit) -> None:
    hit = make_hit(title="一？", question=2.5, passage=2.5, words=0.0)
    assert NEAR_ABROAD < hit.evidence.total < NEAR
    assert suggestions("What?", [hit], 3) == ("一？",)
    assert suggestions("问？", [hit], 3) == ()


def test_what_holds_the_words_is_near_however_little_they_say(make_hit: MakeHit) -> None:
    hit = make_hit(title="一？", question=0.0, passage=0.0, words=0.8)
    assert hit.evidence.total < NEAR
    assert suggestions("SLA 一", [hit], 3) == ("一？",)


def test_no_change_and_no_conversation_is_a_question_to_offer(make_hit: MakeHit) -> None:
    hits = [
        make_hit(title="2.4.0 新增", tier="changelog"),
        make_hit(title="客户", tier="dialogues"),
    ]
    assert suggestions("问？", hits, 3) == ()


def test_an_offer_is_a_numbered_list_below_its_sentence() -> None:
    assert offer(("一？", "二？"), CHINESE) == f"\n\n{CHINESE.suggested}\n1. 一？\n2. 二？"
    assert offer((), CHINESE) == ""


# --- what is picked -------------------------------------------------------------------------------


def test_what_was_offered_last_is_told_by_its_sentence() -> None:
    assert offered(after("一？", "二？"), LANGUAGES) == ("一？", "二？")
    later = (*after("一？", "二？"), Turn("user", "2"), Turn("assistant", "答。"))
    assert offered(later, LANGUAGES) == ()
    assert offered((), LANGUAGES) == ()
    assert offered((Turn("user", "问"), Turn("assistant", "请选：\n1. 甲\n2. 乙")), LANGUAGES) == ()


@pytest.mark.parametrize(
    "said",
    [
        "2", "２", "第二个", "第2个", "就选第二个吧", "the second one", "2、", "（2）", "[2]",
        "2号", "问题2", "选项2", "第二个问题", "第2个问题", "是第二个", "我问的是第二个", "2 谢谢",
        "第二个吧谢谢", "你好，2", "是的，第二个", "好的，第二个", "2 please", "yes, 2", "two",
        "2nd", "the 2nd one", "number two", "it's the second question", "第二個", "選第二個",
        "第二個問題", "是的，第二個",
    ],
)  # fmt: skip
def test_a_question_is_picked_by_its_number(said: str) -> None:
    assert picked(said, ("一？", "二？")) == "二？"


@pytest.mark.parametrize(
    "said",
    ["是的", "对", "對", "沒錯", "Yes!", "1", "第一个", "是的，谢谢", "yes please", "是的，第一个"],
)
def test_a_yes_picks_the_first(said: str) -> None:
    assert picked(said, ("一？", "二？")) == "一？"


@pytest.mark.parametrize(
    "said",
    [
        "3", "怎么退款？", "都不是", "嗯", "2 GB 够吗", "对公转账多久", "嗯，谢谢", "谢谢",
        "2号能到吗", "问题2怎么解决", "我想问一个问题", "我想问两个", "我要一个", "1和2", "no one",
        "the one",
    ],
)  # fmt: skip
def test_what_names_none_of_them_picks_none(said: str) -> None:
    assert picked(said, ("一？", "二？")) == ""


def test_without_an_offer_nothing_is_picked() -> None:
    assert picked("1", ()) == ""
    assert picked("是的", ()) == ""


@pytest.mark.parametrize(
    "said",
    [
        "都不是", "不是", "一个都不对", "没有一个是的", "None of these", "no", "neither", "都没有",
        "都不是，谢谢", "谢谢，都不是", "都不是我要的", "都不是我想问的问题", "没有我想问的",
        "不是这些", "均不是", "none of these help", "neither one", "not these",
        "none of these, thanks", "都不對", "都沒有", "都不是我想問的問題", "都不是，謝謝",
    ],
)  # fmt: skip
def test_a_customer_may_mean_none_of_them(said: str) -> None:
    assert declines(said)


@pytest.mark.parametrize(
    "said",
    [
        "不是，我问的是发票", "no idea", "不对劲，登不了", "都不是免费的吗", "都没有收到",
        "不是我的", "no, thanks", "谢谢", "没有了", "都沒有收到", "不對勁，登不了",
    ],
)  # fmt: skip
def test_who_goes_on_declines_nothing(said: str) -> None:
    assert not declines(said)


def test_offers_and_sources_are_no_part_of_what_was_said() -> None:
    history = after("一？", "二？")
    assert without_lists(history, LANGUAGES) == (history[0], Turn("assistant", SAID))
    sourced = "三天内。\n\n{}\n[1] 多久到账？"
    for says in LANGUAGES:
        (told,) = without_lists([Turn("assistant", sourced.format(says.sources))], LANGUAGES)
        assert told.text == "三天内。"
    customers = (Turn("user", f"{CHINESE.suggested}\n1. 一？"),)
    assert without_lists(customers, LANGUAGES) == customers


# --- the whole way --------------------------------------------------------------------------------


def test_a_refusal_offers_what_may_be_meant_and_the_pick_is_answered(quoting: Answerer) -> None:
    refused = ask(quoting, ROUNDABOUT)
    assert refused.decision == "refuse"
    assert refused.handoff
    assert MEANT in refused.suggestions
    assert refused.as_dict()["suggestions"] == list(refused.suggestions)
    number = str(refused.suggestions.index(MEANT) + 1)
    assert f"\n{number}. {MEANT}" in refused.text
    history = (Turn("user", ROUNDABOUT), Turn("assistant", refused.text))
    answer = ask(quoting, number, history)
    assert answer.decision == "direct"
    assert [citation.title for citation in answer.citations] == [MEANT]
    assert answer.question == number


def test_who_means_none_of_them_gets_a_person(quoting: Answerer) -> None:
    history = (Turn("user", ROUNDABOUT), Turn("assistant", ask(quoting, ROUNDABOUT).text))
    answer = ask(quoting, "都不是", history)
    assert (answer.decision, answer.reason, answer.handoff) == ("handoff", "none_offered", True)
    assert ask(quoting, "都不是").reason != "none_offered"


@pytest.mark.parametrize("question", ["你好", "转人工", "怎么退款？"])
def test_only_a_refusal_offers_anything(quoting: Answerer, question: str) -> None:
    assert ask(quoting, question).suggestions == ()


def test_a_company_may_offer_nothing(quoting: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = quoting._settings
    silent = settings.answer.model_copy(update={"suggestions": 0})
    monkeypatch.setattr(quoting, "_settings", settings.model_copy(update={"answer": silent}))
    answer = ask(quoting, ROUNDABOUT)
    assert answer.decision == "refuse"
    assert answer.suggestions == ()
    assert CHINESE.suggested not in answer.text


def test_what_the_model_does_not_find_is_offered_too(
    writing: Callable[[], Answerer], ollama: FakeOllama
) -> None:
    async def asked() -> Answer:
        answerer = writing()
        answer = await answerer.answer("上传中断了能接着传吗？")
        await answerer.model.aclose()
        return answer

    ollama.behave(answer="NOT_FOUND")
    answer = asyncio.run(asked())
    assert answer.reason == "model_not_found"
    assert answer.text.endswith(offer(answer.suggestions, CHINESE))
    assert answer.suggestions


def test_what_is_picked_is_a_question_whatever_it_sounds_like(quoting: Answerer) -> None:
    assert ask(quoting, "转人工").decision == "handoff"
    assert ask(quoting, "1", after("转人工")).decision != "handoff"


def test_thanks_for_an_answer_whose_source_asks_are_no_question(quoting: Answerer) -> None:
    answered = f"点「清理」即可。\n\n{CHINESE.sources}\n[1] {MEANT}"
    thanked = ask(quoting, "好的", (Turn("user", MEANT), Turn("assistant", answered)))
    assert (thanked.decision, thanked.reason, thanked.handoff) == ("refuse", "greeting", False)
