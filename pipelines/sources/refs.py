"""Branches and tags of a repository as they were when it was opened."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from git import Commit

from pipelines.errors import SourceError
from pipelines.sources.failures import GIT_FAILED, UNSHALLOW, is_shallow, unreadable
from pipelines.sources.files import MAX_FILE_BYTES, has_controls
from pipelines.sources.mirror import HardenedRepo
from pipelines.text import one_line

# What is no file among the refs, such as a pipe, would be waited for.
_LIST_SECONDS = 120
_HEX = re.compile(r"[0-9a-f]{7,40}")
_DAY_SECONDS = 86_400
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that names a commit, and when that commit was made."""

    name: str
    commit: str
    """40 hex digits, whatever number of annotations stand between."""
    committed: datetime
    """In the committer's zone; the epoch where it claims a time that no calendar has, as in git."""


class Refs:
    """The refs of a repository; what they name is looked up when it is asked for.

    So a ref that leads nowhere is in nobody's way.
    """

    def __init__(self, repo: HardenedRepo, name: str) -> None:
        self._repo = repo
        self._name = name
        try:
            self._ids = _listed(repo)
        except GIT_FAILED as error:
            raise unreadable(repo, f"the refs of `{name}`", error) from error
        self._tags: list[Tag] | None = None

    def tags(self) -> list[Tag]:
        """Return the tags that name a commit, by name; one that names a file or tree is none.

        Neither is one whose name has invisible characters or is no UTF-8. Raises `SourceError`
        for a tag whose object is missing or damaged.
        """
        if self._tags is None:
            self._tags = [
                tag
                for ref, sha in sorted(self._ids.items())
                if ref.startswith("refs/tags/") and not has_controls(ref)
                if (tag := self._tag(ref, sha)) is not None
            ]
        return list(self._tags)

    def resolve(self, ref: str) -> str:
        """Return the commit that a tag, a branch, `HEAD` or a commit id names.

        A tag wins over a branch of its name. Raises `SourceError` when nothing bears the name.
        """
        for prefix in ("", "refs/tags/", "refs/heads/", "refs/remotes/"):
            if (sha := self._ids.get(prefix + ref)) and (found := self._commit_under(ref, sha)):
                return found
        if _HEX.fullmatch(ref):
            try:
                found, kind, _ = self._repo.header(ref)
            except GIT_FAILED as error:
                self._repo.restart()
                raise self.no_such(ref) from error
            if kind == "commit":
                return found
        raise self.no_such(ref)

    def no_such(self, ref: str) -> SourceError:
        """Return the error that says that nothing bears a name."""
        hint = "Mend `ref` in `sources.toml`, or push it to that repository."
        if is_shallow(self._repo):
            hint = UNSHALLOW
        return SourceError(f"`{self._name}` has no branch, tag or commit `{one_line(ref)}`. {hint}")

    def _tag(self, ref: str, sha: str) -> Tag | None:
        commit = self._commit_under(ref, sha)
        if commit is None:
            return None
        try:
            made = Commit(self._repo, bytes.fromhex(commit))
            committed = _moment(made.committed_date, made.committer_tz_offset)
        except GIT_FAILED as error:
            raise unreadable(self._repo, self._of(ref), error) from error
        return Tag(ref.removeprefix("refs/tags/"), commit, committed)

    def _commit_under(self, ref: str, sha: str) -> str | None:
        """Return the commit that an object is or is an annotation of, or None for a file or tree.

        Raises `SourceError` for an object that is not there.
        """
        try:
            try:
                found, _, size = self._repo.header(f"{sha}^{{commit}}")
            except ValueError:
                # Git says the same of a tree and of what it does not have.
                if self._repo.header(f"{sha}^{{}}")[1] == "commit":
                    raise
                return None
        except GIT_FAILED as error:
            raise unreadable(self._repo, self._of(ref), error) from error
        if size > MAX_FILE_BYTES:
            raise SourceError(
                f"{self._of(ref)} is a commit of {size:,} bytes, more than 20 MB. "
                f"Delete it, with `git update-ref -d` there."
            )
        return found

    def _of(self, ref: str) -> str:
        return f"`{one_line(ref)}` of `{self._name}`"


def _listed(repo: HardenedRepo) -> dict[str, str]:
    """Return object id by ref, and that of `HEAD`; fixed arguments, no outside text."""
    listing = repo.git.for_each_ref(
        "--format=%(objectname) %(refname)", "refs/heads", "refs/tags", "refs/remotes",
        kill_after_timeout=_LIST_SECONDS,
    )  # fmt: skip
    # Not `splitlines`: a ref's name may hold what only Unicode calls the end of a line.
    lines = [line.partition(" ") for line in listing.split("\n")]
    ids = {ref: sha for sha, _, ref in lines if ref}
    head = repo.git.rev_parse("--verify", "--quiet", "HEAD", with_exceptions=False)
    return ids | ({"HEAD": head} if head else {})


def _moment(seconds: int, west: float) -> datetime:
    """Return a time in the zone that lies so many seconds west of UTC."""
    zone = timezone(timedelta(seconds=-west)) if abs(west) < _DAY_SECONDS else UTC
    try:
        return datetime.fromtimestamp(seconds, zone)
    except (ValueError, OverflowError, OSError):
        return _EPOCH
