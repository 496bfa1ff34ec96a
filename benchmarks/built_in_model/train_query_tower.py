"""Trains the query tower: `python benchmarks/built_in_model/train_query_tower.py --cache DIR`
learns a low-rank change of the built-in model's layers from how customers say what FAQ entries ask,
and writes `pipelines/embedding/query_adapter.safetensors`.

Documents keep their vectors, so that each question is compared with every entry at each step, and
a question costs one pass of the model. Pairs: the files beside this one, written for it, and those
of `benchmarks/questions/*_train.jsonl`, whose entries lie beside the checkout. About half an hour
on two cores.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pairs import Asked, Entry, lines, written_pairs
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrize

from pipelines.chunking import PASSAGE_CHARACTERS
from pipelines.embedding.builtin_model import QUERY_PROMPT
from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.layers import DOWN, UP
from pipelines.embedding.model import load_embedder
from pipelines.embedding.query_tower import ADAPTER
from pipelines.passages import passages_of
from pipelines.sources_toml import load_settings
from pipelines.text import digest

HERE = Path(__file__).resolve().parent
QUESTIONS = HERE.parent / "questions"
DATA = HERE.parent.parent.parent / "shared" / "data" / "faq"

RANK = 16
# The rate falls over so many passes, of which the later ones learn the questions by heart: what
# stands after `TAKEN` is taken, at half its size (weight-space ensembling of
# arxiv.org/abs/2109.01903); both were chosen on `golden_dev`, among five passes and four sizes.
EPOCHS, TAKEN, SHARE = 9, 5, 0.5
TEMPERATURE = 0.03
RATE = 1e-3
BATCH = 32
MAX_TOKENS = 96


class LowRank(nn.Module):
    """A weight plus a product of two thin matrices, which alone are learned."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(RANK, columns) * 0.04)
        self.up = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + self.up @ self.down


def real_pairs() -> tuple[list[Entry], list[Asked]]:
    """Return the real entries, in both languages, and the questions that may be trained on."""
    twins = json.loads((DATA / "twins.json").read_text(encoding="utf-8"))
    entries = [
        Entry("real", twins[row["id"]], row["question"], row["answer"])
        for row in lines(DATA / "entries_zh.jsonl")
    ]
    asked = [
        Asked(_in_context(row), twins[row["gold"]], "real")
        for file in sorted(QUESTIONS.glob("ecs_*_train.jsonl"))
        for row in lines(file)
        if row.get("gold")
    ]
    entries += [
        Entry("real-english", f"en-{row['id']}", row["question_en"], row["answer_en"])
        for row in lines(DATA / "zh_en_aligned.jsonl")
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


def views(entries: Sequence[Entry]) -> Iterator[tuple[str, str, bool]]:
    """Yield class, text, and whether the text is a question, for all that search compares with."""
    for entry in entries:
        yield entry.answer_class, entry.question, True
        for passage in passages_of(entry.answer, PASSAGE_CHARACTERS):
            above = (" > ".join(passage.trail),) if passage.trail else ()
            yield entry.answer_class, "\n".join((entry.question, *above, passage.text)), False


def train(
    model: Any, documents: Sequence["Documents"], asked: Sequence[Asked]
) -> dict[str, torch.Tensor]:
    """Return the change of each layer, learned in `TAKEN` passes over `asked`."""
    tokenizer, reader = model.tokenizer, model[0].auto_model
    for weight in reader.parameters():
        weight.requires_grad = False
    layers = {name: m for name, m in reader.encoder.named_modules() if isinstance(m, nn.Linear)}
    for layer in layers.values():
        change = LowRank(*layer.weight.shape)
        parametrize.register_parametrization(layer, "weight", change, unsafe=True)
    learned = [weight for weight in reader.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(asked) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps, pct_start=0.1)
    reader.train()
    for epoch in range(TAKEN):
        started, lost = time.monotonic(), 0.0
        for batch in _batches(asked):
            tokens = tokenizer(
                [QUERY_PROMPT + one.text for one in batch],
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
                return_tensors="pt",
            )
            mask = tokens["attention_mask"][..., None]
            states = reader(**tokens).last_hidden_state * mask
            vectors = nn.functional.normalize(states.sum(1) / mask.sum(1), dim=1)
            loss = torch.stack([one.loss(vectors, batch) for one in documents]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # carries no types
            optimizer.step()
            schedule.step()
            lost += float(loss.detach()) * len(batch)
        seconds = time.monotonic() - started
        print(f"epoch {epoch + 1}: loss {lost / len(asked):.3f}, {seconds:.0f} s", flush=True)
    return _changes(layers)


def _changes(layers: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    changes = {}
    for name, layer in layers.items():
        change = layer.parametrizations.weight[0]
        changes[f"encoder.{name}{DOWN}"] = change.down.detach().half().contiguous()
        changes[f"encoder.{name}{UP}"] = (change.up.detach() * SHARE).half().contiguous()
    return changes


class Documents:
    """All views of one kind: their vectors, and whose they are."""

    def __init__(self, classes: Sequence[str], vectors: np.ndarray) -> None:
        self._numbers = {name: number for number, name in enumerate(dict.fromkeys(classes))}
        self._classes = torch.tensor([self._numbers[name] for name in classes])
        self._vectors = torch.tensor(vectors)

    def loss(self, vectors: torch.Tensor, batch: Sequence[Asked]) -> torch.Tensor:
        """Return how far the right views are from being the closest of all: cross-entropy."""
        closeness = vectors @ self._vectors.T / TEMPERATURE
        right = torch.tensor([self._numbers[one.answer_class] for one in batch])
        wrong = self._classes[None, :] != right[:, None]
        of_right = torch.logsumexp(closeness.masked_fill(wrong, -1e9), 1)
        return (torch.logsumexp(closeness, 1) - of_right).mean()


def _batches(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Yield batches in a new order, each of questions of like length: padding costs."""
    shuffled = random.sample(asked, len(asked))
    for start in range(0, len(shuffled), BATCH * 16):
        bucket = sorted(shuffled[start : start + BATCH * 16], key=lambda one: len(one.text))
        batches = [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
        yield from random.sample(batches, len(batches))


def main() -> None:
    """Train, and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder of embeddings")
    parser.add_argument("--to", type=Path, default=ADAPTER)
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"`{DATA}` is not there: the real data sets are kept beside the checkout")
    random.seed(1)
    torch.manual_seed(1)
    (entries, asked), (real, asked_of_real) = written_pairs(), real_pairs()
    entries, asked = [*entries, *real], [*asked, *asked_of_real]
    settings = load_settings(environ={})
    identity = embedder_identity(settings)
    load = cache(lambda: load_embedder(settings))
    shown = list(views(entries))
    texts = {digest(text): text for _, text, _ in shown}
    with EmbeddingCache(options.cache, identity.id, identity.dim) as kept:
        embed_missing(texts, kept, load, lambda _: None)
        found = kept.get_many(list(texts))
    documents = [
        Documents(
            [name for name, _, asks in shown if asks == kind],
            np.stack([found[digest(text)] for _, text, asks in shown if asks == kind]),
        )
        for kind in (True, False)
    ]
    print(f"{len(asked)} questions, {len(entries)} entries, {len(shown)} views", flush=True)
    save_file(train(load().model, documents, asked), options.to)
    print(f"`{options.to}` written, {options.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
