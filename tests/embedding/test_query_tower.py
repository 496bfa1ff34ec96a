"""The query tower: questions are read differently, documents as before."""

from pathlib import Path

import numpy as np

from pipelines.embedding.model import Embedder, load_embedder
from pipelines.embedding.query_tower import ADAPTER
from tests.conftest import MakeSettings, write_character_model

# Neither was trained on, nor does either share a word with its entry.
SAID = {
    "机器开不了机，急死我了": "如何修复无法启动的服务器？",
    "掏钱买了又不想要了，钱能回来不": "如何申请退款？",
    "换手机了，验证码收不到，进不去": "如何更换登录账号绑定的手机号码？",
}


def test_a_complaint_comes_closer_to_what_it_is_about(embedder: Embedder) -> None:
    asked, told = list(SAID), list(SAID.values())
    documents = embedder.encode_documents(told)
    plain = embedder._model.encode_query(asked, normalize_embeddings=True)
    read = embedder.encode_queries(asked)

    def margin(vectors: np.ndarray) -> np.ndarray:
        closeness = vectors @ documents.T
        others = closeness - 2 * np.eye(len(asked), dtype=np.float32)
        return np.asarray(closeness.diagonal() - others.max(axis=1))

    assert (margin(read) > 0).all()
    assert margin(read).mean() > 1.5 * margin(plain).mean()


def test_documents_and_word_embeddings_are_the_models_own(embedder: Embedder) -> None:
    own, tower = embedder._model[0].auto_model, embedder._query_model[0].auto_model
    assert own.embeddings is tower.embeddings
    assert own.encoder is not tower.encoder
    weight = "encoder.layer.0.attention.self.query.weight"
    assert not np.allclose(own.state_dict()[weight].cpu(), tower.state_dict()[weight].cpu())


def test_the_adapter_is_small() -> None:
    assert ADAPTER.stat().st_size < 4_000_000


def test_a_model_of_the_companys_own_reads_questions_itself(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    own = load_embedder(make_settings(model=str(write_character_model(tmp_path / "own", seed=2))))
    assert own._query_model is own._model
