"""Where a changelog stood at a release, and what it said: files move, and tags do not follow."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines.changelog.releases import Release
from pipelines.errors import SourceError
from pipelines.records import Quarantined
from pipelines.settings import ChangelogSource
from pipelines.sources.files import decode
from pipelines.sources.repository import Repository
from pipelines.text import digest, one_line

# A file whose lines mostly stand in the later changelog became it; a translation shares few.
_SAME_FILE = 0.5
_STEMS = (
    "CHANGELOG", "Changelog", "ChangeLog", "changelog", "CHANGES", "Changes", "changes", "HISTORY",
    "History", "history", "NEWS", "News", "RELEASES", "RELEASE_NOTES", "RELEASE-NOTES",
    "release-notes", "release_notes", "ReleaseNotes", "更新日志", "CHANGELOG.zh-CN", "CHANGELOG_zh",
    "CHANGELOG.zh", "CHANGELOG.en-US", "CHANGELOG.en", "CHANGELOG_CN", "CHANGELOG-CN",
)  # fmt: skip
_SUFFIXES = (".md", "", ".rst", ".txt")
_MARKS = re.compile(r"^[\s>#*+\-\d.)|]+|[\s`*_]+")


@dataclass(frozen=True, slots=True)
class Changelog:
    """The changelog at one release: the path that it had then, and its text."""

    path: str
    text: str
    misread: int = 0
    """The first line that is not UTF-8 and was read as Windows-1252; 0 where there is none."""


def changelog_at(
    repository: Repository, source: ChangelogSource, known: Sequence[Release], release: Release
) -> Changelog | Quarantined:
    """Return the changelog as `release` has it.

    Where `source.path` is not there yet, it is the file that has the usual name of a changelog, is
    gone where `source.path` first appears, and whose lines mostly went on there.
    """
    path = source.path
    try:
        data = repository.read(release.commit, path)
        if data is None and (earlier := _earlier(repository, source, known, release)):
            path, data = earlier
        if data is not None:
            return Changelog(path, *readable(data))
        reason = f"tag `{one_line(release.tag)}` has no such file; mend `path` if it moved"
    except (SourceError, ValueError) as error:
        reason = str(error)
    key = digest("changelog", source.name, release.commit, source.path)
    return Quarantined("changelog", source.name, one_line(source.path), 1, reason, "", key)


def readable(data: bytes) -> tuple[str, int]:
    """Return the text of a changelog, and its first line that had to be read as Windows-1252.

    It is UTF-8, or GB18030, or else UTF-8 with lines of older days, in which names of people have
    accents. Raises `ValueError` for what is no text.
    """
    try:
        return decode(data), 0
    except ValueError:
        if b"\0" in data:
            raise
    lines = data.split(b"\n")
    first = next(number for number, line in enumerate(lines, start=1) if not _is_utf8(line))
    return "\n".join(map(_line, lines)).removeprefix("\ufeff"), first


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    beyond_ascii = set(text) - set(map(chr, range(128)))
    # Between other letters of UTF-8, a broken one is no accent.
    return text if beyond_ascii != {"\ufffd"} else line.decode("cp1252", "replace")


def _earlier(
    repository: Repository, source: ChangelogSource, known: Sequence[Release], release: Release
) -> tuple[str, bytes] | None:
    """Return path and content of the file that later became `source.path`."""
    later = _first_with_path(repository, source, known, release)
    if later is None:
        return None
    target = _words(repository, later, source.path)
    best: tuple[float, str, bytes] | None = None
    for path in _candidates(repository, release.commit, source.path):
        words = _words(repository, release.commit, path)
        # Still there, and still with its lines: it is a file of its own.
        if not words or _share(words, _words(repository, later, path)) >= _SAME_FILE:
            continue
        share = _share(words, target)
        data = repository.read(release.commit, path)
        if share >= _SAME_FILE and data is not None and (best is None or share > best[0]):
            best = share, path, data
    return (best[1], best[2]) if best else None


def _first_with_path(
    repository: Repository, source: ChangelogSource, known: Sequence[Release], release: Release
) -> str | None:
    """Return the commit of the first release after `release` that has the file; else of `HEAD`."""
    parts = source.path.split("/")
    after = [other for other in known if other.committed > release.committed]
    for other in sorted(after, key=lambda one: (one.committed, one.tag)):
        if repository.holds(other.commit, parts):
            return other.commit
    try:
        head = repository.resolve("HEAD")
    except SourceError:
        # A mirror of a bundle may have tags alone.
        return None
    return head if repository.holds(head, parts) else None


def _candidates(repository: Repository, commit: str, path: str) -> Iterator[str]:
    """Yield the files in `commit` that bear a usual name, in the folders above `path` and docs."""
    here = PurePosixPath(path)
    folders = [parent.as_posix() for parent in here.parents]
    folders += [folder for folder in ("docs", "doc", "documentation") if folder not in folders]
    names = [stem + suffix for stem in dict.fromkeys((here.stem, *_STEMS)) for suffix in _SUFFIXES]
    for folder in folders:
        parts = () if folder == "." else tuple(folder.split("/"))
        if parts and not repository.holds(commit, parts):
            continue
        for name in names:
            candidate = "/".join((*parts, name))
            if candidate != path and repository.holds(commit, (*parts, name)):
                yield candidate


def _words(repository: Repository, commit: str, path: str) -> frozenset[str]:
    """Return the lines of a file without marks of lists and headings; none where it is not read."""
    try:
        text, _ = readable(repository.read(commit, path) or b"")
    except (SourceError, ValueError):
        # A link or binary file of that name is no changelog, whatever the reason is.
        return frozenset()
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return frozenset(word for line in lines if len(word := _MARKS.sub("", line)) > 1)


def _share(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words)
