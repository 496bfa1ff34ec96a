"""Which sentences of a written answer stay, and what they cite."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pipelines.support import check, sentences

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
