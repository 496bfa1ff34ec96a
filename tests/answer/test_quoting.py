"""What is quoted where no model answers."""

import pytest

from pipelines.answer.plans import Plan
from pipelines.answer.quoting import quoted
from pipelines.followup import InContext
from pipelines.query.aliases import Aliases
from pipelines.records import Link
from pipelines.search import Hit, SearchResult
from pipelines.wording import worded
from tests.answer.conftest import MakeHit

SAYS = worded(True, (), "云雀", "400")


def quotes(question: str, *hits: Hit, shown: tuple[Hit, ...] = ()) -> Plan:
    result = SearchResult(question, "0001-a", hits, {})
    plan = Plan("grounded", "passages", cited=hits, found=InContext(result, None))
    return quoted(
        plan, "no_model", SAYS, Aliases((("ossbrowser", "OSS 客户端"), ("云盘",), ("网格",))), shown
    )


def test_the_two_best_passages_are_quoted_with_their_numbers(make_hit: MakeHit) -> None:
    plan = quotes("能传多大？", *(make_hit(f"第 {n} 段") for n in range(3)))
    assert (plan.decision, plan.reason, len(plan.cited)) == ("degraded", "no_model", 2)
    assert plan.text.startswith(SAYS.degraded)
    assert plan.text.endswith("第 1 段 [2]")


def test_a_table_that_is_quoted_has_its_number_below_it(make_hit: MakeHit) -> None:
    table = "| 版本 | 上限 |\n|---|---|\n| 专业版 | 5 GB |"
    plan = quotes("能传多大？", make_hit(table), make_hit("第 2 段"))
    assert f"{table}\n\n[1]\n\n" in plan.text


def test_a_passage_that_is_far_from_the_question_is_not_quoted(make_hit: MakeHit) -> None:
    plan = quotes("能传多大？", make_hit(question=1.7, passage=1.2))
    assert (plan.decision, plan.reason, plan.cited) == ("refuse", "no_model", ())
    assert plan.text == SAYS.not_found


def test_a_passage_without_a_word_of_the_question_is_not_quoted(make_hit: MakeHit) -> None:
    assert quotes("能传多大？", make_hit(coverage=0.0)).decision == "refuse"


def test_an_entry_on_another_code_is_not_quoted(make_hit: MakeHit) -> None:
    other = make_hit("请重启。", title="提示 ERR-7001 怎么办？")
    assert quotes("提示ERR-9999怎么办", other).decision == "refuse"
    assert quotes("提示ERR-7001怎么办", other).decision == "degraded"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How can I import from Microsoft Teams?", "Can I import from Slack?"),
        ("怎么从 Teams 导入聊天记录", "怎么从 Slack 导入聊天记录？"),
        ("那小米手环能同步吗", "怎么和苹果日历同步？"),
        ("能和飞书打通吗", "能和钉钉打通吗？"),
        ("能用支付寶付款嗎", "能用花呗付款吗？"),
        ("能用支付宝付款吗", "能用花唄付款嗎？"),
        ("云盘怎么开发票", "网格：怎么开发票？"),
    ],
)
def test_an_entry_on_another_product_is_not_quoted(
    make_hit: MakeHit, question: str, title: str
) -> None:
    assert quotes(question, make_hit("在设置里打开。", title=title)).decision == "refuse"


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("怎么从 Slack 导入", "Can I import from Slack?", "Upload the zip."),
        ("OSS 客户端怎么安装", "ossbrowser 怎么安装？", "双击。"),
        ("手机上能用飞书登录吗", "怎么用其他账号登录？", "在登录页选择。"),
        ("能用钉钉扫码登录吗", "可以用企业微信扫码登录吗？", "可以，目前只支持企业微信。"),
        ("能导入 Teams 吗", "能从 Slack 导入吗？", "能，也支持 Teams。"),
        ("能用飛書登錄嗎", "能用飞书登录吗？", "在登录页选择。"),
        ("怎么导入", "怎么从 Slack 导入？", "上传压缩包。"),
        ("怎么开发票", "网格：怎么开发票？", "在账单页开。"),
        ("云盘怎么开发票", "网格：怎么开发票？", "在账单页开，云盘也一样。"),
    ],
)
def test_an_entry_that_names_it_or_nothing_or_tells_of_all_is_quoted(
    make_hit: MakeHit, question: str, title: str, text: str
) -> None:
    assert quotes(question, make_hit(text, title=title)).decision == "degraded"


def test_an_entry_that_reads_like_the_answer_is_quoted_in_other_words(make_hit: MakeHit) -> None:
    assert quotes("能传多大？", make_hit(coverage=0.0, reading=1.6)).decision == "degraded"


def test_a_passage_in_another_language_shares_no_words_and_is_quoted(make_hit: MakeHit) -> None:
    assert quotes("How large?", make_hit(coverage=0.0)).decision == "degraded"


def test_a_text_that_breaks_off_with_nothing_left_to_quote_says_so(make_hit: MakeHit) -> None:
    hit = make_hit("第 1 段")
    plan = quotes("能传多大？", hit, shown=(hit,))
    assert (plan.decision, plan.cited) == ("degraded", (hit,))
    assert plan.text == SAYS.broken_off
    assert "400" in plan.text


def test_the_release_that_overtook_an_entry_is_quoted_with_it(make_hit: MakeHit) -> None:
    change = make_hit("上限提高到 5 GB", title="2.4.0", tier="changelog", question=0, passage=0)
    entry = make_hit(overtaken_by=(change.chunk.entry_id,))
    assert quotes("能传多大？", change, entry).cited == (change, entry)
    assert quotes("能传多大？", change, make_hit()).cited == (make_hit(),)


def test_a_citation_leads_to_the_document_beside_the_answer(make_hit: MakeHit) -> None:
    status = Link("https://status.example", "https://status.example")
    terms = Link("SLA", "https://docs.example/sla")
    both = make_hit("99.9%，见 <https://status.example>。", links=(status, terms))
    assert both.url == "https://docs.example/sla"
    assert make_hit("99.9%，见 <https://status.example>。", links=(status,)).url == status.url
    assert make_hit().url == ""


def test_quotations_go_on_after_what_was_said(make_hit: MakeHit) -> None:
    said, other = make_hit("说过的"), make_hit("没说过的")
    plan = quotes("能传多大？", said, other, shown=(said,))
    assert plan.cited == (said, other)
    assert plan.text.endswith("没说过的 [2]")


def test_for_a_story_the_entry_that_is_far_ahead_is_quoted_however_it_reads(
    make_hit: MakeHit,
) -> None:
    first = make_hit("在费用中心改。", question=6.0, reading=-2.0)
    others = make_hit("别的。", reading=-1.0), make_hit("另外的。", reading=-1.0)
    story = "我们公司上个月改了名字，行政那边不知道，" * 4
    plan = quotes(story, first, *others)
    assert (plan.decision, plan.cited) == ("degraded", (first,))
    assert quotes("抬头错了怎么改？", first, *others).decision == "refuse"
    assert quotes(story, *others, first).decision == "refuse"
