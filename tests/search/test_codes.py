"""A code that a question names: whoever holds it stands first, whatever else reads alike."""

import pytest

from pipelines.embedding.model import load_embedder
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.terms import codes_among, query_terms
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("ERR-5208是什么", {"err5208"}),
        ("err5208 怎么办", {"err5208"}),
        ("屏幕显示E06怎么办", {"e06"}),
        ("0x80070005 是什么错误", {"0x80070005"}),
        ("Windows 10 能装吗", set()),
        ("win10 能装吗", set()),
        ("h5 页面和 IPv6 打不开", set()),
        ("2.4.0 更新了什么", set()),
    ],
)
def test_codes_are_told_from_names_and_versions(question: str, codes: set[str]) -> None:
    assert codes_among(query_terms(question).split()) == codes


@pytest.fixture(scope="module")
def searcher(sample: tuple[Settings, Warehouse]) -> Searcher:
    model = load_embedder(sample[0])
    return Searcher(PublishedVersion(sample[1]), lambda: model)


@pytest.mark.parametrize("question", ["ERR-5208是什么", "提示 ERR-6104", "报错ERR-7029"])
def test_an_entry_whose_answer_holds_the_code_comes_first(
    searcher: Searcher, question: str
) -> None:
    (code,) = codes_among(query_terms(question).split())
    first = searcher.search(question, tier="faq").hits[0]
    assert code in first.answer.lower().replace("-", "")
    assert first.evidence.code == 1
    assert first.evidence.parts()["code"] > 0


def test_a_code_that_nobody_holds_changes_nothing(searcher: Searcher) -> None:
    hits = searcher.search("ERR-9999怎么回事", tier="faq").hits
    assert {hit.evidence.code for hit in hits} == {0.0}
    totals = [hit.evidence.total for hit in hits]
    assert totals == sorted(totals, reverse=True)
