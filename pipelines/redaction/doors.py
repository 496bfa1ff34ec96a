"""The end of Chinese addresses: house, staircase, floor, flat, bed, and how they are strung."""

import re

from pipelines.redaction.place_words import HAN

_CHINESE = "一二三四五六七八九十百零〇"
COUNT = (
    rf"(?:[甲乙丙丁]?[0-9]{{1,5}}[A-Za-z]?|[A-Za-z]{{1,2}}[0-9]{{0,5}}|[{_CHINESE}]{{1,5}}"
    rf"|[甲乙丙丁东南西北])"
)
_UNIT = (
    "号(?:楼|院|厂房|库房?|仓库?|车间|斋|舍|门市|铺|商铺|档口|摊位?|工位|床|病房|平房)?|商铺|仓库|柜台"
    "|[Ff](?![A-Za-z])|支弄|弄|栋楼?|幢|座|单元|室|层|楼|房间?|门(?!票|锁|禁|铃)|户|铺位?|档口?|排"
    "|村民小组|组|社|大队|队|期|区|段|#楼?|梯|院|舍|斋|床|病区|病房|诊室|库|厂房|车间|公寓|里(?=[0-9])"
)
DOOR = rf"(?:第? ?{COUNT}(?: ?[-—－] ?{COUNT}){{0,4}} ?(?:{_UNIT}))"
_ALONE, _ENDED = "(?<![0-9A-Za-z.-])", "(?![0-9A-Za-z.-])"
CHAIN = (
    rf"(?:{_ALONE}[A-Za-z]{{0,2}}[0-9]{{1,4}}"
    rf"(?:[-#][A-Za-z]{{0,2}}[0-9]{{1,5}}[A-Za-z]?|[-#][A-Za-z]){{1,4}}{_ENDED}"
    rf"|{_ALONE}[A-Za-z](?:-[0-9]{{1,5}}){{1,3}}{_ENDED})"
)
_UNIT_ENDS = "(?<=[栋楼元号座层室幢门院舍斋铺区#库户弄之台寓厦])"
# Never a word of a sentence.
_SAFE = (
    "(?:(?![的了是在到我你您他她来去说和就不有给让把被没要都也吗呢住送寄搬从修装等])"
    rf"[{HAN}A-Za-z])"
)
# A number without a unit, a side of the house, or what stands by it.
_TAIL = "|".join(
    (
        rf"(?:{_UNIT_ENDS} ?[A-Za-z]{{0,2}}[0-9]{{1,5}}(?:[A-Za-z][0-9]{{0,3}})?(?:-[0-9]{{1,4}})?"
        "(?![0-9A-Za-z%元]|[.][0-9]|月|年|点|块)",
        rf"{_UNIT_ENDS}[一二三四五六七八九零〇两]{{2,4}}(?:室|房)?",
        rf"之(?:[{_CHINESE}]{{1,2}}|[0-9]{{1,2}}(?![0-9]))(?:[0-9]{{2,4}}(?![0-9]))?",
        "附[0-9]{1,4}号?",
        "(?<=[楼栋幢层元室座号])(?:东南|东北|西南|西北|[东南西北中左右])"
        "(?:户|侧|边|门|头|面|角|区|单元)?",
        rf"{_UNIT_ENDS}[A-Z](?![A-Za-z0-9])",
        rf"{_SAFE}{{0,6}}?(?:旁边?|隔壁|[前后]面(?:平房)?|后院|村口|路口|[东南西北左右]侧"
        "|[左右]手(?:边|第.间)?|快递柜|丰巢柜?|信箱|小卖部|保安亭|警务室|架空层|底商|车库|代收点"
        "|幼儿园)",
        "门卫室?|前台|大堂|门口|楼[上下]|附近|旁边?|对面|内(?!容|存|部|测)|办公室)",
    )
)
# What may lie between two doors.
_BETWEEN = rf"{_SAFE}{{1,10}}?"
SEQUENCE = re.compile(
    rf"(?:{DOOR}|{CHAIN})(?:[ ,，]?(?:{DOOR}|{CHAIN}|{_TAIL})| ?{_BETWEEN}(?:{DOOR}|{CHAIN}"
    rf"|楼[上下] ?[0-9]{{3,4}}(?![0-9])|区[A-Z][0-9]{{1,4}}(?![0-9A-Za-z]))){{0,10}}"
)
DOOR_ONLY = re.compile(rf"{DOOR}|{CHAIN}")
UNITS = re.compile(rf"{COUNT}(?: ?- ?{COUNT}){{0,4}} ?({_UNIT})|({CHAIN})|({_TAIL})")
# Where people live, work or lie, and nothing else is numbered so.
STRONG_UNITS = frozenset(
    (
        "号楼", "号院", "号厂房", "号库房", "号库", "号斋", "号舍", "支弄", "弄", "栋", "栋楼",
        "幢", "单元", "室",
        "号铺", "号档口", "号车间", "车间", "厂房", "号仓库", "号商铺", "商铺", "病区", "诊室",
        "号床", "床", "斋", "舍", "#楼", "#", "公寓", "号病房", "档口", "铺",
    )
)  # fmt: skip
