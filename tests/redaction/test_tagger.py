"""The tagger: what it finds without help, what it leaves alone, and that batches change nothing."""

import random
import time
from pathlib import Path

import pytest

import pipelines.redaction.tagger as tagger_module
from pipelines.redaction.findings import Finding
from pipelines.redaction.shadow import HOLE
from pipelines.redaction.tagger import load_tagger

MODEL = Path(tagger_module.__file__).with_name("tagger.onnx")

MESSAGES = [
    "上回揭阳明答应给我补差价的",
    "钥匙给娜娜了你直接找她拿",
    "快递放曹杨三村87号301了",
    "高级会员和普通会员有什么区别",
    "你好",
    "收件人尉迟恭礼，地址成都市武侯区玉林北街12号4栋2单元7号",
]


def found(text: str) -> list[tuple[str, str]]:
    """Return the types and texts of what the tagger finds."""
    opinion = load_tagger().opinions([text])[text]
    return [(item.type, text[item.start : item.end]) for item in opinion.findings]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("上回揭阳明答应给我补差价的", "揭阳明"),
        ("单子逄增光已经审过了", "逄增光"),
        ("之前对接的是璩美凤，现在换人了", "璩美凤"),
        ("让欧阳震华跟我说一下", "欧阳震华"),
        ("麻烦转告迪丽努尔·买买提", "迪丽努尔·买买提"),
        ("我找Kevin，他在不在", "Kevin"),
    ],
)
def test_finds_names_that_no_word_introduces(text: str, person: str) -> None:
    assert ("person", person) in found(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("快递放曹杨三村87号301了", "曹杨三村87号301"),
        ("柳青路宏迪路口柳三区14幢4单元停水了", "柳青路宏迪路口柳三区14幢4单元"),
        ("骑手说进不去紫荆公寓4号楼607B", "紫荆公寓4号楼607B"),
    ],
)
def test_finds_addresses_that_no_word_introduces(text: str, address: str) -> None:
    assert ("address", address) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "高级会员和普通会员有什么区别",
        "方便的话帮我看一下",
        "马上就到付款截止了",
        "程序又闪退了，时间太长了",
        "从北京发往上海的干线车晚点",
        "文件config.yaml打不开",
        "安全中心提示风险",
        "三楼有厕所吗",
        "谢谢",
        HOLE,
        "",
    ],
)
def test_leaves_alone_what_only_looks_like_a_name(text: str) -> None:
    assert found(text) == []


def test_batches_change_nothing() -> None:
    tagger = load_tagger()
    alone = {text: tagger.opinions([text])[text] for text in MESSAGES}
    mixed = MESSAGES + [text[::-1] for text in MESSAGES] + [text[1:] for text in MESSAGES]
    random.Random(1).shuffle(mixed)  # noqa: S311 - no secret
    together = tagger.opinions(mixed)
    assert {text: together[text] for text in MESSAGES} == alone


def test_finds_nothing_in_a_hole() -> None:
    assert found(f"我叫{HOLE}，住{HOLE}，电话{HOLE}") == []


def test_supports_what_it_sees_itself_and_doubts_the_rest() -> None:
    text = "找王建国转银行卡"
    opinion = load_tagger().opinions([text])[text]
    assert opinion.supports(Finding("person", 1, 4, 0.6))
    assert not opinion.supports(Finding("person", 5, 8, 0.6))


def test_the_file_is_small() -> None:
    assert MODEL.stat().st_size <= 2_500_000


def test_is_quick() -> None:
    tagger = load_tagger()
    texts = [
        f"{number:04}号客户反馈{text}"[:26].ljust(26, "啊")
        for number in range(50)
        for text in MESSAGES
    ]
    tagger.opinions(texts)
    started = time.process_time()
    tagger.opinions(texts)
    # LAC takes most of it; ten times what an idle core needs.
    assert (time.process_time() - started) / len(texts) < 0.005
