"""Records cut into chunks: what is searched, and what is shown."""

import dataclasses
from datetime import UTC, date, datetime

from pipelines.chunking import (
    PASSAGE_CHARACTERS,
    Overtaken,
    change_chunks,
    dialogue_chunks,
    faq_chunks,
)
from pipelines.chunks import UNDATED
from pipelines.records import ChangeEntry, Exchange, FaqEntry, Link, Review

ENTRY = FaqEntry(
    id="e" * 32,
    source="help",
    path="billing.md",
    line_start=3,
    line_end=9,
    heading_path=("账单",),
    question="怎么退款？",
    similar_questions=("钱能退吗", "refund?"),
    answer="在「账单」里申请。",
    links=(Link("账单", "https://example.com"),),
    front_matter=(),
    content_hash="h",
)
CHANGE = ChangeEntry(
    id="c" * 32,
    source="yunque",
    tag="v2.4.0",
    version="2.4.0",
    previous_tag="v2.3.0",
    released=date(2026, 11, 1),
    category="新增",
    component="Table",
    kind="added",
    text="支持导出",
    previous_text="",
    commit="abc",
    path="CHANGELOG.md",
    line=7,
)


def test_every_wording_of_a_question_carries_the_whole_answer() -> None:
    chunks = list(faq_chunks(ENTRY))
    asking = [chunk for chunk in chunks if chunk.view == "question"]
    assert [chunk.search_text for chunk in asking] == ["怎么退款？", "钱能退吗", "refund?"]
    assert {chunk.text for chunk in asking} == {ENTRY.answer}
    assert {chunk.title for chunk in chunks} == {ENTRY.question}
    assert [chunk.part for chunk in chunks] == [0, 1, 2, 3]
    assert len({chunk.id for chunk in chunks}) == 4


def test_a_long_answer_is_cut_into_passages_that_start_with_the_question() -> None:
    paragraphs = [f"第 {number} 段。" + "说明" * 100 for number in range(8)]
    long = dataclasses.replace(ENTRY, answer="\n\n".join(paragraphs))
    passages = [chunk for chunk in faq_chunks(long) if chunk.view == "passage"]
    assert len(passages) == 4
    assert all(len(chunk.text) <= PASSAGE_CHARACTERS + 4 for chunk in passages)
    assert all(chunk.search_text == f"怎么退款？\n{chunk.text}" for chunk in passages)
    assert "\n\n".join(chunk.text for chunk in passages) == long.answer


def test_an_entry_without_an_answer_has_no_passage() -> None:
    views = [chunk.view for chunk in faq_chunks(dataclasses.replace(ENTRY, answer=""))]
    assert views == ["question"] * 3


def test_a_passage_is_searched_below_its_sub_headings_and_shown_without_them() -> None:
    text = "说明" * 200
    answer = f"## 排查\n\n### 2. 网络\n\n{text}。\n\n{text}！"
    first, second = (
        chunk
        for chunk in faq_chunks(dataclasses.replace(ENTRY, answer=answer))
        if chunk.view == "passage"
    )
    assert first.search_text == f"怎么退款？\n{first.text}"
    assert first.text == f"## 排查\n\n### 2. 网络\n\n{text}。"
    assert second.search_text == f"怎么退款？\n排查 > 网络\n{text}！"
    assert second.text == f"{text}！"
    assert (first.part, second.part) == (3, 4)


def test_an_entry_is_dated_by_the_day_on_which_a_person_confirmed_it() -> None:
    reviewed = dataclasses.replace(ENTRY, review=Review(reviewed_at=date(2026, 10, 1)))
    assert {chunk.at for chunk in faq_chunks(reviewed)} == {datetime(2026, 10, 1, tzinfo=UTC)}
    assert {chunk.at for chunk in faq_chunks(ENTRY)} == {UNDATED}


def test_an_exchange_is_searched_by_its_question_and_shows_its_answer() -> None:
    at = datetime(2026, 11, 19, tzinfo=UTC)
    exchange = Exchange(
        id="d" * 32, source="web", conversation="k", customer="", day=at.date(), at=at,
        question="钱呢", answer="已退", outcome="resolved", redactions=0, path="web.jsonl", line=5,
    )  # fmt: skip
    asking, telling = dialogue_chunks(exchange)
    assert (asking.view, asking.search_text, asking.text) == ("question", "钱呢", "已退")
    assert (telling.view, telling.search_text, telling.text) == ("passage", "钱呢\n已退", "已退")
    assert (asking.category, asking.at, asking.line_start) == ("resolved", at, 5)


def test_a_change_is_found_by_release_category_and_component() -> None:
    (chunk,) = change_chunks(CHANGE)
    assert chunk.search_text == "2.4.0 新增 Table\n支持导出"
    assert (chunk.text, chunk.version, chunk.at) == (
        "支持导出",
        "2.4.0",
        datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_a_change_says_what_it_did_and_below_which_headings_it_stands() -> None:
    (chunk,) = change_chunks(CHANGE)
    assert (chunk.change, chunk.heading_path) == ("added", ("新增", "Table"))
    (bare,) = change_chunks(dataclasses.replace(CHANGE, category="", component=""))
    assert bare.heading_path == ()


def test_a_record_that_a_release_made_wrong_says_since_when_and_by_what() -> None:
    overtaken = Overtaken("2.5.0", ("c1", "c2"))
    chunks = [*faq_chunks(ENTRY, overtaken), *change_chunks(CHANGE, overtaken)]
    assert {(chunk.until, chunk.overtaken_by) for chunk in chunks} == {("2.5.0", ("c1", "c2"))}
    standing = [*faq_chunks(ENTRY), *change_chunks(CHANGE)]
    assert {(chunk.until, chunk.overtaken_by) for chunk in standing} == {("", ())}
    # Its words are the same: nothing is embedded anew.
    assert [c.text_hash for c in chunks] == [c.text_hash for c in standing]
    assert all(c.content_hash != s.content_hash for c, s in zip(chunks, standing, strict=True))


def test_a_wording_that_a_model_wrote_is_marked_and_leaves_the_other_chunks_alone() -> None:
    plain = list(faq_chunks(ENTRY))
    *same, written = faq_chunks(ENTRY, generated=["能不能把钱还我"])
    assert same == plain
    assert (written.view, written.search_text, written.text) == (
        "question",
        "能不能把钱还我",
        ENTRY.answer,
    )
    assert (written.part, written.generated) == (len(plain), True)
    assert not any(chunk.generated for chunk in plain)


def test_an_exchange_says_which_entries_it_answers() -> None:
    at = datetime(2026, 11, 19, tzinfo=UTC)
    exchange = Exchange(
        id="d" * 32, source="web", conversation="k", customer="", day=at.date(), at=at,
        question="钱呢", answer="已退", outcome="resolved", redactions=0, path="web.jsonl", line=5,
    )  # fmt: skip
    assert [chunk.answers for chunk in dialogue_chunks(exchange, [ENTRY.id])] == [(ENTRY.id,)] * 2
    assert [chunk.answers for chunk in dialogue_chunks(exchange)] == [(), ()]
    assert {chunk.tier for chunk in dialogue_chunks(exchange, [ENTRY.id])} == {"dialogues"}
