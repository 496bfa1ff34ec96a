"""What keeps an entry from being given verbatim, in Chinese and English."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.opposites import opposite
from pipelines.query.aliases import Aliases
from pipelines.vetoes import (
    Entry,
    counterexample,
    first_veto,
    not_told,
    only_defines,
    other_number,
    other_product,
    other_version,
    turned_round,
)
from tests.small_index import ReadsAlike

ALIASES = Aliases((("企业版", "旗舰版"), ("个人版", "free plan"), ("OSS", "对象存储")))


class Characters(ReadsAlike):
    """An embedder under which texts are as close as the characters they share."""

    id = "characters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        counts = np.zeros((len(texts), 4096), np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                counts[row, ord(letter) % 4096] += 1
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def entry(*questions: str, answer: str = "请看文档。", not_for: Sequence[str] = ()) -> Entry:
    return Entry(questions, answer, tuple(not_for))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("2.3 版怎么配置权限？", "3.0 版怎么配置权限？"),
        ("How do I set permissions in v2.3?", "How do I set permissions in 3.0?"),
        ("CentOS 7 怎么安装？", "CentOS 6 怎么安装？"),
        ("How do I reach it over IPv6?", "How do I reach it over IPv4?"),
        ("屏幕显示E06怎么办", "E05 是什么意思？"),
        ("M2型号可以打奶泡吗", "M3 可以打奶泡吗？"),
    ],
)
def test_another_version_or_number_of_a_name_is_vetoed(question: str, asked: str) -> None:
    assert other_version(question, entry(asked))


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("2.3 版怎么配置权限？", entry("2.3.1 版怎么配置权限？")),
        ("怎么配置权限？", entry("3.0 版怎么配置权限？")),
        ("2.3 版怎么配置权限？", entry("怎么配置权限？")),
        ("2.3 版怎么配置权限？", entry("3.0 版怎么配置权限？", answer="与 2.3 版相同。")),
        ("2.3 版怎么配置权限？", entry("3.0 版怎么配置权限？", "2.3 版怎么配置权限？")),
        ("Windows 2012 怎么激活？", entry("Windows Server 2012 怎么激活？")),
        ("How many days within 30 days?", entry("Refund within 7 days?")),
    ],
)
def test_a_version_that_agrees_or_is_told_too_is_not(question: str, of: Entry) -> None:
    assert not other_version(question, of)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("怎么关闭自动续费？", "如何开启自动续费？"),
        ("我不想自动续费了", "如何开启自动续费？"),
        ("取消自动续费", "如何开启自动续费？"),
        ("如何启用两步验证？", "怎么停用两步验证？"),
        ("怎么退订邮件？", "怎么订阅邮件？"),
        ("手机号怎么解绑？", "怎么绑定手机号？"),
        ("怎样解压缩文件？", "怎样压缩文件？"),
        ("How do I disable backups?", "How do I enable backups?"),
        ("I don't want backups any more", "How do I turn on backups?"),
        ("Can I use it without enabling backups?", "How do I enable backups?"),
        ("How do I unsubscribe?", "How do I subscribe?"),
        ("how to log out", "How do I log in?"),
        ("怎么取消注销账号", "怎么注销账号？"),
        ("如何不开具发票", "如何开具发票？"),
        ("我想停止续费会员", "怎么续费会员？"),
        ("能撤销退款申请吗", "怎么申请退款？\n退款申请在哪提交？"),
        ("How do I stop renewing my membership?", "How do I renew my membership?"),
        ("How do I cancel my membership renewal?", "How do I renew my membership?"),
        ("我不要短信通知了", "怎么开通短信通知？"),
        ("我想把短信通知关掉了", "怎么开通短信通知？"),
        ("自动续费可以关闭了吗", "如何开启自动续费？"),
        ("自动续费取消的方法", "如何开启自动续费？"),
        ("怎么订阅", "怎么停止订阅？"),
        ("怎么显示账户余额", "怎么隐藏账户余额？"),
        ("余额怎么不显示", "怎么显示余额？"),
        ("How do I lock my account?", "How do I unlock my account?"),
        ("短信通知怎么关", "怎么开通短信通知？"),
        ("在哪里关推送", "怎么开启消息推送？"),
        ("How do I turn two-factor off?", "How do I turn on two-factor authentication?"),
        ("how can I switch 2FA off", "How do I turn on 2FA?"),
        ("How do I turn 2FA on?", "How do I disable 2FA?"),
        ("How do I get rid of two-factor?", "How do I turn on two-factor?"),
        ("怎么降低信用卡额度", "怎么提高信用卡额度？"),
        ("怎么增加额度", "怎么调低额度？"),
        ("How do I delete a project?", "Can I restore a deleted project?"),
        ("怎么恢复取消的订单", "怎么取消订单？"),
        ("取消的订单怎么恢复", "怎么取消订单？"),
        ("取消订单后怎么恢复", "怎么取消订单？"),
        ("怎么删除文件", "删除的文件怎么找回？"),
    ],
)
def test_the_opposite_of_what_is_asked_is_vetoed(question: str, asked: str) -> None:
    assert opposite(question, asked, entry(asked).answer)


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("怎么打开自动续费？", entry("如何开启自动续费？")),
        ("怎么关闭自动续费？", entry("如何开启或关闭自动续费？")),
        ("怎么关闭自动续费？", entry("如何开启自动续费？", answer="在同一页可以关闭。")),
        ("怎么关闭自动续费？", entry("自动续费在哪里设置？")),
        ("How do I turn it on?", entry("How do I enable backups?")),
        ("不要紧，怎么开启？", entry("如何开启自动续费？")),
        ("怎么取消注销账号", entry("怎么注销账号？", answer="七天内登录即取消。")),
        ("怎么取消注销账号", entry("怎么取消注销？")),
        ("订单取消退款多久到账", entry("退款多久到账？")),
        ("How do I cancel my order?", entry("How do I track my order?")),
        ("how do i renew without a card", entry("How do I renew without a credit card?")),
        ("怎么取消订阅", entry("怎么停止订阅？")),
        ("不想订阅了怎么办", entry("怎么停止订阅？")),
        ("怎么不显示账户余额", entry("怎么隐藏账户余额？")),
        ("余额不显示怎么办", entry("怎么显示余额？")),
        ("怎么解除冻结", entry("银行卡怎么解冻？")),
        ("怎么关联手机号", entry("怎么开启手机号登录？")),
        ("How do I turn two-factor on?", entry("How do I enable two-factor?")),
        ("怎么增加信用卡额度", entry("怎么提高信用卡额度？")),
        ("订单怎么取消", entry("怎么取消订单？")),
        ("Can I recover a deleted project?", entry("Can I restore a deleted project?")),
        ("误删的文件怎么恢复", entry("删除的文件怎么找回？")),
    ],
)
def test_the_same_action_or_both_is_not(question: str, of: Entry) -> None:
    assert not opposite(question, of.asked, of.answer)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("我的卡被冻结了怎么办", "银行卡怎么解冻？"),
        ("账号被系统锁定", "怎么解锁账号？"),
        ("麦克风被禁用了", "怎么开启麦克风？"),
        ("通知不小心关掉了", "怎么开启通知？"),
        ("我不小心把通知关掉了", "怎么开启通知？"),
        ("新建的项目不要了", "怎么删除项目？"),
        ("怎么解冻银行卡", "银行卡被冻结了怎么办？"),
        ("My account got locked", "How do I unlock my account?"),
        ("I was logged in twice", "How do I log out?"),
    ],
)
def test_how_things_are_is_nothing_to_be_done(question: str, asked: str) -> None:
    assert not opposite(question, asked, entry(asked).answer)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("100GB 的文件能传吗？", "10GB 的文件能传吗？"),
        ("Can I get a refund after 30 days?", "Can I get a refund within 7 days?"),
    ],
)
def test_another_amount_is_vetoed(question: str, asked: str) -> None:
    assert other_number(question, entry(asked))


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("1024MB 的文件能传吗？", entry("1GB 的文件能传吗？")),
        ("100GB 的文件能传吗？", entry("大文件能传吗？", answer="最大 10 GB。")),
        ("100GB 的文件能传吗？", entry("10GB 的文件能传吗？", answer="最大 100 GB。")),
        ("3 天前买的，10GB 的文件能传吗？", entry("10GB 的文件能传吗？")),
    ],
)
def test_an_equal_amount_or_one_of_something_else_is_not(question: str, of: Entry) -> None:
    assert not other_number(question, of)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("按量付费怎么转成包年包月？", "包年包月怎么转成按量付费？"),
        ("个人版能换成企业版吗？", "企业版能换成个人版吗？"),
        ("How do I move from monthly billing to yearly plans?", "From yearly plans to monthly?"),
    ],
)
def test_the_way_back_is_vetoed(question: str, asked: str) -> None:
    assert turned_round(question, entry(asked))
    assert not turned_round(question, entry(question))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("节省计划买多了能退吗？", "什么是节省计划？"),
        ("流量清洗的时候还收流量费吗？", "流量清洗是什么意思？"),
        ("Why was my savings plan not applied?", "What is a savings plan?"),
        ("How do I scroll?", "What is a page size?"),
        ("How do I leave a workspace?", "What is a workspace?"),
        ("微信小程序怎么退款", "什么是微信小程序？"),
    ],
)
def test_what_a_thing_is_answers_nothing_else_about_it(question: str, asked: str) -> None:
    assert only_defines(question, entry(asked))


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("节省计划是个什么样的产品？", entry("什么是节省计划？")),
        ("节省计划啥意思", entry("什么是节省计划？")),
        ("登录报错 ERR-4013 代表什么？", entry("登录时提示 ERR-4013 是什么意思？")),
        ("默认密码是多少？", entry("默认的用户名和密码是什么？")),
        ("节省计划怎么退？", entry("什么是节省计划？", "节省计划能退吗？")),
        ("Explain savings plans", entry("What is a savings plan?")),
        ("How high is the limit?", entry("What is the limit?")),
        ("客服几点上班", entry("客服工作时间是什么？")),
        ("退货寄到哪里", entry("退货地址是什么？")),
        ("Can I return an item?", entry("What is your return policy?")),
        ("When are you open?", entry("What are the opening hours?")),
        ("How big can files be?", entry("What is the maximum file size?")),
        ("How long can I return it?", entry("What is the warranty period?")),
        ("Can I pay by card?", entry("What are the payment options?")),
        ("How old must I be?", entry("What's the minimum age?")),
        ("理财多少起购", entry("理财起购金额是什么？")),
        ("客服邮箱多少", entry("客服邮箱是什么？")),
        ("怎么加客服微信", entry("客服微信号是什么？")),
        ("官网在哪", entry("官网网址是什么？")),
        ("会员有哪些好处", entry("会员权益是什么？")),
    ],
)
def test_who_asks_what_a_thing_is_gets_it(question: str, of: Entry) -> None:
    assert not only_defines(question, of)


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("图片处理一千次多少钱？", entry("图片处理结果和原图不符", answer="请检查参数。")),
        ("节省计划能退吗？", entry("怎么买节省计划？", answer="在控制台下单。")),
        ("发票抬头写错了怎么办？", entry("怎么开发票？", answer="在控制台申请。")),
        ("发票抬头填错了怎么改？", entry("怎么开发票？", answer="更多重要信息见指南。")),
        ("How much does it cost?", entry("How do I start?", answer="Click start.")),
        ("Can I export my rules?", entry("What are rules?", answer="They filter.")),
    ],
)
def test_what_an_entry_says_nothing_of_is_vetoed(question: str, of: Entry) -> None:
    assert not_told(question, of)


def test_what_it_does_say_something_of_is_not() -> None:
    assert not not_told("多少钱？", entry("怎么收费？"))
    assert not not_told("要多久？", entry("什么时候到账？", answer="3 个工作日。"))
    assert not not_told("密码没填错，还是登录不了", entry("登录不了怎么办？"))
    assert not not_told("I deleted it by mistake", entry("Can I restore a project?"))


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("退款多久到账？", entry("退款多久到账？", answer="以银行为准。")),
        ("退款要多久", entry("退款多久到账？", answer="五个工作日内到账。")),
        ("质保多久", entry("质保期？", answer="整机质保十年。")),
        ("How long does it take?", entry("Delivery?", answer="Usually one to two weeks.")),
        ("怎么收藏商品", entry("如何收藏商品？")),
        ("怎么收不到验证码", entry("收不到验证码怎么办？")),
        ("客服电话是多少", entry("怎么联系你们？", answer="请拨 400-000-2638。")),
        ("接完电话回来就没声音了", entry("没有声音怎么办？")),
        ("能退回到上一个版本吗", entry("怎么恢复旧版本？")),
    ],
)
def test_what_an_entry_says_in_other_words_is_told(question: str, of: Entry) -> None:
    assert not not_told(question, of)


def test_another_product_is_vetoed_by_any_of_its_names() -> None:
    assert other_product("free plan 怎么续费？", entry("旗舰版怎么续费？"), ALIASES)
    assert not other_product("企业版怎么续费？", entry("旗舰版怎么续费？"), ALIASES)
    assert not other_product("个人版怎么续费？", entry("怎么续费？"), ALIASES)
    told = entry("旗舰版怎么续费？", answer="个人版也在这里续费。")
    assert not other_product("个人版怎么续费？", told, ALIASES)


def test_a_question_closer_to_a_counterexample_is_vetoed() -> None:
    of = entry("发票怎么开？", not_for=["发票抬头写错了怎么改？"])
    assert counterexample("发票的抬头写错了，怎么修改？", of, Characters())
    assert not counterexample("怎么开发票？", of, Characters())
    assert counterexample("发票抬头写错了怎么改?", of, Characters())


def test_without_counterexamples_nothing_is_embedded() -> None:
    embedder = Characters()
    assert first_veto("发票怎么开？", entry("怎么开发票？"), (), ALIASES, embedder) is None
    assert embedder.asked == []


@pytest.mark.parametrize(
    ("question", "of", "reason"),
    [
        ("2.3 版怎么用？", entry("3.0 版怎么用？"), "other_version"),
        ("个人版怎么用？", entry("企业版怎么用？"), "other_product"),
        ("怎么关闭？", entry("怎么开启？"), "opposite"),
        ("Does it hold 100 GB?", entry("Does it hold 10 GB?"), "other_number"),
        ("怎么改？", entry("怎么开？", not_for=["怎么改？"]), "not_for"),
    ],
)
def test_a_veto_names_its_reason_and_the_words(question: str, of: Entry, reason: str) -> None:
    found = first_veto(question, of, (), ALIASES, Characters())
    assert found is not None
    assert found.reason == reason
    assert found.because
    assert found.as_dict() == {"reason": reason, "because": found.because}
