"""Objects of a bucket on this disk, so that each content is fetched once."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from pipelines.sources.storage import StoredObject
from pipelines.text import digest


class ObjectCache:
    """Contents in one folder, named by a digest of what the listing says: never by their keys."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        # Two pulls of one source may meet; a sweep must not take what the other is writing.
        self._lock = FileLock(folder.with_name(f"{folder.name}.lock"))

    def get(self, found: StoredObject) -> bytes | None:
        """Return the content of an object, or None where it is not here, or not whole."""
        try:
            data = (self._folder / _name(found)).read_bytes()
        except FileNotFoundError:
            return None
        return data if len(data) == found.size else None

    def put(self, found: StoredObject, data: bytes) -> None:
        """Keep the content of an object, wholly or not at all."""
        with self._lock:
            handle, written = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(written).replace(self._folder / _name(found))

    def keep(self, listed: Iterable[StoredObject]) -> None:
        """Remove what no object of the bucket has any more."""
        names = {_name(found) for found in listed}
        with self._lock:
            for file in self._folder.iterdir():
                if file.name not in names:
                    file.unlink()


def _name(found: StoredObject) -> str:
    # Without a mark, only its time tells a content from the next.
    return digest(found.key, str(found.size), found.mark or found.changed)
