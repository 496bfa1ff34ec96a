"""One-time codes: digits near the word for them, or in the text message they came in."""

# ruff: noqa: SIM905 - a word list in quotes is hard to read and to add to

import re
from collections.abc import Iterator

from pipelines.redaction.accounts import is_product_word
from pipelines.redaction.findings import Finding
from pipelines.redaction.spelling import COUNTED, DIGIT, digits_of, gap, leads_away, number

_CODE_WORD = (
    r"(?:[验驗]\s?[证證政]\s?[码碼吗马玛妈嘛]|验证(?:密码|数字|口令|号)|(?:[我你您的个发给来柜]|^"
    r"|[,。 \n(])码(?=[是为:\s0-9]{1,3}[0-9])"
    r"|(?:播?报|念|读|短信里?)的?数字|(?:机器人|语音|电话)里?(?:念|报|读|播)的?[了是]|(?:播|报|念"
    r"|读|听到)的是|(?:短信|登[录陆]|二次|安全|数字|手机"
    r"|身份)验证(?=[ :是]{0,2}[0-9]{4})"
    r"|校验[码吗]?"
    r"|动态(?:码|密码|口令|数字|令牌|吗)|短信(?:码|密码|口令)|一次性(?:密码|口令|码)|激活码"
    r"|取[件货餐]码"
    r"|提[货取]码|自提码|授权[码吗]|邀请码|兑换码|核销码|登[录陆]码|安全码|确认码|认证码|口令码"
    r"|随机码"
    r"|验证器|令牌(?=[ :是]{0,3}[0-9]{6}(?![0-9]))|authenticator|verification code|security code"
    r"|(?<![a-z])(?:OTP|yzm|2fa)(?![a-z])"
    r"|captcha|(?<![a-z])v(?:erify|erification)?[_ ]?code|pass ?code|(?<![a-z])PIN码?(?![a-z]))"
)
_CODE_VALUE = (
    r"(?:[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,5}"
    rf"|{number(4, 8)}|[A-Z]-[0-9]{{4,8}}|(?=[A-Za-z]{{0,7}}[0-9])[A-Za-z0-9]{{4,8}})"
)
_VOUCHER = re.compile(
    "(?:核销|兑换|提货|自提|取[件货餐]|提取|激活)码[^0-9A-Za-z。!?;]{0,4}([0-9]{9,16}"
    "|[A-Z]-?[0-9]{1,2}-[0-9]{2,6})(?![0-9A-Za-z])"
)
_ALONE = re.compile(
    r"^[ ,]*(?P<value>[0-9]{6}|[0-9]{3}[ -][0-9]{3})[ ,]{0,2}(?:已?收到了?|是?这个|对吗|不对|不行"
    r"|过期|无效|失效"
    r"|输[入了]|填[了进])"
)
_CODE = re.compile(
    rf"{_CODE_WORD}(?P<gap>{gap(14)}|[^0-9A-Za-z。!;\n?]{{0,8}}[?]\s?|(?: ?is"
    rf"| ?code)?[ :]{{0,2}})(?P<value>{_CODE_VALUE})"
    rf"(?![0-9A-Za-z_@]|[.:/-][0-9]){COUNTED}",
    re.IGNORECASE,
)
# A short word between a value and what it is; and who sends codes: `10086发的验证码`.
_TO_WORD = (
    "[是为的这那个就应该我你您他她收到填输入了它说提示还结果却刚才"
    "发来给短信里上显示对吗作本次当, :()\\]】」\"'。?!-]"
)
_SORT = "(?:(?:登[录陆]|注册|支付|绑定|手机|安全|短信|身份|最新|操作|找回|修改|密码|账号)的?){0,3}"
_SENDER = "(?!(?:106|95[0-9]{3}|1[02][0-9]{3}|(?:19|20)[0-9]{2})(?![0-9]))(?!106[0-9]{2})"
_CODE_BEFORE = re.compile(
    rf"(?<![0-9A-Za-z.:/-]){_SENDER}({number(4, 8)}|(?=[A-Z]*[0-9])(?-i:[A-Z0-9]{{4,8}}))"
    rf"(?![0-9A-Za-z]){COUNTED}{_TO_WORD}{{0,10}}?(?:{_SORT}{_CODE_WORD}|(?:这个?"
    rf"|那个?)码(?!数))(?![是:为 ]{{0,3}}[0-9A-Z]{{4}})"
    r"|(?<![0-9A-Za-z.-])((?:[A-Z]-)?[0-9]{4,8}) (?:is|as) (?:your|the|my) [A-Za-z -]{0,30}code",
    re.IGNORECASE,
)
# What a message or somebody sent, with no word for a code:
# `收到了 244670`, `发来的是8NFMMC对吗`.
_WEAK = re.compile(
    r"(?P<cue>短信|收到|发[来过给了]|数字|弹出|弹窗|手机上|一串|那串|几位数|[六四6468]位数?)"
    rf"(?P<gap>[^0-9A-Za-z。!?;\n]{{0,10}}?)(?P<value>{number(4, 8)}|(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])"
    r"(?-i:[A-Z0-9]{4,8}))(?![0-9A-Za-z.:/-])"
    rf"{COUNTED}(?=\s*(?:$|[,。!?)】」\"]|[对吗是吧不这没行可了无过失说填输怎为咋有]))"
)
_SIZE = re.compile("[0-9]+[A-Z]{1,2}|[A-Z]{1,3}[0-9]{1,4}[A-Z]?")
_NOT_SENT = re.compile(
    "货|款|钱|元|[信货快]件|包裹|尾号|消费|余额|到账|金额|工资|短信[费包]|单|快递|物流|退|积分|券"
    "|红包|充|扣|欠|群"
    "|版本|型号|编号|报|错|代码|端口|电话|号码|文件|图|投诉|数据|请求|日志|推送|通知|警|[开来自]头"
    "|从"
)
# The text message as it came: `【云雀】361946，十分钟内有效`, with or without the word for code.
_YEAR = "(?:19|20)[0-9]{2}(?:[0-9]{4})?(?![0-9])"
_CODE_RECEIVED = re.compile(
    r"(?:【[^】\n]{1,16}】|\[[^\]\n]{1,16}\]|短信|收到)[^0-9\n]{0,10}"
    rf"(?!{_YEAR})([0-9]{{4,8}})(?![0-9A-Za-z.-]"
    r"| ?[位分个次小秒天元块年月条人])"
    r"(?=[^\n]{0,24}(?:有效|过期|失效|验证|登录|勿|泄露|无效|不对|错))"
    r"|(?<![0-9A-Za-z.-])([0-9]{4,8})(?![0-9A-Za-z.-])[,。 ]{0,2}(?:请|在|于)?"
    r"[0-9一二三五十]{1,3} ?分钟(?:之?内)?有效"
)
_OTHER_CODES = "".join(
    f"(?<!{word} )"
    for word in (
        "error err http status zip return exit response promo discount coupon postal area country"
        " product item source errno result failure qr voucher gift stock"
    ).split()
)
_ENGLISH_CODE = re.compile(
    r"\b(?:my|your|the|this|(?:sms|text|login|sign-?in|security|confirmation|one-time|auth\w*)) "
    r"code(?: (?:i|we|you|they) (?:got|received|entered|sent|texted)(?: me)?)?(?: (?:is|was)|:"
    r"| =)? ?([0-9]{4,8})(?![0-9A-Za-z.-])"
    rf"|(?<![A-Za-z-]){_OTHER_CODES}code(?: is)?[ :=]{{0,2}}"
    rf"((?:[A-Z]-)?{DIGIT}{{6}}|{DIGIT}{{2,4}}[ -]{DIGIT}{{2,4}}"
    rf"|{_CODE_VALUE}(?=[^\n]{{0,8}}[填验输收短不无过失]| (?:expired|does|is|was|not|invalid"
    rf"|works?|did"
    r"|won|failed|for|to|has)\b))"
    r"(?![0-9A-Za-z.-])"
    r"|\b(?:use|enter|entered|entering|typed|texted me|got|received) ([0-9]{6})(?![0-9A-Za-z.-])"
    r"(?= (?:to|as (?:your|my|the)|by|for|on|but|in)\b|[,.]?$)",
    re.IGNORECASE,
)
_SERVICE = re.compile("接口|平台|返回|服务|模板|签名|并发|每[天日次秒]|[一总]共|手机是")
_TOLD = re.compile(r"[报念说填输写发](?:了|给|的是|的)[ :]*$")
_MEASURE = re.compile("[0-9]+(?:ms|s|h|min|sec|px|[kmg]b?|v|w|hz)", re.IGNORECASE)
_YEARLY = re.compile("(?:19|20)[0-9]{2}(?:[01][0-9]){0,1}(?:[0-3][0-9])?")
_DAY = re.compile(
    "(?:19[0-9]|20[0-3])[0-9](?:-[0-9]{1,2}-[0-9]{1,2}|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
)
_CODES = re.compile(
    "[码碼吗马玛妈嘛]|令牌|数字|验证|校验|code|otp|yzm|2fa|pin|captcha|(?<![a-z])v(?:erify"
    "|erification)?[_ ]?code|authen|动态|【"
    "|\\[|分钟|短信|收到|发[来过给了]|弹"
    "|手机上|串|位|念|播|听|这个|对|不行|期|效|输|填|enter|use|typed|texted|got|received",
    re.IGNORECASE,
)


def find_codes(text: str) -> Iterator[Finding]:
    """Yield the one-time codes of a shadow text."""
    if _CODES.search(text) is None:
        return
    for match in _CODE.finditer(text):
        value = match["value"]
        away = leads_away(match["gap"]) and _TOLD.search(match["gap"]) is None
        if away or _DAY.fullmatch(value) or _MEASURE.fullmatch(value):
            continue
        digits = sum(map(str.isdigit, digits_of(value)))
        if _SERVICE.search(match["gap"]) or text.startswith(("端口", " 端口"), match.end()):
            continue
        if digits and (digits_of(value).isdigit() or not is_product_word(value)):
            yield Finding("code", *match.span("value"), 0.9)
    for match in _CODE_BEFORE.finditer(text):
        group = match.lastindex or 0
        if not _DAY.fullmatch(match.group(group)):
            yield Finding("code", *match.span(group), 0.9)
    for match in _VOUCHER.finditer(text):
        yield Finding("code", *match.span(1), 0.8)
    if (alone := _ALONE.match(text)) and not alone["value"].endswith("000"):
        yield Finding("code", *alone.span("value"), 0.6)
    for match in _WEAK.finditer(text):
        if _is_sent(text, match):
            yield Finding("code", *match.span("value"), 0.6)
    for pattern, score in ((_CODE_RECEIVED, 0.7), (_ENGLISH_CODE, 0.85)):
        for match in pattern.finditer(text):
            yield Finding("code", *match.span(match.lastindex or 0), score)


def _is_sent(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number beside a word for messages can be a code, not a price or an order."""
    lead, digits = match["gap"], digits_of(match["value"])
    around = text[max(0, match.start() - 10) : match.start("value")]
    if _NOT_SENT.search(around) or leads_away(lead) or _YEARLY.fullmatch(digits):
        return False
    if not digits.isdigit():
        return match["cue"] != "数字" and _SIZE.fullmatch(digits) is None
    return (len(digits) == 6 and not digits.endswith("000")) or (
        len(digits) in (4, 8) and re.search('(?:是|为|:|的)[ "“「]*$', lead) is not None
    )
