"""Tables and links written in HTML."""

from collections.abc import Callable

import pytest

from pipelines.records import FaqEntry, Link, Quarantined

Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

TABLE = """\
# 计费

<table border="1">
  <thead>
    <tr><th>分类</th><th><b>问题</b></th><th>答案</th><th>相似问题</th><th>相关文档</th></tr>
  </thead>
  <!-- <tr><td>x</td><td>草稿？</td><td>未写</td></tr> -->
  <tr>
    <td rowspan="2">发票</td>
    <td>怎么开<b>发票</b>？</td>
    <td>在 <a href="bill.md">账单</a> 页。
      点「开票」&amp;保存</td>
    <td>开票；发票在哪？</td>
    <td><a href='invoice.md'>发票</a></td>
  </tr>

  <TR><TD>能退款吗<TD>七天内可退，<br>见[规则](rules.md)</TR>
</table>

与表格无关。

## 如何登录？

扫码。
"""


def test_a_table_in_html_makes_an_entry_of_each_row(read: Read) -> None:
    (invoice, refund, login), refused = read(TABLE)
    assert refused == []
    assert (invoice.question, invoice.heading_path) == ("怎么开发票？", ("计费",))
    assert invoice.answer == '在 <a href="bill.md">账单</a> 页。\n      点「开票」&amp;保存'
    assert invoice.similar_questions == ("开票", "发票在哪？")
    assert invoice.links == (Link("账单", "bill.md"), Link("发票", "invoice.md"))
    assert (invoice.line_start, invoice.line_end) == (8, 15)
    assert (refund.question, refund.answer) == ("能退款吗", "七天内可退，<br>见[规则](rules.md)")
    assert (refund.links, refund.line_start) == ((Link("规则", "rules.md"),), 17)
    assert (login.answer, login.heading_path) == ("扫码。", ("计费",))


def test_cells_may_hold_markdown_of_any_kind(read: Read) -> None:
    text = (
        "<table>\n<tr>\n<td>Question</td>\n<td>Answer</td>\n</tr>\n<tr>\n<td>\n\n**能退款吗**\n\n"
        "</td>\n<td>\n\n# 可以\n\n```\n<td>\n```\n\n- Q: 真的？\n\n</td>\n</tr>\n</table>\n\n"
        "## 如何登录？\n\n扫码。\n"
    )
    (refund, login), refused = read(text)
    assert refused == []
    assert refund.question == "能退款吗"
    assert refund.answer.startswith("# 可以\n\n```")
    assert login.answer == "扫码。"


def test_one_answer_may_stand_beside_several_questions(read: Read) -> None:
    text = (
        "<table><tr><th>问题</th><th>答案</th></tr>\n"
        '<tr><td>能退款吗</td><td rowspan="2">七天内。</td></tr>\n'
        "<tr><td>怎么退款</td></tr></table>\n"
    )
    entries, _ = read(text)
    assert [(e.question, e.answer) for e in entries] == [
        ("能退款吗", "七天内。"), ("怎么退款", "七天内。"),
    ]  # fmt: skip


def test_a_row_without_an_answer_is_reported_at_its_line(read: Read) -> None:
    text = (
        "<table>\n<tr><th>问题</th><th>答案</th></tr>\n"
        "<tr><td>能退款吗</td><td></td></tr>\n</table>\n"
    )
    entries, (refused,) = read(text)
    assert (entries, refused.line, "no answer" in refused.reason) == ([], 3, True)


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><th>问题</th><th>答案</th></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table>\n<tr><th>错误码</th><th>说明</th></tr>\n\n<tr><td>403</td><td>拒绝</td></tr>\n</table>",
    ],
)
def test_a_table_in_html_inside_an_answer_stays_there(read: Read, table: str) -> None:
    (entry,), refused = read(f"## 有哪些错误？\n\n{table}\n\n完。\n")
    assert (entry.answer, refused) == (f"{table}\n\n完。", [])


def test_a_table_that_is_never_closed_is_none(read: Read) -> None:
    text = (
        "# FAQ\n\n<table>\n<tr><th>问题</th><th>答案</th></tr>\n<tr><td>a</td><td>b</td></tr>\n\n"
        "## 如何？\n\nc\n"
    )
    (entry,), _ = read(text)
    assert (entry.question, entry.answer) == ("如何？", "c")


def test_links_in_html_are_links(read: Read) -> None:
    text = (
        "## 如何？\n\n见 <a class=x href=\"a.md?x=1&amp;y=2\"><b>甲</b></a>、<A HREF=b.md>乙</A>、"
        "<a href='javascript:alert(1)'>丙</a>、<a name='x'></a>。\n"
    )  # fmt: skip
    (entry,), _ = read(text)
    assert entry.links == (Link("甲", "a.md?x=1&y=2"), Link("乙", "b.md"))
