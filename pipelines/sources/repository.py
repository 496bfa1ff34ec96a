"""A git repository, read through its object database alone: nothing in it is ever run."""

import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from hashlib import sha1
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from git import Blob, Commit, Object, Submodule, Tree

from pipelines.errors import SourceError
from pipelines.records import Quarantined, Tier
from pipelines.sources.access import OPEN, Access
from pipelines.sources.failures import GIT_FAILED, UNSHALLOW, is_shallow, unreadable
from pipelines.sources.files import (
    MAX_FILE_BYTES,
    MAX_FILES,
    SourceFile,
    check_matched,
    glob_segments,
    has_controls,
    refused_file,
    segments_match,
)
from pipelines.sources.location import is_bundle, is_url, local_path, scheme_of, shown
from pipelines.sources.mirror import HardenedRepo, Mirror, git_said, mirror
from pipelines.sources.refs import Refs, Tag
from pipelines.sources.window import check_file_url, open_window
from pipelines.text import one_line

_SYMLINK = 0o120000


class Repository:
    """Tags and files of a repository as they were when it was opened; close it after use.

    One instance serves one thread: it keeps two `git cat-file` processes to talk to.
    """

    def __init__(self, repo: HardenedRepo, name: str, mirror: Mirror | None = None) -> None:
        self._repo = repo
        self.name = name
        self._mirror = mirror
        self._unreachable: SourceError | None = None
        self._refs = Refs(repo, name)

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

    @property
    def is_shallow(self) -> bool:
        """Whether the history is cut off, so that releases and what came before them may lack."""
        return is_shallow(self._repo)

    def tags(self) -> list[Tag]:
        """Return the tags that name a commit, by name; one that names a file or tree is none.

        Neither is one whose name has invisible characters or is no UTF-8. Raises `SourceError`
        for a tag whose object is missing or damaged.
        """
        return self._refs.tags()

    def resolve(self, ref: str) -> str:
        """Return the commit (40 hex digits) that a tag, a branch, `HEAD` or a commit id names.

        Revision syntax such as `main~3` or `:/text` is not understood on purpose.
        Raises `SourceError` when nothing bears the name.
        """
        return self._refs.resolve(ref)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Tell whether commit `older` is in the history of commit `newer`.

        Raises `SourceError` where a shallow clone cannot tell.
        """
        try:
            found = self._repo.is_ancestor(self._commit(older), self._commit(newer))
        except GIT_FAILED as error:
            raise self._damaged(error) from error
        if not found and self.is_shallow:
            raise SourceError(
                f"`{self.name}` does not show whether `{older[:12]}` came before `{newer[:12]}`. "
                + UNSHALLOW
            )
        return found

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
            if self._lacks(found):
                self._fetch([found, *self._asked_for_next(commit, parts)])
            return _refused(found) or _data(found)
        except GIT_FAILED as error:
            raise self._damaged(error) from error

    def check_folder(self, ref: str, folder: str) -> None:
        """Raise `SourceError` when `ref` or, in its commit, `folder` does not exist."""
        try:
            self._folder(ref, folder_parts(folder))
        except GIT_FAILED as error:
            raise self._damaged(error) from error

    def holds(self, commit: str, parts: Sequence[str]) -> bool:
        """Tell whether `commit` has a file or folder at `parts`; a link or submodule is neither."""
        try:
            found = self._find(self._commit(commit), parts)
        except GIT_FAILED as error:
            raise self._damaged(error) from error
        return isinstance(found, Tree) or (isinstance(found, Blob) and not _is_link(found))

    def files(
        self, ref: str, folder: str, glob: str, *, tier: Tier, source: str
    ) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files under `folder` at `ref` that match `glob`, sorted by path.

        Paths are relative to `folder`. Links and oversized files are quarantined.
        Raises `SourceError` when `ref` or `folder` does not exist or none of its files matches,
        and `SettingsError` for a glob that leaves the folder.
        """
        patterns = glob_segments(glob)
        try:
            root = self._folder(ref, folder_parts(folder))
            there = self._walk(root)
            found = [pair for pair in there if segments_match(pair[0], patterns)]
            if not found:
                check_matched((path for path, _ in there), glob, source)
            self._fetch(item for _, item in found)
            return _load(sorted(found, key=lambda pair: pair[0]), tier=tier, source=source)
        except GIT_FAILED as error:
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
            raise self._refs.no_such(commit)
        return Commit(self._repo, bytes.fromhex(commit))

    def _find(self, commit: Commit, parts: Sequence[str]) -> Object | None:
        # Not `commit.tree`, for which GitPython reads the whole message.
        tree, _, _ = self._repo.header(f"{commit.hexsha}^{{tree}}")
        node: Any = Tree(self._repo, bytes.fromhex(tree), path="")
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

    def _lacks(self, item: Object) -> bool:
        """Tell whether a mirror left out a file that may be read."""
        if self._mirror is None or not isinstance(item, Blob) or _is_link(item):
            return False
        try:
            self._repo.header(item.hexsha)
        except ValueError:
            return True
        return False

    def _fetch(self, items: Iterable[Object]) -> None:
        """Fetch the files among `items` that a mirror left out, all in one request."""
        missing = list(dict.fromkeys(item.hexsha for item in items if self._lacks(item)))
        if self._mirror is None or not missing:
            return
        if self._unreachable is not None:
            raise self._unreachable
        try:
            self._mirror.fetch(missing)
        except SourceError as error:
            # Once is enough: hundreds of releases would each wait for a server that is away.
            self._unreachable = error
            raise

    def _asked_for_next(self, commit: str, parts: Sequence[str]) -> list[Object]:
        """Return a file as every tag has it, and files of its kind beside it.

        A changelog is read at each tag, and one page of an FAQ includes others like it.
        """
        found: list[Object] = []
        for tag in self.tags():
            try:
                there = self._find(self._commit(tag.commit), parts)
            except (SourceError, *GIT_FAILED):
                continue  # Said when that tag is read.
            found += [there] if there is not None else []
        beside = self._find(self._commit(commit), parts[:-1])
        kind = Path(parts[-1]).suffix
        if isinstance(beside, Tree):
            found += [item for item in beside.blobs if Path(item.name).suffix == kind]
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
                if isinstance(item, Submodule):  # It has no name of its own.
                    continue
                path = prefix + str(item.name)
                if isinstance(item, Tree):
                    folders.append((path + "/", item))
                else:
                    found.append((path, item))
        return found

    def _damaged(self, error: Exception) -> SourceError:
        return unreadable(self._repo, f"`{self.name}`", error)


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
    Files of a URL come when they are first read, where its server knows partial clones.
    `access` is what a private repository asks for. Raises `SourceError`.
    """
    if is_url(location):
        if scheme_of(location) == "file":
            check_file_url(local_path(location))
        made = mirror(location, name=name, cache=cache, access=access)
        return _opened(made.folder, name, made)
    try:
        path = ((base or Path()) / Path(location).expanduser()).absolute()
    except RuntimeError as error:
        raise SourceError(
            f"`{shown(location)}` names the home of nobody here. Write the whole path."
        ) from error
    if is_bundle(path):
        made = mirror(str(path), name=name, cache=cache, access=OPEN)
        return _opened(made.folder, name, made)
    if not path.is_dir():
        raise SourceError(
            f"`{shown(location)}` is no repository: no such folder, bundle or URL. "
            "Mend the location in `sources.toml`."
        )
    return _opened(path, name, None)


def _opened(path: Path, name: str, mirror: Mirror | None) -> Repository:
    try:
        repo = open_window(path)
    except GIT_FAILED as error:
        raise SourceError(
            f"`{path}` cannot be opened: {git_said(error)}. "
            "Run `git fsck` there; what is damaged must be cloned again."
        ) from error
    repo.is_mirror = mirror is not None
    with ExitStack() as closing:
        closing.callback(repo.close)
        opened = Repository(repo, name, mirror)
        closing.pop_all()
    return opened


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


def _data(blob: Object) -> bytes:
    """Return what a file holds; raises `ValueError` where that is not what its id stands for.

    Git itself looks only when it fetches.
    """
    data = bytes(blob.data_stream.read())
    named = sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    named.update(data)
    if named.hexdigest() != blob.hexsha:
        raise ValueError(f"object {blob.hexsha} is damaged")
    return data


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
            files.append(SourceFile(path, _data(item)))
    return files, refused
