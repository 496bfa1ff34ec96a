"""The embedding model that a version was built with, where it is still at hand."""

from pipelines.embedding.builtin_model import BUILTIN
from pipelines.embedding.identity import embedder_identity
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings
from pipelines.versions import Version


def with_embedding(settings: Settings, model: str) -> Settings:
    """Return the settings with another embedding model: `builtin`, a directory, or a name."""
    embedding = settings.embedding.model_copy(update={"model": model})
    return settings.model_copy(update={"embedding": embedding})


def settings_of(settings: Settings, version: Version) -> Settings:
    """Return the settings with a version's own model, where that is the configured or built-in one.

    Raises `EmbeddingError` for any other: a version keeps its identity, and not where it lay.
    """
    for name in dict.fromkeys((settings.embedding.model, BUILTIN)):
        changed = with_embedding(settings, name)
        if embedder_identity(changed).id == version.manifest.embedder_id:
            return changed
    raise EmbeddingError(
        f"version `{version.name}` was built with `{version.manifest.embedder_id}`, which is "
        "neither the configured model nor the built-in one. Set `embedding.model` (or "
        "`SANKU_EMBEDDING_MODEL`) to the model that it was built with."
    )
