"""Pull one FAQ source: every file of a tree, as one set of entries with lasting ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.faq.identity import with_identities
from pipelines.faq.markdown.entries import read_file
from pipelines.faq.parsed import ParsedFile, Remark
from pipelines.records import FaqEntry, Quarantined
from pipelines.settings import FaqSource
from pipelines.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class FaqPull:
    """What one source holds now."""

    entries: tuple[FaqEntry, ...]
    """Drafts too, and those that hold on other days than today."""
    quarantined: tuple[Quarantined, ...]
    files: int
    duplicates: int
    """Entries left out because another has the same question and answer."""
    kept: int
    """Entries of files that cannot be read now, as they were when that was last possible."""


def pull_faq(source: FaqSource, tree: Tree, previous: Sequence[FaqEntry] = ()) -> FaqPull:
    """Read all files of a tree into entries that keep the ids they have in `previous`.

    Raises `SourceError` when the tree cannot be read, and `SettingsError` for a glob that leaves
    the folder.
    """
    files = read_tree(tree, source=source.name, base_url=source.base_url)
    entries = [entry for file in files for entry in file.entries]
    quarantined = tuple(bad for file in files for bad in file.quarantined)
    # A file that was saved in a wrong encoding must not take its answers from customers.
    unreadable = {
        remark.path for file in files for remark in file.remarks if remark.rule == "unreadable"
    }
    kept = [entry for entry in previous if entry.path in unreadable]
    found = with_identities([*entries, *kept], previous)
    return FaqPull(found.entries, quarantined, len(files), found.duplicates, len(kept))


def read_tree(tree: Tree, *, source: str, base_url: str = "") -> list[ParsedFile]:
    """Read all files of a tree; one that is refused is a `ParsedFile` without entries."""
    files, refused = tree.files()
    read = [read_file(file, source=source, base_url=base_url, include=tree.read) for file in files]
    unread = (ParsedFile((), (bad,), (_unreadable(bad),)) for bad in refused)
    return [*read, *unread]


def _unreadable(bad: Quarantined) -> Remark:
    return Remark("unreadable", bad.path, bad.line, bad.reason)
