"""Accounts by which people are reached or paid: WeChat, QQ and Alipay."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding
from pipelines.redaction.spelling import (
    COUNTED,
    DIGIT,
    digits_of,
    gap,
    is_pinyin,
    leads_away,
    number,
)

_NO_LETTER = "(?<![A-Za-z])"
_HANDLE_EDGE = "(?<![A-Za-z0-9_@./-])"
_HANDLE_END = "(?![A-Za-z0-9_@/-]|[.][A-Za-z0-9])"
HANDLE = r"[A-Za-z][A-Za-z0-9_-]{5,19}"
"""A WeChat id: a letter, then five or more letters, digits, `_` and `-`."""

WECHAT_CUE = (
    rf"(?:[微威薇徽溦维围唯卫葳]\s?信|微心|[v微薇威维][❤♥💗💚]|微x|微号|w信|wei ?信"
    rf"|微(?=[:: ]{{0,2}}[a-z])"
    rf"|微我|[加➕+家佳][微薇威卫]|[我他她您你的][微薇]|(?<![蔷紫])薇(?=[:: ]{{0,2}}[a-z])"
    rf"|卫星号?|绿泡泡?|绿色软件|v信|we ?chat(?:[_ -]?id)?|{_NO_LETTER}wei ?xin"
    rf"|{_NO_LETTER}[wv][ .]?x(?![a-z_])"
    rf"|(?:[加➕+家]|我的?) ?v(?![a-z])|[加➕+家我] ?(?!vip|wif|web"
    rf"|win)[vw]x?(?=[a-z][a-z0-9_-]{{2,19}}[0-9_])"
    rf"|{_NO_LETTER}[vw]x(?=[a-z](?![0-9a-f]{{15}}(?![0-9a-z]))[a-z_-]{{1,18}}[0-9_])"
    rf"|(?<=[我他她的加])[vw]x(?=[a-z][a-z0-9_-]{{5,19}}(?:$|[^a-z0-9_-]))"
    rf"|{_NO_LETTER}v(?=[: ]{{1,2}}[a-z][a-z0-9_-]{{5}}))"
)
# `微信号是 abc`: what follows is an account though it be letters alone.
_LINK = (
    r"(?:号码?|账号|帐号|id|名|同号)?"
    r"[\"'`]?(?: ?(?:就是|是|为|叫|搜|换成|改成|改为|\bis\b|[:=→]|->) ?|[ (【\[「“\"'‘<]{1,2})?"
)
_ENGLISH = (
    r" ?(?:(?:is|at|id|no|number|account|me|on|handle|username|name|it'?s|[:#.-])[ :]{1,2}){1,3}"
)
_NAMES_ENGLISH = re.compile(_ENGLISH, re.IGNORECASE)
_WECHAT = re.compile(
    rf"{WECHAT_CUE}(?P<link>(?:我|好友|加我?|搜)? ?{_LINK}|(?:号| ?id)?{gap(12)}|{_ENGLISH}"
    rf"|[^0-9A-Za-z。!?;]{{0,5}}[吗呢上到][?]\s?(?:我的?)?(?:就?是)?)"
    rf"(?P<value>{HANDLE}){_HANDLE_END}",
    re.IGNORECASE,
)
# `微信mom omin4656`: a blank, or a line's end, fell into the handle.
_WECHAT_BROKEN = re.compile(
    rf"{WECHAT_CUE}(?:我|好友|加我?"
    rf"|搜)? ?{_LINK}(?P<value>(?P<head>[A-Za-z][A-Za-z0-9_-]{{0,11}})[ \n]"
    rf"(?P<tail>[A-Za-z0-9_-]{{2,16}})){_HANDLE_END}(?! [A-Za-z0-9])",
    re.IGNORECASE,
)
_WECHAT_NUMBER = re.compile(
    rf"{WECHAT_CUE}(?:我|好友|加我?|搜)?{_LINK}([1-9][0-9]{{5,10}})(?![0-9A-Za-z_@.-]){COUNTED}",
    re.IGNORECASE,
)
_WECHAT_BEHIND = re.compile(
    rf"{_HANDLE_EDGE}({HANDLE})[ ,]{{0,2}}(?:(?:这个?|才)?就?[是为]|[(（\[【]|加?这个?|[我他她]的?)"
    rf"[^0-9A-Za-z。!?;,]{{0,5}}?{WECHAT_CUE}"
    rf"|{_HANDLE_EDGE}({HANDLE})[ ,]{{0,2}}{WECHAT_CUE}(?:同号"
    rf"|号?[ )】。!]*$|[,。搜加同])"
    rf"|(?:[搜加找]|搜索|添加) ?({HANDLE})[ ,，]{{0,2}}(?:就?[是能]?[加的]?到?)?[我他她]?的?"
    rf"{WECHAT_CUE}"
    rf"|加(?:我|好友|一?下)[: ,]{{0,2}}({HANDLE}){_HANDLE_END}",
    re.IGNORECASE,
)
_WXID = re.compile(r"(?<![A-Za-z0-9])wxid_[A-Za-z0-9]{6,24}", re.IGNORECASE)
_PRODUCT_WORDS = frozenset(
    """
    openid unionid appid appsecret android iphone ipad ios windows win mac macos linux webhook
    desktop login connect oauth oauth2 official account mini program wechat weixin server
    client robot qrcode payment support jsapi jssdk api apiv sdk app pay h5 p x s native
    harmony chrome firefox safari edge python java nodejs version web pc v work error err code
    bug id token secret key http https url wx wxpay miniprogram huawei xiaomi oppo vivo samsung
    redmi honor mobile developer international global corp agentid mchid appkey callback pro max
    plus mate note miniapp webview update crash beta bot debug error loading invalid failed timeout
    null true false excel pdf json http2 wifi store google apple meta tiktok taobao alipay jd
    qq weibo douyin ubuntu centos debian nginx redis mysql docker router qrlogin moments vivo
    honor iqoo realme oneplus galaxy intel
    """.split()
)
_NAMES = re.compile(r"(?:号|是|为|叫|搜|成|is|[:=→>])[ (【\[「“\"'‘<]*$", re.IGNORECASE)
# `加我微信 zhouyifan`: whose it is, or that it is to be added, says what the letters are.
_WANTED = re.compile("[加我他她您你找联]|[v微薇威维][❤♥]")
_FUNCTION_WORDS = frozenset("is at id no me my on or to by and the for not it its account".split())
_NEAR = ("", "我", "好友", "加", "加我", "搜", "号", ",", "(", "“", '"')
_BRACKETS = {"(": ")", "【": "】", "[": "]", "「": "」", "“": "”", '"': '"'}
_QQ_HANDLE = re.compile("qq[0-9]{6,11}", re.IGNORECASE)
_APPLICATION = re.compile("(?:wx)?[0-9a-f]{16}")
_TELLING = re.compile(
    "[微威薇徽溦维卫绿❤♥围唯葳💗💚]|[wW]信|加我|加好友|加[一下]|we|[vV](?:[ .]?[xX]|信|[ :：号加]"
    "|$)"
    "|[wW][ .]?[xX]"
    "|[加➕+家佳我] ?[vVwW]|我的?[vV]",
    re.IGNORECASE,
)

_QQ_CUE = (
    rf"(?:{_NO_LETTER}qq(?!群|浏览|音乐|空间|邮箱[^0-9]|飞车|游戏)(?:号码?|邮箱)?|扣扣|球球|秋秋"
    rf"|蔻蔻|抠抠"
    rf"|企鹅号?|🐧|扣(?=[:号])|[加我的你他她]扣|扣我|q扣|[加我] ?q|{_NO_LETTER}q我"
    rf"|{_NO_LETTER}(?<![0-9._-])q(?=号"
    rf"|(?:现在|已经?|就)?(?:[是为=叫]|[换改][成为]?了?)[:\s]{{0,2}}{DIGIT}(?:[ -]?{DIGIT}){{4}}"
    rf"|[:\s]{{0,2}}[1-9Il](?:[ -]?{DIGIT}){{5}}|[:\s]{{1,2}}{DIGIT}{{5}}|{DIGIT}{{6}}))"
)
_QQ_VALUE = (
    rf"(?:(?=[1-9Il一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){number(5, 12)}"
    r"|[1-9][0-9]{1,5}(?:[._·,/*-][0-9]{2,6}){1,4})"
)
_QQ = re.compile(
    rf"{_QQ_CUE}(?P<gap>{gap(9)}|号?(?: ?(?:is|id|no|number"
    rf"|number is)\b)?[ :.#]{{1,3}})(?P<value>{_QQ_VALUE})"
    rf"(?![0-9A-Za-z@_型钢]|[.-][0-9A-Za-z]){COUNTED}",
    re.IGNORECASE,
)
_QQ_BEHIND = re.compile(
    rf"(?<![0-9A-Za-z_.@-])([1-9][0-9]{{4,10}})(?![0-9])[ ,]{{0,2}}(?:这个?|就?是"
    rf"|[我他她]的?){{1,3}}"
    rf"{_NO_LETTER}(?:qq|扣扣)(?!群|邮箱)"
    r"|(?<![0-9A-Za-z_.@-])([1-9][0-9]{5,10})[ ,(]{1,2}(?:qq|扣扣)号?(?=[) ]?(?:$|[,。]))",
    re.IGNORECASE,
)

_ALIPAY_CUE = rf"(?:支付[宝寶]|{_NO_LETTER}(?:alipay|zfb)|吱付宝)"
_ALIPAY = re.compile(
    rf"{_ALIPAY_CUE}(?P<gap>{gap(12)})(?P<value>[A-Za-z0-9][A-Za-z0-9_.@-]{{5,40}}){COUNTED}",
    re.IGNORECASE,
)
_ALIPAY_PID = re.compile(r"(?<![0-9A-Za-z])2088(?:[ -]?[0-9]){12}(?![0-9A-Za-z])")
_TIGHT = re.compile(r"(?:号|户|账|[:=]|是|为|到|至|宝|zfb|alipay)[ \n(\[【「“\"']*$", re.IGNORECASE)
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+)+", re.IGNORECASE)
_DAY = re.compile(r"20[0-9]{2}-?[01][0-9]-?[0-3][0-9]")


def find_accounts(text: str) -> Iterator[Finding]:
    """Yield the WeChat, QQ and Alipay accounts of a shadow text."""
    if _TELLING.search(text):
        yield from _wechat(text)
    if (
        "q" in text
        or "Q" in text
        or "扣" in text
        or "企鹅" in text
        or "球球" in text
        or "秋秋" in text
        or "蔻蔻" in text
        or "抠抠" in text
        or "🐧" in text
    ):
        yield from _qq(text)
    if "付" in text or "ali" in text.lower() or "zfb" in text.lower():
        yield from _alipay(text)
    if "2088" in text:
        for match in _ALIPAY_PID.finditer(text):
            yield Finding("alipay", *match.span(), 0.95)


def is_product_word(handle: str) -> bool:
    """Tell whether `handle` is made of product words and numbers: `openid`, `iPhone15`."""
    words = [word for word in re.split("[^a-z]+", handle.lower()) if word]
    if all(word in _PRODUCT_WORDS for word in words):
        return True
    # `HuaweiP60`
    parts = re.findall("[A-Z][a-z]+|[A-Z]+|[a-z]+", handle)
    return all(part.lower() in _PRODUCT_WORDS for part in parts)


def _wechat(text: str) -> Iterator[Finding]:
    for match in _WXID.finditer(text):
        yield Finding("wechat", *match.span(), 1.0)
    for match in _WECHAT.finditer(text):
        if _is_called_wechat(text, match):
            yield Finding("wechat", *match.span("value"), 0.85)
    for match in _WECHAT_BROKEN.finditer(text):
        head, tail = match.group("head", "tail")
        if (
            len(head + tail) >= 6
            and re.search("[0-9_]", tail)
            and not tail.isdigit()
            and not is_product_word(head)
            and head.lower() not in _FUNCTION_WORDS
            and not is_product_word(tail)
        ):
            yield Finding("wechat", *match.span("value"), 0.7)
    for match in _WECHAT_NUMBER.finditer(text):
        yield Finding("wechat", *match.span(1), 0.8)
    for match in _WECHAT_BEHIND.finditer(text):
        group = match.lastindex or 0
        value = match.group(group)
        if not is_product_word(value) and (group == 1 or not value.isalpha()):
            yield Finding("wechat", *match.span(group), 0.8)


def _is_called_wechat(text: str, match: re.Match[str]) -> bool:
    """Tell whether what stands behind the word is an account: letters alone must be called so."""
    value, link = match.group("value", "link")
    after = text[match.end() : match.end() + 1]
    tight = (
        _NAMES.search(link) is not None
        or _NAMES_ENGLISH.fullmatch(link) is not None
        or after == _BRACKETS.get(link[-1:])
        or text[match.start() : match.start("link")].lower().endswith("id")
    )
    if after == ":" and value[:2].lower() == "ip":
        # An address in a network: `登录地IP2408:8256::1`.
        return False
    if not tight and len(link) > 3 and re.search("[0-9_]", value) is None:
        return False
    if _APPLICATION.fullmatch(value) or (
        is_product_word(value) and not _QQ_HANDLE.fullmatch(value)
    ):
        return False
    if tight or not value.isalpha():
        return True
    start = match.start()
    wanted = _WANTED.search(text[max(0, start - 4) : start] + match.group()[:2]) is not None
    ends = after.strip(" ,。!;)你加备我搜聊") == ""
    return link.strip() in _NEAR and ((wanted and ends) or is_pinyin(value))


def _qq(text: str) -> Iterator[Finding]:
    for match in _QQ.finditer(text):
        digits = digits_of(match.group("value"))
        if 5 <= len(digits) <= 11 and digits.isdigit() and not leads_away(match["gap"]):
            yield Finding("qq", *match.span("value"), 0.85)
    for match in _QQ_BEHIND.finditer(text):
        yield Finding("qq", *match.span(match.lastindex or 0), 0.8)


def _alipay(text: str) -> Iterator[Finding]:
    for match in _ALIPAY.finditer(text):
        value = match.group("value").rstrip("._-")
        start = match.start("value")
        if not any(map(str.isdigit, value)) or _VERSION.fullmatch(value) or _DAY.fullmatch(value):
            continue
        tight = _TIGHT.search(text[match.start() : start]) is not None
        if leads_away(match["gap"]) or (value.isdigit() and not tight):
            continue
        yield Finding("alipay", start, start + len(value), 0.8)
