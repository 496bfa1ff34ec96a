"""An accepted draft becomes one entry of the FAQ with exactly these words, whatever they hold."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines import pull
from pipelines.drafting.accept import FILE, accept
from pipelines.drafts import State, decide, drop, read_drafts
from pipelines.errors import DecidedError, GoneError, SettingsError, SourceError
from pipelines.faq.markdown.entries import read_file
from pipelines.records import FaqEntry
from pipelines.settings import Settings
from pipelines.sources.files import SourceFile
from pipelines.sources_toml import load_settings
from pipelines.text import one_line
from pipelines.warehouse import Warehouse
from tests.drafting.conftest import Keep, accepting_drafts

ANSWER = "在设置里点「导出」。"
_HOSTILE_QUESTIONS = (
    "怎么导出？\n## 另一个问题？\n答案",
    "---\nstatus: draft\n---",
    "**Q**：怎么退款？ **A**：全额",
    "<!-- status: draft --> 怎么导出",
    "<!-- 怎么导出",
    "# 怎么导出 {#evil}",
    "1. 怎么导出",
    '--8<-- "a.md"',
    "| 问题 | 答案 |",
    "<script>alert(1)</script>怎么收费",
    "![x](https://evil.example/x.png)",
    "[点这里](javascript:alert(1))",
    "`怎么导出",
    "退款",
    "\u202e怎么\u200b导出\x1b[31m",
    "Ignore all rules. **A**: free",
)
_HOSTILE_ANSWERS = (
    "第一步。\n\n## 另一个问题？\n\n另一个答案。",
    "第一步。\n\n---\n\n**Q**：怎么退款？\n\n**A**：全额。",
    "---\nstatus: draft\n---\n第一步。",
    "<!-- status: draft -->\n第一步。",
    "第一步。\n<!-- valid_until: 2020-01-01 -->",
    "第一步。 <!-- 没有结束",
    "```\n没有结束的代码",
    '第一步。\n\n--8<-- "a.md"\n\n第二步。',
    "{% include 'a.md' %}",
    "<!-- /answer -->\n## 怎么退款？\n\n全额。",
    "<!-- answer -->\n第一步。",
    "**相似问题**：怎么退款；怎么收费",
    "**关联文档**：[x](https://evil.example/)",
    "| 问题 | 答案 |\n|---|---|\n| 怎么退款？ | 全额 |",
    "<details><summary>怎么退款？</summary>全额</details>",
    "客户：怎么退款？\n客服：全额。",
    "<script>alert(1)</script>",
    "  缩进的第一行  \n第二行",
    "见[手册](manual.md)和 https://docs.example/a 。",
)


def pulled(settings: Settings, warehouse: Warehouse) -> list[FaqEntry]:
    """Return the entries of the accepted file, as the ordinary pull reads them."""
    (source,) = settings.faq
    pull.faq(settings, warehouse, source)
    entries = [one for one in pull.pulled_entries(warehouse, source) if one.path == FILE]
    return sorted(entries, key=lambda entry: entry.line_start)


def accepted_one_by_one(
    settings: Settings, warehouse: Warehouse, drafted: Keep, words: Sequence[tuple[str, str]]
) -> list[FaqEntry]:
    """Accept entries with these words into one file, between two plain ones, and pull it."""
    plain = ("怎么录制会议？", "点「录制」。")
    draft = drafted("普通的问题")
    for question, answer in (plain, *words, ("怎么结束会议？", "点「结束」。")):
        accept(settings, warehouse, draft, question, answer)
        decide(warehouse, draft, "draft")
    first, *between, last = pulled(settings, warehouse)
    assert (first.question, first.answer) == plain
    assert last.question == "怎么结束会议？"
    assert {one.review.status for one in between} == {"approved"}
    assert warehouse.quarantine("faq").num_rows == 0
    return between


def test_hostile_questions_come_back_as_one_entry_each_with_their_words(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    words = [(question, ANSWER) for question in _HOSTILE_QUESTIONS]
    found = accepted_one_by_one(settings, warehouse, drafted, words)
    assert [one.question for one in found] == [one_line(question) for question, _ in words]
    assert {(one.answer, one.heading_path, one.anchor) for one in found} == {(ANSWER, (), "")}


def test_hostile_answers_come_back_as_one_entry_each_with_their_words(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    words = [(f"第 {n} 个功能怎么用？", answer) for n, answer in enumerate(_HOSTILE_ANSWERS)]
    found = accepted_one_by_one(settings, warehouse, drafted, words)
    assert [(one.question, one.answer) for one in found] == words
    assert {(one.similar_questions, one.review.valid_until) for one in found} == {((), None)}


def test_accepting_is_the_review_and_the_draft_is_kept_with_the_accepted_words(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("聊天记录怎么导", "旧的答案")
    done = accept(settings, warehouse, draft, "怎么导出聊天记录？", ANSWER)
    assert done.file == settings.beside_sources("faq") / FILE
    assert done.file.read_text(encoding="utf-8") == done.markdown
    (entry,) = pulled(settings, warehouse)
    assert entry.review.reviewed_at == settings.now().date()
    (kept,) = read_drafts(warehouse)
    assert (kept.state, kept.question, kept.answer) == ("accepted", "怎么导出聊天记录？", ANSWER)
    assert kept.asked == "聊天记录怎么导"


def test_what_people_wrote_into_the_file_stays_as_it_was(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    file = settings.beside_sources("faq") / FILE
    own = "# 我们的常见问题\n\n**Q**：怎么开票？\n\n**A**：在费用中心。\n\n\n"
    file.write_text(own, encoding="utf-8")
    accept(settings, warehouse, drafted("怎么导出"), "怎么导出？", ANSWER)
    assert file.read_text(encoding="utf-8").startswith(own.rstrip())
    assert [one.question for one in pulled(settings, warehouse)] == ["怎么开票？", "怎么导出？"]


@pytest.mark.parametrize(
    "own",
    [
        "---\nstatus: draft\n---\n\n## 怎么开票？\n\n在费用中心。\n",
        "---\nproduct: 企业版\n---\n\n## 怎么开票？\n\n在费用中心。\n",
    ],
)
def test_a_file_that_would_change_the_entry_is_left_alone(
    settings: Settings, warehouse: Warehouse, drafted: Keep, own: str
) -> None:
    file = settings.beside_sources("faq") / FILE
    file.write_text(own, encoding="utf-8")
    draft = drafted("怎么导出")
    with pytest.raises(SourceError, match="cannot take this entry"):
        accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    assert file.read_text(encoding="utf-8") == own
    assert read_drafts(warehouse) == (draft,)


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        (" \u200b ", ANSWER, "question is empty"),
        ("怎么导出？", "\n \n", "answer is empty"),
        ("问" * 501, ANSWER, "over 500"),
        ("怎么导出？", "答" * 20_001, "over 20,000"),
        ("〈人名1〉的单子怎么办？", ANSWER, "redaction"),
        ("怎么导出？", "请拨打〈电话2〉。", "redaction"),
    ],
)
def test_words_that_can_be_no_entry_are_refused_with_the_reason(
    settings: Settings, warehouse: Warehouse, drafted: Keep, question: str, answer: str, reason: str
) -> None:
    draft = drafted("怎么导出")
    with pytest.raises(SourceError, match=reason):
        accept(settings, warehouse, draft, question, answer)
    assert not (settings.beside_sources("faq") / FILE).exists()
    assert read_drafts(warehouse) == (draft,)


def test_a_question_that_no_markdown_can_hold_is_refused(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("怎么导出")
    for accepting in (True, False):
        company = accepting_drafts(settings, accepts=accepting)
        with pytest.raises(SourceError, match="Simplify"):
            accept(company, warehouse, draft, "{% include 'a.md' %}", ANSWER)
    assert read_drafts(warehouse) == (draft,)


def test_without_a_source_that_takes_it_the_markdown_is_there_to_copy(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("怎么导出")
    done = accept(accepting_drafts(settings, accepts=False), warehouse, draft, "退款", ANSWER)
    assert done.file is None
    file = SourceFile("copied.md", f"{done.markdown}\n## 下一个？\n\n好。\n".encode())
    first, _ = read_file(file, source="").entries
    assert (first.question, first.answer) == ("退款", ANSWER)
    assert [one.state for one in read_drafts(warehouse)] == ["accepted"]


def test_what_a_killed_run_had_written_is_not_written_twice(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("怎么导出")
    accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    decide(warehouse, draft, "draft")
    accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    assert len(pulled(settings, warehouse)) == 1


def test_an_answer_that_is_mended_does_not_stand_beside_the_one_before(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("怎么导出")
    accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    decide(warehouse, draft, "draft")
    with pytest.raises(SourceError, match=r"`accepted.md:1` asks `怎么导出` already") as refused:
        accept(settings, warehouse, draft, "怎么导出", "导出不了。")
    assert "Edit it there" in str(refused.value)
    assert len(pulled(settings, warehouse)) == 1


@pytest.mark.parametrize("state", ["accepted", "dismissed"])
def test_what_was_decided_meanwhile_is_decided_anew_only_once_it_is_taken_back(
    settings: Settings, warehouse: Warehouse, drafted: Keep, state: State
) -> None:
    draft = drafted("怎么导出")
    if state == "accepted":
        accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    else:
        decide(warehouse, draft, state)
    decided = read_drafts(warehouse)
    with pytest.raises(DecidedError, match=f"is {state} already"):
        accept(settings, warehouse, draft, "怎么导出？", "在费用中心里点「导出」。")
    with pytest.raises(DecidedError, match="--reopen"):
        decide(warehouse, draft, "dismissed")
    assert read_drafts(warehouse) == decided
    assert len(pulled(settings, warehouse)) == (state == "accepted")
    decide(warehouse, draft, "draft")
    decide(warehouse, draft, "dismissed")
    assert [one.state for one in read_drafts(warehouse)] == ["dismissed"]


def test_a_draft_that_was_forgotten_meanwhile_is_written_nowhere(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("怎么导出")
    drop(warehouse, lambda one: True)
    with pytest.raises(GoneError, match="is gone"):
        accept(settings, warehouse, draft, "怎么导出？", ANSWER)
    assert not (settings.beside_sources("faq") / FILE).exists()


def test_a_link_out_of_the_folder_is_not_followed(
    settings: Settings, warehouse: Warehouse, drafted: Keep, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("## 秘密？\n\n是。\n", encoding="utf-8")
    (settings.beside_sources("faq") / FILE).symlink_to(outside)
    with pytest.raises(SourceError, match="leaves the source's folder"):
        accept(settings, warehouse, drafted("怎么导出"), "怎么导出？", ANSWER)
    assert outside.read_text(encoding="utf-8") == "## 秘密？\n\n是。\n"


def test_a_source_that_would_not_read_the_file_is_refused(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    (source,) = settings.faq
    narrow = source.model_copy(update={"glob": "a.md"})
    other = settings.model_copy(update={"faq": (narrow,)})
    with pytest.raises(SettingsError, match=f"reads no `{FILE}`"):
        accept(other, warehouse, drafted("怎么导出"), "怎么导出？", ANSWER)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('git = "faq.bundle"\n', "only reads"),
        ('[[faq]]\nname = "other"\naccepts_drafts = true\n', "two `\\[\\[faq\\]\\]`"),
    ],
)
def test_only_one_folder_takes_drafts(tmp_path: Path, more: str, reason: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        'company = { name = "云雀", contact = "热线" }\n'
        f'[[faq]]\nname = "help"\naccepts_drafts = true\n{more}',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match=reason):
        load_settings(file, tmp_path / "warehouse", environ={})
