"""What a message of a chat is for: `python benchmarks/remarks.py` tells of chats that nobody
learned from, and that no rule was written for, which messages are taken for answers and questions.

An answer that is not taken for one is lost, and a courtesy that is taken for an answer is one more
in the index. Both sets of chats were written with nothing of Sanku's in view.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from pipelines.dialogues.remarks import asks_nothing, is_of_one_customer, says_something, tells

QUESTIONS = Path(__file__).resolve().parent / "questions"
LANGUAGES = ("zh", "en")
WORTH = {"agent": "answer", "customer": "question"}
# Of answers and of questions the share that is kept, and of other messages of agents and customers
# the share that is not: what was measured, less a few.
FLOORS = {"zh": (0.97, 0.81, 0.94, 0.81), "en": (0.95, 0.6, 0.93, 0.64)}

Message = dict[str, Any]


def is_kept(message: Message, before: Message | None) -> bool:
    """Tell whether a message is taken for an answer, or for a question."""
    text = message["text"]
    if message["by"] == "agent":
        return says_something(text) and not is_of_one_customer(text)
    told = before is not None and before["by"] == "agent" and tells(text, before["text"])
    return not (told or asks_nothing(text))


def main() -> None:
    """Tell by language and kind; with `--floors`, fail below what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", action="store_true", help="fail below what was measured")
    parser.add_argument("--show", action="store_true", help="print what is taken for another")
    arguments = parser.parse_args()
    missed = []
    for language in LANGUAGES:
        said: Counter[tuple[str, str]] = Counter()
        kept: Counter[tuple[str, str]] = Counter()
        before: Message | None = None
        file = QUESTIONS / f"chats_{language}.jsonl"
        for message in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if before and before["chat"] != message["chat"]:
                before = None
            kind = (message["by"], message["kind"])
            found = is_kept(message, before)
            said[kind] += 1
            kept[kind] += found
            if arguments.show and found is not (WORTH[kind[0]] == kind[1]):
                print(f"{' '.join(kind):18} {message['text']}")
            before = message
        for kind in sorted(said):
            share = kept[kind] / said[kind]
            print(f"{language} {' '.join(kind):18} {said[kind]:4}  kept {share:.2f}")
        shares = []
        for by, worth in WORTH.items():
            others = [kind for kind in said if kind[0] == by and kind[1] != worth]
            left_out = 1 - sum(kept[kind] for kind in others) / sum(said[kind] for kind in others)
            shares += [kept[by, worth] / said[by, worth], left_out]
        print(
            f"{language} answers kept {shares[0]:.3f}, other messages left out {shares[1]:.3f}; "
            f"questions kept {shares[2]:.3f}, others left out {shares[3]:.3f}"
        )
        if any(share < least for share, least in zip(shares, FLOORS[language], strict=True)):
            missed.append(f"{language}: {shares} below {FLOORS[language]}")
    if arguments.floors and missed:
        sys.exit("messages of chats are taken for others: " + "; ".join(missed))


if __name__ == "__main__":
    main()
