"""Floors on the sets that others wrote, a little under what was measured; halves, to be quick."""

from itertools import islice

import pytest

from benchmarks.redaction import PII, PiiSet, coverage, read_set, touched
from pipelines.redaction import Redactor
from pipelines.redaction.findings import Span

pytestmark = pytest.mark.long
Found = dict[str, list[list[tuple[str, int, int]]]]


def half(name: str) -> PiiSet:
    """Return every second conversation of a set such as `tuned_1/messages`."""
    whole = read_set(PII / f"{name}.jsonl", name)
    return PiiSet(name, dict(islice(whole.conversations.items(), 0, None, 2)))


def found(redactor: Redactor, labelled: PiiSet) -> Found:
    def place(span: Span) -> tuple[str, int, int]:
        return span.type, span.start, span.end

    redacted = redactor.redact_conversations(labelled.texts(), lambda _: None)
    return {name: [[*map(place, one.spans)] for one in said] for name, said in redacted.items()}


@pytest.mark.parametrize(
    ("name", "structured", "person", "address"),
    [
        ("tuned_1/messages", 99.5, 97.0, 98.0),
        ("tuned_2/messages", 99.5, 97.0, 98.0),
        ("first_look/messages", 98.0, 97.0, 97.0),
        ("tuned_1/conversations", 98.0, 96.0, 92.0),
        ("tuned_2/conversations", 98.0, 96.0, 92.0),
        ("first_look/conversations", 97.0, 93.0, 92.0),
    ],
)
def test_labelled_entities_are_covered(
    redactor: Redactor, name: str, structured: float, person: float, address: float
) -> None:
    labelled = half(name)
    figures = coverage(labelled, found(redactor, labelled))
    assert figures["structured"] >= structured
    assert figures["person"] >= person
    assert figures["address"] >= address
    assert figures["address: characters leaked"] <= 5
    assert figures["span precision"] >= 99


def test_every_structured_type_is_found_in_every_way_that_it_is_written(redactor: Redactor) -> None:
    labelled = half("tuned_1/matrix")
    figures = coverage(labelled, found(redactor, labelled))
    assert figures["structured"] >= 99.5
    assert figures["span precision"] >= 99


@pytest.mark.parametrize(
    ("name", "most"), [("tuned_1", 0.3), ("tuned_2", 0.3), ("first_look", 0.5)]
)
def test_messages_without_personal_data_are_left_alone(
    redactor: Redactor, name: str, most: float
) -> None:
    clean = half(f"{name}/clean")
    assert touched(clean, found(redactor, clean)) <= most
