"""People's names: from LAC, from words that introduce a name, and from what stands beside it."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import rjieba

from pipelines.redaction.findings import Finding
from pipelines.redaction.lac import Entity
from pipelines.redaction.latin_names import (
    find_answered_latin_name,
    find_latin_name_before,
    find_latin_names,
)
from pipelines.redaction.surnames import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    NOT_NAMES,
    TITLES,
    WEAK_SURNAMES,
)

_HAN = re.compile("[\u3400-\u9fff]+")
_COMPOUND = "|".join(COMPOUND_SURNAMES)
_FUNCTION = re.compile("[个来去要有不没在和能会可怎多几什没]")
# Weak surnames that many people have: a noun behind them is more often a given name.
_FREQUENT = frozenset("于谢许高马金何江白贺任程方石雷常左")
_PRONOUN = re.compile("[您你们的我他她它咱谁哪么吗呢吧啊呀了这]")

# What may come after a name inside a sentence.
_BORDER = re.compile(
    "$|[^\u3400-\u9fff·]|的|先生|女士|小姐|老师|同学|手机|电话|联系|身份|证件|护照|银行|卡|账"
    "[户号]|帐[户号]|微信|邮箱|邮件"
    "|住[在址]?|在|地址|收|签|和|与|或|跟|说|申请|名下|您好|你好|开户|车牌|号|已|将|把|是|这|那"
    "|户籍|完成|查|打|预留|转|发|要|想|反馈"
    "|投诉|来电|下单|购买|给|有|吗|呢|吧|啊|呀|哈|嗯|谢|还|就|也|都|今|昨|明天|生日|出生|老师|总"
    "|经理|来|去|帮|回复|处理|负责|态度|接|女|男|工号|QQ|本人|一声|注册|移|看|就行|登|来|去|帮|回复|处理|负责|态度|接|开|女|男"
)
_INTRODUCED = re.compile(
    "(?:我叫|我的名字[叫是]|名字[叫是为]?|姓名[是为]?|全名[是为]?|本名|真名|人叫|叫做|名叫|她叫"
    "|他叫|收件人|寄件人|收货人|发件人|联系人|户名"
    "|持卡人|开户人|登记人|申请人|报名人|投保人|被保人|受益人|负责人|经办人|法人|法定代表人"
    "|投诉人|派送员|配送员|预订人|预约人|入住人|乘机人|"
    "乘客|旅客|患者|病人|车主|业主|租客|房东|驾驶人|司机|快递员|骑手|参会人员?|嘉宾|签收人|付款人"
    "|收款人|汇款人|转账[至到给]|打款[至到给]|"
    "汇款[至到给]|称呼[我是为]?|抬头|签名|署名|落款|实名|昵称|本人|我是|这是|这里是|我这边是"
    "|帮我?打给|加个?微信吧?|联系一下|请联系|就是)"
    "(?:姓名)?(?:[:=：-]|是|为|叫| )*"
)
# After these a name follows for certain, whatever its surname.
_CERTAIN = re.compile(
    "(?:我叫|名字[叫是]|姓名[是为]?|名叫|收件人|寄件人|收货人|发件人|联系人|户名|持卡人|开户人"
    "|申请人|投诉人|派送员|配送员|收款人|签收人|投保人|登记人|负责人|经办人|法定代表人)"
    "(?:姓名)?(?:[:=：-]|是|为|叫| )+$|我叫$|名叫$"
)
# `我是佳木生物的熊子健`, `这边是财务部的小陈`
_MEMBER = re.compile(
    "(?:我|这边|这里|本人|您?好)[,， ]?(?:就?是|叫|来自)[^，。,;；？?\\s的]{2,16}的"
)
_ROLE = re.compile(
    "(?:我?(?:老公|老婆|爱人|丈夫|妻子|爸爸?|妈妈?|父亲|母亲|儿子|女儿|哥哥|姐姐|弟弟|妹妹|爷爷"
    "|奶奶|朋友|同事|室友|领导|同学|老板)(?:叫|是|名字)?"
    "|客服|坐席|工程师|销售|顾问|经理|主管|店长|专员|员工|用户|客户|会员|学员|学生|老师|患者|医生"
    "|护士|快递员|师傅|代表|同学|联系|核实|核对|找"
    "|问一下|通知|告诉|转告|发给|交接给|交给|感谢|刚问了|让|由|请(?!问)|换成|改成|换为|转告|主持是|账号是|抄送给?|把|之前是|叫|和|与|跟|、|@|至|给|帮|存一下)(?:"
    "[:：]| )?"
)
_TITLED = re.compile(
    f"(?P<name>(?:{_COMPOUND})[\u3400-\u9fff]{{0,2}}?|[\u3400-\u9fff]{{1,3}}?)(?P<title>{TITLES})"
)
_LEFT_LINK = re.compile(
    r"(?:的|之)?(?:名下)?(?:车辆|银行卡?号?|账户|账号|卡号?|手机号?码?|电话号?码?|联系方式"
    r"|联系电话|身份证号?码?|证件号?码?|护照号?码?|邮箱|邮件|微信号?|contact info"
    r"|号码?|车牌号?|预留|申请贷款|身份|email|phone|tel|手机|微信同号|护照发你了|证件|at|mail"
    r"|打这个|他|说|能|[是为:：,，./ (（\-~|、;；]){0,6}$",
    re.IGNORECASE,
)
_RIGHT_LINK = re.compile(
    r"(?:[,，./ )）\-~|、;；:：]|这?就?是|名字|姓名|户名|收件人|联系人|叫|的|给){0,4}"
)
_DOTTED = re.compile("[\u3400-\u9fff]{1,7}(?:·[\u3400-\u9fff]{1,8}){1,4}")
# Posts that people are spoken of by, so that a preposition stands before them: `由主管跟进`.
_POSTS = frozenset(
    "经理 总监 总裁 主任 主管 专员 客服 顾问 会计 秘书 队长 组长 店长 工程师 老板 老师 同学".split()
)
_SOUNDS = frozenset(
    "阿艾买吐热古丽提木尔斯克德拉里亚娜力江依米努尼扎西卓玛旺达罗伦特曼森顿贝卡马莫托夫诺维奇娅"
    "莎蒂迪萨哈穆罕默"
    "巴图苏布合孜别吾库帕肉孜姆汗约翰玛丽安东尼奥乔治"
)
_PHRASES = (
    "谢谢",
    "请问",
    "您好",
    "你好",
    "周边",
    "附近",
    "巴西",
    "马来",
    "计费",
    "金融",
    "安全",
    "高级",
    "汇总",
    "权威",
)
# What follows or ends a shop's, a sight's or a product's name.
_PLACE_ENDS = tuple(
    """
        店 馆 街 庄 宫 庙 景点 公园 服务 饭庄 酒楼 饭店 酒店 餐馆 餐厅 烤鸭 故居 寺 胡同
        广场 大厦 小区 地铁 机场 路 井 湖 塔 区 县 镇 村 型 版 性 证 记 府 系统 平台 插件
        算法 公司 集团 品牌 期 斋 坊 门 家园 烤肉 火锅 比萨 饺子 涮肉 楼 居 市 海底世界 山
        园 桥 城
    """.split()
)
_PLACE_FOLLOWS = tuple(
    ("店 馆 街 路 公园 酒店 餐厅 饭店 烤鸭 故居 系统 平台 饭庄 火锅 烤肉 公司 系列").split()
)
# What a name never ends in, though an adverb or verb before it may begin like one.
_PARTICLES = frozenset("就都也还才会要能再先来去是在有到给把被吗呢吧啊哈了过着")
_COMPANY = re.compile(
    "[\u3400-\u9fff]{0,6}(?:有限|股份)|教育|贸易|商贸|工贸|生物|科技|物流|实业|电子(?!邮)|制药|传媒|置业|证券"
    "|大学|学院|银行(?=[\u3400-\u9fff]?[行的])"
)
_GLUED = ("微信", "短信", "电信", "通信", "威信", "支付")
_EVIDENCE = re.compile("[0-9]{6}|@|电话|收件|手机|姓名|身份证|联系人|地址")
_ASKED = re.compile("姓名|名字|称呼|贵姓|收件人|联系人|户名|哪位|怎么叫|[Nn]ame\\b|[Ww]ho am I")


def find_names(
    text: str, entities: Sequence[Entity], numbers: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield the names of a shadow text, given LAC's entities and the structured findings in it."""
    for entity in entities:
        if entity.tag == "PER" and (span := _trim(text, entity.start, entity.end)):
            yield Finding("person", *span, 0.7)
            # A tagger may stop early: `封海` of `封海生本人`.
            if (end := _read_name(text, span[0], certain=False)) is not None and end > span[1]:
                yield Finding("person", span[0], end, 0.65)
    yield from _introduced(text)
    yield from _titled(text)
    for finding in numbers:
        if finding.type not in ("birth_date", "secret", "password", "code", "ip", "mac"):
            yield from _beside(text, finding)
    yield from find_latin_names(text)
    if "·" in text:
        for match in _DOTTED.finditer(text):
            if _is_transliterated(match.group()):
                yield Finding("person", *match.span(), 0.75)
    if numbers or _EVIDENCE.search(text):
        yield from _second_opinion(text)


def find_answered_name(text: str, question: str) -> Finding | None:
    """Return the name that a message begins with, where the one before it asked for a name."""
    if len(text) > 40 or _ASKED.search(question) is None:
        return None
    start = len(text) - len(text.lstrip(' ,，:："“”'))
    if (end := _read_name(text, start, certain=False)) is not None:
        return Finding("person", start, end, 0.6)
    return find_answered_latin_name(text)


def is_telling(name: str) -> bool:
    """Tell whether `name` is safe to look for in other messages: no everyday word."""
    han = _HAN.fullmatch(name) is not None
    return len(name) >= (2 if han else 4) and not _word_kind(name) and name not in NOT_NAMES


def _introduced(text: str) -> Iterator[Finding]:
    for match in _INTRODUCED.finditer(text):
        certain = _CERTAIN.search(match.group()) is not None
        if (end := _read_name(text, match.end(), certain=certain)) is not None:
            yield Finding("person", match.end(), end, 0.8 if certain else 0.65)
    for match in _MEMBER.finditer(text):
        if (end := _read_name(text, match.end(), certain=False)) is not None:
            yield Finding("person", match.end(), end, 0.65)
    for match in _ROLE.finditer(text):
        if (end := _read_name(text, match.end(), certain=False)) is not None:
            yield Finding("person", match.end(), end, 0.6)


def _read_name(text: str, start: int, *, certain: bool) -> int | None:
    """Return where the Han name that begins at `start` ends, or None if none does."""
    run = _HAN.match(text, start)
    surname = _surname(text, start)
    if run is None or not (surname or certain):
        return None
    for length in (surname + 2, surname + 1) if surname >= 2 else (3, 2, 4):
        end = start + length
        if end > run.end() or _BORDER.match(text, end) is None or (length == 4 and surname == 1):
            continue
        if _is_plausible(text, start, end, certain=certain, introduced=True):
            return end
    return None


def _is_plausible(
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
    if not certain and (_is_talk(name) or _is_counted(text, start) or _is_company(text, end)):
        return False
    kind = _word_kind(name)
    if kind and not (tagged and kind == "ns") and not (certain and kind in ("a", "an", "ns", "nz")):
        return False
    surname = _surname(text, start)
    if certain:
        return surname > 0 or (len(name) <= 3 and _FUNCTION.search(name) is None)
    if text[max(0, start - 1) : start + 1] in _GLUED or (surname == 1 and len(name) >= 4):
        return False
    if surname == 1 and name[0] in WEAK_SURNAMES:
        kind = _word_kind(name[1:])
        wordy = "vfrmdpc" if name[0] in _FREQUENT else "nvfrmdpctbs"
        if kind[:1] and kind[0] in wordy and kind not in ("nz", "ns"):
            return False
        return not _cuts_a_word(text, end if introduced else start, end)
    return True


def _is_talk(name: str) -> bool:
    """Tell whether `name` is an adverb or verb and what follows it: `马上就`, `后会`, `别人哈`."""
    if _surname(name, 0) != 1:
        return False
    if len(name) == 2:
        return name[0] in WEAK_SURNAMES - _FREQUENT and name[1] in _PARTICLES
    wordy = name[-1] in _PARTICLES and _word_kind(name[:-1]) != ""
    return wordy or (name[0] in WEAK_SURNAMES and name[1:] in NOT_NAMES)


def _is_counted(text: str, start: int) -> bool:
    """Tell whether the surname at `start` is a measure word: `这张卡`, `第一章`."""
    return text[start : start + 1] in "张单封包车节班束门项段章支" and (
        text[max(0, start - 1) : start] in tuple("这那哪每几两一二三四五六七八九十多")
    )


def _is_company(text: str, end: int) -> bool:
    """Tell whether what ends at `end` is the beginning of a company's name."""
    return _COMPANY.match(text, end) is not None


def _titled(text: str) -> Iterator[Finding]:
    for match in _TITLED.finditer(text):
        name, title = match.group("name", "title")
        # The shortest reading from the left is not yet the name: look from the title backwards.
        stop = match.start() + len(name)
        for length in (4, 3, 2, 1):
            start = stop - length
            if start < match.start():
                continue
            surname = _surname(text, start)
            if not surname or length > surname + 2:
                continue
            given = text[start + surname : stop]
            alone = start == 0 or _HAN.match(text[start - 1]) is None
            weak = surname == 1 and text[start] in WEAK_SURNAMES
            if given and not _is_plausible(text, start, stop):
                continue
            if weak and not given and title not in ("先生", "女士", "小姐"):
                if not alone:
                    continue
                if text[start] not in _FREQUENT and title in _POSTS:
                    continue
            if not given and not alone and _cuts_a_word(text, start, stop):
                continue
            if (
                not given
                and title not in ("先生", "女士", "小姐")
                and text[start : match.end()] in NOT_NAMES
            ):
                continue
            yield Finding("person", start, match.end(), 0.7)
            break


def _beside(text: str, finding: Finding) -> Iterator[Finding]:
    """Yield the name right before or right after a number, an address or a mail box."""
    window = text[max(0, finding.start - 24) : finding.start]
    if (link := _LEFT_LINK.search(window)) is not None:
        stop = finding.start - len(window) + link.start()
        for length in (3, 2, 4):
            start = stop - length
            if start < 0 or not _HAN.fullmatch(text, start, stop):
                continue
            surname = _surname(text, start)
            if not surname or (length == 4 and surname < 2) or length < surname + 1:
                continue
            if text[start:stop] in NOT_NAMES:
                break
            if not _is_plausible(text, start, stop):
                continue
            yield Finding("person", start, stop, 0.6)
            break
    yield from find_latin_name_before(text, finding.start)
    right = _RIGHT_LINK.match(text, finding.end)
    if right is not None and (end := _read_name(text, right.end(), certain=False)) is not None:
        yield Finding("person", right.end(), end, 0.6)


def _second_opinion(text: str) -> Iterator[Finding]:
    """Yield rjieba's names; only asked of a message that has other signs of a person."""
    start = 0
    for word, tag in rjieba.tag(text):
        end = start + len(word)
        known = _surname(word, 0)
        if tag == "nr" and 2 <= len(word) <= 4 and known and (span := _trim(text, start, end)):
            yield Finding("person", *span, 0.55)
        start = end


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the name inside a tagger's span, or None where it is no name."""
    while start < end and (text[start].isspace() or text[start] in ",，.。:：、@\ufffc-/()"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",，.。:：、@\ufffc-/()"):
        end -= 1
    name = text[start:end]
    if len(name) < 2 or any(char.isdigit() for char in name) or "\ufffc" in name:
        return None
    if _HAN.search(name) is None:
        words = name.split()
        real = len(words) >= 2 and all(re.fullmatch("[A-Z][a-z]+", word) for word in words)
        return (start, end) if real else None
    if len(name) > 12 or any(char.isascii() and char.isalpha() for char in name):
        return None
    # A tagger that begins in mid-name: take the surname in.
    if start and not _surname(text, start) and len(name) == 2 and _surname(text, start - 1):
        longer = text[start - 1 : end]
        alone = start == 1 or _HAN.match(text, start - 2) is None
        if _HAN.fullmatch(longer) and (alone or longer[0] not in WEAK_SURNAMES):
            return start - 1, end
    if "·" not in name and not (
        _is_plausible(text, start, end, tagged=True) and _is_shaped(text, start, end)
    ):
        return None
    return start, end


def _is_shaped(text: str, start: int, end: int) -> bool:
    """Tell whether what LAC calls a person is shaped like one, not like a shop or a product."""
    name = text[start:end]
    if name.endswith(_PLACE_ENDS) or text.startswith(_PLACE_FOLLOWS, end):
        return False
    if _surname(text, start):
        return len(name) <= 4
    nickname = len(name) <= 3 and name[0] in "小老阿大"
    near = text[max(0, start - 10) : end + 10]
    return nickname or _is_transliterated(name) or _EVIDENCE.search(near) is not None


def _surname(text: str, start: int) -> int:
    """Return the length of the surname at `start`: 0 where there is none."""
    if text.startswith(COMPOUND_SURNAMES, start):
        return 4 if text.startswith("爱新觉罗", start) else 2
    return int(text[start : start + 1] in COMMON_SURNAMES)


@lru_cache(maxsize=65_536)
def _word_kind(name: str) -> str:
    """Return what kind of everyday word `name` is (rjieba's tag), or `` where it is none."""
    if len(rjieba.cut(name, False)) != 1:
        return ""
    kind = rjieba.tag(name, False)[0][1]
    return "" if kind in ("nr", "nrt", "nrfg", "x", "eng") or len(name) < 2 else kind


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Tell whether a name at `start`:`end` would begin or end inside an everyday word."""
    place = max(0, start - 8)
    for word in rjieba.cut(text[place : end + 8], False):
        begins, place = place, place + len(word)
        crosses = begins < start < place or begins < end < place
        if crosses and len(word) >= 2 and _word_kind(word):
            return True
    return False


def _is_transliterated(name: str) -> bool:
    return sum(char in _SOUNDS for char in name) * 2 >= len(name.replace("·", ""))
