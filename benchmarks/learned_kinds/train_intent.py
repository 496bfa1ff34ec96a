"""Learns what a message is for: `python benchmarks/learned_kinds/train_intent.py` reads the
messages in `intents/` and writes `pipelines/intent/intent.safetensors`, in ten seconds.

It learns as well from questions that were written for the built-in model: customers ask more often
than they greet. The messages by which `benchmarks/intents.py` measures are not among them.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from kind_lessons import learn

from pipelines.front_ends.placeholders import without_placeholders
from pipelines.intent import KINDS, LEARNED
from pipelines.kinds.features import Grams, grams
from pipelines.text import is_chinese

HERE = Path(__file__).resolve().parent
QUESTIONS = 5_000
# So many of either kind are composed, of each language half, and weigh as much as 600 would: with
# fewer, what is learned hangs on the draw, and weighing more they hear fewer greetings.
COMPOSED, WEIGHING = 3_000, 600
SHORT = 42
"""Bytes of a short message: 14 characters, or as many letters as say the same."""
SMILES = ("[玫瑰]", "[抱拳]", "[微笑]", "🙏", "😊", "👍", "🌹", "☀️")
SMILING = 0.3
"""The share of composed questions that end with one."""
BETWEEN = ("，", "。", "！", ", ", ". ", " ")
# What is no question weighs more: there are seven questions to three others.
OTHERS = 1.5


def messages() -> Iterator[tuple[str, str]]:
    """Yield each message and its kind."""
    for file in sorted((HERE / "intents").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["text"], row["kind"]


def written_questions() -> list[str]:
    """Return questions that customers ask of FAQs of all kinds."""
    files = sorted((HERE.parent / "built_in_model").glob("*/*.jsonl"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    asked = [question for line in lines for question in json.loads(line)["queries"]]
    chosen = np.random.default_rng(1).choice(len(asked), QUESTIONS, replace=False)
    return [asked[number] for number in sorted(chosen)]


class Composer:
    """Composes messages of two and three: a question stays one among courtesies, however short."""

    def __init__(self, told: Sequence[tuple[str, str]], chance: np.random.Generator) -> None:
        self._of: dict[str, list[str]] = {}
        for text, kind in told:
            self._of.setdefault(kind, []).append(text)
            if len(text.encode()) <= SHORT:
                self._of.setdefault(f"short {kind}", []).append(text)
        self._chance = chance

    def question(self) -> tuple[str, str]:
        """Return a short question with a courtesy before it, behind it, or both."""
        hello, asked, thanks = map(self._one, ("short greeting", "short question", "short closing"))
        first, last = ((True, False), (False, True), (True, True))[self._chance.integers(3)]
        smile = str(self._chance.choice(SMILES)) if self._chance.random() < SMILING else ""
        return self._joined([hello] * first + [asked] + [thanks] * last) + smile, "question"

    def other(self) -> tuple[str, str]:
        """Return what is no question, with a courtesy before it."""
        kind = str(self._chance.choice(KINDS[1:]))
        before = {"greeting": "greeting", "closing": "closing", "asks_for_person": "greeting"}
        first = self._one(before.get(kind, "asks_for_person"))
        return self._joined([first, self._one(kind)]), kind

    def _one(self, kind: str) -> str:
        return self._of[kind][self._chance.integers(len(self._of[kind]))]

    def _joined(self, parts: Sequence[str]) -> str:
        return str(self._chance.choice(BETWEEN)).join(parts)


def grams_of(message: str) -> Grams:
    """Return the n-grams by which a message is told."""
    return grams(without_placeholders(message))


def lessons() -> list[tuple[str, str]]:
    """Return what was written to learn from, each message and its kind."""
    return [*messages(), *((question, "question") for question in written_questions())]


def compositions() -> list[tuple[str, str]]:
    """Return what is composed of it."""
    told, composed = list(messages()), []
    chance = np.random.default_rng(1)
    for is_han in (True, False):
        composer = Composer([one for one in told if is_chinese(one[0]) is is_han], chance)
        composed += [composer.question() for _ in range(COMPOSED // 2)]
        composed += [composer.other() for _ in range(COMPOSED // 2)]
    return composed


def main() -> None:
    """Learn, and write what was learned."""
    written = lessons()
    told = written + compositions()
    weights = [1.0 if kind == "question" else OTHERS for _, kind in written]
    weights += [WEIGHING / COMPOSED] * (len(told) - len(written))
    found = [grams_of(text) for text, _ in told]
    learn(told, found, KINDS, weights, LEARNED, written=len(written))
    print(dict(Counter(kind for _, kind in written)))


if __name__ == "__main__":
    main()
