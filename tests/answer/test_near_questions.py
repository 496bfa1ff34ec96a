"""Questions next to an entry: what is measured by stays apart from what is for learning."""

import json
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
NEAR = sorted((BENCHMARKS / "questions" / "near").glob("*.jsonl"))


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_no_question_and_no_entry_that_is_measured_by_is_for_learning() -> None:
    taught = [row for file in NEAR for row in rows(file)]
    measured = [
        row
        for name in ("near_zh", "near_en", "plain_zh", "plain_en")
        for row in rows(BENCHMARKS / f"questions/{name}.jsonl")
    ]
    assert len({row["query"] for row in measured}) == 773
    asked = [row[sort] for row in taught for sort in ("answered", "unanswered")]
    assert len(asked) == len(set(asked)) == 3_640
    assert not set(asked) & {row["query"] for row in measured}
    assert not {row["entry"] for row in taught} & {row["entry"] for row in measured}


def test_each_question_for_learning_lies_next_to_an_entry_that_there_is() -> None:
    for file in NEAR:
        folder = "single" if file.stem.startswith("single_") else "families"
        faq = BENCHMARKS / "built_in_model" / folder / file.name.removeprefix("single_")
        assert {row["entry"] for row in rows(file)} <= {row["question"] for row in rows(faq)}
