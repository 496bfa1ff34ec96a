"""What no rule of words hears, as `刚弹窗让我升 2.5，升了有啥好处`: told by what others wrote.

A classifier says what is asked; which release of, and about what, the rules say. Nothing here is
sure: where the published changes have no answer, the question is searched for as any other.
"""

import re
from pathlib import Path
from typing import Literal, get_args

from pipelines.kinds import Classifier
from pipelines.version_questions.dates import dated
from pipelines.version_questions.question import (
    VersionQuestion,
    is_about_breaking,
    kind_asked,
    marked,
    names_a_feature,
)
from pipelines.version_questions.spelling import as_rules_read
from pipelines.version_questions.subject import QuestionKind, parts_of
from pipelines.version_questions.words import SPEAKS_OF_LATEST

Kind = Literal["none"] | QuestionKind
KINDS: tuple[Kind, ...] = ("none", *get_args(QuestionKind))
LEARNED = Path(__file__).with_name("kinds.safetensors")
"""By `benchmarks/learned_kinds/train_release_kinds.py`."""
_CLASSIFIER = Classifier(LEARNED, KINDS)

# Below it, a message is searched for as any other.
LEAST_SURE = 0.5
# Who spoke of something else before may lean on that: `最新版本里能保留多少天？`.
LEAST_SURE_AFTER = 0.9
# A longer message tells a story, of which the part that asks is a small one.
LONGEST = 300
# A release that is named by other means than number, month or day is not the newest one.
_NAMED_OTHERWISE = re.compile(
    r"\d\.\d|上个?(?:月|周|星期|季度)|[去前]年|\b(?:last|previous) (?:week|month|quarter|year)",
    re.IGNORECASE,
)

_ASKS_MORE = re.compile(
    r"版本?[还也]?[ ]?(?:不?支持|支不支持|兼容|能|可以|可不可以|要|收费|免费|多大|有)"
    r"|^[^更，。？ ]{2,8}更新了?[没吗]"
)


def as_told(text: str) -> str:
    """Return a message as it is heard: with a mark in the place of each version."""
    return marked(as_rules_read(text), owned=True)[0]


def heard(text: str, least: float = LEAST_SURE) -> VersionQuestion | None:
    """Return what a message most likely asks about releases; None where it is not so sure."""
    if not text or len(text) > LONGEST:
        return None
    likely = _CLASSIFIER.probabilities(as_told(text))
    kind = max(likely, key=likely.__getitem__)
    if kind == "none" or likely[kind] < least:
        return None
    return _read_as(kind, as_rules_read(text))


def _read_as(kind: QuestionKind, text: str) -> VersionQuestion | None:
    if kind in ("what", "between"):
        return _listed(kind, text)
    if kind == "latest":
        if SPEAKS_OF_LATEST.search(text):
            return None
        # What the newest release can do is another question, and `头像更新了没` is of no release.
        parts = _subject(text, kind) if _ASKS_MORE.search(text) else ()
        return VersionQuestion("latest", parts, is_sure=False, is_heard=True)
    told, versions = marked(text, owned=False)
    # Whether `1.5.0` has it asks for a release; whether there still is `1.5.0` asks for none.
    if bool(versions) is not (kind == "in_version") and kind in ("in_version", "still"):
        return None
    parts = _subject(told, kind)
    if not parts or (kind == "in_version" and not (len(versions) == 1 and names_a_feature(parts))):
        return None
    named = versions[:1] if kind == "in_version" else ()
    return VersionQuestion(
        kind, parts, named, asks_whether=kind == "fixed_in", is_sure=False, is_heard=True
    )


def _listed(kind: QuestionKind, text: str) -> VersionQuestion | None:
    """Read what is asked of the releases that are named by number or day, else of the newest."""
    told, versions = marked(text, owned=True)
    if kind == "between" and not versions:
        return None
    day = None
    if not versions and (found := dated(text)) is not None:
        told, day = found
    if not versions and day is None and _NAMED_OTHERWISE.search(told):
        return None
    return VersionQuestion(
        kind,
        _subject(told, kind),
        versions[: 2 if kind == "between" else 1],
        asked=kind_asked(told),
        breaking=is_about_breaking(told),
        day=day,
        is_sure=False,
        is_heard=True,
    )


def _subject(told: str, kind: QuestionKind) -> tuple[str, ...]:
    """Return what is asked about, without single characters, which are left of words that ask."""
    parts = (
        " ".join(word for word in part.split() if len(word) > 1 or word.isascii())
        for part in parts_of(told, kind)
    )
    return tuple(part for part in parts if part)
