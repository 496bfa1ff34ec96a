"""What a customer asks about releases, told by rules from every other question."""

from pipelines.version_questions.context import version_question_after
from pipelines.version_questions.question import VersionQuestion, named_versions, version_question

__all__ = ["VersionQuestion", "named_versions", "version_question", "version_question_after"]
