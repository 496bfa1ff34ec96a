"""An entry's id and hash: what they depend on and what they must not depend on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.faq import pull_faq
from pipelines.records import FaqEntry, Quarantined
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings

Parse = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

ENTRY = "## 如何登录？\n\n扫码，见[指南](a.md)。\n"


def test_an_entry_keeps_its_id_and_hash_when_it_moves(parse: Parse) -> None:
    (before,), _ = parse(ENTRY)
    (_, after), _ = parse(f"# 帮助\n\n## 如何退出？\n\n点头像。\n\n#{ENTRY}", path="other/b.md")
    assert (after.id, after.content_hash) == (before.id, before.content_hash)
    assert (after.path, after.line_start) != (before.path, before.line_start)


def test_an_entry_keeps_its_id_when_only_the_form_of_its_question_changes(parse: Parse) -> None:
    (plain,), _ = parse("## 如何 登录Lark?\n\n扫码。\n")
    (styled,), _ = parse("### **3. 如何  登录ＬＡＲＫ？** {#a .section}\n\n扫码。\n")
    assert styled.id == plain.id


@pytest.mark.parametrize(
    "text",
    [
        "## 如何登录？\n\n扫码，见[指南](b.md)。\n",
        "## 如何登录?\n\n扫码，见[指南](a.md)。\n",
        "## 如何登录？\n\n扫码，见[指南](a.md)。\n\n**相似问题**：登录\n",
        "## 如何登录？\n\n扫码，见[指南](a.md)。\n\n**关联文档**：b.md\n",
        f"---\nowner: 王\n---\n\n{ENTRY}",
    ],
)
def test_the_hash_covers_everything_that_is_shown(parse: Parse, text: str) -> None:
    (before,), _ = parse(ENTRY)
    (after,), _ = parse(text)
    assert after.id == before.id
    assert after.content_hash != before.content_hash


@pytest.fixture
def company(tmp_path: Path) -> Settings:
    """A company with an empty FAQ folder `faq` beside its `sources.toml`."""
    (tmp_path / "faq").mkdir()
    declared = (
        '[company]\nname = "云雀协作"\ncontact = "400"\n[[faq]]\nname = "help"\nfolder = "faq"\n'
    )
    (tmp_path / "sources.toml").write_text(declared, encoding="utf-8")
    return load_settings(tmp_path / "sources.toml", tmp_path / "warehouse", environ={})


def _pull(company: Settings, **files: str) -> list[FaqEntry]:
    folder = company.beside_sources("faq")
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return list(pull_faq(company.faq[0], company).entries)


def test_the_same_entry_in_two_files_is_one_and_the_first_is_kept(company: Settings) -> None:
    (entry,) = _pull(company, b=ENTRY, a=f"# 帮助\n\n#{ENTRY}")
    assert entry.path == "a.md"
    assert pull_faq(company.faq[0], company).duplicates == 1
    (alone,) = _pull(company, b=ENTRY)
    assert alone.id == entry.id


def test_different_answers_to_one_question_are_told_apart_whatever_their_order(
    company: Settings,
) -> None:
    web, app = "# 网页\n\n## 如何登录？\n\n密码。\n\n", "# 手机\n\n## 如何登录？\n\n扫码。\n\n"
    ids = {entry.answer: entry.id for entry in _pull(company, a=web + app)}
    assert len(set(ids.values())) == 2
    assert {entry.answer: entry.id for entry in _pull(company, z=app, b=web)} == ids


def test_entries_that_share_their_headings_are_told_apart_by_path_and_then_by_answer(
    company: Settings,
) -> None:
    one, two = "## 如何登录？\n\n密码。\n\n", "## 如何登录？\n\n扫码。\n\n"
    by_path = {entry.answer: entry.id for entry in _pull(company, a=one, b=two)}
    assert len(set(by_path.values())) == 2
    changed = {entry.path: entry.id for entry in _pull(company, a=one, b=two + "新增一句。\n")}
    assert set(changed.values()) == set(by_path.values())
    by_answer = {entry.answer: entry.id for entry in _pull(company, a=one + two)}
    assert len(set(by_answer.values())) == 2
    assert {entry.answer: entry.id for entry in _pull(company, a=two + one)} == by_answer
