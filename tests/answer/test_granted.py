"""A yes to one thing that reads like a yes to another."""

import pytest

from pipelines.granted import unnamed
from pipelines.query.aliases import Aliases

NONE = Aliases()
LOGIN = ("可以扫码登录吗？", "可以。先绑定企业微信，只支持企业微信一种。")
IMPORT = ("Can I import my history from Slack?", "Yes, up to 20 GB: public channels and files.")
YEAR = ("可以按年付费吗？", "可以。在「费用中心」选「年付」，享 8 折。")
DELETE = ("管理员可以删除群消息吗？", "可以。长按消息选「删除」，所有人都看不到。")
CARD = ("可以用信用卡付款吗？", "可以，支持 Visa 和万事达。")
BOOKING = ("可以提前预约吗？", "可以提前 14 天预约。")
CARE = ("可以陪护吗？", "可以，每位病人限一名陪护。")
CASH = ("可以货到付款吗？", "可以，单笔不超过 2000 元。")
INSURED = ("看病可以用医保吗？", "可以，请携带医保卡或出示医保电子凭证。")
INSTALMENTS = ("可以用花呗分期吗？", "可以，结算时选择“花呗分期”。")
TRIAL = ("企业版可以免费试用吗？", "可以试用 15 天，到期转回免费版。")


@pytest.mark.parametrize(
    ("question", "entry", "because"),
    [
        ("可以用飞书扫码登录吗？", LOGIN, "飞书"),
        ("可以用微信扫码登录吗？", LOGIN, "微信"),
        ("能用 LDAP 登录吗", LOGIN, "ldap"),
        ("Can I import my history from DingTalk?", IMPORT, "dingtalk"),
        ("Can I import a 50 GB history from Slack?", IMPORT, "50 GB ≠ 20 GB"),
        ("Can I import from Slack on the free plan?", IMPORT, "free"),
        ("团队版可以免费试用吗？", TRIAL, "团队版"),
        ("企业版能试用 30 天吗？", TRIAL, "30 天 ≠ 15 天"),
        ("可以用飞书扫码登录吗，谢谢", LOGIN, "飞书"),
        ("能用飞书登录吗 急", LOGIN, "飞书"),
        ("可以用飞书扫码登录", LOGIN, "飞书"),
        ("飞书能登录吗，怎么设置", LOGIN, "飞书"),
        ("You support Teams, right?", IMPORT, "teams"),
        ("can i import my history from teams?", IMPORT, "≠ slack"),
        ("可以按月付费吗？", YEAR, "month ≠ year"),
        ("普通成员可以删除群消息吗？", DELETE, "member ≠ admin"),
        ("可以用现金付款吗？", CARD, "cash ≠ card"),
        ("可以提前一个月预约吗", BOOKING, "一个月 ≠ 14 天"),
        ("两个人可以陪护吗", CARE, "两个人 ≠ 一名"),
        ("3000块可以货到付款吗", CASH, "3000块 ≠ 2000 元"),
        ("可以用信用卡分期吗", INSTALMENTS, "card ≠ huabei"),
        ("可以用白条分期吗", INSTALMENTS, "白条"),
        ("可以用京东白条分期吗", INSTALMENTS, "京东"),
        ("可以用美团月付分期吗", INSTALMENTS, "美团"),
    ],
)
def test_a_yes_is_none_to_what_the_entry_does_not_name(
    question: str, entry: tuple[str, str], because: str
) -> None:
    assert unnamed(question, *entry, (), NONE) == because


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("能用企业微信扫码登录吗？", LOGIN),
        ("Does it import from Slack?", IMPORT),
        ("Can I import Slack's 20 GB?", IMPORT),
        ("企业版能免费试用吗？", TRIAL),
        ("试用到期后会转回免费版吗？", TRIAL),
        ("app 能扫码登录吗？", LOGIN),
        ("can i import my slack history?", IMPORT),
        ("Hi there. Can I import from Slack?", IMPORT),
        ("最新版能扫码登录吗？", LOGIN),
        ("企业版可以一次试用吗？", TRIAL),
        ("我前两天试用了企业版，还能试用吗？", TRIAL),
        ("能包年吗？", YEAR),
        ("可以付费吗？", YEAR),
        ("管理员能删别的成员发的群消息吗？", DELETE),
        ("可以删除群消息吗？", DELETE),
        ("我的信用卡能付款吗？", CARD),
        ("可以提前两个星期预约吗", BOOKING),
        ("可以一个一个预约吗", BOOKING),
        ("一个人可以陪护吗", CARE),
        ("2000块可以货到付款吗", CASH),
        ("花呗可以分期吗", INSTALMENTS),
        ("用花呗或者信用卡能分期吗", INSTALMENTS),
        ("设备一直滴滴响可以退吗", ("可以退货吗？", "可以，签收后 7 天内。")),
    ],
)
def test_what_the_entry_names_is_granted(question: str, entry: tuple[str, str]) -> None:
    assert unnamed(question, *entry, (), NONE) == ""


def test_what_no_yes_answers_is_given_for_what_it_is() -> None:
    assert unnamed("怎么用飞书登录？", *LOGIN, (), NONE) == ""


PRO = ("How much does the Pro plan cost?", "The Pro plan is $12 per user per month.")
FEE = ("信用卡年费是多少？", "金卡年费 300 元，普卡年费 100 元。")
PROJECTS = ("How many projects can I have on the Free plan?", "Up to 3; other plans have no limit.")
TRYING = ("怎么试用？", "在首页点“试用”，到期转回免费版。")


@pytest.mark.parametrize(
    ("question", "entry", "because"),
    [
        ("How much does the Business plan cost?", PRO, "business ≠ pro"),
        ("How much is the Pro plan?", PRO, ""),
        ("How much does it cost?", PRO, ""),
        ("白金卡年费是多少", FEE, "platinum ≠ gold"),
        ("白金卡年费", FEE, "platinum ≠ gold"),
        ("金卡年费是多少", FEE, ""),
        ("专业版多少钱", ("企业版多少钱？", "每人每年 800 元。"), "pro ≠ enterprise"),
        ("专业版多少钱", ("企业版多少钱？", "800 元，专业版 300 元。"), ""),
        ("How many projects can I have on the Pro plan?", PROJECTS, ""),
        ("企业版怎么试用", TRYING, ""),
        ("免费版和企业版有什么区别", ("企业版有什么功能？", "有单点登录。"), ""),
    ],
)
def test_a_plan_that_the_entry_does_not_name_is_another(
    question: str, entry: tuple[str, str], because: str
) -> None:
    assert unnamed(question, *entry, (), NONE) == because


def test_an_answer_that_does_not_begin_with_a_yes_misleads_nobody() -> None:
    entry = ("能用什么登录？", "目前只支持企业微信。")
    assert unnamed("可以用飞书登录吗？", *entry, (), NONE) == ""


def test_a_role_that_only_the_answer_names_bounds_nothing() -> None:
    entry = ("可以批量导入同事吗？", "可以，管理员在后台导入。")
    assert unnamed("可以批量添加成员吗？", *entry, (), NONE) == ""


def test_what_the_answer_allows_besides_is_granted() -> None:
    entry = ("可以用信用卡付款吗？", "可以，也可以用支付宝。")
    assert unnamed("可以用支付宝付款吗？", *entry, (), NONE) == ""


def test_another_name_of_what_the_entry_names_is_granted() -> None:
    aliases = Aliases((("企业微信", "WXWork"),))
    assert unnamed("能用 WXWork 登录吗？", *LOGIN, (), aliases) == ""
    assert unnamed("能用 WXWork 登录吗？", *LOGIN, (), NONE) == "wxwork"


def test_a_name_may_be_written_in_either_script() -> None:
    entry = ("手机上能收到推送吗？", "可以。iOS 12、Android 8 以上，在系统设置里打开通知。")
    assert unnamed("安卓手机能收到推送吗？", *entry, (), NONE) == ""
    assert unnamed("苹果手机能收到推送吗？", *entry, (), NONE) == ""
    assert unnamed("Mac 上能收到推送吗？", *entry, (), NONE) == "mac"
    assert unnamed("鸿蒙手机能收到推送吗？", *entry, (), NONE) == "鸿蒙"
    assert unnamed("能用 WeCom 登录吗？", *LOGIN, (), NONE) == ""


@pytest.mark.parametrize(
    ("question", "because"),
    [
        ("可以在苹果电脑上用吗？", "苹果电脑"),
        ("可以在苹果笔记本上用吗？", "苹果笔记本"),
        ("可以在 Mac 上用吗？", "mac"),
        ("可以在iPad上用吗？", "ipad"),
        ("可以在苹果平板上用吗？", "苹果平板"),
        ("可以在苹果手机上用吗？", ""),
        ("可以在苹果上用吗？", ""),
        ("可以在 iPhone 上用吗？", ""),
        ("可以在 iOS 上用吗？", ""),
    ],
)
def test_what_one_maker_makes_is_not_one_thing(question: str, because: str) -> None:
    entry = ("可以在苹果手机上用吗？", "可以。在 App Store 下载安装。")
    assert unnamed(question, *entry, (), NONE) == because


def test_a_computer_may_be_named_in_either_script() -> None:
    entry = ("苹果电脑能安装吗？", "可以。在官网下载。")
    assert unnamed("Mac 能安装吗？", *entry, (), NONE) == ""
    assert unnamed("iPhone 能安装吗？", *entry, (), NONE) == "iphone"
    assert unnamed("苹果手机能安装吗？", *entry, (), NONE) == "苹果"


def test_a_yes_for_a_telephone_is_none_for_a_tablet() -> None:
    entry = ("Can I use it on an iPhone?", "Yes. Install it from the App Store.")
    assert unnamed("Can I use it on an iPad?", *entry, (), NONE) == "ipad"
    assert unnamed("Can I use it on my iPhone?", *entry, (), NONE) == ""


def test_what_the_whole_faq_is_about_is_no_other_name() -> None:
    others = ["Yunque 支持导出", "用 Yunque 开会", "Yunque 的权限"]
    assert unnamed("Yunque 能扫码登录吗？", *LOGIN, others, NONE) == ""
    assert unnamed("Yunque 能扫码登录吗？", *LOGIN, others[1:], NONE) == "yunque"


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("does it work with slack", ("Does Tasklane integrate with Slack?", "Yes.")),
        ("Does Tasklane offer a free trial?", ("Do you offer a free trial?", "Yes.")),
        ("小米手机能退货吗", ("可以退货吗？", "可以，签收后 7 天内。")),
    ],
)
def test_the_companys_own_name_is_no_others(question: str, entry: tuple[str, str]) -> None:
    assert unnamed(question, *entry, (), Aliases((), "Tasklane 小米商城")) == ""
    assert unnamed(question, *entry, (), Aliases((), "Another"))


def test_another_name_beside_the_companys_own_is_anothers() -> None:
    entry = ("Does Tasklane integrate with Slack?", "Yes.")
    aliases = Aliases((), "Tasklane")
    assert unnamed("does tasklane work with teams", *entry, (), aliases) == "≠ slack"
    assert unnamed("Does Tasklane work with Teams?", *entry, (), aliases) == "teams"


def test_a_name_is_no_part_of_another_word() -> None:
    entry = ("Can I install it?", "Yes. Every machine needs the installer.")
    assert unnamed("Can I install it on my Mac?", *entry, (), NONE) == "mac"


@pytest.mark.parametrize(
    ("question", "entry", "because"),
    [
        ("没有医保可以看病吗", INSURED, "没有"),
        ("没带医保卡可以看病吗", INSURED, "没带"),
        ("不用医保可以吗", INSURED, "不用"),
        ("可以不用花呗分期吗", INSTALMENTS, "可以不"),
        ("不住校可以留校吗", ("住校生可以留校吗？", "可以，向老师登记。"), "不住"),
        ("能不能不用花呗分期", INSTALMENTS, "能不"),
        ("可以不要发票吗", ("可以开发票吗？", "可以，下单时勾选。"), "可以不"),
        ("没有护照可以开户吗", ("可以用护照开户吗？", "可以，凭有效护照。"), "没有"),
        ("Can I return it without a receipt?", ("Can I return it?", "Yes, in 30 days."), "without"),
        ("I don't have a receipt, can I return it?", ("Can I return it?", "Yes."), "don't have"),
    ],
)
def test_a_yes_is_none_to_doing_without(
    question: str, entry: tuple[str, str], because: str
) -> None:
    assert unnamed(question, *entry, (), NONE) == because


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("不能用医保看病吗", INSURED),
        ("不可以用花呗分期吗", INSTALMENTS),
        ("能不能用花呗分期", INSTALMENTS),
        ("有没有花呗分期", INSTALMENTS),
        ("支持七天无理由退货吗？", ("可以退货吗？", "支持，签收后 7 天内。")),
        ("记不住密码可以改吗", ("可以改密码吗？", "可以，在设置里。")),
        ("东西不用了可以退吗", ("可以退货吗？", "可以，签收后 7 天内。")),
        ("没有收到货可以退吗", ("可以退货吗？", "可以，签收后 7 天内。")),
        ("没有手机 app 吗", ("有手机 App 吗？", "有，安卓和 iOS 都有。")),
        ("可以不在学校吃午饭吗", ("可以不在学校吃午饭吗？", "可以，由家长书面申请。")),
        ("没有医保卡可以看病吗", ("看病可以用医保吗？", "可以，未带卡的可以出示电子凭证。")),
        ("Is there a trial without a card?", ("Is there a trial?", "Yes. No card is required.")),
    ],
)
def test_what_is_granted_all_the_same_or_asked_for_a_no_is_granted(
    question: str, entry: tuple[str, str]
) -> None:
    assert unnamed(question, *entry, (), NONE) == ""
