"""The `sanku` command.

Exit status: 0 done, 1 `verify` or `faq lint` found something, 2 wrong usage, 3 `release` published
and made FAQ entries doubtful, 4 a check or a guard blocked, 5 could not run (the message on stderr
says why, and the way out), 130 interrupted by Ctrl-C, 141 the reader of the output left.
"""

import io
import os
import sys
from typing import Any

import click

from pipelines.cli.analytics import analytics
from pipelines.cli.ask import ask
from pipelines.cli.dry_runs import changelog, redact
from pipelines.cli.evaluate import evaluate
from pipelines.cli.experiment import experiment
from pipelines.cli.faq import faq
from pipelines.cli.forget import forget
from pipelines.cli.mcp import mcp
from pipelines.cli.quarantine import quarantine
from pipelines.cli.release import release
from pipelines.cli.run import run
from pipelines.cli.search import search
from pipelines.cli.serve import serve
from pipelines.cli.versions import rollback, status, verify, versions
from pipelines.errors import SankuError

INTERRUPTED, READER_LEFT = 130, 141


class _Sanku(click.Group):
    """The command group: errors that Sanku raises become one line and an exit status."""

    def invoke(self, context: click.Context) -> Any:
        # LanceDB writes a log of its own to stderr, and reads this when it is imported.
        os.environ.setdefault("LANCEDB_LOG", "error")
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # What a terminal's encoding lacks is shown as an escape instead of a crash.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(context)
        except SankuError as error:
            click.echo(f"sanku: {error}", err=True)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            # Such as `sanku versions | head -1`. Python flushes once more when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(READER_LEFT)
        except OSError as error:
            click.echo(
                f"sanku: `{error.filename or 'the disk or network'}`: {error.strerror or error}. "
                "Check that the place exists, can be written to, and has room.",
                err=True,
            )
            sys.exit(SankuError.exit_code)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


@click.group(cls=_Sanku, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sanku", prog_name="sanku")
def main() -> None:
    """Sanku (三库): an FAQ, chat logs and a CHANGELOG as one published, versioned index.

    \b
    Exit status: 0 done; 1 `verify` or `faq lint` found something;
    2 wrong usage; 3 `release` published, with FAQ entries in doubt;
    4 a check or a guard blocked; 5 could not run; 130 interrupted.
    """


for command in (
    run,
    search,
    ask,
    evaluate,
    experiment,
    serve,
    mcp,
    release,
    status,
    versions,
    rollback,
    verify,
    forget,
    quarantine,
    analytics,
    faq,
    redact,
    changelog,
):
    main.add_command(command)
