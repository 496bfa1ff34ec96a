"""Workflow commands: what GitHub, Gitea and Forgejo Actions show beside a file or a run."""

from typing import Literal

from pipelines.text import clean


def annotation(
    severity: Literal["error", "warning"], title: str, message: str, path: str = "", line: int = 0
) -> str:
    """Return a workflow command, which none of its parts can end or add to.

    Escaped as by `escapeData` and `escapeProperty` of @actions/core.
    """
    place = f"file={_property(path)},line={line}," if path else ""
    return f"::{severity} {place}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
