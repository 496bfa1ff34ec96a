"""What the built-in model's changes are learned from: FAQ entries, and questions that ask for them.

The files beside this one were written for it, each as the FAQ of a company of its own: what stands
in another file is neither right nor wrong for a question. `single` holds entries each on a thing of
its own, `families` six at a time that are easily mixed up.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Entry:
    """An FAQ entry; entries of one `answer_class` answer alike."""

    company: str
    answer_class: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer's question, and the class of the entries that answer it."""

    text: str
    answer_class: str
    company: str


def written_pairs() -> tuple[list[Entry], list[Asked]]:
    """Return the entries and questions of the files that were written for training."""
    entries, asked = [], []
    for file in sorted(HERE.glob("*/*.jsonl")):
        company = f"{file.parent.name}/{file.stem}"
        for number, row in enumerate(lines(file)):
            name = f"{company}-{number}"
            entries.append(Entry(company, name, row["question"], row["answer"]))
            asked += [Asked(text, name, company) for text in row["queries"]]
    return entries, asked


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
