"""Parts of an address that somebody sends because the message before asked for it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.redaction.doors import CHAIN, DOOR
from pipelines.redaction.findings import Finding
from pipelines.redaction.place_words import ADMIN, NOT_A_PLACE, PLACE_NAME, ROAD

_LOOKS_BACK = 3
_LONGEST, _LONGEST_QUESTION = 40, 60
_ASKED = re.compile(
    "(?<![A-Za-z])地址|住址|门牌|房号|寄到哪|送到哪|发到哪|(?:住|人|您|你)在?(?:哪里|哪儿|哪个小区|哪条路)"
    "|哪个小区|几号楼|几栋|几单元|哪一?栋|哪个?区|什么路|哪条路|户籍|籍贯"
)
# What is asked of the address, and not told about it: `地址怎么改`.
_TOLD = re.compile(
    "怎么|为什么|如何|[改填写][错好成完]|已|不对|能改|修改|IP|ip|网址|链接|邮箱|MAC|mac"
)
_LEADS = re.compile("[ ,，:：]*(?:嗯+|是的?|就?是|在|到|寄到|送到|住在?|我在|我住|地址)?[ ,，:：]*")
_PARTS = tuple(map(re.compile, (ADMIN, DOOR, CHAIN, ROAD, PLACE_NAME)))
_ROOM = re.compile("[A-Za-z]?[0-9]{3,4}室?|[0-9]{1,3}号?")
_ASKED_ROOM = re.compile("门牌|房号|几号|哪[间室户]|几零几")
_SIGNS = " ,，.。;；~!！"


def find_answered_address(text: str, before: Sequence[str]) -> Finding | None:
    """Return the part of an address that is all of `text`, which answers one of `before`."""
    if not 2 <= len(text) <= _LONGEST:
        return None
    asked = [said for said in before[-_LOOKS_BACK:] if _asks(said)]
    if not asked:
        return None
    lead = _LEADS.match(text)
    start = lead.end() if lead is not None else 0
    end = len(text.rstrip(_SIGNS))
    if end <= start:
        return None
    if _ROOM.fullmatch(text, start, end):
        return Finding("address", start, end, 0.6) if _ASKED_ROOM.search(before[-1]) else None
    if end - start < 3 or NOT_A_PLACE.search(text[start:end]) is not None:
        return None
    place = start
    while place < end:
        matches = (part.match(text, place, end) for part in _PARTS)
        match = next((found for found in matches if found is not None), None)
        if match is None:
            return None
        place = match.end()
        while place < end and text[place] in _SIGNS:
            place += 1
    return Finding("address", start, end, 0.6)


@lru_cache(maxsize=4_096)
def _asks(said: str) -> bool:
    return (
        len(said) <= _LONGEST_QUESTION
        and _ASKED.search(said) is not None
        and _TOLD.search(said) is None
    )
