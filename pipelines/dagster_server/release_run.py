"""The run of one release: started, or joined where it is under way, and followed to its end."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.dagster_server.graphql import GraphQL
from pipelines.dagster_server.replies import (
    ADD_PARTITION,
    LAUNCH,
    RUN_LOG,
    WORKSPACE,
    ActiveRun,
    Added,
    Check,
    Event,
    Launched,
    Location,
    RunLog,
    Workspace,
)
from pipelines.errors import DagsterError
from pipelines.text import one_line

JOB = "changelog_job"
PARTITIONS = "releases"
ASKED = "sanku/releases"
"""The tag of a run that reads releases: `<first>..<last>`, and what asked for them may add more."""

PARTITION, FIRST, LAST = (
    "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end",
)  # fmt: skip
_UNFINISHED = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
_POLL_SECONDS = 1.0
# A server that restarts takes half a minute to answer again.
_PATIENT_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_LONGEST_LINE = 400


def partition_key(product: str, tag: str) -> str:
    """Return the partition key of a release, for example `yunque@v2.4.0`."""
    return f"{product}@{tag}"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that reads a release."""

    id: str
    url: str
    """Its page in the Dagster UI."""
    product: str
    tag: str
    joined: bool
    """Whether it was under way already: asked for by the sensor, a person, or another CI job."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run told until it had published, or was blocked."""

    read: Sequence[str]
    """Tags of the product that were read, in the order in which they were."""
    records: int
    """Entries of the release."""
    quarantined: Sequence[Mapping[str, Any]]
    moved: tuple[str, str] | None
    """Commits that the tag named before and names now; None where it was not moved."""
    embedded: int
    reused: int
    changes: Mapping[str, Mapping[str, int]]
    """Chunks by tier that the candidate adds, changes and removes."""
    stale: Sequence[Mapping[str, Any]]
    """Rows of what releases made wrong, as the asset `stale_faq` shows them."""
    checks: Sequence[Check]
    """The checks that may block, as they were evaluated."""
    version: str | None
    """The version that was published; None where a check blocked it."""
    new: bool


def start_release(server: GraphQL, product: str, tag: str) -> Run:
    """Start the run that reads a release, or join the one that does so already.

    Raises `DagsterError` where the server has no such job, or refuses the release or the run.
    """
    key = partition_key(product, tag)
    there = server.ask(WORKSPACE, {"job": JOB, "statuses": list(_UNFINISHED)}, Workspace)
    location, repository = _home_of_job(server, there)
    known = [name for asset in there.changelog for name in asset.keys]
    for active in there.runs.results:
        if _will_read(active, key, known):
            return _run(server, active, product, tag, joined=True)
    if key not in known:
        _add_partition(server, location, repository, key)
    selector = {
        "repositoryLocationName": location, "repositoryName": repository, "jobName": JOB,
    }  # fmt: skip
    tags = {PARTITION: key, ASKED: f"{key}..{key}"}
    params = {
        "selector": selector,
        "runConfigData": {},
        "mode": "default",
        "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in tags.items()]},
    }
    outcome = server.change(LAUNCH, {"params": params}, Launched).outcome
    if outcome.run is None:
        why = "; ".join(problem.message for problem in outcome.errors) or outcome.message
        raise DagsterError(
            f"Dagster at `{server.url}` does not start `{JOB}` for `{one_line(key)}`: "
            f"{one_line(why, _LONGEST_LINE) or outcome.kind}. Try it there by hand: Jobs -> {JOB}."
        )
    return _run(server, outcome.run, product, tag, joined=False)


def follow(
    server: GraphQL,
    run: Run,
    seconds: float,
    say: Callable[[str], None],
    waits: Sequence[float] = _PATIENT_WAITS,
) -> RunResult:
    """Return what a run told, once it has published or a check blocked it; `say` gets progress.

    Does not wait for what comes after the publish, such as golden answers. A server that does not
    answer is asked again after each of `waits`. Raises `DagsterError` when the run fails, is
    canceled or vanishes, and after `seconds`.
    """
    heard = _Heard(run)
    deadline = time.monotonic() + seconds
    cursor: str | None = None
    status = ""
    while True:
        look = server.ask(RUN_LOG, {"id": run.id, "cursor": cursor}, RunLog, waits)
        if why := look.run.message or look.log.message:
            raise DagsterError(
                f"run `{run.id}` cannot be read any more: {one_line(why, 200)}. Run "
                "`sanku release` again."
            )
        if look.run.status != status:
            status = look.run.status
            say(f"run {run.id[:8]} {status.lower()}")
        cursor = look.log.cursor or cursor
        for event in look.log.events:
            heard.take(event, say)
        if heard.is_done(status, drained=not look.log.events):
            return heard.result(status)
        if time.monotonic() > deadline:
            raise DagsterError(_too_long(run, status, seconds))
        if not look.log.more:
            time.sleep(_POLL_SECONDS)


@dataclass(slots=True)
class _Heard:
    """What the events of a run said so far."""

    run: Run
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def take(self, event: Event, say: Callable[[str], None]) -> None:
        if event.kind == "MaterializationEvent" and event.asset:
            name = "/".join(event.asset.path)
            product, _, tag = (event.partition or "").partition("@")
            if name == "changelog" and product == self.run.product:
                self.read.append(tag)
            if event.partition in (None, partition_key(self.run.product, self.run.tag)):
                self.made[name] = event.metadata
                say(f"{one_line(name)}: made")
        elif event.kind == "LogMessageEvent" and event.level in ("INFO", "WARNING"):
            say(one_line(event.message, _LONGEST_LINE))
        elif event.check and event.check.severity == "ERROR":
            self.checks[event.check.name] = event.check
        elif event.error and (event.kind != "RunFailureEvent" or not self.failures):
            why = (event.failure and event.failure.description) or event.error.root
            step = f"step `{one_line(event.step)}`: " if event.step else ""
            self.failures.append(f"{step}{one_line(why, _LONGEST_LINE)}")

    def is_done(self, status: str, *, drained: bool) -> bool:
        """Tell whether nothing is left to wait for; `drained`: all events of now were taken."""
        return "published" in self.made or (
            drained and status in ("SUCCESS", "FAILURE", "CANCELED")
        )

    def result(self, status: str) -> RunResult:
        """Return what was told; raises `DagsterError` where the run did not get that far."""
        published = self.made.get("published")
        blocked = [check for check in self.checks.values() if not check.passed]
        if published is None and not (blocked and status == "FAILURE"):
            raise DagsterError(self._why_not(status))
        release, embedded = self.made.get("changelog", {}), self.made.get("embeddings", {})
        return RunResult(
            read=tuple(self.read),
            records=int(release.get("records") or 0),
            quarantined=release.get("quarantine") or (),
            moved=self._moved(release.get("whole run, by source") or {}),
            embedded=int(embedded.get("embedded") or 0),
            reused=int(embedded.get("reused") or 0),
            changes=_by_tier(self.made.get("candidate", {}).get("changes") or ()),
            stale=self.made.get("stale_faq", {}).get("stale") or (),
            checks=tuple(self.checks.values()),
            version=str(published.get("version")) if published else None,
            new=bool(published and published.get("new")),
        )

    def _moved(self, facts: Mapping[str, Mapping[str, Any]]) -> tuple[str, str] | None:
        told = str(facts.get(self.run.product, {}).get("moved", ""))
        for one in told.split(", "):
            tag, _, change = one.partition(" ")
            before, _, now = change.partition(" -> ")
            if tag == self.run.tag:
                return before, now
        return None

    def _why_not(self, status: str) -> str:
        run = self.run
        if status == "CANCELED":
            return f"run `{run.id}` was canceled in Dagster ({run.url}). Run `sanku release` again."
        if status == "SUCCESS":
            return (
                f"run `{run.id}` ended without a publish: it was of other assets ({run.url}). Run "
                "`sanku release` again."
            )
        why = " ".join(self.failures) or "it does not say why."
        return f"run `{run.id}` failed: {why} Its log: {run.url}"


def _by_tier(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    kinds = ("added", "changed", "removed")
    return {str(row["tier"]): {kind: int(row[kind]) for kind in kinds} for row in rows}


def _run(server: GraphQL, active: ActiveRun, product: str, tag: str, *, joined: bool) -> Run:
    return Run(active.id, f"{server.url}/runs/{active.id}", product, tag, joined)


def _home_of_job(server: GraphQL, there: Workspace) -> tuple[str, str]:
    """Return the code location and the repository that have the job."""
    entries = there.locations.entries
    homes = [
        (entry.name, repository.name)
        for entry in entries
        for repository in (entry.loaded.repositories if entry.loaded else ())
        if any(job.name == JOB for job in repository.jobs)
    ]
    if len(homes) == 1:
        return homes[0]
    if homes:
        names = ", ".join(f"`{one_line(location)}`" for location, _ in homes)
        raise DagsterError(
            f"Dagster at `{server.url}` has several code locations with `{JOB}`: {names}. Serve "
            "one company from each Dagster: they would share the releases."
        )
    told = "; ".join(map(_shown, entries)) or one_line(there.locations.message, 200) or "none"
    raise DagsterError(
        f"Dagster at `{server.url}` has no code location with `{JOB}`, but: {told}. Start it over "
        "Sanku's `workspace.yaml`, or mend what keeps that from loading, and reload it there "
        "(Deployment)."
    )


def _shown(entry: Location) -> str:
    name = f"`{one_line(entry.name)}`"
    if entry.loaded is None:
        return f"{name} (still loading: try again)"
    if entry.loaded.message:
        return f"{name} (does not load: {one_line(entry.loaded.root, _LONGEST_LINE)})"
    return name


def _will_read(active: ActiveRun, key: str, known: Sequence[str]) -> bool:
    """Tell whether a run will read the release, alone or within a range of `known` ones.

    One that has begun to read is of no use: the tag may have moved since.
    """
    if active.has_begun:
        return False
    tags = active.tags
    if tags.get(PARTITION) == key:
        return True
    first, last = tags.get(FIRST), tags.get(LAST)
    if first not in known or last not in known or key not in known:
        return False
    return known.index(first) <= known.index(key) <= known.index(last)


def _add_partition(server: GraphQL, location: str, repository: str, key: str) -> None:
    selector = {"repositoryLocationName": location, "repositoryName": repository}
    variables = {"name": PARTITIONS, "key": key, "repository": selector}
    outcome = server.change(ADD_PARTITION, variables, Added).outcome
    # Somebody else, such as the sensor, may have been quicker.
    if outcome.kind not in ("AddDynamicPartitionSuccess", "DuplicateDynamicPartitionError"):
        raise DagsterError(
            f"Dagster at `{server.url}` does not take the release `{one_line(key)}`: "
            f"{one_line(outcome.message, _LONGEST_LINE) or outcome.kind}. Its log may say more."
        )


def _too_long(run: Run, status: str, seconds: float) -> str:
    hint = "Raise `dagster.wait_seconds`, or look at what takes so long."
    if status in ("QUEUED", "NOT_STARTED"):
        hint = (
            "Nothing takes it from the queue: does `dagster-daemon` run (`make ui` starts it), or "
            "does another run take so long?"
        )
    return (
        f"run `{run.id}` is {status.lower()} after {seconds:g} seconds, and goes on ({run.url}). "
        f"{hint}"
    )
