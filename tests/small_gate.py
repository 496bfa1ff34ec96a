"""What the checks look at, made of a small index, and the settings of a small company."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.checks import Gate
from pipelines.chunks import Chunk
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.versions import Version
from tests.small_index import RECIPE, ReadsAlike, Vectors

SOURCES = """
as_of = 2026-11-20
[company]
name = "云雀"
contact = "400"
[[faq]]
name = "help"
[redaction]
allow = ["400-000-2638"]
[publish]
golden = "golden.jsonl"
"""


class NoModel(ReadsAlike):
    """An embedder whose vectors are those of the index's own texts."""

    id = RECIPE.embedder_id

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        return np.stack([Vectors()([text])[text] for text in texts])


def knowing(chunks: Sequence[Chunk]) -> type[NoModel]:
    """Return an embedder under which a chunk's title is as close to it as can be."""
    hashes = {one.title: one.text_hash for one in chunks}

    class Knowing(NoModel):
        def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
            asked = [text.rstrip("？") for text in texts]
            return super().encode_queries([hashes.get(text, text) for text in asked])

    return Knowing


def write_company(folder: Path) -> Settings:
    """Write `sources.toml` and an empty golden file into `folder`, and return its settings."""
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (folder / "golden.jsonl").write_text("", encoding="utf-8")
    return load_settings(folder / "sources.toml", folder / "warehouse", environ={})


def gate(settings: Settings, candidate: Version, before: Version | None = None) -> Gate:
    """Return a gate whose embedding model knows the index's own texts."""
    return Gate(settings, candidate, before, NoModel)


def publishing(settings: Settings, **changes: object) -> Settings:
    """Return the settings with other keys of `[publish]`."""
    return settings.model_copy(update={"publish": settings.publish.model_copy(update=changes)})
