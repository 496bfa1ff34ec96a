"""What front matter, comments and tables say of an entry: who keeps it, and when it holds."""

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry, Link, Quarantined, Review

Parse = Callable[..., ParsedFile]
Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

LOGIN = "\n## 如何登录？\n\n扫码。\n"


def _with(front_matter: str) -> str:
    return f"---\n{front_matter}\n---\n{LOGIN}"


@pytest.mark.parametrize(
    "front_matter",
    [
        "status: Approved\nowner: 支持组\nproduct: 云雀\ntags: [登录, 账号]\n"
        "valid_from: 2026-01-02\nvalid_until: 2026-11-30\nreviewed_at: 2026-01-01\nreviewer: 王芳",
        "状态: 已审核\n负责人: 支持组\n产品: 云雀\n标签: 登录、账号\n"
        "生效日期: 2026/1/2\n有效期至: 2026年11月30日\n审核日期: 2026.1.1\n审核人: 王芳",
        "状态：已发布\n负责人：支持组\n产品：云雀\n标签：登录，账号\n"
        "生效日期：2026-01-02 08:00\n失效日期：20261130\n"
        "审核日期：2026-01-01T09:00:00+08:00\n审核人：王芳",
        "Review-Status: final\nMaintainer: 支持组\nproduct: 云雀\ntags:\n  - 登录\n  - 账号\n"
        "effectiveDate: 2026-01-02\nexpiryDate: '2026-11-30'\nlast_updated: 2026-01-01\n"
        "approved_by: 王芳",
    ],
)  # fmt: skip
def test_front_matter_says_who_keeps_an_entry_and_when_it_holds(
    read: Read, front_matter: str
) -> None:
    (entry,), refused = read(_with(front_matter))
    assert refused == []
    assert entry.review == Review(
        "approved", "支持组", "云雀", ("登录", "账号"), date(2026, 1, 2), date(2026, 11, 30),
        date(2026, 1, 1), "王芳",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "review"),
    [
        ("checked: 2.10", Review(checked="2.10")),
        ("checked: 2.5.0 说的是邮箱的回收站", Review(checked="2.5.0 说的是邮箱的回收站")),
        ("已核对：v2.5.0", Review(checked="v2.5.0")),
        ("stale: 2.5.0 文案组在改", Review(stale="2.5.0 文案组在改")),
        ("已过时: 2.5.0", Review(stale="2.5.0")),
    ],
)
def test_an_author_says_which_release_an_answer_was_held_against(
    read: Read, line: str, review: Review
) -> None:
    for text in (_with(line), f"## 如何登录？\n<!-- {line} -->\n\n扫码。\n"):
        (entry,), refused = read(text)
        assert (entry.review, refused) == (review, [])


def test_a_line_about_no_release_is_told_and_keeps_the_entry(read: Read) -> None:
    (entry,), (note,) = read(_with("checked: 上周看过"))
    assert entry.review == Review()
    assert (note.line, "begins with no release" in note.reason) == (2, True)


def test_what_is_no_metadata_stays_beside_it(read: Read) -> None:
    (entry,), _ = read(_with("title: 登录\nowner: 王\npublished: 2026-01-02\nupdated: 2026-01-03"))
    assert entry.front_matter == (
        ("title", "登录"), ("published", "2026-01-02"), ("updated", "2026-01-03"),
    )  # fmt: skip
    assert entry.review == Review(owner="王", reviewed_at=date(2026, 1, 3))


@pytest.mark.parametrize(
    "line",
    [
        "status: draft", "status: WIP", "status: In review", "状态: 草稿", "状态：待审核",
        "status: 已下线", "draft: true", "published: false", "status: draft\n状态: 已审核",
        "状态: 已审核\nstatus: draft",
    ],
)  # fmt: skip
def test_a_draft_is_one_in_every_spelling(read: Read, line: str) -> None:
    (entry,), refused = read(_with(line))
    assert (entry.review.status, refused) == ("draft", [])


@pytest.mark.parametrize(
    "line", ["status:", "draft: false", "valid_until: 长期有效", "valid_from: ''"]
)
def test_what_is_left_open_withholds_nothing(read: Read, line: str) -> None:
    (entry,), refused = read(_with(line))
    assert (entry.review, refused) == (Review(), [])


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("owner: 王\nstatus: 差不多了", "`approved`"),
        ("owner: 王\nstatus: [approved, draft]", "`approved`"),
        ("owner: 王\ndraft: maybe", "`approved`"),
        ("owner: 王\nvalid_from: 下周", "`valid_from`"),
        ("owner: 王\n有效期至: 2026-13-01", "`valid_until`"),
        ("owner: 王\nvalid_until: 2026-11", "`valid_until`"),
        ("valid_from: 2026-03-01\nvalid_until: 2026-02-01", "after"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_held_back_and_named(read: Read, lines: str, named: str) -> None:
    (entry,), (note,) = read(_with(lines))
    assert entry.review.status == "draft"
    assert (note.line, note.tier, note.path) == (3, "faq", "help.md")
    assert named in note.reason
    assert "差不多" not in note.reason


def test_an_unreadable_day_of_review_is_only_named(read: Read) -> None:
    (entry,), (note,) = read(_with("reviewed_at: 去年\nupdated: 2026-01-03"))
    assert entry.review == Review(reviewed_at=date(2026, 1, 3))
    assert (note.line, "reviewed_at" in note.reason) == (2, True)


@pytest.mark.parametrize(
    "block",
    [
        "keyword: [登录\nstatus: draft", "keyword: [登录\n状态：草稿", "status: [draft\nowner: 王",
        "status: approved\nstatus: draft", "valid_until: {2020\nstatus: approved",
        "x: " + "y" * 16_000,
    ],
)  # fmt: skip
def test_broken_front_matter_publishes_no_draft(read: Read, block: str) -> None:
    (entry,), notes = read(_with(block))
    assert entry.review.status == "draft"
    assert "front matter" in notes[0].reason


@pytest.mark.parametrize(
    ("block", "review", "front_matter", "noted"),
    [
        (
            'title = "登录"\nowner = "王"\ntags = ["a"]\ndraft = false\nvalid_from = 2026-01-02',
            Review(owner="王", tags=("a",), valid_from=date(2026, 1, 2)),
            (("title", "登录"),),
            False,
        ),
        ("draft = true\n\n# 如何？\n[params]\na = 1", Review("draft"), (("params.a", "1"),), False),
        ("draft = maybe", Review("draft"), (), True),
        ("a = " + "[" * 9_000, Review("draft"), (), True),
        ("a = 1\n" * 9_000, Review("draft"), (), True),
    ],
)
def test_front_matter_in_toml_is_read_or_holds_the_file_back(
    read: Read, block: str, review: Review, front_matter: object, noted: bool
) -> None:
    (entry,), notes = read(f"+++\n{block}\n+++\n{LOGIN}")
    assert (entry.question, entry.review, entry.front_matter) == (
        "如何登录？",
        review,
        front_matter,
    )
    assert ["TOML" in note.reason for note in notes] == [True] * noted


QUESTIONS = {
    "heading": "## 如何登录？\n{}\n扫码。\n",
    "heading and blank line": "## 如何登录？\n\n{}\n\n扫码。\n",
    "label": "Q: 如何登录？\n{}\nA: 扫码。\n",
    "label and blank lines": "**Q**：如何登录？\n\n{}\n\n**A**：扫码。\n",
    "bold line": "# FAQ\n\n**如何登录？**\n\n{}\n\n扫码。\n",
    "details": "<details>\n<summary>如何登录？</summary>\n\n{}\n\n扫码。\n\n</details>\n",
    "whole file": "---\nquestion: 如何登录？\n---\n\n{}\n\n扫码。\n",
}


@pytest.mark.parametrize("style", QUESTIONS)
@pytest.mark.parametrize(
    "comment",
    [
        "<!-- owner: 王 -->", "<!--owner: 王-->", "<!--\nowner: 王\n-->", "<!-- 负责人：王 -->",
        "<!-- 待补充截图 -->\n<!-- owner: 王 -->", "<!--\n\n  owner: 王\n\n-->",
    ],
)  # fmt: skip
def test_a_comment_below_a_question_speaks_of_it_and_is_no_part_of_the_answer(
    read: Read, style: str, comment: str
) -> None:
    (entry,), refused = read(QUESTIONS[style].format(comment))
    assert refused == []
    assert (entry.question, entry.answer) == ("如何登录？", "扫码。")
    assert entry.review == Review(owner="王")


def test_a_comment_in_a_list_item_or_behind_the_question_counts_too(read: Read) -> None:
    text = (
        "1. 如何登录？\n\n   <!-- owner: 王 -->\n\n   扫码。\n2. 如何退出？\n\n   点头像。\n\n"
        "## 能改名吗？ <!-- 状态：草稿 -->\n\n能。\n"
    )
    entries, refused = read(text)
    assert refused == []
    assert [(e.answer, e.review.owner, e.review.status) for e in entries] == [
        ("扫码。", "王", "approved"), ("点头像。", "", "approved"), ("能。", "", "draft"),
    ]  # fmt: skip


def test_a_comment_wins_over_the_front_matter_field_by_field(read: Read) -> None:
    text = (
        "---\nstatus: draft\nowner: 支持组\ntags: [a]\n---\n\n## 如何登录？\n"
        "<!--\nstatus: approved\ntags: [b, c]\n-->\n扫码。\n\n## 如何退出？\n\n点头像。\n"
    )
    (login, leave), refused = read(text)
    assert refused == []
    assert login.review == Review("approved", "支持组", tags=("b", "c"))
    assert leave.review == Review("draft", "支持组", tags=("a",))


def test_a_comment_gives_another_wording_more_wordings_and_more_links(read: Read) -> None:
    text = (
        "## 概述\n<!--\nquestion: 1. 云雀是什么？\nsimilar: [介绍一下云雀, '云雀: 干嘛的']\n"
        "links:\n  - 官网: https://e.cn\n  - docs/a.md\n-->\n见[官网](https://e.cn)和[b](b.md)。\n"
    )
    (entry,), refused = read(text)
    assert refused == []
    assert entry.question == "1. 云雀是什么？"
    assert entry.similar_questions == ("介绍一下云雀", "云雀: 干嘛的")
    assert entry.links == (
        Link("官网", "https://e.cn"), Link("docs/a.md", "docs/a.md"), Link("b", "b.md"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- 待写 -->", "<!-- note: status: draft -->", "<!-- TODO: ask 王 -->",
        "<!-- Q: why? -->", "<!-- answer: x -->", "<!-- draft -->",
    ],
)  # fmt: skip
def test_any_other_comment_says_nothing(read: Read, comment: str) -> None:
    (entry,), refused = read(f"## 如何登录？\n\n{comment}\n\n扫码。\n\n{comment}\n\n再确认。\n")
    assert refused == []
    assert entry.review == Review()
    assert entry.answer == f"扫码。\n\n{comment}\n\n再确认。"


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("<!--\nstatus: approved\ncolour: red\n-->", "unknown key"),
        ("<!--\nstatus: approved\nnot yaml\n-->", "no valid YAML"),
        ("<!-- tags: [a -->", "no valid YAML"),
        ("<!-- status: &a approved\nowner: *a -->", "no valid YAML"),
        ("<!-- status: shiny -->", "neither approved nor draft"),
        ("<!-- valid_until: soon -->", "no date"),
        (f"<!-- owner: {'王' * 16_000} -->", "over 16,000"),
    ],
)
def test_a_comment_that_cannot_be_understood_holds_its_question_back(
    read: Read, comment: str, reason: str
) -> None:
    text = f"## 如何登录？\n\n{comment}\n\n扫码。\n\n## 如何退出？\n\n点头像。\n"
    (login, leave), (note,) = read(text)
    assert (login.review.status, leave.review.status) == ("draft", "approved")
    assert login.answer == "扫码。"
    assert (note.line, reason in note.reason, "held back" in note.reason) == (1, True, True)


@pytest.mark.parametrize(
    ("text", "line", "held"),
    [
        ("<!-- status: draft -->\n# 帮助\n\n## 甲？\n\n1\n\n## 乙？\n\n2\n", 1, "甲乙"),
        ("# 帮助\n\n<!-- status: draft -->\n\n## 甲？\n\n1\n\n## 乙？\n\n2\n", 3, "甲乙"),
        ("## 账号\n<!-- status: draft -->\n### 甲？\n\n1\n\n## 其他\n\n### 乙？\n\n2\n", 2, "甲"),
        ("## 甲？\n\n1\n\n<!-- status: draft -->\n\n## 乙？\n\n2\n", 5, "甲乙"),
        ("## 甲？\n\n1\n\n<!-- status: draft -->\n\n1\n\n## 乙？\n\n2\n", 5, "甲"),
        ("## 甲？\n\n1\n\n<!-- owner: 王 -->\n\n1\n\n## 乙？\n\n2\n", 5, ""),
    ],
)
def test_metadata_below_no_question_holds_back_what_it_may_be_meant_for(
    read: Read, text: str, line: int, held: str
) -> None:
    entries, (note,) = read(text)
    assert "".join(e.question[0] for e in entries if e.review.status == "draft") == held
    assert (note.line, "below no question" in note.reason) == (line, True)


def test_a_column_of_a_table_speaks_of_its_row(read: Read) -> None:
    text = (
        "| 问题 | 答案 | 状态 | 负责人 |\n|---|---|---|---|\n| 甲？ | 1 | 草稿 | 王 |\n"
        "| 乙？ | 2 | 已发布 | |\n| 丙？ | 3 | 神秘 | |\n"
    )
    entries, (note,) = read(text)
    assert [(e.review.status, e.review.owner) for e in entries] == [
        ("draft", "王"), ("approved", ""), ("draft", ""),
    ]  # fmt: skip
    assert note.line == 5


def test_the_hash_is_of_what_people_see_or_decide(parse: Parse) -> None:
    def hashed(text: str, path: str = "help.md") -> str:
        return parse(text, path).entries[0].content_hash

    same = hashed(LOGIN)
    assert hashed(f"# 帮助\n\n{LOGIN}", "b.md") == same
    assert hashed(LOGIN.replace("？", "？ {#login}")) == same
    changed = {
        hashed(LOGIN.replace("扫码", "扫一扫")),
        hashed(LOGIN.replace("登录", "登陆")),
        hashed(LOGIN.replace("扫码", "[扫码](a.md)")),
        hashed(LOGIN + "\n相似问题：登陆\n"),
        hashed(_with("title: a")),
        *(hashed(_with(f"{key}: 2026-01-02")) for key in ("valid_from", "valid_until", "owner")),
        hashed(_with("status: draft")),
    }
    assert len(changed) == 9
    assert same not in changed
