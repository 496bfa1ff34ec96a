"""`sanku faq`, `redact` and `changelog`: try a source without touching the warehouse."""

import secrets
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from pipelines.cli.options import as_json, no_company, print_json, print_table
from pipelines.records import Quarantined
from pipelines.text import one_line

_LINES_AT_ONCE = 2_000


@click.command()
@click.argument("path", type=click.Path(exists=True))
@as_json
@no_company
def faq(path: str, as_json: bool) -> None:
    """Show the FAQ entries that a Markdown file or a folder of them is read as."""
    from pipelines.faq.entries import read_entries
    from pipelines.faq.identity import with_identities
    from pipelines.sources.files import folder_files

    place = Path(path)
    folder, glob = (place, "**/*.md") if place.is_dir() else (place.parent, place.name)
    files, quarantined = folder_files(folder, glob, tier="faq", source="dry_run")
    found = []
    for file in files:
        read, refused = read_entries(file, source="dry_run", base_url="")
        found += read
        quarantined += refused
    entries, _ = with_identities(found)
    if as_json:
        print_json(
            {
                "entries": [asdict(entry) for entry in entries],
                "quarantined": [asdict(row) for row in quarantined],
            }
        )
        return
    rows = [
        (f"{e.path}:{e.line_start}-{e.line_end}", one_line(e.question, 50), one_line(e.answer, 60))
        for e in entries
    ]
    print_table(f"{len(entries)} entries", ("lines", "question", "answer"), rows)
    _print_quarantined(quarantined)


@click.command()
@as_json
@no_company
def redact(as_json: bool) -> None:
    """Redact stdin, one text per line; each line is a conversation of its own."""
    import json

    from pipelines.redaction import Redactor

    # The pseudonyms of a dry run need not match anything: no key file is read or made.
    redactor = Redactor(secrets.token_bytes(32))
    lines = (line.rstrip("\n") for line in sys.stdin)
    while batch := list(islice(lines, _LINES_AT_ONCE)):
        named = {str(number): [line] for number, line in enumerate(batch)}
        done = redactor.redact_conversations(named, lambda _: None)
        for number in named:
            (redacted,) = done[number]
            if as_json:
                click.echo(json.dumps(asdict(redacted), ensure_ascii=False))
            else:
                refused = f"（quarantined: {', '.join(redacted.residue)}）"
                click.echo(refused if redacted.residue else redacted.text)


@click.command()
@click.argument("repo")
@click.option("--path", default="CHANGELOG.md", show_default=True, help="Changelog in the REPO.")
@click.option(
    "--tags", default=r"v?\d+\.\d+\.\d+", show_default=True, help="What a release tag matches."
)
@as_json
@no_company
def changelog(repo: str, path: str, tags: str, as_json: bool) -> None:
    """Show the releases of REPO (a folder, bundle or URL) and what each changed."""
    from pydantic import ValidationError

    from pipelines.changelog import changes_of, releases
    from pipelines.settings import ChangelogSource
    from pipelines.sources.repository import open_repository

    try:
        source = ChangelogSource(name="dry_run", repo=repo, path=path, tags=tags)
    except ValidationError as error:
        raise click.BadParameter(error.errors()[0]["msg"], param_hint="--tags") from error
    with (
        tempfile.TemporaryDirectory() as cache,
        open_repository(repo, name="dry_run", cache=Path(cache)) as repository,
    ):
        found = [changes_of(repository, source, r) for r in releases(repository, source)]
    if as_json:
        print_json([asdict(changes) for changes in found])
        return
    rows = [
        (c.release.tag, c.release.released, e.kind, e.category, one_line(e.text or e.previous_text))
        for c in found
        for e in c.entries
    ]
    title = f"{len(found)} releases, {len(rows)} entries"
    print_table(title, ("tag", "released", "kind", "category", "text"), rows)
    _print_quarantined([row for changes in found for row in changes.quarantined])


def _print_quarantined(quarantined: Iterable[Quarantined]) -> None:
    for row in quarantined:
        click.echo(f"quarantined {row.path}:{row.line}: {row.reason}", err=True)
