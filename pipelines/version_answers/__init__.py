"""Answers to questions about releases, from the published changes alone."""

from pipelines.version_answers.answers import NOT_FOUND, VersionAnswer, answer_about_versions
from pipelines.version_answers.releases import ReleaseIndex, release_index

__all__ = [
    "NOT_FOUND",
    "ReleaseIndex",
    "VersionAnswer",
    "answer_about_versions",
    "release_index",
]
