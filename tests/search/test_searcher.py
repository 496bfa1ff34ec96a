"""Search over the sample company: short words, codes, tiers, evidence, and a model that differs."""

from pathlib import Path

import pytest

from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import EmbeddingError, NotPublishedError
from pipelines.records import TIERS, Tier
from pipelines.search import MAX_QUESTION, Searcher
from pipelines.settings import Settings
from pipelines.terms import query_terms
from pipelines.versions import PublishedVersion, published
from pipelines.warehouse import Warehouse
from tests.conftest import write_character_model
from tests.small_index import build, chunk, faq

Company = tuple[Settings, Warehouse]


@pytest.fixture(scope="module")
def model(sample: Company) -> Embedder:
    return load_embedder(sample[0])


@pytest.fixture(scope="module")
def searcher(sample: Company, model: Embedder) -> Searcher:
    return Searcher(PublishedVersion(sample[1]), lambda: model)


@pytest.mark.parametrize("word", ["退款", "密钥", "发票", "单点登录"])
def test_a_short_chinese_word_is_found_in_the_text(searcher: Searcher, word: str) -> None:
    hits = searcher.search(word, tier="faq").hits
    assert 0.3 < hits[0].evidence.words <= 1
    assert word in hits[0].chunk.search_text + hits[0].answer


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("ERR-4013", "ERR-4013"),
        ("err 4013 是什么", "ERR-4013"),
        ("err4013", "ERR-4013"),
        ("v2.4.0 有什么新功能", "2.4.0"),
        ("2.4.0", "2.4.0"),
        ("Ｖ2.4.0", "2.4.0"),
    ],
)
def test_codes_and_versions_are_found_however_they_are_written(
    tmp_path: Path, question: str, held: str
) -> None:
    chunks = [
        *faq(4),
        chunk("错误", "遇到 ERR-4013 时请重试。"),
        chunk("别的错误", "遇到 ERR-4014 时请重试。"),
        chunk("离线", "自 v2.4.0 起支持离线。"),
        chunk("旧版", "自 v2.4.1 起不再支持。"),
    ]
    version = build(
        Warehouse(tmp_path), [c for c in chunks if "ERR-4013" not in c.text or c.entry_id == "错误"]
    ).version
    rows = version.full_text(query_terms(question)).limit(1).select(["text"]).to_arrow()
    assert held in rows["text"].to_pylist()[0]


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_can_be_searched_alone(searcher: Searcher, tier: Tier) -> None:
    hits = searcher.search("云盘 文件 上传", tier=tier, limit=5).hits
    assert len(hits) == 5
    assert {hit.chunk.tier for hit in hits} == {tier}


def test_all_tiers_are_searched_and_no_record_stands_twice(searcher: Searcher) -> None:
    hits = searcher.search("云盘 文件 上传", limit=200).hits
    assert {hit.chunk.tier for hit in hits} == set(TIERS)
    assert len({hit.chunk.entry_id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_entrys_own_question_comes_first_with_its_whole_answer(
    searcher: Searcher, sample: Company
) -> None:
    columns = ("entry_id", "tier", "view", "title", "text", "search_text")
    rows = published(sample[1]).rows(*columns).to_pylist()
    asked = [row for row in rows if row["tier"] == "faq" and row["view"] == "question"]
    assert len(asked) > 60
    for row in asked[::8]:
        hit = searcher.search(row["title"], tier="faq", limit=1).hits[0]
        assert hit.chunk.entry_id == row["entry_id"]
        assert hit.answer == row["text"]
        own = [one["search_text"] for one in asked if one["entry_id"] == row["entry_id"]]
        assert set(hit.questions) == set(own)
        assert hit.evidence.coverage == 1, "whichever of its rows holds the words"
        assert hit.chunk.view == "passage", "what is shown is the passage that fits"


def test_a_hit_says_why(searcher: Searcher) -> None:
    result = searcher.search("怎么申请退款", limit=60, tier="faq")
    for hit in result.hits:
        evidence = hit.evidence
        assert 0 <= evidence.words <= 1
        assert 0 <= evidence.coverage <= 1
        assert 0 < hit.score < 1
    best, last = result.hits[0].evidence, result.hits[-1].evidence
    assert best.total > last.total
    assert best.coverage > last.coverage
    assert set(result.milliseconds) >= {"embedding", "search", "total"}
    assert result.version.startswith("0001-")


def test_the_same_question_gets_the_same_answer(searcher: Searcher) -> None:
    assert searcher.search("发票").hits == searcher.search("  发票\u200b ").hits


@pytest.mark.parametrize("question", ["", "  \n", "\x00\u200b"])
def test_an_empty_question_finds_nothing(searcher: Searcher, question: str) -> None:
    assert searcher.search(question).hits == ()


@pytest.mark.parametrize(
    "question",
    ["' OR 1=1 --", '") }', "*", "？！…", "退" * (MAX_QUESTION * 3), "😀", "\\", "a'b\"c", "%_"],
)
def test_no_question_is_code(searcher: Searcher, question: str) -> None:
    assert len(searcher.search(question, limit=3).hits) == 3


def test_another_embedding_model_is_refused_with_the_way_out(
    sample: Company, tmp_path: Path
) -> None:
    folder = write_character_model(tmp_path / "other", seed=2)
    embedding = sample[0].embedding.model_copy(update={"model": str(folder)})
    other = load_embedder(sample[0].model_copy(update={"embedding": embedding}))
    searcher = Searcher(PublishedVersion(sample[1]), lambda: other)
    with pytest.raises(EmbeddingError, match=r"was built with .* Run `sanku run`") as raised:
        searcher.search("退款")
    assert other.id in str(raised.value)


def test_before_the_first_publish_the_way_out_is_named(tmp_path: Path, model: Embedder) -> None:
    searcher = Searcher(PublishedVersion(Warehouse(tmp_path)), lambda: model)
    with pytest.raises(NotPublishedError, match="Run `sanku run`"):
        searcher.search("退款")


def test_the_model_is_loaded_once_and_only_for_a_question(sample: Company, model: Embedder) -> None:
    loaded: list[int] = []

    def load() -> Embedder:
        loaded.append(1)
        return model

    searcher = Searcher(PublishedVersion(sample[1]), load)
    searcher.version()
    searcher.search("")
    assert loaded == []
    searcher.search("退款")
    searcher.search("发票")
    assert loaded == [1]
