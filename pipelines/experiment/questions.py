"""Which golden questions are asked in an experiment, and what is known to be right."""

import random
from collections.abc import Mapping, Sequence

from pipelines.evaluation.golden import GoldenQuestion
from pipelines.records import PERSONAL_TIERS
from pipelines.versions import Version

_LONGEST_REFERENCE = 1_500
_MOST_RECORDS = 2
NO_ANSWER = (
    "没有答案：对的回答是说明不知道，或请人工处理。\n"
    "There is no answer: right is to say so, or to hand over to a person."
)


def chosen(golden: Sequence[GoldenQuestion], count: int, seed: int) -> tuple[GoldenQuestion, ...]:
    """Return `count` questions, of every kind about as many, in the order of the file.

    The same seed with a larger count chooses the same ones and more.
    """
    kinds: dict[str, list[GoldenQuestion]] = {}
    for item in golden:
        kinds.setdefault(item.kind, []).append(item)
    toss = random.Random(seed)  # noqa: S311 - chooses questions, and no secret
    for items in kinds.values():
        toss.shuffle(items)
    turns = [
        (turn, kind, item.id)
        for kind, items in enumerate(kinds.values())
        for turn, item in enumerate(items)
    ]
    wanted = {key for _, _, key in sorted(turns)[:count]}
    return tuple(item for item in golden if item.id in wanted)


def references(version: Version, golden: Sequence[GoldenQuestion]) -> Mapping[str, str]:
    """Return question id -> what a right answer says, of the records that it expects.

    What was said in dialogues stays out: nothing of it is kept where `sanku forget` does not look.
    """
    columns = ("entry_id", "tier", "title", "version", "part", "text")
    rows = [row for row in version.rows(*columns).to_pylist() if row["tier"] not in PERSONAL_TIERS]
    first: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: (row["entry_id"], row["part"])):
        first.setdefault(row["entry_id"], row)  # its first part has the whole text
    return {item.id: _reference(item, list(first.values())) for item in golden}


def _reference(item: GoldenQuestion, records: Sequence[Mapping[str, str]]) -> str:
    if item.expect.refusal:
        return NO_ANSWER
    known = [
        f"{row['title']}\n{row['text']}"[:_LONGEST_REFERENCE]
        for row in records
        if item.expect.is_record
        and item.fits(row["tier"], row["title"], row["version"], row["text"])
    ]
    words = f"「{'」「'.join(item.must_contain)}」" if item.must_contain else ""
    return "\n\n".join([*known[:_MOST_RECORDS], words]).strip()
