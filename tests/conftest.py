"""Fixtures that every test may use."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


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
