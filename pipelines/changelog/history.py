"""How long the words of a changelog held: from the release that brought them to the one that
changed them or took them back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.changelog.headings import tag_version, version_key
from pipelines.records import ChangeEntry

End = Literal["", "reworded", "taken back"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a changelog told: from `change.version` on, to `until`, which no longer says it."""

    change: ChangeEntry
    until: str = ""
    """Version of the release whose changelog has other words, or none; empty while they stand."""
    end: End = ""
    ended_by: str = ""
    """Id of the change that has the other words; empty while these stand."""


def statements(changes: Iterable[ChangeEntry]) -> tuple[Statement, ...]:
    """Return what the changes of one product told, in the order in which its releases did.

    `changes` come release by release, oldest first. A wording ends where a later change of the
    same version replaces it or takes it back, whatever category it has by then: a bullet that is
    reworded often moves as well. A change that two branches brought counts once, the later. Words
    of a version that no tag ever bore move to the tagged one that has them later: its heading was
    corrected.
    """
    changes = tuple(changes)
    tagged = {version_key(tag_version(change.tag)) for change in changes}
    told: dict[str, Statement] = {}
    standing: dict[tuple[str, str], str] = {}
    misnamed: dict[str, str] = {}
    for change in changes:
        is_tagged = version_key(change.version) in tagged
        if is_tagged and change.kind == "added" and (earlier := misnamed.get(change.text)):
            told[earlier] = _ended(told[earlier], change)
        if change.previous_text:
            ended = standing.pop((change.version, change.previous_text), None)
            if ended is not None and ended != change.id:
                told[ended] = _ended(told[ended], change)
        if change.kind != "removed":
            told[change.id] = Statement(change)
            standing[change.version, change.text] = change.id
            if not is_tagged:
                misnamed[change.text] = change.id
    return tuple(told.values())


def _ended(statement: Statement, change: ChangeEntry) -> Statement:
    return replace(
        statement,
        until=tag_version(change.tag),
        end="taken back" if change.kind == "removed" else "reworded",
        ended_by=change.id,
    )
