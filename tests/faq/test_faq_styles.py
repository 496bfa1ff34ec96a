"""The styles that support teams write their FAQ in, and the lines that only look like questions."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.records import FaqEntry, Link, Quarantined

Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]


def _pairs(parsed: tuple[list[FaqEntry], list[Quarantined]]) -> list[tuple[str, str]]:
    entries, refused = parsed
    assert refused == []
    return [(entry.question, entry.answer) for entry in entries]


LABELLED = """\
# 账号

## 登录

**Q**：如何登录云雀？
**A**：打开客户端，
输入手机号。

- 也可扫码
**相似问题**：怎么登陆；登不上去怎么办？
**关联文档**：[登录指南](guide/login.md)、[扫码](https://example.com/qr)

**Q**：如何退出？

**A**：点头像。
"""


def test_labels_below_a_heading_make_entries(read: Read) -> None:
    (login, leave), refused = read(LABELLED)
    assert refused == []
    assert login.question == "如何登录云雀？"
    assert login.answer == "打开客户端，\n输入手机号。\n\n- 也可扫码"
    assert login.similar_questions == ("怎么登陆", "登不上去怎么办？")
    assert login.links == (
        Link("登录指南", "guide/login.md"),
        Link("扫码", "https://example.com/qr"),
    )
    assert login.heading_path == ("账号", "登录")
    assert (login.line_start, login.line_end) == (5, 11)
    assert (leave.question, leave.answer, leave.line_start) == ("如何退出？", "点头像。", 13)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Q: ", "A: "), ("Q：", "A："), ("Q1. ", "A1. "), ("问：", "答："), ("问题：", "答案："),
        ("**问题**：", "**答案**："), ("**Q:** ", "**A:** "), ("__问：__", "__答：__"),
        ("**Question** ", "**Answer** "), ("问题一：", "回答一："), ("Question 3: ", "Answer 3: "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_every_spelling_of_the_labels_is_understood(
    read: Read, question: str, answer: str, between: str
) -> None:
    text = f"{question}导出数据{between}{answer}在后台导出。\n\n{question}删除\n\n{answer}不能。\n"
    assert _pairs(read(text)) == [("导出数据", "在后台导出。"), ("删除", "不能。")]


def test_labels_may_stand_alone_above_their_text_or_be_headings(read: Read) -> None:
    alone = "**Q**\n\n如何登录？\n\n**A**\n\n扫码。\n\n**关联文档**\n\n- [指南](a.md)\n"
    (entry,), _ = read(alone)
    assert (entry.question, entry.answer) == ("如何登录？", "扫码。")
    assert entry.links == (Link("指南", "a.md"),)
    headings = "## 登录\n\n### 问题\n\n如何登录？\n\n### 答案\n\n扫码。\n\n#### 手机\n\n同上。\n"
    assert _pairs(read(headings)) == [("如何登录？", "扫码。\n\n#### 手机\n\n同上。")]


def test_a_heading_is_the_question_of_the_labels_below_it(read: Read) -> None:
    text = (
        "## Q: 如何登录？\n\n**A**：扫码。\n\n**关联文档**：docs/login.md\n\n"
        "## 忘记密码\n\n答：重置。\n"
    )
    entries, _ = read(text)
    assert [(e.question, e.answer) for e in entries] == [
        ("如何登录？", "扫码。"),
        ("忘记密码", "重置。"),
    ]
    assert entries[0].links == (Link("docs/login.md", "docs/login.md"),)


def test_a_bold_line_with_its_label_inside_is_a_question(read: Read) -> None:
    text = "**Q: 默认模型是什么？**\n\n**A:** qwen3。\n\n**Q: 换模型**\n\n改配置。\n"
    assert _pairs(read(text)) == [("默认模型是什么？", "qwen3。"), ("换模型", "改配置。")]


def test_text_behind_the_documents_belongs_to_the_answer_again(read: Read) -> None:
    text = "## 如何登录？\n\n扫码。\n\n**相关文档**\n\n[指南](a.md)\n\n仍有问题请联系我们。\n"
    (entry,), _ = read(text)
    assert entry.answer == "扫码。\n\n仍有问题请联系我们。"
    assert entry.links == (Link("指南", "a.md"),)


def test_headings_of_any_level_ask(read: Read) -> None:
    text = (
        "# 帮助\n\n## 账号\n\n### 如何登录？ {#login .section}\n\n扫码。\n\n"
        "### **3. 可以改名吗？**\n\n可以。\n\n#### What about `sso`?\n\nYes.\n"
    )
    entries, _ = read(text)
    assert [(e.question, e.heading_path, e.line_start) for e in entries] == [
        ("如何登录？", ("帮助", "账号"), 5),
        ("可以改名吗？", ("帮助", "账号"), 9),
        ("What about sso?", ("帮助", "账号", "可以改名吗？"), 13),
    ]


def test_headings_that_structure_an_answer_stay_in_it(read: Read) -> None:
    text = (
        "## 为什么收不到通知？\n\n### 问题原因\n\n被静音。\n\n### 解决方法\n\n1. 打开设置。\n\n"
        "#### Windows\n\n托盘。\n\n## 如何静音？\n\n### 操作步骤\n\n点铃铛。\n"
    )
    first, second = _pairs(read(text))
    assert first[1].startswith("### 问题原因\n\n被静音。\n\n### 解决方法")
    assert first[1].endswith("#### Windows\n\n托盘。")
    assert second == ("如何静音？", "### 操作步骤\n\n点铃铛。")


def test_a_file_that_asks_one_question_in_its_title_is_one_entry(read: Read) -> None:
    text = "# 如何更换域名\n\n先备案。\n\n## 步骤一：解析\n\n加记录。\n\n## 下一步\n\n等待。\n"
    (entry,), refused = read(text)
    assert refused == []
    assert entry.question == "如何更换域名"
    assert entry.answer.startswith("先备案。\n\n## 步骤一")
    assert entry.answer.endswith("等待。")
    assert (entry.line_start, entry.line_end) == (1, 11)


def test_an_article_answers_its_title(read: Read) -> None:
    text = "# 实例重启后主机名被修改\n\n## 现象示例\n\n大写变小写。\n\n## 影响范围\n\nCentOS 7。\n"
    assert [question for question, _ in _pairs(read(text))] == ["实例重启后主机名被修改"]


def test_plain_headings_with_a_text_are_questions_and_groups_are_not(read: Read) -> None:
    text = (
        "# 计费FAQ\n\n本文汇总常见问题。\n\n## 目录\n\n- [续费](#a)\n\n## 续费\n\n### 自动续费\n\n"
        "到期前一天。\n\n### 退款说明\n\n七天内。\n\n## 空的一组\n"
    )
    entries, refused = read(text)
    assert refused == []
    assert [(e.question, e.heading_path) for e in entries] == [
        ("自动续费", ("计费FAQ", "续费")),
        ("退款说明", ("计费FAQ", "续费")),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "创建实例时报错：InvalidDataDiskCategory.NotSupported", "openclaw: command not found",
        "HTTP 429: rate_limit_error", "回滚磁盘提示“需要停止实例”", "ERR-1001",
    ],
)  # fmt: skip
def test_an_error_message_asks(read: Read, title: str) -> None:
    text = f"# FAQ\n\n## 云盘\n\n这一组。\n\n### {title}\n\n重试。\n\n#### 原因\n\n未知。\n"
    (entry,), _ = read(text)
    assert entry.question == title
    assert entry.heading_path == ("FAQ", "云盘")


def test_a_table_of_contents_is_no_entry(read: Read) -> None:
    toc = "# 实例FAQ\n\n-   购买\n    -   [如何付款？](#pay)\n    -   [多久开通？](#open)\n\n"
    text = toc + "## 如何付款？ {#pay .section}\n\n在线支付。\n"
    assert _pairs(read(text)) == [("如何付款？", "在线支付。")]
    assert read(toc) == ([], [])


@pytest.mark.parametrize(
    "header",
    [
        "| 问题 | 答案 | 关联文档 | 相似问题 |", "| Question | Answer | Docs | Similar questions |",
        "|标准问题|标准答案|相关链接|相似问法|", "|问题描述|处理方法|参考资料|用户问法|",
    ],
)  # fmt: skip
def test_a_table_makes_an_entry_of_each_row(read: Read, header: str) -> None:
    text = (
        f"# 计费\n\n{header}\n|---|---|---|---|\n"
        "| 怎么开发票？ | 在**账单**页，`a\\|b` | [发票](invoice.md) | 开票；发票在哪？ |\n"
        "| 能退款吗 | 七天内可退<br>见[规则](/rules) | | |\n"
    )
    (invoice, refund), refused = read(text)
    assert refused == []
    assert (invoice.question, invoice.answer) == ("怎么开发票？", "在**账单**页，`a|b`")
    assert invoice.links == (Link("发票", "invoice.md"),)
    assert invoice.similar_questions == ("开票", "发票在哪？")
    assert (invoice.line_start, invoice.line_end, invoice.heading_path) == (5, 5, ("计费",))
    assert refund.links == (Link("规则", "/rules"),)
    assert refund.line_start == 6


def test_a_table_inside_an_answer_stays_there(read: Read) -> None:
    table = "|问题|答案|\n|---|---|\n|a|b|"
    other = "|错误码|说明|\n|---|---|\n|403|拒绝|"
    text = f"## 有哪些错误？\n\n{table}\n\n## 错误码\n\n{other}\n"
    assert _pairs(read(text)) == [("有哪些错误？", table), ("错误码", other)]


def test_bold_questions_ask_and_bold_remarks_do_not(read: Read) -> None:
    text = (
        "# 迁移工具FAQ\n\n**1. 支持断点续传吗？**\n\n支持。\n\n**说明：** 需重新运行。\n\n"
        "**注意**\n\n勿关机。\n\n**2. 如何处理失败？**\n重试。\n\n**能导出吗？** 能。\n"
    )
    assert _pairs(read(text)) == [
        ("支持断点续传吗？", "支持。\n\n**说明：** 需重新运行。\n\n**注意**\n\n勿关机。"),
        ("如何处理失败？", "重试。"),
        ("能导出吗？", "能。"),
    ]


def test_bold_questions_inside_an_answer_stay_there(read: Read) -> None:
    text = "## 如何切换模型？\n\n用命令。\n\n**怎么取消固定？**\n\n去掉后缀。\n"
    assert len(_pairs(read(text))) == 1


def test_list_items_that_ask_lose_the_indentation_of_their_list(read: Read) -> None:
    text = (
        "## 常见问题\n\n-   **Name Error: ID is not defined.**\n\n    **原因**：未配置。\n\n"
        "    ```\n    config\n    ```\n\n-   **SDK.InvalidRegionId**\n\n    检查地域。\n\n"
        "结尾的话。\n"
    )
    entries, refused = read(text)
    assert refused == []
    assert [(e.question, e.answer) for e in entries] == [
        ("Name Error: ID is not defined.", "**原因**：未配置。\n\n```\nconfig\n```"),
        ("SDK.InvalidRegionId", "检查地域。"),
    ]
    assert [(e.line_start, e.line_end) for e in entries] == [(3, 9), (11, 13)]


def test_numbered_lists_of_questions_ask(read: Read) -> None:
    text = "1. 如何登录？\n   扫码。\n2. 如何退出？\n\n   点头像。\n3. Q: 改名\n   A: 设置里。\n"
    assert _pairs(read(text)) == [
        ("如何登录？", "扫码。"),
        ("如何退出？", "点头像。"),
        ("改名", "设置里。"),
    ]


def test_an_ordinary_list_is_part_of_the_answer(read: Read) -> None:
    text = "## 导出方式\n\n- **网页**\n\n  点导出。\n\n- **API**\n\n  调接口。\n"
    assert [question for question, _ in _pairs(read(text))] == ["导出方式"]


def test_details_and_their_summary_are_a_question_and_its_answer(read: Read) -> None:
    text = (
        "## 常见问题\n\n<details>\n  <summary>为什么 `sync` 无效？</summary>\n\n"
        "  见[文档](a.md)：\n  ```html\n  <details></details>\n  ```\n</details>\n\n"
        "<details><summary>能<b>退款</b>吗？</summary>\n能。</details>\n\n与问答无关。\n"
    )
    first, second = read(text)[0]
    assert (first.question, first.heading_path) == ("为什么 sync 无效？", ("常见问题",))
    assert first.answer == "  见[文档](a.md)：\n  ```html\n  <details></details>\n  ```"
    assert first.links == (Link("文档", "a.md"),)
    assert (first.line_start, first.line_end) == (3, 9)
    assert (second.question, second.answer) == ("能退款吗？", "能。")


def test_front_matter_is_flattened_and_kept_as_written(read: Read) -> None:
    text = (
        "---\nowner: 支持组\nversion: 1.10\nok: yes\nkeywords: [登录, 账号]\n"
        "review:\n  by: 王\n  notes:\n    - a: 1\n---\n\n## 如何登录？\n\n扫码。\n"
    )
    (entry,), refused = read(text)
    assert refused == []
    assert entry.front_matter == (
        ("version", "1.10"), ("ok", "yes"), ("keywords", "登录, 账号"), ("review.by", "王"),
        ("review.notes", "a=1"),
    )  # fmt: skip
    assert (entry.review.owner, entry.line_start) == ("支持组", 12)


def test_front_matter_may_ask_the_question_of_the_whole_file(read: Read) -> None:
    text = (
        "---\nquestion: 如何登录？\n相似问题: [登录, 怎么登陆]\n---\n"
        "扫码，见[指南](a.md)。\n\n## 手机\n\n同上。\n"
    )
    (entry,), _ = read(text)
    assert entry.question == "如何登录？"
    assert entry.answer == "扫码，见[指南](a.md)。\n\n## 手机\n\n同上。"
    assert entry.similar_questions == ("登录", "怎么登陆")
    assert entry.links == (Link("指南", "a.md"),)
    assert _pairs(read("---\ntitle: 如何退出？\n---\n点头像。\n")) == [("如何退出？", "点头像。")]


def test_front_matter_that_is_no_yaml_is_reported_and_its_readable_lines_kept(
    read: Read,
) -> None:
    text = "---\nkeyword: [登录, 账号\ntitle: a\n---\n\n## 如何登录？\n\n扫码。\n"
    (entry,), (refused,) = read(text)
    assert entry.front_matter == (("title", "a"),)
    assert "not valid YAML" in refused.reason


def test_code_never_asks(read: Read) -> None:
    code = "```bash\n# 如何登录？\n**Q**：a？\n| 问题 | 答案 |\n```"
    indented = "    ## 如何退出？"
    text = f"## 如何运行？\n\n{code}\n\n{indented}\n"
    assert _pairs(read(text)) == [("如何运行？", f"{code}\n\n{indented}")]


def test_a_fence_indented_less_than_its_list_item_hides_no_question(read: Read) -> None:
    text = (
        "## 如何卸载？\n\n-   ```\numount a\n```\n\n-   ```\numount b\n```\n\n"
        "## 如何确认？\n\n看列表。\n"
    )
    assert [question for question, _ in _pairs(read(text))] == ["如何卸载？", "如何确认？"]


def test_a_closed_fence_in_a_list_item_hides_no_later_fence(read: Read) -> None:
    text = "## 如何运行？\n\n- 先\n  ```\n  a\n  ```\n- 后\n\n## 如何停止？\n\n```\nb\n```\n"
    assert [question for question, _ in _pairs(read(text))] == ["如何运行？", "如何停止？"]


def test_a_question_without_a_text_of_its_own_only_groups_the_questions_below(
    read: Read,
) -> None:
    text = "## 云雀是什么？\n\n### 一句话介绍\n\n协作工具。\n\n### 如何开始？\n\n注册。\n"
    assert _pairs(read(text)) == [("一句话介绍", "协作工具。"), ("如何开始？", "注册。")]


def test_a_fence_that_is_never_closed_is_reported(read: Read) -> None:
    entries, (refused,) = read("## 如何运行？\n\n```\nrun\n\n## 如何停止？\n\nstop\n")
    assert len(entries) == 1
    assert (refused.line, "never closed" in refused.reason) == (3, True)


def test_dashes_under_an_answer_are_a_rule_and_under_a_title_a_heading(read: Read) -> None:
    text = "**Q**：如何登录？\n**A**：扫码。\n---\n\n如何退出？\n---\n点头像。\n\n---\n"
    assert _pairs(read(text)) == [("如何登录？", "扫码。"), ("如何退出？", "点头像。")]


def test_the_answer_is_the_authors_markdown(read: Read) -> None:
    answer = (
        "  *开头*缩进\\_转义 &amp; <br>  \n硬换行\n\n> 引用\n\n![图](a.png)\n\n"
        "[ref]: https://e.cn\n\n见 [ref]"
    )
    (entry,), _ = read(f"## 如何？\n\n\n{answer}\n\n\n")
    assert entry.answer == answer
    assert entry.links == (Link("ref", "https://e.cn"),)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_do_not_change_an_entry(read: Read, newline: str) -> None:
    (expected, _), _ = read(LABELLED)
    (entry, _), refused = read(LABELLED.replace("\n", newline))
    assert refused == []
    assert entry == expected


def test_relative_links_are_made_full(read: Read) -> None:
    text = (
        "## 如何？\n\n[a](../b/甲 乙.md#x) [a](<../b/甲 乙.md#x>) [c](/c.md) [d](#d) "
        "[e](https://e.cn/f) [g](../../../../g.md) [h](javascript:alert(1))\n"
    )
    (entry,), _ = read(text, path="faq/one/p.md", base_url="https://docs.example.com/kb/")
    assert [link.url for link in entry.links] == [
        "https://docs.example.com/kb/faq/b/%E7%94%B2%20%E4%B9%99.md#x",
        "https://docs.example.com/kb/c.md",
        "https://docs.example.com/kb/faq/one/p.md#d",
        "https://e.cn/f",
        "https://docs.example.com/kb/g.md",
    ]
    (entry,), _ = read(text, path="faq/one/p.md")
    assert [link.url for link in entry.links][:2] == ["../b/甲 乙.md#x", "/c.md"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("## 如何登录？\n\n## 如何退出？\n\n点头像。\n", 1, "no answer"),
        ("## 如何登录？\n\n<!-- 待写 -->\n\n## 如何退出？\n\n点头像。\n", 1, "no answer"),
        ("Q: 登录\n\nQ: 退出\n\nA: 点头像。\n", 1, "no answer"),
        ("# FAQ\n\n**如何登录？**\n\n**如何退出？**\n\n点头像。\n", 3, "no answer"),
        ("|问题|答案|\n|-|-|\n|如何退出？|点|\n|如何登录？| |\n", 4, "no answer"),
        ("|问题|答案|\n|-|-|\n|如何退出？|点|\n| |扫码|\n", 4, "no question"),
        (f"## {'如何' * 300}\n\n扫码。\n\n## 如何退出？\n\n点。\n", 1, "over 500"),
    ],
)
def test_what_cannot_be_an_entry_is_quarantined(
    read: Read, text: str, line: int, reason: str
) -> None:
    entries, (refused,) = read(text)
    assert [entry.question for entry in entries] in (["如何退出？"], ["退出"])
    assert (refused.line, refused.path, refused.tier) == (line, "help.md", "faq")
    assert reason in refused.reason
    assert refused.excerpt


def test_gb18030_and_a_byte_order_mark_are_read(read: Read) -> None:
    expected: Any = read(LABELLED)
    assert read(LABELLED.encode("gb18030")) == expected
    assert read(LABELLED.encode("utf-8-sig")) == expected
