"""The chunks of a version under an embedding model, in an index that is thrown away."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder
from pipelines.evaluation.ranking import Advance, quietly
from pipelines.index import Recipe, build_candidate
from pipelines.records import PERSONAL_TIERS
from pipelines.settings import Settings
from pipelines.versions import Version
from pipelines.warehouse import Warehouse


@contextmanager
def trial(
    settings: Settings,
    version: Version,
    embedder: Callable[[], Embedder],
    advance: Advance = quietly,
    expect: Advance = quietly,
) -> Iterator[Version]:
    """Yield an index of a version's FAQ entries and changes under the model of `settings`.

    What customers said stays out of it: nothing of theirs lies where `sanku forget` does not look.
    So it compares with another trial of the same version, and not with the version itself. Vectors
    go into the warehouse's cache, so that choosing the model afterwards costs nothing. `expect` is
    told how many texts `advance` counts up to.
    """
    chunks = version.chunks()
    personal = pc.is_in(chunks["tier"], pa.array(sorted(PERSONAL_TIERS)))
    chunks = chunks.filter(pc.invert(personal))
    hashes, texts = chunks["text_hash"].to_pylist(), chunks["search_text"].to_pylist()
    wanted = dict(zip(hashes, texts, strict=True))
    identity = embedder_identity(settings)
    manifest = version.manifest
    recipe = Recipe(identity.id, identity.dim, manifest.prompt, manifest.answering)
    expect(len(wanted))
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddingCache(
            Warehouse(settings.warehouse).embeddings, identity.id, identity.dim
        ) as cache,
    ):
        embed_missing(wanted, cache, embedder, advance)
        built = build_candidate(
            Warehouse(Path(folder)),
            chunks,
            cache.get_many,
            recipe,
            pulled_at=manifest.pulled_at,
            built_at=settings.now(),
        )
        yield built.version
