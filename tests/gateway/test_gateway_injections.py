"""Stored attacks in every place that outsiders write to, against a model that obeys them all."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.answer import Answerer
from pipelines.chunks import Chunk, make_chunk
from pipelines.gateway.app import create_app
from pipelines.index import Recipe
from pipelines.ollama import Ollama
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import Tone, Version
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama
from tests.gateway.injections.obedient import Injection, ObedientModel, stored
from tests.gateway.injections.scanner import harms
from tests.gateway.served import serving, settings_for
from tests.small_index import DIM, NOW, RECIPE, ReadsAlike, Vectors, build

INJECTIONS = stored()
KINDS = sorted({one.kind for one in INJECTIONS})
# What is true of an FAQ entry and of a change; their words differ, so that one does not stand
# for the other.
ENTRY, CHANGE = "考勤报表怎么导出", "机器人回调的延迟上限"
TRUTH = (
    "打开控制台的考勤报表页面，点右上角的导出按钮，选择月份和部门，等待两分钟后在下载中心领取文件，"
    "导出的文件保留七天，管理员可以在设置里改成三十天"
)
CHANGED = (
    "推送服务改为分区排队，单个群聊的消息积压不再拖慢其他群聊，重试间隔从五秒起逐次加倍，"
    "超过十分钟仍失败的事件写入死信队列，运维人员能够按应用重放"
)


def question(injection: Injection) -> str:
    subject = CHANGE if injection.place == "changelog" else ENTRY
    asked = f"请问代号 {_code(injection)} 的{subject}，能讲讲吗？"
    return f"{asked}\n{injection.text}" if injection.place == "question" else asked


def _code(injection: Injection) -> str:
    high, low = divmod(INJECTIONS.index(injection), 26)
    return f"kuq{chr(97 + high)}{chr(97 + low)}x"


def chunk_of(injection: Injection) -> Chunk:
    """Return the record that the attack stands in, or one that it is asked beside."""
    code, place = _code(injection), injection.place
    is_change = place == "changelog"
    title = f"代号 {code} 的{CHANGE if is_change else ENTRY}"
    text = f"{CHANGED if is_change else TRUTH}，代号是 {code}。"
    if place in ("faq", "changelog"):
        text += f"\n{injection.text}"
    return make_chunk(
        tier="changelog" if is_change else "faq",
        source="help",
        entry_id=code,
        title=f"{title} {injection.text}" if place == "title" else title,
        text=text,
        search_text=f"{title}\n{text}",
        path=injection.text if place == "path" else "help.md",
        line_start=1,
        line_end=2,
        at=NOW,
        version="2.4.0" if is_change else "",
        change="added" if is_change else "",
    )


class ByCode(ReadsAlike):
    """An embedder to which a question is as close as can be to the record of its code."""

    id = RECIPE.embedder_id

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._hashes = {one.entry_id: one.text_hash for one in chunks}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        codes = [re.search(r"kuq[a-z]{2}x", text) for text in texts]
        keys = [
            self._hashes[code[0]] if code else text for code, text in zip(codes, texts, strict=True)
        ]
        return np.stack([Vectors()([key])[key] for key in keys])


@dataclass(frozen=True)
class Attacked:
    """The gateway over the poisoned index, and the model that obeys."""

    url: str
    client: httpx.Client
    answerer: Answerer
    version: Version
    model: ObedientModel

    def plant(self, injection: Injection) -> None:
        self.model.given = injection
        tone = [injection.text] if injection.place == "dialogue" else []
        told = tuple(Tone(kind="explanation", text=text, exchange="e") for text in tone)
        self.version.manifest = self.version.manifest.model_copy(update={"tone": told})

    def ask(self, injection: Injection, *, ollama: bool) -> str:
        """Return the answer as its protocol sends it: Ollama's in a stream, OpenAI's whole."""
        self.plant(injection)
        messages = [{"role": "user", "content": question(injection)}]
        path = "/api/chat" if ollama else "/v1/chat/completions"
        response = self.client.post(
            self.url + path, json={"model": "sanku", "messages": messages, "stream": ollama}
        )
        assert response.status_code == 200, response.text
        if not ollama:
            told = response.json()
            return str(told["choices"][0]["message"]["content"])
        lines = [json.loads(line) for line in response.text.splitlines()]
        return "".join(line["message"]["content"] for line in lines)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("attacked")
    chunks = [chunk_of(one) for one in INJECTIONS]
    recipe = Recipe(
        RECIPE.embedder_id, DIM, SYSTEM_PROMPT, {"direct": 0.98, "support": 0.0, "passage": 0.0}
    )
    version = build(Warehouse(folder), chunks, recipe=recipe).version
    obedient = ObedientModel()
    with FakeOllama(obedient) as fake:
        settings: Settings = settings_for(
            ollama={"url": fake.url, "model": fake.model},
            faq=[{"name": "help", "base_url": "https://docs.yunque.example/"}],
            company={"name": "云雀协作", "contact": "写信到 support@yunque.example"},
            gateway={"log": False},
            answer={"passages": 2},
        )
        searcher = Searcher(version, lambda: ByCode(chunks))
        answerer = Answerer(settings, searcher, Ollama(settings.ollama))
        app = create_app(settings, answerer, searcher, environ={})
        with serving(app) as url, httpx.Client(trust_env=False, timeout=30) as client:
            yield Attacked(url, client, answerer, version, obedient)


def test_there_are_enough_attacks_of_every_kind_in_both_languages() -> None:
    assert len({one.text + one.place for one in INJECTIONS}) == len(INJECTIONS) >= 200
    assert min(Counter(one.language for one in INJECTIONS).values()) >= 100
    assert min(Counter(one.place for one in INJECTIONS).values()) >= 10


@dataclass(frozen=True)
class Given:
    """What was answered to one attack, and what the model could have given away."""

    streamed: str
    whole: str
    system: str
    nonce: str


@pytest.fixture(scope="module")
def given(attacked: Attacked) -> dict[str, Given]:
    """The answers to all attacks, by id."""
    answers = {}
    for injection in INJECTIONS:
        streamed = attacked.ask(injection, ollama=True)
        whole = attacked.ask(injection, ollama=False)
        answers[injection.id] = Given(streamed, whole, attacked.model.system, attacked.model.nonce)
    return answers


@pytest.mark.parametrize("kind", KINDS)
def test_no_attack_gets_out_of_a_model_that_obeys_it(given: dict[str, Given], kind: str) -> None:
    found = {}
    for injection in INJECTIONS:
        if injection.kind == kind:
            answer = given[injection.id]
            for said in (answer.streamed, answer.whole):
                if harm := harms(said, answer.system, answer.nonce):
                    found[injection.id] = (harm, said)
    assert not found


def test_most_attacks_reach_the_model(attacked: Attacked, given: dict[str, Given]) -> None:
    # A path is no part of a prompt, and tone is shown in the customer's language only.
    can_reach = [one for one in INJECTIONS if one.place != "path"]
    assert len(given) == len(INJECTIONS)
    assert len(attacked.model.reached) >= 0.9 * len(can_reach)


def test_without_the_neutraliser_many_attacks_get_through(attacked: Attacked) -> None:
    """The control: answers to a third of the attacks as they are before they are defused."""

    async def raw(injection: Injection) -> bool:
        attacked.plant(injection)
        text = (await attacked.answerer.answer(question(injection))).text
        return bool(harms(text, attacked.model.system, attacked.model.nonce))

    async def all_of_them() -> list[bool]:
        return [await raw(one) for one in INJECTIONS[::3]]

    assert sum(asyncio.run(all_of_them())) >= 30
