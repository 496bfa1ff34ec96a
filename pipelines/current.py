"""What stands now: FAQ entries, changes and findings as last pulled, with what people decided."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pipelines.changelog.history import Statement, statements
from pipelines.changelog.table import changes_in
from pipelines.enrichment.drafts import Reviewed, accepted, read_drafts, reviewed
from pipelines.enrichment.reviews import read_reviews as read_reviews_of_similar
from pipelines.faq.table import entries_in
from pipelines.faq.told_apart import told_apart
from pipelines.records import WHOLE, FaqEntry, Tier
from pipelines.settings import Settings
from pipelines.stale.findings import Finding, read_findings
from pipelines.stale.reviews import decided, read_reviews
from pipelines.warehouse import Warehouse


def last_pulled(settings: Settings, warehouse: Warehouse, tier: Tier) -> datetime | None:
    """Return when the most neglected source of a tier was looked at; None where one never was."""
    stamps = [warehouse.pulled_at(tier, source.name) for source in getattr(settings, tier)]
    looked_at = [stamp for stamp in stamps if stamp]
    return min(looked_at) if looked_at and len(looked_at) == len(stamps) else None


def current_entries(settings: Settings, warehouse: Warehouse) -> Iterator[FaqEntry]:
    """Yield the FAQ entries of all sources that customers may be given today, told apart."""
    yield from told_apart(authored_entries(settings, warehouse))


def authored_entries(settings: Settings, warehouse: Warehouse) -> Iterator[FaqEntry]:
    """Yield the same entries as their authors wrote them."""
    today = settings.now().date()
    for source in settings.faq:
        entries = entries_in(warehouse.read_partition("faq", source.name, WHOLE))
        yield from (entry for entry in entries if entry.review.holds_on(today))


def current_statements(settings: Settings, warehouse: Warehouse) -> Iterator[Statement]:
    """Yield what the changelogs of all products told, product by product, oldest release first."""
    for source in settings.changelog:
        yield from statements(changes_in(warehouse.read_source("changelog", source.name)))


def current_findings(settings: Settings, warehouse: Warehouse) -> tuple[Finding, ...]:
    """Return what newer changes were found to make wrong, with what people decided on it since."""
    found = read_findings(warehouse)
    return decided(found, current_entries(settings, warehouse), read_reviews(warehouse.reviews))


def accepted_similar_questions(
    settings: Settings, warehouse: Warehouse, entries: Iterable[FaqEntry]
) -> Mapping[str, tuple[str, ...]]:
    """Return entry id -> wordings of the model that the index takes: accepted, or by settings."""
    decisions = read_reviews_of_similar(warehouse.similar_reviews)
    accept = settings.enrichment.similar_questions == "accept"
    return accepted(entries, read_drafts(warehouse), decisions, accept=accept)


def current_similar_questions(settings: Settings, warehouse: Warehouse) -> tuple[Reviewed, ...]:
    """Return the wordings of the model that still hold, with what people decided on them."""
    return reviewed(
        current_entries(settings, warehouse),
        read_drafts(warehouse),
        read_reviews_of_similar(warehouse.similar_reviews),
        accept=settings.enrichment.similar_questions == "accept",
    )
