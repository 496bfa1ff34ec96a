"""Marks of a draft that stand where nobody expects them: none of them lets an entry through."""

from collections.abc import Callable

import pytest

from pipelines.records import FaqEntry, Quarantined, Review

Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

MARK = "<!-- status: draft -->"

# Directly below or beside the question: metadata of it, and no part of its answer.
BELOW = {
    "bold line": "# FAQ\n\n**如何登录？** {}\n\n扫码。\n",
    "bold line with its answer": "# FAQ\n\n**如何登录？** {}\n扫码。\n",
    "bold label": "# FAQ\n\n**Q：如何登录？** {}\nA：扫码。\n",
    "label": "Q：如何登录？ {}\nA：扫码。\n",
    "answer label": "Q：如何登录？\nA：{} 扫码。\n",
    "summary": "<details><summary>如何登录？</summary>\n{}\n扫码。\n</details>\n",
    "behind a summary": "<details><summary>如何登录？</summary>{}\n扫码。\n</details>\n",
    "in a summary": "<details>\n<summary>如何登录？ {}</summary>\n扫码。\n</details>\n",
    "above a summary": "<details>\n{}\n<summary>如何登录？</summary>\n\n扫码。\n\n</details>\n",
    "heading in HTML": "<h2>如何登录？</h2>\n{}\n扫码。\n",
    "heading": "## 如何登录？ {}\n\n扫码。\n",
    "list item": "- 如何登录？\n  {}\n  扫码。\n- 如何退出？\n\n  点头像。\n",
    "behind a list item": "- 如何登录？ {}\n  扫码。\n- 如何退出？\n\n  点头像。\n",
    "callout": "> [!question] 如何登录？\n> {}\n> 扫码。\n",
    "box": '??? question "如何登录？"\n    {}\n    扫码。\n',
}


@pytest.mark.parametrize("style", BELOW)
@pytest.mark.parametrize("mark", [MARK, "<!-- {status: draft} -->", f"<!-- x --> {MARK}"])
def test_a_mark_below_or_beside_a_question_counts(read: Read, style: str, mark: str) -> None:
    entries, refused = read(BELOW[style].format(mark))
    assert entries[0].question.startswith("如何登录？")
    assert entries[0].review.status == "draft"
    assert [entry.review.status for entry in entries[1:]] == ["approved"] * (len(entries) - 1)
    if mark == MARK:
        assert (entries[0].answer, refused) == ("扫码。", [])


@pytest.mark.parametrize(
    "style", ["bold line", "summary", "above a summary", "heading in HTML", "list item", "callout"]
)
def test_a_mark_with_three_dashes_counts(read: Read, style: str) -> None:
    (entry, *_), refused = read(BELOW[style].format("<!--- status: draft --->"))
    assert (entry.answer, entry.review.status, refused) == ("扫码。", "draft", [])


@pytest.mark.parametrize("style", BELOW)
def test_a_mark_below_a_question_that_cannot_be_read_holds_it_back(read: Read, style: str) -> None:
    entries, (note, *_) = read(BELOW[style].format("<!-- - status: draft -->"))
    assert entries[0].review.status == "draft"
    assert "comment" in note.reason


# Elsewhere: held back, and reported at the line of the comment.
INSIDE = {
    "end of an answer": ("## 甲？\n\n点停用。{}\n\n## 乙？\n\n2\n", 3, "甲"),
    "above the next": ("## 甲？\n\n点停用。\n{}\n\n## 乙？\n\n2\n", 4, "甲乙"),
    "cell": ("|问题|答案|\n|-|-|\n|甲？|1 {}|\n|乙？|2|\n", 3, "甲"),
    "cell of the question": ("|问题|答案|\n|-|-|\n|甲？|1|\n|乙？ {}|2|\n", 4, "乙"),
    "cell in HTML": (
        "<table>\n<tr><th>问题</th><th>答案</th></tr>\n<tr><td>甲？</td><td>1 {}</td></tr>\n"
        "<tr><td>乙？</td><td>2</td></tr>\n</table>\n",
        3,
        "甲",
    ),
    "item of an answer": ("## 甲？\n\n1. 点\n2. 停用 {}\n\n## 乙？\n\n2\n", 4, "甲"),
    "quote": ("## 甲？\n\n说明：\n\n> 点停用。\n> {}\n\n## 乙？\n\n2\n", 6, "甲"),
    "line set in": ("## 甲？\n\n点停用。\n      {}\n\n## 乙？\n\n2\n", 4, "甲"),
    "line set in below a heading": ("## 甲？\n    {}\n\n1\n\n## 乙？\n\n2\n", 2, "甲"),
    "part of an answer": ("## 甲？\n\n1\n\n### 步骤\n\n{}\n\n2\n\n## 乙？\n\n2\n", 7, "甲"),
    "HTML": ("<h2>甲？</h2>\n<p>1{}</p>\n<h2>乙？</h2>\n2\n", 2, "甲"),
    "introduction": ("# FAQ\n\n常见问题。{}\n\n## 甲？\n\n1\n\n## 乙？\n\n2\n", 3, "甲乙"),
    "introduction without a title": ("常见问题。{}\n\n## 甲？\n\n1\n\n## 乙？\n\n2\n", 1, "甲乙"),
    "title": ("# FAQ {}\n\n## 甲？\n\n1\n\n## 乙？\n\n2\n", 1, "甲乙"),
    "group": ("# FAQ\n\n## 账号 {}\n\n### 甲？\n\n1\n\n## 费用\n\n### 乙？\n\n2\n", 3, "甲"),
    "own line in HTML": ("<h2>甲？</h2>\n<p>1</p>\n{}\n<h2>乙？</h2>\n2\n", 3, "甲乙"),
    "behind a box": (
        "<details><summary>甲？</summary>\n\n1\n\n</details>\n\n更多见官网。{}\n\n"
        "<details><summary>乙？</summary>\n\n2\n\n</details>\n",
        7,
        "甲",
    ),
    "second comment": ("## 甲？ <!-- x --> {}\n\n1\n\n## 乙？\n\n2\n", 1, "甲"),
}  # fmt: skip


@pytest.mark.parametrize("place", INSIDE)
@pytest.mark.parametrize(
    "mark",
    [
        MARK, "<!-- 状态：草稿 -->", "<!-- {status: draft} -->", "<!-- - status: draft -->",
        "<!-- meta: {draft: true} -->", "<!-- owner: 王, status: draft -->", "<!--status=draft-->",
        "<!-- valid_until: 2020-01-01 -->", "<!-- 有效期：2020-01-01 至 2020-02-01 -->",
    ],
)  # fmt: skip
def test_a_mark_elsewhere_holds_back_what_it_stands_in(read: Read, place: str, mark: str) -> None:
    text, line, held = INSIDE[place]
    entries, (note,) = read(text.replace("{}", mark))
    assert [entry.question[0] for entry in entries] == ["甲", "乙"]
    withheld = [entry for entry in entries if entry.review not in (Review(),)]
    assert "".join(entry.question[0] for entry in withheld) == held
    assert note.line == line
    assert "held back" in note.reason


@pytest.mark.parametrize(
    "code",
    [
        f"```\n{MARK}\n```", f"~~~\n文\n{MARK}\n~~~", f"写 `{MARK}`。", f"写 `` {MARK} `` 即可。",
        f"如下：\n\n    {MARK}", f"1. 写：\n\n   ```\n   {MARK}\n   ```", f"> ```\n> {MARK}\n> ```",
        f"|甲|乙|\n|-|-|\n|`{MARK}`|c|", f"<!-- answer -->\n{MARK}\n<!-- /answer -->",
        "`<!--` 开始注释，`-->` 结束。", "文\n\n<!-- TODO: 问产品 -->",
        "文<!-- note: status: draft -->",
    ],
)  # fmt: skip
def test_code_and_remarks_are_no_marks(read: Read, code: str) -> None:
    (first, second), refused = read(f"## 甲？\n\n{code}\n\n## 乙？\n\n2\n")
    assert (first.review, second.review, refused) == (Review(), Review(), [])


def test_a_mark_behind_code_that_looks_like_one_counts(read: Read) -> None:
    text = f"## 甲？\n\n`<!--` 开始注释。{MARK}\n\n## 乙？\n\n```\n<!--\n```\n\n2 {MARK}\n"
    entries, notes = read(text)
    assert [entry.review.status for entry in entries] == ["draft", "draft"]
    assert [note.line for note in notes] == [3, 11]


def test_a_mark_that_is_never_closed_counts(read: Read) -> None:
    (first, second), notes = read("## 甲？\n\n1 <!-- status: draft\n\n## 乙？\n\n2\n")
    assert (first.review.status, second.review.status) == ("draft", "approved")
    assert [note.line for note in notes] == [3]


@pytest.mark.parametrize("order", [("draft", "approved"), ("approved", "draft")])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_of_two_comments_the_stricter_counts(read: Read, order: tuple[str, str], gap: str) -> None:
    first, second = (f"<!-- status: {status} -->" for status in order)
    text = f"## 甲？\n\n{first}{gap}{second}\n\n1\n"
    (entry,), refused = read(text)
    assert (entry.review.status, refused) == ("draft", [])
    (entry,), refused = read(f"## 甲？ {first}\n{second}\n\n1\n")
    assert (entry.review.status, refused) == ("draft", [])


def test_of_two_comments_the_shorter_time_counts(read: Read) -> None:
    (entry,), _ = read(
        "## 甲？\n<!-- valid_from: 2026-01-02\nvalid_until: 2026-03-01 -->\n"
        "<!-- valid_from: 2026-01-01\nvalid_until: 2026-02-01 -->\n1\n"
    )
    assert (str(entry.review.valid_from), str(entry.review.valid_until)) == (
        "2026-01-02", "2026-02-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "# FAQ\n\n**甲？**\n{}\n**What?**\n1\n",
        "# FAQ\n\n**甲？** {}\n**What?**\n1\n",
        "# FAQ\n\n## 甲？\n{}\n## What?\n1\n",
        "# FAQ\n\n## 甲？ {}\n## What?\n1\n",
        "Q：甲？\n{}\nQ：What?\nA：1\n",
    ],
)
def test_a_mark_between_two_wordings_counts_for_both(read: Read, text: str) -> None:
    entries, notes = read(text.format(MARK))
    assert {entry.review.status for entry in entries} == {"draft"}
    assert any("held back" in note.reason for note in notes)


REST = "\n## 甲？\n\n1\n\n## 乙？\n\n2\n"


@pytest.mark.parametrize(
    ("top", "line"),
    [
        ("\n---\nstatus: draft\n---\n", 3),
        ("<!-- 内部 -->\n---\nowner: 王\n状态：草稿\n---\n", 4),
        ("<!--\n内部\n-->\n\n---\nvalid_until: 2020-01-01\n---\n", 6),
        ("---\nstatus: draft\n", 2),
        ("---\ntitle: 帮助\nstatus: 不知道\n", 3),
        ("---\ntitle: 帮助\n\nstatus: draft\n", 4),
        ("---\nkeyword: [登录\n- status: draft\n", 3),
        ("---\n- status: draft\n---\n", 1),
        ("---\nmeta: {status: draft}\n---\n", 2),
        ("---\nmeta:\n  status: draft\n---\n", 2),
        ("---\nmeta:\n  review:\n    - draft: true\n---\n", 2),
        ("---\nmeta.status: draft\n---\n", 2),
        ("---\n{状态：草稿}\n---\n", 1),
        ("---\nmeta: {状态：草稿}\n---\n", 2),
        ("<!-- a --><!-- b -->\n---\nstatus: draft\n---\n", 3),
        ("\n---\nmeta: {status: draft}\n---\n", 3),
        ("---\n负责人：王，状态：草稿\n---\n", 2),
        ("---\ntitle: 帮助\n---\n---\nstatus: draft\n---\n", 5),
        ("status: draft\nowner: 王\n", 1),
        ("owner: 王\n状态：神秘\n", 2),
        ('{"title": "帮助", "draft": true}\n', 1),
        ("+++\ndraft = true\n", 2),
        ("\n+++\ntitle = 'a'\ndraft = true\n+++\n", 4),
        ("+++\n[params]\nstatus = 'draft'\n+++\n", 1),
    ],
)
def test_front_matter_that_is_not_read_holds_the_file_back(read: Read, top: str, line: int) -> None:
    entries, notes = read(top + REST)
    held = {entry.question: entry.review.status for entry in entries}
    assert (held["甲？"], held["乙？"]) == ("draft", "draft")
    assert [note.line for note in notes] == [line]
    assert "held back" in notes[0].reason


@pytest.mark.parametrize(
    "top",
    [
        "# 帮助\n\n状态：正常\n", "状态：正常\n", "状态：正常\n本页介绍登录。\n",
        "本页说明订单。\n状态：草稿\n", "---\n\n欢迎。\n\n状态：草稿\n",
        "---\n\n# 帮助\n\n状态：草稿\n", "---\n欢迎。\n状态：正常\n",
        "订单状态: 待审核表示商家还没有处理。\n", "状态：待审核，表示商家还没有处理。\n",
        "- 状态：正常\n- 版本：2\n", "---\ntitle: a\nbadge: {status: approved}\n---\n",
        "---\ntitle: a\nsidebar:\n  order: 1\n---\n\n本页状态：正常\n", "```\nstatus: draft\n```\n",
        "如下：\n\n    状态：草稿\n", "    状态：草稿\n",
        "<!-- a --> 介绍\n\n# 帮助\n\n<!-- b -->\n---\n状态：草稿\n",
        "|状态|说明|\n|-|-|\n|草稿|未发布|\n",
    ],
)  # fmt: skip
def test_an_ordinary_introduction_withholds_nothing(read: Read, top: str) -> None:
    entries, notes = read(top + REST)
    assert [entry.question for entry in entries[-2:]] == ["甲？", "乙？"]
    assert {entry.review.status for entry in entries} == {"approved"}
    assert notes == []
