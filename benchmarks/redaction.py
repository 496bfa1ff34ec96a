"""Redaction measured: `python benchmarks/redaction.py` prints coverage beside plain Presidio,
what is touched in conversations without private data, and the speed of one core.

A labelled entity counts as covered when every one of its characters was replaced.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.dialogues.logs import log_files, open_log
from pipelines.dialogues.readers import read_messages
from pipelines.records import Message
from pipelines.redaction import Redactor
from pipelines.sources_toml import load_settings

CHECKOUT = Path(__file__).resolve().parent.parent
DATA = CHECKOUT.parent / "shared" / "data"

KEY = b"benchmark key, not a secret"

Spans = list[tuple[str, int, int]]
Finder = Callable[[Sequence[str]], list[Spans]]


def our_finder(redactor: Redactor) -> Finder:
    """Return Sanku's redaction as a function from texts to spans."""

    def find(texts: Sequence[str]) -> list[Spans]:
        conversations = {str(number): (text,) for number, text in enumerate(texts)}
        redacted = redactor.redact_conversations(conversations, lambda _: None)
        return [
            [(span.type, span.start, span.end) for span in messages[0].spans]
            for messages in redacted.values()
        ]

    return find


def presidio_finder() -> Finder:
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

    def find(texts: Sequence[str]) -> list[Spans]:
        return [
            [(item.entity_type, item.start, item.end) for item in analyzer.analyze(text, "zh")]
            for text in texts
        ]

    return find


def coverage(rows: Iterable[Mapping[str, Any]], found: Sequence[Spans]) -> dict[str, float]:
    """Return percent covered by type and in all, characters leaked, and span precision."""
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    leaked = characters = touching = spans_seen = 0
    for row, spans in zip(rows, found, strict=True):
        text, entities = row["text"], row["entities"]
        taken = bytearray(len(text))
        for _, start, end in spans:
            taken[start:end] = b"\1" * (end - start)
        for entity in entities:
            part = taken[entity["start"] : entity["end"]]
            total[entity["type"]] += 1
            hit[entity["type"]] += all(part)
            characters += len(part)
            leaked += part.count(0)
        for _, start, end in spans:
            spans_seen += 1
            touching += any(start < item["end"] and item["start"] < end for item in entities)
    table = {kind: 100 * hit[kind] / total[kind] for kind in sorted(total)}
    table["ALL"] = 100 * sum(hit.values()) / sum(total.values())
    table["leaked characters"] = 100 * leaked / characters
    table["span precision"] = 100 * touching / max(1, spans_seen)
    return table


def labelled(name: str) -> list[dict[str, Any]]:
    """Return the rows of a labelled set."""
    with (DATA / "pii" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def conversations() -> dict[str, list[str]]:
    """Return the CrossWOZ dialogues, whose only phones and addresses are public ones."""
    messages: defaultdict[str, list[str]] = defaultdict(list)
    with (DATA / "dialogues" / "crosswoz_val.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            messages[row["session"]].append(row["text"])
    return messages


def sample_conversations() -> dict[str, list[str]]:
    """Return the sample company's logs, with personal data and with as many repeats as a chat."""
    settings = load_settings(CHECKOUT / "kb_sources" / "sources.toml", environ={})
    messages: defaultdict[str, list[str]] = defaultdict(list)
    for source in settings.dialogues:
        for file in log_files(source, settings, KEY)[0]:
            with open_log(file) as handle:
                for record in read_messages(file.path, handle, source, KEY):
                    if isinstance(record, Message):
                        messages[record.conversation].append(record.text)
    return messages


def print_table(title: str, columns: Mapping[str, Mapping[str, float]]) -> None:
    """Print one row per measure and one column per tool."""
    print(f"\n{title}\n{'':22}" + "".join(f"{name:>12}" for name in columns))
    for measure in next(iter(columns.values())):
        print(f"{measure:22}" + "".join(f"{column[measure]:12.2f}" for column in columns.values()))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what was not covered")
    parser.add_argument("--touched", action="store_true", help="print what was touched in CrossWOZ")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"`{DATA}` is not there: the data sets are not beside this checkout.")
    # Presidio's own e-mail recognizer else asks publicsuffix.org; read when it is first imported.
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    redactor = Redactor(KEY)
    finders = {"sanku": our_finder(redactor), "presidio": presidio_finder()}
    for name in ("pii_bench_zh_dev", "pii_bench_zh_chat_dev"):
        rows = labelled(name)
        texts = [str(row["text"]) for row in rows]
        found = {tool: find(texts) for tool, find in finders.items()}
        print_table(
            f"{name}: percent of entities covered, {len(rows)} texts",
            {tool: coverage(rows, spans) for tool, spans in found.items()},
        )
        if options.misses:
            print_misses(rows, found["sanku"])
    measure_conversations("crosswoz_val", conversations(), redactor, show=options.touched)
    measure_conversations("sample logs", sample_conversations(), redactor, show=False)


def print_misses(rows: Iterable[Mapping[str, Any]], found: Sequence[Spans]) -> None:
    """Print the entities that are not covered; the data is synthetic."""
    for row, spans in zip(rows, found, strict=True):
        covered = {place for _, start, end in spans for place in range(start, end)}
        entities = row["entities"]
        for entity in entities:
            if not covered.issuperset(range(entity["start"], entity["end"])):
                print(f"  {entity['type']:14}{entity['text']}  in  {row['text']}  found {spans}")


def measure_conversations(
    title: str, messages: Mapping[str, Sequence[str]], redactor: Redactor, *, show: bool
) -> None:
    """Print what is touched in conversations, and messages per second of CPU time."""
    count = sum(map(len, messages.values()))
    redactor.redact("预热，电话13800138000")
    started = time.process_time()
    redacted = redactor.redact_conversations(messages, lambda _: None)
    seconds = time.process_time() - started
    touched: Counter[str] = Counter()
    residues = 0
    for name, parts in redacted.items():
        for text, part in zip(messages[name], parts, strict=True):
            residues += bool(part.residue)
            touched.update({span.type for span in part.spans})
            if show and part.spans:
                print("  ", [(span.type, text[span.start : span.end]) for span in part.spans], text)
    characters = sum(len(text) for texts in messages.values() for text in texts)
    print(
        f"\n{title}: {count} messages of {characters / count:.0f} characters, {residues}"
        f" with residue"
    )
    for kind, number in touched.most_common():
        print(f"  messages with {kind:14}{100 * number / count:6.2f} %")
    print(f"  {count / seconds:,.0f} messages/s and core, {characters / seconds:,.0f} characters/s")


if __name__ == "__main__":
    main()
