"""Closed classes: things of which a text names one and means no other, such as roles and plans."""

import re

# Class -> member -> how it is written, in folded text. A sentence that names one member is not
# borne by a passage about another, however many words they share.
_CLASSES: dict[str, dict[str, str]] = {
    "plan": {
        "free": r"免费版|\bfree (?:plan|tier|edition|workspace|account|subscription)s?",
        "trial": r"试用版",
        "personal": r"个人版|\bpersonal (?:plan|tier|edition|workspace|account|subscription)s?",
        "basic": r"基础版|\bbasic (?:plan|tier|edition|workspace|account|subscription)s?",
        "standard": r"标准版|\bstandard (?:plan|tier|edition|workspace|account|subscription)s?",
        "team": r"团队版|\bteam (?:plan|tier|edition|workspace|account|subscription)s?",
        "pro": r"专业版|\bpro(?:fessional)? (?:plan|tier|edition|workspace|account|subscription)s?",
        "business": r"商业版|\bbusiness (?:plan|tier|edition|workspace|account|subscription)s?",
        "enterprise": r"企业版|\benterprise (?:plan|tier|edition|workspace|account|subscription)s?",
        "ultimate": r"旗舰版|\bultimate (?:plan|tier|edition|workspace|account|subscription)s?",
        "premium": r"高级版|\bpremium (?:plan|tier|edition|workspace|account|subscription)s?",
        "starter": r"入门版|\bstarter (?:plan|tier|edition|workspace|account|subscription)s?",
        "plus": r"\bplus (?:plan|tier|edition|workspace|account|subscription)s?",
        "community": r"社区版|\bcommunity edition",
    },
    "level": {
        "ordinary": r"普通会员|普卡",
        "silver": r"银卡|\bsilver\b",
        "gold": r"金卡(?<!白金卡)|\bgold\b",
        "platinum": r"白金|铂金|\bplatinum\b",
        "diamond": r"钻石|\bdiamond\b",
    },
    "role": {
        "owner": r"所有者|拥有者|\bowners?\b",
        "super": r"超级管理员|超管|\bsuper[ -]?admin\w*",
        "admin": r"(?<!超级)管理员|(?<!super )(?<!super-)\badmin(?:istrator)?s?\b",
        "member": r"(?:普通)?成员|\bmembers?\b",
        "guest": r"访客|来宾|\bguests?\b",
    },
    "platform": {
        "windows": r"\bwindows\b|\bwin\d+\b",
        "mac": r"\bmac ?os\b|\bmacs?\b|苹果电脑",
        "linux": r"\blinux\b",
        "ios": r"\bios\b|\biphones?\b|苹果手机",
        "android": r"安卓|\bandroid\b",
        "web": r"网页[版端]|\bweb (?:app|version)\b",
        "desktop": r"桌面[版端]|电脑端|pc端|\bdesktop\b",
        "mobile": r"手机[版端]|移动端|\bmobile (?:app|version)\b",
        "mini": r"小程序|\bmini ?program\b",
    },
    "payment": {
        "alipay": r"支付宝|\balipay\b",
        "wechat": r"微信|\bwechat\b",
        "card": r"信用卡|\bcredit cards?\b",
        "bank": r"银行卡|\bdebit cards?\b",
        "transfer": r"对公转账|银行转账|\b(?:bank|wire) transfer",
        "huabei": r"花呗",
        "baitiao": r"白条",
        "paypal": r"\bpaypal\b",
        "cash": r"现金|\bcash\b",
    },
    "channel": {
        "mail": r"邮件|邮箱|\be-?mails?\b",
        "sms": r"短信|\bsms\b|\btext messages?\b",
        "phone": r"电话|热线|\bphone\b|\bhotline\b",
        "letter": r"邮寄|快递|\bpost\b",
        "fax": r"传真|\bfax\b",
    },
    "period": {
        "minute": r"每分钟|每1?分|\b(?:per|a|every) minute\b",
        "hour": r"每小时|每个小时|\b(?:per|an|every) hour\b|\bhourly\b",
        "day": r"每[天日]|\b(?:per|a|every) day\b|\bdaily\b",
        "week": r"每周|每星期|\b(?:per|a|every) week\b|\bweekly\b",
        "month": r"每个?月|按月|月付|包月|\b(?:per|a|every) month\b|\bmonthly\b",
        "quarter": r"每季|按季|\bquarterly\b",
        "year": r"每年|按年|年付|包年|\b(?:per|a|every) year\b|\bannual(?:ly)?\b|\byearly\b",
    },
    "daypart": {
        "morning": r"上午|早上|早晨|\bmornings?\b",
        "noon": r"中午|\bnoon\b",
        "afternoon": r"下午|\bafternoons?\b",
        "evening": r"晚上|夜间|夜里|\bevenings?\b|\bnights?\b",
        "small": r"凌晨",
    },
    "weekday": {
        "mon": r"(?:周|星期|礼拜)一|\bmondays?\b",
        "tue": r"(?:周|星期|礼拜)二|\btuesdays?\b",
        "wed": r"(?:周|星期|礼拜)三|\bwednesdays?\b",
        "thu": r"(?:周|星期|礼拜)四|\bthursdays?\b",
        "fri": r"(?:周|星期|礼拜)五|\bfridays?\b",
        "sat": r"(?:周|星期|礼拜)六|周末|\bsaturdays?\b|\bweekends?\b",
        "sun": r"(?:周|星期|礼拜)[日天]|周末|\bsundays?\b|\bweekends?\b",
    },
    "currency": {
        "yuan": r"(?<=[\d万千百十亿])\s?元|人民币|[¥￥]|\brmb\b|\bcny\b|\byuan\b",
        "dollar": r"美元|美金|\$|\busd\b|\bdollars?\b",
        "euro": r"欧元|€|\beuros?\b",
        "pound": r"英镑|£|\bgbp\b",
        "yen": r"日元|\bjpy\b",
        "hkd": r"港[元币]|\bhkd\b",
    },
}
_PATTERNS = [
    (kind, member, re.compile(written))
    for kind, members in _CLASSES.items()
    for member, written in members.items()
]


def members_in(folded: str) -> frozenset[tuple[str, str]]:
    """Return the members that a folded text names, each with its class."""
    return frozenset(
        (kind, member) for kind, member, written in _PATTERNS if written.search(folded)
    )


def without_members(folded: str) -> str:
    """Return a folded text without the members that it names."""
    for _, _, written in _PATTERNS:
        folded = written.sub(" ", folded)
    return folded
