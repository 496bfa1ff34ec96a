"""From which release on something was there, and which one ended it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.search import Hit
from pipelines.text import fold
from pipelines.version_answers.matching import Match
from pipelines.version_answers.releases import is_prerelease, is_within, order
from pipelines.version_answers.roles import brings_back


@dataclass(frozen=True, slots=True)
class End:
    """What ended a subject, and in which release."""

    version: str
    hit: Hit | None
    """The change that says so; None where that release's words were taken back since."""
    is_of_a_figure: bool
    """Whether but a figure ended: where the limit is 5 GB now, 2 GB are still allowed."""


def end_of(found: Sequence[Match], brought: Match | None, overtaking: Sequence[Hit]) -> End | None:
    """Return what ended the subject, if anything did: a change that says so, or a finding.

    `overtaking` are the changes that were found to make what `brought` it wrong. They end it only
    where they are about the very thing that is asked: not a recycle bin, by keeping files longer.
    """
    last = ended_by(found)
    if last is not None:
        ended, hit = last.hit.chunk.version, last.hit
        is_after = brought is None or order(brought.hit.chunk.version) <= order(ended)
        return End(ended, hit, last.role == "outdates") if is_after else None
    if brought is None or not brought.hit.chunk.until:
        return None
    if not overtaking:
        return End(brought.hit.chunk.until, None, is_of_a_figure=False)
    roles = ((hit, brought.role_of_later(hit.chunk)) for hit in overtaking)
    ends = [(hit, role) for hit, role in roles if role in ("ends", "outdates")]
    if not ends:
        return None
    hit, role = min(ends, key=lambda each: order(each[0].chunk.version))
    return End(hit.chunk.version, hit, role == "outdates")


def brought_by(found: Sequence[Match]) -> Match | None:
    """Return the earliest change that brought the subject; a fix only tells that it was there."""
    fitting = _nearly_best([match for match in found if match.role in ("brings", "alters")])
    fitting = [match for match in fitting if match.role == "brings"] or fitting
    fitting = [match for match in fitting if match.is_said_at_once] or fitting
    if not fitting:
        return None
    first = min(fitting, key=lambda match: (order(match.hit.chunk.version), -match.fit))
    return first_of(first, fitting)


def ended_by(found: Sequence[Match]) -> Match | None:
    """Return the last change that ended the subject, unless something brought it back later."""
    ends = _nearly_best([match for match in found if match.role in ("ends", "outdates")])
    if not ends or brought_back_by(found):
        return None
    return first_of(_last(ends), ends)


def brought_back_by(found: Sequence[Match]) -> Match | None:
    """Return the first change that brought the subject after the last one that ended it."""
    ends = _nearly_best([match for match in found if match.role in ("ends", "outdates")])
    if not ends:
        return None
    last = _last(ends)
    again = [
        match
        for match in found
        if (match.role == "brings" or brings_back(match.hit.chunk))
        and match.covered >= last.covered
        and order(match.hit.chunk.version) > order(last.hit.chunk.version)
    ]
    return min(again, key=lambda match: order(match.hit.chunk.version), default=None)


def _last(ends: Sequence[Match]) -> Match:
    return max(ends, key=lambda match: (match.fit, order(match.hit.chunk.version)))


def _nearly_best(among: Sequence[Match]) -> list[Match]:
    """Return the matches that hold about as much of the subject as the best, and are as close."""
    covered = max((match.covered for match in among), default=0.0)
    closest = max((match.hit.evidence.passage for match in among), default=0.0)
    return [
        match
        for match in among
        if match.covered >= covered - 0.1 and match.hit.evidence.passage >= closest - 2.0
    ]


def first_of(match: Match, among: Sequence[Match]) -> Match:
    """Return the earliest release that tells the very same: a final one before all pre-releases."""
    same = [other for other in among if fold(other.hit.chunk.text) == fold(match.hit.chunk.text)]
    finals = [other for other in same if not is_prerelease(other.hit.chunk.version)]
    return min(finals or same, key=lambda other: order(other.hit.chunk.version), default=match)


def is_reached(brought: str, asked: str) -> bool:
    """Tell whether what `brought` has is there in `asked`, which may name a line of releases."""
    return order(brought) <= order(asked) or is_within(brought, asked)
