"""The log files of a source: which they are, and how they are opened without leaving its folder."""

import hmac
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pipelines.errors import SourceError
from pipelines.records import Quarantined
from pipelines.settings import DialogueSource, Settings
from pipelines.text import clean, digest

_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
_LONG_NUMBER = re.compile(r"(?:\d[-._]?){9,}")


@dataclass(frozen=True, slots=True)
class LogFile:
    """One log: the path that records carry, relative to its folder, and where it really is."""

    path: str
    real: Path


def log_files(
    source: DialogueSource, settings: Settings, key: bytes
) -> tuple[list[LogFile], list[Quarantined]]:
    """Return the files that `source.files` matches, sorted by path, and those that are refused.

    Paths are shown so that they name no person; `key` is the redaction key.
    A link that leads out of the source's folder, a pipe or a device is quarantined.
    Raises `SourceError` when the glob leaves that folder or matches nothing, unless the log is the
    gateway's: it has no files before its first question.
    """
    if source.format == "gateway":
        root, glob = (settings.warehouse / "conversations").resolve(), "*.jsonl"
    else:
        root, glob = settings.beside_sources(source.folder).resolve(), source.files
    pattern = PurePosixPath(glob)
    if pattern.is_absolute() or ".." in pattern.parts or not pattern.parts:
        raise SourceError(
            f"`files` of dialogue source `{source.name}` leaves its `folder`. "
            "Write a glob below it, like `dialogues/*.jsonl`."
        )
    files: list[LogFile] = []
    refused: list[Quarantined] = []
    try:
        places = sorted(root.glob(glob))
    except ValueError as error:
        raise SourceError(
            f"`files` of dialogue source `{source.name}` is no glob: {error}. "
            "Write one like `dialogues/**/*.jsonl`."
        ) from error
    for place in places:
        path = _shown(clean(place.relative_to(root).as_posix()), key)
        if place.is_dir():
            continue
        if problem := _problem(place, root):
            refused.append(
                Quarantined("dialogues", source.name, path, 0, problem, "", digest(path))
            )
        else:
            files.append(LogFile(path, place.resolve()))
    if not files and not refused and source.format != "gateway":
        raise SourceError(
            f"`files` of dialogue source `{source.name}` matches no file: `{glob}` below "
            f"`{root}`. Put a log there or mend the glob."
        )
    return files, refused


@contextmanager
def open_log(file: LogFile) -> Iterator[BinaryIO]:
    """Open `file` for reading bytes; raises `SourceError` when it cannot be read."""
    try:
        # Not following a link, and not waiting for a pipe, that took the file's place meanwhile.
        descriptor = os.open(file.real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SourceError(
            f"`{file.path}` cannot be read: {error.strerror}. Mend its permissions or take it out "
            "of the source's `files`."
        ) from None
    with os.fdopen(descriptor, "rb", buffering=1 << 18) as handle:
        yield handle


def _shown(path: str, key: bytes) -> str:
    """Return a path that names no person: exports are often called after the customer.

    Only plain names are kept, such as `web-2026-W41.jsonl`; any other becomes a keyed hash.
    """
    if _PLAIN.fullmatch(path) and not _LONG_NUMBER.search(path):
        return path
    return f"log-{hmac.digest(key, path.encode(), 'sha256').hex()[:12]}{PurePosixPath(path).suffix}"


def _problem(place: Path, root: Path) -> str:
    try:
        real = place.resolve(strict=True)
        kind = real.stat().st_mode
    except (OSError, RuntimeError):  # pathlib in Python 3.11 reports a loop of links so
        return "is a link that leads nowhere; remove it or mend its target"
    if not real.is_relative_to(root):
        return "is a link out of the source's `folder`; copy the file into it, or mend `folder`"
    if not stat.S_ISREG(kind):
        return "is no regular file; take it out of the source's `files`"
    return ""
