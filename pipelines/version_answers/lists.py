"""Lists of changes: of a release, of a line of releases, or of all between two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.changelog.categories import kind_of_change
from pipelines.terms import index_terms
from pipelines.text import fold
from pipelines.version_answers.asked import changes_asked
from pipelines.version_answers.releases import Change, ReleaseIndex, is_within, order, stems
from pipelines.version_answers.words import words_of
from pipelines.version_questions import VersionQuestion

# More than a customer reads; the changelog itself has the rest.
SHOWN = 20
_KINDS = (
    "withdrawn", "added", "changed", "deprecated", "removed", "fixed", "security", "performance",
    "other",
)  # fmt: skip
_BREAKING_HEADING = re.compile(r"break|incompatib|不兼容|非兼容|破坏性|重大变更|⚠", re.IGNORECASE)
_MARKED_AS_BREAKING = re.compile(
    r":warning:|⚠|\bBREAKING\b|不兼容|破坏性|\b(?:not|in)[ -]?(?:backwards? )?compatible\b"
)
_SECURITY = re.compile(r"^\W*security\b|\bcve-\d|\bvulnerabilit|漏洞", re.IGNORECASE)
_IDLE = re.compile(
    r"\b(?:docs?|documentation|tests?|chores?|build|ci|refactor\w*|dependencies|misc\w*)\b|文档|测试"
)


@dataclass(frozen=True, slots=True)
class ChangeList:
    """The changes that a list shows, newest release first, and how many it leaves out."""

    shown: tuple[Change, ...]
    more: int
    lacks_kind: bool = False
    """Whether the release has no changes of the kind asked for, and these are all that it has."""
    start: str = ""
    """For a range: the versions that it lies between."""
    end: str = ""
    subject: str = ""
    """What alone it lists changes of; empty where it lists all."""
    ignores: bool = False
    """Whether it was asked in words that no change holds: another product's name would be such."""


def list_changes(
    question: VersionQuestion, index: ReleaseIndex, newest: Mapping[str, str], company: str
) -> ChangeList | None:
    """Return the changes that a question asks to list; None where nothing is recorded.

    `newest` names the products that are asked, and the newest release of each.
    """
    own = [change for change in index.changes if change.source in newest]
    if question.kind == "between":
        start, end, within = _range(question, own, newest)
    else:
        start, end = "", ""
        within = changes_asked(question, own, newest)
    if not within:
        return None
    about, subject, ignores = _about(question, index, within, company)
    if not about:
        return None
    asked = [change for change in about if _is_asked(change, question)]
    chosen = asked or about
    chosen.sort(key=lambda change: change.line)
    chosen.sort(key=lambda change: _KINDS.index(change.kind) if change.kind in _KINDS else 9)
    chosen.sort(key=lambda change: order(change.version), reverse=True)
    shown = tuple(chosen[:SHOWN])
    return ChangeList(shown, len(chosen) - len(shown), not asked, start, end, subject, ignores)


def _range(
    question: VersionQuestion, own: Sequence[Change], newest: Mapping[str, str]
) -> tuple[str, str, list[Change]]:
    """Return both ends and all changes behind the first version, up to the second or the newest."""
    start, *rest = sorted(question.versions, key=order)
    # Of two products, only one may have had that release.
    sources = {change.source for change in own if is_within(change.version, start)}
    if not sources:
        return start, "", []
    end = rest[0] if rest else max((newest[source] for source in sources), key=order)
    within = [
        change
        for change in own
        if change.source in sources
        if (order(change.version) > order(start) and not is_within(change.version, start))
        or (question.inclusive and is_within(change.version, start))
    ]
    within = [c for c in within if order(c.version) <= order(end) or is_within(c.version, end)]
    return start, end, within


def _is_asked(change: Change, question: VersionQuestion) -> bool:
    if question.breaking:
        return bool(
            _BREAKING_HEADING.search(change.category) or _MARKED_AS_BREAKING.search(change.text)
        )
    if question.asked is None:
        return True
    # By its own words or by the heading above it: `fix typo` below `Changed` counts as both.
    if question.asked in (change.kind, kind_of_change(change.category, "")):
        return True
    if question.asked == "security" and _SECURITY.search(change.text):
        return True
    # A name alone below `Plugins` was added; one below `Docs` is no feature.
    is_name = change.kind == "other" and not _IDLE.search(fold(f"{change.category} {change.text}"))
    return question.asked == "added" and is_name


def _about(
    question: VersionQuestion, index: ReleaseIndex, within: Sequence[Change], company: str
) -> tuple[list[Change], str, bool]:
    """Return the changes of what is named, a component or words that they hold, and its name.

    The third tells whether words were ignored that no change has: no subject, but some way to ask
    that no rule knows.
    """
    words = words_of(index, question.parts, company)
    if not words:
        return list(within), "", False
    subject = fold(question.subject)
    under = [change for change in within if change.component and fold(change.component) in subject]
    if under:
        return under, " / ".join(dict.fromkeys(change.component for change in under)), False
    holding = []
    for change in within:
        text = fold(f"{change.category} {change.component} {change.text}")
        held = stems(index_terms(text))
        if all(word.stands_in(text, held) for word in words):
            holding.append(change)
    if holding:
        return holding, question.subject, False
    is_subject = any(word.is_known or word.is_name for word in words)
    if question.is_heard:
        # Who names a release is told of it; else the newest one is told of where nothing else is.
        names_one = bool(question.versions) or question.day is not None
        return (list(within) if names_one or not is_subject else []), "", True
    return ([] if is_subject or not question.is_sure else list(within)), "", True
