"""An empty conversation log, ready to be written."""

from pathlib import Path

import pytest

from pipelines.redaction import Redactor
from pipelines.settings import Settings
from tests.analytics.logged import KEY, Log, settings_over


@pytest.fixture(scope="session")
def plain_redactor() -> Redactor:
    return Redactor(KEY)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_over(tmp_path)


@pytest.fixture
def log(settings: Settings, plain_redactor: Redactor) -> Log:
    return Log(settings, plain_redactor)
