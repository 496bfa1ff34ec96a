"""Trains the query tower: `python benchmarks/built_in_model/train_query_tower.py --model DIR`
learns a low-rank change of the built-in model's layers from how customers say what FAQ entries ask,
and writes `pipelines/embedding/query_adapter.safetensors`. DIR is the built-in model's directory.

Documents keep their vectors, so that each question is compared with every entry of its company at
each step, and costs one pass of the model. Pairs: the files in the folders beside this one, written
for it, and those of `benchmarks/questions/*_train.jsonl`, whose entries lie beside the checkout.
Takes two minutes on a GPU; without one, two hours.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pairs import Asked, Entry, lines, written_pairs
from safetensors.torch import save_file
from texts import Texts, changeable, changes, embedded, means

CHECKOUT = Path(__file__).resolve().parents[2]
QUESTIONS = CHECKOUT / "benchmarks" / "questions"
DATA = CHECKOUT.parent / "shared" / "data" / "faq"
ADAPTER = CHECKOUT / "pipelines" / "embedding" / "query_adapter.safetensors"

RANK = 16
# The rate falls over so many passes, of which the later ones learn the questions by heart: what
# stands after `TAKEN` is taken, at half its size (weight-space ensembling of
# arxiv.org/abs/2109.01903); both were chosen on `golden_dev`.
EPOCHS, TAKEN, SHARE = 6, 4, 0.5
TEMPERATURE = 0.03
RATE = 1e-3
BATCH = 32
# Tokens that are read of a question, and of an entry's question and answer.
MOST_ASKED, MOST_TOLD = 96, 180


def real_pairs(data: Path) -> tuple[list[Entry], list[Asked]]:
    """Return the real entries, in both languages, and the questions that may be trained on."""
    twins = json.loads((data / "twins.json").read_text(encoding="utf-8"))
    entries = [
        Entry("real", twins[row["id"]], row["question"], row["answer"])
        for row in lines(data / "entries_zh.jsonl")
    ]
    asked = [
        Asked(_in_context(row), twins[row["gold"]], "real")
        for file in sorted(QUESTIONS.glob("ecs_*_train.jsonl"))
        for row in lines(file)
        if row.get("gold")
    ]
    entries += [
        Entry("real-english", f"en-{row['id']}", row["question_en"], row["answer_en"])
        for row in lines(data / "zh_en_aligned.jsonl")
    ]
    asked += [
        Asked(row["query"], f"en-{row['gold']}", "real-english")
        for row in lines(QUESTIONS / "english_train.jsonl")
        if row.get("gold")
    ]
    return entries, asked


def _in_context(row: dict[str, Any]) -> str:
    before = [turn["content"] for turn in row.get("history", ()) if turn["role"] == "user"]
    return " ".join([*before[-1:], row["query"]])


class Documents:
    """Entries as they are compared with: by their question, or by question and answer."""

    def __init__(self, entries: Sequence[Entry], vectors: torch.Tensor) -> None:
        self._classes = _numbers([one.answer_class for one in entries])
        self._companies = _numbers([one.company for one in entries])
        device = vectors.device
        self._class_of = torch.tensor([self._classes[e.answer_class] for e in entries]).to(device)
        self._company_of = torch.tensor([self._companies[e.company] for e in entries]).to(device)
        self._vectors = vectors

    def loss(self, vectors: torch.Tensor, batch: Sequence[Asked]) -> torch.Tensor:
        """Return how far the right entries are from being the closest of all: cross-entropy."""
        right = torch.tensor([self._classes[one.answer_class] for one in batch])
        own = torch.tensor([self._companies[one.company] for one in batch])
        closeness = vectors @ self._vectors.T / TEMPERATURE
        foreign = self._company_of[None, :] != own.to(vectors.device)[:, None]
        closeness = closeness.masked_fill(foreign, -1e9)
        wrong = self._class_of[None, :] != right.to(vectors.device)[:, None]
        of_right = torch.logsumexp(closeness.masked_fill(wrong, -1e9), 1)
        return (torch.logsumexp(closeness, 1) - of_right).mean()


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def train(
    model: Any, texts: Texts, documents: Sequence[Documents], asked: Sequence[Asked], device: str
) -> dict[str, torch.Tensor]:
    """Return the change of each layer, learned in `TAKEN` passes over `asked`."""
    layers = changeable(model, RANK)
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(asked) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.1)
    chance = np.random.default_rng(1)
    read = [
        texts.alone(texts.query, tokens[:MOST_ASKED])
        for tokens in texts.tokens([one.text for one in asked])
    ]
    for epoch in range(TAKEN):
        started, lost = time.monotonic(), 0.0
        for batch in _batches(len(asked), chance):
            ids, mask = texts.padded([read[one] for one in batch], device)
            with torch.autocast(device, torch.bfloat16):
                vectors = means(model, ids, mask)
            chosen = [asked[one] for one in batch]
            loss = torch.stack([one.loss(vectors, chosen) for one in documents]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # carries no types
            optimizer.step()
            schedule.step()
            lost += float(loss.detach()) * len(batch)
        seconds = time.monotonic() - started
        print(f"epoch {epoch + 1}: loss {lost / len(asked):.3f}, {seconds:.0f} s", flush=True)
    return changes(layers, SHARE)


def _batches(count: int, chance: np.random.Generator) -> Iterator[list[int]]:
    order = chance.permutation(count).tolist()
    yield from (order[start : start + BATCH] for start in range(0, count, BATCH))


def main() -> None:
    """Train, and write the adapter."""
    from transformers import AutoTokenizer, BertModel

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the built-in model's directory")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real entries")
    parser.add_argument("--to", type=Path, default=ADAPTER)
    options = parser.parse_args()
    torch.manual_seed(1)
    (entries, asked), (real, asked_of_real) = written_pairs(), real_pairs(options.data)
    entries, asked = [*entries, *real], [*asked, *asked_of_real]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model: Any = BertModel.from_pretrained(options.model, dtype=torch.float32)
    model.to(device)
    model.eval()  # without dropout
    texts = Texts.of(AutoTokenizer.from_pretrained(options.model))
    asks = texts.tokens([one.question for one in entries])
    told = texts.tokens([one.answer for one in entries])
    both = [[*ask, *tell][:MOST_TOLD] for ask, tell in zip(asks, told, strict=True)]
    documents = [
        Documents(
            entries,
            embedded(model, texts, [texts.alone(texts.passage, one) for one in view], device),
        )
        for view in (asks, both)
    ]
    print(f"{len(asked)} questions, {len(entries)} entries", flush=True)
    save_file(train(model, texts, documents, asked, device), options.to)
    print(f"`{options.to}` written, {options.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
