"""The embedding cache: what goes in comes out, whatever else holds the file or breaks it."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.model import Embedder
from pipelines.errors import WarehouseError
from pipelines.text import digest

CHECKOUT = Path(__file__).resolve().parents[2]
DIM = 8


def unit_vectors(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def keys(count: int, prefix: str = "") -> list[str]:
    return [digest(prefix, str(number)) for number in range(count)]


def a_cache(folder: Path) -> EmbeddingCache:
    return EmbeddingCache(folder, "a model", DIM)


def test_vectors_come_back_bit_for_bit_after_reopening(tmp_path: Path) -> None:
    hashes, vectors = keys(1200), unit_vectors(1200)
    with a_cache(tmp_path) as cache:
        cache.put_many(hashes, vectors)
    with a_cache(tmp_path) as cache:
        found = cache.get_many([*hashes, digest("unknown")])
        assert len(cache) == 1200
    assert found.keys() == set(hashes)
    assert all(np.array_equal(found[key], row) for key, row in zip(hashes, vectors, strict=True))
    assert found[hashes[0]].dtype == np.float32


def test_each_embedder_has_a_file_of_its_own(tmp_path: Path) -> None:
    with a_cache(tmp_path) as one, EmbeddingCache(tmp_path, "another model", DIM) as other:
        one.put_many(keys(1), unit_vectors(1))
        assert other.get_many(keys(1)) == {}
        assert one.file != other.file


def test_a_vector_that_is_stored_already_stays_as_it_is(tmp_path: Path) -> None:
    with a_cache(tmp_path) as cache:
        cache.put_many(keys(1), unit_vectors(1, seed=1))
        cache.put_many(keys(1), unit_vectors(1, seed=2))
        assert np.array_equal(cache.get_many(keys(1))[keys(1)[0]], unit_vectors(1, seed=1)[0])


def test_a_matrix_of_another_shape_is_refused_whole(tmp_path: Path) -> None:
    with a_cache(tmp_path) as cache:
        with pytest.raises(ValueError, match=r"need \[n, 8\]"):
            cache.put_many(keys(3), unit_vectors(2))
        assert len(cache) == 0


def test_a_forgotten_vector_is_gone_from_the_bytes_on_disk(tmp_path: Path) -> None:
    hashes, vectors = keys(300), unit_vectors(300)
    with a_cache(tmp_path) as cache:
        cache.put_many(hashes, vectors)
        assert vectors[7].tobytes() in on_disk(tmp_path)
        cache.forget(hashes[:100])
        # While it is still open: nothing waits in a log either.
        bytes_left = on_disk(tmp_path)
        assert cache.get_many(hashes).keys() == set(hashes[100:])
    for key, row in zip(hashes[:100], vectors[:100], strict=True):
        assert row.tobytes() not in bytes_left
        assert key.encode() not in bytes_left
    assert vectors[200].tobytes() in bytes_left


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


@pytest.mark.parametrize("damage", ["header", "page", "not a database"])
def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path, damage: str) -> None:
    with a_cache(tmp_path) as cache:
        cache.put_many(keys(2000), unit_vectors(2000))
        file = cache.file
    data = bytearray(file.read_bytes())
    match damage:
        case "header":
            data[:16] = b"\x00" * 16
        case "page":
            data[8192:40960] = b"\xff" * (40960 - 8192)
        case "not a database":
            data[:] = b"hello, this is not a database at all" * 100
    file.write_bytes(data)
    with pytest.raises(WarehouseError, match=rf"{file.name}.*rm "), a_cache(tmp_path) as cache:
        cache.get_many(keys(2000))


@pytest.mark.parametrize("vector", [b"short", b"\x00" * 4 * DIM, "text"])
def test_a_stored_vector_that_cannot_be_one_is_refused(tmp_path: Path, vector: bytes | str) -> None:
    with a_cache(tmp_path) as cache:
        file = cache.file
    database = sqlite3.connect(file)
    database.execute("INSERT INTO vectors VALUES (?, ?)", (digest("x"), vector))
    database.commit()
    database.close()
    with a_cache(tmp_path) as cache, pytest.raises(WarehouseError, match="rm "):
        cache.get_many([digest("x")])


def test_a_cache_of_another_dimension_is_refused(tmp_path: Path) -> None:
    a_cache(tmp_path).close()
    with pytest.raises(WarehouseError, match="rm "):
        EmbeddingCache(tmp_path, "a model", DIM + 1)


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be used"):
        a_cache(tmp_path / "file" / "embeddings")


def write_batches(folder: Path, prefix: str) -> None:
    with a_cache(folder) as cache:
        for number in range(20):
            cache.put_many(keys(10, f"{prefix}{number}"), unit_vectors(10))
            # What both of them write, too.
            cache.put_many(keys(10, f"both{number}"), unit_vectors(10))


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    # Spawned, because this process may hold torch's threads by now.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawned) as pool:
        list(pool.map(write_batches, [tmp_path] * 3, "abc"))
    with a_cache(tmp_path) as cache:
        assert len(cache) == 4 * 20 * 10


def test_a_writer_killed_in_the_middle_leaves_what_it_had_finished(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nimport numpy as np\n"
        "from pipelines.embedding.cache import EmbeddingCache\n"
        "from pipelines.text import digest\n"
        f"cache = EmbeddingCache(Path({str(tmp_path)!r}), 'a model', {DIM})\n"
        f"row = np.zeros((1, {DIM}), np.float32)\nrow[0, 0] = 1\n"
        "for number in range(100000):\n"
        "    cache.put_many([digest(str(number))], row)\n"
        "    print(number, flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    done = [int(writer.stdout.readline()) for _ in range(25)]
    os.kill(writer.pid, signal.SIGKILL)
    done += [int(line) for line in writer.stdout.read().splitlines()]
    writer.stdout.close()
    writer.wait()
    with a_cache(tmp_path) as cache:
        assert cache.get_many([digest(str(n)) for n in done]).keys() == {
            digest(str(n)) for n in done
        }


def test_only_missing_texts_are_embedded(embedder: Embedder, tmp_path: Path) -> None:
    texts = {digest(text): text for text in ("退款多久到账", "如何重置密码", "How to export?")}
    steps: list[int] = []
    with EmbeddingCache(tmp_path, embedder.id, embedder.dim) as cache:
        first = embed_missing(texts, cache, lambda: embedder, steps.append)
        texts[digest("新问题")] = "新问题"
        second = embed_missing(texts, cache, lambda: embedder, steps.append)
        found = cache.get_many(list(texts))
    assert (first.embedded, first.reused) == (3, 0)
    assert (second.embedded, second.reused) == (1, 3)
    assert sum(steps) == 3 + 4
    expected = embedder.encode_documents(list(texts.values()))
    np.testing.assert_allclose([found[key] for key in texts], expected, atol=1e-5)


def test_no_model_is_loaded_when_nothing_is_missing(embedder: Embedder, tmp_path: Path) -> None:
    def must_not_load() -> Embedder:
        raise AssertionError("the model was loaded")

    texts = {digest("退款"): "退款"}
    with EmbeddingCache(tmp_path, embedder.id, embedder.dim) as cache:
        embed_missing(texts, cache, lambda: embedder, lambda _: None)
        again = embed_missing(texts, cache, must_not_load, lambda _: None)
    assert (again.embedded, again.reused) == (0, 1)


def test_a_run_that_is_interrupted_keeps_the_slices_it_finished(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.embedding.cache._SLICE", 64)
    texts = {digest(str(number)): f"第 {number} 问" for number in range(120)}
    done = 0

    def interrupt(step: int) -> None:
        nonlocal done
        done += step
        if done > 100:
            raise KeyboardInterrupt

    with EmbeddingCache(tmp_path, embedder.id, embedder.dim) as cache:
        with pytest.raises(KeyboardInterrupt):
            embed_missing(texts, cache, lambda: embedder, interrupt)
        assert len(cache) == 64
        rest = embed_missing(texts, cache, lambda: embedder, lambda _: None)
    assert (rest.embedded, rest.reused) == (56, 64)


def test_an_embedder_that_is_not_the_caches_is_refused(embedder: Embedder, tmp_path: Path) -> None:
    with (
        EmbeddingCache(tmp_path, "another model", embedder.dim) as cache,
        pytest.raises(ValueError, match="another model"),
    ):
        embed_missing({digest("退款"): "退款"}, cache, lambda: embedder, lambda _: None)
