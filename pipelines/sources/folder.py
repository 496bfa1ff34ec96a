"""A folder on this machine as a tree of files."""

import os
import time
from functools import cached_property
from pathlib import Path

from pipelines.records import Quarantined
from pipelines.sources.files import (
    SourceFile,
    check_folder,
    check_matched,
    file_names,
    folder_files,
    glob_segments,
    is_readable_name,
    path_inside,
    read_below,
)
from pipelines.text import digest

# The longest tick of a kernel's clock: two writes within one leave the same times behind.
_TICK_NANOSECONDS = 20_000_000


class FolderTree:
    """The files below a folder; `revision` is a digest of what the file system says of each.

    No file is opened for it: path, size, times of change and inode are enough. Raises
    `SourceError` when the folder cannot be listed, and `SettingsError` for a glob that leaves it.
    """

    def __init__(self, root: Path, glob: str, *, source: str, without: Path | None = None) -> None:
        # Neither globs nor includes see hidden names, unless the glob names one.
        self._hidden = any(segment.startswith(".") for segment in glob_segments(glob))
        self._without = without
        check_folder(root, source)
        self._root = root
        self._real_root = root.resolve()
        self._glob = glob
        self._source = source

    @cached_property
    def revision(self) -> str:
        """A digest of what the file system says of each file; taken when it is first asked for."""
        return _state(self._root, self._without, hidden=self._hidden)

    def files(self) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files that the glob matches, sorted by path, and those refused."""
        found = folder_files(self._root, self._glob, tier="faq", source=self._source)
        if not any(found):
            check_matched(file_names(self._root), self._glob, self._source)
        return found

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`; None for what is outside, hidden, over 20 MB or no file."""
        parts = path_inside(path)
        if parts is None or not is_readable_name(parts):
            return None
        found = read_below(self._real_root, self._root.joinpath(*parts), "/".join(parts))
        return found if isinstance(found, bytes) else None

    def exists(self, path: str) -> bool:
        """Tell whether there is a file or folder at `path`, inside the folder."""
        parts = path_inside(path)
        if parts is None:
            return False
        try:
            real = self._root.joinpath(*parts).resolve(strict=True)
        except (OSError, RuntimeError):  # a loop of symbolic links is the latter
            return False
        return real.is_relative_to(self._real_root) and (real.is_file() or real.is_dir())


def _state(root: Path, without: Path | None, *, hidden: bool) -> str:
    """Return a digest of the name of everything below `root`, and of the state of what is a file.

    Hidden names are passed over, and so is the folder `without`, which Sanku itself writes to.

    When one of them changed this very moment, waits until the next change must show.
    """
    lines: list[str] = []
    youngest = 0
    real_root = root.resolve()
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            lines.append(f"{folder.relative_to(root)}\0{error.errno}")
            continue
        for entry in entries:
            path = folder / entry.name
            if path == without or (entry.name.startswith(".") and not hidden):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
                lines.append(f"{path.relative_to(root)}\0folder")
                continue
            try:
                states = _states(entry, real_root)
            except OSError as error:  # it went since it was listed
                lines.append(f"{path.relative_to(root)}\0{error.errno}")
                continue
            youngest = max(youngest, *(state.st_ctime_ns for state in states))
            told = [
                (one.st_mode, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino)
                for one in states
            ]
            lines.append(f"{path.relative_to(root)}\0{told}")
    if 0 <= time.time_ns() - youngest < _TICK_NANOSECONDS:
        time.sleep(_TICK_NANOSECONDS / 1e9)
    return digest(*sorted(lines))


def _states(entry: os.DirEntry[str], real_root: Path) -> list[os.stat_result]:
    """Return the state of what is no folder, and of the file inside `real_root` that it links to.

    What is mounted from a ConfigMap changes only there: `faq.md` is a link to `..data/faq.md`.
    """
    states = [entry.stat(follow_symlinks=False)]
    if entry.is_symlink():
        try:
            real = Path(entry.path).resolve(strict=True)
            if real.is_relative_to(real_root) and not real.is_dir():
                states.append(real.stat())
        except (OSError, RuntimeError):  # it leads nowhere, or to itself
            pass
    return states
