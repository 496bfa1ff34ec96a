"""What of a window goes into the index: nothing twice, and nobody speaks for all."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.dialogues.curation import (
    MOST_OF_A_VOICE,
    MOST_OF_A_VOICE_ON_A_TOPIC,
    MOST_ON_A_QUESTION,
    curate,
)
from pipelines.records import Exchange
from pipelines.text import digest

START = datetime(2026, 3, 1, 2, tzinfo=UTC)
# Words that share no two characters, so that each is a topic of its own.
TOPICS = [chr(0x4E00 + 97 * n) + chr(0x5E00 + 89 * n) + chr(0x6E00 + 83 * n) for n in range(60)]


def exchange(question: str, answer: str = "请在设置里点导出", **more: Any) -> Exchange:
    values: dict[str, Any] = {
        "source": "chat",
        "conversation": "k1",
        "customer": "",
        "day": START.date(),
        "at": START,
        "outcome": "resolved",
        "redactions": 0,
        "path": "a.jsonl",
        "line": 1,
    } | more
    words = (values["conversation"], str(values["at"]), question, answer)
    return Exchange(id=digest(*words), question=question, answer=answer, **values)


def test_the_same_answer_to_the_same_question_is_taken_once_the_newest_resolved_one() -> None:
    old = exchange("怎么导出报表", conversation="a")
    new = exchange("怎么导出报表？", conversation="b", at=START + timedelta(days=1))
    left = exchange(
        "怎么 导出报表", conversation="c", at=START + timedelta(days=2), outcome="abandoned"
    )
    curated = curate([old, left, new])
    assert curated.exchanges == (new,)
    assert curated.surplus["duplicate"] == 2


def test_one_customer_has_few_exchanges_on_one_topic_however_they_are_worded() -> None:
    flood = [
        exchange(f"你们的退款政策是不是改成{n}天了", f"是{n}天", conversation=f"c{n}", customer="x")
        for n in range(30)
    ]
    other = exchange("你们的退款政策是不是改成7天了", "不是，请看政策页", customer="y")
    curated = curate([*flood, other])
    voices = [one.customer for one in curated.exchanges]
    assert voices.count("x") == MOST_OF_A_VOICE_ON_A_TOPIC
    assert other in curated.exchanges
    assert curated.surplus["one_voice"] == 30 - MOST_OF_A_VOICE_ON_A_TOPIC


def test_one_conversation_cannot_fill_the_index() -> None:
    flood = [exchange(f"{topic}怎么办", f"{topic}就行") for topic in TOPICS]
    curated = curate(flood)
    assert len(curated.exchanges) == MOST_OF_A_VOICE


def test_a_question_that_a_thousand_ask_keeps_a_few_answers() -> None:
    crowd = [
        exchange("怎么导出报表", f"第{n}种说法", conversation=f"c{n}", customer=f"x{n}")
        for n in range(1_000)
    ]
    curated = curate(crowd)
    assert len(curated.exchanges) == MOST_ON_A_QUESTION
    assert curated.surplus["crowded"] == 1_000 - MOST_ON_A_QUESTION


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_exchanges_decides_nothing(seed: int) -> None:
    everyone = [
        exchange(
            f"{TOPICS[n % 7]}怎么办",
            f"答{n % 11}",
            conversation=f"c{n % 13}",
            at=START + timedelta(minutes=n % 5),
            outcome=("resolved", "abandoned", "unknown", "handed_off")[n % 4],
        )
        for n in range(300)
    ]
    shuffled = random.Random(seed).sample(everyone, len(everyone))  # noqa: S311 - no secret
    assert curate(shuffled) == curate(everyone)
    assert list(curate(everyone).exchanges) == sorted(
        curate(everyone).exchanges, key=lambda one: (one.at, one.id)
    )


def test_nothing_is_lost_without_being_counted() -> None:
    everyone = [exchange(f"{TOPICS[n % 30]}怎么办", f"答{n % 40}") for n in range(200)]
    curated = curate(everyone)
    assert len(curated.exchanges) + sum(curated.surplus.values()) == 200
