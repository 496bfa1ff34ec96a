"""The pulls: one function a tier, from its source to Parquet, a file for each partition."""

from pipelines.pull.dialogue_log import changed_days, dialogues, drop_expired_days
from pipelines.pull.faq_source import (
    confirm,
    faq,
    last_changes,
    published_of,
    pulled_entries,
    whats_new,
)
from pipelines.pull.pulled import NO_CHANGE, Advance, Pulled, each, quietly, sum_changes
from pipelines.pull.releases import (
    ReleaseState,
    changelog,
    open_changelog,
    release_states,
)

__all__ = [
    "NO_CHANGE",
    "Advance",
    "Pulled",
    "ReleaseState",
    "changed_days",
    "changelog",
    "confirm",
    "dialogues",
    "drop_expired_days",
    "each",
    "faq",
    "last_changes",
    "open_changelog",
    "published_of",
    "pulled_entries",
    "quietly",
    "release_states",
    "sum_changes",
    "whats_new",
]
