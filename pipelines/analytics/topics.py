"""Questions that are the same but for their wording, counted as one."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.conversation_log import shown_question
from pipelines.terms import query_terms
from pipelines.text import fold

# What small words turn round, which a search does without: `turn on` and `turn off`, 不能退款.
_PARTICLE = re.compile(
    r"\b(?:(?:turn|switch)(?:ed|ing)?(?: \w+){0,2}? (on|off)"
    r"|(?:sign|log)(?:g?ing|ged|ed)? (in|out|up))\b"
)
_DENIED = re.compile(
    # 导出不了, 登不上, 打不出来, and neither 不了解 nor 怎么上传 with 不上传; who cannot find a
    # button asks where it is.
    r"(?<!能)不能|(?<!可)不可以|(?<=[\u4e00-\u9fff])不(?:了(?!解)|上(?!传)|出)|无法|没法|失败|报错|"
    r"\b(?:can ?not|not|unable)\b|n['’]t\b|\bfail(?:s|ed|ing|ure)?\b"
)
_DENIAL = "~not"

TOP = 20
"""How many questions a list of them holds at most."""

# Cosine of rare words from which two questions are one; set by hand. Below it, questions on one
# thing run together: what it costs, and how it is switched on. Vectors do not tell these apart
# from the same question in other words either (`benchmarks/topics.py`), and are not asked.
_SAME = 0.7
# Compared each with each; the rest, which were asked least, stand for themselves.
_MOST_COMPARED = 5_000


@dataclass(frozen=True, slots=True)
class Topic:
    """A question in whatever words it was asked, and how often."""

    example: str
    """Its most frequent wording, redacted, as one line."""
    count: int
    wordings: int
    """In how many different ways it was written."""
    days: int
    """On how many days it was asked."""
    last: date
    """The last of these days."""
    reasons: Mapping[str, int]
    """Why it was not answered: reason codes with their counts, the most frequent first."""
    said: frozenset[str]
    """Every wording, as one line; never shown, and there to know the topic again by."""


def topics(asked: pa.Table, top: int = TOP) -> tuple[Topic, ...]:
    """Return the questions of `asked` that were asked most, the same in other words as one.

    `asked` has the columns `question`, `day` and `reason`; withheld questions, whose text is
    empty, are left out. The same rows give the same topics, in whatever order.
    """
    asked = asked.filter(pc.not_equal(asked["question"], ""))
    if not len(asked):
        return ()
    counts = pc.value_counts(asked["question"].combine_chunks())
    texts = counts.field("values").to_pylist()
    often = dict(zip(texts, counts.field("counts").to_pylist(), strict=True))
    leaders = _leaders(often)
    by_text = pa.table({"question": texts, "example": [leaders[text] for text in texts]})
    rows = asked.select(["question", "day", "reason"]).join(by_text, "question")
    whole = rows.group_by("example").aggregate(
        [
            ("question", "count"),
            ("question", "count_distinct"),
            ("day", "count_distinct"),
            ("day", "max"),
        ]
    )
    order = [("question_count", "descending"), ("day_max", "descending")]
    most = whole.sort_by([*order, ("example", "ascending")]).slice(0, top)
    rows = rows.filter(pc.is_in(rows["example"], most["example"].combine_chunks()))
    reasons, said = _reasons(rows), _said(rows)
    return tuple(
        Topic(
            shown_question(row["example"]),
            row["question_count"],
            row["question_count_distinct"],
            row["day_count_distinct"],
            row["day_max"],
            reasons[row["example"]],
            said[row["example"]],
        )
        for row in most.to_pylist()
    )


def _reasons(rows: pa.Table) -> dict[str, dict[str, int]]:
    counted = rows.group_by(["example", "reason"]).aggregate([("question", "count")])
    counted = counted.sort_by([("question_count", "descending"), ("reason", "ascending")])
    found: dict[str, dict[str, int]] = {}
    for row in counted.to_pylist():
        found.setdefault(row["example"], {})[row["reason"]] = row["question_count"]
    return found


def _said(rows: pa.Table) -> dict[str, frozenset[str]]:
    wordings = rows.group_by("example").aggregate([("question", "distinct")]).to_pylist()
    return {
        row["example"]: frozenset(map(shown_question, row["question_distinct"])) for row in wordings
    }


def _leaders(often: Mapping[str, int]) -> dict[str, str]:
    """Return, for each text, the text that it is counted under."""
    groups: dict[tuple[str, ...], list[str]] = {}
    # The most frequent wording stands first in its group, and so gives it its name.
    for text in sorted(often, key=lambda text: (-often[text], text)):
        groups.setdefault(telling_words(text), []).append(text)
    keys = sorted(groups, key=lambda key: (-sum(often[t] for t in groups[key]), groups[key][0]))
    compared = keys[:_MOST_COMPARED]
    chosen = _first_alike(compared)
    return {
        text: groups[compared[chosen[place]]][0] if place < len(compared) else groups[key][0]
        for place, key in enumerate(keys)
        for text in groups[key]
    }


def telling_words(text: str) -> tuple[str, ...]:
    """Return the words of a question that tell it from others; of signs only, the text itself."""
    folded = fold(text)
    told = {f"~{match[1] or match[2]}" for match in _PARTICLE.finditer(folded)}
    if _DENIED.search(folded):
        told.add(_DENIAL)
    return tuple(sorted({*query_terms(text).split(), *told})) or (folded,)


def _first_alike(keys: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    """Return, for each set of words, the place of the first that is the same, maybe its own."""
    from scipy.sparse import csr_array

    spread = Counter(word for key in keys for word in key)
    places = {word: place for place, word in enumerate(sorted(spread))}
    weights = {word: math.log(1 + len(keys) / count) for word, count in spread.items()}
    data = np.array([weights[word] for key in keys for word in key])
    columns = np.array([places[word] for key in keys for word in key])
    ends = np.cumsum([0, *(len(key) for key in keys)])
    lengths = np.sqrt(np.add.reduceat(data**2, ends[:-1]))
    data /= np.repeat(lengths, np.diff(ends))
    matrix = csr_array((data, columns, ends), shape=(len(keys), len(places)))
    alike = matrix @ matrix.T
    first = np.full(len(keys), -1)
    for place in range(len(keys)):
        if first[place] < 0:
            row = slice(alike.indptr[place], alike.indptr[place + 1])
            near = alike.indices[row][alike.data[row] >= _SAME]
            free = near[first[near] < 0]
            # 取消 and 设置, 企业版 and 团队版: a word in place of another asks something
            # else, and weighs little where many ask of it.
            first[[one for one in free if _adds_only(keys[one], keys[place])]] = place
            first[place] = place
    return first


def _adds_only(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one of two sets of words holds all of the other, and denies nothing of it."""
    if (_DENIAL in one) != (_DENIAL in other):
        return False
    return set(one) <= set(other) or set(other) <= set(one)
