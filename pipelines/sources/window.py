"""A window onto a repository that is not ours: its refs and objects, and nothing else of it.

Git is run in a folder of Sanku's own, whose configuration Sanku writes. The repository's
configuration, hooks, attributes, grafts and index are in no place where git would look for them.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from git.exc import GitCommandError

from pipelines.errors import SourceError
from pipelines.sources.mirror import HardenedGit, HardenedRepo, forget_the_hook
from pipelines.text import one_line

_FOLDERS = ("refs", "reftable", "objects")
_FILES = ("packed-refs", "shallow")
_CONFIG = "[core]\n\tbare = true\n\trepositoryFormatVersion = 1\n"
_REFTABLE = "[extensions]\n\trefStorage = reftable\n"
_MAX_BYTES = 4096


def open_window(path: Path) -> HardenedRepo:
    """Open the repository at exactly `path`: a working copy, linked or not, or a bare one.

    Raises `SourceError` for what is none, and for one whose objects lie elsewhere or have
    SHA-256 ids; `OSError` and GitPython's errors for one that is damaged.
    """
    forget_the_hook()
    git_folder = _git_folder(path)
    common = _common_folder(git_folder)
    head = git_folder / "HEAD"
    if not (head.is_file() and (common / "objects").is_dir() and (common / "refs").is_dir()):
        raise SourceError(
            f"`{path}` is no git repository. Name the folder that holds `.git`, or a bare one."
        )
    _check_owns_objects(common)
    config = _CONFIG + _extensions(common / "config", path, linked=git_folder != common)
    with ExitStack() as closing:
        folder = tempfile.TemporaryDirectory(prefix="sanku-git-")
        closing.callback(folder.cleanup)
        own = Path(folder.name)
        (own / "config").write_text(config, encoding="ascii")
        (own / "HEAD").write_bytes(_start_of(head))
        for name in (*_FOLDERS, *_FILES):
            there = common / name
            # A pipe would be waited for.
            if there.is_dir() if name in _FOLDERS else there.is_file():
                (own / name).symlink_to(there)
        repo = HardenedRepo.open_temporary(folder)
        closing.pop_all()
    return repo


def check_file_url(path: str) -> None:
    """Raise `SourceError` where git would find a repository at `path` that borrows objects."""
    for named in (path, f"{path}.git"):
        common = _common_folder(_git_folder(Path(named)))
        if (common / "objects").exists():
            _check_owns_objects(common)


def _check_owns_objects(common: Path) -> None:
    """Raise `SourceError` where a repository takes objects from another one.

    Whoever may write its folder could have any repository on this machine published that way.
    """
    objects = common / "objects"
    borrowed = objects / "info" / "alternates"
    if objects.resolve() != common.resolve() / "objects":
        raise SourceError(
            f"`{objects}` is a link to another repository's objects, which are not read. "
            "Name that repository, or a clone of its own."
        )
    if borrowed.exists() and (not borrowed.is_file() or _start_of(borrowed).strip()):
        raise SourceError(
            f"`{borrowed}` takes objects from another repository, which is not read; `git clone` "
            "writes it for `--shared` and `--reference`. Run `git repack -a -d` there and delete "
            "that file, or clone with `--dissociate`."
        )


def _git_folder(path: Path) -> Path:
    dot_git = path / ".git"
    if dot_git.is_file():
        # A linked working copy or a submodule; relative to the folder that the file is in.
        named = _start_of(dot_git).removeprefix(b"gitdir: ").rstrip(b"\r\n")
        return path / named.decode("utf-8", "surrogateescape")
    return dot_git if dot_git.exists() else path


def _common_folder(git_folder: Path) -> Path:
    named = git_folder / "commondir"
    if not named.is_file():
        return git_folder
    return git_folder / _start_of(named).rstrip(b"\r\n").decode("utf-8", "surrogateescape")


def _start_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_MAX_BYTES)


def _extensions(config: Path, path: Path, *, linked: bool) -> str:
    """Return what of a repository's configuration says how it is stored; the rest is not read."""
    if not config.is_file():
        return ""
    git = HardenedGit()
    # In no repository: git would read, and obey, the configuration of the one that it stands in.
    git.update_environment(GIT_DIR=os.devnull)
    try:
        listing = git.config(
            "--file", str(config.absolute()), "--no-includes", "--get-regexp", r"^extensions\."
        )
    except GitCommandError as error:
        if error.status == 1:  # It says nothing.
            return ""
        raise
    said = dict(line.partition(" ")[::2] for line in listing.lower().split("\n"))
    if said.get("extensions.objectformat", "sha1") != "sha1":
        raise SourceError(
            f"`{path}` has {one_line(said['extensions.objectformat']).upper()} object ids, and "
            "Sanku reads SHA-1 ones. Name a repository made with `--object-format=sha1`."
        )
    storage = said.get("extensions.refstorage", "files")
    if storage == "files":
        return ""
    if storage != "reftable" or linked:
        raise SourceError(
            f"`{path}` keeps its refs as `{one_line(storage)}`"
            + (", and is a linked working copy" if linked else "")
            + ", which Sanku cannot read. Name the main working copy, or a bare clone of it."
        )
    return _REFTABLE
