"""Names from other languages in Han characters: `阿依古丽·艾则孜`, `扎西顿珠`, `佐藤健一`."""

import re
from collections.abc import Iterator

import rjieba

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_frames import follows, leads
from pipelines.redaction.name_likeness import word_borders, word_kind

_SOUNDS = frozenset(
    "阿艾买吐热古丽提木尔斯克德拉里亚娜力江依米努尼扎西卓玛旺达罗伦特曼森顿贝卡马莫托夫诺维奇娅莎蒂"
    "迪萨哈穆罕默巴图苏布合孜别吾库帕肉汗约翰安东乔治迈皮埃杜邦史密冈雷弗基彼得洛茹先佳祖沙那日"
    "瓦次仁多吉丹增洛桑格梅朵且赛麦敏如则卜喀迪尔叶兰塔甫班央金呷曲比乌图雅加肯居玉素伊万艾则孜索菲"
    "威廉逊福贾什库马卡洛门戈德汤姆珍妮弗琳玟丝瑞查理茜娃夏莉路易普勒维凯文奥利佛"
)
_CHUNK = "[\u3400-\u9fff]{1,8}"
_DOTTED = re.compile(f"({_CHUNK}|[A-Z])((?:·(?:{_CHUNK}|[A-Z])){{0,3}}·)({_CHUNK})")
_PARTS = (
    "古丽|阿依|买买提|麦麦提|库尔班|扎西|卓玛|次仁|洛桑|格桑|旺堆|顿珠|多吉|丹增|央金|巴特尔|其其格"
    "|高娃|乌云|娜仁|萨日娜|木合塔尔|艾力|努尔|古力|阿卜杜|阿不都|热合曼|吐尔逊|迪丽|热巴|帕提|玛依"
    "|阿迪力|玉素甫|卡米力|尼玛|平措|达瓦|拉姆|白玛|德吉|仁增|索朗|强巴|旦增|曲珍|措姆|沙马|木呷"
    "|额尔敦|呼格|吉勒|苏和|布和|那日苏|斯琴|图雅|通拉嘎|阿古拉|巴图|塔娜|乌兰|卓嘎|阿尼|吉木|日哈"
    "|哈丽|帕尔|哈提|赛买|肉孜|艾尼|瓦尔|依明|夏木|热娅|米热|则孜|木拉提|巴依|叶尔|别克|古扎|迪里"
    "|拜尔"
)
_JOINED = re.compile(f"(?:{_PARTS})")
# Syllables that a part is joined with; none of them is common in Chinese sentences.
_SYLLABLES = frozenset(
    "阿艾买吐热古丽提木尔拉力依努尼扎卓玛旺顿珠吉娜仁高娃巴特图雅其格萨日苏额敦呼勒哈旦帕合塔孜汗姆措"
    "嘎桑洛堆增嘉错朗桑白强曲珍央达瓦甫别克热娅米夏则敏"
)
_NOT_PERSONS = re.compile(
    "乌鲁木齐|哈尔滨|呼和浩特|巴西|巴黎|马来|尼泊尔|乌兰察布|巴彦淖尔|鄂尔多斯|呼伦贝尔|锡林郭勒"
    "|阿里巴巴"
    "|乌兰浩特|阿克苏|克拉玛依|吐鲁番|哈密|塔里木|阿坝|西双版纳|日喀则|那曲|扎兰屯|乌兰县|白玛县"
    "|努比亚"
    "|特斯拉|奥迪|阿拉善|巴图鲁|达瓦孜|尼玛县|多吉币|艾力达|古丽美食"
)
_LONGEST = 8
_BEGINNINGS = re.compile("阿不都|阿布都|阿卜都|阿不力|买买提|麦麦提")
_JAPANESE = (
    "佐藤|铃木|高桥|田中|渡边|伊藤|山本|中村|小林|加藤|吉田|山田|佐佐木|山口|松本|井上|木村|山崎"
    "|池田|桥本"
    "|阿部|石川|中岛|小川|前田|冈田|长谷川|藤田|后藤|近藤|村上|远藤|坂本|斋藤|福田|西村|藤井|冈本"
    "|三浦|松田"
    "|竹内|工藤|酒井|宫崎|宫本|内田|高木|安藤|大野|上野|藤原|小野|武田|柴田|菅原|河野|石田|丸山"
    "|今井|野口"
)
_JAPANESE_NAME = re.compile(f"(?:{_JAPANESE})([\u3400-\u9fff]{{1,2}})")
_JAPANESE_GIVEN = frozenset(
    "健一二三郎太由纪美惠子香里奈大辅翔裕介隆史直樹树和也雄真千夏爱佳代优洋平明学浩司诚俊彦次义信孝久"
    "绘理麻亚友希智恵加奈結結衣彩花咲葵莲湊陽陆拓哉春秋雪百合"
)


def find_transliterated_names(text: str) -> Iterator[Finding]:
    """Yield the names of a shadow text that were no Chinese names to begin with."""
    if "·" in text:
        for match in _DOTTED.finditer(text):
            if (span := _dotted(text, match)) is not None:
                yield Finding("person", *span, 0.8)
    for match in _JAPANESE_NAME.finditer(text):
        given = match.group(1)
        length = 0
        while length < len(given) and given[length] in _JAPANESE_GIVEN:
            length += 1
        if length == 2 or (length == 1 and given in ("健", "翔", "诚", "葵", "香")):
            yield Finding("person", match.start(), match.start(1) + length, 0.6)
    end = 0
    for match in _JOINED.finditer(text):
        if match.start() >= end and (span := _joined(text, match)) is not None:
            end = span[1]
            yield Finding("person", *span, 0.6)


def is_transliterated(name: str) -> bool:
    """Tell whether the characters of `name` are those that foreign sounds are written with."""
    return sum(char in _SOUNDS for char in name) * 2 >= len(name.replace("·", ""))


def _dotted(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """Return where the dotted name inside a match begins and ends."""
    start = match.end(1)
    for word in reversed(rjieba.cut(match.group(1), False)):
        if match.end(1) - start + len(word) > 5 or (start < match.end(1) and leads(word)):
            break
        start -= len(word)
    known = _BEGINNINGS.match(text, match.start(3), match.end(3))
    end = known.end() if known else match.start(3) + 1
    while end < match.end(3) and text[end] in _SOUNDS:
        end += 1
    for word in rjieba.cut(text[end : match.end(3)], False):
        if end - match.start(3) + len(word) > 3 or follows(word) or len(word) > 1:
            break
        end += len(word)
    foreign = is_transliterated(text[start:end]) or text[start].isascii()
    return (start, end) if foreign or match.end(1) - start <= 3 else None


def _joined(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """Return the name that grows from a part of one."""
    start, end = match.span()
    while start > 0 and text[start - 1] in _SYLLABLES and end - start <= _LONGEST:
        start -= 1
    while end < len(text) and text[end] in _SYLLABLES and end - start <= _LONGEST:
        end += 1
    name = text[start:end]
    if not 3 <= len(name) <= _LONGEST or _NOT_PERSONS.search(text[max(0, start - 2) : end + 2]):
        return None
    borders = word_borders(text)
    # What grew into the word before it, or is one itself, is no name.
    if word_kind(name) or (start not in borders and end not in borders):
        return None
    return start, end
