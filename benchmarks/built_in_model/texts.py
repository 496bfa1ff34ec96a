"""Texts as the built-in model reads them, and a change of its layers that is learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrize


class LowRank(nn.Module):
    """A weight plus a product of two thin matrices, which alone are learned."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, columns) * 0.04)
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + self.up @ self.down


def changeable(model: Any, rank: int, kind: type[LowRank] = LowRank) -> dict[str, Any]:
    """Let each linear layer of a model be changed, and nothing else; return them by name."""
    layers: dict[str, Any] = {}
    for weight in model.parameters():
        weight.requires_grad = False
    for name, layer in model.encoder.named_modules():
        if isinstance(layer, nn.Linear):
            layers[f"encoder.{name}"] = layer
    for layer in layers.values():
        rows, columns = layer.weight.shape
        change = kind(rows, columns, rank).to(layer.weight.device)
        parametrize.register_parametrization(layer, "weight", change, unsafe=True)
    return layers


def changes(layers: dict[str, Any], share: float = 1.0) -> dict[str, torch.Tensor]:
    """Return what was learned, as it is written: a `share` of it."""
    told: dict[str, torch.Tensor] = {}
    for name, layer in layers.items():
        change = layer.parametrizations.weight[0]
        told |= {f"{name}.down": change.down, f"{name}.up": change.up * share}
    return {name: one.detach().half().cpu().contiguous() for name, one in told.items()}


@dataclass(frozen=True, slots=True)
class Texts:
    """The tokenizer's marks and the model's prompts."""

    tokenizer: Any
    query: list[int]
    passage: list[int]

    @classmethod
    def of(cls, tokenizer: Any) -> "Texts":
        """Return what goes with a tokenizer."""
        return cls(tokenizer, *_tokens(tokenizer, ["query: ", "passage: "]))

    def tokens(self, told: Sequence[str]) -> list[list[int]]:
        """Return the tokens of texts, without marks."""
        return _tokens(self.tokenizer, told)

    def alone(self, prompt: Sequence[int], tokens: Sequence[int]) -> list[int]:
        """Return one text as the model embeds it."""
        return [self.tokenizer.bos_token_id, *prompt, *tokens, self.tokenizer.eos_token_id]

    def pair(self, question: Sequence[int], entry: Sequence[int], most: int) -> list[int]:
        """Return a question and an entry in one text of `most` tokens."""
        end = self.tokenizer.eos_token_id
        first = self.alone(self.query, [*question[: most // 2], end])
        return [*first, *self.passage, *entry[: most - len(first) - len(self.passage) - 1], end]

    def padded(
        self, texts: Sequence[Sequence[int]], device: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ids and mask, [n, tokens]."""
        longest = max(map(len, texts))
        ids = torch.full((len(texts), longest), self.tokenizer.pad_token_id)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
        lengths = torch.tensor([len(text) for text in texts])
        mask = torch.arange(longest)[None] < lengths[:, None]
        return ids.to(device), mask.to(device)


def _tokens(tokenizer: Any, told: Sequence[str]) -> list[list[int]]:
    return [list(one) for one in tokenizer(list(told), add_special_tokens=False)["input_ids"]]


def means(model: Any, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return one unit vector a text, float32 [n, dim]: of the mean of its tokens."""
    states = model(ids, attention_mask=mask.long()).last_hidden_state.float()
    shown = mask[..., None]
    return functional.normalize((states * shown).sum(1) / shown.sum(1), dim=1)


@torch.no_grad()
def embedded(model: Any, texts: Texts, read: Sequence[list[int]], device: str) -> torch.Tensor:
    """Return unit vectors by the model as it is, float32 [n, dim]."""
    parts = (read[start : start + 512] for start in range(0, len(read), 512))
    return torch.cat([means(model, *texts.padded(part, device)) for part in parts])
