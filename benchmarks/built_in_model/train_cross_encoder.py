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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pairs import Asked, Entry, written_pairs
from safetensors.torch import save_file
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


class LowRank(nn.Module):
    """A weight plus a product of two thin matrices, which alone are learned; rounded."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(RANK, columns) * 0.04)
        self.up = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight, each row in steps of its own; gradients pass the rounding."""
        weight = weight + self.up @ self.down
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
        self.layers: dict[str, Any] = {}
        self._mask = torch.empty(0)
        for weight in model.parameters():
            weight.requires_grad = False
        for name, layer in model.encoder.named_modules():
            if isinstance(layer, nn.Linear):
                self.layers[f"encoder.{name}"] = layer
        for layer in self.layers.values():
            change = LowRank(*layer.weight.shape).to(layer.weight.device)
            parametrize.register_parametrization(layer, "weight", change, unsafe=True)
            layer.register_forward_pre_hook(lambda _, given: (rounded(given[0], self._mask),))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the log-odds that each pair is one of a question and its answer."""
        self._mask = mask
        with parametrize.cached():
            states = self.reader(ids, attention_mask=mask.long()).last_hidden_state.float()
        shown = mask[..., None]
        mean = (states * shown).sum(1) / shown.sum(1)
        return functional.normalize(mean, dim=1) @ self.head + self.constant

    def changes(self) -> dict[str, torch.Tensor]:
        """Return what was learned, as it is written."""
        told = {"head": self.head, "constant": self.constant}
        for name, layer in self.layers.items():
            change = layer.parametrizations.weight[0]
            told |= {f"{name}.down": change.down, f"{name}.up": change.up}
        return {name: one.detach().half().cpu().contiguous() for name, one in told.items()}


@dataclass(frozen=True, slots=True)
class Texts:
    """What is read, as tokens."""

    begin: int
    end: int
    pad: int
    query: list[int]
    passage: list[int]

    def alone(self, prompt: list[int], tokens: Sequence[int]) -> list[int]:
        """Return one text as the model embeds it."""
        return [self.begin, *prompt, *tokens, self.end]

    def pair(self, question: Sequence[int], entry: Sequence[int], most: int) -> list[int]:
        """Return a question and an entry in one text of `most` tokens."""
        first = [self.begin, *self.query, *question[: most // 2], self.end, self.end, *self.passage]
        return [*first, *entry[: most - len(first) - 1], self.end]

    def padded(
        self, texts: Sequence[Sequence[int]], device: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ids and mask, [n, tokens]."""
        longest = max(map(len, texts))
        ids = torch.full((len(texts), longest), self.pad)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
        lengths = torch.tensor([len(text) for text in texts])
        mask = torch.arange(longest)[None] < lengths[:, None]
        return ids.to(device), mask.to(device)


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


@torch.no_grad()
def embedded(model: Any, texts: Texts, read: Sequence[list[int]], device: str) -> torch.Tensor:
    """Return unit vectors by the model as it is, float32 [n, dim]."""
    made = []
    for start in range(0, len(read), 512):
        ids, mask = texts.padded(read[start : start + 512], device)
        states = model(ids, attention_mask=mask.long()).last_hidden_state
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        made.append(functional.normalize(mean.float(), dim=1))
    return torch.cat(made)


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

    def tokens(told: Sequence[str]) -> list[list[int]]:
        return [list(one) for one in tokenizer(told, add_special_tokens=False)["input_ids"]]

    texts = Texts(
        tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id,
        *tokens(["query: ", "passage: "]),
    )  # fmt: skip
    entries, asked = written_pairs()
    questions = tokens([one.text for one in asked])
    titles, answers = (
        tokens([one.question for one in entries]),
        tokens([one.answer for one in entries]),
    )
    documents = [[*title, *answer] for title, answer in zip(titles, answers, strict=True)]
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
                told = encoder(ids, mask).float().view(len(batch), WRONG + 1)
            odds = functional.pad(told, (0, 1))
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
