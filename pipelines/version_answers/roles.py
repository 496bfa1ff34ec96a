"""What a change does to a subject: brings, ends, narrows, outdates, deprecates, fixes it, …"""

import re
from collections.abc import Sequence
from typing import Literal

from pipelines.changelog.categories import kind_of_change
from pipelines.chunks import Chunk
from pipelines.stale.parts import plans_in
from pipelines.stale.returns import RESTORES
from pipelines.text import fold
from pipelines.version_answers.words import Word

Role = Literal[
    "brings", "ends", "narrows", "outdates", "deprecates", "fixes", "alters", "improves"
]  # fmt: skip

_BY_KIND: dict[str, Role] = {
    "added": "brings",
    "removed": "ends",
    "deprecated": "deprecates",
    "fixed": "fixes",
    "security": "fixes",
    "changed": "alters",
    "performance": "alters",
}
# `:warning:` and the like say how a change is to be taken, not what it did.
_MARKS = re.compile(r"^(?::\w+:|\W)*+")
_IDLE = re.compile(
    r"\b(?:docs?|documentation|tests?|chores?|build|ci|deps|dependencies)\b|文档|测试"
)
# Where in a change something ends: what ends stands behind the one, and before the other.
_ENDING = re.compile(
    r"remov(?:e[sd]?|ing|al)\b|drop(?:s|ped)?\b|delet(?:e[sd]?|ing)\b|discontinued?\b|no longer\b|"
    r"(?:移除|删除|删掉|去掉|去除|关闭|下线|停止|停用|不再|取消|结束)(?!的)"
)
_ENDED = re.compile(
    r"(?:is|are|was|were|been|now) (?:\w+ )?(?:removed|dropped|gone)\b|[已被]经?(?:移除|删除|下线)"
)
_SAYS_IT_ENDS = re.compile(
    rf"no longer (?:support|compatib)|不再支持|停止支持|结束|{_ENDED.pattern}|"
    r"(?:^|[;；。.] ?)(?:remove|drop|delete)[sd]?\b"
)
# Only what is there is brought up to date.
_UPDATES = re.compile(r"(?:更新|优化|改进|update|improve|optimi[sz]e|refine)", re.IGNORECASE)
# `Windows 7` of Windows, `Node below 14` of Node: what ends is but a version of it. A stem is found
# without the ending of its word.
_OF_A_VERSION = re.compile(
    r"[a-z]*[`\"]?\s*(?:versions? )?(?:below |before |prior to |(?:older|earlier|lower) than )?v?\d"
)
_CLAUSE = re.compile(r"[。；;，,(\[:：]|\b(?:from|in favou?r of|instead|because|as)\b")


# What a change left behind: `从 30 天延长到 60 天`, `from 2 GB to 5 GB`.
_LEFT = re.compile(r"[从由][^，。；;]{1,24}?[到至为成]|\bfrom [^,;]{1,24}? to\b")


def role_of(chunk: Chunk, there: Sequence[Word], subject: str) -> Role:
    """Return what a change does to `subject`, of whose words it holds those `there`.

    The change's own first verb tells more than the heading above it: `Features` has removals too.
    """
    text = fold(chunk.text)
    kept, numbers = _LEFT.sub(" ", text), [word for word in there if word.is_number]
    if any(word.stands_in(text, ()) and not word.stands_in(kept, ()) for word in numbers):
        return "outdates"
    named = _patterns(there)
    bare = _MARKS.sub("", chunk.text)
    told = kind_of_change("", bare)
    is_sure = chunk.change in ("removed", "deprecated") or told == "other"
    # A name alone, in a list of what is there, was brought.
    unsaid: Role = "alters" if _IDLE.search(fold(chunk.category)) else "brings"
    role = _BY_KIND.get(chunk.change if is_sure else told, unsaid)
    says_it_ends = _SAYS_IT_ENDS.search(text) or (role == "alters" and "移除" in text)
    if role == "ends" or (says_it_ends and role in ("brings", "alters")):
        is_told_above = chunk.change == "removed"
        found = _ended_in(text, named, is_told_above=is_told_above)
        if not found:
            return "alters"
        is_of_a_version = any(_OF_A_VERSION.match(one.string, one.end()) for one in found)
        return "narrows" if is_of_a_version or _is_of_a_part(chunk, subject) else "ends"
    is_update = role == "alters" and _UPDATES.match(bare)
    return "improves" if is_update else role


def brings_back(chunk: Chunk) -> bool:
    """Tell whether a change restores what was gone, whatever else it is."""
    return RESTORES.match(_MARKS.sub("", chunk.text)) is not None


def _ended_in(
    text: str, named: Sequence[re.Pattern[str]], *, is_told_above: bool
) -> list[re.Match[str]]:
    """Return where the subject stands in what ends, and not its owner, nor something beside it."""
    ending = _ENDING.search(text)
    ended = _ENDED.search(text)
    if ended is not None:
        span = text[: ended.start()]
    elif ending is not None:
        rest = text[ending.end() :]
        clause = _CLAUSE.search(rest)
        span = rest[: clause.start()] if clause else rest
    elif is_told_above:
        span = text  # below a heading such as `移除`, a name alone
    else:
        return []
    found = [match for name in named if (match := name.search(span))]
    return [] if found and _is_owner(span, found[0], named) else found


def _is_of_a_part(chunk: Chunk, subject: str) -> bool:
    """Tell whether a change names a plan that is not asked about: what it ends, others keep."""
    return bool(plans_in(chunk.text)) and not plans_in(chunk.text) & plans_in(subject)


def _is_owner(span: str, found: re.Match[str], named: Sequence[re.Pattern[str]]) -> bool:
    """Tell whether a part of the subject ends: in `table 的 height`, not the table."""
    part = re.match(r"[`\"」”]*(?:的|'s )\s*(?!支持|兼容)(.+)", span[found.end() :])
    return part is not None and not any(name.search(part[1]) for name in named)


def _patterns(there: Sequence[Word]) -> list[re.Pattern[str]]:
    """Return patterns of words, the rarest first."""
    ordered = sorted(there, key=lambda word: -word.weight)
    return [
        word.written or re.compile(rf"(?<![a-z0-9]){re.escape(next(iter(spelling)))}")
        for word in ordered
        for spelling in word.spellings
        if len(spelling) == 1 or word.written
    ]
