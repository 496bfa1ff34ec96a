"""A hardened git, and bare mirrors of what is not on this disk as a repository."""

import os
import re
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from filelock import FileLock
from git import Git, Repo
from git.db import GitCmdObjectDB
from git.exc import GitError

from pipelines.errors import SourceError
from pipelines.text import one_line

_SCHEMES = ("https", "ssh", "file")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:).*", re.DOTALL)
# `git@example.com:team/product.git`; one letter before the colon would be a drive.
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]{2,}:[^:].*")
_SAFE_URL = re.compile(r"[\w.~:/?#@!$&()*+,;=%\[\]-]+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_BUNDLE = re.compile(rb"# v[23] git bundle\n")
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_LIST_SECONDS = 120
_FETCH_SECONDS = 3600

# Given on the "command line", these win over the repository's own configuration.
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
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_CONFIG_COUNT": str(len(_CONFIG)),
    **{f"GIT_CONFIG_KEY_{n}": key for n, (key, _) in enumerate(_CONFIG)},
    **{f"GIT_CONFIG_VALUE_{n}": value for n, (_, value) in enumerate(_CONFIG)},
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
_FETCHING = {"GIT_ALLOW_PROTOCOL": ":".join(_SCHEMES)}


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


def is_url(location: str) -> bool:
    """Tell whether `location` is a URL or `host:path`, and so no path on this machine."""
    return bool(_URL.fullmatch(location)) or bool(_SCP.fullmatch(location))


def is_bundle(path: Path) -> bool:
    """Tell whether `path` is a git bundle, by its first line."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _BUNDLE.match(file.read(32)) is not None


def shown(location: str) -> str:
    """Return `location` for a message: one line, without a password that it may hold."""
    return one_line(re.sub(r"//[^/@]*@", "//", location), 200)


def mirror(location: str, *, name: str, cache: Path) -> HardenedRepo:
    """Return the bare mirror `cache/<name>.git` of a URL or bundle, brought up to date.

    One listing of the remote's refs decides whether anything must be fetched.
    Raises `SourceError` when the location is refused or cannot be reached.
    """
    if is_url(location):
        _check_url(location)
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
            _update(repo)
            return repo
    except (GitError, OSError, ValueError) as error:
        detail = str(getattr(error, "stderr", "")) or str(error)
        reason = one_line(
            detail.replace(location, shown(location)).replace("stderr:", "").strip(" \n'"), 200
        )
        raise SourceError(
            f"`{shown(location)}` cannot be mirrored: {reason}. Check the location and that "
            f"`git ls-remote` reaches it without a password prompt; `{folder}` may be deleted."
        ) from error


def _check_url(url: str) -> None:
    scheme = "ssh" if _SCP.fullmatch(url) and "://" not in url else url.partition("://")[0].lower()
    if "::" in url.partition("/")[0] or scheme not in _SCHEMES:
        raise SourceError(
            f"`{shown(url)}` uses a transport that is not allowed. Use `https://`, `ssh://`, "
            "`git@host:path`, `file://`, a path or a bundle."
        )
    host = url.partition(":")[0] if "://" not in url else urlsplit(url).netloc
    bare_host = host.rpartition("@")[2]
    if not _SAFE_URL.fullmatch(url) or host.startswith("-") or bare_host.startswith("-"):
        raise SourceError(
            f"`{shown(url)}` is no plain URL. Percent-encode what is not a letter, digit or `/`."
        )
    if scheme == "https" and "@" in host:
        raise SourceError(
            f"`{shown(url)}` carries a credential, which would be stored in the clear. Use an "
            "`ssh://` URL with a key, or a clone or bundle on this machine."
        )


def _point_at(repo: HardenedRepo, location: str) -> None:
    if not repo.remotes:
        repo.create_remote("origin", location, mirror="fetch")
    elif repo.remotes.origin.url != location:
        repo.remotes.origin.set_url(location)


def _update(repo: HardenedRepo) -> None:
    """Bring branches, tags and `HEAD` to the remote's; fixed arguments, no outside text."""
    with repo.git.custom_environment(**_FETCHING, **_batch_ssh()):
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


def _batch_ssh() -> dict[str, Any]:
    """Return the setting under which ssh fails instead of asking, unless the user has one."""
    if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
        return {}
    return {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20"}
