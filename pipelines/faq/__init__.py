"""The FAQ tier: Markdown files become questions with their standard answers."""

from pipelines.faq.entries import parse_faq
from pipelines.faq.pull import FaqPull, pull_faq

__all__ = ["FaqPull", "parse_faq", "pull_faq"]
