"""Learns what one message of a chat is for: `python benchmarks/learned_kinds/train_remarks.py`
reads the messages in `remarks/` and writes two files of `pipelines/dialogues`, in some seconds.

It learns as well from questions and answers that were written for the built-in model, and from what
was written of greetings. The chats by which `benchmarks/remarks.py` measures are not among them.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from kind_lessons import learn
from train_intent import BETWEEN, messages, written_questions

from pipelines.dialogues.heard import (
    AGENT_KINDS,
    AGENT_LEARNED,
    CUSTOMER_KINDS,
    CUSTOMER_LEARNED,
    as_told,
)
from pipelines.kinds.features import grams
from pipelines.text import is_chinese

HERE = Path(__file__).resolve().parent
QUESTIONS, ANSWERS, GREETINGS = 1_500, 1_000, 200
# What is written for an FAQ is longer and more orderly than what is said in a chat.
AS_IN_CHATS = 3.0
# So many are composed in each language: an answer stays one among courtesies, and a question too.
COMPOSED, IN_FRONT = 1_000, 0.5
# What is composed is no chat that anybody had.
WEIGHING = 0.4
SHORT = 75
"""Bytes of what is composed: 25 characters, or as many letters as say the same."""
BEFORE, BEHIND = ("courtesy", "apology"), ("courtesy", "request")


def written_remarks() -> list[dict[str, str]]:
    """Return what was written as said in chats: by whom, of what kind, and the text."""
    files = sorted((HERE / "remarks").glob("*.jsonl"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in lines]


def agent_lessons(remarks: Sequence[dict[str, str]]) -> list[tuple[str, str]]:
    """Return agents' messages and their kinds, and answers of FAQs behind them."""
    said = [(one["text"], one["kind"]) for one in remarks if one["by"] == "agent"]
    files = sorted((HERE.parent / "built_in_model").glob("*/*.jsonl"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    answers = [json.loads(line)["answer"] for line in lines]
    return said + [(one, "answer") for one in _some(answers, ANSWERS)]


def customer_lessons(remarks: Sequence[dict[str, str]]) -> list[tuple[str, str]]:
    """Return customers' messages and their kinds, and questions and greetings behind them."""
    said = [(one["text"], one["kind"]) for one in remarks if one["by"] == "customer"]
    greetings = [text for text, kind in messages() if kind == "greeting"]
    return [
        *said,
        *((one, "question") for one in _some(written_questions(), QUESTIONS)),
        *((one, "courtesy") for one in _some(greetings, GREETINGS)),
    ]


def taught(lessons: Sequence[tuple[str, str]], worth: str) -> list[tuple[str, str]]:
    """Return all that is learned from: what was written, and what is composed of it."""
    return [*lessons, *composed(lessons, worth)]


def composed(told: Sequence[tuple[str, str]], worth: str) -> list[tuple[str, str]]:
    """Return what is worth keeping, behind something that is not, or before it."""
    chance, made = np.random.default_rng(1), []
    for is_han in (True, False):
        short = [
            one for one in told if is_chinese(one[0]) is is_han and len(one[0].encode()) <= SHORT
        ]
        kept, before, behind = (
            [text for text, kind in short if kind in kinds] for kinds in ((worth,), BEFORE, BEHIND)
        )
        for _ in range(COMPOSED):
            parts = (before, kept) if chance.random() < IN_FRONT else (kept, behind)
            texts = (chosen[chance.integers(len(chosen))] for chosen in parts)
            made.append((str(chance.choice(BETWEEN)).join(texts), worth))
    return made


def _some(texts: Sequence[str], number: int) -> list[str]:
    chosen = np.random.default_rng(1).choice(len(texts), number, replace=False)
    return [texts[at] for at in sorted(chosen)]


def main() -> None:
    """Learn, and write what was learned."""
    remarks = written_remarks()
    for by, lessons, kinds, file in (
        ("agent", agent_lessons(remarks), AGENT_KINDS, AGENT_LEARNED),
        ("customer", customer_lessons(remarks), CUSTOMER_KINDS, CUSTOMER_LEARNED),
    ):
        said = sum(one["by"] == by for one in remarks)
        told = taught(lessons, kinds[0])
        weights = [AS_IN_CHATS] * said + [1.0] * (len(lessons) - said)
        weights += [WEIGHING] * (len(told) - len(lessons))
        found = [grams(as_told(text)) for text, _ in told]
        learn(told, found, kinds, weights, file, written=len(lessons))
        print(dict(Counter(kind for _, kind in lessons)))


if __name__ == "__main__":
    main()
