"""What git and GitPython fail with, and what someone can do about it."""

import configparser
from pathlib import Path

from git.exc import GitError, ODBError

from pipelines.errors import SourceError
from pipelines.sources.mirror import HardenedRepo, git_said

# What GitPython raises for damaged objects, refs and configuration.
GIT_FAILED = (
    GitError, ODBError, OSError, ValueError, TypeError, OverflowError, configparser.Error,
)  # fmt: skip
UNSHALLOW = (
    "It is a shallow clone: run `git fetch --unshallow --tags` there, "
    "or set `fetch-depth: 0` in GitHub Actions and `GIT_DEPTH: 0` in GitLab CI."
)


def unreadable(repo: HardenedRepo, what: str, error: Exception) -> SourceError:
    """Return the error that says why `what` of a repository cannot be read, and the way out."""
    # A git that has failed may be out of step with us, or blocked by what it has to say.
    repo.restart()
    return SourceError(f"{what} cannot be read: {git_said(error)}. {_way_out(repo)}")


def _way_out(repo: HardenedRepo) -> str:
    objects = Path(repo.common_dir, "objects")
    if repo.is_mirror:
        return f"Delete `{objects.resolve().parent}`, which is then fetched anew."
    if is_shallow(repo):
        return UNSHALLOW
    if any(objects.glob("pack/*.promisor")):
        return (
            "It is a partial clone: run `git fetch --refetch --no-filter --tags` there, "
            "or leave out `filter` where CI clones it."
        )
    return "Run `git fsck` there; what is damaged must be cloned again."


def is_shallow(repo: HardenedRepo) -> bool:
    """Tell whether a clone's history was cut off, as `git clone --depth` does."""
    boundary = Path(repo.common_dir, "shallow")
    return boundary.is_file() and boundary.stat().st_size > 0
