"""Questions about releases told from all others: `python benchmarks/release_questions.py` tells of
messages that nobody learned from, and that no rule was written for, how many are taken for what
they ask.

Two sets, each written with nothing of Sanku's in view but a changelog; `none` are messages that ask
for no release and mostly look as if they did (`升级到 3.2 后打不开了怎么办`).
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from pipelines.version_questions import version_question, version_question_after
from pipelines.version_questions.heard import KINDS

QUESTIONS = Path(__file__).resolve().parent / "questions"
LANGUAGES = ("zh", "en")
# Of what asks about releases, the share that is taken for it, and of what does not, that is not:
# what was measured, less a few.
FLOORS = {"zh": (0.78, 0.89), "en": (0.69, 0.82)}


def main() -> None:
    """Tell by language and kind; with `--floors`, fail below what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", action="store_true", help="fail below what was measured")
    parser.add_argument("--show", action="store_true", help="print what is taken for another")
    arguments = parser.parse_args()
    missed = []
    for language in LANGUAGES:
        asked: Counter[str] = Counter()
        right: Counter[str] = Counter()
        by_rules: Counter[str] = Counter()
        file = QUESTIONS / f"releases_{language}.jsonl"
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            kind, rule = row["kind"], version_question(row["text"])
            found = version_question_after(row["text"], ())
            heard = found.kind if found else "none"
            asked[kind] += 1
            right[kind] += heard == kind
            by_rules[kind] += (rule.kind if rule else "none") == kind
            if arguments.show and heard != kind:
                print(f"{kind:12} heard {heard:12} {row['text']}")
        for kind in KINDS:
            share, rules = right[kind] / asked[kind], by_rules[kind] / asked[kind]
            print(f"{language} {kind:12} {asked[kind]:4}  {share:.2f}  by rules alone {rules:.2f}")
        about = [kind for kind in KINDS if kind != "none"]
        share = sum(right[kind] for kind in about) / sum(asked[kind] for kind in about)
        others = right["none"] / asked["none"]
        print(f"{language} about releases {share:.3f}, others {others:.3f}")
        least = FLOORS[language]
        if share < least[0] or others < least[1]:
            missed.append(f"{language}: {share:.3f}, {others:.3f} below {least}")
    if arguments.floors and missed:
        sys.exit("fewer questions about releases are heard: " + "; ".join(missed))


if __name__ == "__main__":
    main()
