"""What a bucket is asked for: one listing of its objects, and the content of one of them."""

from dataclasses import dataclass
from typing import Protocol

from pipelines.errors import SourceError
from pipelines.sources.files import MAX_FILES
from pipelines.text import one_line


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the listing tells of it."""

    key: str
    size: int
    """Bytes."""
    mark: str
    """What another content would change: its ETag or a checksum; empty where there is none."""
    changed: str
    """When it was written last, as the storage writes times."""


class Storage(Protocol):
    """One bucket of an object storage; close it after use."""

    def objects(self, prefix: str) -> list[StoredObject]:
        """Return all objects whose key starts with `prefix`; raises `SourceError`."""
        ...

    def content(self, found: StoredObject) -> bytes | str:
        """Return an object's content, or why that one may not be read.

        Raises `SourceError` when nothing can be read now, or the object is not what it was when
        it was listed.
        """
        ...

    def close(self) -> None:
        """End all connections."""
        ...


def too_many(source: str) -> SourceError:
    """Return the error for a bucket that is no folder of documents."""
    return SourceError(
        f"`{source}` holds more than {MAX_FILES:,} objects under its folder. Narrow `folder` in "
        "`sources.toml`."
    )


def changed_meanwhile(source: str, found: StoredObject) -> SourceError:
    """Return the error for an object that is not what the listing said."""
    return SourceError(
        f"`{one_line(found.key)}` of `{source}` changed while it was read. Pull again when "
        "nothing is being uploaded."
    )
