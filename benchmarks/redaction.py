"""Redaction measured: `python benchmarks/redaction.py` prints, in one run, what Sanku covers beside
plain Presidio and argus-redact, what each touches of messages without personal data, and the speed.

A labelled entity counts as covered when every one of its characters was replaced. The sets in
`benchmarks/pii` were written by three people who never saw the rules; the misses of `tuned_*` were
looked at while the rules were written, those of `first_look` after its figures in
`docs/redaction.md` stood. `pii_bench_zh_*` are argus-redact's own, made from its templates.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.redaction import Redactor

CHECKOUT = Path(__file__).resolve().parent.parent
PII = CHECKOUT / "benchmarks" / "pii"
SHARED = CHECKOUT.parent / "shared" / "data"
KEY = b"benchmark key, not a secret"
FOLDERS = ("tuned_1", "tuned_2", "first_look")
UNSTRUCTURED = {"person", "address"}

Spans = list[tuple[str, int, int]]
Conversations = Mapping[str, Sequence[str]]
Finder = Callable[[Conversations], dict[str, list[Spans]]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message, and what of it is personal: type, start and end of each entity."""

    text: str
    entities: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class PiiSet:
    """A labelled set: conversations by name, each of one message or more."""

    name: str
    conversations: Mapping[str, Sequence[Labelled]]

    def texts(self) -> Conversations:
        """Return the messages alone."""
        return {name: [one.text for one in said] for name, said in self.conversations.items()}


def read_set(file: Path, name: str) -> PiiSet:
    """Return the set in a JSONL file of messages, or of conversations with `messages`."""
    conversations = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            conversations[str(row["id"])] = [
                Labelled(
                    said["text"],
                    tuple(
                        (item["type"], item["start"], item["end"])
                        for item in said.get("entities", ())
                    ),
                )
                for said in row.get("messages", [row])
            ]
    return PiiSet(name, conversations)


def sets() -> Iterator[PiiSet]:
    """Yield the labelled sets that are there."""
    for folder in FOLDERS:
        for part in ("messages", "matrix", "conversations"):
            file = PII / folder / f"{part}.jsonl"
            if file.exists():
                yield read_set(file, f"{folder} {part}")
    for name in ("pii_bench_zh_dev", "pii_bench_zh_chat_dev"):
        file = SHARED / "pii" / f"{name}.jsonl"
        if file.exists():
            yield read_set(file, name)


def clean_sets() -> Iterator[PiiSet]:
    """Yield the sets without personal data; CrossWOZ has public phones and addresses."""
    for folder in FOLDERS:
        yield read_set(PII / folder / "clean.jsonl", f"{folder} clean")
    questions = SHARED / "faq" / "entries_zh.jsonl"
    if questions.exists():
        rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
        yield PiiSet("FAQ questions", {row["id"]: [Labelled(row["question"], ())] for row in rows})
    yield from crosswoz()


def crosswoz() -> Iterator[PiiSet]:
    """Yield CrossWOZ's service dialogues, if they are there."""
    file = SHARED / "dialogues" / "crosswoz_val.jsonl"
    if file.exists():
        messages: defaultdict[str, list[Labelled]] = defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            messages[row["session"]].append(Labelled(row["text"], ()))
        yield PiiSet("CrossWOZ", messages)


def sanku() -> Finder:
    """Return Sanku's redaction as a function from conversations to spans."""
    redactor = Redactor(KEY)

    def find(conversations: Conversations) -> dict[str, list[Spans]]:
        redacted = redactor.redact_conversations(conversations, lambda _: None)
        return {
            name: [[(span.type, span.start, span.end) for span in one.spans] for one in said]
            for name, said in redacted.items()
        }

    return find


def presidio() -> Finder:
    """Return Presidio with its own recognizers for `zh`, no model, as such a function."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    registry = RecognizerRegistry(supported_languages=["zh"])
    registry.load_predefined_recognizers(languages=["zh"])
    # It reads the spaCy model that there is none of.
    registry.remove_recognizer("SpacyRecognizer")
    analyzer = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine([{"lang_code": "zh", "model_name": "none"}]),
        supported_languages=["zh"],
    )

    def spans(text: str) -> Spans:
        return [(item.entity_type, item.start, item.end) for item in analyzer.analyze(text, "zh")]

    return _by_message(spans)


def argus() -> Finder | None:
    """Return argus-redact without a model as such a function; None where it is not installed."""
    try:
        from argus_redact import redact
    except ImportError:
        return None

    def spans(text: str) -> Spans:
        found: Any = redact(text, mode="fast", lang="zh", report=True)
        return [
            (item["type"], item["start"], item["end"])
            for item in found.entities
            if item["type"] != "self_reference"  # it marks every `我`
        ]

    return _by_message(spans)


TOOLS: Mapping[str, Callable[[], Finder | None]] = {
    "sanku": sanku,
    "presidio": presidio,
    "argus": argus,
}


def _by_message(spans: Callable[[str], Spans]) -> Finder:
    return lambda conversations: {
        name: [spans(text) for text in said] for name, said in conversations.items()
    }


def coverage(labelled: PiiSet, found: Mapping[str, list[Spans]]) -> dict[str, float]:
    """Return percent covered by type, characters leaked, and percent of spans that touch one."""
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    leaked: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    touching = seen = 0
    for name, said in labelled.conversations.items():
        for one, spans in zip(said, found[name], strict=True):
            taken = bytearray(len(one.text))
            for _, start, end in spans:
                taken[start:end] = b"\1" * (end - start)
                seen += 1
                touching += any(start < last and first < end for _, first, last in one.entities)
            for kind, start, end in one.entities:
                part = taken[start:end]
                groups = (kind, "all", "structured" if kind not in UNSTRUCTURED else "")
                for group in filter(None, groups):
                    total[group] += 1
                    hit[group] += all(part)
                    characters[group] += len(part)
                    leaked[group] += part.count(0)
    first = [name for name in ("structured", "person", "address", "all") if total[name]]
    rest = sorted(total.keys() - set(first))
    table = {name: 100 * hit[name] / total[name] for name in (*first, *rest)}
    for name in ("address", "all"):
        if total[name]:
            table[f"{name}: characters leaked"] = 100 * leaked[name] / characters[name]
    table["span precision"] = 100 * touching / max(1, seen)
    return table


def touched(clean: PiiSet, found: Mapping[str, list[Spans]]) -> float:
    """Return the percentage of messages of which anything was replaced."""
    messages = [spans for said in found.values() for spans in said]
    return 100 * sum(map(bool, messages)) / len(messages)


def print_table(title: str, columns: Mapping[str, Mapping[str, float]]) -> None:
    """Print one row per measure and one column per tool."""
    print(f"\n{title}\n{'':28}" + "".join(f"{name:>12}" for name in columns))
    for measure in next(iter(columns.values())):
        print(f"{measure:28}" + "".join(f"{column[measure]:12.2f}" for column in columns.values()))


def print_misses(labelled: PiiSet, found: Mapping[str, list[Spans]]) -> None:
    """Print what is not covered, and what was covered for nothing; the data is made up."""
    for name, said in labelled.conversations.items():
        for one, spans in zip(said, found[name], strict=True):
            covered = {place for _, start, end in spans for place in range(start, end)}
            for kind, start, end in one.entities:
                if not covered.issuperset(range(start, end)):
                    print(f"  missed {kind:12}{one.text[start:end]!r} in {one.text!r}")
            for kind, start, end in spans:
                if not any(start < last and first < end for _, first, last in one.entities):
                    print(f"  false  {kind:12}{one.text[start:end]!r} in {one.text!r}")


def print_speed(tools: Iterable[str], of: PiiSet) -> None:
    """Print messages per second of CPU time, on one core, of tools that have seen nothing yet."""
    texts = of.texts()
    count = sum(map(len, texts.values()))
    characters = sum(len(text) for said in texts.values() for text in said)
    print(f"\nspeed on {of.name}: {count} messages of {characters / count:.0f} characters")
    for tool in tools:
        if (find := TOOLS[tool]()) is not None:
            find({"": ["预热，电话13800138000"]})
            started = time.process_time()
            find(texts)
            rate = count / (time.process_time() - started)
            print(f"{tool:28}{rate:12,.0f} messages/s and core")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", metavar="SET", help="print what was missed in a set")
    parser.add_argument("--alone", action="store_true", help="measure Sanku only")
    options = parser.parse_args()
    # Presidio's own e-mail recognizer else asks publicsuffix.org; read when it is first imported.
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    made = {tool: make() for tool, make in TOOLS.items() if tool == "sanku" or not options.alone}
    finders = {tool: find for tool, find in made.items() if find is not None}
    if len(finders) < len(made):
        print("argus-redact is not there: `pip install argus-redact==0.8.22`", file=sys.stderr)
    for labelled in sets():
        if options.misses and labelled.name != options.misses:
            continue
        found = {tool: find(labelled.texts()) for tool, find in finders.items()}
        messages = sum(map(len, labelled.conversations.values()))
        title = f"{labelled.name}: percent of entities covered, {messages} messages"
        print_table(title, {tool: coverage(labelled, spans) for tool, spans in found.items()})
        if options.misses:
            print_misses(labelled, found["sanku"])
    if options.misses:
        return
    print_touched(finders, clean_sets())
    for spoken in crosswoz():
        print_speed(finders, spoken)


def print_touched(finders: Mapping[str, Finder], clean: Iterable[PiiSet]) -> None:
    """Print the percentage of messages without private data that each tool alters."""
    print(f"\nmessages touched, percent\n{'':28}" + "".join(f"{name:>12}" for name in finders))
    for one in clean:
        figures = [touched(one, find(one.texts())) for find in finders.values()]
        print(f"{one.name:28}" + "".join(f"{figure:12.2f}" for figure in figures))


if __name__ == "__main__":
    main()
