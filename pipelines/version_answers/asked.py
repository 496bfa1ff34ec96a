"""Which releases a list is asked of: by number, by day, the newest, or one beside these."""

from collections.abc import Mapping, Sequence

from pipelines.version_answers.releases import Change, is_prerelease, is_within, order
from pipelines.version_questions import VersionQuestion


def changes_asked(
    question: VersionQuestion, own: Sequence[Change], newest: Mapping[str, str]
) -> list[Change]:
    """Return the changes of the releases that a question names, of each product its own."""
    return [
        change
        for source in newest
        for change in _of_one([each for each in own if each.source == source], question, newest)
    ]


def _of_one(
    own: Sequence[Change], question: VersionQuestion, newest: Mapping[str, str]
) -> list[Change]:
    named = [change for change in own if _is_named(change, question, newest)]
    if question.day is not None and question.day.year is None:
        last = max((change.day.year for change in named), default=0)
        named = [change for change in named if change.day.year == last]
    if not question.steps or not named:
        return named
    beside = _beside({change.version for change in named}, own, question.steps)
    return [change for change in own if change.version == beside]


def _is_named(change: Change, question: VersionQuestion, newest: Mapping[str, str]) -> bool:
    if question.day is not None:
        return question.day.holds(change.day)
    if not question.versions:
        return change.version == newest[change.source]
    return is_within(change.version, question.versions[0])


def _beside(named: set[str], own: Sequence[Change], steps: int) -> str | None:
    """Return the release so many before or after those named; None where there is none."""
    every = {change.version for change in own}
    # Who speaks of a release asks for the release before it, not for the trial of his own.
    if not all(map(is_prerelease, named)):
        every = {version for version in every if not is_prerelease(version)}
    ordered = sorted(every, key=order)
    if steps < 0:
        before = [version for version in ordered if order(version) < min(map(order, named))]
        return before[steps] if len(before) >= -steps else None
    after = [version for version in ordered if order(version) > max(map(order, named))]
    return after[steps - 1] if len(after) >= steps else None
