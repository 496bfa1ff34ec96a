"""Pull one FAQ source: every file of a tree, as one set of entries with lasting ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.faq.identity import with_identities
from pipelines.faq.markdown.entries import read_file
from pipelines.faq.parsed import ParsedFile, Remark
from pipelines.records import FaqEntry, Quarantined
from pipelines.settings import FaqSource
from pipelines.sources.files import glob_segments, segments_match
from pipelines.sources.tree import Tree
from pipelines.text import fold


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
    quarantined = tuple(bad for file in files for bad in file.quarantined)
    found = with_identities((entry for file in files for entry in file.entries), previous)
    kept = list(_kept(source, files, found.entries, previous))
    return FaqPull((*found.entries, *kept), quarantined, len(files), found.duplicates, len(kept))


def _kept(
    source: FaqSource,
    files: Sequence[ParsedFile],
    current: Sequence[FaqEntry],
    previous: Sequence[FaqEntry],
) -> Iterator[FaqEntry]:
    """Yield the entries of files and folders that cannot be read now, as they were before.

    A file that was saved in a wrong encoding must not take its answers from customers, nor those
    of the files that it includes, or that include it. What is asked elsewhere by now is not kept.
    """
    remarks = [remark for file in files for remark in file.remarks]
    unread = {remark.path for remark in remarks if remark.rule == "unreadable"}
    including = {remark.path for remark in remarks if remark.rule == "unresolved-include"}
    globbed = glob_segments(source.glob)
    ids, asked = {entry.id for entry in current}, {fold(entry.question) for entry in current}
    for entry in previous:
        gone = entry.path in unread or any(entry.path.startswith(f"{path}/") for path in unread)
        # What is included may stand in a file that the glob does not match.
        beside = bool(unread or including) and not segments_match(entry.path, globbed)
        kept = gone or beside or entry.path in including
        if kept and entry.id not in ids and fold(entry.question) not in asked:
            yield entry


def read_tree(tree: Tree, *, source: str, base_url: str = "") -> list[ParsedFile]:
    """Read all files of a tree; one that is refused is a `ParsedFile` without entries."""
    files, refused = tree.files()
    read = [read_file(file, source=source, base_url=base_url, include=tree.read) for file in files]
    unread = (ParsedFile((), (bad,), (_unreadable(bad),)) for bad in refused)
    return [*read, *unread]


def _unreadable(bad: Quarantined) -> Remark:
    return Remark("unreadable", bad.path, bad.line, bad.reason)
