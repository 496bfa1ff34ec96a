"""Answers: the bare value that somebody sends because the message before asked for it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.redaction.accounts import HANDLE, is_product_word
from pipelines.redaction.birth_dates import DATE
from pipelines.redaction.documents import permit_in
from pipelines.redaction.findings import Finding
from pipelines.redaction.names import find_answered_name
from pipelines.redaction.passwords import is_password
from pipelines.redaction.spelling import DIGIT, digits_of, number
from pipelines.redaction.tokens import is_secret

LOOKS_BACK = 3
"""Messages before an answer in which its question may stand: others answer in between."""

_LONGEST = 80
_LONGEST_QUESTION = 200
# Around the value of an answer only words stand: `嗯 就是 836201 这个`.
_BEFORE = r"(?:(?:ok|yes|hi|hello|sure|it'?s)(?![0-9A-Za-z]))?[^0-9A-Za-z]{0,14}?"
_AFTER = r"(?![0-9A-Za-z_@])(?=[^0-9A-Za-z]{0,24}$)"


class _Asked(NamedTuple):
    kind: str
    question: re.Pattern[str]
    answer: re.Pattern[str]
    is_value: Callable[[str], bool]


def _alone(value: str) -> re.Pattern[str]:
    return re.compile(f"^{_BEFORE}(?P<value>{value}){_AFTER}", re.IGNORECASE)


def _counts(least: int, most: int) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        digits = digits_of(value)
        return digits.isdigit() and least <= len(digits) <= most

    return check


def _any(value: str) -> bool:
    return value != ""


def _is_handle(value: str) -> bool:
    word = value.isalpha() and (len(value) < 7 or value.islower() is False)
    return not word and not is_product_word(value)


# Years, and the numbers that codes come from.
_SENDER = re.compile("(?:19|20)[0-9]{2}|10[06][0-9]{2,3}|1[02][0-9]{3}|95[0-9]{3}")


def _is_code(value: str) -> bool:
    digits = digits_of(value)
    product = not digits.isdigit() and is_product_word(digits)
    if _SENDER.fullmatch(digits) or digits[-3:] == "000":
        return False
    return 4 <= len(digits) <= 8 and any(map(str.isdigit, digits)) and not product


def _is_permit(value: str) -> bool:
    digits = re.sub("[ -]", "", value)
    return permit_in(value) or len(digits_of(digits)) in (8, 9, 10)


def _is_paper(value: str) -> bool:
    return sum(map(str.isdigit, digits_of(value))) >= 6


_NUMBER = r"[0-9](?:[ ._·-]?[0-9])"
_PRINTABLE = "[!-~]{4,80}"
_IN_WORDS = "[一-鿿]{2,8}?[!-~]{0,12}[0-9][!-~]{0,12}"
_PASSWORD = re.compile(
    r"[密秘蜜][码马]|口令|暗号|passw|passcode|(?<![a-z])(?:pwd|pin|psw|mm|mima)(?![a-z])",
    re.IGNORECASE,
)
_ASKED = (
    _Asked(
        "code",
        re.compile(
            "验证[码吗]|校验码|动态码|动态密码|短信码|取[件货]码|提[取货]码|登[录陆]码|邀请码"
            "|授权码|激活码|兑换码|核销码|[报发念]一?下(?:码|数字)"
            r"|短信.{0,8}(?:数字|码|查收|发)|收到的?(?:数字|码)|几位数|(?<![a-z])(?:otp"
            r"|code)(?![a-z])"
            "|重新?发[送了]|再发.{0,2}[次遍]|查收|发[送过]?[到至给]?.{0,4}手机|看.{0,3}短信|校验"
            "|动态|验证一下"
            "|数字(?:是|多少)|发.{0,6}短信|[报念]一?下$|(?<![一-鿿])码(?:是|呢|多少|发)",
            re.IGNORECASE,
        ),
        _alone(rf"{number(4, 8)}|[A-Z]-[0-9]{{4,8}}|[A-Za-z0-9]{{4,8}}"),
        _is_code,
    ),
    _Asked("password", _PASSWORD, _alone(_PRINTABLE), is_password),
    _Asked("password", _PASSWORD, _alone(_IN_WORDS), is_password),
    _Asked(
        "password",
        re.compile(
            "(?:账号|帐号|账户|用户名?|登录名?).{0,4}(?:密码|口令)|account and password|(?:什么"
            "|哪个)[账帐]号"
            "登|登[录陆][的用]?(?:什么|哪个|啥)?(?:账号|帐号|信息|方式|凭[证据])"
            "|[账帐]号.{0,4}登[录陆]"
        ),
        re.compile(
            r"^[^!-~]{0,10}[!-~\ufffc]{1,64}[ ,，/\n]+(?:密码)?(?P<value>[!-~]{4,64})[^!-~]{0,10}$"
        ),
        is_password,
    ),
    _Asked(
        "birth_date",
        re.compile(
            "生日(?!券|礼|优惠|蛋糕|活动)|出生(?!证明)|哪[年天]生|几几年|几月几|生辰|birth|born"
            "|dob|多大(?:年[纪龄]|岁数|了)|年龄|几岁",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?P<value>{DATE}|(?<![0-9])(?:[0-9]{{2}}[01][0-9][0-3][0-9]"
            rf"|[01][0-9][0-3][0-9])(?![0-9])(?=[^0-9]*$))",
            re.IGNORECASE,
        ),
        _any,
    ),
    _Asked(
        "birth_date",
        re.compile("哪[年天]生|几几年|什么时候生|生日|出生年"),
        _alone(r"(?:19|20)[0-9]{2}年?|[0-9]{2}年|[0-9]{1,2}[./-][0-9]{1,2}"),
        _any,
    ),
    _Asked(
        "birth_date",
        re.compile("证件|身份|登记|旅客|乘客|乘机|投保|就诊|学生|监护"),
        _alone(DATE),
        lambda value: re.search("19[2-9][0-9]|20[01][0-9]|年", value) is not None,
    ),
    _Asked(
        "passport",
        re.compile("护照|证件|证号|passport", re.IGNORECASE),
        _alone(rf"[A-Za-z](?:[ -]?[A-Za-z])?(?:[ -]?{DIGIT}){{6,9}}|[0-9]{{9}}"),
        lambda value: not permit_in(value) and _is_paper(value),
    ),
    _Asked(
        "travel_permit",
        re.compile(
            "通行证|回乡证|台胞证|港澳|台湾|台居|证件|证号|居住证|入台|permit", re.IGNORECASE
        ),
        _alone(rf"[A-Za-z]{{0,2}}[ -]?{number(7, 10)}"),
        _is_permit,
    ),
    _Asked(
        "id_card",
        re.compile("身份证|证件|(?<![a-z])(?:sfz|id ?(?:card|number))", re.IGNORECASE),
        _alone(rf"(?:{_NUMBER}{{13,16}}[ -]?[0-9Xx]|[A-Za-z]{{1,2}}[0-9]{{6}} ?\(?[0-9A]\)?)\)?"),
        _is_paper,
    ),
    _Asked(
        "bank_card",
        re.compile(
            "卡号|银行卡|哪张卡|储蓄卡|信用卡|收款账[号户]|打款|(?<![a-z])card", re.IGNORECASE
        ),
        _alone(rf"{_NUMBER}{{11,18}}"),
        _counts(12, 19),
    ),
    _Asked(
        "qq",
        re.compile(r"(?<![a-z])qq(?![a-z群])|扣扣|企鹅|球球", re.IGNORECASE),
        _alone(number(5, 11)),
        _counts(5, 11),
    ),
    _Asked(
        "wechat",
        re.compile(
            r"微信|薇信|威信|(?<![a-z])(?:[wv]x|we ?chat)(?![a-z])|加.{0,4}[vV]", re.IGNORECASE
        ),
        _alone(rf"{HANDLE}|{number(6, 11)}"),
        _is_handle,
    ),
    _Asked(
        "alipay",
        re.compile(r"支付宝|(?<![a-z])(?:zfb|alipay)", re.IGNORECASE),
        _alone(r"[A-Za-z0-9][A-Za-z0-9_.@-]{5,40}"),
        lambda value: not is_product_word(value),
    ),
    _Asked(
        "uscc",
        re.compile("税号|信用代码|识别号|统一代码|执照(?:编?号|代码)|机构代码", re.IGNORECASE),
        _alone(r"[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){14,19}"),
        _is_paper,
    ),
    _Asked(
        "plate",
        re.compile("车牌|车号|牌照|什么车|哪辆车"),
        _alone(
            r"[一-鿿]?[ -]?[A-Za-z][ ·.-]?(?=[A-Za-z ]*[0-9])[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){3,5}"
        ),
        lambda value: sum(map(str.isdigit, value)) >= 2,
    ),
    _Asked(
        "mac",
        re.compile(r"(?<![a-z])mac(?![a-z])|物理地址|硬件地址", re.IGNORECASE),
        _alone("[0-9A-FOIl]{2}(?:[ .:·_-]?[0-9A-FOIl]{2}){5}"),
        _any,
    ),
    _Asked(
        "ip",
        re.compile(r"(?<![a-z])ip(?![a-z])|服务器地址|公网地址|内网地址", re.IGNORECASE),
        _alone(r"[0-9]{1,3}(?:[ .。·点]{1,2}[0-9]{1,3}){3}"),
        _any,
    ),
    _Asked(
        "landline",
        re.compile("电话|座机|固话|传真|联系方式|怎么联系|分机|tel|phone", re.IGNORECASE),
        _alone(rf"\(?{_NUMBER}{{6,12}}(?:(?:转|-|分机)+[0-9]{{1,5}})?"),
        _counts(7, 18),
    ),
    _Asked(
        "email",
        re.compile("邮箱|邮件|e?mail", re.IGNORECASE),
        _alone(r"[A-Za-z0-9._%+-]{2,64} ?[@#] ?[A-Za-z0-9.-]{2,64}"),
        _any,
    ),
    _Asked(
        "secret",
        re.compile(
            r"密钥|秘钥|令牌|私钥|凭证|凭据|(?<![a-z])(?:[a-z]*key|[a-z]*token|[a-z]*secret|[as]k"
            r"|cookie)(?![a-z])",
            re.IGNORECASE,
        ),
        _alone("[!-~]{8,400}"),
        is_secret,
    ),
)
_ASKS = re.compile(
    "多少|几|什么|啥|哪|[吗呢么?]|发|报|提供|告诉|告知|输入|给|说|填|写|补|麻烦|请|设|需要|要|是"
    "|来看|加|[:：]$|"
    "what|which|send|provide|please|may i|can i|could|tell|enter",
    re.IGNORECASE,
)
_TELLS_OFF = re.compile(
    "请?[勿別]|不要|别(?!的|人)|已[经]?(?:更新|修改|重置|收到|发送|过期)|成功|无需|不用"
)
_SHORT = 14


def find_answers(text: str, questions: Sequence[str]) -> Iterator[Finding]:
    """Yield the values in the shadow text `text` that one of `questions`, the shadow texts of the
    messages before it in their order, asked for.
    """
    if not questions or len(text) > _LONGEST or not text.strip():
        return
    last = questions[-1]
    if len(last) <= _LONGEST_QUESTION and (name := find_answered_name(text, last)) is not None:
        yield name
    if _VALUE.search(text) is None:
        return
    for question in reversed(questions[-LOOKS_BACK:]):
        for asked in _asked(question[-_LONGEST_QUESTION:]):
            match = asked.answer.search(text)
            if match is not None and asked.is_value(match["value"]):
                value = match["value"].rstrip(",;:") or match["value"]
                start = match.start("value")
                yield Finding(asked.kind, start, start + len(value), 0.6)
                return


_VALUE = re.compile(rf"[0-9A-Za-z]{{2}}|{DIGIT}{{4}}|[0-9]|[月年]")


@lru_cache(maxsize=4096)
def _asked(question: str) -> tuple[_Asked, ...]:
    """Return the kinds of value that `question` asks for."""
    if len(question) > _SHORT and _ASKS.search(question) is None:
        return ()
    parts = [part for part in re.split("[ ,。;!\n]", question) if not _TELLS_OFF.search(part)]
    return tuple(one for one in _ASKED if any(one.question.search(part) for part in parts))
