"""A company whose FAQ takes accepted drafts, with an empty conversation log; nothing is pulled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.drafts import Draft, Source, keep, make_draft
from pipelines.redaction import Redactor, load_key
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.analytics.logged import KEY, Log
from tests.forgetting import write_company

Keep = Callable[..., Draft]


@pytest.fixture(scope="session")
def plain_redactor() -> Redactor:
    return Redactor(KEY)


@pytest.fixture
def settings(tmp_path: Path, character_model: Path) -> Settings:
    return accepting_drafts(write_company(tmp_path, character_model))


def accepting_drafts(settings: Settings, *, accepts: bool = True) -> Settings:
    """Return settings whose one FAQ source takes accepted drafts, or does not."""
    (source,) = settings.faq
    changed = source.model_copy(update={"accepts_drafts": accepts})
    return settings.model_copy(update={"faq": (changed,)})


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


@pytest.fixture
def log(settings: Settings, plain_redactor: Redactor) -> Log:
    return Log(settings, plain_redactor, load_key(settings))


@pytest.fixture
def drafted(settings: Settings, warehouse: Warehouse, log: Log) -> Keep:
    """Have a question asked and drafted for: `drafted("怎么导出？", "在设置里。")`."""

    def keep_one(asked: str, answer: str = "", *sources: Source) -> Draft:
        log.refuse(asked)
        author = "quoted" if answer else "nobody"
        draft = make_draft(asked, answer, author, sources, settings.now().date())
        keep(settings, warehouse, draft)
        return draft

    return keep_one
