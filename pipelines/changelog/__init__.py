"""Tier 3: what each release of a product changed, from its changelog's history."""

from pipelines.changelog.changes import ReleaseChanges, changes_of
from pipelines.changelog.releases import Release, releases

__all__ = ["Release", "ReleaseChanges", "changes_of", "releases"]
