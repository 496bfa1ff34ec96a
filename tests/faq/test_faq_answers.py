"""Answers between markers, several wordings of a question, names of headings, and remarks."""

from collections.abc import Callable

import pytest

from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry, Link, Quarantined

Parse = Callable[..., ParsedFile]
Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

WILD = [
    "### 如何配置？\n\n**Q**：真的吗？\n**A**：假的。",
    "```\n未关闭的代码",
    "| 问题 | 答案 |\n|---|---|\n| a？ | b |",
    "<details><summary>能退款吗？</summary>",
    "<!-- 未关闭的注释",
    "<!-- status: draft -->\n文字",
    "    缩进\n\n\n\n末行带空格  ",
    "- 列表\n续行\n1. 如何？\n   答",
    '--8<-- "a.md"\n\n{% include a.md %}',
    "[ref]: https://evil.example",
    "<table><tr><th>问题</th><th>答案</th></tr><tr><td>x</td><td>y</td></tr></table>",
    "---\nstatus: draft\n---",
    "> 引用\n<!-- answer x -->",
]


@pytest.mark.parametrize("answer", WILD)
@pytest.mark.parametrize(
    "question", ["## 概述\n", "**步骤**\n\n", "**Q**：步骤\n", "Q: 步骤\nA:\n"]
)
def test_a_marked_answer_is_read_byte_for_byte_and_reaches_no_further(
    read: Read, question: str, answer: str
) -> None:
    text = (
        f"# FAQ\n\n{question}<!-- answer -->\n{answer}\n<!-- /answer -->\n"
        "**关联文档**：[指南](a.md)\n\n## 如何退出？\n\n见[ref]。\n"
    )
    (marked, after), refused = read(text)
    assert refused == []
    assert marked.answer == answer
    assert marked.question in ("概述", "步骤")
    assert marked.links == (Link("指南", "a.md"),)
    assert (after.question, after.answer, after.links) == ("如何退出？", "见[ref]。", ())


def test_links_inside_a_marked_answer_are_found(read: Read) -> None:
    text = (
        "[out]: out.md\n\n## 如何？\n<!-- ANSWER -->\n\n[a](a.md) [b][in] [out]\n\n[in]: in.md\n\n"
        "<!-- /Answer -->\n"
    )
    (entry,), refused = read(text)
    assert refused == []
    assert entry.answer == "[a](a.md) [b][in] [out]\n\n[in]: in.md"
    assert [link.url for link in entry.links] == ["a.md", "in.md", "out.md"]


def test_an_answer_that_holds_the_markers_is_named(read: Read) -> None:
    answer = "写成：\n\n<!-- answer -->\n...\n<!-- /answer -->\n\n即可。"
    (entry,), refused = read(f"## 如何？\n<!-- answer a-1 -->\n{answer}\n<!-- /answer a-1 -->\n")
    assert refused == []
    assert entry.answer == answer


def test_markers_in_code_are_code(read: Read) -> None:
    answer = "```\n<!-- answer -->\n```\n\n    <!-- /answer -->"
    (entry,), refused = read(f"## 如何？\n\n{answer}\n")
    assert (entry.answer, refused) == (answer, [])


@pytest.mark.parametrize(
    ("text", "line", "read_as"),
    [
        ("## 甲？\n<!-- answer -->\n1\n\n## 乙？\n\n2\n", 2, ["乙？"]),
        ("## 甲？\n\n1\n<!-- /answer -->\n\n## 乙？\n\n2\n", 4, ["乙？"]),
        (
            "## 甲？\n\n<!-- answer -->\n1\n\n## 乙？\n<!-- answer -->\n2\n<!-- /answer -->\n",
            3,
            ["乙？"],
        ),
        ("## 甲？\n<!-- answer a -->\n1\n<!-- /answer b -->\n\n## 乙？\n\n2\n", 2, ["乙？"]),
        ("## 甲？\n\n1\n\n   <!-- answer -->\n\n## 乙？\n\n2\n", 5, ["乙？"]),
    ],
)
def test_a_marker_without_its_counterpart_is_reported_and_the_rest_read(
    read: Read, text: str, line: int, read_as: list[str]
) -> None:
    entries, (first, *rest) = read(text)
    assert [entry.question for entry in entries] == read_as
    assert first.line == line
    assert all("close it with `<!-- /answer -->`" in bad.reason for bad in (first, *rest))


def test_an_empty_marked_answer_is_none(read: Read) -> None:
    entries, (refused,) = read("## 如何？\n<!-- answer -->\n\n  \n<!-- /answer -->\n")
    assert (entries, "no answer" in refused.reason) == ([], True)


@pytest.mark.parametrize(
    "text",
    [
        "Q: 怎么登录\nQ: 如何登陆\nQ: 登录方法\nA: 扫码。\n",
        "**Q**：怎么登录\n**Q**：如何登陆\n**Q**：登录方法\n\n**A**：扫码。\n",
        "# FAQ\n\n**怎么登录**\n**如何登陆**\n**登录方法**\n\n扫码。\n",
        "## 怎么登录\n\n扫码。\n\n相似问题：\n\n- 如何登陆\n- 登录方法\n",
        "**Q**：怎么登录\n\n**相似问题**\n1. 如何登陆\n2. 登录方法\n\n**A**：扫码。\n",
        "## 怎么登录\n\n扫码。\n\n### 相似问题\n\n* 如何登陆\n* 登录方法\n",
    ],
)
def test_several_wordings_may_stand_above_one_answer(read: Read, text: str) -> None:
    (entry,), refused = read(text)
    assert refused == []
    assert (entry.question, entry.answer) == ("怎么登录", "扫码。")
    assert entry.similar_questions == ("如何登陆", "登录方法")
    assert entry.line_start == text.split("\n").index(next(
        line for line in text.split("\n") if "怎么登录" in line
    )) + 1  # fmt: skip


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Q: 登录\n\nQ: 退出\nA: 点头像。\n", "退出"),
        ("Q1: 登录\nQ2: 退出\nA: 点头像。\n", "退出"),
        ("## 如何登录？\n## 如何退出？\n\n点头像。\n", "如何退出？"),
    ],
)
def test_a_question_whose_answer_was_forgotten_gets_no_other(
    parse: Parse, text: str, question: str
) -> None:
    parsed = parse(text)
    assert [entry.question for entry in parsed.entries] == [question]
    assert [bad.line for bad in parsed.quarantined] == [1]
    assert [(remark.rule, remark.line) for remark in parsed.remarks] == [("missing-answer", 1)]


def test_a_question_label_with_its_answer_below_takes_in_no_other(read: Read) -> None:
    entries, refused = read("Q: 登录\n扫码。\nQ: 退出\n点头像。\n")
    assert refused == []
    assert [(e.question, e.answer) for e in entries] == [("登录", "扫码。"), ("退出", "点头像。")]


@pytest.mark.parametrize(
    "heading",
    [
        "## 如何登录？ {#login}", "## 如何登录？ {: #login .task}",
        '## <a name="login"></a>如何登录？', "## 如何登录？ <span id='login'></span>",
        '<a id="login"></a>\n## 如何登录？',
        '<a name="login"></a>\n\n## 如何登录？',
    ],
)  # fmt: skip
def test_a_heading_has_the_name_that_its_author_gave_it(read: Read, heading: str) -> None:
    before, login = read(f"## 能退款吗？ {{#refund}}\n\n能。\n\n{heading}\n\n扫码。\n")[0]
    assert (login.question, login.anchor, login.answer) == ("如何登录？", "login", "扫码。")
    assert (before.anchor, before.answer) == ("refund", "能。")


def test_a_heading_that_asks_nothing_is_remarked_on(parse: Parse) -> None:
    text = (
        "# FAQ\n\n## 自动续费\n\n到期前一天。\n\n## 如何退款？\n\n找客服。\n\n"
        "## ERR-1001\n\n重试。\n"
    )
    parsed = parse(text)
    assert len(parsed.entries) == 3
    (remark,) = parsed.remarks
    assert (remark.rule, remark.path, remark.line) == ("not-a-question", "help.md", 3)


def test_a_file_that_is_refused_whole_is_remarked_on(parse: Parse) -> None:
    parsed = parse(b"## a?\n\n\0", path="bad.md")
    assert [(remark.rule, remark.path) for remark in parsed.remarks] == [("unreadable", "bad.md")]
    assert parsed.remarks[0].message == parsed.quarantined[0].reason
    assert parsed.entries == ()


def test_what_a_comment_that_is_never_closed_hides_is_reported(read: Read) -> None:
    (entry,), (note,) = read("## 甲？\n\n1\n\n<!-- 待办\n\n## 乙？\n\n2\n")
    assert (entry.answer, note.line, "never closed" in note.reason) == ("1", 5, True)


def test_duplicates_stay_in_and_ids_are_of_source_and_question(parse: Parse) -> None:
    first, second = parse(
        "## 如何登录？\n\n扫码。\n\n# 手机\n\n## **如何登录?**\n\n密码。\n"
    ).entries
    assert first.id == second.id


@pytest.mark.parametrize(
    "box",
    [
        "<details><summary>更多</summary>\n\n慢慢来。\n\n</details>",
        "<details>\n<summary>更多</summary>\n\n<details><summary>还有</summary>\n\n慢。\n\n"
        "</details>\n</details>",
        '<Accordion title="更多">\n慢慢来。\n</Accordion>',
        "1. 怎么下载？\n\n   点。\n\n2. 怎么装？\n\n   <details><summary>更多</summary>\n\n   点。"
        "\n\n   </details>",
    ],
)
def test_an_answer_ends_with_the_end_of_what_it_holds(read: Read, box: str) -> None:
    text = f"## 如何安装？\n\n下载。\n\n{box}\n\n---\n\n## 如何退出？\n\n点头像。\n\n{box}\n"
    entries, refused = read(text)
    assert refused == []
    assert [entry.answer for entry in entries] == [f"下载。\n\n{box}", f"点头像。\n\n{box}"]
    assert entries[0].line_end == text[: text.index("\n\n---")].count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>能退吗？</summary>\n\n能。\n\n</details>\n",
        "## 能退吗？\n\n能。\n\n</details>\n",
        "## 能退吗？\n\n能。\n\n---\n\n<!-- 末尾 -->\n",
    ],
)
def test_an_answer_ends_above_what_is_no_part_of_it(read: Read, text: str) -> None:
    (entry,), _ = read(text)
    assert entry.answer == "能。"
