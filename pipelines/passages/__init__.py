"""An answer's Markdown -> passages that begin where its author's structure begins."""

from pipelines.passages.packing import Passage, passages_of

__all__ = ["Passage", "passages_of"]
