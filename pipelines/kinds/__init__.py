"""Kinds: which of several kinds a text is of, told by what people wrote of each."""

from pipelines.kinds.classifier import Classifier

__all__ = ["Classifier"]
