"""Floors on the labelled sets, a little under what was measured; samples, to be quick."""

import json
from collections import Counter
from pathlib import Path

import pytest

from pipelines.redaction import Redactor

FLOORS = {"person": 99.0, "address": 99.0}
STRUCTURED = 99.5


def ignore(_: int) -> None:
    """Take no interest in progress."""


@pytest.mark.long
@pytest.mark.parametrize("name", ["pii_bench_zh_dev", "pii_bench_zh_chat_dev"])
def test_labelled_entities_are_covered(redactor: Redactor, shared_data: Path, name: str) -> None:
    lines = (shared_data / "pii" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines][::3]
    texts = {row["id"]: (row["text"],) for row in rows}
    found = redactor.redact_conversations(texts, ignore)
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    touching = spans = 0
    for row in rows:
        (redacted,) = found[row["id"]]
        assert redacted.residue == ()
        covered = {place for span in redacted.spans for place in range(span.start, span.end)}
        for entity in row["entities"]:
            total[entity["type"]] += 1
            hit[entity["type"]] += covered.issuperset(range(entity["start"], entity["end"]))
        spans += len(redacted.spans)
        touching += sum(
            any(span.start < item["end"] and item["start"] < span.end for item in row["entities"])
            for span in redacted.spans
        )
    rates = {kind: 100 * hit[kind] / total[kind] for kind in total}
    assert {kind: rate for kind, rate in rates.items() if rate < FLOORS.get(kind, STRUCTURED)} == {}
    assert touching / spans > 0.99


def test_questions_without_personal_data_are_left_alone(
    redactor: Redactor, shared_data: Path
) -> None:
    entries = (shared_data / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in entries]
    texts = {str(number): (text,) for number, text in enumerate(questions)}
    found = redactor.redact_conversations(texts, ignore)
    touched = [name for name, (message,) in found.items() if message.spans]
    assert len(touched) <= 0.003 * len(questions)


def test_public_places_in_conversations_lose_few_words_to_names(
    redactor: Redactor, shared_data: Path
) -> None:
    path = shared_data / "dialogues" / "crosswoz_val.jsonl"
    conversations: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[:1500]:
        row = json.loads(line)
        conversations.setdefault(row["session"], []).append(row["text"])
    found = redactor.redact_conversations(conversations, ignore)
    messages = [message for part in found.values() for message in part]
    named = sum(any(span.type == "person" for span in message.spans) for message in messages)
    assert named / len(messages) < 0.045
    assert sum(bool(message.residue) for message in messages) == 0
