"""From pulled tiers to readers: what `sanku run` and `sanku release` both do last, and tell."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import progress
from pipelines.errors import PublishBlockedError, WarehouseError
from pipelines.text import one_line
from pipelines.urgency import RUN, step_back

if TYPE_CHECKING:
    from pipelines.checks import CheckResult
    from pipelines.evaluation.golden import GoldenQuestion
    from pipelines.settings import Settings
    from pipelines.stale.findings import Finding
    from pipelines.versions import Version
    from pipelines.warehouse import Warehouse

_LONGEST_SUMMARY = 400
_SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class Publication:
    """What was embedded, found, checked and published; `blocked` says why nothing was."""

    embedded: int
    reused: int
    findings: "Sequence[Finding]"
    """What newer changes make wrong, among FAQ entries and older changes."""
    changes: Mapping[str, Mapping[str, int]]
    checks: "Sequence[CheckResult]"
    without_entry: Sequence[str]
    """Golden questions whose expected FAQ entry is not there, each with its id."""
    version: str | None
    """The version that readers see now; None where nothing was ever published."""
    new: bool
    blocked: PublishBlockedError | None = None

    def told(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "embedded": self.embedded,
            "reused": self.reused,
            "changes": self.changes,
            "checks": [asdict(result) for result in self.checks],
            "without_entry": list(self.without_entry),
            "blocked": self.blocked is not None,
            "version": self.version,
            "new": self.new,
        }


def lines_of(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was embedded and checked, for people, from what `Publication.told` returns."""
    yield f"embedded {told['embedded']}, reused {told['reused']}"
    for check in told["checks"]:
        state = "ok" if check["passed"] else "FAILED"
        yield f"{state}  {one_line(check['name'])}: {one_line(check['summary'], _LONGEST_SUMMARY)}"
        if not check["passed"]:
            yield from _blamed(check.get("rows", ()))  # Dagster shows them itself
    if slips := told.get("without_entry"):
        names = one_line(", ".join(slips), _LONGEST_SUMMARY)
        yield f"slips in the golden file, which expects FAQ entries that are not there: {names}"


def _blamed(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for row in rows[:_SHOWN_ROWS]:
        told = ", ".join(f"{key}: {value}" for key, value in row.items() if value)
        yield f"  {one_line(told, _LONGEST_SUMMARY)}"
    if (left := len(rows) - _SHOWN_ROWS) > 0:
        yield f"  and {left} more: `sanku run --json`"


def last_line(told: Mapping[str, Any]) -> str:
    """Return what readers see now, for people."""
    return f"{'published' if told['new'] else 'unchanged, still published'}: {told['version']}"


@contextmanager
def turn(warehouse: "Warehouse") -> Iterator[None]:
    """Wait until no other run pulls and publishes, and keep others waiting; say so where one does.

    The process steps back behind others from then on. Raises `WarehouseError` when the other run
    takes too long.
    """
    with ExitStack() as held:
        try:
            held.enter_context(warehouse.refreshing(0))
        except WarehouseError:
            click.echo("another run works on this warehouse; waiting for its end", err=True)
            held.enter_context(warehouse.refreshing())
        step_back(RUN)
        yield


def _slips(version: "Version", golden: "Sequence[GoldenQuestion]") -> Sequence[str]:
    from pipelines.evaluation.ranking import without_entry

    # The id of a table's row without `编号` is a digest, which nobody finds there.
    asked = {item.id: item.question for item in golden}
    return [f"`{asked[name]}` ({name})" for name in without_entry(version, golden)]


def publish(settings: "Settings", warehouse: "Warehouse") -> Publication:
    """Embed what changed, find what it makes wrong, build, check, and publish.

    Raises `WarehouseError` when `sanku forget` removed the candidate meanwhile.
    """
    from pipelines import refresh
    from pipelines.checks import CHECKS
    from pipelines.embedding.model import Embedder, load_embedder
    from pipelines.evaluation.golden import load_golden
    from pipelines.versions import published, read_pointer

    @cache
    def embedder() -> Embedder:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    with progress("embedding") as bar:
        stats = refresh.embed(settings, warehouse, embedder, bar.advance, expect=bar.expect)
    findings = refresh.find_stale(settings, warehouse)
    candidate = refresh.build(settings, warehouse, embedder)
    built = candidate.version.manifest.digest
    checks: list[CheckResult] = []
    slips: Sequence[str] = ()
    if at := refresh.gate(settings, warehouse, embedder):
        slips = _slips(at.candidate, load_golden(settings))
        checks = [refresh.run_check(name, at) for name in CHECKS]
    elif candidate.unchanged:
        slips = _slips(candidate.version, load_golden(settings))
    changes = {tier: asdict(change) for tier, change in candidate.changes.items()}
    try:
        done = refresh.publish_candidate(settings, warehouse)
    except PublishBlockedError as blocked:
        # What readers still see, and that it is not this candidate.
        before = published(warehouse).name if read_pointer(warehouse) else None
        return Publication(
            stats.embedded, stats.reused, findings, changes, checks, slips, before, False, blocked
        )
    if not (done.new or candidate.unchanged or done.manifest.digest == built):
        raise WarehouseError(
            "`sanku forget` removed the candidate before it was published. "
            f"Readers keep `{done.manifest.version}`. Run `sanku run` again."
        )
    version = done.manifest.version
    return Publication(
        stats.embedded, stats.reused, findings, changes, checks, slips, version, done.new
    )
