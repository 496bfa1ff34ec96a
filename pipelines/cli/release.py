"""`sanku release`: one release ingested and published, the last step of its CI."""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.doubts import Doubt
from pipelines.cli.options import as_json, company, to_json
from pipelines.cli.publishing import publish, turn
from pipelines.cli.release_report import (
    IN_DOUBT,
    Entry,
    Refused,
    ReleaseReport,
    clear,
    show,
)
from pipelines.errors import PublishBlockedError, SettingsError
from pipelines.text import one_line

if TYPE_CHECKING:
    from pipelines.dagster_server import Run, RunResult
    from pipelines.settings import ChangelogSource, Settings
    from pipelines.warehouse import Warehouse


@click.command()
@click.option("--tag", required=True, help="The release tag, for example v2.4.0.")
@click.option("--product", help="Which `[[changelog]]` source, where there are several.")
@click.option(
    "--repo",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A checkout to read instead of the declared repository, such as `.` in CI.",
)
@click.option(
    "--wait/--no-wait",
    default=True,
    help="Whether to wait for the run in Dagster until it has published.  [default: wait]",
)
@click.option(
    "--dagster",
    metavar="URL",
    help="A running Dagster that does the work; else SANKU_DAGSTER_URL, else `dagster.url`. "
    "Empty: in process.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write what `--json` prints into this file.",
)
@click.option("--github", is_flag=True, help="Print for GitHub or Gitea Actions, with annotations.")
@as_json
@company
def release(
    settings: "Settings",
    warehouse: "Warehouse",
    tag: str,
    product: str | None,
    repo: Path | None,
    wait: bool,
    dagster: str | None,
    report: Path | None,
    github: bool,
    as_json: bool,
) -> None:
    """Ingest one release's changelog and publish: the last step of release CI.

    Where a running Dagster is configured, its own run does the work, from the repository that it
    reads itself; else it is done in process. The same tag twice changes nothing; one that was moved
    is read again, with the release after it. Releases before it that were never read are read too.

    \b
    Exit status: 0 published; 3 published, with FAQ entries in doubt;
    4 blocked by a check; 5 could not run.
    """
    if github and as_json:
        raise click.UsageError("`--github` prints lines; `--report FILE` writes the JSON beside it")
    if not wait and (report or github):
        raise click.UsageError("`--no-wait` leaves before there is anything to report")
    if report is not None:
        clear(report)
    url = settings.dagster.url if dagster is None else dagster
    if url:
        name = _named(product) if product else _source(settings, tag, None, repo).name
        done = _through_dagster(settings, url, name, tag, wait=wait, as_json=as_json)
    elif wait:
        source = _source(settings, tag, product, repo)
        done = _in_process(settings, warehouse, source, tag, repo)
    else:
        raise click.UsageError("`--no-wait` needs a running Dagster: pass `--dagster URL`")
    if done is None:
        return
    show(done, as_json=as_json, github=github, file=report)
    if done.blocked:
        raise PublishBlockedError(done.blocked)
    if done.stale:
        sys.exit(IN_DOUBT)


def _in_process(
    settings: "Settings",
    warehouse: "Warehouse",
    source: "ChangelogSource",
    tag: str,
    checkout: Path | None,
) -> ReleaseReport:
    from pipelines.changelog.table import changes_in
    from pipelines.pull.releases import release as pull_release
    from pipelines.stale.findings import worst_first

    with turn(warehouse):
        done = pull_release(settings, warehouse, source, tag, checkout=checkout)
        publication = publish(settings, warehouse)
    changes = changes_in(warehouse.read_partition("changelog", source.name, tag))
    kinds = Counter(change.kind for change in changes)
    refused = warehouse.quarantine("changelog", tag, source.name).to_pylist()
    found = [
        one
        for one in worst_first(publication.findings)
        if one.product == source.name and one.tag in (tag, *done.pulled.partitions)
    ]
    return ReleaseReport(
        product=source.name,
        tag=tag,
        commit=done.commit,
        moved=(done.moved_from, done.commit) if done.moved_from else None,
        read=tuple(done.pulled.partitions),
        records=len(changes),
        kinds={kind: kinds[kind] for kind in ("added", "changed", "removed")},
        entries=tuple(Entry.of_change(change) for change in changes),
        quarantined=tuple(Refused.of_row(row) for row in refused),
        stale=tuple(Doubt.of_finding(one) for one in found if one.in_doubt),
        possible=tuple(Doubt.of_finding(one) for one in found if one.worth_a_look),
        publication=publication.told(),
        blocked=str(publication.blocked or ""),
    )


def _through_dagster(
    settings: "Settings", url: str, product: str, tag: str, *, wait: bool, as_json: bool
) -> ReleaseReport | None:
    """Have Dagster read the release; None where nobody waits for it."""
    from pipelines.dagster_server import follow, open_server, start_release

    with open_server(settings.dagster, url) as server:
        run = start_release(server, product, tag)
        try:
            _say(f"{'joined' if run.joined else 'started'} run {run.id}: {run.url}")
            if not wait:
                told = {"run_id": run.id, "run_url": run.url, "joined": run.joined}
                click.echo(to_json(told, indent=1) if as_json else run.url)
                return None
            result = follow(server, run, settings.dagster.wait_seconds, _say)
        except KeyboardInterrupt:
            _say(f"the run goes on: {run.url}")
            raise
    return _reported(run, result)


def _reported(run: "Run", result: "RunResult") -> ReleaseReport:
    failed = [
        f"`{check.name}` ({check.description})" for check in result.checks if not check.passed
    ]
    blocked = (
        f"the candidate is not published: {one_line('; '.join(failed), 400)}. Readers keep the "
        f"version they have. Mend what is named, and run the job again: {run.url}"
    )
    rows = [
        row
        for row in result.stale
        if row.get("verdict") == "open" and row.get("tag") in (run.tag, *result.read)
        if row.get("product") == run.product
    ]
    return ReleaseReport(
        product=run.product,
        tag=run.tag,
        commit="",
        moved=result.moved,
        read=tuple(result.read),
        records=result.records,
        kinds={},
        entries=(),
        quarantined=tuple(Refused.of_row(row) for row in result.quarantined),
        stale=tuple(Doubt.of_row(row) for row in rows if row.get("certainty") != "possible"),
        possible=tuple(Doubt.of_row(row) for row in rows if row.get("certainty") == "possible"),
        publication={
            "embedded": result.embedded,
            "reused": result.reused,
            "changes": result.changes,
            "checks": [
                {"name": one.name, "passed": one.passed, "summary": one.description or ""}
                for one in result.checks
            ],
            "blocked": result.version is None,
            "version": result.version,
            "new": result.new,
        },
        blocked=blocked if result.version is None else "",
        run_id=run.id,
        run_url=run.url,
    )


def _say(line: str) -> None:
    click.echo(line, err=True)


def _named(product: str) -> str:
    """Return a product's name, which is part of a key; the server alone knows if there is one."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", product):
        raise SettingsError(
            f"`{one_line(product)}` cannot name a product. Pass the `name` of its `[[changelog]]`."
        )
    return product


def _source(
    settings: "Settings", tag: str, product: str | None, repo: Path | None
) -> "ChangelogSource":
    """Return the source that is meant: named, standing at `repo`, or with tags like this one."""
    names = ", ".join(f"`{source.name}`" for source in settings.changelog) or "none"
    wanted = [source for source in settings.changelog if product in (None, source.name)]
    if not wanted:
        raise SettingsError(
            f"`--product` has to name one changelog source; `{settings.sources_file}` declares "
            f"{names}."
        )
    for narrower in (
        [source for source in wanted if repo and _stands_at(settings, source, repo)],
        [source for source in wanted if re.fullmatch(source.tags, tag)],
    ):
        left = [source for source in wanted if source in narrower]
        wanted = left or wanted
    if len(wanted) > 1:
        several = ", ".join(f"`{source.name}`" for source in wanted)
        raise SettingsError(
            f"`{one_line(tag)}` may be a release of any of {several}. Pass `--product` with one of "
            "them."
        )
    return wanted[0]


def _stands_at(settings: "Settings", source: "ChangelogSource", repo: Path) -> bool:
    from pipelines.sources.location import is_url

    if is_url(source.repo):
        return False
    return settings.beside_sources(source.repo).resolve() == repo.resolve()
