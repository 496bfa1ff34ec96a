"""`sanku serve` without its models: scripted answers in a process of their own.

`python -m tests.gateway.foreground SOURCES GATE`; each answer waits for the file GATE to be there.
"""

import sys
import threading
from pathlib import Path

import click
from starlette.applications import Starlette

from pipelines.gateway.operations.journal import keep_journal
from pipelines.gateway.operations.reload import Reloading
from pipelines.gateway.server import bind, serve_until_stopped, url_of
from pipelines.sources_toml import load_settings
from tests.gateway.served import ScriptedAnswerer, app_for


class Gate(threading.Event):
    """An event that is a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def is_set(self) -> bool:
        return self._file.exists()


def main(sources: Path, gate: Path) -> None:
    def make() -> Starlette:
        answerer = ScriptedAnswerer(["第一句。\n", Gate(gate), "第二句。"])
        return app_for(answerer, settings=load_settings(sources, sources.parent / "warehouse"))

    keep_journal("json")
    with bind("127.0.0.1", 0) as listening:
        serve_until_stopped(
            Reloading(make(), make, patience_seconds=20),
            listening,
            lambda: click.echo(url_of(listening)),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
