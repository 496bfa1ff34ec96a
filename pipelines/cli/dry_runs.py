"""`sanku redact` and `changelog`: try a source without touching the warehouse."""

import os
import secrets
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import as_json, no_warehouse, print_json, print_table, to_json
from pipelines.errors import SourceError
from pipelines.records import Quarantined
from pipelines.text import clean, one_line

if TYPE_CHECKING:
    from pipelines.redaction import Redacted

_LINES_AT_ONCE = 2_000


@click.command()
@as_json
@no_warehouse
def redact(sources: str | None, as_json: bool) -> None:
    """Redact stdin, one UTF-8 text per line; each line is a conversation of its own.

    With `--sources` or SANKU_SOURCES, its `[redaction]` holds: what it allows, its recognizers.
    """
    from pipelines.redaction import Redactor, company_redactor
    from pipelines.sources_toml import load_settings

    declared = sources or os.environ.get("SANKU_SOURCES")
    # The pseudonyms of a dry run need not match anything: no key file is read or made.
    key = secrets.token_bytes(32)
    redactor = company_redactor(load_settings(declared), key) if declared else Redactor(key)
    typed = sys.stdin.isatty()
    if typed:
        click.echo("one text per line; Ctrl-D ends", err=True)
    lines = sys.stdin.buffer
    while batch := list(islice(lines, 1 if typed else _LINES_AT_ONCE)):
        texts = {str(number): _text(line) for number, line in enumerate(batch)}
        readable = {number: [text] for number, text in texts.items() if text is not None}
        done = redactor.redact_conversations(readable, lambda _: None)
        for number in texts:
            _print_redacted(done[number][0] if number in done else None, as_json=as_json)


def _text(line: bytes) -> str | None:
    """Return a line as text; None where it is not UTF-8, which is refused and never guessed."""
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        return None


def _print_redacted(redacted: "Redacted | None", *, as_json: bool) -> None:
    residue = redacted.residue if redacted else ("not_utf8",)
    text = redacted.text if redacted else ""
    spans = [asdict(span) for span in redacted.spans] if redacted else []
    if as_json:
        click.echo(to_json({"text": text, "spans": spans, "residue": residue}))
    elif residue:
        click.echo(f"（quarantined: {', '.join(residue)}）")
    else:
        click.echo(clean(text) if sys.stdout.isatty() else text, color=True)


@click.command()
@click.argument("repo")
@click.option("--path", default="CHANGELOG.md", show_default=True, help="Changelog in the REPO.")
@click.option(
    "--tags", default=r"v?\d+\.\d+\.\d+", show_default=True, help="What a release tag matches."
)
@as_json
@no_warehouse
def changelog(repo: str, path: str, tags: str, sources: str | None, as_json: bool) -> None:
    """Show the releases of REPO (a folder, bundle or URL) and what each changed."""
    del sources
    from pydantic import ValidationError

    from pipelines.changelog.changes import changes_of
    from pipelines.changelog.releases import releases
    from pipelines.settings import ChangelogSource
    from pipelines.sources.repository import open_repository

    try:
        source = ChangelogSource(name="dry_run", repo=repo, path=path, tags=tags)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(message, param_hint="--tags") from error
    with (
        tempfile.TemporaryDirectory() as cache,
        open_repository(repo, name="dry_run", cache=Path(cache)) as repository,
    ):
        found = [changes_of(repository, source, r) for r in releases(repository, source)]
    if not found:
        raise SourceError(
            f"`{repo}` has no tag that matches `{tags}` whole. `git tag` lists what it has; "
            "name the pattern with `--tags`."
        )
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
    _print_quarantined(row for changes in found for row in changes.quarantined)


def _print_quarantined(quarantined: Iterable[Quarantined]) -> None:
    for row in quarantined:
        click.echo(f"quarantined {row.path}:{row.line}: {row.reason}", err=True)
