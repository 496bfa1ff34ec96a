"""A folder of a bucket as a tree of files: one listing, and a request for each new content."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

from pipelines.errors import SettingsError, SourceError
from pipelines.records import Quarantined
from pipelines.sources.files import (
    MAX_FILE_BYTES,
    MAX_FILES,
    SourceFile,
    check_matched,
    glob_segments,
    has_controls,
    is_readable_name,
    path_inside,
    refused_file,
    segments_match,
)
from pipelines.sources.object_cache import ObjectCache
from pipelines.sources.storage import Storage, StoredObject, too_many
from pipelines.text import digest, one_line

_CONNECTIONS = 8


class BucketTree:
    """The objects below a folder of a bucket; `revision` is a digest of their listing.

    A key is a name in a table here, and never a path on this machine. Raises `SourceError` when
    the bucket cannot be listed or has no such folder, and `SettingsError` for a folder or glob
    that leaves it.
    """

    def __init__(
        self, storage: Storage, cache: ObjectCache, folder: str, glob: str, *, source: str
    ) -> None:
        self._glob = glob
        self._patterns = glob_segments(glob)
        prefix = _prefix(folder, source)
        self._storage = storage
        self._cache = cache
        self._source = source
        listed = storage.objects(prefix)
        if len(listed) > MAX_FILES:
            raise too_many(source)
        if prefix and not listed:
            raise SourceError(
                f"the bucket of `{source}` has no folder `{one_line(folder)}`. Mend `folder` in "
                "`sources.toml`."
            )
        cache.keep(listed)
        self.revision = digest(
            *sorted(f"{it.key}\0{it.size}\0{it.mark}\0{it.changed}" for it in listed)
        )
        self._objects: dict[str, StoredObject] = {}
        self._folders: set[str] = set()
        self._unfit: list[tuple[str, str]] = []
        for found in listed:
            self._take_in(found.key.removeprefix(prefix), found)

    def files(self) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files that the glob matches, sorted by path, and those refused.

        Content that is on this disk already is not asked for again.
        """
        names = sorted(name for name in self._objects if segments_match(name, self._patterns))
        if not names and not self._unfit:
            check_matched(self._objects, self._glob, self._source)
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            contents = list(pool.map(self._load, (self._objects[name] for name in names)))
        files: list[SourceFile] = []
        refused = list(self._unfit)
        for name, content in zip(names, contents, strict=True):
            if isinstance(content, bytes):
                files.append(SourceFile(name, content))
            else:
                refused.append((name, content))
        return files, [
            refused_file(one_line(name, 200), reason, tier="faq", source=self._source, raw=name)
            for name, reason in sorted(refused)
        ]

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`; None for what is outside, hidden, over 20 MB or no file."""
        parts = path_inside(path)
        if parts is None or not is_readable_name(parts):
            return None
        found = self._objects.get("/".join(parts))
        content = self._load(found) if found else None
        return content if isinstance(content, bytes) else None

    def exists(self, path: str) -> bool:
        """Tell whether there is a file or folder at `path`, inside the folder."""
        parts = path_inside(path)
        if parts is None:
            return False
        name = "/".join(parts)
        return not parts or name in self._objects or name in self._folders

    def _take_in(self, name: str, found: StoredObject) -> None:
        # Consoles make an empty object for each folder, named with a slash at its end.
        is_marker = not name or (name.endswith("/") and not found.size)
        reason = _unfit(name.removesuffix("/") if is_marker else name)
        if not reason:
            parts = name.split("/")
            self._folders |= {"/".join(parts[:depth]) for depth in range(1, len(parts))}
            if not is_marker:
                self._objects[name] = found
        elif name and fnmatchcase(name.rstrip("/").rpartition("/")[2], self._patterns[-1]):
            self._unfit.append((name, reason))

    def _load(self, found: StoredObject) -> bytes | str:
        """Return an object's content, or why it is refused."""
        if found.size > MAX_FILE_BYTES:
            return f"the file is over {MAX_FILE_BYTES // 1_000_000} MB; split it"
        if not found.size:
            return b""
        content: bytes | str | None = self._cache.get(found)
        if content is None:
            content = self._storage.content(found)
            if isinstance(content, bytes):
                self._cache.put(found, content)
        return content


def _prefix(folder: str, source: str) -> str:
    """Return what the keys of a folder start with."""
    parts = path_inside(folder)
    if parts is None or ".." in folder.split("/"):
        raise SettingsError(
            f"`{one_line(folder)}`, the `folder` of `{source}`, leaves the bucket. Write it from "
            "the bucket's root, like `docs/faq`."
        )
    return "".join(f"{part}/" for part in parts)


def _unfit(name: str) -> str:
    """Return why a key is no path of a file; empty where it is one."""
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "the object's name has an empty part, `.` or `..` in it; rename it"
    if has_controls(name) or "\t" in name:
        return "the object's name has control characters in it; rename it"
    if not unicodedata.is_normalized("NFC", name):
        return "the object's name is not in Unicode's composed form (NFC); rename it"
    return ""
