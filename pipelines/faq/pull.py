"""Pull one FAQ source: every file of a folder or of a commit, as one set of entries."""

from dataclasses import dataclass

from pipelines.faq.entries import read_entries
from pipelines.faq.identity import with_identities
from pipelines.records import FaqEntry, Quarantined
from pipelines.settings import FaqSource, Settings
from pipelines.sources.files import SourceFile, folder_files
from pipelines.sources.repository import open_repository
from pipelines.text import digest, fold


@dataclass(frozen=True, slots=True)
class FaqPull:
    """What one source holds now."""

    entries: tuple[FaqEntry, ...]
    quarantined: tuple[Quarantined, ...]
    revision: str
    """The commit read, or a digest of all files' paths and contents."""
    files: int
    drafts: int
    """Entries left out because their file says `status: draft`."""
    duplicates: int
    """Entries left out because another has the same question and answer."""


def pull_faq(source: FaqSource, settings: Settings) -> FaqPull:
    """Read all files of a source into entries with unique ids.

    Raises `SourceError` when the folder or repository cannot be read, and `SettingsError` for a
    glob that leaves the folder.
    """
    files, quarantined, revision = _files(source, settings)
    found: list[FaqEntry] = []
    drafts = 0
    for file in files:
        entries, refused = read_entries(file, source=source.name, base_url=source.base_url)
        published = [entry for entry in entries if not _is_draft(entry)]
        drafts += len(entries) - len(published)
        found += published
        quarantined += refused
    kept, duplicates = with_identities(found)
    return FaqPull(tuple(kept), tuple(quarantined), revision, len(files), drafts, duplicates)


def _files(
    source: FaqSource, settings: Settings
) -> tuple[list[SourceFile], list[Quarantined], str]:
    if source.git is None:
        root = settings.beside_sources(source.folder)
        files, quarantined = folder_files(root, source.glob, tier="faq", source=source.name)
        contents = (part for file in files for part in (file.path, file.data.decode("latin-1")))
        return files, quarantined, digest(*contents)
    # In `Warehouse.repositories`; the warehouse stands behind this stage, which cannot import it.
    cache = settings.warehouse / "repositories" / "faq"
    beside = settings.beside_sources(".")
    with open_repository(source.git, name=source.name, cache=cache, base=beside) as repository:
        commit = repository.resolve(source.ref)
        files, quarantined = repository.files(
            commit, source.folder, source.glob, tier="faq", source=source.name
        )
    return files, quarantined, commit


def _is_draft(entry: FaqEntry) -> bool:
    return any(
        fold(key) == "status" and fold(value) == "draft" for key, value in entry.front_matter
    )
