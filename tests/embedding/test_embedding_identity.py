"""Identity, prompts and place of a model, read from its files without loading it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.embedding.identity import directory_identity, embedder_identity
from pipelines.embedding.prompts import Prompts, prompts_of
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
NONE = Prompts("", "")


def write(folder: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        file.write_bytes(data)
    return folder


def small_model(folder: Path, **more: object) -> Path:
    return write(
        folder,
        {
            "config.json": {"hidden_size": 32},
            "model.safetensors": bytes(range(256)) * 4000,
            "README.md": b"no part of the model",
        }
        | more,
    )


def test_the_same_files_have_one_identity_wherever_they_lie(tmp_path: Path) -> None:
    here, there = small_model(tmp_path / "a"), small_model(tmp_path / "b/c")
    (there / "README.md").write_text("another description")
    (there / ".cache").mkdir()
    (there / ".cache/seen.json").write_text("{}")
    assert directory_identity(here, NONE) == directory_identity(there, NONE)


def test_other_weights_configuration_or_prompts_are_another_identity(tmp_path: Path) -> None:
    trained = bytearray(bytes(range(256)) * 4000)
    for position in range(0, len(trained), 100):
        trained[position] ^= 1
    models = [
        small_model(tmp_path / "a"),
        small_model(tmp_path / "b", **{"model.safetensors": bytes(trained)}),
        small_model(tmp_path / "c", **{"tokenizer.json": {"version": "1.0"}}),
    ]
    ids = {directory_identity(model, NONE).id for model in models}
    ids.add(directory_identity(models[0], Prompts("query: ", "")).id)
    assert len(ids) == 4


POOLED = {"word_embedding_dimension": 48, "pooling_mode_mean_tokens": True}
POOLED_TWICE = {"embedding_dimension": 32, "pooling_mode": ["cls", "mean"]}
POOLED_TWICE_OLD_FORM = {
    "word_embedding_dimension": 32,
    "pooling_mode_cls_token": True,
    "pooling_mode_mean_tokens": False,
    "pooling_mode_max_tokens": True,
}


@pytest.mark.parametrize(
    ("modules", "dim"),
    [
        ({}, 32),
        ({"Pooling": POOLED}, 48),
        ({"Pooling": POOLED_TWICE}, 64),
        ({"Pooling": POOLED_TWICE_OLD_FORM}, 64),
        ({"Pooling": POOLED, "Dense": {"out_features": 16}, "Normalize": {}}, 16),
    ],
    ids=["transformer alone", "pooling", "two poolings", "two poolings, old form", "dense"],
)
def test_the_length_of_vectors_is_read_from_the_modules(
    tmp_path: Path, modules: dict[str, dict[str, object]], dim: int
) -> None:
    files: dict[str, object] = {f"{kind}/config.json": config for kind, config in modules.items()}
    if modules:
        files["modules.json"] = [
            {"path": path, "type": f"sentence_transformers.models.{path or 'Transformer'}"}
            for path in ("", *modules)
        ]
    assert directory_identity(small_model(tmp_path, **files), NONE).dim == dim


def test_a_declared_cut_of_the_vectors_is_kept(tmp_path: Path) -> None:
    cut = {"config_sentence_transformers.json": {"truncate_dim": 8}}
    assert directory_identity(small_model(tmp_path, **cut), NONE).dim == 8


def test_a_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="holds no weights"):
        directory_identity(write(tmp_path, {"config.json": {"hidden_size": 32}}), NONE)


def test_a_model_that_does_not_say_its_dimension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="how long its vectors are"):
        directory_identity(small_model(tmp_path, **{"config.json": {}}), NONE)


def test_a_configuration_that_is_no_json_is_named(tmp_path: Path) -> None:
    model = small_model(tmp_path, **{"modules.json": b"[{"})
    with pytest.raises(EmbeddingError, match=r"modules\.json"):
        directory_identity(model, NONE)


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("BAAI/bge-small-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：", "")),
        ("/models/bge-large-zh/", Prompts("为这个句子生成表示以用于检索相关文章：", "")),
        ("intfloat/multilingual-e5-base", Prompts("query: ", "passage: ")),
        ("BAAI/bge-m3", NONE),
        ("intfloat/multilingual-e5-large-instruct", NONE),
    ],
)
def test_models_that_ship_no_prompts_get_the_known_ones(
    tmp_path: Path, name: str, prompts: Prompts
) -> None:
    assert prompts_of(tmp_path, name) == prompts


def test_prompts_that_a_model_ships_win(tmp_path: Path) -> None:
    shipped = {"prompts": {"query": "Instruct: find\nQuery:", "passage": "P: "}}
    write(tmp_path, {"config_sentence_transformers.json": shipped})
    found = prompts_of(tmp_path, "BAAI/bge-small-zh-v1.5")
    assert found == Prompts("Instruct: find\nQuery:", "P: ")


def test_a_folder_is_taken_relative_to_sources_toml(
    make_settings: Callable[..., Settings],
) -> None:
    settings = make_settings(model="models/small")
    small_model(settings.sources_file.parent / "models/small")
    assert embedder_identity(settings).dim == 32


def test_a_model_in_the_hubs_cache_is_found_by_name(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = make_settings()
    repository = tmp_path / "hub/models--acme--small"
    small_model(repository / "snapshots/abc")
    write(repository, {"refs/main": b"abc"})
    done = embedder_identity_in_a_new_process(settings, HF_HUB_CACHE=str(tmp_path / "hub"))
    assert done.stdout.startswith("EmbedderIdentity(id='sentence-transformers/"), done.stderr
    assert done.stdout.endswith("dim=32)\n")


def test_a_hub_that_does_not_answer_is_explained(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = make_settings()
    settings.sources_file.write_text(
        settings.sources_file.read_text("utf-8") + "[embedding]\nallow_download = true\n", "utf-8"
    )
    done = embedder_identity_in_a_new_process(
        settings, HF_HUB_CACHE=str(tmp_path / "hub"), HF_ENDPOINT="http://127.0.0.1:9"
    )
    assert "EmbeddingError: The model `acme/small` could not be downloaded" in done.stderr


def embedder_identity_in_a_new_process(
    settings: Settings, **environ: str
) -> subprocess.CompletedProcess[str]:
    # The hub's client reads its environment once, when it is imported.
    script = (
        "from pipelines.embedding.identity import embedder_identity\n"
        "from pipelines.sources_toml import load_settings\n"
        "print(embedder_identity(load_settings()))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env=os.environ
        | {"SANKU_SOURCES": str(settings.sources_file), "SANKU_EMBEDDING_MODEL": "acme/small"}
        | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
