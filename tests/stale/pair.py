"""One FAQ entry and one changelog, as the tests of this folder write them."""

from collections.abc import Sequence
from datetime import date

from pipelines.changelog.history import Statement
from pipelines.records import ChangeEntry, FaqEntry, Review
from pipelines.stale.find import SecondJudge, find
from pipelines.stale.findings import Finding
from pipelines.text import digest


def entry(
    question: str, answer: str, *, reviewed_at: date | None = None, product: str = ""
) -> FaqEntry:
    """Return an FAQ entry."""
    return FaqEntry(
        id=digest(question, answer),
        source="handbook",
        path="faq.md",
        line_start=3,
        line_end=5,
        heading_path=(),
        question=question,
        similar_questions=(),
        answer=answer,
        links=(),
        content_hash="",
        review=Review(reviewed_at=reviewed_at, product=product),
    )


def change(
    text: str,
    *,
    category: str = "变更",
    version: str = "2.5.0",
    released: date = date(2026, 11, 17),
    component: str = "",
    source: str = "yunque",
) -> ChangeEntry:
    """Return a change as a release brought it."""
    return ChangeEntry(
        id=digest(source, version, category, component, text),
        source=source,
        tag=f"v{version}",
        version=version,
        previous_tag="",
        released=released,
        category=category,
        component=component,
        kind="added",
        text=text,
        previous_text="",
        commit="c0ffee",
        path="CHANGELOG.md",
        line=7,
    )


def found(
    entries: Sequence[FaqEntry], changes: Sequence[ChangeEntry], second: SecondJudge | None = None
) -> tuple[Finding, ...]:
    """Return what the changes make wrong, without an embedding model."""
    return find(entries, [Statement(one) for one in changes], lambda _: {}, second)
