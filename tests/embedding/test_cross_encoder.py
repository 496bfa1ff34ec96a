"""Cross-encoders: whether an entry answers a question, by reading both."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import BertModel

from pipelines.embedding.builtin_model import builtin_directory
from pipelines.embedding.cross_encoder import (
    CHECK,
    ORDER,
    CrossEncoder,
    Pair,
    Task,
    _learned,
    log_odds,
)
from pipelines.embedding.layers import DOWN, UP
from pipelines.embedding.model import Embedder
from tests.conftest import MakeSettings

# Siblings: of each question, the words stand in the wrong entry as well.
SIBLINGS = {
    "怎样创建共享链接？": "打开文件，点击「分享 > 创建链接」，选择有效期后复制发送。",
    "共享链接创建后能否撤销？": "可以。在「我的分享」中点「取消分享」，链接立即失效。",
    "共享链接打不开是什么原因？": "链接过期、文件被删除或访问次数用完时打不开，请让分享人重建。",
}
ASKED = {
    "发出去的链接后悔了，能收回来吗": "共享链接创建后能否撤销？",
    "同事点我发的那个地址显示不存在": "共享链接打不开是什么原因？",
    "想把这个文件发给客户看，在哪弄": "怎样创建共享链接？",
}


@pytest.fixture(scope="module")
def directory(make_settings: MakeSettings) -> Path:
    return builtin_directory(make_settings().model_cache)


@pytest.fixture(scope="module", params=[ORDER, CHECK], ids=lambda task: task.id)
def task(request: pytest.FixtureRequest) -> Task:
    asked: Task = request.param
    return asked


@pytest.fixture(scope="module")
def reader(directory: Path, task: Task) -> CrossEncoder:
    return CrossEncoder(directory, task, threads=2)


@pytest.mark.parametrize("question", ASKED)
def test_an_entry_is_told_from_others_on_the_same_subject(
    embedder: Embedder, question: str
) -> None:
    pairs = [Pair(question, asks, answer) for asks, answer in SIBLINGS.items()]
    odds = dict(zip(SIBLINGS, log_odds(embedder.encode_pairs(pairs)), strict=True))
    assert max(odds, key=lambda asks: odds[asks]) == ASKED[question]


def test_what_no_entry_answers_has_low_odds(embedder: Embedder) -> None:
    pairs = [Pair("你们公司今天天气怎么样", asks, answer) for asks, answer in SIBLINGS.items()]
    assert max(log_odds(embedder.encode_pairs(pairs))) < 0


def test_integers_read_as_the_model_would_with_what_was_learned_in_its_layers(
    reader: CrossEncoder, directory: Path, task: Task
) -> None:
    model = BertModel.from_pretrained(directory)
    layers = dict(model.named_modules())
    learned = _learned(task)
    for name in {key.removesuffix(DOWN) for key in learned if key.endswith(DOWN)}:
        change = learned[name + UP].astype("f4") @ learned[name + DOWN].astype("f4")
        layers[name].weight.data += torch.from_numpy(change)
    pairs = [Pair(q, asks, answer) for q in ASKED for asks, answer in SIBLINGS.items()]

    def exact(pair: Pair) -> NDArray[np.float32]:
        with torch.no_grad():
            states = model(torch.tensor([reader._tokens(pair)])).last_hidden_state
        mean = states.mean(dim=1)[0].numpy()
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    expected = log_odds(np.stack([exact(pair) for pair in pairs]), task)

    # Of log-odds from -7 to 6; they were trained to be rounded.
    assert np.abs(np.array(log_odds(reader.encode(pairs), task)) - expected).mean() < 0.7


def test_a_pair_is_read_alone_to_the_last_bit(reader: CrossEncoder) -> None:
    pairs = [Pair(question, *entry) for question in ASKED for entry in SIBLINGS.items()]
    alone = np.concatenate([reader.encode([pair]) for pair in pairs])
    assert np.array_equal(reader.encode(pairs), alone)


def test_of_long_texts_the_answer_is_cut_first_and_the_question_keeps_half(
    reader: CrossEncoder, task: Task
) -> None:
    short, long = "怎样撤销分享？", "链接打不开，" * 200
    assert len(reader._tokens(Pair(long, long, long))) == task.most_tokens
    kept = reader._tokens(Pair(short, short, long))
    assert len(kept) == task.most_tokens
    assert kept[:20] == reader._tokens(Pair(short, short, "好"))[:20]
    half = reader._layers.tokens(long)[: task.most_tokens // 2]
    start = 1 + len(reader._query)
    assert reader._tokens(Pair(long, short, short))[start : start + len(half)] == half


def test_nothing_to_read_is_no_vector(reader: CrossEncoder) -> None:
    assert reader.encode([]).shape == (0, 384)


def test_what_was_learned_is_small(task: Task) -> None:
    assert task.learned.stat().st_size < 6_000_000


def test_each_task_is_read_with_what_was_learned_for_it(embedder: Embedder) -> None:
    pairs = [Pair("发出去的链接后悔了", *entry) for entry in SIBLINGS.items()]
    ordered, checked = (embedder.encode_pairs(pairs, task) for task in (ORDER, CHECK))
    assert not np.allclose(ordered, checked, atol=0.01)
