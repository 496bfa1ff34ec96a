"""A hardened git, and bare mirrors of what is not on this disk as a repository."""

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from filelock import FileLock
from git import Git, Repo
from git.compat import safe_decode
from git.db import GitCmdObjectDB
from git.exc import GitCommandError, GitError

from pipelines.errors import SourceError
from pipelines.sources.access import Access
from pipelines.sources.location import SCHEMES, check_bundle, check_url, is_url, scheme_of, shown
from pipelines.text import one_line

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_FETCH = (
    "--force", "--no-tags", "--quiet", "--", "origin",
    "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*",
)  # fmt: skip
# `git check-ref-format`: a server may list such names, and `NAME^{}`, but git passes them over.
_NEVER_FETCHED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|/[./]|[./]$|\.lock(?:/|$)")
_FILTER = "partialclonefilter"
_LIST_SECONDS = 120
_FETCH_SECONDS = 3600

# Given through the environment, these win over the repository's own configuration.
_CONFIG = (
    # Ownership is no defence here, because nothing of the repository is run; without this,
    # a CI job could not read a checkout that another user owns.
    ("safe.directory", "*"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    # Git believes what these caches say of parents, dates and places, and they may lie.
    ("core.commitGraph", "false"),
    ("core.multiPackIndex", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.autoDetach", "false"),
    ("maintenance.autoDetach", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
)


def _configured(config: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the environment that gives git a configuration; no command line shows it."""
    numbered = {"GIT_CONFIG_COUNT": str(len(config))}
    for number, (key, value) in enumerate(config):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return numbered


_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    **_configured(_CONFIG),
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_TEMPLATE_DIR": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Git would fill the gaps of a partial clone one object at a time. Reading never fetches.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
# What tells git, and GitPython, which repository a hook or a CI job works on. For most of them
# empty is not the same as unset. `git rev-parse --local-env-vars` lists all but the last line.
_OF_A_HOOK = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS",
    "GIT_DIR", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    "GIT_DEFAULT_HASH", "GIT_DEFAULT_REF_FORMAT", "GIT_NAMESPACE", "GIT_QUARANTINE_PATH",
)  # fmt: skip
# A trace that the user asked for shows headers, and git's own redaction can be turned off.
_FETCHING = {"GIT_ALLOW_PROTOCOL": ":".join(SCHEMES), "GIT_TRACE_REDACT": "1"}


class HardenedGit(Git):
    """A `git` that asks nobody, reads no configuration but ours, and reaches no transport."""

    def __init__(self, working_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__(working_dir)
        self.update_environment(**_ENVIRONMENT)


class HardenedRepo(Repo):
    """A `Repo` in a git folder that is Sanku's own; every command is hardened and bound to it."""

    GitCommandWrapperType = HardenedGit
    is_mirror = False
    """Whether its objects are those of a mirror, which can be fetched anew."""
    _temporary: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the git folder `folder`; raises what GitPython raises."""
        forget_the_hook()
        repo = cls(folder, odbt=GitCmdObjectDB, expand_vars=False)
        # Git would search for a repository again, and could find another one than GitPython.
        repo.git = HardenedGit(repo.git_dir)
        repo.git.update_environment(GIT_DIR=str(repo.git_dir))
        repo.odb = GitCmdObjectDB(Path(repo.common_dir) / "objects", repo.git)
        return repo

    @classmethod
    def open_temporary(cls, folder: tempfile.TemporaryDirectory[str]) -> Self:
        """Open a git folder that goes when the repository is closed."""
        repo = cls.open(Path(folder.name))
        repo._temporary = folder
        return repo

    def header(self, name: str) -> tuple[str, str, int]:
        """Return id, kind and size of an object, by an id that `^{…}` may follow.

        Raises `ValueError` where there is none, and what GitPython raises.
        """
        try:
            sha, kind, size = self.git.get_object_header(name)
        except ValueError as error:
            if "SHA is empty" in str(error):
                # GitPython takes the end of git for a question of ownership.
                raise ValueError(f"git broke off at {name}") from error
            raise
        # Bytes, whatever GitPython declares.
        return safe_decode(sha), safe_decode(kind), size

    def restart(self) -> None:
        """End the processes of git; the next question starts others."""
        self.git.clear_cache()

    def close(self) -> None:
        """End the processes of git, and remove the folder where it is temporary."""
        super().close()
        if self._temporary is not None:
            self._temporary.cleanup()


def forget_the_hook() -> None:
    """Unset what names the repository of the hook or CI job that `sanku` was called from."""
    for name in _OF_A_HOOK:
        os.environ.pop(name, None)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A bare mirror, and the way back to what it mirrors.

    The mirror of a URL is a partial clone where the server can do that: commits and folders,
    but of the files only those that were asked for.
    """

    folder: Path
    location: str
    access: Access

    def fetch(self, ids: Sequence[str]) -> None:
        """Fetch files that were left out, by their object ids, all in one request.

        A server that gives no object by its id is asked for everything, and remembered as such.
        Raises `SourceError` when it cannot be reached.
        """
        repo = HardenedRepo.open(self.folder)
        try:
            with (
                FileLock(f"{self.folder}.lock"),
                tempfile.TemporaryFile() as wanted,
                repo.git.custom_environment(**_opening(self.location, self.access)),
            ):
                wanted.write("".join(f"{sha}\n" for sha in ids).encode("ascii"))
                wanted.seek(0)
                try:
                    repo.git.fetch(
                        "--no-tags", "--no-write-fetch-head", "--quiet", "--stdin", "--", "origin",
                        istream=wanted, kill_after_timeout=_FETCH_SECONDS,
                    )  # fmt: skip
                except GitCommandError as error:
                    if "unadvertised object" not in str(error.stderr):
                        raise
                    repo.git.fetch(
                        "--refetch", "--no-filter", *_FETCH, kill_after_timeout=_FETCH_SECONDS
                    )
                    with repo.remotes.origin.config_writer as config:
                        config.remove_option(_FILTER)
        except (GitError, OSError, ValueError) as error:
            reason = _reason(error, self.location, self.access)
        else:
            return
        raise SourceError(
            f"files of `{shown(self.location)}` ({len(ids)}), which are fetched when they are "
            f"first read, cannot be: {reason}. {self.access.way_out()}, and run this again."
        )


def mirror(location: str, *, name: str, cache: Path, access: Access) -> Mirror:
    """Return the bare mirror `cache/<name>.git` of a URL or bundle, brought up to date.

    One listing of the remote's refs decides whether anything must be fetched.
    Raises `SourceError` when the location is refused or cannot be reached.
    """
    if is_url(location):
        check_url(location)
    else:
        check_bundle(Path(location))
    if not _NAME.fullmatch(name):
        raise SourceError(
            f"`{one_line(name)}` cannot name a mirror. Use lower-case letters, digits and `_`."
        )
    forget_the_hook()
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{name}.git"
    try:
        with FileLock(f"{folder}.lock"):
            _update(_opened(folder, location), location, access)
            return Mirror(folder, location, access)
    except (GitError, OSError, ValueError) as error:
        reason = _reason(error, location, access)
    # Not as the cause of this error: a server may repeat the token, and git prints what it says.
    raise SourceError(
        f"`{shown(location)}` cannot be mirrored: {reason}. {_way_out(location, access)}; "
        f"`{folder}` may be deleted."
    )


def git_said(error: Exception) -> str:
    """Return the reason that git or GitPython gives, on one line, without a full stop."""
    text = str(getattr(error, "stderr", "")) or str(error)
    lines = [line.strip(" '") for line in text.replace("stderr:", "").split("\n")]
    reason = " ".join(line for line in lines if not line.startswith(("warning:", "hint:")))
    return one_line(reason.strip(" \n'."), 200) or type(error).__name__


def _reason(error: Exception, location: str, access: Access) -> str:
    """Return what git said without passwords and tokens."""
    said = access.without_token(str(getattr(error, "stderr", "")) or str(error))
    return git_said(ValueError(said.replace(location, shown(location))))


def _way_out(location: str, access: Access) -> str:
    if not is_url(location):
        return "Run `git bundle verify` on it, and make it with `git bundle create FILE --all HEAD`"
    if scheme_of(location) == "file":
        return "Check the location, or write the plain path, which any user's repository may have"
    return access.way_out()


def _opened(folder: Path, location: str) -> HardenedRepo:
    """Return the mirror, made when it is not there, pointed at `location`."""
    if (folder / "HEAD").is_file():
        repo = HardenedRepo.open(folder)
        if repo.remotes and repo.remotes.origin.url == location:
            return repo
        if repo.remotes and is_url(location):
            repo.remotes.origin.set_url(location)
            return repo
        # A bundle cannot give what the mirror of a URL left out.
        repo.close()
        shutil.rmtree(folder)
    HardenedRepo.init(folder, bare=True, expand_vars=False, env=_ENVIRONMENT).close()
    repo = HardenedRepo.open(folder)
    repo.create_remote("origin", location, mirror="fetch")
    if is_url(location):
        with repo.remotes.origin.config_writer as config:
            config.set("promisor", "true")
            config.set(_FILTER, "blob:none")
    return repo


def _opening(location: str, access: Access) -> dict[str, str]:
    return _FETCHING | _configured((*_CONFIG, *access.config(location))) | access.ssh()


def _update(repo: HardenedRepo, location: str, access: Access) -> None:
    """Bring branches, tags and `HEAD` to the remote's; fixed arguments, no outside text."""
    with repo.git.custom_environment(**_opening(location, access)):
        there = _listing(str(repo.git.ls_remote("origin", kill_after_timeout=_LIST_SECONDS)))
        head = there.pop("HEAD", "")
        if there != _mirrored(repo):
            said = repo.git.fetch(
                "--prune", *_FETCH, kill_after_timeout=_FETCH_SECONDS, with_extended_output=True
            )
            if "shallow roots are not allowed" in str(said[2]):
                raise ValueError(
                    "it is a shallow clone, which `git fetch --unshallow --tags` completes"
                )
    if not head:
        branches = [ref for ref in there if ref.startswith("refs/heads/")]
        usual = [ref for ref in ("refs/heads/main", "refs/heads/master") if ref in branches]
        chosen = usual or branches[: len(branches) == 1]
        head = there[chosen[0]] if chosen else ""
    if re.fullmatch(r"[0-9a-f]{40}", head):
        repo.git.update_ref("--no-deref", "HEAD", head)


def _mirrored(repo: HardenedRepo) -> dict[str, str]:
    fields = "--format=%(objectname)%09%(refname)"
    return _listing(str(repo.git.for_each_ref(fields, "refs/heads", "refs/tags")))


def _listing(text: str) -> dict[str, str]:
    """Return object id by ref name from lines of both, with a tab between."""
    refs: dict[str, str] = {}
    # Not `splitlines`: a ref's name may hold what only Unicode calls the end of a line.
    for line in text.split("\n"):
        sha, _, ref = line.partition("\t")
        wanted = ref == "HEAD" or ref.startswith(("refs/heads/", "refs/tags/"))
        if wanted and not _NEVER_FETCHED.search(ref):
            refs[ref] = sha
    return refs
