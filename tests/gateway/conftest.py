"""A gateway that answers every question the same, for tests that only look at the outside."""

from collections.abc import Iterator

import pytest

from tests.gateway.served import ANSWER, ScriptedAnswerer, app_for, serving


@pytest.fixture(scope="module")
def answerer() -> ScriptedAnswerer:
    """The answerer behind `url`; remembers what it was asked."""
    return ScriptedAnswerer(ANSWER)


@pytest.fixture(scope="module")
def url(answerer: ScriptedAnswerer) -> Iterator[str]:
    """The base URL of a gateway without a token."""
    with serving(app_for(answerer)) as base:
        yield base
