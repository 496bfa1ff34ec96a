"""Fixtures of the FAQ tests."""

from collections.abc import Callable

import pytest

from pipelines.faq import parse_faq
from pipelines.records import FaqEntry, Quarantined
from pipelines.sources.files import SourceFile

Parse = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]


@pytest.fixture
def parse() -> Parse:
    """Parse Markdown given as text or bytes."""

    def parse_text(
        text: str | bytes, path: str = "help.md", base_url: str = ""
    ) -> tuple[list[FaqEntry], list[Quarantined]]:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        return parse_faq(SourceFile(path, data), source="help", base_url=base_url)

    return parse_text
