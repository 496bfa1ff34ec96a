"""What a customer asks about releases, told by rules from every other question."""

from pipelines.version_questions.question import VersionQuestion, version_question

__all__ = ["VersionQuestion", "version_question"]
