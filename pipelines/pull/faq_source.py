"""The pull of one FAQ source, and the guard in front of what would go with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.errors import MassChangeError
from pipelines.faq.changes import EntryChange, changes_between
from pipelines.faq.pull import FaqPull, pull_faq
from pipelines.faq.table import entries_in, entry_table
from pipelines.pull.pulled import Pulled, rules_digest
from pipelines.records import WHOLE, FaqEntry
from pipelines.settings import FEW_ENTRIES, FaqSource, Settings
from pipelines.sources.open import open_tree
from pipelines.sources.tree import Tree
from pipelines.text import digest
from pipelines.versions import Version, whole_published
from pipelines.warehouse import PartitionChange, Warehouse

BEFORE = "before"
"""The partition that holds a source's entries as they were before the pull that changed them."""


@dataclass(frozen=True, slots=True)
class News:
    """What a pull of a source would change now, and what it would say of that."""

    pull: FaqPull
    changes: tuple[EntryChange, ...]
    gone: tuple[FaqEntry, ...]
    """What customers would no longer get: what went, became a draft, or was given an end."""
    blocked: str
    """Why the pull would be refused, with the way out; empty where it would not."""


def faq(
    settings: Settings, warehouse: Warehouse, source: FaqSource, *, confirmed: bool = False
) -> Pulled:
    """Pull one FAQ source and write its partition; a source that did not change is not read.

    Raises `MassChangeError` where more entries would go than `publish.max_removed` allows, unless
    that is `confirmed`; the partition is then as it was.
    """
    with open_tree(source, settings) as tree:
        revision = _revision(source, tree)
        before = pulled_entries(warehouse, source)
        if revision == warehouse.revision_of("faq", source.name, WHOLE):
            warehouse.mark_pulled("faq", source.name, settings.now())
            return _unchanged(warehouse, source, before)
        news = _news(settings, source, tree, before)
    if news.blocked and not confirmed:
        raise MassChangeError(news.blocked)
    if news.changes:
        warehouse.write_partition(
            "faq", source.name, BEFORE, entry_table(before), (), revision=revision
        )
    pull = news.pull
    change = warehouse.write_partition(
        "faq", source.name, WHOLE, entry_table(pull.entries), pull.quarantined, revision=revision
    )
    warehouse.mark_pulled("faq", source.name, settings.now())
    facts = {"files": pull.files, "duplicates": pull.duplicates, "kept_unreadable": pull.kept}
    return Pulled({WHOLE: change}, facts, changes=news.changes)


def whats_new(settings: Settings, warehouse: Warehouse, source: FaqSource) -> News:
    """Return what a pull of the source would change now, without changing any entry."""
    with open_tree(source, settings) as tree:
        return _news(settings, source, tree, pulled_entries(warehouse, source))


def pulled_entries(warehouse: Warehouse, source: FaqSource) -> list[FaqEntry]:
    """Return the entries of a source as they were pulled last, drafts too."""
    return _entries(warehouse, source, WHOLE)


def last_changes(warehouse: Warehouse, source: FaqSource) -> tuple[EntryChange, ...]:
    """Return what the last pull that changed anything changed."""
    before = _entries(warehouse, source, BEFORE)
    return changes_between(before, pulled_entries(warehouse, source))


def confirm(settings: Settings, warehouse: Warehouse, name: str) -> Pulled:
    """Pull a source however many of its entries go, and let the next publish go without them.

    Of a source that is not declared any more, only the latter.
    """
    source = next((source for source in settings.faq if source.name == name), None)
    pulled = faq(settings, warehouse, source, confirmed=True) if source else Pulled({}, {})
    entries = pulled_entries(warehouse, source) if source else []
    there = {entry.id for entry in _holding(settings, entries)}
    if version := whole_published(warehouse):
        warehouse.confirm_gone(name, version.name, published_of(version, name) - there)
    return pulled


def published_of(version: Version, name: str) -> set[str]:
    """Return the ids of the entries of an FAQ source, declared still or not, in a version."""
    rows = version.rows("entry_id", "tier", "source").to_pylist()
    return {row["entry_id"] for row in rows if (row["tier"], row["source"]) == ("faq", name)}


def _holding(settings: Settings, entries: Iterable[FaqEntry]) -> list[FaqEntry]:
    today = settings.now().date()
    return [entry for entry in entries if entry.review.holds_on(today)]


def _revision(source: FaqSource, tree: Tree) -> str:
    rules = rules_digest("faq", "sources", "text", "records")
    return digest(rules, source.model_dump_json(), tree.revision)


def _entries(warehouse: Warehouse, source: FaqSource, partition: str) -> list[FaqEntry]:
    return entries_in(warehouse.read_partition("faq", source.name, partition))


def _unchanged(warehouse: Warehouse, source: FaqSource, entries: Sequence[FaqEntry]) -> Pulled:
    refused = warehouse.quarantine("faq", WHOLE, source.name).num_rows
    change = PartitionChange(len(entries), added=0, changed=0, removed=0, quarantined=refused)
    return Pulled({WHOLE: change}, {"unchanged": "nothing was read"})


def _news(settings: Settings, source: FaqSource, tree: Tree, before: Sequence[FaqEntry]) -> News:
    pull = pull_faq(source, tree, before)
    had = _holding(settings, before)
    there = {entry.id for entry in _holding(settings, pull.entries)}
    gone = tuple(entry for entry in had if entry.id not in there)
    blocked = _why_blocked(settings, source, len(gone), len(had))
    return News(pull, changes_between(before, pull.entries), gone, blocked)


def _why_blocked(settings: Settings, source: FaqSource, gone: int, had: int) -> str:
    """Return why so many entries may not go at once; empty where they may."""
    limit = settings.publish.max_removed
    if not gone or (gone != had and gone <= max(FEW_ENTRIES, limit * had)):
        return ""
    return (
        f"`{source.name}` would lose {gone} of {had} entries at once, and "
        f"`publish.max_removed` allows {limit:.0%}; its entries stay as they were. "
        f"`sanku faq diff --source {source.name}` shows what goes. If that is meant, run "
        f"`sanku faq confirm {source.name}`; if not, mend the source."
    )
