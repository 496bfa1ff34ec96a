"""Trains the cross-encoder: `python benchmarks/built_in_model/train_cross_encoder.py --model DIR`
learns a low-rank change of the built-in model's layers by which they tell, from a customer's
question and an FAQ entry read together, whether the entry answers it, and writes
`pipelines/embedding/cross_encoder.safetensors`. DIR is the built-in model's directory.

Learned from the written pairs beside this file alone: no question and no entry of the FAQ that
`benchmarks/retrieval.py` measures with is among them. Takes some minutes on a GPU; without one, a
day. `pip install transformers accelerate` is all that it needs beside torch.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pairs import Asked, Entry, written_pairs
from safetensors.torch import save_file
from texts import LowRank, Texts, changeable, changes, embedded, means
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrize

WRITTEN = Path(__file__).resolve().parents[2] / "pipelines/embedding/cross_encoder.safetensors"
# As `pipelines/embedding/cross_encoder.py` reads: tokens of a pair, of which a question takes half.
MOST_TOKENS = 96
SHORTER = 64
# What a weight and what goes into it are rounded to there; the layers learn to bear it.
WEIGHT_STEPS, INPUT_STEPS = 63, 255

RANK = 32
EPOCHS, RATE, HEAD_RATE = 4, 5e-4, 2e-2
BATCH = 64
# Each question is read with so many entries that are close and wrong, drawn from the closest.
WRONG, CLOSEST = 12, 24
# So many questions are asked without their entry: then nothing is right.
LEFT_OUT = 0.25


class RoundedLowRank(LowRank):
    """The same, rounded."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight, each row in steps of its own; gradients pass the rounding."""
        weight = super().forward(weight)
        step = weight.detach().abs().amax(1, keepdim=True) / WEIGHT_STEPS
        return weight + ((weight / step).round() * step - weight).detach()


def rounded(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return what goes into a weight, in steps of each text: float [n, tokens, dim]."""
    seen = states.detach().float().masked_fill(~mask[..., None], 0.0)
    least = seen.amin((1, 2), keepdim=True).clamp(max=0.0)
    most = seen.amax((1, 2), keepdim=True).clamp(min=0.0)
    step = ((most - least) / INPUT_STEPS).clamp(min=1e-8)
    return states + ((seen / step).round() * step - states).to(states.dtype).detach()


class CrossEncoder(nn.Module):
    """The layers, and how much of each number of what they make speaks for an answer."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.reader = model
        self.head = nn.Parameter(torch.zeros(model.config.hidden_size))
        self.constant = nn.Parameter(torch.zeros(1))
        self._mask = torch.empty(0)
        self.layers = changeable(model, RANK, RoundedLowRank)
        for layer in self.layers.values():
            layer.register_forward_pre_hook(lambda _, given: (rounded(given[0], self._mask),))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the log-odds that each pair is one of a question and its answer."""
        self._mask = mask
        with parametrize.cached():
            return means(self.reader, ids, mask) @ self.head + self.constant

    @torch.no_grad()
    def load(self, told: Mapping[str, torch.Tensor]) -> None:
        """Begin with what was learned before."""
        for name, layer in self.layers.items():
            change = layer.parametrizations.weight[0]
            change.down.copy_(told[f"{name}.down"])
            change.up.copy_(told[f"{name}.up"])
        self.head.copy_(told["head"])
        self.constant.copy_(told["constant"])

    def changes(self) -> dict[str, torch.Tensor]:
        """Return what was learned, as it is written."""
        own = {"head": self.head, "constant": self.constant}
        told = {name: one.detach().half().cpu() for name, one in own.items()}
        return changes(self.layers) | told


class Companies:
    """Entries by company, and which of them are close to a question and answer another one."""

    def __init__(self, entries: Sequence[Entry], vectors: torch.Tensor) -> None:
        self._entries, self._vectors = entries, vectors
        self._of: dict[str, list[int]] = {}
        self.right: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            self._of.setdefault(entry.company, []).append(number)
            self.right.setdefault(entry.answer_class, []).append(number)

    def wrong(self, asked: Asked, vector: torch.Tensor) -> list[int]:
        """Return the closest entries that do not answer a question, closest first."""
        own = self._of[asked.company]
        order = (self._vectors[own] @ vector).argsort(descending=True).tolist()
        ranked = (own[place] for place in order)
        wrong = [one for one in ranked if self._entries[one].answer_class != asked.answer_class]
        return wrong[:CLOSEST]


def batches(
    asked: Sequence[Asked],
    wrong: Sequence[list[int]],
    right: Mapping[str, list[int]],
    chance: np.random.Generator,
) -> Iterator[list[tuple[int, list[int], int]]]:
    """Yield question, the entries to read it with, and which is right; the last place for none."""
    order = chance.permutation(len(asked)).tolist()
    for start in range(0, len(order), BATCH):
        batch = []
        for number in order[start : start + BATCH]:
            is_there = chance.random() >= LEFT_OUT
            own = right[asked[number].answer_class][:1] if is_there else []
            others = chance.choice(wrong[number], WRONG + 1 - len(own), replace=False)
            shown = [*own, *others.tolist()]
            batch.append((number, shown, 0 if is_there else WRONG + 1))
        yield batch


def train(model: Any, tokenizer: Any, device: str) -> dict[str, torch.Tensor]:
    """Return what was learned: for each question, its entry among others, or none of them."""

    texts = Texts.of(tokenizer)
    entries, asked = written_pairs()
    questions = texts.tokens([one.text for one in asked])
    asks = texts.tokens([one.question for one in entries])
    told = texts.tokens([one.answer for one in entries])
    documents = [[*ask, *tell] for ask, tell in zip(asks, told, strict=True)]
    read = [texts.alone(texts.passage, one) for one in documents]
    companies = Companies(entries, embedded(model, texts, read, device))
    vectors = embedded(model, texts, [texts.alone(texts.query, q) for q in questions], device)
    wrong = [companies.wrong(one, vector) for one, vector in zip(asked, vectors, strict=True)]
    print(f"{len(asked)} questions, {len(entries)} entries", flush=True)

    chance = np.random.default_rng(1)
    encoder = CrossEncoder(model).to(device)
    own = [encoder.head, encoder.constant]
    learned = [weight for weight in model.parameters() if weight.requires_grad]
    rates = [RATE, HEAD_RATE]
    optimizer = torch.optim.AdamW([{"params": learned}, {"params": own}], lr=RATE)
    steps = EPOCHS * -(-len(asked) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, steps, pct_start=0.1)
    for epoch in range(EPOCHS):
        started, lost = time.monotonic(), 0.0
        for batch in batches(asked, wrong, companies.right, chance):
            pairs = []
            for number, shown, _ in batch:
                most = MOST_TOKENS if chance.random() < 2 / 3 else SHORTER
                pairs += [texts.pair(questions[number], documents[one], most) for one in shown]
            ids, mask = texts.padded(pairs, device)
            with torch.autocast(device, torch.bfloat16):
                odds = encoder(ids, mask).float().view(len(batch), WRONG + 1)
            odds = functional.pad(odds, (0, 1))
            right = torch.tensor([place for *_, place in batch], device=device)
            loss = functional.cross_entropy(odds, right)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # carries no types
            nn.utils.clip_grad_norm_([*learned, *own], 1.0)
            optimizer.step()
            schedule.step()
            lost += float(loss.detach()) * len(batch)
        seconds = time.monotonic() - started
        print(f"epoch {epoch + 1}: loss {lost / len(asked):.3f}, {seconds:.0f} s", flush=True)
    return encoder.changes()


def main() -> None:
    """Train, and write what was learned."""
    from transformers import AutoTokenizer, BertModel

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the built-in model's directory")
    parser.add_argument("--to", type=Path, default=WRITTEN)
    options = parser.parse_args()
    torch.manual_seed(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model: Any = BertModel.from_pretrained(options.model, dtype=torch.float32)
    model.to(device)
    model.eval()  # without dropout: five passes over so much text learn little by heart
    save_file(train(model, AutoTokenizer.from_pretrained(options.model), device), options.to)
    print(f"`{options.to}` written, {options.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
