"""One redactor for all tests: loading Presidio and LAC takes seconds."""

import pytest

from pipelines.redaction import Redactor


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    """A redactor that knows one public number and no secret."""
    return Redactor(b"a test key of 32 bytes, no secret", allow=("400-800-1234", "客服小云"))
