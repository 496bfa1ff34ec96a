"""`sanku run`: pull, embed, build, check, publish, without a Dagster server."""

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import as_json, company, print_json, progress
from pipelines.cli.publishing import Publication, last_line, lines_of, publish, turn
from pipelines.cli.similar import similar_questions
from pipelines.errors import SankuError

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
    pulls = _Pulls(as_json)
    with turn(warehouse):
        _pull(settings, warehouse, pulls)
        publication = publish(settings, warehouse)
        pulls.tell(publication)
        if not publication.blocked:
            similar_questions(settings, warehouse)
    if publication.blocked:
        raise publication.blocked
    pulls.complain()


def _pull(settings: "Settings", warehouse: "Warehouse", pulls: "_Pulls") -> None:
    from pipelines import pull

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

    def tell(self, publication: Publication) -> None:
        """Say what became of it: lines for people, or one document for scripts."""
        in_doubt = sum(one.in_doubt for one in publication.findings)
        told = publication.told()
        if self.as_json:
            failed = {name: str(error) for name, error in self.failed.items()}
            seconds = round(time.perf_counter() - self.started, 3)
            outcome = {**told, "in_doubt": in_doubt, "seconds": seconds}
            print_json({"pulled": self.told, "failed": failed, **outcome})
            return
        for line in lines_of(told):
            click.echo(line)
        if in_doubt:
            click.echo(f"FAQ entries in doubt: {in_doubt}; `sanku faq review` lists them")
        if not publication.blocked:
            click.echo(last_line(told))
