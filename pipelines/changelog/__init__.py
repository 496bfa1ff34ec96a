"""Tier 3: what each release of a product changed, from its changelog's history."""

from pipelines.changelog.categories import kind_of_change
from pipelines.changelog.changes import ReleaseChanges, changes_of
from pipelines.changelog.history import Statement, statements
from pipelines.changelog.releases import Release, releases
from pipelines.changelog.table import CHANGE_SCHEMA, change_table, changes_in

__all__ = [
    "CHANGE_SCHEMA",
    "Release",
    "ReleaseChanges",
    "Statement",
    "change_table",
    "changes_in",
    "changes_of",
    "kind_of_change",
    "releases",
    "statements",
]
