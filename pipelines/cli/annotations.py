"""Workflow commands: what GitHub, Gitea and Forgejo Actions show beside a file or a run."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import click

from pipelines.text import clean


def annotation(
    severity: Literal["error", "warning"], title: str, message: str, path: str = "", line: int = 0
) -> str:
    """Return a workflow command, which none of its parts can end or add to.

    Escaped as by `escapeData` and `escapeProperty` of @actions/core.
    """
    place = f"file={_property(path)},line={line}," if path else ""
    return f"::{severity} {place}title={_property(title)}::{_data(message)}"


@contextmanager
def no_commands() -> Iterator[None]:
    """Have the runner take no line of stdout for a workflow command while the block runs.

    It would find one behind leading blanks, and one like `##[error]` anywhere in a line
    (`ActionCommand` of actions/runner); the word that ends this is known to nobody else.
    """
    word = secrets.token_hex(16)
    click.echo(f"::stop-commands::{word}")
    try:
        yield
    finally:
        click.echo(f"::{word}::")


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
