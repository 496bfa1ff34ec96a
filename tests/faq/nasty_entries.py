"""Entries that are hard to write down: as Markdown, and in the cells of a spreadsheet."""

from datetime import date

from hypothesis import strategies as st

from pipelines.faq.cells import answer_links
from pipelines.records import FaqEntry, Link, Review
from pipelines.text import fold

_WORDING = [
    "如何登录", "登录", "？", "?", " ", "#", "*", "**", "`", "3. ", "Q：", "A: ", "{#x}", " ##",
    "[", "](", ")", "<b>", "&amp;", "|", "；", ";", "\\", "--", "-->", "<!--", "_", "答案", "概述",
    "FAQ", "error", "=", "- ", "1、", "!", "~", ":", "：", "'", '"', "@", "+",
]  # fmt: skip
_ANSWER_LINES = [
    "文字。", "", "", "# 如何退出？", "## 答案", "### 概述", "```", "~~~", "    代码", "**Q**：问",
    "**A**：答", "Q: 问", "A: 答", "| a | b |", "|---|---|", "| 问题 | 答案 |", "<div>", "</div>",
    "<details><summary>如何？</summary>", "</details>", "---", "===", "- 一", "  - 二", "1. 一",
    "> 引", "[g]: https://e.x/g", "[g]", "[文](a.md#b)", '[x](https://e.x/(1) "t")',
    "<!-- answer -->", "<!-- /answer -->", "<!-- /answer 2 -->", "<!-- status: draft -->", "<!--",
    "-->", "**如何？**", "**相似问题**：甲；乙", "**关联文档**：[a](b.md)", "关联文档：docs/a.md",
    '--8<-- "a.md"', "{% include a.md %}", "!include a.md", "<table>",
    "<tr><td>问题</td><td>答案</td></tr>", "<script>", "\\", "  前", "\t制", "<https://e.x>",
    "![图](i.png)", "$$", "=cmd()", "'=x", "''-x", "-1", "＝1", "目录", "* * *", '<a name="x"></a>',
]  # fmt: skip
_NAMES = [
    "", "张三", "组 A", "a: b", "#x", "[1]", "null", "1.10", "--", "-->", "yes", "'", '"a"', "@x",
    "=x", "甲",
]  # fmt: skip
_HEADINGS = ["账号", "FAQ", "如何登录？", "3. 步骤", "a *b*", "#x", "Q&A", "答案一", "问题", "-x"]
_TARGETS = ["b.md", "https://e.x/?a=1&amp;b", "a b.md", "x(1).md", "https://e.x/*_*"]

_wordings = (
    st.lists(st.sampled_from(_WORDING), min_size=1, max_size=5)
    .map(lambda pieces: " ".join("".join(pieces).split()))
    .filter(bool)
)
_answers = (
    st.lists(st.sampled_from(_ANSWER_LINES), min_size=1, max_size=6)
    .map("\n".join)
    .map(lambda text: text.strip("\n").rstrip())
    .filter(lambda text: bool(text.strip()))
)
_names = st.sampled_from(_NAMES)
_days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
_releases = st.sampled_from(
    ["", "2.10", "v3.0.0 # 说的是「邮箱」", "2.5.0 it's true: \\ of --- mail"]
)
_depths = st.sampled_from([0, 1, 2, 3, 6])


@st.composite
def _reviews(draw: st.DrawFn) -> Review:
    first, last = sorted([draw(_days), draw(_days)], key=lambda day: day or date.min)
    tags = dict.fromkeys(draw(st.lists(_names.filter(bool), max_size=3)))
    return Review(
        status=draw(st.sampled_from(["approved", "draft"])),
        owner=draw(_names),
        product=draw(_names),
        tags=tuple(tags),
        valid_from=first,
        valid_until=last,
        reviewed_at=draw(_days),
        reviewer=draw(_names),
        checked=draw(_releases),
        stale=draw(_releases),
    )


@st.composite
def nasty_entries(draw: st.DrawFn) -> FaqEntry:
    """An entry as a pull could have left it, of pieces that mean something to a reader."""
    question, answer = draw(_wordings), draw(_answers)
    similar = {fold(wording): wording for wording in draw(st.lists(_wordings, max_size=3))}
    similar.pop(fold(question), None)
    links = {link.url: link for link in reversed(answer_links(answer))}
    links = {url: link for url, link in reversed(links.items()) if not url.startswith("#")}
    for url in draw(st.lists(st.sampled_from(_TARGETS), unique=True, max_size=2)):
        links.setdefault(url, Link(draw(_wordings), url))
    depth = draw(_depths)
    return FaqEntry(
        id="0" * 32,
        source="help",
        path="account/help.md",
        line_start=1,
        line_end=1,
        heading_path=tuple(draw(st.lists(st.sampled_from(_HEADINGS), max_size=depth))),
        question=question,
        similar_questions=tuple(similar.values()),
        answer=answer,
        links=tuple(links.values()),
        content_hash="",
        review=draw(_reviews()),
    )


def shown(entry: FaqEntry) -> tuple[object, ...]:
    """Return what has to survive a round trip: all that people see or decide."""
    return (
        entry.heading_path,
        entry.question,
        entry.similar_questions,
        entry.answer,
        entry.links,
        entry.review,
    )
