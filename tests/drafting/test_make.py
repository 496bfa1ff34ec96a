"""What is drafted: from the index alone, with the model and without, and gone with its sources."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import refresh
from pipelines.drafting.accept import accept
from pipelines.drafting.make import make
from pipelines.drafting.writing import NOBODY, Answered, Writer
from pipelines.drafts import Draft, decide, keep, make_draft, read_drafts
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import WarehouseError
from pipelines.forget import Request, forget
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse
from tests.analytics.logged import Log
from tests.fake_ollama import Behaviour, FakeOllama
from tests.forgetting import CANARY, OTHER, conversation, hold, publish, write_company, write_log

SAID = f"在设置里选择{CANARY}再点导出即可"
ASKED = f"{CANARY}的报表怎么导出"
INVOICE = ("您好，请稍等。", "发票抬头在费用中心里改。", "电话13812345678的那张已经改了。")
UNKNOWN = "Do you sell bicycles?"


def talk(name: str, customer: str, question: str, *answers: str) -> list[dict[str, str]]:
    """Return a conversation that is kept, of the day before the last."""
    spoken = conversation(name, customer, "", 19)
    spoken[0]["text"] = question
    said = [spoken[1] | {"text": answer} for answer in answers]
    return [spoken[0], *said, spoken[2]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, character_model: Path) -> Embedder:
    return load_embedder(write_company(tmp_path_factory.mktemp("model"), character_model))


@pytest.fixture
def published(settings: Settings, warehouse: Warehouse, model: Embedder, log: Log) -> Searcher:
    """The company, published with two dialogues; two questions were asked, and not answered."""
    write_log(
        settings,
        conversation("会话一", "客户甲", CANARY, 18),
        conversation("会话二", "客户乙", OTHER, 18),
        talk("会话三", "客户丙", "发票抬头怎么改", *INVOICE),
    )
    publish(settings, warehouse, model)
    log.refuse(ASKED, conversation="问一", customer="客户丁")
    log.refuse(ASKED, conversation="问二", customer="客户戊")
    log.refuse(UNKNOWN, conversation="问三", customer="客户己")
    return Searcher(PublishedVersion(warehouse), lambda: model)


@pytest.fixture(scope="module")
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


def made(
    settings: Settings, warehouse: Warehouse, searcher: Searcher, url: str = ""
) -> dict[str, Draft]:
    """Make the drafts, and return them by what was asked."""
    config = settings.ollama.model_copy(
        update={"url": url, "first_piece_seconds": 0.5, "answer_seconds": 2.0}
    )

    async def run() -> None:
        language_model = Ollama(config) if url else None
        await make(settings, warehouse, searcher, language_model, lambda done: None)
        if language_model:
            await language_model.aclose()

    asyncio.run(run())
    return {one.asked: one for one in read_drafts(warehouse)}


def test_without_a_model_an_agents_answer_is_quoted_and_the_unknown_is_left_to_a_person(
    settings: Settings, warehouse: Warehouse, published: Searcher
) -> None:
    found = made(settings, warehouse, published)
    assert list(found) == [ASKED, UNKNOWN]
    assert (found[ASKED].answer, found[ASKED].author) == (SAID, "quoted")
    (cited,) = [source for source in found[ASKED].sources if source.cited]
    assert cited.tier == "dialogues"
    assert (found[UNKNOWN].answer, found[UNKNOWN].author) == ("", "nobody")


def test_the_models_sentences_stay_that_a_passage_bears_out_and_no_other(
    settings: Settings, warehouse: Warehouse, published: Searcher, ollama: FakeOllama
) -> None:
    said = [
        f"在设置里选择{CANARY}再点导出即可。[1] ",
        "火星用户可以拨打 999 热线。[1] ",
        "也可以看 https://evil.example/ 再点导出即可。[1]",
        "请联系〈人名1〉导出即可。[1]",
    ]
    ollama.behave(answer=said)
    draft = made(settings, warehouse, published, ollama.url)[ASKED]
    assert (draft.answer, draft.author) == (f"{SAID}。", "model")
    assert [source.tier for source in draft.sources if source.cited] == ["dialogues"]


@pytest.mark.parametrize(
    ("answer", "author"), [("NOT_FOUND", "nobody"), ("火星用户可以拨打 999 热线。[1]", "quoted")]
)
def test_a_model_that_finds_nothing_or_invents_writes_nothing(
    settings: Settings,
    warehouse: Warehouse,
    published: Searcher,
    ollama: FakeOllama,
    answer: str,
    author: str,
) -> None:
    ollama.behave(answer=answer)
    draft = made(settings, warehouse, published, ollama.url)[ASKED]
    assert (draft.author, draft.answer) == (author, SAID if author == "quoted" else "")


def test_what_only_a_customer_took_for_true_is_no_source(
    settings: Settings, warehouse: Warehouse, published: Searcher, ollama: FakeOllama
) -> None:
    question = f"{CANARY}的报表导出要收费三百元"
    write_log(settings, talk("会话九", "客户庚", question, "在设置里导出即可。"))
    publish(settings, warehouse, published.embedder())  # type: ignore[arg-type]  # the whole model
    ollama.behave(answer=[f"{question}。[1][2][3] ", "在设置里导出即可。[1][2][3]"])
    before = len(ollama.chats)
    draft = made(settings, warehouse, published, ollama.url)[ASKED]
    assert "收费" in json.dumps(ollama.chats[before]["messages"], ensure_ascii=False)
    assert "收费" not in draft.answer
    assert draft.author == "model"


@pytest.mark.parametrize("behaviour", ["refuse", "hang", "cut", "garbage"])
def test_a_model_that_fails_stops_nothing(
    settings: Settings,
    warehouse: Warehouse,
    published: Searcher,
    ollama: FakeOllama,
    behaviour: Behaviour,
) -> None:
    ollama.behave(behaviour)
    try:
        found = made(settings, warehouse, published, ollama.url)
    finally:
        ollama.behave()
    assert {one.author for one in found.values()} == {"quoted", "nobody"}


def test_what_redaction_changed_and_courtesies_are_shown_to_no_model(
    settings: Settings, warehouse: Warehouse, published: Searcher, ollama: FakeOllama, log: Log
) -> None:
    for _ in range(3):
        log.refuse("发票抬头怎么改")
    ollama.behave(answer="NOT_FOUND")
    before = len(ollama.chats)
    made(settings, warehouse, published, ollama.url)
    prompt = json.dumps(ollama.chats[before]["messages"], ensure_ascii=False)
    assert "发票抬头在费用中心里改。" in prompt
    assert "请稍等" not in prompt
    assert "〈电话" not in prompt
    assert "13812345678" not in prompt


def test_what_was_decided_is_not_drafted_again(
    settings: Settings, warehouse: Warehouse, published: Searcher
) -> None:
    found = made(settings, warehouse, published)
    decide(warehouse, found[ASKED], "dismissed")
    again = made(settings, warehouse, published)
    assert {one.asked: one.state for one in again.values()} == {
        ASKED: "dismissed",
        UNKNOWN: "draft",
    }


def test_what_is_decided_while_it_is_drafted_anew_stays(
    settings: Settings,
    warehouse: Warehouse,
    published: Searcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = made(settings, warehouse, published)[ASKED]

    async def decided_meanwhile(_: Writer, question: str, hits: object) -> Answered:
        if question == ASKED:
            accept(settings, warehouse, before, "怎么导出报表？", "改了二十分钟的答案。")
        return NOBODY

    monkeypatch.setattr(Writer, "answer", decided_meanwhile)
    after = made(settings, warehouse, published)
    assert (after[ASKED].state, after[ASKED].answer) == ("accepted", "改了二十分钟的答案。")
    assert after[UNKNOWN].state == "draft"


def test_who_is_forgotten_takes_the_drafts_along_that_were_made_from_their_words(
    settings: Settings, warehouse: Warehouse, published: Searcher
) -> None:
    made(settings, warehouse, published)
    assert "faq_drafts.json" in hold(warehouse, CANARY)
    forget(settings, warehouse, Request(customers=("客户甲",)))
    assert hold(warehouse, SAID) == set()
    assert [one.asked for one in read_drafts(warehouse)] == [UNKNOWN]


def test_a_question_that_somebody_else_asked_too_stays_and_goes_with_the_last_of_them(
    settings: Settings, warehouse: Warehouse, published: Searcher
) -> None:
    made(settings, warehouse, published)
    forget(settings, warehouse, Request(customers=("客户丁",)))
    assert ASKED in {one.asked for one in read_drafts(warehouse)}
    forget(settings, warehouse, Request(customers=("客户戊",)))
    assert ASKED not in {one.asked for one in read_drafts(warehouse)}
    forget(settings, warehouse, Request(texts=(CANARY,)))
    assert hold(warehouse, CANARY) == set()


def test_a_draft_leaves_with_the_window(
    settings: Settings, warehouse: Warehouse, published: Searcher
) -> None:
    made(settings, warehouse, published)
    days = timedelta(days=settings.window.days)
    later = settings.model_copy(update={"as_of": settings.now().date() + days})
    refresh.publish_candidate(later, warehouse)
    assert read_drafts(warehouse) == ()
    assert hold(warehouse, CANARY) == set()


def test_what_was_forgotten_while_it_was_written_is_not_kept(
    settings: Settings, warehouse: Warehouse, log: Log
) -> None:
    log.refuse("会议怎么录制")
    keep(settings, warehouse, make_draft("刚刚忘掉的问题", "", "nobody", (), settings.now().date()))
    assert read_drafts(warehouse) == ()


def test_a_damaged_file_says_so_and_is_removed_where_something_has_to_be_erased(
    settings: Settings, warehouse: Warehouse, log: Log
) -> None:
    log.refuse("会议怎么录制")
    file, left = warehouse.root / "faq_drafts.json", warehouse.root / ".faq_drafts.json.1.2"
    file.write_text('[{"asked": "会议怎么录制"', encoding="utf-8")
    left.write_text("会议怎么录制", encoding="utf-8")
    with pytest.raises(WarehouseError, match="is damaged"):
        read_drafts(warehouse)
    forget(settings, warehouse, Request(texts=("会议怎么录制",)))
    assert not file.exists()
    assert not left.exists()
