"""The `sanku` command.

Exit status: 0 done, 1 `verify` found damage, 2 wrong usage, 4 a check blocked the publish,
5 could not run (the message on stderr says why, and the way out).
"""

import sys
from typing import Any

import click

from pipelines.cli.ask import ask, search, serve
from pipelines.cli.dry_runs import changelog, faq, redact
from pipelines.cli.run import release, run
from pipelines.cli.versions import rollback, status, verify, versions
from pipelines.errors import SankuError


class _Sanku(click.Group):
    """The command group: errors that Sanku raises become one line and an exit status."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SankuError as error:
            click.echo(f"sanku: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=_Sanku, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sanku")
def main() -> None:
    """Sanku (三库): an FAQ, chat logs and a CHANGELOG as one published, versioned index.

    \b
    Exit status: 0 done; 1 `verify` found damage; 2 wrong usage;
    4 a check blocked the publish; 5 could not run.
    """


for command in (
    run,
    search,
    ask,
    serve,
    release,
    status,
    versions,
    rollback,
    verify,
    faq,
    redact,
    changelog,
):
    main.add_command(command)
