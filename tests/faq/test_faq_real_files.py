"""Real FAQ files of several projects, compared with what a heading regex cut out of them."""

import json
from pathlib import Path

import pytest

from pipelines.faq.markdown.entries import read_file
from pipelines.faq.markdown.line_kinds import question_words
from pipelines.records import FaqEntry
from pipelines.sources.files import folder_files
from pipelines.text import fold

# How the Markdown files are named in `entries_zh.jsonl`.
PREFIX = "cn.zh-CN/"


def _entries(folder: Path) -> list[FaqEntry]:
    files, refused = folder_files(folder, "**/*.md", tier="faq", source="real")
    assert refused == []
    entries = []
    for file in files:
        parsed = read_file(file, source="real")
        assert parsed.quarantined == ()
        entries += parsed.entries
    return entries


def _wording(question: str) -> str:
    """Return a question without spaces and the marks that the regex left in it."""
    bare = question.replace("\\", "").replace("*", "").replace("`", "")
    return "".join(fold(question_words(bare)[0]).split())


@pytest.fixture(scope="module")
def cut(shared_data: Path) -> list[dict[str, object]]:
    """The entries that the regex cut out of the files at hand."""
    lines = (shared_data / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return [entry for entry in entries if entry["repo"] == "AlibabaCloudDocs/ecs"]


@pytest.fixture(scope="module")
def ecs(shared_data: Path) -> list[FaqEntry]:
    return _entries(shared_data / "faq" / "alicloud_ecs_md")


def test_questions_agree_with_the_regex_but_where_it_was_wrong(
    ecs: list[FaqEntry], cut: list[dict[str, object]]
) -> None:
    folder = {entry.path for entry in ecs}
    expected = {
        (path.removeprefix(PREFIX), _wording(str(entry["question"])))
        for entry in cut
        for path in (entry["file"], *entry["also_in"])
        if path.removeprefix(PREFIX) in folder
    }
    found = {(entry.path, _wording(entry.question)) for entry in ecs}
    # Looked at one by one: what is missed are 17 parts of answers (`背景信息`, `步骤一`, tables of
    # contents); what is found beyond are short answers and bold questions that the regex dropped.
    assert len(found & expected) / len(expected) > 0.98
    assert len(found & expected) / len(found) > 0.88
    assert len(found - expected) < 160


def test_answers_and_links_agree_with_the_regex(
    ecs: list[FaqEntry], cut: list[dict[str, object]]
) -> None:
    ours = {(entry.path, _wording(entry.question)): entry for entry in ecs}
    keys = [(str(e["file"]).removeprefix(PREFIX), _wording(str(e["question"]))) for e in cut]
    pairs = [(ours[key], entry) for key, entry in zip(keys, cut, strict=True) if key in ours]
    assert len(pairs) > 880
    same = [our for our, cut_ in pairs if our.answer.split() == str(cut_["answer"]).split()]
    # Of the two that differ, one ends in `**相关文档**`, which is read as links, and one holds a
    # comment in a code block, which the regex took for a heading.
    assert len(pairs) - len(same) <= 2
    for our, cut_ in pairs:
        urls = " ".join(link.url for link in our.links)
        assert all(Path(doc).name in urls for doc in cut_["linked_docs"])


def test_every_answer_stands_at_its_lines(ecs: list[FaqEntry], shared_data: Path) -> None:
    for entry in ecs:
        file = shared_data / "faq" / "alicloud_ecs_md" / entry.path
        lines = file.read_text(encoding="utf-8-sig").split("\n")
        shown = "\n".join(lines[entry.line_start - 1 : entry.line_end])
        assert shown.endswith(entry.answer.split("\n")[-1].strip()) or entry.links
        assert entry.answer.split("\n")[0].strip() in shown


@pytest.mark.parametrize(
    ("file", "count", "question"),
    [
        ("apache+apisix/docs/zh/latest/FAQ.md", 36, "APISIX 如何配置带认证的 ETCD？"),
        (
            "apache+apisix/docs/en/latest/FAQ.md",
            36,
            "How do I build the APISIX-Runtime environment?",
        ),
        ("ElemeFE+element/FAQ.md", 21, "所有组件的任意属性都支持 .sync 修饰符吗？"),
        ("microsoft+presidio/docs/faq.md", 16, "What is Presidio?"),
        ("moltbot+moltbot/docs/help/faq.md", 169, "How do I set up Gemini CLI OAuth"),
        ("moltbot+moltbot/docs/help/troubleshooting.md", 10, "openclaw: command not found"),
    ],
)
def test_files_of_other_projects_are_read_whole(
    shared_data: Path, file: str, count: int, question: str
) -> None:
    path = shared_data / "faq" / "other_md" / file
    entries = _entries(path.parent)
    entries = [entry for entry in entries if entry.path == path.name]
    assert len(entries) == count
    assert question in {entry.question for entry in entries}
