"""How long the words of a changelog held: from the release that brought them to the one that
changed them or took them back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.changelog.headings import tag_version
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
    reworded often moves as well. A change that two branches brought counts once, the later.
    """
    told: dict[str, Statement] = {}
    standing: dict[tuple[str, str], str] = {}
    for change in changes:
        if change.previous_text:
            ended = standing.pop((change.version, change.previous_text), None)
            if ended is not None and ended != change.id:
                told[ended] = replace(
                    told[ended],
                    until=tag_version(change.tag),
                    end="taken back" if change.kind == "removed" else "reworded",
                    ended_by=change.id,
                )
        if change.kind != "removed":
            told[change.id] = Statement(change)
            standing[change.version, change.text] = change.id
    return tuple(told.values())
