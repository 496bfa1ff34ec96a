"""Fixtures of the FAQ tests."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from pipelines.faq.markdown.entries import read_file
from pipelines.faq.markdown.includes import Include, nothing
from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry, Quarantined
from pipelines.sources.files import SourceFile

Parse = Callable[..., ParsedFile]
Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

settings.register_profile("long", max_examples=100_000, deadline=None)


@pytest.fixture
def parse() -> Parse:
    """Parse Markdown given as text or bytes."""

    def parse_text(
        text: str | bytes,
        path: str = "help.md",
        base_url: str = "",
        include: Include = nothing,
    ) -> ParsedFile:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        return read_file(SourceFile(path, data), source="help", base_url=base_url, include=include)

    return parse_text


@pytest.fixture
def read(parse: Parse) -> Read:
    """Parse Markdown into entries and what was refused, without the remarks."""

    def read_text(text: str | bytes, **rest: Any) -> tuple[list[FaqEntry], list[Quarantined]]:
        parsed = parse(text, **rest)
        return list(parsed.entries), list(parsed.quarantined)

    return read_text
