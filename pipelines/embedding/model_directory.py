"""Where the files of the configured model lie: a directory, the hub's cache, or written here."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.embedding.builtin_model import BUILTIN, builtin_directory
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings

_HUB_NAME = re.compile(r"(?:[\w.-]+/)?[\w.-]+")
# Other renderings of the same weights, which torch does not read.
_NOT_FOR_TORCH = (
    "onnx/*", "openvino/*", "*.onnx*", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite",
)  # fmt: skip


def model_directory(settings: Settings, notice: Callable[[str], None] | None = None) -> Path:
    """Return the folder that holds the files of `embedding.model`.

    The built-in model is written on first use and a hub model is fetched where
    `embedding.allow_download` says so; `notice` gets one line before either. Raises
    `EmbeddingError`.
    """
    model = settings.embedding.model
    if model == BUILTIN:
        return builtin_directory(settings.model_cache, notice)
    folder = settings.beside_sources(model)
    if folder.is_dir():
        return folder
    if not _HUB_NAME.fullmatch(model) or model.startswith("."):
        raise EmbeddingError(
            f"`embedding.model`: `{folder}` is no directory. Write `builtin`, the path of a "
            "sentence-transformers directory, or a model name like `BAAI/bge-m3`."
        )
    if cached := _snapshot(model, download=False):
        return cached
    if not settings.embedding.allow_download:
        raise EmbeddingError(
            f"The model `{model}` is not on this machine, and downloads are off. Set "
            "`embedding.model` to a local directory, or `embedding.allow_download = true`."
        )
    if notice:
        notice(f"Downloading the model {model} …")
    if fetched := _snapshot(model, download=True):
        return fetched
    raise EmbeddingError(
        f"The model `{model}` could not be downloaded: its hub does not answer, or has no such "
        "model. Check the name and the network, or set `embedding.model` to a local directory."
    )


def go_offline(settings: Settings) -> None:
    """Forbid the hub to the libraries that may call it, unless the settings allow downloads.

    They read the environment when they are first imported, so this comes before.
    """
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if not settings.embedding.allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"


def _snapshot(model: str, *, download: bool) -> Path | None:
    """Return the hub cache's folder of a model; None where it is absent or cannot be fetched."""
    # Imported here: a directory and the built-in model need no hub client.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    # A bare name is one of sentence-transformers' own models, or one of the hub's oldest.
    names = (model,) if "/" in model else (f"sentence-transformers/{model}", model)
    for name in names:
        try:
            folder = snapshot_download(
                name,
                cache_dir=os.environ.get("SENTENCE_TRANSFORMERS_HOME"),
                local_files_only=not download,
                ignore_patterns=list(_NOT_FOR_TORCH),
            )
        except (OSError, ValueError, HfHubHTTPError):
            continue
        return Path(folder)
    return None


def read_object(file: Path) -> dict[str, Any]:
    """Return the object in a model's JSON file, empty where there is no such file."""
    content = _read_json(file, absent={})
    if not isinstance(content, dict):
        raise EmbeddingError(f"`{file}` holds no JSON object. Fetch the model again.")
    return content


def read_list(file: Path) -> list[dict[str, Any]]:
    """Return the list of objects in a model's JSON file, empty where there is no such file."""
    content = _read_json(file, absent=[])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise EmbeddingError(f"`{file}` holds no JSON list of objects. Fetch the model again.")
    return content


def _read_json(file: Path, absent: object) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return absent
    except (OSError, ValueError) as error:
        raise EmbeddingError(f"`{file}` cannot be read: {error}. Fetch the model again.") from error
