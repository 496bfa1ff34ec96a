"""The parser against what people say are the entries: documents written for it, and real ones.

The gold was written by people who did not know the parser; `docs/faq.md` tells what it reached when
it saw each set first. All sets were looked at since, so that the floors here only hold what is
reached: of the written ones, the rest is mostly footers that nothing tells from an answer.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.faq.markdown.entries import read_file
from pipelines.records import FaqEntry
from pipelines.sources.files import SourceFile
from pipelines.text import fold

GOLD = Path(__file__).parent / "gold"
Gold = Mapping[str, Any]


@dataclass
class Score:
    """How many entries people see, were read, and were read right."""

    found: int = 0
    missed: int = 0
    invented: int = 0
    whole: int = 0
    styles: Counter[str] | None = None

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.invented)

    @property
    def answers(self) -> float:
        """The share of found entries whose answer begins and ends where people say."""
        return self.whole / self.found


def _words(question: str) -> str:
    return re.sub(r"[\s`*\\]+", "", fold(question))


def _lines(file: Path) -> list[Gold]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _score(folder: Path, gold: Sequence[Gold]) -> tuple[Score, list[str]]:
    """Compare the entries of each file with the gold; a question may be off by one line."""
    by_file: defaultdict[str, list[Gold]] = defaultdict(list)
    for row in gold:
        by_file[row["file"]].append(row)
    score, wrong = Score(styles=Counter()), []
    for name, rows in by_file.items():
        entries = read_file(SourceFile(name, (folder / name).read_bytes()), source="gold").entries
        first, last = next((row["region"] for row in rows if "region" in row), (1, 10**9))
        there = {
            (entry.line_start, _words(entry.question)): entry
            for entry in entries
            if first <= entry.line_start <= last
        }
        debatable = {row["line"] for row in rows if "line" in row and row.get("debatable")}
        for row in (row for row in rows if "question" in row):
            keys = [(row["line"] + off, _words(row["question"])) for off in (0, -1, 1)]
            entry = next((there.pop(key) for key in keys if key in there), None)
            if entry is not None:
                score.found += 1
                score.whole += _is_whole(entry, row)
                score.styles[row["style"]] += 1
            elif not row.get("debatable"):
                score.missed += 1
                wrong.append(f"missed {name}:{row['line']} {row['question']}")
        invented = [place for place in there if place[0] not in debatable]
        score.invented += len(invented)
        wrong += [f"invented {name}:{line} {question}" for line, question in invented]
    return score, wrong


def _is_whole(entry: FaqEntry, row: Gold) -> bool:
    if "line_end" in row:
        return abs(entry.line_end - row["line_end"]) <= 1
    lines = [line.strip().replace("|", r"\|") for line in entry.answer.strip().split("\n")]
    ends = (
        row.get("answer_text_starts", row["answer_starts"]),
        row.get("answer_text_ends", row["answer_ends"]),
    )
    begins, stops = (text.replace("|", r"\|").replace(r"\\|", r"\|") for text in ends)
    return (lines[0], lines[-1]) == (begins, stops)


SETS = {
    "first": (0.99, 0.99, 0.97),
    "second": (0.94, 0.96, 0.94),
    "third": (0.96, 0.93, 0.84),
    "fourth": (0.97, 0.97, 0.9),
}
"""Set -> the least recall, precision, and share of whole answers."""


def _written(name: str) -> tuple[Score, list[str]]:
    folder = GOLD / name
    gold = _lines(folder / "gold.jsonl")
    named = {row["file"] for row in gold}
    others = sorted({file.name for file in folder.glob("*.md")} - named)
    return _score(folder, [*gold, *({"file": file} for file in others)])


def test_the_written_documents_hold_hundreds_of_entries_in_dozens_of_styles() -> None:
    styles: Counter[str] = Counter()
    for name in SETS:
        found = _written(name)[0].styles
        assert found is not None
        styles += found
    assert styles.total() > 700
    assert len(styles) > 50


@pytest.mark.parametrize("name", SETS)
def test_entries_of_written_documents_are_found_and_none_is_invented(name: str) -> None:
    recall, precision, answers = SETS[name]
    score, wrong = _written(name)
    assert score.recall >= recall, wrong
    assert score.precision >= precision, wrong
    assert score.answers >= answers


def test_entries_of_real_files_are_found_and_none_is_invented(shared_data: Path) -> None:
    score, wrong = _score(shared_data / "faq", _lines(GOLD / "real.jsonl"))
    assert score.found > 430
    assert score.recall >= 0.98, wrong
    assert score.precision >= 0.98, wrong
    assert score.answers >= 0.98
