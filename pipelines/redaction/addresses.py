"""Postal addresses, down to the room: a place with a door, or what follows the word for address."""

import re
from collections.abc import Iterator, Sequence

from pipelines.redaction.doors import CHAIN, DOOR, DOOR_ONLY, SEQUENCE, STRONG_UNITS, UNITS
from pipelines.redaction.english_addresses import find_english_addresses
from pipelines.redaction.findings import Finding
from pipelines.redaction.lac import Entity
from pipelines.redaction.place_words import (
    ADMIN,
    CUE,
    ESTATE_END,
    FIELD_END,
    HAN,
    HAS_PLACE,
    LEFT_STOP,
    LEVEL_CHARACTERS,
    LEVELS,
    NOT_A_PLACE,
    PLACE_END,
    PLACE_NAME,
    PROVINCES,
    ROAD,
    WEAK_CUE,
)

_HAS_DOOR = re.compile(
    "[0-9一二三四五六七八九十甲乙丙丁A-Za-z][^，。,]{0,3}[号弄栋幢座元室层楼房门户铺档排组社队区段#梯院舍斋床库-]|[0-9]"
)
_INNER = rf"(?:[ ,，]?(?:{DOOR}|{CHAIN}))"
_BODY = re.compile(
    rf"(?:{ADMIN} ?){{0,6}}(?:(?:{ROAD}|{PLACE_NAME}) ?){{0,4}}(?:{ROAD}[0-9]{{1,5}}(?!"
    rf"[0-9.%元点]))?(?:{_INNER}(?:{PLACE_NAME})?){{0,8}}"
)
# A road and a number alone: `新大路1628`.
_ROAD_NUMBER = re.compile(
    rf"(?<=[{HAN}])(?:大道|大街|公路|[路街巷弄]|胡同|[东南西北中]段) ?[0-9]{{1,5}}"
    rf"(?![0-9.%元点:年月日人分个次家间条级版折米路号弄公块站]|,[0-9])"
)
# A house and a number alone: `行政楼506`.
_HOUSE_NUMBER = re.compile(
    rf"(?<=[{HAN}])(?:楼|村|小区|大厦|公寓|宿舍|中心|广场|大院"
    rf"|[苑园城府庭湾郡轩阁墅邸])[A-Za-z]?[0-9]{{3,4}}[A-Za-z]?"
    rf"(?![0-9.%元点:年月日人分个次家间条级版折米套张路号块台]|,[0-9])"
)
_CALENDAR = re.compile(r"(?:19|20)[0-9]{2}-|-(?:19|20)[0-9]{2}(?![0-9])|^[0-9]{1,2}-[0-9]{1,2}$")
_HAN_OR_ALNUM = re.compile(rf"[{HAN}A-Za-z0-9-]")
_HIGHER = re.compile(rf"[{HAN}]{{2,14}}(?:省|市|区|县|镇|乡|街道|园区|新区|村|路|街|道|里)$")
_WHOLE = re.compile(
    rf"(?:{ADMIN}){{2,4}}[{HAN}]{{2,8}}(?:街道|镇|路|街|新村|小区|花园|苑|巷|里|村|组"
    rf"|社)[一二三四五六七八九十]?(?:路|巷|区|期)?"
)
_HAMLET = re.compile(
    rf"[{HAN}]{{2,4}}[镇乡][{HAN}]{{1,5}}村[{HAN}]{{1,4}}[组社队屯湾坝](?!会|区|长|员)"
)
_HOUSE_ONLY = frozenset(("楼", "层", "号", "区", "门", "座", "段", "期", "组", "排", "队", "院"))
_MOST = 60


def find_addresses(text: str, entities: Sequence[Entity]) -> Iterator[Finding]:
    """Yield the addresses of a shadow text; a town's name alone is none."""
    yield from find_english_addresses(text)
    places = [entity for entity in entities if entity.tag in ("LOC", "ORG")]
    if _HAS_DOOR.search(text) is not None:
        yield from _doors(text, places)
    for match in CUE.finditer(text):
        yield from _after_cue(text, match.end(), places)
    for match in WEAK_CUE.finditer(text):
        for finding in _after_cue(text, match.end(), places):
            field = text[finding.start : finding.end]
            if re.search("[0-9]", field) and LEVELS.match(field) and DOOR_ONLY.search(field):
                yield finding
    # The costliest pattern, so only where two levels and a number can be.
    if len(LEVEL_CHARACTERS.findall(text)) < 2:
        return
    for match in _BODY.finditer(text):
        if match.end() - match.start() >= 6:
            levels = len(LEVELS.findall(match.group()))
            numbered = re.search("[0-9]", match.group()) or DOOR_ONLY.search(match.group())
            if levels >= 2 and numbered and LEVELS.match(match.group()):
                start = _cut_left(text, match.start(), match.start() + 8)
                yield Finding("address", start, match.end(), 0.7)
    for match in _HAMLET.finditer(text):
        yield Finding(
            "address", _cut_left(text, match.start(), match.start() + 3), match.end(), 0.6
        )
    if (whole := _WHOLE.fullmatch(text.strip(" ，。,.~"))) is not None:
        start = text.index(whole.group())
        yield Finding("address", start, start + len(whole.group()), 0.6)


def _doors(text: str, places: Sequence[Entity]) -> Iterator[Finding]:
    place = 0
    while (match := SEQUENCE.search(text, place)) is not None:
        left = _grow_left(text, match.start(), places)
        if _is_address(text, left, match, places):
            place = match.end()
            yield Finding("address", _over_space(text, left), place, 0.75)
        else:
            first = DOOR_ONLY.match(text, match.start())
            place = first.end() if first is not None else match.end()
    for pattern in (_ROAD_NUMBER, _HOUSE_NUMBER):
        for match in pattern.finditer(text):
            left = _grow_left(text, match.start(), places)
            name = text[left : match.start() + 1]
            if (
                len(name) >= 2
                and NOT_A_PLACE.search(name) is None
                and text[match.start() - 1] not in "的这那"
            ):
                tail = SEQUENCE.match(text, match.end())
                yield Finding(
                    "address", _over_space(text, left), tail.end() if tail else match.end(), 0.7
                )


def _is_address(text: str, left: int, match: re.Match[str], places: Sequence[Entity]) -> bool:
    """Tell whether the doors of a match, and the place that begins at `left`, are an address."""
    place = text[left : match.start()].rstrip()
    door = match.group()
    named = any(item.start < match.start() and item.end > left for item in places)
    known = LEVELS.match(place) is not None or re.search(PROVINCES, place) is not None
    ends = PLACE_END.search(place) is not None and NOT_A_PLACE.search(place) is None
    units = [unit or ("-" if chain else "+") for unit, chain, _ in UNITS.findall(door)]
    if not units:
        return False
    chain = units[0] == "-"
    if chain:
        return _is_chain(place, door, led=known or ends, named=named, more=len(units) > 1)
    strong = sum(unit in STRONG_UNITS for unit in units)
    if len(place) < 2:
        whole = match.start() == 0 and match.end() >= len(text.rstrip(" 。.，,~"))
        return (strong >= 1 and len(units) >= 2) or (whole and len(units) >= 2 and units[0] != "排")
    if not (named or known or ends):
        return (
            strong >= 2 or (strong == 1 and len(units) >= 2) or (strong == 1 and units[0] in _HOMES)
        )
    if strong:
        return units[0] != "室" or len(place) >= 3
    if units[0] in ("号", "组", "社", "队", "大队", "村民小组"):
        group = place[-1] in "组社队" and _VILLAGE.search(place) is None
        return (ends and not group) or known or named
    return len(units) >= 2 and units[0] in _HOUSE_ONLY


_FLAT = re.compile("(?:[A-Za-z]|[0-9]{1,2})-[0-9]{1,2}-[0-9]{3,4}")
_VILLAGE = re.compile("[村庄场屋湾坪坝塘垸镇乡寨屯]")
_HOMES = frozenset(("栋", "幢", "号楼", "号院", "单元", "弄"))


def _is_chain(place: str, door: str, *, led: bool, named: bool, more: bool) -> bool:
    """Tell whether numbers with dashes are a door: `12-3-502`, not a date or a model."""
    first = re.match(CHAIN, door)
    if first is None or _CALENDAR.search(first.group()):
        return False
    parts = len(re.findall("[-#]", first.group()))
    flat = re.search("[-#][A-Za-z]?[0-9]{3,4}[A-Za-z]?$", first.group()) is not None
    if len(place) < 2:
        return _FLAT.fullmatch(first.group()) is not None
    if led or ESTATE_END.search(place):
        return True
    return (parts >= 2 and flat and len(place) >= 3) or (named and flat) or more


def _grow_left(text: str, stop: int, places: Sequence[Entity]) -> int:
    """Return where the place before `stop` begins."""
    left = stop
    while left > 0 and left > stop - 40 and _HAN_OR_ALNUM.match(text[left - 1]):
        left -= 1
    left = _cut_left(text, left, stop)
    for place in places:
        if left < place.end <= stop + 1 and place.start >= left - 8 and place.start < left:
            left = place.start
    while left < stop and text[left] in " ,，":
        left += 1
    return left


def _over_space(text: str, left: int) -> int:
    """Return where an address begins whose higher levels a space parts from it."""
    for _ in range(3):
        if left < 3 or text[left - 1] not in " ,，":
            break
        start = left - 1
        while start > 0 and start > left - 20 and _HAN_OR_ALNUM.match(text[start - 1]):
            start -= 1
        start = _cut_left(text, start, left - 1)
        if _HIGHER.fullmatch(text, start, left - 1) is None:
            break
        left = start
    return left


def _cut_left(text: str, left: int, stop: int) -> int:
    """Return where the address begins between `left` and `stop`: behind the last word that ends
    what came before.
    """
    for word in LEFT_STOP.finditer(text, left, stop):
        left = word.end()
    return left


def _after_cue(text: str, start: int, places: Sequence[Entity]) -> Iterator[Finding]:
    stop = FIELD_END.search(text, start, start + _MOST)
    end = min(stop.start() if stop else len(text), start + _MOST)
    field = text[start:end].rstrip()
    for space in re.finditer(" ", field):
        rest = field[space.end() :]
        if not re.match(rf"{DOOR}|{CHAIN}|{ADMIN}|{ROAD}|{PLACE_NAME}|[0-9]{{2,4}}(?![0-9])", rest):
            field = field[: space.start()]
            break
    if len(field) < 4 or "://" in field or field.startswith(("www", "\\", "/")):
        return
    named = any(entity.start < start + len(field) and entity.end > start for entity in places)
    place = named or HAS_PLACE.search(field) is not None
    levels = len(LEVELS.findall(field))
    road = re.search(rf"[{HAN}]{{2,}}(?:路|大街|街道|大道|巷|胡同)", field)
    numbered = DOOR_ONLY.search(field) is not None
    if "的" not in field or road:
        numbered = numbered or re.search("[0-9]", field) is not None
    if place and (numbered or levels >= 3 or (named and road)) and len(field) <= _MOST:
        yield Finding("address", start, start + len(field), 0.65)
    elif (door := _CUED_DOOR.match(field)) is not None and not _CALENDAR.search(door.group(1)):
        yield Finding("address", start, start + door.end(), 0.6)


_CUED_DOOR = re.compile(rf"[{HAN}]{{0,8}}?((?:{CHAIN})|{DOOR}(?:{DOOR}|{CHAIN})+)")
