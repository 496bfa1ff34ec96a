"""What a model wants written before a query and before a document."""

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.embedding.model_directory import read_object


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts put before every query and every document; empty where a model wants none."""

    query: str
    document: str


# Models that want prompts and ship none in their files; the pattern matches the whole last part of
# the model's name, in lower case. Wordings from the models' own cards.
_KNOWN: tuple[tuple[str, Prompts], ...] = (
    (r"bge-(small|base|large)-zh(-v1\.5)?", Prompts("为这个句子生成表示以用于检索相关文章：", "")),
    (
        r"bge-(small|base|large)-en(-v1\.5)?",
        Prompts("Represent this sentence for searching relevant passages: ", ""),
    ),
    (r"(multilingual-)?e5-(small|base|large)(-v2)?", Prompts("query: ", "passage: ")),
)
# The names that sentence-transformers looks for, in its order.
_DOCUMENT_NAMES = ("document", "passage", "corpus")


def prompts_of(directory: Path, name: str) -> Prompts:
    """Return the prompts that the files in `directory` declare, else those known for `name`."""
    declared = read_object(directory / "config_sentence_transformers.json").get("prompts") or {}
    query = declared.get("query") or ""
    document = next((declared[key] for key in _DOCUMENT_NAMES if declared.get(key)), "")
    if query or document:
        return Prompts(query, document)
    stem = name.rstrip("/").rpartition("/")[2].lower()
    return next(
        (known for pattern, known in _KNOWN if re.fullmatch(pattern, stem)), Prompts("", "")
    )
