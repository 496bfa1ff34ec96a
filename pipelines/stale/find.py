"""Finds what newer changes make wrong, among FAQ entries and among older changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipelines.changelog.history import Statement
from pipelines.chunking import change_chunks, faq_chunks
from pipelines.records import FaqEntry
from pipelines.stale.edits import suggested_edit
from pipelines.stale.findings import Finding, finding_id, worst_first
from pipelines.stale.matches import (
    Match,
    change_matches,
    close_matches,
    entry_matches,
    later_of,
    told_of,
)
from pipelines.stale.reasons import severity_of, why
from pipelines.stale.returns import Returns
from pipelines.stale.values import states_newest

Vectors = Callable[[Sequence[str]], Mapping[str, npt.NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second judge thinks of a finding, and why in one line."""

    contradicts: bool
    reason: str


class SecondJudge(Protocol):
    """What decides where rules cannot: a language model, asked about pairs of texts."""

    def opinions(self, findings: Sequence[Finding]) -> Mapping[str, Opinion]:
        """Return finding id -> opinion, the first findings first; none where no reply is usable."""
        ...


def find(
    entries: Sequence[FaqEntry],
    told: Sequence[Statement],
    vectors: Vectors,
    second: SecondJudge | None = None,
) -> tuple[Finding, ...]:
    """Return what the standing changes of `told` make wrong.

    `told` comes product by product, oldest release first. Rules judge: what they are sure of, and
    what they hold for possible. `second` is asked about both, whose no dismisses what is sure and
    drops what is possible, and whose yes makes that sure; then about the changes that an entry is
    closest to, which its yes alone makes possible. `vectors` tells how close two texts are, by the
    hashes of their chunks.
    """
    standing = told_of([statement.change for statement in told if not statement.until])
    returns = Returns(standing)
    later = later_of([match for match in change_matches(standing) if not returns.undo(match)])
    matches = [match for match in entry_matches(entries, standing) if not returns.undo(match)]
    sure = _newest_of_each(_up_to_date(matches, later, "yes"))
    found = {finding.id: finding for finding in map(_finding, (*sure, *later.values()))}
    known = set(map(_place, sure))
    for match in _newest_of_each(_up_to_date(matches, later, "unsure")):
        if _place(match) not in known:
            found.setdefault(_possible(match).id, _possible(match))
    if second is not None:
        close = tuple(close_matches(entries, standing))
        nearest = map(_possible, _closest_first(close, entries, vectors))
        asked = {finding.id: finding for finding in nearest if finding.id not in found}
        found = _judged_again(found, asked, second)
    return tuple(found.values())


def _up_to_date(
    matches: Iterable[Match], later: Mapping[str, Match], answer: str
) -> Iterator[Match]:
    """Yield the matches of one answer, each with the change that overtook its own, if one did."""
    for match in matches:
        if match.ruling.answer != answer:
            continue
        now: Match | None = match
        while now is not None and now.told.change.id in later:
            newer = later[now.told.change.id]
            # What was brought and taken back leaves an entry right that never knew of it.
            came_and_went = now.claim.turn == "begins" and newer.claim.turn == "ends"
            knows = came_and_went or states_newest(newer.claim, match.record)
            now = None if knows else replace(newer, record=match.record, ruling=match.ruling)
        if now is not None:
            yield now


def _newest_of_each(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return one match for each sentence of a record: that of the newest release."""
    newest: dict[tuple[str, int], Match] = {}
    for match in matches:
        key = _place(match)
        known = newest.get(key)
        if known is None or _age(known) <= _age(match):
            newest[key] = match
    return tuple(newest.values())


def _place(match: Match) -> tuple[str, int]:
    """Return the record and where in it the sentence stands that is held against a change."""
    sentence = match.ruling.sentence
    return match.record.id, sentence.start if sentence else 0


def _age(match: Match) -> tuple[object, int]:
    return match.told.change.released, match.told.place


def _finding(match: Match) -> Finding:
    record, change, claim, ruling = match.record, match.told.change, match.claim, match.ruling
    of_faq = record.tier == "faq"
    return Finding(
        id=finding_id(record.id, change.id),
        tier=record.tier,
        source=record.source,
        record=record.id,
        path=record.path,
        line=record.line,
        title=record.title,
        text=record.text,
        product=change.source,
        change=change.id,
        tag=change.tag,
        version=change.version,
        released=change.released,
        change_text=change.text,
        kind=claim.kind,
        severity=severity_of(claim),
        wrong=ruling.wrong,
        why=why(claim, ruling, change),
        suggestion=suggested_edit(record, claim, ruling, change) if of_faq else "",
    )


def _possible(match: Match) -> Finding:
    return replace(_finding(match), certainty="possible")


def _closest_first(
    doubts: Sequence[Match], entries: Sequence[FaqEntry], vectors: Vectors
) -> list[Match]:
    by_id = {entry.id: entry for entry in entries}
    hashes = {
        match: (
            [chunk.text_hash for chunk in faq_chunks(by_id[match.record.id])],
            [chunk.text_hash for chunk in change_chunks(match.told.change)],
        )
        for match in doubts
    }
    wanted = {one for pair in hashes.values() for side in pair for one in side}
    known = vectors(sorted(wanted)) if wanted else {}

    def closeness(match: Match) -> float:
        mine, its = ([known[one] for one in side if one in known] for side in hashes[match])
        return max((float(left @ right) for left in mine for right in its), default=0.0)

    return sorted(doubts, key=closeness, reverse=True)


def _judged_again(
    found: Mapping[str, Finding], close: Mapping[str, Finding], second: SecondJudge
) -> dict[str, Finding]:
    """Return the findings as they stand after the second judge, by id."""
    of_faq = [finding for finding in found.values() if finding.tier == "faq"]
    opinions = second.opinions([*worst_first(of_faq), *close.values()])
    judged = dict(found)
    for key, opinion in opinions.items():
        before = found.get(key) or close[key]
        by_model = replace(before, judge="model", reason=opinion.reason)
        if before.certainty == "sure" and not opinion.contradicts:
            judged[key] = replace(by_model, verdict="dismissed")
        elif before.certainty == "possible" and opinion.contradicts:
            judged[key] = replace(by_model, certainty="sure" if key in found else "possible")
        elif before.certainty == "possible":
            judged.pop(key, None)
    return judged
