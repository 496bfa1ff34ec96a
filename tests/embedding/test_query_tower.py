"""The query tower: questions are read differently, documents as before."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer

from pipelines.embedding.builtin_model import builtin_directory
from pipelines.embedding.layers import DOWN, UP, Graph
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.embedding.query_tower import ADAPTER, QueryTower
from pipelines.errors import EmbeddingError
from tests.conftest import MakeSettings, write_character_model

# Neither was trained on, nor does either share a word with its entry.
SAID = {
    "机器开不了机，急死我了": "如何修复无法启动的服务器？",
    "掏钱买了又不想要了，钱能回来不": "如何申请退款？",
    "换手机了，验证码收不到，进不去": "如何更换登录账号绑定的手机号码？",
}
ASKED = [*SAID, "How do I export a table to CSV?", "为什么" + "v2.4.0 打不开文档，" * 200]


@pytest.fixture(scope="module")
def directory(make_settings: MakeSettings) -> Path:
    return builtin_directory(make_settings().model_cache)


def test_a_complaint_comes_closer_to_what_it_is_about(embedder: Embedder) -> None:
    asked, told = list(SAID), list(SAID.values())
    documents = embedder.encode_documents(told)
    plain = embedder.model.encode_query(asked, normalize_embeddings=True)
    read = embedder.encode_queries(asked)

    def margin(vectors: np.ndarray) -> np.ndarray:
        closeness = vectors @ documents.T
        others = closeness - 2 * np.eye(len(asked), dtype=np.float32)
        return np.asarray(closeness.diagonal() - others.max(axis=1))

    assert (margin(read) > 0).all()
    assert margin(read).mean() > 1.5 * margin(plain).mean()


def test_the_tower_reads_as_the_model_would_with_the_adapter_in_its_layers(
    embedder: Embedder, directory: Path
) -> None:
    model = SentenceTransformer(
        str(directory), device="cpu", prompts={"query": "query: ", "document": "passage: "}
    )
    layers = dict(model[0].auto_model.named_modules())
    change = load_file(ADAPTER)
    for name in {key.removesuffix(DOWN) for key in change if key.endswith(DOWN)}:
        layers[name].weight.data += change[name + UP].float() @ change[name + DOWN].float()

    expected = model.encode_query(ASKED, normalize_embeddings=True)

    np.testing.assert_allclose(embedder.encode_queries(ASKED), expected, atol=2e-6)


def test_a_question_is_read_alone_to_the_last_bit(embedder: Embedder) -> None:
    alone = np.concatenate([embedder.encode_queries([text]) for text in ASKED])
    assert np.array_equal(embedder.encode_queries(ASKED), alone)


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_model_is_named_with_the_way_out(
    directory: Path, tmp_path: Path, file: str, damage: str
) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).symlink_to(directory / name)
    # The link goes first: writing through it would damage the user's own model cache.
    (tmp_path / file).unlink()
    if damage == "cut":
        with (directory / file).open("rb") as whole:
            (tmp_path / file).write_bytes(whole.read(100_000))
    with pytest.raises(EmbeddingError, match=rf"rm -r '{tmp_path}'"):
        QueryTower(tmp_path)


def test_adapter_and_graphs_are_small() -> None:
    assert ADAPTER.stat().st_size < 4_000_000
    assert all(graph.file.stat().st_size < 100_000 for graph in Graph)


def test_a_model_of_the_companys_own_reads_questions_itself(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    folder = write_character_model(tmp_path / "own", seed=2)
    own = load_embedder(make_settings(model=str(folder)))
    shutil.rmtree(folder)  # it is loaded
    expected = own.model.encode_query(["退款"], normalize_embeddings=True)
    np.testing.assert_allclose(own.encode_queries(["退款"]), expected, atol=1e-6)
