"""Ways of writing that the page shows and no label says: boxes, quotes, rules, titles, footers."""

from collections.abc import Callable

import pytest

from pipelines.records import FaqEntry, Quarantined

Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

WAYS = {
    "pictures in front of a title": (
        "### 🔧 怎么重启？\n\n长按。\n\n### 1️⃣ 保修期多长\n\n一年。\n",
        [("怎么重启？", "长按。"), ("保修期多长", "一年。")],
    ),
    "numbers of chapters": (
        "### 1.1 最大多少？\n\n2 GB。\n\n### 2.0 版还能用吗？\n\n能。\n",
        [("最大多少？", "2 GB。"), ("2.0 版还能用吗？", "能。")],
    ),
    "a heading without its space": (
        "# 笔记\n\n##付了款怎么办？\n等五分钟。\n",
        [("付了款怎么办？", "等五分钟。")],
    ),
    "labels in brackets": (
        "【问】能退吗？\n【答】能。\n\n【问】多久？\n【答】三天。\n",
        [("能退吗？", "能。"), ("多久？", "三天。")],
    ),
    "question and answer on one line": (
        "问：能退吗？答：能，\n凭小票。\n\n**Q：多久？** A：三天。\n",
        [("能退吗？", "能，\n凭小票。"), ("多久？", "三天。")],
    ),
    "lines above their answers": (
        "一、退换\n\n1．能退吗\n\n答：能。\n\n2．多久\n\n答：三天。\n\n二、发票\n\n3．能开吗\n\n答：能。\n",
        [("能退吗", "能。"), ("多久", "三天。"), ("能开吗", "能。")],
    ),
    "who said it": (
        "🙋 客户：能退吗\n🎧 客服：能。\n凭小票。\n\n🙋 客户：多久到账？\n🎧 客服：三天。\n",
        [("能退吗", "能。\n凭小票。"), ("多久到账？", "三天。")],
    ),
    "questions quoted": (
        "# 来信\n\n> 能退吗？\n\n能。\n\n> 问：多久\n\n三天。\n",
        [("能退吗？", "能。"), ("多久", "三天。")],
    ),
    "a callout": (
        "> [!question]- 能退吗\n> 能，\n>\n> - 凭小票\n\n> [!info] 说明\n> 勿转发。\n",
        [("能退吗", "能，\n\n- 凭小票")],
    ),
    "parts between rules": (
        "# 问答\n\n---\n\n能退吗？\n\n能。\n\n---\n\n多久到账\n\n三天。\n\n---\n\n"
        "能开票吗？\n\n能。\n",
        [("能退吗？", "能。"), ("多久到账", "三天。"), ("能开票吗？", "能。")],
    ),
    "parts between rules, the first above them": (
        "# 问答\n\n能退吗？\n\n能。\n\n---\n\n多久到账\n\n三天。\n\n---\n\n"
        "能开票吗？\n\n能。\n\n---\n\n能换吗？\n\n能。\n",
        [
            ("能退吗？", "能。"),
            ("多久到账", "三天。"),
            ("能开票吗？", "能。"),
            ("能换吗？", "能。"),
        ],
    ),
    "an introduction above the first rule": (
        "# 问答\n\n找不到答案，或无法登录，请联系我们。\n\n周一到周五。\n\n---\n\n能退吗？\n\n能。"
        "\n\n---\n\n多久到账\n\n三天。\n\n---\n\n能开票吗？\n\n能。\n",
        [("能退吗？", "能。"), ("多久到账", "三天。"), ("能开票吗？", "能。")],
    ),
    "what leads from a bold question to its answer": (
        "1. **能退吗？**：能。\n2. **多久到账？** - 三天。\n3. **Who pays?**: You.\n"
        "4. **能开票吗？**——能。\n5. **最低多少度？** -5 ℃。\n",
        [
            ("能退吗？", "能。"),
            ("多久到账？", "三天。"),
            ("Who pays?", "You."),
            ("能开票吗？", "能。"),
            ("最低多少度？", "-5 ℃。"),
        ],
    ),
    "a bold question and a colon above its answer": (
        "**能退吗？**：\n能：凭小票。\n\n**多久到账？**\n\n三天。\n",
        [("能退吗？", "能：凭小票。"), ("多久到账？", "三天。")],
    ),
    "a list that is none in Markdown": (
        "# 问答\n\n一、退换\n\n1、能退吗？\n能，\n凭小票。\n2、多久到账？\n\n三天：\n\n"
        "```\n1、不是？\n```\n\n"
        "二、发票\n\n1.能开票吗？\n1）登录\n2）申请\n",
        [
            ("能退吗？", "能，\n凭小票。"),
            ("多久到账？", "三天：\n\n```\n1、不是？\n```"),
            ("能开票吗？", "1）登录\n2）申请"),
        ],
    ),
    "such a list in an answer": (
        "## 无法登录\n\n1、密码对吗？\n重置。\n\n2、网通吗？\n重连。\n",
        [("无法登录", "1、密码对吗？\n重置。\n\n2、网通吗？\n重连。")],
    ),
    "such a list beside what asks": (
        "# 问答\n\n**登不上怎么办？**\n\n1、密码对吗？\n重置。\n\n2、网通吗？\n重连。\n",
        [("登不上怎么办？", "1、密码对吗？\n重置。\n\n2、网通吗？\n重连。")],
    ),
    "such a list that numbers its answers otherwise": (
        "1、能退吗？\n（1）几天能退？\n七天。\n（2）退到哪里？\n原路。\n2、要钱吗？\n不要。\n",
        [
            ("能退吗？", "（1）几天能退？\n七天。\n（2）退到哪里？\n原路。"),
            ("要钱吗？", "不要。"),
        ],
    ),
    "such a list without answers": (
        "# 手册\n\n## 登录排查\n\n1、密码对吗？\n2、网通吗？\n\n都通就重装。\n",
        [("登录排查", "1、密码对吗？\n2、网通吗？\n\n都通就重装。")],
    ),
    "a list of definitions": (
        "Can I pay by card?\n:   Yes.\n\n    No cheques.\n\nWho pays?\n:   You.\n",
        [("Can I pay by card?", "Yes.\n\nNo cheques."), ("Who pays?", "You.")],
    ),
    "boxes of MkDocs": (
        '??? question "能退吗"\n    能：\n\n    !!! warning\n        七天内。\n\n'
        '!!! info "版本"\n    3.x\n',
        [("能退吗", "能：\n\n!!! warning\n    七天内。")],
    ),
    "boxes of VitePress": (
        ":::: details 能退吗？\n能。\n\n::: warning\n七天内。\n:::\n::::\n\n尾声。\n",
        [("能退吗？", "能。\n\n::: warning\n七天内。\n:::")],
    ),
    "accordions": (
        '<Accordion title="Can I pay by card?">\n    Yes.\n</Accordion>\n\n'
        '<Accordion title="Who pays?">\n    You.\n</Accordion>\n',
        [("Can I pay by card?", "    Yes."), ("Who pays?", "    You.")],
    ),
    "headings of HTML": (
        '<h3 id="a">Can I pay by card?</h3>\n<p>Yes.</p>\n\n'
        "<h3>Who <b>pays</b>?</h3>\n<p>You.</p>\n",
        [("Can I pay by card?", "<p>Yes.</p>"), ("Who pays?", "<p>You.</p>")],
    ),
    "a list of errors below their title": (
        "# 报错速查\n\n- MQTT connect failed: rc=5\n\n  密码不对。\n\n"
        "- 升级包校验失败\n\n  重新下载。\n",
        [("MQTT connect failed: rc=5", "密码不对。"), ("升级包校验失败", "重新下载。")],
    ),
    "one item that asks nothing among those that ask": (
        "1. 能退吗？\n\n   能。\n\n2. 多久到账？\n   三天。\n\n3. 密码忘了\n\n   重置。\n",
        [("能退吗？", "能。"), ("多久到账？", "三天。"), ("密码忘了", "重置。")],
    ),
    "a table of errors": (
        "# 收银\n\n提示信息 | 怎么处理\n---|---\n付款码已过期 | 刷新。\n",
        [("付款码已过期", "刷新。")],
    ),
    "tables that name their columns after problems": (
        "# FAQ\n\n| Issue | Resolution |\n|---|---|\n| Printer offline | Restart it. |\n\n"
        "| 顾客问题 | 客服话术 |\n|---|---|\n| 怎么换货？ | 亲，申请换货。 |\n",
        [("Printer offline", "Restart it."), ("怎么换货？", "亲，申请换货。")],
    ),
    "a table of something else": (
        "# 说明\n\n## 能退吗？\n\n能。\n\n| 问题类型 | 内容 |\n|---|---|\n| 质量 | 包退 |\n",
        [("能退吗？", "能。\n\n| 问题类型 | 内容 |\n|---|---|\n| 质量 | 包退 |")],
    ),
    "front matter that asks nothing": (
        "---\nissue: 4521\nfaq: true\n---\n\n## 能退吗？\n\n能。\n\n## 多久到账？\n\n三天。\n",
        [("能退吗？", "能。"), ("多久到账？", "三天。")],
    ),
    "an error page that groups": (
        "# Delivery errors\n\n## Rejected\n\n### HTTP 403: forbidden\n\nVerify.\n\n"
        "### Sender.Domain.Unverified\n\nWait.\n\n### 550 5.1.1 Unknown\n\nCheck.\n",
        [
            ("HTTP 403: forbidden", "Verify."),
            ("Sender.Domain.Unverified", "Wait."),
            ("550 5.1.1 Unknown", "Check."),
        ],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_of_writing_is_read(read: Read, way: str) -> None:
    text, expected = WAYS[way]
    entries, refused = read(text)
    assert refused == []
    assert [(entry.question, entry.answer) for entry in entries] == expected


@pytest.mark.parametrize(
    "title",
    [
        "2.4 GHz 和 5 GHz 有什么区别？",
        "1.5 倍速播放怎么开？",
        "3.5 mm 耳机孔在哪里？",
        "2.5 英寸硬盘能装吗？",
        "0.5 元一条的短信怎么收费？",
        "3.2 折起是什么意思？",
        "4.9 分以下怎么处理？",
        "6.18 活动怎么参加？",
        "2.5 inch drives fit?",
        "①和②有什么区别？",
        "①②③怎么选？",
        "（一）和（二）有什么区别？",
    ],
)
def test_what_a_question_counts_is_no_number_of_a_chapter(read: Read, title: str) -> None:
    (asked, also), _ = read(
        f"### {title}\n\n看。\n\n### 能退吗？\n\n能。\n\n**相似问题**：{title}\n"
    )
    assert asked.question == title
    assert also.similar_questions == (title,)


@pytest.mark.parametrize(
    "title",
    [
        "多久更新？",
        "折扣怎么算？",
        "活动怎么报名？",
        "分类怎么改？",
        "升级失败怎么办？",
        "How do I pay?",
    ],
)
def test_the_number_of_a_chapter_is_no_part_of_a_question(read: Read, title: str) -> None:
    (entry,), _ = read(f"### 1.2 {title}\n\n看手册。\n")
    assert entry.question == title


def test_versions_that_a_question_lists_are_no_number_of_a_chapter(read: Read) -> None:
    (entry,), _ = read("### 2.1、2.2 两版有什么区别？\n\n看手册。\n")
    assert entry.question == "2.1、2.2 两版有什么区别？"


@pytest.mark.parametrize(
    "number", ["1、", "1.2、", "1.2.3 ", "（1）", "（一）", "(十二) ", "一、", "①", "⑳ "]
)
def test_a_number_in_any_form_is_no_part_of_a_question(read: Read, number: str) -> None:
    (entry,), _ = read(f"### {number}多久到账？\n\n三天。\n")
    assert entry.question == "多久到账？"


@pytest.mark.parametrize(
    "numbers",
    [
        ("1、", "2、", "3、"),
        ("1.", "2.", "3."),
        ("1.1 ", "1.2 ", "2.1 "),
        ("1.1.1、", "1.1.2、", "1.1.3、"),
        ("一、", "二、", "三、"),
        ("（1）", "(2) ", "(3)"),
        ("（一）", "（二）", "（三）"),
        ("① ", "②", "③"),
    ],
)
def test_lines_that_ask_under_numbers_are_read(read: Read, numbers: tuple[str, ...]) -> None:
    one, two, three = numbers
    entries, _ = read(
        f"{one}24小时内能退吗？\n能。\n{two}多久到账？\n\n三天。\n\n{three}能开票吗？\n能。\n"
    )
    assert [(entry.question, entry.answer) for entry in entries] == [
        ("24小时内能退吗？", "能。"),
        ("多久到账？", "三天。"),
        ("能开票吗？", "能。"),
    ]


@pytest.mark.parametrize(
    "numbers", [("一、", "三、"), ("（2）", "（3）"), ("①", "③"), ("1.1 ", "1.3 ")]
)
def test_lines_that_ask_under_numbers_out_of_order_are_none(
    read: Read, numbers: tuple[str, ...]
) -> None:
    one, two = numbers
    entries, _ = read(f"{one}能退吗？\n能。\n{two}多久到账？\n三天。\n")
    assert entries == []


def test_twelve_lines_that_ask_under_chinese_numbers_are_read(read: Read) -> None:
    numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    entries, _ = read("".join(f"{number}、能退吗？\n能。\n" for number in numbers))
    assert len(entries) == 12


def test_a_question_in_two_languages_is_one(read: Read) -> None:
    text = (
        "### 能退吗？\n### Can I return it?\n\n能。Yes.\n\n"
        "### 多久到账？\n\n*How long does it take?*\n\n三天。\n"
    )
    entries, _ = read(text)
    assert [(entry.question, entry.similar_questions, entry.answer) for entry in entries] == [
        ("能退吗？", ("Can I return it?",), "能。Yes."),
        ("多久到账？", ("How long does it take?",), "三天。"),
    ]


def test_similar_questions_stand_in_a_quote_or_are_divided_by_commas_and_strokes(
    read: Read,
) -> None:
    text = "## 能退吗？\n\n> 类似问题：怎么退、退货行不行 / 可以退吗\n\n能。\n"
    (entry,), _ = read(text)
    assert entry.similar_questions == ("怎么退", "退货行不行", "可以退吗")
    table = (
        "| 客户问题 | 标准答复 | 相似问法 |\n|-|-|-|\n| 能退吗 | 能 | 无 |\n| 多久 | 三天 | — |\n"
    )
    assert [entry.similar_questions for entry in read(table)[0]] == [(), ()]


PAGES = {
    "release notes": "# 云杉 4.7 更新说明\n\n## 新增\n\n- 甘特图\n\n## 修复\n\n- 日期\n",
    "a contact page": "# 联系我们\n\n## 服务热线\n\n400-000-2638\n\n## 邮箱\n\na@example.com\n",
    "a glossary": "# 术语表\n\n## 工单\n\n一次报修。\n",
    "a privacy policy": "# 隐私声明\n\n## 我们收集哪些信息\n\n手机号。\n",
    "a guide": "# 收银机安装指南\n\n## 开箱\n\n看配件。\n\n## 固定\n\n拧螺丝。\n",
    "what leads elsewhere": "# FAQ\n\n## Still have questions?\n\nWrite to us.\n",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_no_faq_gives_no_entry(read: Read, page: str) -> None:
    assert read(PAGES[page]) == ([], [])


def test_a_group_of_an_faq_may_be_called_what_elsewhere_is_a_part_of_a_readme(read: Read) -> None:
    usage = "## Usage\n\n### Dark mode\n\nPress D.\n"
    text = f"# 常见问题\n\n## 安装\n\n### 安装后无法启动\n\n重启。\n\n{usage}"
    assert [entry.question for entry in read(text)[0]] == ["安装后无法启动", "Dark mode"]


def test_of_a_guide_with_an_faq_in_it_only_that_is_read(read: Read) -> None:
    faq = "## FAQ\n\n### Is it free?\n\nYes.\n\n"
    text = f"# Otter\n\n## Build\n\nRun it.\n\n{faq}## Sponsors\n\nNobody.\n"
    assert [entry.question for entry in read(text)[0]] == ["Is it free?"]


def test_what_stands_below_the_last_rule_is_in_no_answer(read: Read) -> None:
    footer = "[⬆ 回到顶部](#a)\n\n---\n\n最后更新：2026-11。仍有疑问请致电。\n"
    page = f"# 退换\n\n## 多久？\n\n三天。\n\n## 能退吗？\n\n能。\n\n{footer}"
    assert [entry.answer for entry in read(page)[0]] == ["三天。", "能。"]


def test_a_rule_in_the_answer_of_a_page_of_one_question_cuts_nothing_off(read: Read) -> None:
    (entry,), _ = read("# 如何退货？\n\n寄回即可。\n\n---\n\n退款前请先拍照。\n")
    assert entry.answer == "寄回即可。\n\n---\n\n退款前请先拍照。"


def test_related_documents_without_a_link_stay_in_the_answer(read: Read) -> None:
    (entry,), _ = read("## 能退吗？\n\n能。\n\n**相关文档**：《退换货规则》\n")
    assert entry.answer == "能。\n\n**相关文档**：《退换货规则》"


UNREAD = "怎么退款？\n七天内可以退。\n\n怎么换货？\n三天内可以换。\n"


def test_a_file_that_asks_in_a_way_that_is_not_read_is_quarantined_where_it_first_does(
    read: Read,
) -> None:
    entries, (bad,) = read(f"我们的常见问题。\n\n{UNREAD}")

    assert entries == []
    assert bad.line == 3
    assert "write each question as a heading" in bad.reason


@pytest.mark.parametrize(
    "text",
    [
        "# 隐私政策\n\n还有疑问？\n\n请联系我们。\n",
        "# 说明\n\n```\n怎么退款？\n怎么换货？\n```\n",
        f"## 怎么充值？\n\n在后台充值。\n\n{UNREAD}",
    ],
)
def test_a_page_that_asks_once_or_in_code_or_holds_an_entry_is_not(read: Read, text: str) -> None:
    assert read(text)[1] == []
