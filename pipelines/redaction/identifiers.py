"""Identifiers that have a shape or a name of their own: e-mail, chat accounts, papers, plates."""

import re
from collections.abc import Iterator

from pipelines.redaction import context
from pipelines.redaction.checksums import is_hong_kong_id, is_uscc
from pipelines.redaction.findings import Finding

_LINK = r"(?:号码|账号|帐号|账户|号|ID|id)?(?: ?(?:就是|是|为|叫|搜|is\b|[:=：]) ?|[ (【\[]{1,2})?"

_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}(?: ?@ ?|[ ]?[(\[{]at[)\]}] ?)"
    r"(?:[A-Za-z0-9-]{1,63}(?:\.|[ ]?[(\[{]dot[)\]}] ?| \. ?|\. (?=com\b|cn\b|net\b))){1,5}"
    r"[A-Za-z][A-Za-z-]{1,23}"
)
_BARE_EMAIL = re.compile(
    r"(?:邮箱|邮件|mail)[^@\n]{0,8}?([A-Za-z0-9][A-Za-z0-9._%+-]{1,63}@[A-Za-z][A-Za-z0-9-]{1,62})"
    r"(?![A-Za-z0-9.])",
    re.IGNORECASE,
)
_WECHAT_CUE = (
    r"(?:微信|威信|薇信|v信|wechat|weixin|(?<![A-Za-z])(?:wx|vx)(?![A-Za-z_])|加 ?v(?![A-Za-z]))"
)
_WECHAT = re.compile(
    _WECHAT_CUE
    + r"(?:我|好友|加我?|搜)?"
    + _LINK
    + r"([A-Za-z][A-Za-z0-9_-]{5,19}|[0-9]{6,11})(?![A-Za-z0-9_@.])",
    re.IGNORECASE,
)
# `加我微信吧 abc_12`, `我的微信 abc_12`: whatever handle comes next is an account.
_WECHAT_OFFERED = re.compile(
    rf"(?:(?:加|[我他她]的?){{1,3}}(?:一?下|个|的)?(?:好友)?{_WECHAT_CUE}|{_WECHAT_CUE}[加搜找]我)"
    r"[^A-Za-z0-9\n，。,;；]{1,6}[,，]?"
    r"([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_@.])",
    re.IGNORECASE,
)
_WECHAT_BEHIND = re.compile(
    r"(?<![A-Za-z0-9_@.-])([A-Za-z][A-Za-z0-9_-]{5,19})[ ,，]{0,2}(?:这个?)?就?是"
    r"[我他她]的?(?:个人)?" + _WECHAT_CUE,
    re.IGNORECASE,
)
_WXID = re.compile(r"(?<![A-Za-z0-9])wxid_[A-Za-z0-9]{6,24}")
_PRODUCT_WORDS = frozenset(
    [
        "openid",
        "unionid",
        "appid",
        "appsecret",
        "android",
        "iphone",
        "windows",
        "webhook",
        "desktop",
        "login",
        "connect",
        "oauth",
        "official",
        "account",
        "mini",
        "program",
        "wechat",
        "weixin",
        "server",
        "client",
        "robot",
        "qrcode",
        "payment",
        "support",
    ]
)
_QQ = re.compile(
    r"(?:(?<![A-Za-z])QQ|扣扣|企鹅|(?<![A-Za-z])Q ?(?=号))(?:群)?" + _LINK
    + r"([1-9][0-9]{4,11}|[1-9][0-9]{1,3}(?:[ -][0-9]{2,4}){1,3})(?![0-9A-Za-z@]|\.[0-9A-Za-z])",
    re.IGNORECASE,
)  # fmt: skip
_ALIPAY = re.compile(
    r"(?:支付宝|alipay)" + _LINK + r"(?=[^\n]{0,20}[0-9])([A-Za-z0-9][A-Za-z0-9_.@-]{5,30})",
    re.IGNORECASE,
)
_ALIPAY_PID = re.compile(r"(?<![0-9A-Za-z])2088[0-9]{12}(?![0-9A-Za-z])")

_PASSPORT = re.compile(
    r"(?<![0-9A-Za-z_])([A-Za-z]{1,2}) ?([0-9]{7,8})(?![0-9_])(?![A-Za-z]{1,3}[0-9])"
)
_PERMIT = re.compile(
    r"(?<![0-9A-Za-z_])(?:[CWHMTLchmtl] ?[0-9]{8}(?:[0-9]{2})?|[Cc][A-Za-z][0-9]{7}|[0-9]{8}(?:"
    r"[0-9]{2})?"
    r"|[A-Z]{3}[0-9]{12})(?![0-9A-Za-z_])"
)
_HONG_KONG_ID = re.compile(
    r"(?<![0-9A-Za-z_])([A-Za-z]{1,2})([0-9]{6}) ?\(?([0-9Aa])\)?(?![0-9A-Za-z_])"
)

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_PLATE = re.compile(
    rf"[{_PROVINCE}] ?[A-Za-z] ?[·.-]? ?(?:[A-Za-z0-9] ?){{4}}(?:[挂学警港澳领]|[A-Za-z0-9]{{1,2}})"
    r"(?![0-9A-Za-z_])"
)
_POLICE_PLATE = re.compile(rf"(?<![0-9A-Za-z])WJ ?[{_PROVINCE}] ?[0-9]{{4}}[0-9A-Z]")
_SHY_PROVINCES = "云新青宁贵川吉甘使藏"
_NEW_ENERGY = re.compile(r"[A-Z](?:[A-HJK][A-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])")
_USCC = re.compile(r"(?<![0-9A-Za-z_])[0-9A-HJ-NPQRTUWXYa-z]{18}(?![0-9A-Za-z_])")
_SPACED_USCC = re.compile(
    r"(?<![0-9A-Za-z_])[0-9A-Z]{2,8}(?:[ -][0-9A-Z]{2,10}){1,5}(?![0-9A-Za-z_])", re.IGNORECASE
)

_NUMERAL = "0-9〇零一二三四五六七八九十"
_DATE = (
    rf"(?:[{_NUMERAL}]{{2,4}} ?年 ?[{_NUMERAL}]{{1,3}} ?月(?: ?[{_NUMERAL}]{{1,3}} ?[日号]?)?"
    r"|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2}"
    rf"|[{_NUMERAL}]{{1,3}} ?月 ?[{_NUMERAL}]{{1,3}} ?[日号]?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]{1,2},? (?:19|20)[0-9]{2})"
)
_BIRTH_DATE = re.compile(
    rf"(?:出生日期|出生年月日?|出生于?|生日|生辰|生于|birth ?da(?:y|te)|date of birth|\bDOB\b"
    rf"|\bborn\b)"
    rf"(?:(?:阳历|农历|公历|应该|好像|大概)?(?: ?(?:就是|是|为|在|on|is|[:=：,，(]) ?| )?){{0,2}}"
    rf"({_DATE})",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(rf"({_DATE}) ?(?:出生|生的?(?=[，。,. ]|$)|过生日|生日)")


def find_identifiers(text: str) -> Iterator[Finding]:
    """Yield the identifiers of a shadow text that carry letters, or a name in front of them."""
    if "@" in text or "(at)" in text or "[at]" in text or "{at}" in text:
        for match in _EMAIL.finditer(text):
            yield Finding("email", match.start(), match.end(), 1.0)
        for match in _BARE_EMAIL.finditer(text):
            yield Finding("email", match.start(1), match.end(1), 0.7)
    yield from _accounts(text)
    yield from _papers(text)
    yield from _plates(text)
    yield from _credit_codes(text)


def find_birth_dates(text: str) -> Iterator[Finding]:
    """Yield the dates of birth of a shadow text, which may be written in Han alone."""
    for pattern in (_BIRTH_DATE, _BORN_AFTER):
        for match in pattern.finditer(text):
            yield Finding("birth_date", match.start(1), match.end(1), 0.8)


def _accounts(text: str) -> Iterator[Finding]:
    for match in _WXID.finditer(text):
        yield Finding("wechat", match.start(), match.end(), 1.0)
    for match in _WECHAT.finditer(text):
        value = match.group(1).lower()
        linked = re.search(r"(?:号|是|为|叫|搜|\bis|[:=：加])[ (【\[]*$", text[: match.start(1)])
        if value not in _PRODUCT_WORDS and (linked or not value.isalpha()):
            yield Finding("wechat", match.start(1), match.end(1), 0.85)
    for pattern in (_WECHAT_OFFERED, _WECHAT_BEHIND):
        for match in pattern.finditer(text):
            if match.group(1).lower() not in _PRODUCT_WORDS:
                yield Finding("wechat", match.start(1), match.end(1), 0.8)
    for match in _QQ.finditer(text):
        yield Finding("qq", match.start(1), match.end(1), 0.85)
    for match in _ALIPAY.finditer(text):
        if any(char.isdigit() for char in match.group(1)):
            yield Finding("alipay", match.start(1), match.end(1), 0.8)
    for match in _ALIPAY_PID.finditer(text):
        if context.has(context.ALIPAY, text, *match.span()):
            yield Finding("alipay", match.start(), match.end(), 0.95)


def _papers(text: str) -> Iterator[Finding]:
    for match in _PASSPORT.finditer(text):
        letters, digits = match.groups()
        called = context.nearer(context.PASSPORT, context.ERROR_CODE, text, match.start())
        called = called or context.PASSPORT.search(text[match.end() : match.end() + 8]) is not None
        plain = letters in ("E", "G") and len(digits) == 8 and " " not in match.group()
        foreign = context.has(context.ERROR_CODE, text, *match.span()) or context.has(
            context.ORDER, text, *match.span()
        )
        if called or (plain and not foreign):
            yield Finding("passport", match.start(), match.end(), 0.9 if called else 0.5)
    for match in _PERMIT.finditer(text):
        if context.nearer(context.PERMIT, context.ORDER, text, match.start()):
            yield Finding("travel_permit", match.start(), match.end(), 0.95)
    for match in _HONG_KONG_ID.finditer(text):
        bracketed = match.group().endswith(")")
        if is_hong_kong_id(*match.groups()) and (
            bracketed or context.has(context.HONG_KONG_ID, text, *match.span())
        ):
            yield Finding("id_card", match.start(), match.end(), 0.9)


def _plates(text: str) -> Iterator[Finding]:
    for match in _POLICE_PLATE.finditer(text):
        yield Finding("plate", match.start(), match.end(), 0.9)
    for match in _PLATE.finditer(text):
        plate = match.group().replace(" ", "")
        digits = sum(char.isdigit() for char in plate)
        called = context.has(context.PLATE, text, *match.span())
        tail = re.sub(r"[·.-]", "", plate[1:])
        if not 6 <= len(tail) <= 7 or (len(tail) == 7 and tail[-1] in "挂学警港澳领"):
            continue
        shape = len(tail) == 6 or _NEW_ENERGY.fullmatch(tail.upper()) is not None
        shy = plate[0] in _SHY_PROVINCES or not plate[1].isupper()
        wanted = 2 if shy or len(tail) == 7 else 0
        if called or (shape and (digits >= wanted or (digits and not shy))):
            yield Finding("plate", match.start(), match.end(), 0.9 if called else 0.7)


def _credit_codes(text: str) -> Iterator[Finding]:
    for match in _USCC.finditer(text):
        code = match.group()
        if is_uscc(code) and not (
            code.isdigit() and not context.has(context.USCC, text, *match.span())
        ):
            yield Finding("uscc", match.start(), match.end(), 1.0)
        elif code[:1].isdigit() and context.nearer(
            context.USCC, context.ORDER, text, match.start()
        ):
            yield Finding("uscc", match.start(), match.end(), 0.7)
    for match in _SPACED_USCC.finditer(text):
        code = re.sub(r"[ -]", "", match.group())
        if len(code) == 18 and not code.isdigit() and is_uscc(code):
            yield Finding("uscc", match.start(), match.end(), 0.9)
