"""Answers to questions about releases, from the published changes alone."""

from pipelines.version_answers.answers import NOT_FOUND, VersionAnswer, answer_about_versions
from pipelines.version_answers.releases import ReleaseIndex, ReleaseIndexes

__all__ = [
    "NOT_FOUND",
    "ReleaseIndex",
    "ReleaseIndexes",
    "VersionAnswer",
    "answer_about_versions",
]
