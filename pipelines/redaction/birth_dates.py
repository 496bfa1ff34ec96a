"""Dates of birth: a date beside the word for birth, or in a row of what describes a person."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding

_N = "0-9〇零一二三四五六七八九十廿卅"
_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:0?[1-9]|1[0-2])"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}"
DATE = (
    rf"(?:(?:[农阴旧公阳]历)?[{_N}]{{2,4}}\s?年(?:[农阴]历)?\s?(?:[{_N}]{{1,3}}"
    rf"|[正冬腊])\s?月(?:份?\s?初?[{_N}]{{1,3}}\s?[日号]?)?"
    rf"|(?<![0-9.]){_YEAR}(?:[-/.]|\s)\s?{_MONTH}(?:[-/.]|\s)\s?{_DAY}(?![0-9])"
    rf"|(?<![0-9]){_YEAR}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    rf"|(?<![0-9]){_DAY}[-/.]{_MONTH}[-/.]{_YEAR}(?![0-9])"
    rf"|(?<![0-9]){_MONTH}[-/.]{_DAY}[-/.]{_YEAR}(?![0-9])"
    rf"|(?<![0-9.])[0-9]{{2}}[-/.]{_MONTH}[-/.]{_DAY}(?![0-9.])"
    rf"|(?:[农阴旧公阳]历)?(?:[{_N}]{{1,3}}|[正冬腊])\s?月\s?初?[{_N}]{{1,3}}\s?[日号]?"
    rf"|{_MONTHS}\.? [0-9]{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}"
    rf"|(?<![0-9])[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTHS},? {_YEAR})"
)
"""A date in any of the ways in which people write their birthday."""

_CUE = (
    r"(?:出生日期|出生年月日?|出生时间|出生于?|出生证(?!明)|生日|生辰(?:八字)?|诞辰|生于"
    r"|birth ?da(?:y|te)|date of birth"
    r"|\bDOB\b|\bborn\b|\bbirth\b)"
)
_CALLED = re.compile(
    rf"{_CUE}(?P<gap>[^0-9A-Za-z。!?;〇零一二三四五六七八九十正冬腊]{{0,9}}?(?:\b(?:is|was|on"
    rf"|in)\b ?){{0,2}})"
    rf"(?P<date>{DATE}|(?:[0-9]{{2}})?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    rf"|{_YEAR}[-/.]{_MONTH}(?![0-9])|{_MONTH}[-/.]{_DAY}(?![0-9.])(?! ?折)|[{_N}]{{4}}年)",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    "蛋糕|礼|券|活动|优惠|会员日|当天|证明|提前|到期|预约|配送|送|订|快乐|派对|聚会|趴|过|月|权益"
    "|特权|福利"
)
_BEHIND = re.compile(
    rf"({DATE})(?:[ ,(]{{0,2}}的?[ ,]?(?:[早晚凌][上晨]|上午|下午|中午)?[ ,]?(?:出生|生人|生的?(?=$"
    rf"|[^产效成鲜活意日命词字])|过?生日|生辰"
    r"|属[鼠牛虎兔龙蛇马羊猴鸡狗猪]))",
    re.IGNORECASE,
)
# `张三,男,1990-03-05,汉族`
_IN_A_ROW = re.compile(
    rf"(?:(?<![一-鿿])[男女]性?|汉族|[一-鿿]族)[ ,/、]{{1,2}}(?P<after>{DATE})"
    rf"|(?P<before>{DATE})[ ,/、]{{1,2}}(?:(?:性别:?)?[男女](?![一-鿿])|汉族"
    rf"|[一-鿿]{{1,2}}族(?![一-鿿])"
    r"|(?<![0-9])[1-9](?:[\s-]?[0-9]){16}[\s-]?[0-9Xx](?![0-9]))",
    re.IGNORECASE,
)
_BORN_IN = re.compile(rf"((?:{_YEAR}|[5-9][0-9]|[{_N}]{{2,4}})年)(?:出生|生人|生的?(?=$|[ ,。]))")
_OF_SOMEBODY = re.compile(
    rf"(?:我是|[小女男]?孩子?|宝宝|老人|年龄按?)\s?({DATE})(?=[,。!?]?\s*$)", re.IGNORECASE
)
# `护照E12345678,1966.11.23`: a clause of its own where somebody says who they are.
_CLAUSE = re.compile(
    rf"(?<=[ ,/、|;\n])(?<![-~至到–] )(?P<date>{DATE})(?! ?[-~至到–/]?[-~–]?\s?[0-9])"
    r"(?=$|[^一-鿿A-Za-z])",
    re.IGNORECASE,
)
_WHO = re.compile(
    "护照|身份证|通行证|回乡证|台胞证|居留证|军官证|户口|证件号|准考证|学籍|病历|病案|就诊[卡人号]"
    "|诊疗卡|挂号|医保|社保|住院号|建档|患者|病人|体检人|接种|产检|投保人|被保|受益人|乘机人|乘客"
    "|旅客|乘车人|入住人|同行人|实名|passport"
)
_OTHER_DAY = re.compile(
    "有效|到期|过期|期限|签发|发证|办[理证的]|日期|时间|就诊[于过]|入院|出院|手术|住院(?!号)|出发"
    "|航班|入境|出境|入住(?!人)|离店|生产|购买|成立|注册|毕业|入学|建[成于]|issue|expir|valid"
)
_LIFETIME = re.compile(
    "(?<![0-9])(?:19[2-9][0-9]|20(?:0[0-9]|1[0-9]))|^[3-9][0-9](?:年|[-/.])|^0[0-9]年"
    "|[一二][九〇零][〇零一二三四五六七八九]{2}年|^[四五六七八九〇零][〇零一二三四五六七八九]年"
)
_SIGN = re.compile(
    r"[生属]|birth|born|dob|[男女族]|[0-9]{3}(?:[\s-]?[0-9]){7}|我是|孩|宝宝|老人|年龄"
    rf"|{_WHO.pattern}",
    re.IGNORECASE,
)


def find_birth_dates(text: str) -> Iterator[Finding]:
    """Yield the dates of birth of a shadow text, which may be written in Han alone."""
    if _SIGN.search(text) is None:
        return
    for match in _CALLED.finditer(text):
        if _NOT_OURS.search(match["gap"]) is None:
            yield Finding("birth_date", *match.span("date"), 0.8)
    for match in _BEHIND.finditer(text):
        yield Finding("birth_date", *match.span(1), 0.8)
    for match in _IN_A_ROW.finditer(text):
        yield Finding("birth_date", *match.span(match.lastgroup or 0), 0.7)
    for match in _OF_SOMEBODY.finditer(text):
        if "年" in match.group(1) or len(match.group(1)) >= 8:
            yield Finding("birth_date", *match.span(1), 0.6)
    if _WHO.search(text) and _OTHER_DAY.search(text) is None:
        for match in _CLAUSE.finditer(text):
            before = text[max(0, match.start() - 48) : match.start()]
            if _LIFETIME.search(match["date"]) and _WHO.search(before):
                yield Finding("birth_date", *match.span("date"), 0.6)
    for match in _BORN_IN.finditer(text):
        yield Finding("birth_date", *match.span(1), 0.6)
