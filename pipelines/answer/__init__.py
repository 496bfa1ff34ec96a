"""Answers: direct from the FAQ, grounded by the model, refused, handed off, or quoted."""

from pipelines.answer.answerer import Answerer
from pipelines.answer.answers import Answer, Decision, summary
from pipelines.answer.citations import Citation
from pipelines.answer.language import wording_for
from pipelines.answer.writing import LanguageModel

__all__ = ["Answer", "Answerer", "Citation", "Decision", "LanguageModel", "summary", "wording_for"]
