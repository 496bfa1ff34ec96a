"""A folder of one commit as a tree of files."""

from pipelines.records import Quarantined
from pipelines.sources.files import SourceFile, glob_segments, is_readable_name, path_inside
from pipelines.sources.repository import Repository, folder_parts


class CommitTree:
    """The files below `folder` in the commit that `ref` names; `revision` is the commit's id.

    Raises `SourceError` when there is no such ref or folder, and `SettingsError` for a glob that
    leaves the folder.
    """

    def __init__(
        self, repository: Repository, ref: str, folder: str, glob: str, *, source: str
    ) -> None:
        glob_segments(glob)
        repository.check_folder(ref, folder)
        self.revision = repository.resolve(ref)
        self._repository = repository
        self._folder = folder
        self._glob = glob
        self._source = source

    def files(self) -> tuple[list[SourceFile], list[Quarantined]]:
        """Return the files that the glob matches, sorted by path, and those refused."""
        return self._repository.files(
            self.revision, self._folder, self._glob, tier="faq", source=self._source
        )

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`; None for what is outside, hidden, over 20 MB or no file."""
        parts = path_inside(path)
        if parts is None or not is_readable_name(parts):
            return None
        found = self._repository.load(self.revision, (*folder_parts(self._folder), *parts))
        return found if isinstance(found, bytes) else None

    def exists(self, path: str) -> bool:
        """Tell whether there is a file or folder at `path`, inside the folder."""
        parts = path_inside(path)
        return parts is not None and self._repository.holds(
            self.revision, (*folder_parts(self._folder), *parts)
        )
