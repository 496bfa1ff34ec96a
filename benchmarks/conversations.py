"""Whole conversations measured: `python benchmarks/conversations.py` publishes the sample company
in a temporary folder, or takes the one published in `--warehouse DIR`, and asks it conversations
that were written blind, by reading nothing but its FAQ and its CHANGELOG. It answers without a
language model, and prints by kind how often the last message got what it should: an answer that
shows a right record, a refusal, a courtesy, or a person. A refusal of what has an answer is not
right; beside, it prints how many of these offered a right question to pick, and how many due
refusals offered any.

Each row names in `of` all the records that answer: an FAQ entry by its question, a change as
`2.4.0: part of what it says`, and what is new in a release as `2.4.0`.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.answer import Answer, Answerer
from pipelines.followup import Turn
from pipelines.search.searcher import published_searcher
from pipelines.sources_toml import load_settings
from pipelines.text import fold
from pipelines.warehouse import Warehouse

QUESTIONS = Path(__file__).resolve().parent / "questions"
SANKU = Path(sys.executable).with_name("sanku")
SETS = ("zh", "en", "second_zh", "second_en", "stories_zh", "stories_en")
# What was measured, less a few.
FLOORS = {
    "zh": 0.83,
    "en": 0.66,
    "second_zh": 0.86,
    "second_en": 0.81,
    "stories_zh": 0.47,
    "stories_en": 0.36,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One conversation, and what its last message got."""

    row: dict[str, Any]
    answer: Answer
    got: str
    """`answer`, `refuse`, `greeting`, `closing`, `no_words` or `handoff`."""
    is_right: bool


def wanted(row: dict[str, Any]) -> tuple[str, ...]:
    """Return what would be right."""
    want = row["want"]
    return (want,) if isinstance(want, str) else tuple(want)


def got(answer: Answer, closing: Sequence[str]) -> str:
    """Return the kind of an answer, by the names of the rows."""
    if answer.reason == "greeting":
        return "closing" if answer.text in closing else "greeting"
    if answer.reason == "no_words":
        return "no_words"
    return answer.decision if answer.decision in ("refuse", "handoff") else "answer"


def shows(answer: Answer, of: Sequence[str]) -> bool:
    """Tell whether an answer shows a record of `of`."""
    told = {fold(citation.title) for citation in answer.citations}
    for one in of:
        release, colon, part = one.partition(": ")
        if colon and release.replace(".", "").isdecimal():
            if fold(part) in fold(answer.text):
                return True
        elif fold(one) in told or (one[0].isdecimal() and one in answer.text):
            return True
    return False


async def talk(answerer: Answerer, says: Sequence[str]) -> Answer:
    """Return what the last of a customer's messages is answered."""
    history: list[Turn] = []
    for message in says:
        answer = await answerer.answer(message, history)
        history += [Turn("user", message), Turn("assistant", answer.text)]
    return answer


def outcomes(name: str, answerer: Answerer, closing: Sequence[str]) -> list[Outcome]:
    """Hold all conversations of a set."""
    file = QUESTIONS / f"conversations_{name}.jsonl"
    told = []
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        answer = asyncio.run(talk(answerer, row["say"]))
        kind = got(answer, closing)
        is_right = kind in wanted(row) and (kind != "answer" or shows(answer, row["of"]))
        told.append(Outcome(row, answer, kind, is_right))
    return told


def main() -> None:
    """Ask, tell; with `--floors`, fail where it got worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", type=Path, help="where the sample company is published")
    parser.add_argument("--floors", action="store_true", help="fail where it got worse")
    parser.add_argument("--show", action="store_true", help="print each that went wrong")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = arguments.warehouse or _published_in(folder)
        worse = measured(Warehouse(warehouse), show=arguments.show)
    if arguments.floors and worse:
        sys.exit(f"answers got worse: {', '.join(worse)}")


def _published_in(folder: str) -> Path:
    environment = os.environ | {"SANKU_WAREHOUSE": folder}
    subprocess.run([SANKU, "run"], env=environment, check=True)  # noqa: S603 - Sanku
    return Path(folder)


def measured(warehouse: Warehouse, *, show: bool) -> list[str]:
    """Print the figures of each set, and return the sets below their floor."""
    settings = load_settings()
    answerer = Answerer(settings, published_searcher(settings, warehouse))
    closing = [settings.says(text).closing for text in ("谢谢", "thanks")]
    worse = []
    for name in SETS:
        told = outcomes(name, answerer, closing)
        kinds = Counter(one.row["kind"] for one in told)
        right = Counter(one.row["kind"] for one in told if one.is_right)
        share = sum(right.values()) / len(told)
        print(f"{name}: {sum(right.values())} of {len(told)} right ({share:.3f})")
        print(f"  {_offers(told)}")
        for kind, count in kinds.items():
            print(f"  {kind:16}{right[kind]:4} of {count}")
        for one in (one for one in told if show and not one.is_right):
            _print(one)
        if share < FLOORS[name]:
            worse.append(name)
    return worse


def _offers(told: Sequence[Outcome]) -> str:
    """Return how many refusals offered questions to pick, of those that were due and not."""
    refused = [one for one in told if one.got == "refuse"]
    missed = [one for one in refused if wanted(one.row) == ("answer",)]
    right = [one for one in missed if set(one.answer.suggestions) & set(one.row["of"])]
    due = [one for one in refused if one.is_right]
    needless = [one for one in due if one.answer.suggestions]
    return (
        f"{len(right)} of {len(missed)} refusals that were not due offer a right question; "
        f"{len(needless)} of {len(due)} that were due offer some"
    )


def _print(one: Outcome) -> None:
    row, answer = one.row, one.answer
    print(f"{row['id']} {' | '.join(row['say'])}")
    print(f"    wanted {row['want']} {row['of']}")
    shown = " ".join(answer.text.split())[:160]
    print(f"    got {one.got} ({answer.decision}, {answer.reason}): {shown}")


if __name__ == "__main__":
    main()
