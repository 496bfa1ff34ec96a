"""Sentences of a written answer, each checked against the passages that it cites."""

from pipelines.support.replies import begun_anew
from pipelines.support.sentences import sentences
from pipelines.support.verdict import Verdict, check

__all__ = ["Verdict", "begun_anew", "check", "sentences"]
