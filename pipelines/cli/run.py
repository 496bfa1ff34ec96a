"""`sanku run` and `sanku release`: pull, embed, build, check, publish, without a Dagster server."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import click

from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.errors import SettingsError
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse


@click.command()
@as_json
@company
def run(settings: Settings, warehouse: Warehouse, as_json: bool) -> None:
    """Pull all three tiers, embed what changed, check, and publish.

    Runs the same functions as the Dagster assets; a run of this command is not listed in the
    Dagster UI.
    """
    from pipelines import refresh

    pulled: dict[str, Any] = {}
    for source in settings.faq:
        pulled[f"faq/{source.name}"] = _told(refresh.refresh_faq(settings, warehouse, source))
    for log in settings.dialogues:
        with progress(f"redacting {log.name}", None) as advance:
            done = refresh.refresh_dialogues(
                settings, warehouse, log, settings.window_days(), advance, only_changed=True
            )
        pulled[f"dialogues/{log.name}"] = _told(done)
    for product in settings.changelog:
        done = refresh.refresh_changelog(settings, warehouse, product, only_changed=True)
        pulled[f"changelog/{product.name}"] = _told(done)
    _publish(settings, warehouse, pulled, as_json=as_json)


@click.command()
@click.option("--tag", required=True, help="The release tag, for example v2.4.0.")
@click.option("--product", help="Which `[[changelog]]` source, where there are several.")
@as_json
@company
def release(
    settings: Settings, warehouse: Warehouse, tag: str, product: str | None, as_json: bool
) -> None:
    """Ingest one release's changelog and publish: the last step of release CI."""
    from pipelines import refresh

    names = [source.name for source in settings.changelog]
    wanted = [s for s in settings.changelog if product in (None, s.name)]
    if len(wanted) != 1:
        raise SettingsError(
            f"`--product` has to name one changelog source; `{settings.sources_file}` declares "
            f"{', '.join(f'`{name}`' for name in names) or 'none'}."
        )
    done = refresh.refresh_changelog(settings, warehouse, wanted[0], [tag])
    pulled = {f"changelog/{wanted[0].name}@{tag}": _told(done)}
    _publish(settings, warehouse, pulled, as_json=as_json)


def _publish(
    settings: Settings, warehouse: Warehouse, pulled: Mapping[str, Any], *, as_json: bool
) -> None:
    from pipelines import refresh
    from pipelines.checks import CHECKS
    from pipelines.embedding.model import Embedder, load_embedder

    @cache
    def embedder() -> Embedder:
        return load_embedder(settings, lambda line: click.echo(line, err=True))

    started = time.perf_counter()
    if not as_json:
        for name, told in pulled.items():
            click.echo(
                f"{name}: {told['rows']} records (+{told['added']} ~{told['changed']} "
                f"-{told['removed']}), {told['quarantined']} quarantined"
            )
    with progress("embedding", refresh.texts_to_embed(settings, warehouse)) as advance:
        stats = refresh.embed(settings, warehouse, embedder, advance)
    candidate = refresh.build(settings, warehouse)
    results = []
    if at := refresh.gate(settings, warehouse, embedder):
        results = [refresh.run_check(name, at) for name in CHECKS]
    if not as_json:
        click.echo(f"embedded {stats.embedded}, reused {stats.reused}")
        for result in results:
            click.echo(f"{'ok' if result.passed else 'FAILED'}  {result.name}: {result.summary}")
    done = refresh.publish_candidate(settings, warehouse)
    if as_json:
        print_json(
            {
                "pulled": pulled,
                "embedded": stats.embedded,
                "reused": stats.reused,
                "changes": {tier: asdict(change) for tier, change in candidate.changes.items()},
                "checks": [asdict(result) for result in results],
                "version": done.manifest.version,
                "new": done.new,
                "seconds": round(time.perf_counter() - started, 3),
            }
        )
    else:
        told = "published" if done.new else "unchanged, still published"
        click.echo(f"{told}: {done.manifest.version}")


def _told(pulled: Any) -> dict[str, Any]:
    return {**asdict(pulled.total), **pulled.facts}
