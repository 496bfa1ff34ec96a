"""`POST /api/search` over the published sample: what explains a hit, and a question in context."""

from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest

from pipelines.answer import Answerer
from pipelines.cli.search import loaded
from pipelines.gateway.app import create_app
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.gateway.served import ANSWER, ScriptedAnswerer, serving

HISTORY = [
    {"role": "user", "content": "怎么预订会议室？"},
    {"role": "assistant", "content": "在日历里预订。"},
]


@pytest.fixture(scope="module")
def url(sample: tuple[Settings, Warehouse]) -> Iterator[str]:
    """The base URL of a gateway that searches the sample."""
    settings, warehouse = sample
    answerer = cast(Answerer, ScriptedAnswerer(ANSWER))
    with serving(create_app(settings, answerer, loaded(settings, warehouse), environ={})) as base:
        yield base


def found(url: str, question: str, **more: Any) -> dict[str, Any]:
    response = httpx.post(f"{url}/api/search", json={"question": question, **more}, timeout=60)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_hit_is_told_with_its_evidence_what_it_adds_and_its_rank_before_the_rules(
    url: str,
) -> None:
    told = found(url, "忘记登录密码了怎么找回？", limit=3)
    first = told["hits"][0]
    assert first["title"] == "忘记登录密码了怎么找回？"
    assert first["rank_before_rules"] == 1
    assert first["evidence"]["coverage"] == 1.0
    assert first["parts"]["words"] > first["evidence"]["words"]
    assert told["query"]["text"] == "忘记登录密码了怎么找回？"
    assert {"text": "密码", "weight": 1.0, "origin": "asked"} in told["query"]["terms"]
    assert "context" not in told


def test_a_follow_up_is_told_as_it_was_understood(url: str) -> None:
    told = found(url, "那要提前多久？", history=HISTORY, limit=4)
    assert told["question"] == "那要提前多久？"
    assert told["context"]["together"] == "怎么预订会议室？ 那要提前多久？"
    assert told["context"]["leans"] > 0.5
    assert len(told["hits"]) == 4
    assert {"怎么预订会议室？"} & {hit["title"] for hit in told["hits"]}


def test_of_a_long_conversation_the_latest_turns_count(url: str) -> None:
    long = [{"role": "assistant", "content": "在日历里预订。" * 1_000}, *HISTORY]
    told = found(url, "那要提前多久？", history=long * 30, limit=4)
    assert told["context"] == found(url, "那要提前多久？", history=HISTORY, limit=4)["context"]


def test_html_comes_with_a_follow_up_too(url: str) -> None:
    hits = found(url, "那要提前多久？", history=HISTORY, limit=2, html=True)["hits"]
    assert all(hit["html"].startswith("<") and hit["rank_before_rules"] for hit in hits)


@pytest.mark.parametrize(
    ("history", "named"),
    [
        ([{"role": "system", "content": "x"}], "`history.0.role`"),
        ([{"role": "user"}], "`history.0.content`"),
    ],
)
def test_a_history_that_is_none_is_refused_by_name(
    url: str, history: list[dict[str, str]], named: str
) -> None:
    body = {"question": "x", "history": history}
    response = httpx.post(f"{url}/api/search", json=body, timeout=60)
    assert response.status_code == 400
    assert named in response.json()["error"]
