"""Names with a title, and the short names people call each other by: `王总`, `小李`, `涛哥`."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.name_frames import after, before
from pipelines.redaction.name_likeness import (
    is_han,
    surname_length,
    word_borders,
    word_class,
    word_kind,
)
from pipelines.redaction.plausible_names import cuts_a_word, is_plausible
from pipelines.redaction.surnames import NOT_NAMES, TITLES, WEAK_SURNAMES

_HAN = re.compile("[\u3400-\u9fff]")
_TITLE = re.compile(f"(?<=[\u3400-\u9fff])(?:{TITLES})")
# Titles that stand alone less often than behind a name.
_POLITE = ("先生", "女士", "小姐")
_ADDRESSED = ("先生", "女士", "小姐", "同学", "老师", "师傅", "医生", "律师", "阿姨")
# Posts that people are spoken of by, so that a preposition stands before them: `由主管跟进`.
_POSTS = frozenset(
    (
        "经理", "总监", "总裁", "主任", "主管", "专员", "客服", "顾问", "会计", "秘书", "队长",
        "组长", "店长", "工程师", "老板", "老师", "同学",
    )
)  # fmt: skip
# Function words that are also surnames: before a title they are nearly never one.
_FUNCTION = frozenset("有要能来从那都后和以对先开在时年全国家应别问给从由经可是")
_PET = re.compile("(?P<pet>[小老阿大])(?P<one>[\u3400-\u9fff])|(?P<twin>[\u3400-\u9fff])(?P=twin)")
_CALLED = re.compile(
    "(?<=[\u3400-\u9fff])(?:哥|姐|仔|子|儿|嫂|妹|弟|兄|局|队|导|妈妈?|爸爸?)(?![妹夫弟子])"
)
_LEFT = {
    "label": 2, "role": 1, "call": 2, "preposition": 2, "copula": 1, "list": 1, "edge": 0,
    "stop": 0, "space": 0, "colon": 1, "bracket": 0, "adverb": 0, "bit": 2, "verb": -1,
    "particle": -1,
}  # fmt: skip
_RIGHT = {
    "person": 2, "deed": 2, "plain": 0, "of": 0, "edge": 0, "stop": 0, "space": 0, "digit": 1,
    "list": 1, "bracket": 1, "colon": 0, "plainlike": 0, "adverb": 0, "preposition": 1,
    "pronoun": 1, "time": 1,
}  # fmt: skip
# Also what things are called: somebody only where all around it says so.
_THINGS = frozenset(
    (
        "小时", "小心", "小米", "小麦", "小雪", "小龙", "小康", "小费", "小钱", "小鱼", "小马",
        "小车", "小金", "小黄",
        "小白", "小花", "小江", "小河", "小包", "小安", "小雷", "小牛", "小苗", "小毛", "小石",
        "小方", "小米", "小云",
        "老白", "老鱼", "老花", "老马", "老牛", "老路", "老金", "老窖", "老年", "老干", "老汤",
        "老卤", "老坛", "老酒",
        "大马", "大金", "大龙", "大黄", "大江", "大河", "大包", "大梁", "大石", "大花", "大元",
        "大安", "大田", "大全",
        "大雷", "大王", "大白", "大汪", "大米", "大明", "大方", "大红", "大卫", "大力", "大成",
        "大理", "大唐", "大宝",
        "大江", "大海", "大东", "大华", "大关", "大董", "小高", "小蓝", "小乔", "老高", "小满",
        "小计", "大计", "小时",
    )
)  # fmt: skip
_WORDY = frozenset("nvdmqrta")
_NO_KIN = frozenset(
    "表堂大小二三四五六七老学师空的帅美靓亲干姑嫡公令八月这那小兄弟伯叔大他她我你您"
)


def find_titled_names(text: str) -> Iterator[Finding]:
    """Yield the surnames and names of a shadow text that a title follows."""
    end = 0
    for match in _TITLE.finditer(text):
        stop = match.start()
        for length in (4, 3, 2, 1):
            start = stop - length
            if start < end:
                continue
            surname = surname_length(text, start)
            if not surname or length < surname or length > surname + 2:
                continue
            if not is_han(text[start:stop]):
                continue
            if _is_titled(text, start, stop, surname, match.group()):
                end = match.end()
                yield Finding("person", start, end, 0.8 if match.group() in _POLITE else 0.7)
                break


def _is_titled(text: str, start: int, stop: int, surname: int, title: str) -> bool:
    """Tell whether `start`:`stop`, which begins with a surname, is who `title` is said of."""
    given = stop - start > surname
    end = stop + len(title)
    if any(text[place:end] in NOT_NAMES for place in range(max(0, start - 1), stop)):
        return False
    if given:
        return is_plausible(text, start, stop) or _is_word_name(text, start, stop, title)
    if surname > 1:
        return True
    polite = title in _POLITE
    char = text[start]
    alone = start == 0 or _HAN.match(text[start - 1]) is None
    if text[start : stop + len(title)] in NOT_NAMES and not polite:
        return False
    if (
        title in ("客服", "顾问", "专员", "代表", "编辑", "助理", "领导")
        and SURNAME_WEIGHTS[char] < 3
    ):
        return False
    if char in _FUNCTION:
        if alone:
            return polite or (title not in _POSTS and char not in "有要能来从都和在问给由")
        return before(text, start) in ("call", "label", "copula", "list")
    if not alone and before(text, start) in ("call", "label"):
        return True
    if char in WEAK_SURNAMES and not polite:
        return alone or start in word_borders(text)
    return alone or not cuts_a_word(text, start, stop)


def _is_word_name(text: str, start: int, stop: int, title: str) -> bool:
    """Tell whether an everyday word before `title` is somebody's name: `高歌女士`."""
    name = text[start:stop]
    if len(name) != 2 or name in NOT_NAMES or title not in _ADDRESSED:
        return False
    if word_class(name) not in ("noun", "adjective", "place", "name"):
        return False
    if title not in _POLITE and GIVEN_WEIGHTS.get(name[1], 0) < 0:
        return False
    return before(text, start) in ("edge", "stop", "space", "call", "role", "preposition", "label")


def find_nicknames(text: str) -> Iterator[Finding]:
    """Yield the short names of a shadow text that stand where people are spoken of."""
    for match in _PET.finditer(text):
        if (worth := _pet_worth(match)) and _is_addressed(text, *match.span(), worth):
            yield Finding("person", *match.span(), 0.55)
    for match in _CALLED.finditer(text):
        for length in (2, 1):
            start = match.start() - length
            worth = _call_worth(text[max(0, start) : match.start()], match.group())
            if start >= 0 and worth and _is_addressed(text, start, match.end(), worth):
                yield Finding("person", start, match.end(), 0.55)
                break


def _is_addressed(text: str, start: int, end: int, worth: int) -> bool:
    """Tell whether people are spoken of around what is `worth` so much as a nickname."""
    name = text[start:end]
    if name in NOT_NAMES:
        return False
    borders = word_borders(text)
    common = name[0] in "小老大" and len(name) == 2
    if start not in borders or (end not in borders and not common):
        return False
    least = 5 if name in _THINGS or (not common and word_kind(name)[:1] in _WORDY) else 3
    return worth + _LEFT.get(before(text, start), -2) + _RIGHT.get(after(text, end), -3) >= least


def _pet_worth(match: re.Match[str]) -> int:
    """Return how much `小李`, `阿芳` or `丽丽` is like a nickname in itself; 0 is not at all."""
    one, pet = match["one"], match["pet"]
    if one is None:
        return max(0, GIVEN_WEIGHTS.get(match["twin"], 0))
    weight = min(3, SURNAME_WEIGHTS.get(one, -9) + (pet in "小老"))
    if pet in "小阿":
        weight = max(weight, GIVEN_WEIGHTS.get(one, 0))
    return max(0, weight - (pet == "大"))


def _call_worth(given: str, call: str) -> int:
    """Return how much `given`, which `call` follows, is like somebody's name; 0 is not at all."""
    weights = [GIVEN_WEIGHTS.get(char, 0) for char in given]
    if (
        not given
        or given[-1] in _NO_KIN
        or not "\u3400" <= given[0] <= "\u9fff"
        or min(weights) < 0
    ):
        return 0
    if call in ("哥", "姐", "嫂"):
        twin = len(given) == 2 and (given[0] == given[1] or given[0] in "阿小")
        named = len(given) == 1 and (weights[0] >= 1 or given in SURNAME_WEIGHTS)
        return 3 if twin or named or word_class(given) == "name" else 0
    if call in ("妹", "弟", "兄", "局", "队", "导"):
        return 2 if len(given) == 1 and SURNAME_WEIGHTS.get(given, 0) >= 2 else 0
    if len(given) == 2:
        return 3 if call[0] in "妈爸" and sum(weights) >= 3 else 0
    return 1 if weights[0] >= 2 and call[0] in "仔子儿" else 0
