"""Fixtures that every test may use."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from pipelines import pull, refresh
from pipelines.checks import CHECKS
from pipelines.embedding import model as embedding
from pipelines.embedding.cross_encoder import CrossEncoder
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.embedding.query_tower import QueryTower
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parent.parent
MakeSettings = Callable[..., Settings]
Company = tuple[Settings, Warehouse]
Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Let `fsync` return at once: it guards against power loss, which no test can have.

    It is thousands of times a few milliseconds. What a crash of a process leaves is the same.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_stepping_back() -> Iterator[None]:
    """Let runs that tests start in their own process keep it where it is among others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "nice", lambda step: 0)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_copy_of_each_reader() -> Iterator[None]:
    """Let embedders of one directory share what reads: a copy is 1.5 s and 450 MB of weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "QueryTower", cache(QueryTower))
        patch.setattr(embedding, "CrossEncoder", cache(CrossEncoder))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real public data sets kept beside the checkout; a test that needs them skips without."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no `{folder}`: the real data sets are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def sample_sources() -> Path:
    """The `sources.toml` of the sample company."""
    return CHECKOUT / "kb_sources" / "sources.toml"


@pytest.fixture(scope="session")
def make_settings(tmp_path_factory: pytest.TempPathFactory) -> MakeSettings:
    """Settings with the given `[embedding]` keys, and the user's own model cache."""

    def make(**embedding: object) -> Settings:
        folder = tmp_path_factory.mktemp("company")
        (folder / "sources.toml").write_text(
            '[company]\nname = "云雀协作"\ncontact = "400"\n[[faq]]\nname = "help"\n',
            encoding="utf-8",
        )
        settings = load_settings(folder / "sources.toml", folder / "warehouse")
        changed = settings.embedding.model_copy(update=embedding)
        return settings.model_copy(update={"embedding": changed})

    return make


@pytest.fixture(scope="session")
def embedder(make_settings: MakeSettings) -> Embedder:
    """The built-in model, converted into the user's model cache on the first run of a machine."""
    return load_embedder(make_settings())


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder by its name, once for all processes of a run, and returns it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, make: Callable[[Path], object]) -> Path:
        made = shared / name
        with FileLock(shared / f"{name}.lock"):
            done = made / ".done"
            if not done.exists():
                made.mkdir(exist_ok=True)
                make(made)
                done.touch()
        return made

    return once


@pytest.fixture(scope="session")
def character_model(once: Once) -> Path:
    """A sentence-transformers directory whose vector is the mean of its characters' vectors.

    Fifty thousand texts a second, and texts that share characters are close: enough to tell
    whether the right texts are embedded, stored and found.
    """
    return once("characters", lambda folder: write_character_model(folder, seed=1))


def write_character_model(folder: Path, *, seed: int, dim: int = 48) -> Path:
    """Write a model of random character vectors; another seed makes another model."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Split

    characters = [chr(code) for code in (*range(0x21, 0x7F), *range(0x4E00, 0xA000))]
    vocabulary = {character: number for number, character in enumerate(["<unk>", *characters])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Split(Regex(r"[\s\S]"), "isolated")
    weights = np.random.default_rng(seed).normal(size=(len(vocabulary), dim)).astype(np.float32)
    weights[0] = 0.01
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()], device="cpu"
    )
    model.save(str(folder), create_model_card=False)
    (folder / "config.json").write_text(f'{{"hidden_size": {dim}}}', encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def sample(sample_sources: Path, character_model: Path, once: Once) -> Company:
    """The sample company, its last three days of dialogues, published once with `character_model`.

    Read it, and never write to it: every test of the session sees the same one.
    """
    model = str(character_model)
    folder = once("sample", lambda made: publish_sample(sample_sources, made, model, days=3))
    return sample_in(sample_sources, folder, model, days=3)


@pytest.fixture(scope="session")
def company(sample_sources: Path, once: Once) -> Company:
    """The sample company as users run it: the built-in model, 30 days of dialogues. Read only."""
    folder = once("whole", lambda made: publish_sample(sample_sources, made, "builtin", days=30))
    return sample_in(sample_sources, folder, "builtin", days=30)


def sample_in(sources: Path, folder: Path, model_name: str, *, days: int) -> Company:
    """Return the sample company as it is published into `folder`."""
    settings = load_settings(sources, folder / "warehouse", environ={})
    settings = settings.model_copy(
        update={
            "window": settings.window.model_copy(update={"days": days}),
            "embedding": settings.embedding.model_copy(update={"model": model_name}),
            "redaction": settings.redaction.model_copy(
                update={"key_file": str(folder / "redaction.key")}
            ),
        }
    )
    return settings, Warehouse(settings.warehouse)


def publish_sample(sources: Path, folder: Path, model_name: str, *, days: int) -> Company:
    """Pull, embed, check and publish the sample company into `folder`."""
    settings, warehouse = sample_in(sources, folder, model_name, days=days)
    for faq in settings.faq:
        pull.faq(settings, warehouse, faq)
    for log in settings.dialogues:
        pull.dialogues(settings, warehouse, log, settings.window_days())
    for product in settings.changelog:
        pull.changelog(settings, warehouse, product)
    model = load_embedder(settings)
    refresh.embed(settings, warehouse, lambda: model)
    refresh.find_stale(settings, warehouse)
    refresh.build(settings, warehouse, lambda: model)
    gate = refresh.gate(settings, warehouse, lambda: model)
    assert gate is not None
    failed = [result for name in CHECKS if not (result := refresh.run_check(name, gate)).passed]
    assert failed == []
    refresh.publish_candidate(settings, warehouse)
    return settings, warehouse
