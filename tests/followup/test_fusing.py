"""How two searches become one ranking."""

import pytest

from pipelines.chunks import UNDATED, make_chunk
from pipelines.followup.fusing import ANSWERED, KIND, fused
from pipelines.search import Evidence, Hit, SearchResult


def result(question: str = "q", /, **closeness: float) -> SearchResult:
    """Return a search that found records, each as close as said."""
    hits = []
    for name, close in closeness.items():
        chunk = make_chunk(
            tier="faq", source="s", entry_id=name, title=name, text=name, search_text=name,
            path="faq.md", line_start=1, line_end=2, at=UNDATED,
        )  # fmt: skip
        evidence = Evidence(question=close, passage=close)
        hits.append(Hit(chunk, name, 0.5, evidence, asks=(f"ask {name}",)))
    return SearchResult(question, "v", tuple(hits), {})


def order(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.chunk.entry_id for hit in hits]


def test_a_question_that_does_not_lean_is_ranked_by_itself() -> None:
    alone, together = result(a=3, b=2), result(b=9, c=8, a=1)

    assert order(fused(alone, together, None, 0.0))[:2] == ["a", "b"]


def test_what_both_searches_find_goes_before_what_one_finds() -> None:
    alone, together = result(own=4, both=3, low=0), result(old=4, both=3.5, low=0)

    assert order(fused(alone, together, None, 1.0))[0] == "both"


def test_what_was_answered_already_goes_back() -> None:
    alone, together = result(new=1.0, old=1.0), result(new=3, old=3.2)
    before = result(old=9, new=0)

    assert order(fused(alone, together, None, 1.0)) == ["old", "new"]
    hits = fused(alone, together, before, 1.0)
    assert order(hits) == ["new", "old"]
    assert hits[1].evidence.parts()["answered"] == pytest.approx(-ANSWERED)
    assert hits[1].as_dict()["evidence"]["answered"] == 1


def test_a_title_that_asks_for_the_same_kind_of_thing_goes_ahead_as_far_as_the_question_leans() -> (
    None
):
    said = {"退款要多久？": 3.0, "怎么退款？": 3.1}
    alone, together = result("多久能到账", **said), result("退款 多久能到账", **said)

    assert order(fused(alone, together, None, 0.0))[0] == "怎么退款？"
    hits = fused(alone, together, None, 1.0)
    assert order(hits)[0] == "退款要多久？"
    assert [hit.evidence.parts()["kind"] for hit in hits] == [KIND, -KIND]


def test_what_stands_beside_the_answered_entry_is_not_taken_for_answered() -> None:
    before = result(old=9, beside=8)
    hits = {hit.chunk.entry_id: hit for hit in fused(before, before, before, 1.0)}

    assert hits["old"].as_dict()["evidence"]["answered"] == 1
    assert hits["beside"].as_dict()["evidence"]["answered"] < 0.2


def test_what_a_record_asks_is_kept_for_reading() -> None:
    hits = fused(result(a=3), result(c=4), None, 0.7)
    assert {hit.chunk.entry_id: hit.asks for hit in hits} == {"a": ("ask a",), "c": ("ask c",)}


def test_scores_are_in_the_order_of_the_hits() -> None:
    hits = fused(result(a=3, b=2, c=1), result(c=4, b=3), result(c=5), 0.7)

    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert [hit.evidence.total for hit in hits] == sorted(
        (hit.evidence.total for hit in hits), reverse=True
    )
