"""A tree of files at one moment: what a folder, a commit and a bucket have in common."""

from typing import Protocol

from pipelines.records import Quarantined
from pipelines.sources.files import SourceFile


class Tree(Protocol):
    """The files of a source as they were when it was opened; paths are POSIX, relative to it."""

    @property
    def revision(self) -> str:
        """What is equal only where no file of the tree has changed."""
        ...

    def files(self) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files that the source's glob matches, sorted by path, and those refused."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return any file of the tree; None where there is none, or none that may be read."""
        ...

    def exists(self, path: str) -> bool:
        """Tell whether the tree holds a file or folder at `path`."""
        ...
