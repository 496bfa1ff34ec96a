"""Companies to run commands on: a small one of which nothing was run, and the published sample."""

from pathlib import Path

import pytest

from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.cli.command import SmallCompany, write_company


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, sample_sources: Path, character_model: Path
) -> SmallCompany:
    """A small company of which nothing was run yet; one for each file of tests."""
    folder = tmp_path_factory.mktemp("company")
    return write_company(folder, sample_sources.parent / "product.bundle", character_model)


@pytest.fixture(scope="module")
def sample_options(sample: tuple[Settings, Warehouse]) -> tuple[str, ...]:
    """The options that make a command read the published sample company."""
    settings, warehouse = sample
    return ("--sources", str(settings.sources_file), "--warehouse", str(warehouse.root))


@pytest.fixture(scope="module")
def sample_model(sample: tuple[Settings, Warehouse]) -> str:
    """The embedding model that the sample was built with."""
    return sample[0].embedding.model
