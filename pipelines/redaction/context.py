"""The words around a number that say what it is, or that it is nobody's."""

import re

BEFORE = 16
AFTER = 8

PHONE = re.compile(
    r"电话|手机|座机|固话|传真|热线|联系方式|联系号码|致电|来电|回电|拨打|打给|号码|短信|tel\b"
    r"|phone|mobile|fax|call",
    re.IGNORECASE,
)
ID_CARD = re.compile(r"身份|证件|id ?card|identity", re.IGNORECASE)
BANK_CARD = re.compile(
    r"卡号|银行|储蓄卡|信用卡|借记卡|工资卡|账号|帐号|账户|帐户|开户|打款|汇款|转账|退款到|尾号"
    r"|\bcard\b|这个卡|的卡|[行商通设]卡",
    re.IGNORECASE,
)
PASSPORT = re.compile(r"护照|证件|passport|签证", re.IGNORECASE)
PERMIT = re.compile(
    r"通行证|港澳|回乡证|台胞证|往来|来往|居住证|入台证|台湾居民|permit", re.IGNORECASE
)
HONG_KONG_ID = re.compile(r"香港|身份证|HKID|证件", re.IGNORECASE)
PLATE = re.compile(
    r"车牌|牌照|车辆|停车|挪车|车号|的车|违章|登记|是谁的|挡[我路道]|plate", re.IGNORECASE
)
USCC = re.compile(
    r"信用代码|税号|纳税人|识别号|执照|专票|抬头|开票|发票|机构代码|USCC|tax|企业代码|组织代码"
    r"|注册号",
    re.IGNORECASE,
)
ALIPAY = re.compile(r"支付宝|alipay|PID", re.IGNORECASE)
ORDER = re.compile(
    r"订单|单号|运单|流水|交易号|编号|工单|凭证号|批次|SKU|序列号|商品码|条码|IMEI|\bSN\b|order"
    r"|ticket"
    r"|trace|request.?id|product|serial|时间戳|timestamp|任务号|会议号|会议 ?ID|群号|错误码|报错"
    r"|日志",
    re.IGNORECASE,
)
VERSION = re.compile(
    r"(?:版本号?|升级[到至]?|更新[到至]?|降级[到至]?|回退[到至]?|回滚[到至]?|(?<![A-Za-z])"
    r"(?:version|ver|build|release|v))"
    r"[ :：为是.]*$",
    re.IGNORECASE,
)
ERROR_CODE = re.compile(
    r"错误码|错误代码|错误|报错|代码|型号|版本|code|err|error|bug|model|issue", re.IGNORECASE
)


def before(text: str, start: int, size: int = BEFORE) -> str:
    """Return up to `size` characters in front of `start`."""
    return text[max(0, start - size) : start]


def has(cue: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Tell whether `cue` stands shortly before `start` or after `end`."""
    return (
        cue.search(before(text, start)) is not None
        or cue.search(text[end : end + AFTER]) is not None
    )


def nearer(
    cue: re.Pattern[str], other: re.Pattern[str], text: str, start: int, size: int = BEFORE
) -> bool:
    """Tell whether `cue` stands before `start`, and `other` does not stand between them."""
    window = before(text, start, size)
    last = max((match.end() for match in cue.finditer(window)), default=-1)
    rival = max((match.end() for match in other.finditer(window)), default=-1)
    return last > rival


def is_order(text: str, start: int, rival: re.Pattern[str]) -> bool:
    """Tell whether the number at `start` is called an order, ticket or serial number."""
    return nearer(ORDER, rival, text, start)
