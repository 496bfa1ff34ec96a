"""The built-in model, loaded once for all tests of this folder."""

from collections.abc import Callable

import pytest

from pipelines.embedding.model import Embedder, load_embedder
from pipelines.settings import Settings, load_settings

MakeSettings = Callable[..., Settings]


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
