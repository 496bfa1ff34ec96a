"""Papers and plates: passports, travel permits, foreign identity cards, number plates, and the
codes of companies.
"""

import re
from collections.abc import Iterator

from pipelines.redaction import context
from pipelines.redaction.checksums import is_hong_kong_id, is_taiwan_id, is_uscc
from pipelines.redaction.findings import Finding
from pipelines.redaction.spelling import EDGE, END, digits_of

_D = "[0-9OoIl]"
# A paper's name may stand a sentence before its number: `通行证换新了，原来是…，现在是…`.
_FAR = 40
_PASSPORT = re.compile(
    rf"{EDGE}(?P<letters>[A-Za-z](?:[ -]?[A-Za-z])?)[ \n-]?(?P<digits>{_D}(?:[ \n-]?{_D}){{6,8}})"
    r"(?![0-9_])(?![A-Za-z]{1,3}[0-9])(?![A-Za-z]{1,2}(?![A-Za-z]))"
)
_BARE_PASSPORT = re.compile("[EeGg][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7,8}")
_TRAVEL = re.compile(
    "航班|国际|出境|机票|乘机|登机|旅客|值机|签证|境外|海关|出国|行程|经济舱|头等舱|公务舱|舱位"
    "|乘客|免签|入境"
    r"|(?<![A-Z])[A-Z]{2}[0-9]{3,4}(?![0-9])"
)
_NO_PAPER = re.compile("(?<!机)票|券|货号|批|编码|条码|型号|商品")
_TRAIN = re.compile(" ?(?:次|号?列车|号?动车|号?高铁|号?机|号?工单|号(?!码))")
_NUMBER_PASSPORT = re.compile(
    r"(?:护照|passport)(?:号码?|编号|number|no\.?)?(?: ?(?:是|为|is|[:#]))? ?"
    r"([0-9]{8,9}|[A-Z]{2}[0-9]{6}|[A-Z][0-9]{6})(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_PERMIT = re.compile(
    rf"{EDGE}(?:[CWHMLT](?:[ \n-]?{_D}){{8}}(?:(?:[ \n-]?{_D}){{2}})?"
    rf"|[CW][ -]?[A-Z](?:[ \n-]?{_D}){{7}}"
    rf"|[A-Z]{{3}}[0-9]{{12}}|{_D}(?:[ -]?{_D}){{7}}(?:(?:[ -]?{_D}){{2}})?){END}",
    re.IGNORECASE,
)
_BARE_PERMIT = re.compile("[CW][0-9]{8}|[CW][A-H][0-9]{7}|[HM][0-9]{8}(?:[0-9]{2})?")
_PERMIT_WORDS = re.compile("证|permit", re.IGNORECASE)
_HONG_KONG_ID = re.compile(
    rf"{EDGE}([A-Za-z]{{1,2}}) ?([0-9]{{6}}) ?[(\[]?([0-9Aa])[)\]]?(?![0-9A-Za-z_])"
)
_MACAU_ID = re.compile(r"(?<![0-9A-Za-z_])[1578][0-9]{6} ?\([0-9]\)")
_TAIWAN_ID = re.compile(rf"{EDGE}[A-Za-z][1289][0-9]{{8}}{END}")

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_SIGN = r"(?: ?(?:[·./_\n-]|点|杠)? ?)"
_PLATE = re.compile(
    rf"[{_PROVINCE}][ -]?[A-Za-z]{_SIGN}(?:(?:[A-Za-z0-9][ -]?){{4}}"
    r"(?:[挂学警港澳领试超]|[A-Za-z0-9](?: ?[A-Za-z0-9])?)|[〇零一二三四五六七八九幺]{5,6})"
    r"(?![0-9A-Za-z_])"
)
_POLICE_PLATE = re.compile(
    rf"(?<![0-9A-Za-z])WJ ?[{_PROVINCE}]? ?[·.-]? ?[0-9]{{4,5}}[0-9A-Z]?{END}"
)
_EMBASSY_PLATE = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}使|使[0-9]{6}(?![0-9])")
_SHY_PROVINCES = "云新青宁贵川吉甘使藏"
_NEW_ENERGY = re.compile(r"[A-Z](?:[A-HJK][A-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])")

_CODE = re.compile(
    r"(?<![0-9A-Za-z_])(?=([0-9A-Za-z](?:[ .\n-]?[0-9A-Za-z]){17})(?![0-9A-Za-z_]))",
)
_OLD_TAX_NUMBER = re.compile(rf"{EDGE}(?:[0-9]{{6}}[0-9A-Z]{{9}}|[0-9]{{6}}[0-9A-Z]{{14}}){END}")


def find_documents(text: str) -> Iterator[Finding]:
    """Yield the numbers of passports, permits, plates and companies in a shadow text."""
    if _LONG.search(text):
        yield from _passports(text)
        yield from _permits(text)
        yield from _foreign_ids(text)
        yield from _credit_codes(text)
    yield from _plates(text)


_LONG = re.compile(r"[0-9A-Za-z](?:[\s(\[-]?[0-9OoIl]){6}|[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){14}")


def passport_in(value: str) -> bool:
    """Tell whether `value` alone is shaped like a Chinese passport's number."""
    return _BARE_PASSPORT.fullmatch(_compact(value)) is not None


def permit_in(value: str) -> bool:
    """Tell whether `value` alone is shaped like the number of a travel permit."""
    return _BARE_PERMIT.fullmatch(_compact(value).upper()) is not None


def _compact(value: str) -> str:
    """Return a paper's number: its letters, then plain digits."""
    bare = re.sub(r"[ \n-]", "", value)
    cut = 2 if bare[1:2].isalpha() and bare[1:2] not in "OoIl" else 1
    return bare[:cut] + digits_of(bare[cut:])


def _passports(text: str) -> Iterator[Finding]:
    bare = text.strip(" ,.。!")
    for match in _PASSPORT.finditer(text):
        number = _compact(match.group())
        called = _is_called(context.PASSPORT, context.ERROR_CODE, text, match)
        lead = text[max(0, match.start() - 4) : match.start()]
        if not called and (_TRAIN.match(text, match.end()) or _NO_PAPER.search(lead)):
            continue
        if context.PERMIT.search(context.before(text, match.start())):
            called = called and passport_in(number)
        alone = match.group() == bare and passport_in(number)
        plain = number[0] in "EG" and passport_in(number) and " " not in match.group()
        called = called or (
            passport_in(number.upper())
            and _TRAVEL.search(text[max(0, match.start() - 40) : match.end() + 30]) is not None
        )
        foreign = context.has(context.ERROR_CODE, text, *match.span()) or context.has(
            context.ORDER, text, *match.span()
        )
        if (called and sum(map(str.isdigit, number)) in (7, 8, 9)) or (
            (plain or alone) and not foreign
        ):
            yield Finding("passport", *match.span(), 0.9 if called else 0.5)
    for match in _NUMBER_PASSPORT.finditer(text):
        yield Finding("passport", *match.span(1), 0.8)


def _is_called(
    cue: re.Pattern[str], rival: re.Pattern[str], text: str, match: re.Match[str]
) -> bool:
    if context.nearer(cue, rival, text, match.start(), _FAR):
        return True
    return cue.search(text[match.end() : match.end() + 8]) is not None


def _permits(text: str) -> Iterator[Finding]:
    worded = _PERMIT_WORDS.search(text) is not None
    bare = text.strip(" ,.。!")
    for match in _PERMIT.finditer(text):
        value = match.group()
        if worded and _is_called(context.PERMIT, context.ORDER, text, match):
            yield Finding("travel_permit", *match.span(), 0.95)
        elif value == bare and permit_in(value) and value[0].isupper():
            yield Finding("travel_permit", *match.span(), 0.5)


def _foreign_ids(text: str) -> Iterator[Finding]:
    for match in _HONG_KONG_ID.finditer(text):
        bracketed = match.group()[-1] in ")]"
        if is_hong_kong_id(*match.groups()) and (
            bracketed or context.has(context.HONG_KONG_ID, text, *match.span())
        ):
            yield Finding("id_card", *match.span(), 0.9)
    for match in _MACAU_ID.finditer(text):
        if context.has(context.HONG_KONG_ID, text, *match.span()):
            yield Finding("id_card", *match.span(), 0.9)
    for match in _TAIWAN_ID.finditer(text):
        if is_taiwan_id(match.group()) and context.has(context.HONG_KONG_ID, text, *match.span()):
            yield Finding("id_card", *match.span(), 0.9)


def _plates(text: str) -> Iterator[Finding]:
    if "WJ" in text:
        for match in _POLICE_PLATE.finditer(text):
            if re.search(f"[{_PROVINCE}]", match.group()) or context.has(
                context.PLATE, text, *match.span()
            ):
                yield Finding("plate", *match.span(), 0.9)
    if "使" in text:
        for match in _EMBASSY_PLATE.finditer(text):
            if context.has(context.PLATE, text, *match.span()):
                yield Finding("plate", *match.span(), 0.9)
    for match in _PLATE.finditer(text):
        plate = re.sub(r"[ ·./_\n点杠-]", "", match.group())
        tail = plate[1] + digits_of(plate[2:-1]) + (digits_of(plate[-1]) or plate[-1])
        digits = sum(map(str.isdigit, tail))
        called = context.has(context.PLATE, text, *match.span())
        if not 6 <= len(tail) <= 7 or (len(tail) == 7 and tail[-1] in "挂学警港澳领试超"):
            continue
        spelled = re.search("[〇零一二三四五六七八九幺]", plate) is not None
        shape = len(tail) == 6 or _NEW_ENERGY.fullmatch(tail.upper()) is not None
        shy = plate[0] in _SHY_PROVINCES or not plate[1].isupper()
        wanted = 5 if spelled else 2 if shy or len(tail) == 7 else 0
        if (called and not spelled) or (shape and (digits >= wanted or (digits and not shy))):
            yield Finding("plate", *match.span(), 0.9 if called else 0.7)


def is_credit_code(value: str) -> bool:
    """Tell whether `value` is a company's code, whichever letters stand for digits in it."""
    bare = re.sub(r"[ .\n-]", "", value)
    readings = {bare}
    if not bare.isdigit():
        readings |= {bare.translate(_LOOK_ALIKES), bare.translate(_LOOK_ALIKES | {108: "L"})}
    return any(_PLACE.match(reading) and is_uscc(reading) for reading in readings)


_COMPANY = re.compile("公司|企业|单位|商户|厂|店|签约|法人|工商|集团|个体|主体")
# Who registered it, and where: two signs, then the six digits of a county.
_PLACE = re.compile("[1-9ANYany][1-9][0-9]{6}")
_LOOK_ALIKES = str.maketrans("OoIil", "00111")


def _credit_codes(text: str) -> Iterator[Finding]:
    for match in _CODE.finditer(text):
        code = match.group(1)
        if not code[0].isdigit() and code[0] not in "lIONAYnay":
            continue
        bare = re.sub(r"[ .\n-]", "", code)
        if is_credit_code(code):
            near = text[max(0, match.start() - 24) : match.end(1) + 24]
            if not bare.isdigit() or context.USCC.search(near) or _COMPANY.search(near):
                yield Finding("uscc", *match.span(1), 1.0)
        elif (
            bare[:1].isdigit()
            and sum(map(str.isdigit, bare)) >= 8
            and "." not in code
            and (" " not in code or bare[:2] in ("91", "92", "93", "12", "51", "52"))
            and context.nearer(context.USCC, context.ORDER, text, match.start())
        ):
            yield Finding("uscc", *match.span(1), 0.7)
    for match in _OLD_TAX_NUMBER.finditer(text):
        if re.search("税号|纳税人|识别号", context.before(text, match.start())):
            yield Finding("uscc", *match.span(), 0.75)
