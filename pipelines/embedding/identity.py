"""Which model a vector came from: known without loading the model, so that search can refuse."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.embedding.builtin_model import (
    BUILTIN,
    BUILTIN_DIM,
    BUILTIN_ID,
    DOCUMENT_PROMPT,
    QUERY_PROMPT,
)
from pipelines.embedding.model_directory import (
    go_offline,
    model_directory,
    read_list,
    read_object,
)
from pipelines.embedding.prompts import Prompts, prompts_of
from pipelines.embedding.query_tower import ADAPTER
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings
from pipelines.text import digest

_CONFIGURATION = {".json", ".txt", ".model"}
_WEIGHTS = {".safetensors", ".bin", ".pt", ".pth"}
_UNUSED_FOLDERS = {"onnx", "openvino"}
# Weights are sampled: gigabytes take seconds to read, and training moves every number a little.
_SAMPLES = 64
_SAMPLE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """The model and prompts behind a vector: vectors compare only where these are equal."""

    id: str
    """The same for the same files wherever they lie; differs when weights or prompts do."""
    dim: int
    """Numbers in a vector."""


def embedder_identity(settings: Settings) -> EmbedderIdentity:
    """Return the identity of the configured model from its files alone, without torch.

    Takes milliseconds for the built-in model and for a directory; a hub model is fetched first
    where `embedding.allow_download` says so. Raises `EmbeddingError`.
    """
    if settings.embedding.model == BUILTIN:
        return builtin_identity()
    go_offline(settings)
    directory = model_directory(settings)
    return directory_identity(directory, prompts_of(directory, settings.embedding.model))


def builtin_identity() -> EmbedderIdentity:
    """Return the identity of the built-in model, whose files need not have been written yet."""
    tower = hashlib.sha256(ADAPTER.read_bytes()).hexdigest()
    return EmbedderIdentity(
        f"{BUILTIN_ID}/{digest(QUERY_PROMPT, DOCUMENT_PROMPT, tower)[:8]}", BUILTIN_DIM
    )


def directory_identity(directory: Path, prompts: Prompts) -> EmbedderIdentity:
    """Return the identity of a sentence-transformers directory used with `prompts`."""
    sha = hashlib.sha256()
    try:
        files = sorted(_model_files(directory))
        for file in files:
            sha.update(
                f"{file.relative_to(directory).as_posix()}\n{file.stat().st_size}\n".encode()
            )
            for block in _blocks(file):
                sha.update(block)
    except OSError as error:
        raise EmbeddingError(
            f"`{directory}` cannot be read: {error}. Fetch the model again."
        ) from error
    if not any(file.suffix in _WEIGHTS for file in files):
        raise EmbeddingError(
            f"`{directory}` holds no weights (`*.safetensors` or `*.bin`). Set `embedding.model` "
            "to a sentence-transformers directory, or fetch the model again."
        )
    content = digest(sha.hexdigest(), prompts.query, prompts.document)
    return EmbedderIdentity(f"sentence-transformers/{content}", _dimension(directory))


def _model_files(directory: Path) -> Iterator[Path]:
    for file in directory.rglob("*"):
        inside = file.relative_to(directory).parts
        if file.suffix not in _CONFIGURATION | _WEIGHTS or not file.is_file():
            continue
        if not _UNUSED_FOLDERS.intersection(inside) and not inside[0].startswith("."):
            yield file


def _blocks(file: Path) -> Iterator[bytes]:
    """Yield the bytes that stand for a file: all of a configuration, samples of weights."""
    size = file.stat().st_size
    if file.suffix in _CONFIGURATION or size <= _SAMPLES * _SAMPLE_BYTES:
        yield file.read_bytes()
        return
    with file.open("rb") as stream:
        for number in range(_SAMPLES):
            stream.seek(number * (size - _SAMPLE_BYTES) // (_SAMPLES - 1))
            yield stream.read(_SAMPLE_BYTES)


def _dimension(directory: Path) -> int:
    """Return the length of the model's vectors, as its configuration declares it."""
    sizes = [_module_size(directory, module) for module in read_list(directory / "modules.json")]
    root = read_object(directory / "config.json")
    sizes.insert(0, root.get("hidden_size") or root.get("d_model"))
    last = next((size for size in reversed(sizes) if size), None)
    if not isinstance(last, int):
        raise EmbeddingError(
            f"`{directory}` does not say how long its vectors are. Set `embedding.model` to a "
            "sentence-transformers directory with a `modules.json` and a pooling module."
        )
    cut = read_object(directory / "config_sentence_transformers.json").get("truncate_dim")
    return min(last, cut) if cut else last


def _module_size(directory: Path, module: dict[str, Any]) -> int | None:
    config = read_object(directory / str(module.get("path", "")) / "config.json")
    kind = str(module.get("type", "")).rpartition(".")[2]
    if kind == "Dense":
        return config.get("out_features")
    if kind == "Pooling":
        width = config.get("embedding_dimension") or config.get("word_embedding_dimension")
        return width * _pooling_modes(config) if width else None
    return None


def _pooling_modes(config: dict[str, Any]) -> int:
    """Return how many poolings are joined into one vector, in the new form or the old one."""
    if modes := config.get("pooling_mode"):
        return 1 if isinstance(modes, str) else len(modes)
    return (
        sum(value is True for key, value in config.items() if key.startswith("pooling_mode_")) or 1
    )
