"""Which sentences of a written answer stay, and what they cite."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pipelines.support import check, sentences
from tests.answer.support_case import Case
from tests.answer.support_pairs import CHINESE
from tests.answer.support_pairs_english import ENGLISH
from tests.answer.support_pairs_replies import REPLIES
from tests.answer.support_pairs_trades import TRADES
from tests.answer.support_pairs_trades_english import TRADES_ENGLISH
from tests.answer.support_pairs_unseen import UNSEEN

LIMIT = "上传上限\n单个文件最大 5 GB，网页版、桌面端和手机端相同。超过时会提示 ERR-6104。"
RESUME = "2.4.0 新增\n云盘支持断点续传，网络中断后 48 小时内可以接着传"


def split(*pieces: str) -> list[str]:
    async def stream() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    async def collect() -> list[str]:
        return [sentence async for sentence in sentences(stream())]

    return asyncio.run(collect())


def test_a_supported_sentence_keeps_its_citation() -> None:
    verdict = check("单个文件最大 5 GB，各端相同。[1]", [LIMIT, RESUME])
    assert verdict.stays
    assert verdict.citations == (1,)
    assert verdict.text == "单个文件最大 5 GB，各端相同。"


def test_a_figure_that_no_passage_holds_is_dropped() -> None:
    assert not check("单个文件最大 8 GB，各端相同。[1]", [LIMIT, RESUME]).stays


def test_an_invention_is_dropped_even_when_it_cites() -> None:
    assert not check("我们会免费赠送企业版会员和年度培训课程。[1]", [LIMIT, RESUME]).stays


def test_a_citation_of_a_passage_that_does_not_exist_is_replaced_by_one_that_bears_it() -> None:
    verdict = check("网络中断后 48 小时内可以接着传。[9]", [LIMIT, RESUME])
    assert verdict.citations == (2,)


def test_a_sentence_is_not_borne_by_the_wrong_passage_that_it_cites() -> None:
    assert not check("网络中断后 48 小时内可以接着传。[1]", [LIMIT, RESUME]).stays


def test_a_no_that_the_passage_never_says_is_dropped() -> None:
    passage = "本产品支持把聊天记录导出为 PDF 格式。"
    assert check("本产品支持把聊天记录导出为 PDF。", [passage]).stays
    assert not check("本产品不支持把聊天记录导出为 PDF。", [passage]).stays


def test_an_error_code_must_stand_in_the_passage() -> None:
    assert check("超过时会提示 ERR-6104。", [LIMIT]).stays
    assert not check("超过时会提示 ERR-9999。", [LIMIT]).stays


def test_a_courtesy_stays_without_citation() -> None:
    verdict = check("请按以下步骤操作：", [LIMIT])
    assert verdict.stays
    assert verdict.citations == ()


def test_the_number_of_a_list_item_is_no_claim() -> None:
    assert check("3. 网络中断后 48 小时内可以接着传", [RESUME]).stays


@pytest.mark.parametrize(
    "text",
    [
        "第一句。[1] 第二句！[2]\n第三句",
        "One sentence. [1] Another one. The last",
        "1. 打开云盘\n2. 重新上传\n",
    ],
)
def test_sentences_join_to_the_text_however_it_is_cut(text: str) -> None:
    whole = split(text)
    assert "".join(whole) == text
    assert split(*text) == whole


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert split("一句话。", "[1]", "另一句。") == ["一句话。[1]", "另一句。"]


def test_a_mark_in_front_of_the_full_stop_makes_a_sentence_whole() -> None:
    assert split("单个文件最大 5 GB [1]。", "各端相同 [1][2].", " It is 5 GB [1]", ".2 [3]\n") == [
        "单个文件最大 5 GB [1]。",
        "各端相同 [1][2].",
        " It is 5 GB [1].2 [3]\n",
    ]
    assert split(*"第二句 [1]！[2]\n第三句 [3]。") == split("第二句 [1]！[2]\n第三句 [3]。")


def test_several_marks_in_a_row_belong_to_one_sentence_however_they_are_joined() -> None:
    for marks in ("[1, 2]", "[1]、[2]", "[1] and [2]", "[资料 1]和[资料 2]", "【1】，【2】"):
        first, second = f"It is 5 GB. {marks}", "And 2 GB."
        assert split(*f"{first}{second}") == [first, second]
    assert split(*"一句话。和另一句话。and a third. And") == [
        "一句话。",
        "和另一句话。",
        "and a third.",
        " And",
    ]


@pytest.mark.parametrize(
    ("marks", "cited"),
    [
        ("[1, 3]", (1, 3)),
        ("[1,3]", (1, 3)),
        ("【1、3】", (1, 3)),
        ("［3］", (3,)),
        ("[1-3]", (1, 2, 3)),
        ("[2–9]", (2, 3)),
        ("[资料 2]", (2,)),
        ("[资料1]、[资料3]", (1, 3)),
        ("[1], [2] and [3]", (1, 2, 3)),
        ("[2] 和 [1]", (2, 1)),
        ("[Source 2]", (2,)),
    ],
)
def test_all_passages_are_cited_that_a_mark_numbers(marks: str, cited: tuple[int, ...]) -> None:
    for sentence in (f"单个文件最大 5 GB{marks}。", f"单个文件最大 5 GB。{marks}"):
        verdict = check(sentence, [LIMIT, LIMIT, LIMIT])
        assert verdict.citations == cited
        assert verdict.text == "单个文件最大 5 GB。"


@pytest.mark.parametrize("text", ["单个文件最大 5 GB [2024]。", "单个文件最大 5 GB [8 个]。"])
def test_other_numbers_in_brackets_are_claims(text: str) -> None:
    assert not check(text, [LIMIT]).stays


def test_a_word_that_joins_no_marks_stays() -> None:
    verdict = check("网页版 [1] 和桌面端 [1]，单个文件最大 5 GB。", [LIMIT])
    assert verdict.text == "网页版 和桌面端，单个文件最大 5 GB。"


def test_a_version_number_and_a_list_number_end_no_sentence() -> None:
    assert split("升级到 2.4.0 版本即可。好") == ["升级到 2.4.0 版本即可。", "好"]
    assert split("1. 打开云盘\n好") == ["1. 打开云盘\n", "好"]


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    seen: list[str] = []

    async def stream() -> AsyncIterator[str]:
        yield "第一句。第"
        seen.append("asked for more")
        yield "二句。"

    async def first() -> str:
        async for sentence in sentences(stream()):
            return sentence
        return ""

    assert asyncio.run(first()) == "第一句。"
    assert seen == []


def kept(cases: tuple[Case, ...]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the true sentences that stay whole and go, and the false ones that stay and go."""
    found: dict[tuple[bool, bool], list[str]] = {}
    for case in cases:
        for said, is_true in ((case.true, True), (case.false, False)):
            for sentence in said:
                verdict = check(f"{sentence}[1]", [case.passage], case.asked)
                stays = verdict.stays and verdict.text == sentence
                found.setdefault((is_true, stays), []).append(sentence)
    return (
        found.get((True, True), []),
        found.get((True, False), []),
        found.get((False, True), []),
        found.get((False, False), []),
    )


def test_inventions_go_and_true_sentences_stay() -> None:
    right, lost, invented, caught = kept(CHINESE + ENGLISH)
    assert len(right) + len(lost) >= 76
    assert len(invented) + len(caught) >= 100
    assert invented == []
    assert len(right) >= 0.97 * (len(right) + len(lost)), lost


def test_sentences_that_the_rules_were_not_made_for_fare_nearly_as_well() -> None:
    right, lost, invented, caught = kept(UNSEEN)
    assert len(right) / (len(right) + len(invented)) >= 0.9, invented
    assert len(right) / (len(right) + len(lost)) >= 0.95, lost
    assert len(caught) >= 40


def test_of_sentences_that_join_what_is_said_of_two_things_most_go() -> None:
    right, lost, invented, caught = kept(TRADES + TRADES_ENGLISH)
    assert len(invented) <= 31, invented
    assert len(caught) >= 109
    assert len(right) >= 0.88 * (len(right) + len(lost)), lost


@pytest.mark.parametrize(
    ("passage", "true", "false"),
    [
        ("整机保修 3 年，电池 1 年。", "电池保修 1 年。", "电池保修 3 年。"),
        ("门票 20 元；停车免费。", "停车免费。", "门票免费。"),
        ("水箱里只能加清水，不能加牛奶。", "水箱里不能加牛奶。", "水箱里可以加牛奶。"),
        ("默认端口由 8080 改为 9090。", "端口由 8080 改为 9090。", "端口由 9090 改为 8080。"),
        ("拔牙 2 小时后可以吃软食。", "2 小时后可以吃软食。", "2 小时内可以吃软食。"),
        ("奶泡请用右侧的奶管。", "奶泡用右侧的奶管。", "奶泡用左侧的奶管。"),
        ("金卡会员可延至 14:00 退房。", "金卡会员可延至 14 点退房。", "银卡会员可延至 14 点退房。"),
        ("You can cancel free of charge.", "You can cancel for free.", "You cannot cancel."),
        (
            "Logs go to stderr instead of stdout.",
            "Logs go to stderr instead of stdout.",
            "Logs go to stdout instead of stderr.",
        ),
    ],
)
def test_what_is_said_of_one_thing_is_not_said_of_the_other(
    passage: str, true: str, false: str
) -> None:
    assert check(true, [f"标题\n{passage}"]).citations == (1,)
    assert not check(false, [f"标题\n{passage}"]).stays


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("文件保留两周。", "文件保留 14 天。"),
        ("满 12,000 元可以申请。", "满 1.2 万元可以申请。"),
        ("需要 1 至 3 个工作日。", "需要 1-3 个工作日。"),
        ("上午 9 点开始上班。", "9:00 开始上班。"),
        ("2.4 版本起支持断点续传。", "2.4.0 版本起支持断点续传。"),
        ("发布于 2026 年 11 月 3 日。", "发布于 2026-11-03。"),
    ],
)
def test_one_value_is_the_same_however_it_is_written(claim: str, passage: str) -> None:
    assert check(claim, [f"标题\n{passage}"]).citations == (1,)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("文件保留 14 天。", "文件保留 14 个工作日。"),
        ("满 1.2 万元可以申请。", "满 1.2 千元可以申请。"),
        ("下午 9 点开始上班。", "上午 9 点开始上班。"),
        ("发布于 11 月 3 日。", "发布于 3 月 11 日。"),
        ("2.4.1 版本起支持断点续传。", "2.4.0 版本起支持断点续传。"),
    ],
)
def test_another_value_is_another_however_alike_it_is_written(claim: str, passage: str) -> None:
    assert not check(claim, [f"标题\n{passage}"]).stays


def test_a_yes_or_no_stays_where_the_passage_is_asked_what_the_customer_asks() -> None:
    right, lost, invented, caught = kept(REPLIES)
    assert len(right) + len(lost) >= 35
    assert len(caught) >= 60
    assert invented == []
    assert lost == []


def test_a_yes_that_nobody_asked_for_goes() -> None:
    passage = "会员可以转让吗？\n可以。在会员中心操作。"
    assert check("可以。", [passage], "会员可以转让吗？").citations == (1,)
    assert not check("可以。", [passage]).stays


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("可以的，在会员中心操作。[1]", "在会员中心操作。"),
        ("是的您可以在会员中心操作。[1]", "您可以在会员中心操作。"),
        ("1. 可以，因为在会员中心操作。[1]", "1. 在会员中心操作。"),
    ],
)
def test_a_sentence_loses_the_yes_that_it_begins_with_where_that_answers_nothing(
    said: str, left: str
) -> None:
    verdict = check(said, ["会员可以转让吗？\n可以。在会员中心操作。"], "会员可以冻结吗？")
    assert (verdict.text, verdict.citations) == (left, (1,))


def test_an_english_sentence_that_lost_its_yes_begins_large() -> None:
    passage = "Can I export chats?\nYes, you can export chats from Settings."
    verdict = check("Yes you can export chats from Settings.", [passage], "Can I import chats?")
    assert verdict.text == "You can export chats from Settings."
    assert verdict.citations == (1,)


@pytest.mark.parametrize(
    "claim",
    [
        "您可以随时退款。",
        "终身免费。",
        "没问题。",
        "当然可以！",
        "所有订单都可以随时全额退款：",
        "Refunds are free.",
        "It does.",
        "Yep!",
    ],
)
def test_a_short_claim_of_which_no_passage_speaks_is_no_courtesy(claim: str) -> None:
    assert not check(claim, [LIMIT, RESUME], "能退款吗？").stays


@pytest.mark.parametrize(
    "courtesy",
    [
        "您好！",
        "请放心。",
        "操作步骤如下：",
        "希望能帮到您。",
        "Hope this helps!",
        "Here's how:",
        "---",
    ],
)
def test_a_courtesy_stays_whatever_the_passages_say(courtesy: str) -> None:
    verdict = check(courtesy, [LIMIT])
    assert verdict.stays
    assert not verdict.states_something


def test_a_version_at_the_beginning_is_no_list_number() -> None:
    assert not check("2.5.0 版本起，云盘支持断点续传。", [RESUME]).stays
    assert check("2.4.0 版本起，云盘支持断点续传。", [RESUME]).stays


def test_every_sentence_of_a_real_answer_is_borne_by_that_answer(shared_data: Path) -> None:
    lines = (shared_data / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines[::12]]
    said = [
        (sentence, f"{entry['question']}\n{entry['answer']}", entry["question"])
        for entry in entries
        for sentence in split(entry["answer"])
        if any(letter.isalpha() for letter in sentence)
    ]
    lost = [
        sentence for sentence, passage, asked in said if not check(sentence, [passage], asked).stays
    ]
    assert len(said) > 400
    assert len(lost) <= 0.015 * len(said), lost
