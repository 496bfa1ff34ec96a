"""`sanku run` and `sanku release`: pull, embed, build, check, publish, without a Dagster server."""

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.errors import PublishBlockedError, SankuError, SettingsError, WarehouseError

if TYPE_CHECKING:
    from pipelines.pull import Pulled
    from pipelines.settings import Settings
    from pipelines.warehouse import Warehouse


@click.command()
@as_json
@company
def run(settings: "Settings", warehouse: "Warehouse", as_json: bool) -> None:
    """Pull all three tiers, embed what changed, check, and publish.

    A source that cannot be pulled keeps what it had; the rest is published, and the exit status
    tells. Runs the same functions as the Dagster assets; a run of this command is not listed in the
    Dagster UI.
    """
    from pipelines import pull

    pulls = _Pulls(as_json)
    for source in settings.faq:
        pulls.take(f"faq/{source.name}", partial(pull.faq, settings, warehouse, source))
    for log in settings.dialogues:
        with progress(f"redacting {log.name}") as bar:
            redact = partial(
                pull.dialogues,
                settings,
                warehouse,
                log,
                settings.window_days(),
                bar.advance,
                expect=bar.expect,
                only_changed=True,
            )
            pulls.take(f"dialogues/{log.name}", redact)
    for product in settings.changelog:
        read = partial(pull.changelog, settings, warehouse, product, only_changed=True)
        pulls.take(f"changelog/{product.name}", read)
    _publish(settings, warehouse, pulls)
    pulls.complain()


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
        self.failed: dict[str, SankuError] = {}

    def take(self, name: str, pull: Callable[[], "Pulled"]) -> None:
        """Pull one source; one that fails keeps what it had, and stops no other."""
        try:
            self.add(name, pull())
        except SankuError as error:
            self.failed[name] = error
            click.echo(f"{name}: not pulled: {error}", err=True)

    def complain(self) -> None:
        """Raise an error where a source was not pulled, now that all else is done."""
        if self.failed:
            names = ", ".join(f"`{name}`" for name in self.failed)
            first = next(iter(self.failed.values()))
            raise type(first)(
                f"{len(self.failed)} of {len(self.failed) + len(self.told)} sources were not "
                f"pulled and keep what they had: {names}. The lines above say why, and the way out."
            )

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
        "failed": {name: str(error) for name, error in pulls.failed.items()},
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
