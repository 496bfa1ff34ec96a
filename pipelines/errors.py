"""The exceptions that Sanku raises on purpose; `exit_code` is what the `sanku` command returns."""

from pathlib import Path
from typing import ClassVar


class SankuError(Exception):
    """Sanku refuses or cannot go on; the message says what, why, and the way out."""

    exit_code: ClassVar[int] = 5


class SettingsError(SankuError):
    """`sources.toml` or an environment variable is wrong."""


class SourceError(SankuError):
    """A source cannot be read at all; a single bad record is quarantined instead."""


class MassChangeError(SankuError):
    """A source lost so many records at once that a person has to confirm it; nothing changed."""

    exit_code = 4


class EmbeddingError(SankuError):
    """The embedding model cannot be loaded, or is not the one the index was built with."""


class WarehouseError(SankuError):
    """The warehouse is damaged, locked by another writer, or not what its manifest says."""


class BusyError(WarehouseError):
    """Another run holds a lock of the warehouse, and did not let go of it in time."""


class GoneError(WarehouseError):
    """What a person would decide on is kept no more."""


class DecidedError(WarehouseError):
    """Somebody has decided on it before."""


class NotPublishedError(SankuError):
    """No version is published yet, or the one asked for is not kept."""


class PublishBlockedError(SankuError):
    """A blocking check refused the candidate; the published version is unchanged."""

    exit_code = 4


class DagsterError(SankuError):
    """A running Dagster cannot be asked, or its run did not end well."""


class ModelError(SankuError):
    """The language model gave no usable answer; `code` names the kind of failure."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def unreadable(file: Path, error: Exception, way_out: str) -> WarehouseError:
    """Return what to raise where `file` cannot be read: damage has a `way_out` that loses it.

    Where only the right to read it is missing, nothing may be lost.
    """
    if isinstance(error, PermissionError):
        return WarehouseError(
            f"`{file}` cannot be read: permission denied. Give the user that Sanku runs as the "
            "right to read it."
        )
    return WarehouseError(f"`{file}` is damaged. {way_out}")
