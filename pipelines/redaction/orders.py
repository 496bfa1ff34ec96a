"""Order, ticket and tracking numbers: by the word in front of them, or by a carrier's own shape."""

import re
from collections.abc import Iterator
from datetime import date

from pipelines.redaction.findings import Finding

_EDGE = "(?<![0-9A-Za-z_.])"
_VALUE = (
    r"(?:[0-9]{3,6}(?: [0-9]{3,6}){2,5}|[A-Za-z]{1,4}[ -][0-9]{6,20}"
    r"|[0-9A-Za-z]{1,24}(?:[-_][0-9A-Za-z]{1,20}){0,4})"
)
_END = r"(?![0-9A-Za-z_@]|\.[0-9A-Za-z])"
# A number right behind the word for order: `订单号：2024…`, `工单 #1024`, `order no. A-1024`.
_NAMED = re.compile(
    r"(?:订单|运单|快递单|快递|物流单|物流|面单|包裹|单号|流水|交易号|交易单|交易|工单|凭证号"
    r"|受理号|受理单|投诉单|退款单|退货单|售后单|服务单|报修单|取件单|发货单|出库单|采购单|合同编号"
    r"|(?<![A-Za-z])(?:orders?|tickets?|tracking|waybill|shipment|parcel|case|rma)(?![A-Za-z]))"
    r"(?P<link> ?(?:的?(?:单号|号码|编号|号)|(?:number|no|num|id|code)\b\.?|#)?"
    r"(?: ?(?:就是|是|为|\bis\b|[:=：#]) ?|[ (【\[「“\"']{1,2}){0,2})"
    rf"(?P<value>{_VALUE}){_END}",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r" ?(?:[元块个件笔单条份次天月年日号秒分人名张台万亿%℃]|小时|rmb|cny|kg|gb|mb|ms)",
    re.IGNORECASE,
)
# What a carrier or a shop prints, which needs no word in front of it.
_SHAPED = re.compile(
    _EDGE + r"(?:SF[0-9]{12,15}|JD(?:[A-Z]{1,3}[0-9]{9,15}|[0-9]{9,15})(?:-[0-9]{1,3}){0,3}"
    r"|(?:YT|ZTO|STO|JT|DPK|DB|UC|HT|TT|EMS|ZJS|KY)[0-9]{10,15}"
    r"|[A-Z]{2}[0-9]{9}CN|1Z[0-9A-Z]{16}"
    r"|(?:ORD|ORDER|DD|PO|TK|GD|WO|RMA|TS|XS)[-_]?(?:20[0-9]{6}[-_]?[0-9]{3,12}|[0-9]{9,20}))"
    + _END,
    re.IGNORECASE,
)
# `20240315-0001`, `2024031512345678`: the day, and a number within it. Fourteen digits are a clock.
_DATED = re.compile(
    _EDGE + r"(?P<day>20[0-9]{6})(?:[-_][0-9]{3,12}(?:[-_][0-9]{1,12})?|[0-9]{7,16})" + _END
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}[-_]?(?:0?[1-9]|1[0-2])[-_]?(?:0?[1-9]|[12][0-9]|3[01])")
_ASKED = re.compile(
    r"(?:订单|运单|快递|物流|流水|交易|工单|单)(?:单号|号码?|编号)"
    r"|\b(?:order|ticket|tracking|case) (?:number|no\b|id\b)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    rf"[ ,，:#“\"']*(?:(?:就?是|it'?s|订单|单号)[ :：]?)?(?P<value>{_VALUE}){_END}"
)
_FEWEST_DIGITS = 6
_FEWEST_CALLED = 4


def find_orders(text: str) -> Iterator[Finding]:
    """Yield the order, ticket, tracking and transaction numbers of a shadow text.

    Their scores are low: a telephone number that is called an order stays a telephone number.
    """
    for match in _NAMED.finditer(text):
        value = match.group("value")
        digits = sum(char.isdigit() for char in value)
        # Behind `工单` alone a short number may count something; behind `工单号` it is one.
        called = re.search(r"[号#:：=]|no|num|id", match.group("link"), re.IGNORECASE) is not None
        if digits < (_FEWEST_CALLED if called else _FEWEST_DIGITS) or _DATE.fullmatch(value):
            continue
        if value.isdigit() and _COUNTED.match(text, match.end()):
            continue
        yield Finding("order", *match.span("value"), 0.45)
    for match in _SHAPED.finditer(text):
        yield Finding("order", *match.span(), 0.45)
    for match in _DATED.finditer(text):
        if _is_day(match.group("day")):
            yield Finding("order", *match.span(), 0.4)


def find_answered_order(text: str, question: str) -> Finding | None:
    """Return the number that a message begins with, where the one before it asked for one."""
    if _ASKED.search(question) is None or (match := _ANSWER.match(text)) is None:
        return None
    value = match.group("value")
    if sum(char.isdigit() for char in value) < _FEWEST_DIGITS or _DATE.fullmatch(value):
        return None
    if value.isdigit() and _COUNTED.match(text, match.end()):
        return None
    return Finding("order", *match.span("value"), 0.4)


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
