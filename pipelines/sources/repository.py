"""A git repository, read through its object database alone: nothing in it is ever run."""

import configparser
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from git import Blob, Commit, Object, Repo, Submodule, Tree
from git.exc import GitError, ODBError

from pipelines.errors import SourceError
from pipelines.records import Quarantined, Tier
from pipelines.sources.access import OPEN, Access
from pipelines.sources.files import (
    MAX_FILE_BYTES,
    MAX_FILES,
    SourceFile,
    glob_segments,
    has_controls,
    refused_file,
    segments_match,
)
from pipelines.sources.location import is_bundle, is_url, shown
from pipelines.sources.mirror import HardenedRepo, mirror
from pipelines.text import one_line

_SYMLINK = 0o120000
_HEX = re.compile(r"[0-9a-f]{7,40}")
# What GitPython raises for damaged objects, refs and configuration.
_GIT_FAILED = (
    GitError, ODBError, OSError, ValueError, TypeError, OverflowError, configparser.Error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that names a commit, and when that commit was made."""

    name: str
    commit: str
    """40 hex digits, whatever number of annotations stand between."""
    committed: datetime


class Repository:
    """Tags and files of a repository as they were when it was opened; close it after use.

    One instance serves one thread: it keeps two `git cat-file` processes to talk to.
    """

    def __init__(self, repo: Repo, name: str) -> None:
        self._repo = repo
        self.name = name
        self._refs = _read_refs(repo, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git processes that serve this repository."""
        self._repo.close()

    def tags(self) -> list[Tag]:
        """Return the tags that name a commit, by name; one that names a file or tree is none."""
        prefix = "refs/tags/"
        return [
            Tag(name.removeprefix(prefix), commit, committed)
            for name, (commit, committed) in sorted(self._refs.items())
            if name.startswith(prefix)
        ]

    def resolve(self, ref: str) -> str:
        """Return the commit (40 hex digits) that a tag, a branch, `HEAD` or a commit id names.

        Revision syntax such as `main~3` or `:/text` is not understood on purpose.
        Raises `SourceError` when nothing bears the name.
        """
        for prefix in ("", "refs/tags/", "refs/heads/", "refs/remotes/"):
            if known := self._refs.get(prefix + ref):
                return known[0]
        if _HEX.fullmatch(ref):
            try:
                commit = self._repo.commit(ref)
                # A whole id is believed until the object is asked for.
                commit.tree  # noqa: B018 - read for the error it raises
            except _GIT_FAILED as error:
                raise self._no_such(ref) from error
            return commit.hexsha
        raise self._no_such(ref)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Tell whether commit `older` is in the history of commit `newer`."""
        try:
            return self._repo.is_ancestor(self._commit(older), self._commit(newer))
        except _GIT_FAILED as error:
            raise self._damaged(error) from error

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the file at `path` (POSIX, from the root) in `commit`, or None without one.

        Raises `SourceError` for a symbolic link, a submodule, a folder, or more than 20 MB.
        """
        parts = path.split("/")
        if not all(parts) or ".." in parts or "." in parts or "\0" in path:
            raise SourceError(
                f"`{one_line(path)}` is no path inside a repository. "
                "Write it from the repository's root, like `docs/CHANGELOG.md`."
            )
        found = self.load(commit, parts)
        if isinstance(found, str):
            raise SourceError(f"`{one_line(path)}` in `{self.name}` at `{commit[:12]}` {found}")
        return found

    def load(self, commit: str, parts: Sequence[str]) -> bytes | str | None:
        """Return the file at `parts` in `commit`, why it is not read, or None without one.

        The reason is the end of a sentence.
        """
        try:
            found = self._find(self._commit(commit), parts)
            if found is None:
                return None
            return _refused(found) or bytes(found.data_stream.read())
        except _GIT_FAILED as error:
            raise self._damaged(error) from error

    def check_folder(self, ref: str, folder: str) -> None:
        """Raise `SourceError` when `ref` or, in its commit, `folder` does not exist."""
        try:
            self._folder(ref, folder_parts(folder))
        except _GIT_FAILED as error:
            raise self._damaged(error) from error

    def holds(self, commit: str, parts: Sequence[str]) -> bool:
        """Tell whether `commit` has a file or folder at `parts`; a link or submodule is neither."""
        try:
            found = self._find(self._commit(commit), parts)
        except _GIT_FAILED as error:
            raise self._damaged(error) from error
        return isinstance(found, Tree) or (isinstance(found, Blob) and not _is_link(found))

    def files(
        self, ref: str, folder: str, glob: str, *, tier: Tier, source: str
    ) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files under `folder` at `ref` that match `glob`, sorted by path.

        Paths are relative to `folder`. Links and oversized files are quarantined.
        Raises `SourceError` when `ref` or `folder` does not exist, and `SettingsError` for a
        glob that leaves the folder.
        """
        patterns = glob_segments(glob)
        try:
            root = self._folder(ref, folder_parts(folder))
            found = [pair for pair in self._walk(root) if segments_match(pair[0], patterns)]
            return _load(sorted(found, key=lambda pair: pair[0]), tier=tier, source=source)
        except _GIT_FAILED as error:
            raise self._damaged(error) from error

    def _folder(self, ref: str, parts: Sequence[str]) -> Tree:
        found = self._find(self._commit(self.resolve(ref)), parts)
        if not isinstance(found, Tree):
            raise SourceError(
                f"`{self.name}` has no folder `{one_line('/'.join(parts))}` at `{one_line(ref)}`. "
                "Mend `folder` or `ref` in `sources.toml`."
            )
        return found

    def _commit(self, commit: str) -> Commit:
        if not re.fullmatch(r"[0-9a-f]{40}", commit):
            raise self._no_such(commit)
        return Commit(self._repo, bytes.fromhex(commit))

    def _find(self, commit: Commit, parts: Sequence[str]) -> Object | None:
        node: Any = commit.tree
        for part in parts:
            if not isinstance(node, Tree):
                return None
            _check_tree_size(node)
            try:
                node = node.join(part)
            except KeyError:
                return None
        found: Object = node
        return found

    def _walk(self, root: Tree) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        folders = [("", root)]
        seen = 0
        while folders:
            prefix, tree = folders.pop()
            _check_tree_size(tree)
            for item in tree:
                seen += 1
                if seen > MAX_FILES:
                    raise SourceError(
                        f"`{self.name}` holds more than {MAX_FILES:,} files under the "
                        "source's folder. Narrow `folder` in `sources.toml`."
                    )
                path = prefix + str(item.name)
                if isinstance(item, Tree):
                    folders.append((path + "/", item))
                elif not isinstance(item, Submodule):
                    found.append((path, item))
        return found

    def _no_such(self, ref: str) -> SourceError:
        return SourceError(
            f"`{self.name}` has no branch, tag or commit `{one_line(ref)}`. "
            "Mend `ref` in `sources.toml`, or push it to that repository."
        )

    def _damaged(self, error: Exception) -> SourceError:
        return SourceError(
            f"`{self.name}` cannot be read: {one_line(str(error), 200) or type(error).__name__}. "
            "Run `git fsck` there; a damaged or partial clone must be cloned again in full."
        )


def folder_parts(folder: str) -> tuple[str, ...]:
    """Return the parts of a `folder` of `sources.toml`; `.` is the root."""
    return tuple(part for part in folder.split("/") if part not in ("", "."))


def open_repository(
    location: str, *, name: str, cache: Path, base: Path | None = None, access: Access = OPEN
) -> Repository:
    """Open a repository by path, bundle or URL (`https`, `ssh`, `file`); `name` is for messages.

    A relative path starts at `base`, or at the current folder. A working copy or bare
    repository is read in place. A bundle or URL is mirrored as `cache/<name>.git` and fetched
    again whenever its tags or branches differ; tags that were moved or deleted there follow.
    `access` is what a private repository asks for. Raises `SourceError`.
    """
    if is_url(location):
        return Repository(mirror(location, name=name, cache=cache, access=access), name)
    path = ((base or Path()) / Path(location).expanduser()).absolute()
    if is_bundle(path):
        return Repository(mirror(str(path), name=name, cache=cache, access=OPEN), name)
    if not path.is_dir():
        raise SourceError(
            f"`{shown(location)}` is no repository: no such folder, bundle or URL. "
            "Mend the location in `sources.toml`."
        )
    try:
        repo = HardenedRepo.open(path)
    except _GIT_FAILED as error:
        raise SourceError(
            f"`{path}` is no git repository. Name the folder that holds `.git`, or a bare one."
        ) from error
    return Repository(repo, name)


def _read_refs(repo: Repo, name: str) -> dict[str, tuple[str, datetime]]:
    """Return commit and time for `HEAD` and every ref; fixed arguments, no outside text."""
    fields = "%(refname)%00%(objecttype)%00%(objectname)%00%(committerdate:unix)"
    try:
        listing = repo.git.for_each_ref(
            f"--format={fields}%00%(*objecttype)%00%(*objectname)%00%(*committerdate:unix)",
            "refs/heads", "refs/tags", "refs/remotes",
        )  # fmt: skip
        head = repo.git.rev_parse("--verify", "--quiet", "HEAD^{commit}", with_exceptions=False)
        refs: dict[str, tuple[str, datetime]] = {}
        for line in listing.splitlines():
            ref, kind, sha, seconds, peeled_kind, peeled, peeled_seconds = line.split("\0")
            if kind == "commit":
                refs[ref] = (sha, datetime.fromtimestamp(int(seconds), UTC))
            elif peeled_kind == "commit":
                refs[ref] = (peeled, datetime.fromtimestamp(int(peeled_seconds), UTC))
            elif peeled_kind == "tag":
                commit = _peel(repo, peeled)
                if commit is not None:
                    refs[ref] = (commit.hexsha, commit.committed_datetime.astimezone(UTC))
        if head:
            at = repo.commit(head).committed_datetime.astimezone(UTC)
            refs["HEAD"] = (head, at)
    except _GIT_FAILED as error:
        reason = one_line(str(getattr(error, "stderr", "")) or str(error), 200)
        raise SourceError(
            f"the refs of `{name}` cannot be read: {reason}. Run `git fsck` there."
        ) from error
    return refs


def _peel(repo: Repo, sha: str) -> Commit | None:
    """Return the commit under a tag of a tag, or None where there is a tree or file."""
    node: Any = Object.new_from_sha(repo, bytes.fromhex(sha))
    while node.type == "tag":
        node = node.object
    return node if isinstance(node, Commit) else None


def _check_tree_size(tree: Tree) -> None:
    if tree.size > MAX_FILE_BYTES:
        raise SourceError("a folder in the repository lists more than 20 MB of names; remove it.")


def _is_link(item: Blob) -> bool:
    return item.mode & 0o170000 == _SYMLINK


def _refused(item: Object) -> str:
    """Return why an entry of a tree is not read, or nothing; the end of a sentence."""
    if not isinstance(item, Blob):
        return "is a folder or submodule, not a file. Name a file."
    if _is_link(item):
        return "is a symbolic link. Commit the file itself."
    if item.size > MAX_FILE_BYTES:
        return f"has {item.size:,} bytes, more than 20 MB. Split it."
    return ""


def _load(
    found: list[tuple[str, Any]], *, tier: Tier, source: str
) -> tuple[list[SourceFile], list[Quarantined]]:
    files: list[SourceFile] = []
    refused: list[Quarantined] = []
    for path, item in found:
        reason = _refused(item)
        # GitPython refuses `..` and the like itself.
        if has_controls(path):
            reason = "has control characters in its name. Rename it."
        if reason:
            refused.append(
                refused_file(
                    one_line(path, 200), f"the file {reason}", tier=tier, source=source, raw=path
                )
            )
        else:
            files.append(SourceFile(path, item.data_stream.read()))
    return files, refused
