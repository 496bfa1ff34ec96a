"""Trains the tagger on generated messages and writes `tagger.onnx`.

`python benchmarks/redaction_model/train.py data.npz...`, where `features` made the data.
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import features
import numpy as np
import numpy.typing as npt
import torch
from measure import Scores, measure
from torch import nn

LABELS = 5
TAGS = 59
SCALE = 0.125


class Net(nn.Module):
    """Characters and LAC's scores, then residual convolutions of growing width."""

    def __init__(
        self, characters: int, width: int, dilations: Sequence[int], lac: bool = True
    ) -> None:
        super().__init__()
        self.characters = nn.Embedding(characters, width)
        nn.init.normal_(self.characters.weight, std=0.5)
        self.lac = nn.Linear(TAGS, width) if lac else None
        self.layers = nn.ModuleList(nn.Linear(3 * width, width) for _ in dilations)
        self.dilations = tuple(dilations)
        self.last = nn.Linear(width, LABELS)
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, emissions: torch.Tensor) -> torch.Tensor:
        """Return the scores of the labels."""
        x = self.characters(ids)
        if self.lac is not None:
            x = x + self.lac(emissions * SCALE)
        if self.training:
            x = x * torch.empty_like(x[:, :1]).bernoulli_(0.9) / 0.9
        for layer, dilation in zip(self.layers, self.dilations, strict=True):
            padded = nn.functional.pad(x, (0, 0, dilation, dilation))
            length = x.shape[1]
            wide = torch.cat((padded[:, :length], x, padded[:, 2 * dilation :]), 2)
            x = x + self.dropout(torch.relu(layer(wide)))
        scores: torch.Tensor = self.last(x)
        return scores


def train(
    data: Sequence[features.Batch],
    vocab: str,
    options: argparse.Namespace,
    dev: dict[str, list[features.Batch]],
) -> Net:
    """Return the average of the net's last weights, and of those it began with, if any."""
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311 - no secret
    dilations = [int(item) for item in options.dilations.split(",")]
    net = Net(len(vocab) + 2, options.width, dilations, not options.no_lac).to(options.device)
    if options.init is not None:
        net.load_state_dict(torch.load(options.init, weights_only=False)["state"])
    average = Net(len(vocab) + 2, options.width, dilations, not options.no_lac).to(options.device)
    average.load_state_dict(net.state_dict())
    decayed = [item for item in net.parameters() if item.ndim > 1]
    rest = [item for item in net.parameters() if item.ndim == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}],
        lr=options.rate,
    )
    weights = torch.tensor([1.0, *[options.recall] * 4], device=options.device)
    ids = [torch.from_numpy(features.numbers(vocab, part.texts)) for part in data]
    targets = [
        torch.from_numpy(np.where(part.labels == 9, -100, part.labels).astype(np.int64))
        for part in data
    ]
    emissions = [torch.from_numpy(part.emissions) for part in data]
    han = torch.tensor([0, 1, *(char.isalpha() for char in vocab)]).long()
    steps = options.epochs * len(data)
    step, began = 0, time.time()
    for epoch in range(options.epochs):
        order = list(range(len(data)))
        rng.shuffle(order)
        total = 0.0
        for number in order:
            rate = (
                options.rate
                * min(1.0, step / 300)
                * max(0.02, 0.5 * (1 + np.cos(np.pi * step / steps)))
            )
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = ids[number].to(options.device)
            # Characters never seen must be names and places too.
            unknown = torch.rand(batch.shape, device=batch.device) < options.unknown
            batch = torch.where(unknown, han.to(batch.device)[batch], batch)
            seen = emissions[number].to(options.device).float()
            scores = net(batch, seen)
            loss = nn.functional.cross_entropy(
                scores.flatten(0, 1), targets[number].flatten().to(options.device), weight=weights,
                label_smoothing=0.03, ignore_index=-100,
            )  # fmt: skip
            if not torch.isfinite(loss):
                continue
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # carries no types
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            step += 1
            total += float(loss.detach())
            decay = min(0.999, (1 + step) / (10 + step))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), 1 - decay)
        print(
            f"epoch {epoch} loss {total / len(order):.4f} {time.time() - began:.0f} s", flush=True
        )
        if dev and (epoch == options.epochs - 1 or epoch % options.look == options.look - 1):
            report(average, vocab, dev)
    if options.init is not None:
        # Halfway between where it began and where it came to, it errs least.
        began_with = torch.load(options.init, weights_only=False)["state"]
        weights_now = average.state_dict()
        for name, value in weights_now.items():
            value.lerp_(began_with[name].to(value.device), 0.5)
    return average


def probabilities(net: Net, vocab: str, batch: features.Batch) -> npt.NDArray[np.float32]:
    """Return the probability of each label."""
    net.eval()
    device = next(net.parameters()).device
    with torch.no_grad():
        ids = torch.from_numpy(features.numbers(vocab, batch.texts)).to(device)
        seen = torch.from_numpy(batch.emissions).to(device).float()
        found: npt.NDArray[np.float32] = torch.softmax(net(ids, seen), 2).cpu().numpy()
    return found


def report(net: Net, vocab: str, dev: dict[str, list[features.Batch]]) -> None:
    """Print what is covered and what is touched, at several thresholds."""
    for name, batches in dev.items():
        scored = [probabilities(net, vocab, part) for part in batches]
        for low, high in ((0.2, 0.4), (0.3, 0.5), (0.4, 0.6), (0.5, 0.8), (0.5, 0.9)):
            scores: Scores = measure(batches, scored, low, high)
            print(f"  {name:9} {low} {high} {scores}", flush=True)


def main() -> None:
    """Train, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--dev", nargs="*", type=Path, default=[])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--look", type=int, default=1)
    parser.add_argument("--width", type=int, default=80)
    parser.add_argument("--dilations", default="1,2,4,8,1")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--recall", type=float, default=1.0)
    parser.add_argument("--unknown", type=float, default=0.06)
    parser.add_argument("--no-lac", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--init", type=Path, help="a net to go on with, and its vocabulary")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, default=Path("tagger.pt"))
    parser.add_argument("--onnx", type=Path, help="where to write the file that ships (needs onnx)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = [part for file in options.data for part in features.load(file)]
    dev = {file.stem: features.load(file) for file in options.dev}
    if options.init is not None:
        vocab = str(torch.load(options.init, weights_only=False)["vocab"])
    else:
        vocab = features.vocabulary(text for part in data for text in part.texts)
    net = train(data, vocab, options, dev)
    print(sum(item.numel() for item in net.parameters()), "parameters")
    torch.save({"vocab": vocab, "state": net.state_dict(), "options": vars(options)}, options.out)
    if options.onnx is not None:
        from export import export

        dilations = [int(item) for item in options.dilations.split(",")]
        export(net.state_dict(), dilations, SCALE, vocab, options.onnx)


if __name__ == "__main__":
    main()
