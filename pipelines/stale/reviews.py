"""What people decided on the records that a release made wrong: by command, or in the FAQ."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from packaging.version import Version

from pipelines.changelog.headings import version_key
from pipelines.errors import unreadable
from pipelines.records import FaqEntry
from pipelines.stale.findings import Finding, Verdict
from pipelines.text import one_line
from pipelines.warehouse import Warehouse, write_text

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """A finding accepted (the record is wrong, and waits for its edit) or dismissed (it holds)."""

    verdict: Verdict
    reason: str
    day: date


def read_reviews(file: Path) -> Mapping[str, Decision]:
    """Return the decisions by finding id; raises `WarehouseError` where the file is damaged."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {
            key: Decision(one["verdict"], one["reason"], date.fromisoformat(one["day"]))
            for key, one in stored.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(
            file,
            error,
            "Restore it from a backup; or remove it, and decide again with `sanku faq review`.",
        ) from error


def reviews_text(stored: Mapping[str, Decision]) -> str:
    """Return the text of the file that holds the decisions."""
    told = {key: {**asdict(one), "day": one.day.isoformat()} for key, one in sorted(stored.items())}
    return json.dumps(told, ensure_ascii=False, indent=1)


def decide(warehouse: Warehouse, finding: str, verdict: Verdict, reason: str, day: date) -> None:
    """Keep what a person decided on the finding of this id; `open` takes it back.

    Raises `WarehouseError` where the file is damaged, or another writer holds the warehouse.
    """
    with warehouse.writing():
        stored = dict(read_reviews(warehouse.reviews))
        stored.pop(finding, None)
        if verdict != "open":
            stored[finding] = Decision(verdict, one_line(reason, LONGEST_REASON), day)
        write_text(warehouse.reviews, reviews_text(stored))


def decided(
    findings: Iterable[Finding], entries: Iterable[FaqEntry], stored: Mapping[str, Decision]
) -> tuple[Finding, ...]:
    """Return the findings that still concern a record, with what people decided on them.

    The entry's own lines count before a command: `checked: 2.5.0 …` dismisses what releases up to
    that one brought, `stale: 2.5.0 …` accepts it.
    """
    by_id = {entry.id: entry for entry in entries}
    return tuple(
        _decided(finding, by_id.get(finding.record), stored.get(finding.id))
        for finding in findings
        if finding.tier != "faq" or finding.record in by_id
    )


def _decided(finding: Finding, entry: FaqEntry | None, decision: Decision | None) -> Finding:
    if entry is not None:
        checked, _, why = entry.review.checked.partition(" ")
        if _covers(checked, finding.version):
            return _by_person(finding, "dismissed", why)
        accepted, _, why = entry.review.stale.partition(" ")
        if _covers(accepted, finding.version):
            return _by_person(finding, "accepted", why)
    if decision is None:
        return finding
    return _by_person(finding, decision.verdict, decision.reason)


def _by_person(finding: Finding, verdict: Verdict, reason: str) -> Finding:
    return replace(
        finding, verdict=verdict, reason=one_line(reason, LONGEST_REASON), judge="person"
    )


def _covers(said: str, version: str) -> bool:
    """Tell whether a line about release `said` speaks of what `version` brought."""
    if not said:
        return False
    upto, brought = version_key(said.removeprefix("v")), version_key(version)
    if isinstance(upto, Version) and isinstance(brought, Version):
        return brought <= upto
    return upto == brought
