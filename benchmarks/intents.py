"""What messages are for, measured: `python benchmarks/intents.py` tells of messages that nobody
learned from how many are taken for what they are.

Four sets in two languages, each written by reading nothing of Sanku's: `hard`, whose questions
mostly use the words of something else (`怎么联系人工客服`); `days`, whole days at two help desks;
`people`, what thirty customers type in a week; and `short`, of one to four words.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from pipelines.intent import KINDS, intent_of

QUESTIONS = Path(__file__).resolve().parent / "questions"
LANGUAGES = ("zh", "en")
# Of all sets of a language: what was measured, less a few.
FLOORS = {"zh": 0.94, "en": 0.93}


def main() -> None:
    """Tell by language, set and kind; with `--floors`, fail below what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", action="store_true", help="fail below what was measured")
    parser.add_argument("--show", action="store_true", help="print what is taken for another")
    arguments = parser.parse_args()
    missed = []
    for language in LANGUAGES:
        asked: Counter[tuple[str, str]] = Counter()
        right: Counter[tuple[str, str]] = Counter()
        file = QUESTIONS / f"intents_{language}.jsonl"
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            heard = intent_of(row["text"])
            asked[row["set"], row["kind"]] += 1
            right[row["set"], row["kind"]] += heard == row["kind"]
            if arguments.show and heard != row["kind"]:
                print(f"{row['set']:6} {row['kind']:15} heard {heard:15} {row['text']}")
        for name in dict.fromkeys(name for name, _ in asked):
            shares = (
                f"{kind} {right[name, kind] / count:.3f} of {count:3}"
                for kind in KINDS
                if (count := asked[name, kind])
            )
            print(f"{language} {name:6}", "  ".join(shares))
        share = right.total() / asked.total()
        print(f"{language} all    {share:.3f} of {asked.total()}")
        if share < FLOORS[language]:
            missed.append(f"{language} {share:.3f} < {FLOORS[language]:g}")
    if arguments.floors and missed:
        sys.exit(f"missed: {'; '.join(missed)}")


if __name__ == "__main__":
    main()
