"""Learns what is asked about releases: `python benchmarks/learned_kinds/train_release_kinds.py`
reads the messages in `releases/` and writes `pipelines/version_questions/kinds.safetensors`, in
some seconds.

It learns as well from questions that were written for the built-in model, which ask for no release.
The messages by which `benchmarks/release_questions.py` measures are not among them.
"""

import json
from collections import Counter
from pathlib import Path

from kind_lessons import learn
from train_intent import written_questions

from pipelines.kinds.features import grams
from pipelines.version_questions.heard import KINDS, LEARNED, as_told

HERE = Path(__file__).resolve().parent
# What asks about releases weighs more: customers ask of other things, and there are more of these.
ABOUT_RELEASES = 1.5


def lessons() -> list[tuple[str, str]]:
    """Return what was written to learn from, each message and its kind."""
    told = []
    for file in sorted((HERE / "releases").glob("*.jsonl")):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        told += [(row["text"], row["kind"]) for row in rows]
    return told + [(question, "none") for question in written_questions()]


def main() -> None:
    """Learn, and write what was learned."""
    told = lessons()
    weights = [1.0 if kind == "none" else ABOUT_RELEASES for _, kind in told]
    found = [grams(as_told(text)) for text, _ in told]
    learn(told, found, KINDS, weights, LEARNED, written=len(told))
    print(dict(Counter(kind for _, kind in told)))


if __name__ == "__main__":
    main()
