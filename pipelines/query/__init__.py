"""Queries: a question as customers type it becomes what is searched for, every change told."""

from pipelines.query.aliases import Aliases
from pipelines.query.rewrites import Rewrite
from pipelines.query.understanding import Query, Term, understand
from pipelines.query.vocabulary import Vocabulary

__all__ = ["Aliases", "Query", "Rewrite", "Term", "Vocabulary", "understand"]
