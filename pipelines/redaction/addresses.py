"""Postal addresses, down to the room: a place with a door, or what follows the word for address."""

import re
from collections.abc import Iterator, Sequence

from pipelines.redaction.findings import Finding
from pipelines.redaction.lac import Entity

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_HAN = "\u3400-\u9fff"
_ADMIN = (
    rf"(?:(?:{_PROVINCES})(?:省|市|自治区|特别行政区)?|[{_HAN}]{{2,7}}?(?:省|自治区|自治州|自治县"
    rf"|地区|新区|开发区|高新区|市|盟|县|区|旗"
    r"|镇|乡|街道|村委会|村|社区|屯|寨|庄))"
)
_ROAD = (
    rf"[{_HAN}]{{1,10}}?(?:大道|大街|公路|国道|省道|胡同|路|街|巷|弄|里|道|堤|桥|坊)(?:"
    rf"[东南西北中]段?|[一二三四五六七八九十]+[路段巷])?"
)
_PLACE_NAME = (
    rf"[{_HAN}A-Za-z0-9]{{1,14}}?(?:小区|花园|公寓|大厦|广场|中心|家园|新村|工业园|产业园|科技园"
    rf"|软件园|创业园|写字楼|商城|商场|市场|宿舍|校区|大学"
    r"|学院|中学|小学|医院|酒店|宾馆|[苑园城府庭湾郡轩阁院楼居庄墅邸厂站])"
)
_COUNT = (
    r"(?:[0-9]{1,5}|[A-Za-z]{1,2}[0-9]{0,4}|[一二三四五六七八九十百零〇]{1,5}|[甲乙丙丁东西南北])"
)
_DOOR = (
    rf"(?:第? ?{_COUNT}(?: ?[-—－] ?{_COUNT}){{0,4}} ?(?:号楼|号院|号线|号|弄|栋|幢|座|单元"
    rf"|室|层|楼|房间?|门|户|铺位?|排|组|队|期|区|段|档|#|梯|院))"
)
_BARE_DOOR = (
    r"(?:[A-Za-z]{0,2}[0-9]{1,4}(?:[-#][A-Za-z]{0,2}[0-9]{1,5}|[-#][A-Za-z]){1,4}(?!"
    r"[0-9A-Za-z.])|[A-Za-z](?:-[0-9]{1,5}){1,3}(?![0-9A-Za-z.]))"
)
_GAP = r"[ ,，]?"
_INNER = (
    rf"(?:{_GAP}(?:{_DOOR}|{_BARE_DOOR}|附近|旁边?|对面|内|(?<=[栋楼元号座层室幢])"
    rf"[0-9]{{1,5}}(?![0-9A-Za-z.])))"
)
_BODY = re.compile(
    rf"(?:{_ADMIN} ?){{0,6}}(?:(?:{_ROAD}|{_PLACE_NAME}) ?){{0,4}}(?:{_ROAD}[0-9]{{1,5}}(?!"
    rf"[0-9.%元点]))?(?:{_INNER}(?:{_PLACE_NAME})?){{0,8}}"
)
_CORE = re.compile(
    rf"(?:大道|大街|公路|国道|省道|胡同|"
    rf"[路街巷弄里道村庄镇组园苑城府庭湾郡轩阁院厦场心寓区楼居厂]) ?(?:{_DOOR}|{_BARE_DOOR}|"
    rf"[0-9]{{1,5}}(?![0-9.%元点:年月日人分个次家间条级版折米]|,[0-9]))"
    # A housing estate's name ends as it likes; what is numbered behind it gives it away.
    rf"|[{_HAN}] ?{_COUNT} ?(?:栋|幢|号楼|号院|单元|座[0-9]{{1,5}})|[{_HAN}]{_BARE_DOOR}"
)
_MORE = re.compile(
    rf"(?:{_INNER}|{_GAP}(?:{_PLACE_NAME}|{_ROAD}){_INNER}|{_PLACE_NAME}"
    rf"|[{_HAN}]{{2,10}}(?:[0-9]{{1,3}})?(?:{_DOOR}|{_BARE_DOOR}))"
)
_LEVEL_CHARACTERS = re.compile(rf"[省市县区镇乡村旗盟州屯寨庄]|街道|{_PROVINCES}")
_LEVELS = re.compile(_ADMIN)
_CUE = re.compile(
    r"(?:收货地址|收件地址|寄件地址|取件地址|送达地址|配送地址|家庭地址|家庭住址|公司地址"
    r"|办公地址|户籍地址?|现住址|详细地址|联系地址|居住地址?|居住地|住址|地址|寄[到往至给]|送"
    r"[到往至货]"
    r"|邮寄[到至]?|配送[到至]|发[到往]|快递到|家住|住在|住的是|搬到|位于|坐落于?|上门到|我住|人在"
    r"|常住|(?<![入居])住(?=[^宿院户]))"
    r"(?:地址)?(?:[:：=]|是|为|在|改成|改为|换成| )*"
)
_WEAK_CUE = re.compile(rf"(?:寄|(?<![赠发推配派])送|在)(?=[{_HAN}]{{2}})")
_FIELD_END = re.compile(
    r"[，。；;！!？?\n、\ufffc|]|,(?! ?[0-9A-Za-z]{1,5}[栋号室楼])|电话|手机|收件人|联系人|姓名"
    r"|邮编|谢谢|可以吗|的(?=[快包件房客用])|吗|呢"
)
_HAS_NUMBER = re.compile(rf"[0-9]|{_DOOR}")
_HAS_PLACE = re.compile(
    rf"{_PROVINCES}|[{_HAN}](?:省|市|县|区|旗|镇|乡|村|路|街|巷|弄|道|里|苑|园|城|府|庭|湾|郡|轩"
    rf"|阁|厦|场|寓|楼|院|小区|广场|中心|胡同|庄|栋|幢|单元|室)"
)
# Words that end what can belong to an address, looking left from its door.
_LEFT_STOP = re.compile(
    r"(?:地址|住址|位于|寄到|送到|发到|寄往|我家|公司|单位|住在|家住|搬到|改成|改为|换成|户籍"
    r"|居住地|因为|收货|快递|配送|请|从(?!化)|在|到|住|是|为|至|往|去|址|给|我|你|您|他|她|的|了|和(?![平睦谐兴美苑园县田])|与"
    r"|把|说|要|这|那|叫)"
)
_HAN_OR_ALNUM = re.compile(rf"[{_HAN}A-Za-z0-9-]")
_NOT_A_PLACE = re.compile(
    r"(?:线路|思路|短路|网路|电路|回路|链路|通路|道路|走路|一路|半路|铁路|后路|渠道|知道|频道"
    r"|通道|管道|报道|难道|味道|轨道|哪里|这里|那里|心里|手里|家里|库里|表里|公里|里里|城里|会场"
    r"|市场|现场|立场"
    r"|学院里|地区|社区|时区|专区|分区|磁盘分区|可用区|大区|园区|一楼|上楼|下楼|主楼|回复楼|楼"
    r"|中心|控制中心|应用中心|帮助中心|分组|小组|群组|数组|班组|工厂|场|城|区|组|园|府)$"
)


def find_addresses(text: str, entities: Sequence[Entity]) -> Iterator[Finding]:
    """Yield the addresses of a shadow text; a town's name alone is none."""
    places = [entity for entity in entities if entity.tag in ("LOC", "ORG")]
    for match in _CORE.finditer(text):
        yield from _around_door(text, match, places)
    for match in _CUE.finditer(text):
        yield from _after_cue(text, match.end(), places)
    for match in _WEAK_CUE.finditer(text):
        for finding in _after_cue(text, match.end(), places):
            field = text[finding.start : finding.end]
            if re.search("[0-9]", field) and _LEVELS.match(field) and _DOOR_ONLY.search(field):
                yield finding
    # The costliest pattern, so only where two levels and a number can be.
    bodies = _BODY.finditer(text) if len(_LEVEL_CHARACTERS.findall(text)) >= 2 else ()
    for match in bodies:
        if match.end() - match.start() >= 6:
            levels = len(_LEVELS.findall(match.group()))
            if levels >= 2 and _HAS_NUMBER.search(match.group()) and _LEVELS.match(match.group()):
                start = _cut_left(text, match.start(), match.start() + 8)
                yield Finding("address", start, match.end(), 0.7)


def _around_door(text: str, match: re.Match[str], places: Sequence[Entity]) -> Iterator[Finding]:
    left = match.start() + 1
    while left > 0 and left > match.start() - 40 and _HAN_OR_ALNUM.match(text[left - 1]):
        left -= 1
    left = _cut_left(text, left, match.start())
    for place in places:
        if left < place.end <= match.end() and place.start >= left - 8 and place.start < left:
            left = place.start
    place_name = text[left : match.start() + 1]
    named = any(place.start < match.end() and place.end > left for place in places)
    known = _LEVELS.match(place_name) is not None or re.search(_PROVINCES, place_name) is not None
    if len(place_name) < 2 or (_NOT_A_PLACE.search(place_name) and not (named or known)):
        return
    bare = re.fullmatch(rf"[{_HAN}]{_BARE_DOOR}", match.group()) is not None
    if bare and (not (named or known) or _CALENDAR.search(match.group())):
        return
    detailed = _DOOR_ONLY.search(match.group()) is not None
    if not (named or known or detailed):
        return
    yield Finding("address", left, _extend(text, match.end()), 0.75)


_CALENDAR = re.compile(r"(?:19|20)[0-9]{2}-|-(?:19|20)[0-9]{2}(?![0-9])")
_DOOR_ONLY = re.compile(rf"{_DOOR}|{_BARE_DOOR}")


def _cut_left(text: str, left: int, stop: int) -> int:
    """Return where the address begins between `left` and `stop`: behind the last word that ends
    what came before.
    """
    for word in _LEFT_STOP.finditer(text, left, stop):
        left = word.end()
    return left


def _extend(text: str, end: int) -> int:
    while (
        (more := _MORE.match(text, end)) is not None and more.end() > end and more.end() - end < 24
    ):
        end = more.end()
    return end


def _after_cue(text: str, start: int, places: Sequence[Entity]) -> Iterator[Finding]:
    stop = _FIELD_END.search(text, start)
    end = min(stop.start() if stop else len(text), start + 60)
    field = text[start:end].rstrip()
    for space in re.finditer(" ", field):
        rest = field[space.end() :]
        if not re.match(
            rf"{_DOOR}|{_BARE_DOOR}|{_ADMIN}|{_ROAD}|{_PLACE_NAME}|[0-9]{{2,4}}(?![0-9])", rest
        ):
            field = field[: space.start()]
            break
    if len(field) < 4 or "://" in field or field.startswith(("www", "\\", "/")):
        return
    named = any(entity.start < start + len(field) and entity.end > start for entity in places)
    place = named or _HAS_PLACE.search(field) is not None
    levels = len(_LEVELS.findall(field))
    road = re.search(rf"[{_HAN}]{{2,}}(?:路|大街|街道|大道|巷|胡同)", field)
    numbered = re.search(r"[0-9]", field) is not None or _DOOR_ONLY.search(field) is not None
    if place and (numbered or levels >= 3 or (named and road)) and len(field) <= 60:
        yield Finding("address", start, start + len(field), 0.65)
