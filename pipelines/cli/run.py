"""`sanku run` and `sanku release`: pull, embed, build, check, publish, without a Dagster server."""

import time
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.errors import PublishBlockedError, SettingsError, WarehouseError

if TYPE_CHECKING:
    from pipelines.pull import Pulled
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@as_json
@company
def run(settings: "Settings", warehouse: "Warehouse", as_json: bool) -> None:
    """Pull all three tiers, embed what changed, check, and publish.

    Runs the same functions as the Dagster assets; a run of this command is not listed in the
    Dagster UI.
    """
    from pipelines import pull

    pulls = _Pulls(as_json)
    for source in settings.faq:
        pulls.add(f"faq/{source.name}", pull.faq(settings, warehouse, source))
    for log in settings.dialogues:
        with progress(f"redacting {log.name}") as bar:
            done = pull.dialogues(
                settings,
                warehouse,
                log,
                settings.window_days(),
                bar.advance,
                expect=bar.expect,
                only_changed=True,
            )
        pulls.add(f"dialogues/{log.name}", done)
    for product in settings.changelog:
        done = pull.changelog(settings, warehouse, product, only_changed=True)
        pulls.add(f"changelog/{product.name}", done)
    _publish(settings, warehouse, pulls)


@click.command()
@click.option("--tag", required=True, help="The release tag, for example v2.4.0.")
@click.option("--product", help="Which `[[changelog]]` source, where there are several.")
@as_json
@company
def release(
    settings: "Settings", warehouse: "Warehouse", tag: str, product: str | None, as_json: bool
) -> None:
    """Ingest one release's changelog and publish: the last step of release CI."""
    from pipelines import pull

    names = [source.name for source in settings.changelog]
    wanted = [s for s in settings.changelog if product in (None, s.name)]
    if len(wanted) != 1:
        raise SettingsError(
            f"`--product` has to name one changelog source; `{settings.sources_file}` declares "
            f"{', '.join(f'`{name}`' for name in names) or 'none'}."
        )
    pulls = _Pulls(as_json)
    done = pull.changelog(settings, warehouse, wanted[0], [tag])
    pulls.add(f"changelog/{wanted[0].name}@{tag}", done)
    _publish(settings, warehouse, pulls)


class _Pulls:
    """What was pulled so far; said at once to people, and at the end to scripts."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.started = time.perf_counter()
        self.told: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pulled: "Pulled") -> None:
        total = pulled.total
        self.told[name] = {**asdict(total), **pulled.facts}
        if not self.as_json:
            click.echo(
                f"{name}: {total.records} records (+{total.added} ~{total.changed} "
                f"-{total.removed}), {total.quarantined} quarantined"
            )


def _publish(settings: "Settings", warehouse: "Warehouse", pulls: _Pulls) -> None:
    from pipelines import refresh
    from pipelines.checks import CHECKS
    from pipelines.embedding.model import Embedder, load_embedder
    from pipelines.versions import published, read_pointer

    @cache
    def embedder() -> Embedder:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    with progress("embedding") as bar:
        stats = refresh.embed(settings, warehouse, embedder, bar.advance, expect=bar.expect)
    candidate = refresh.build(settings, warehouse)
    built = candidate.version.manifest.digest
    results = []
    if at := refresh.gate(settings, warehouse, embedder):
        results = [refresh.run_check(name, at) for name in CHECKS]
    if not pulls.as_json:
        click.echo(f"embedded {stats.embedded}, reused {stats.reused}")
        for result in results:
            click.echo(f"{'ok' if result.passed else 'FAILED'}  {result.name}: {result.summary}")
    told: dict[str, Any] = {
        "pulled": pulls.told,
        "embedded": stats.embedded,
        "reused": stats.reused,
        "changes": {tier: asdict(change) for tier, change in candidate.changes.items()},
        "checks": [asdict(result) for result in results],
    }
    try:
        done = refresh.publish_candidate(settings, warehouse)
    except PublishBlockedError:
        if pulls.as_json:
            # What readers still see, and that it is not this candidate.
            before = published(warehouse).name if read_pointer(warehouse) else None
            print_json({**told, "blocked": True, "version": before, "new": False})
        raise
    if not (done.new or candidate.unchanged or done.manifest.digest == built):
        raise WarehouseError(
            "another run, or `sanku forget`, removed the candidate before it was published. "
            f"Readers keep `{done.manifest.version}`. Run `sanku run` again."
        )
    if pulls.as_json:
        seconds = round(time.perf_counter() - pulls.started, 3)
        version = done.manifest.version
        outcome = {"blocked": False, "version": version, "new": done.new, "seconds": seconds}
        print_json({**told, **outcome})
    else:
        click.echo(
            f"{'published' if done.new else 'unchanged, still published'}: {done.manifest.version}"
        )
