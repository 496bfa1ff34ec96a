"""Trains the answer check: `python benchmarks/built_in_model/train_answer_check.py --model DIR`
goes on from the cross-encoder, with questions that lie next to an entry, and writes
`pipelines/embedding/answer_check.safetensors`. DIR is the built-in model's directory.

Beside each of 1,820 entries stand two questions in `benchmarks/questions/near`: one that it
answers, and one in nearly the same words, on the same subject, that it does not. With them go three
times as many ordinary questions on all written entries, half of the time with an entry of another
of the same six: without those, an entry that is asked its own question in other words seems to
answer nothing. One in sixteen entries shows a reference to another page in place of its answer, as
real FAQs do; that answers as well as a page can. No entry of an FAQ that is measured with is
learned, and 110 lessons are left out to see what comes of it.

It takes half an hour on two cores. `pip install transformers accelerate` is all it needs beside
torch.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from texts import Texts
from torch import nn
from torch.nn import functional
from train_cross_encoder import CrossEncoder

from pipelines.embedding.cross_encoder import CHECK, ORDER

HERE = Path(__file__).resolve().parent
LESSONS = HERE.parent / "questions" / "near"
EPOCHS, RATE, HEAD_RATE = 2, 2e-4, 4e-3
STEPS = 250
"""After so many of the 428 it was stopped: no more was told apart than after 150."""
BATCH, BESIDE = 8, 24
"""Entries a step, each with both of its questions, and ordinary questions."""
FAMILY = 6
OWN, REFERS = 0.25, 1 / 16
"""How many ordinary questions are an entry's own, and how many answers refer to another page."""
HELD = 110
_FRAMES = ("", "", "", "请问", "我想问一下，", "你好，")
_HOW = ("如何", "怎么", "怎样")
_REFERENCES = (
    "具体操作，请参见{}。",
    "详情请参见{}。",
    "关于{}的更多信息，请参见帮助中心的说明文档。",
    "请参考{}。",
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """An entry, what it answers, and what it only seems to."""

    entry: str
    answer: str
    answered: str
    unanswered: str


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A question with an entry, and whether that answers it: 1 or 0."""

    question: str
    entry: str
    answer: str
    right: float


def lessons() -> Iterator[Lesson]:
    """Yield what was written for it, with the answers of the entries."""
    for file in sorted(LESSONS.glob("*.jsonl")):
        kind = "single" if file.name.startswith("single_") else "families"
        of = HERE / kind / file.name.removeprefix("single_")
        answers = {row["question"]: row["answer"] for row in rows(of)}
        for row in rows(file):
            yield Lesson(row["entry"], answers[row["entry"]], row["answered"], row["unanswered"])


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def written() -> list[list[dict[str, Any]]]:
    """Return the written entries in groups that lie next to one another, of six at most."""
    groups: list[list[dict[str, Any]]] = []
    for file in sorted((*HERE.glob("families/*.jsonl"), *HERE.glob("single/*.jsonl"))):
        entries = rows(file)
        groups += [entries[first : first + FAMILY] for first in range(0, len(entries), FAMILY)]
    return [group for group in groups if len(group) > 1]


def ordinary(groups: Sequence[list[dict[str, Any]]], chance: np.random.Generator) -> Ordinary:
    """Return a question of one of `groups` with its entry, or with another of its group."""
    group = groups[int(chance.integers(len(groups)))]
    asked, other = (group[int(place)] for place in chance.choice(len(group), 2, replace=False))
    question = str(chance.choice(asked["queries"]))
    if chance.random() < OWN:
        question = own(asked["question"], chance)
    is_right = bool(chance.random() < 1 / 2)
    shown = asked if is_right else other
    answer = str(shown["answer"])
    if chance.random() < REFERS and not shown["question"].isascii():
        answer = str(chance.choice(_REFERENCES)).format(shown["question"].rstrip("？?"))
    return Ordinary(question, shown["question"], answer, float(is_right))


def own(question: str, chance: np.random.Generator) -> str:
    """Return an entry's own question as customers type it, nearly as it stands."""
    if question.isascii():
        return question.lower().rstrip("?") if chance.random() < 1 / 2 else question
    for how in _HOW:
        if how in question:
            question = question.replace(how, str(chance.choice(_HOW)), 1)
            break
    end = str(chance.choice(("", "？", "呢")))
    return str(chance.choice(_FRAMES)) + question.rstrip("？?") + end


def pairs(texts: Texts, asked: Sequence[tuple[str, str, str]]) -> list[list[int]]:
    """Return the tokens of questions with what entries ask and answer."""
    questions, asks, answers = (texts.tokens(list(told)) for told in zip(*asked, strict=True))
    return [
        texts.pair(question, [*entry, *answer], CHECK.most_tokens)
        for question, entry, answer in zip(questions, asks, answers, strict=True)
    ]


def loss(odds: torch.Tensor, others: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return how far log-odds are from telling what is answered.

    Those of lessons, answered and unanswered in turn, and of `others`, of which `right` tells. Each
    by the logarithmic loss, and of a lesson also by which of both is told to be answered.
    """
    told = torch.cat([torch.tensor([1.0, 0.0]).repeat(len(odds) // 2), right])
    alone = functional.binary_cross_entropy_with_logits(torch.cat([odds, others]), told)
    return alone + functional.softplus(odds[1::2] - odds[0::2]).mean()


def train(model: Any, texts: Texts, start: Path, keep: Path) -> None:
    """Write to `keep` what was learned on from the file `start`, after every fifty steps."""
    encoder = CrossEncoder(model)
    encoder.load(load_file(start))
    chance = np.random.default_rng(1)
    every, groups = list(lessons()), written()
    held = set(chance.choice(len(every), HELD, replace=False).tolist())
    taught = [one for number, one in enumerate(every) if number not in held]
    kept = both(texts, [every[number] for number in sorted(held)])
    own_weights = [encoder.head, encoder.constant]
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW([{"params": learned}, {"params": own_weights}], lr=RATE)
    steps = EPOCHS * -(-len(taught) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [RATE, HEAD_RATE], steps, pct_start=0.1
    )
    orders = np.concatenate([chance.permutation(len(taught)) for _ in range(EPOCHS)])
    for step, begin in enumerate(range(0, STEPS * BATCH, BATCH), start=1):
        started = time.monotonic()
        near = both(texts, [taught[number] for number in orders[begin : begin + BATCH].tolist()])
        more = [ordinary(groups, chance) for _ in range(BESIDE)]
        beside = pairs(texts, [(one.question, one.entry, one.answer) for one in more])
        right = torch.tensor([one.right for one in more])
        odds = read(encoder, texts, [*near, *beside])
        wrong = loss(odds[: len(near)], odds[len(near) :], right)
        optimizer.zero_grad()
        wrong.backward()  # type: ignore[no-untyped-call]  # carries no types
        nn.utils.clip_grad_norm_([*learned, *own_weights], 1.0)
        optimizer.step()
        schedule.step()
        if step % 10 == 0:
            seconds = time.monotonic() - started
            print(f"{step} of {STEPS}: loss {float(wrong.detach()):.3f}, {seconds:.1f} s a step")
        if step % 50 == 0:
            with torch.no_grad():
                told = read(encoder, texts, kept)
            apart = float((told[0::2] > told[1::2]).float().mean())
            print(f"{step}: {apart:.3f} of the lessons left out told apart", flush=True)
            save_file(encoder.changes(), keep)


def both(texts: Texts, taught: Sequence[Lesson]) -> list[list[int]]:
    """Return the tokens of what entries answer and do not, in turn."""
    asked = [
        (text, one.entry, one.answer) for one in taught for text in (one.answered, one.unanswered)
    ]
    return pairs(texts, asked)


def read(encoder: CrossEncoder, texts: Texts, told: Sequence[list[int]]) -> torch.Tensor:
    """Return the log-odds of pairs, the short ones read apart from the long ones."""
    order = sorted(range(len(told)), key=lambda number: len(told[number]))
    parts = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    odds = torch.cat([encoder(*texts.padded([told[n] for n in part], "cpu")) for part in parts])
    return odds.float()[torch.argsort(torch.tensor(order))]


def main() -> None:
    """Train, and write what was learned."""
    from transformers import AutoTokenizer, BertModel

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the built-in model's directory")
    parser.add_argument("--start", type=Path, default=ORDER.learned)
    parser.add_argument("--to", type=Path, default=CHECK.learned)
    options = parser.parse_args()
    torch.manual_seed(1)
    model: Any = BertModel.from_pretrained(options.model, dtype=torch.float32)
    model.eval()  # without dropout, as the cross-encoder
    texts = Texts.of(AutoTokenizer.from_pretrained(options.model))
    train(model, texts, options.start, options.to)
    print(f"`{options.to}` written, {options.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
