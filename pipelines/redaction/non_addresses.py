"""What is built like an address and is none: dates, error codes, models, prices, hotlines."""

import re

from pipelines.redaction.doors import DOOR_ONLY
from pipelines.redaction.place_words import CUE, HAN, HAS_PLACE, PLACE_END

_DATE = re.compile(
    r"(?:19|20)[0-9]{2}(?:年|[-/.][0-9]{1,2}[-/.][0-9]{1,2}|(?=$))(?:[0-9]{1,2}月?)?(?:[0-9]{1,2}[日号]?)?"
    r"|[0-9]{1,2}月[0-9]{1,2}[日号]?|[0-9]{1,2}:[0-9]{2}"
)
# Letters and digits with at most one dash: `HP-1020`, `E-2203`, `MG100V11`.
_CODE = re.compile("[A-Za-z]+[-_.]?[0-9][A-Za-z0-9_.]*|[0-9]+[A-Za-z][A-Za-z0-9_.-]*")
# A seat in a row, and a figure with its unit.
_SEAT = re.compile("[0-9]{1,3}排[0-9]{1,3}[座号]")
_QUANTITY = re.compile(f"[{HAN}]{{2,4}}[0-9.]+ ?(?:[kKmM]?[WVAwva]h?|Hz|hz|瓦|伏|安)")
_NUMBER = re.compile("[0-9]+ ?(?:号|[号]?[线口台])?")
_LAYERS = re.compile(
    f"([{HAN}]*?)[一二三四五六七八九十两几0-9]层(?:[和与及、]?[一二三四五六七八九十0-9]层)*"
)
_PRICED = re.compile(
    " ?(?:块|元|%|折|度|公?斤|千?克|[gG](?![A-Za-z])|[mM][lL]|分|天|个|人|小时|次|件|箱"
    "|盒|包|袋|瓶|万|点|年|月|日|寸|米|厘米|岁|周|倍|毫升|升|页|条|本|张)"
)
_LED = re.compile(f"(?:{CUE.pattern}|房[间号]?|门牌|停|送|放|寄|搬|住)[:： ]{{0,2}}$")


def is_no_address(text: str, start: int, end: int) -> bool:
    """Tell whether `start`:`end`, which others take for an address, cannot well be one."""
    value = text[start:end].strip()
    if (date := _DATE.search(value)) is not None:
        rest = value[: date.start()] + value[date.end() :]
        if re.search("[0-9]", rest) is None or DOOR_ONLY.search(rest) is None:
            return True
    if _CODE.fullmatch(value) or _NUMBER.fullmatch(value):
        return _LED.search(text[max(0, start - 8) : start]) is None
    if _SEAT.fullmatch(value) or _QUANTITY.fullmatch(value):
        return True
    if (layers := _LAYERS.fullmatch(value)) is not None:
        return PLACE_END.search(layers[1]) is None and HAS_PLACE.search(layers[1]) is None
    if value[-1].isdigit() and DOOR_ONLY.search(value) is None:
        return _PRICED.match(text, end) is not None
    return False
