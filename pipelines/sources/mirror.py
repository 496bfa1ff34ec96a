"""A hardened git, and bare mirrors of what is not on this disk as a repository."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from filelock import FileLock
from git import Git, Repo
from git.db import GitCmdObjectDB
from git.exc import GitError

from pipelines.errors import SourceError
from pipelines.sources.access import Access
from pipelines.sources.location import SCHEMES, check_url, is_url, shown
from pipelines.text import one_line

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_LIST_SECONDS = 120
_FETCH_SECONDS = 3600

# Given through the environment, these win over the repository's own configuration.
_CONFIG = (
    # Ownership is no defence here, because nothing of the repository is run; without this,
    # a CI job could not read a checkout that another user owns.
    ("safe.directory", "*"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
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
    "GIT_CONFIG_PARAMETERS": "",
    **_configured(_CONFIG),
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_TEMPLATE_DIR": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # A partial clone would run its remote's `uploadpack` to fill a gap. Reading never fetches.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # Set by git around its hooks, from which `sanku release` may be called.
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
    "GIT_NAMESPACE": "",
}
# A trace that the user asked for shows headers, and git's own redaction can be turned off.
_FETCHING = {"GIT_ALLOW_PROTOCOL": ":".join(SCHEMES), "GIT_TRACE_REDACT": "1"}


class HardenedGit(Git):
    """A `git` that asks nobody, reads no configuration but ours, and reaches no transport."""

    def __init__(self, working_dir: str | os.PathLike[str] | None = None) -> None:
        super().__init__(working_dir)
        self.update_environment(**_ENVIRONMENT)


class HardenedRepo(Repo):
    """A `Repo` whose every command is hardened and bound to its own git directory."""

    GitCommandWrapperType = HardenedGit

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the repository at exactly `path`; raises what GitPython raises."""
        repo = cls(path, odbt=GitCmdObjectDB, expand_vars=False)
        # Git would search for a repository again, and could find another one than GitPython;
        # a `core.worktree` in its configuration would choose the folder that it starts in.
        repo.git = HardenedGit(repo.git_dir)
        repo.git.update_environment(
            GIT_DIR=str(repo.git_dir), GIT_OBJECT_DIRECTORY=str(Path(repo.common_dir) / "objects")
        )
        repo.odb = GitCmdObjectDB(Path(repo.common_dir) / "objects", repo.git)
        return repo


def mirror(location: str, *, name: str, cache: Path, access: Access) -> HardenedRepo:
    """Return the bare mirror `cache/<name>.git` of a URL or bundle, brought up to date.

    One listing of the remote's refs decides whether anything must be fetched.
    Raises `SourceError` when the location is refused or cannot be reached.
    """
    if is_url(location):
        check_url(location)
    if not _NAME.fullmatch(name):
        raise SourceError(
            f"`{one_line(name)}` cannot name a mirror. Use lower-case letters, digits and `_`."
        )
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{name}.git"
    try:
        with FileLock(cache / f"{name}.git.lock"):
            if not (folder / "HEAD").is_file():
                HardenedRepo.init(folder, bare=True, expand_vars=False, env=_ENVIRONMENT).close()
            repo = HardenedRepo.open(folder)
            _point_at(repo, location)
            _update(repo, location, access)
            return repo
    except (GitError, OSError, ValueError) as error:
        reason = _reason(error, location, access)
    # Not as the cause of this error: a server may repeat the token, and git prints what it says.
    raise SourceError(
        f"`{shown(location)}` cannot be mirrored: {reason}. {access.way_out()}; `{folder}` may be "
        "deleted."
    )


def _reason(error: Exception, location: str, access: Access) -> str:
    """Return what git said, on one line, without passwords and tokens."""
    detail = access.without_token(str(getattr(error, "stderr", "")) or str(error))
    detail = detail.replace(location, shown(location)).replace("stderr:", "")
    return one_line(detail.strip(" \n'."), 200)


def _point_at(repo: HardenedRepo, location: str) -> None:
    if not repo.remotes:
        repo.create_remote("origin", location, mirror="fetch")
    elif repo.remotes.origin.url != location:
        repo.remotes.origin.set_url(location)


def _update(repo: HardenedRepo, location: str, access: Access) -> None:
    """Bring branches, tags and `HEAD` to the remote's; fixed arguments, no outside text."""
    opening = _configured((*_CONFIG, *access.config(location))) | access.ssh()
    with repo.git.custom_environment(**_FETCHING, **opening):
        there = _listing(str(repo.git.ls_remote("origin", kill_after_timeout=_LIST_SECONDS)), "\t")
        head = there.pop("HEAD", "")
        if there != _listing(repo.git.for_each_ref("refs/heads", "refs/tags"), None):
            repo.git.fetch(
                "--prune", "--force", "--no-tags", "--quiet", "--", "origin", *_REFS,
                kill_after_timeout=_FETCH_SECONDS,
            )  # fmt: skip
    if not head:
        branches = [ref for ref in there if ref.startswith("refs/heads/")]
        usual = [ref for ref in ("refs/heads/main", "refs/heads/master") if ref in branches]
        chosen = usual or branches[: len(branches) == 1]
        head = there[chosen[0]] if chosen else ""
    if re.fullmatch(r"[0-9a-f]{40}", head):
        repo.git.update_ref("--no-deref", "HEAD", head)


def _listing(text: str, separator: str | None) -> dict[str, str]:
    """Return object id by ref name from the lines of `ls-remote` or `for-each-ref`."""
    refs: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split(separator)
        ref = words[-1]
        wanted = ref == "HEAD" or ref.startswith(("refs/heads/", "refs/tags/"))
        if wanted and not ref.endswith("^{}"):
            refs[ref] = words[0]
    return refs
