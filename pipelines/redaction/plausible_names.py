"""Whether a run of Han characters in a place where names stand can be one."""

import re

import rjieba

from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.name_likeness import surname_length, word_kind
from pipelines.redaction.surnames import FAMOUS_NAMES, NOT_NAMES, WEAK_SURNAMES

# What follows or ends a shop's, a sight's or a product's name.
_PLACE_ENDS = (
    "店", "馆", "街", "庄", "宫", "庙", "景点", "公园", "服务", "饭庄", "酒楼", "饭店", "酒店",
    "餐馆", "餐厅",
    "烤鸭", "故居", "寺", "胡同", "广场", "大厦", "小区", "地铁", "机场", "路", "井", "湖", "塔",
    "区", "县", "镇",
    "村", "型", "版", "性", "证", "记", "府", "系统", "平台", "插件", "算法", "公司", "集团",
    "品牌", "期", "斋",
    "坊", "门", "仓", "家园", "烤肉", "火锅", "比萨", "饺子", "涮肉", "楼", "居", "市", "海底世界",
    "山", "园", "桥", "城",
)  # fmt: skip
_PLACE_FOLLOWS = (
    "店", "馆", "街", "路", "公园", "酒店", "餐厅", "饭店", "烤鸭", "故居", "系统", "平台", "饭庄",
    "火锅", "烤肉",
    "公司", "系列",
)  # fmt: skip
_FUNCTION = re.compile("[个来去要有不没在和能会可怎多几什没]")
# Weak surnames that many people have: a noun behind them is more often a given name.
_FREQUENT = frozenset("于谢许高马金何江白贺任程方石雷常左")
_PRONOUN = re.compile("[您你们的我他她它咱谁哪么吗呢吧啊呀了这]")
_PHRASES = (
    "谢谢", "请问", "您好", "你好", "周边", "附近", "巴西", "马来", "计费", "金融", "安全", "高级",
    "汇总", "权威",
)  # fmt: skip
# What a name never ends in, though an adverb or verb before it may begin like one.
_PARTICLES = frozenset("就都也还才会要能再先来去是在有到给把被吗呢吧啊哈了过着")
_COMPANY = re.compile(
    "[\u3400-\u9fff]{0,6}(?:有限|股份)|教育|贸易|商贸|工贸|生物|科技|物流|实业|电子(?!邮)|制药"
    "|传媒|置业|证券"
    "|大学|学院|银行(?=[\u3400-\u9fff]?[行的])"
)
_GLUED = ("微信", "短信", "电信", "通信", "威信", "支付")


def is_plausible(
    text: str,
    start: int,
    end: int,
    *,
    certain: bool = False,
    introduced: bool = False,
    tagged: bool = False,
) -> bool:
    """Tell whether a Han run can be a name.

    `certain` where a name must stand, `introduced` behind a word that a name may follow,
    `tagged` where LAC says so.
    """
    name = text[start:end]
    if _PRONOUN.search(name) or name.startswith(_PHRASES) or name in NOT_NAMES:
        return False
    if not certain and name in FAMOUS_NAMES:
        return False
    if not certain and (_is_talk(name) or _is_counted(text, start) or _is_company(text, end)):
        return False
    kind = word_kind(name)
    if kind and not (tagged and kind == "ns") and not (certain and kind in ("a", "an", "ns", "nz")):
        return False
    surname = surname_length(text, start)
    if certain:
        if surname:
            return True
        common = min(GIVEN_WEIGHTS.get(char, 0) for char in name) < -2
        return len(name) <= 3 and not common and _FUNCTION.search(name) is None
    if not tagged and surname == 1 and _is_unlike(name):
        return False
    if text[max(0, start - 1) : start + 1] in _GLUED or (surname == 1 and len(name) >= 4):
        return False
    if surname == 1 and name[0] in WEAK_SURNAMES:
        kind = word_kind(name[1:])
        wordy = "vfrmdpc" if name[0] in _FREQUENT else "nvfrmdpctbs"
        if kind[:1] and kind[0] in wordy and kind not in ("nz", "ns"):
            return False
        return not cuts_a_word(text, end if introduced else start, end)
    return True


def _is_talk(name: str) -> bool:
    """Tell whether `name` is an adverb or verb and what follows it: `马上就`, `后会`, `别人哈`."""
    if surname_length(name, 0) != 1:
        return False
    if len(name) == 2:
        return name[0] in WEAK_SURNAMES - _FREQUENT and name[1] in _PARTICLES
    wordy = name[-1] in _PARTICLES and word_kind(name[:-1]) != ""
    return wordy or (name[0] in WEAK_SURNAMES and name[1:] in NOT_NAMES)


def _is_unlike(name: str) -> bool:
    """Tell whether the characters of `name` stand in names far less often than elsewhere."""
    weights = [GIVEN_WEIGHTS.get(char, 0) for char in name[1:]]
    surname = SURNAME_WEIGHTS[name[0]]
    return surname + sum(weights) < (-2 if surname >= 0 else 0) or min(weights, default=0) <= -4


def _is_counted(text: str, start: int) -> bool:
    """Tell whether the surname at `start` is a measure word: `这张卡`, `第一章`."""
    return text[start : start + 1] in "张单封包车节班束门项段章支" and (
        text[max(0, start - 1) : start] in tuple("这那哪每几两一二三四五六七八九十多")
    )


def _is_company(text: str, end: int) -> bool:
    """Tell whether what ends at `end` is the beginning of a company's name."""
    return _COMPANY.match(text, end) is not None


def cuts_a_word(text: str, start: int, end: int) -> bool:
    """Tell whether a name at `start`:`end` would begin or end inside an everyday word."""
    place = max(0, start - 8)
    for word in rjieba.cut(text[place : end + 8], False):
        begins, place = place, place + len(word)
        crosses = begins < start < place or begins < end < place
        if crosses and len(word) >= 2 and word_kind(word):
            return True
    return False


def is_place_like(text: str, start: int, end: int) -> bool:
    """Tell whether a run is, or begins, what a shop, a sight or a product is called."""
    return text[start:end].endswith(_PLACE_ENDS) or text.startswith(_PLACE_FOLLOWS, end)
