"""Fixtures of the dialogue tests: a key, the real redactor, and a source in a temporary folder."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.dialogues.days import DayOfDialogues
from pipelines.redaction import Redactor
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from tests.dialogues.days import Declare, Ingest, ingest_days


@pytest.fixture(scope="session")
def key() -> bytes:
    return bytes(range(32))


@pytest.fixture(scope="session")
def redactor(key: bytes) -> Redactor:
    return Redactor(key)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Settings]:
    """Return a function that writes `sources.toml` with one dialogue source and loads it."""

    def declare_source(more: str = "", files: str = "logs/*") -> Settings:
        file = tmp_path / "sources.toml"
        file.write_text(
            '[company]\nname = "云雀协作"\ncontact = "请联系人工客服"\n'
            f'[[dialogues]]\nname = "chat"\nfiles = "{files}"\n{more}\n',
            encoding="utf-8",
        )
        return load_settings(file, tmp_path / "warehouse", {})

    return declare_source


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a JSONL log of `(conversation, at, role, text)` messages."""

    def write_log(name: str, *messages: tuple[Any, ...] | str) -> Path:
        file = tmp_path / "logs" / name
        file.parent.mkdir(exist_ok=True)
        names = ("conversation", "at", "role", "text")
        lines = (
            one if isinstance(one, str) else json.dumps(dict(zip(names, one, strict=True)))
            for one in messages
        )
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return file

    return write_log


@pytest.fixture
def ingest(declare: Declare, redactor: Redactor, key: bytes) -> Ingest:
    """Return a function that ingests days of the one source in the temporary folder."""

    def ingest_now(
        *days: date, more: str = "", files: str = "logs/*", **how: Any
    ) -> dict[date, DayOfDialogues]:
        return ingest_days(declare(more, files), days, redactor, key, **how)

    return ingest_now
