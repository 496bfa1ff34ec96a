"""Which entry an agent answered with."""

import dataclasses

from pipelines.enrichment.wordings import answered_with
from tests.enrichment.entries import ENTRIES, EXPORT, INVOICE, REFUND, entry, exchange

# Words are rare or not among many entries only.
OTHERS = tuple(
    entry(f"第{word}件事怎么办？", f"请联系{word}部门处理，{word}会在当天回复您。")
    for word in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
)
FAQ = (*ENTRIES, *OTHERS)
CUT = "您好，在控制台的费用中心里申请，三个工作日内开出电子发票的，您试试"


def test_an_agent_who_repeats_an_entry_gives_it_the_customers_words() -> None:
    asked = exchange("报账的纸哪儿弄来着", CUT)
    assert answered_with([asked], FAQ) == {asked.id: (INVOICE.id,)}


def test_half_of_an_entry_in_the_agents_own_words_will_do() -> None:
    said = "亲，报表页右上角有个导出按钮，选好时间范围就得到表格文件了"
    asked = exchange("数据咋弄到电脑上", said)
    assert answered_with([asked], FAQ) == {asked.id: (EXPORT.id,)}


def test_talk_that_no_entry_answers_gives_nothing() -> None:
    talk = [
        exchange("报账的纸哪儿弄来着", "您好，请问您的实例编号是多少？"),
        exchange("数据咋弄到电脑上", "好的"),
        exchange("有没有优惠活动", "目前没有优惠活动，新的活动会在首页公布，敬请关注。"),
    ]
    assert answered_with(talk, FAQ) == {}


def test_an_agent_who_denies_what_the_entry_grants_gives_it_no_wording() -> None:
    said = "亲，不可以。目前在控制台的费用中心里申请，三个工作日内开出电子发票"
    assert answered_with([exchange("开纸质的那种行不", said)], FAQ) == {}


def test_no_problem_denies_nothing() -> None:
    said = "No problem! Open Billing, choose the order and request a refund."
    asked = exchange("want my money for that purchase back", said)
    assert answered_with([asked], FAQ) == {asked.id: (REFUND.id,)}


def test_an_agent_who_denies_as_the_entry_does_gives_it_the_words() -> None:
    answer = "不支持。测试机到期后数据会被清空，恢复不了，请提前备份到云盘。"
    trial = entry("测试机到期能延长吗？", answer)
    asked = exchange("试用的机子到日子了还想用几天", answer)
    assert answered_with([asked], (*FAQ, trial)) == {asked.id: (trial.id,)}


def test_an_answer_that_two_entries_share_is_neithers() -> None:
    base = "在控制台的「费用中心」里申请，三个工作日内开出电子发票，"
    contract = entry("合同怎么盖章？", f"{base}再把合同扫描件上传到文件柜等待法务盖章回寄。")
    asked = exchange("报账的纸哪儿弄来着", "在费用中心里申请，三个工作日内开出")
    assert answered_with([asked], (*FAQ, contract)) == {}


def test_entries_of_one_answer_both_get_the_words() -> None:
    twin = dataclasses.replace(INVOICE, id="f" * 32, question="发票如何开具？")
    asked = exchange("报账的纸哪儿弄来着", CUT)
    found = answered_with([asked], (*FAQ, twin))
    assert found == {asked.id: tuple(sorted((INVOICE.id, twin.id)))}


def test_a_question_that_says_nothing_by_itself_is_no_wording() -> None:
    assert answered_with([exchange("怎么弄呢", CUT)], FAQ) == {}


def test_no_entries_and_no_exchanges_are_fine() -> None:
    assert answered_with([exchange("报账的纸哪儿弄", CUT)], ()) == {}
    assert answered_with([], FAQ) == {}
