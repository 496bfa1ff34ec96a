"""Similar questions by the model: asked once, screened, kept as drafts, searched once accepted."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pipelines import pull, refresh
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.enrichment.drafts import Draft, read_drafts
from pipelines.enrichment.reviews import reviews_text
from pipelines.enrichment.similar import Written
from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama, Messages

FAQ = {
    "怎么开发票？": "在「费用中心」里申请，三个工作日内开出。",
    "忘记密码怎么办？": "在登录页点「忘记密码」，按提示重新设置。",
    "报表怎么导出？": "打开报表页，点右上角的导出按钮。",
}
WORDINGS = {
    "怎么开发票？": ["开发票要找谁", "报账要的发票上哪开", "怎么开发票", "票 https://x.example"],
    "忘记密码怎么办？": ["密码忘记了登不上", "密码想不起来怎么办"],
    "报表怎么导出？": ["报表导出按钮在哪", "发票怎么开呀"],
}


def reply(messages: Messages) -> str:
    asked = messages[-1]["content"]
    question = next(question for question in WORDINGS if question in asked)
    return json.dumps({"questions": WORDINGS[question]}, ensure_ascii=False)


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama(reply) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, character_model: Path, ollama: FakeOllama) -> Settings:
    (tmp_path / "faq").mkdir()
    write_faq(tmp_path, FAQ)
    file = tmp_path / "sources.toml"
    file.write_text(
        'as_of = 2026-11-20\n[company]\nname = "云雀"\ncontact = "热线"\n'
        f'[embedding]\nmodel = "{character_model}"\n[[faq]]\nname = "help"\nfolder = "faq"\n'
        f'[ollama]\nurl = "{ollama.url}"\nmodel = "{ollama.model}"\n',
        encoding="utf-8",
    )
    return load_settings(file, tmp_path / "warehouse", environ={})


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


@pytest.fixture(scope="module")
def model(character_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    folder = tmp_path_factory.mktemp("model")
    (folder / "sources.toml").write_text(
        f'[company]\nname = "云雀"\ncontact = "热线"\n[embedding]\nmodel = "{character_model}"\n'
        '[[faq]]\nname = "help"\n',
        encoding="utf-8",
    )
    return load_embedder(load_settings(folder / "sources.toml", folder / "warehouse", environ={}))


def write_faq(folder: Path, entries: Mapping[str, str]) -> None:
    text = "".join(f"## {question}\n\n{answer}\n\n" for question, answer in entries.items())
    (folder / "faq" / "a.md").write_text(text, encoding="utf-8")


def run(settings: Settings, model: Embedder, **changed: object) -> Written:
    """Pull, and have the model write; `changed` are keys of `[enrichment]`."""
    enrichment = settings.enrichment.model_copy(update=changed)
    settings = settings.model_copy(update={"enrichment": enrichment})
    warehouse = Warehouse(settings.warehouse)
    pull.faq(settings, warehouse, settings.faq[0])
    return refresh.write_similar_questions(settings, warehouse, lambda: model)


def searched(settings: Settings, warehouse: Warehouse) -> set[str]:
    """Return what generated question views are searched by."""
    rows = refresh.current_chunks(settings, warehouse).to_pylist()
    assert all(row["view"] == "question" for row in rows if row["generated"])
    return {row["search_text"] for row in rows if row["generated"]}


def draft(warehouse: Warehouse, text: str) -> Draft:
    return next(one for one in read_drafts(warehouse) if one.text == text)


def decide(warehouse: Warehouse, **verdicts: str) -> None:
    ids = {draft(warehouse, text).id: verdict for text, verdict in verdicts.items()}
    warehouse.similar_reviews.write_text(reviews_text(ids), encoding="utf-8")


def test_each_entry_is_asked_about_once_in_the_shape_that_is_wanted(
    settings: Settings, model: Embedder, ollama: FakeOllama
) -> None:
    assert run(settings, model).calls == 3
    assert [chat["format"]["required"] for chat in ollama.chats] == [["questions"]] * 3
    again = run(settings, model)
    assert (again.calls, again.waiting, again.stopped) == (0, 0, "")
    assert len(ollama.requests) == 4  # one look at whether the model is there


def test_one_changed_entry_costs_one_call(
    settings: Settings, model: Embedder, ollama: FakeOllama, tmp_path: Path
) -> None:
    run(settings, model)
    write_faq(tmp_path, FAQ | {"怎么开发票？": "在「费用中心」里申请，当天开出。"})
    assert run(settings, model).calls == 1
    assert "当天开出" in ollama.chats[-1]["messages"][-1]["content"]


def test_what_is_unfit_is_kept_with_the_reason_and_never_offered(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    refused = {one.text: one.refused for one in read_drafts(warehouse) if one.refused}
    assert refused == {
        "怎么开发票": "says what the FAQ says already",
        "票 https://x.example": "holds a link or an address",
    }


def test_drafts_are_searched_once_a_person_has_accepted_them(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    assert searched(settings, warehouse) == set()
    decide(warehouse, 开发票要找谁="accepted", 密码忘记了登不上="dismissed")
    assert searched(settings, warehouse) == {"开发票要找谁"}


def test_a_draft_that_is_accepted_while_a_run_embeds_is_built_by_that_run(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    refresh.embed(settings, warehouse, lambda: model)
    decide(warehouse, 开发票要找谁="accepted")
    built = refresh.build(settings, warehouse, lambda: model)
    rows = built.version.rows("search_text", "generated").to_pylist()
    assert [row["search_text"] for row in rows if row["generated"]] == ["开发票要找谁"]


def test_without_a_person_all_is_taken_that_is_fit_and_was_not_dismissed(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    enrichment = settings.enrichment.model_copy(update={"similar_questions": "accept"})
    accepting = settings.model_copy(update={"enrichment": enrichment})
    fit = {one.text for one in read_drafts(warehouse) if not one.refused}
    assert searched(accepting, warehouse) == fit
    decide(warehouse, 报表导出按钮在哪="dismissed")
    assert searched(accepting, warehouse) == fit - {"报表导出按钮在哪"}


def test_a_reviewer_sees_which_entry_a_draft_is_closer_to(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    assert draft(warehouse, "发票怎么开呀").closer == "怎么开发票？"
    assert draft(warehouse, "报表导出按钮在哪").closer == ""


def test_a_mended_answer_loses_no_review_and_another_question_asks_for_a_new_one(
    settings: Settings, model: Embedder, warehouse: Warehouse, tmp_path: Path
) -> None:
    run(settings, model)
    decide(warehouse, 开发票要找谁="accepted")
    write_faq(tmp_path, FAQ | {"怎么开发票？": "在「费用中心」里申请，当天开出。"})
    run(settings, model, similar_questions="off")
    assert searched(settings, warehouse) == {"开发票要找谁"}
    run(settings, model)
    assert searched(settings, warehouse) == {"开发票要找谁"}
    entries = {question: answer for question, answer in FAQ.items() if question != "怎么开发票？"}
    write_faq(tmp_path, {"怎么开发票和收据？": FAQ["怎么开发票？"], **entries})
    run(settings, model, similar_questions="off")
    assert searched(settings, warehouse) == set()


def test_what_is_written_again_of_a_mended_answer_is_the_draft_that_was_there(
    settings: Settings, model: Embedder, warehouse: Warehouse, tmp_path: Path
) -> None:
    run(settings, model)
    before = {one.id: (one.text, one.refused) for one in read_drafts(warehouse)}
    write_faq(tmp_path, FAQ | {"怎么开发票？": "在「费用中心」里申请，当天开出。"})
    run(settings, model)
    after = read_drafts(warehouse)
    assert {one.id: (one.text, one.refused) for one in after} == before
    assert len(after) == len(before)
    assert run(settings, model).calls == 0, "of the mended entry it was asked"


def test_an_entry_that_is_away_for_a_run_loses_no_review_and_comes_back_with_it(
    settings: Settings, model: Embedder, warehouse: Warehouse, tmp_path: Path
) -> None:
    run(settings, model)
    decide(warehouse, 开发票要找谁="accepted")
    away = "怎么开发票？", "忘记密码怎么办？"
    drafted = {question: f"<!-- status: draft -->\n\n{FAQ[question]}" for question in away}
    write_faq(tmp_path, FAQ | drafted)
    run(settings, model)
    assert searched(settings, warehouse) == set()
    assert {one.question for one in read_drafts(warehouse)} == {"怎么开发票？", "报表怎么导出？"}
    write_faq(tmp_path, FAQ)
    assert run(settings, model).calls == 1, "the one that nobody had decided on"
    assert searched(settings, warehouse) == {"开发票要找谁"}


def test_what_the_author_took_over_is_the_authors(
    settings: Settings, model: Embedder, warehouse: Warehouse, tmp_path: Path
) -> None:
    run(settings, model)
    decide(warehouse, 开发票要找谁="accepted")
    answer = f"<!-- similar: [开发票要找谁] -->\n\n{FAQ['怎么开发票？']}"
    write_faq(tmp_path, FAQ | {"怎么开发票？": answer})
    assert run(settings, model).calls == 0
    assert searched(settings, warehouse) == set()
    texts = refresh.current_chunks(settings, warehouse)["search_text"].to_pylist()
    assert texts.count("开发票要找谁") == 1


def test_a_run_has_a_budget_and_the_next_one_goes_on(
    settings: Settings, model: Embedder, ollama: FakeOllama
) -> None:
    first = run(settings, model, calls=2)
    assert (first.calls, first.waiting) == (2, 1)
    assert first.stopped == "the budget of a run is spent"
    assert run(settings, model, seconds=0.0).calls == 0
    assert run(settings, model).calls == 1
    assert len(ollama.chats) == 3


def test_without_a_model_nothing_is_written_and_nothing_fails(
    settings: Settings, model: Embedder, ollama: FakeOllama, warehouse: Warehouse
) -> None:
    ollama.behave("refuse")
    done = run(settings, model)
    assert (done.calls, done.waiting, done.drafts) == (0, 3, ())
    assert done.stopped.startswith("no model: `qwen3:32b` does not answer at")
    assert not warehouse.similar.exists()


def test_a_model_that_is_not_up_to_it_is_asked_again_by_the_next_run(
    settings: Settings, model: Embedder, ollama: FakeOllama
) -> None:
    ollama.behave(answer="我不知道")
    done = run(settings, model)
    assert (done.calls, done.waiting, done.drafts) == (3, 3, ())
    assert done.stopped == "`qwen3:32b` gave 3 replies of no use in a row"
    ollama.behave(answer=reply)
    assert run(settings, model).calls == 3


def test_switched_off_the_model_is_not_asked(
    settings: Settings, model: Embedder, ollama: FakeOllama
) -> None:
    done = run(settings, model, similar_questions="off")
    assert (done.calls, done.stopped, ollama.requests) == (0, "", [])


def test_a_damaged_file_of_reviews_names_the_way_out(
    settings: Settings, model: Embedder, warehouse: Warehouse
) -> None:
    run(settings, model)
    warehouse.similar_reviews.write_text('{"a": "perhaps"}', encoding="utf-8")
    with pytest.raises(WarehouseError, match="sanku faq similar"):
        refresh.current_chunks(settings, warehouse)
