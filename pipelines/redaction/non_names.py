"""What is called, or begins, like a person and is none: goods, brands, heroes, shop talk, verbs."""

import re

from pipelines.redaction.cities import CITIES
from pipelines.redaction.english_names import AMBIGUOUS_FIRST_NAMES, ENGLISH_FIRST_NAMES
from pipelines.redaction.goods import GOODS
from pipelines.redaction.latin_words import LATIN_WORDS
from pipelines.redaction.name_characters import GIVEN_WEIGHTS
from pipelines.redaction.name_frames import after, before
from pipelines.redaction.name_likeness import surname_length, word_kind
from pipelines.redaction.ordinary_words import ORDINARY_WORDS, TALK
from pipelines.redaction.surnames import COMPOUND_SURNAMES, NOT_NAMES

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

_BEGINNINGS = frozenset(word for word in ORDINARY_WORDS if len(word) == 2)
# Whom a shop or a firm is made of: no names, with or without a polite word behind.
_ROLES = re.compile(
    "(?:前台|店小|运维|产品|测试|研发|开发|前端|后端|设计|运营|客服|售后|售前|财务|行政|法务|人事|采购"
    "|仓库|仓管|物流|质检|技术|工程|市场|销售|保安|保洁|门卫|快递|外卖|配送|送货|安装|维修|收银|导购"
    "|主播|班长|课代表|学习委员|管理|值班|司机|代驾|美甲|理发|按摩|护理|陪护|家教|家政|房产|中介|保险"
    "|信贷|客户|用户|会员|业主|邻居|隔壁|楼上|楼下|对面|那个|这个|这位|那位|各位|哪位|某位|新来的?|食堂"
    "|宿管|楼管|网管|装修|电工|木工|水电工?|瓦工|焊工|架构|算法|数据|安全|项目|客户成功|商务|渠道|培训"
    "|教务|招生|挂号|窗口|分诊|药房|检验|影像|乘务|检票|安检|地勤|船务|报关|社区|街道|居委会|小区|村委"
    "|超市|药店|小卖部|餐厅|后厨|服务|接待|迎宾|跑腿|骑手|搬家|拆装|疏通|开锁|车间|流水线|小|老|大)"
    "(?:部|组|岗|端|台)?(?:的)?"
    "(?:同学们?|同事|小妹|小哥哥?|小姐姐|小姐|妹子|妹妹|哥们?|姐|弟|大哥|大姐|大叔|大爷|大妈|大婶|叔叔"
    "|阿姨|师傅|老师|工程师|经理|主管|主任|负责人|人员|员|们|妹|二|伙伴)?"
)
# What is sold with a star's or a hero's name on it.
_FAN = re.compile(
    "(?:演唱会|专辑|海报|同款|手办|皮肤|周边|纪念币|联名|代言|抱枕|玩偶|挂件|手游|签名照"
    "|应援|圣遗物)"
    "|的(?:演唱会|专辑|海报|代言|联名|新歌)|代言的"
)
_NICKNAMED = "小老阿"
_TWICE = re.compile("(.)\\1([^妈爸爷奶哥姐弟妹叔姨姑舅])\\2")
_GRADE = re.compile("[高初大][一二三四](?=$|[(（0-9班级年的上下学生])")
# Measure words and suffixes of numbers that are surnames too.
_COUNTED = re.compile("(?:[A-Za-z]?[0-9]{1,5}|[一二三四五六七八九十几两])$")
_TRAIN = "次"
_MEASURES = frozenset("次节项门期段包封步元步班车")
_LINKS = frozenset("到至发去往从在离回达经由与和的了次于")
_GOES = frozenset("到至发去往仓站港市区县机南北东西")
_PLACED = frozenset("在到至从去往回离发是寄飞于")
_LEFT_OUT = frozenset("了的吗呢吧啊就都也还才已把被")
_STRONG = frozenset({"label", "role", "call"})
_ASKED = frozenset({"preposition", "copula"})
_DOES = frozenset({"person", "deed"})
_NAMED = re.compile(
    "(?:姓名|名字|名叫|叫做?|本人|称呼|署名|落款|联系人|收[件货]人|户名|复核|经办|审批"
    "|[我他她]是|请问是)就?[:：=是为叫 ]{0,3}$"
)
_NOTHING_LATIN = frozenset(
    """
        all everyone everybody here channel team haha hahaha hehe lol lmao omg wow yes yeah yep nope
        no ok okay hi hey hello bye thanks thx pls please sorry mac key keys token visa mastercard
        master unionpay paypal wechat alipay admin root user users guest test demo null none nan
        true false bug app api sdk url http https wifi vpn email mail phone tel id vip svip pro max
        plus mini lite beta alpha ios android windows linux ubuntu chrome safari firefox excel word
        ppt pdf zip java python golang rust docker mysql redis nginx kafka github gitlab jira slack
        zoom teams figma notion the and for not but you your our we me my it this that new old who
        hr cto ceo cfo coo pm qa ui ux dev ops sre it
        currently generally usually normally typically newly recently previously finally initially
        additionally alternatively unfortunately actually basically simply occasionally sometimes
        immediately automatically manually specifically similarly especially apparently obviously
        within without after before during since until upon under over above below between through
        however therefore otherwise moreover furthermore meanwhile although because while whether
    """.split()
)
_SEPARATED = re.compile("(?:姓名|名字|(?<!主)叫我?|称呼|联系人|收[件货]人|户名)[:：=是为叫 ]{1,3}$")
# `须先申请`, `须预存500元`: a rule, and not the rare surname.
_MUST = re.compile("须(?:先(?!生)|[在于按凭持]|[预提][\u3400-\u9fff])")
# `从 2.5.0 起保留`: from then on something is so.
_SINCE = re.compile("[0-9版本日月年] ?$")
_SPOKEN_OF = re.compile("(?:这个|这种|是|算)?(?:复?姓(?![名])|怎么[读念写]|[读念]什么)")
_INNER = re.compile("法定|代表|某某|客服|用户|同款|联名|手办|皮肤|周边")
# Where a word that is also a place stands for it.
_WHERE = re.compile(r"(?<![A-Za-z])(?:in|near|you (?:also )?(?:ship|deliver) to) $", re.IGNORECASE)
_WHENCE = re.compile(r"(?<![A-Za-z])(?:from|in|near|at|of|via) $", re.IGNORECASE)
_LETTERS = re.compile("[A-Za-z]+")
_LATIN_NAMED = re.compile(
    "(?:姓名|名字|(?<!主)叫我?|称呼|联系人|收[件货]人|户名|英文名)[:：=是为叫 ]{0,3}$"
    r"|(?<![a-z])(?:name(?:'s| is)|call me|dear|(?:mr|ms|mrs|miss|dr)\.?)[: ]{1,2}$",
    re.IGNORECASE,
)
_SALE = re.compile("(?:black|good) friday(?![a-z])", re.IGNORECASE)
_ODD = re.compile("[^\u3400-\u9fffA-Za-z·.'’ \\-\ufffc]")


def is_no_person(text: str, start: int, end: int) -> bool:
    """Tell whether `start`:`end`, which others take for a person, cannot well be one."""
    name = text[start:end]
    if name[0].isascii():
        return _is_no_latin_name(text, start, name)
    if _ODD.search(name) is not None:
        return not any("\u3400" <= char <= "\u9fff" for char in name) or len(name) <= 2
    if (word := _LETTERS.search(name)) is not None:
        return word.group().lower() in _NOTHING_LATIN
    if len(name) > 5:
        return False
    if len(name) > 1 and any(text[start : end + more] in NOT_NAMES for more in (1, 2)):
        return True
    if name in TALK:
        return _SEPARATED.search(text, max(0, start - 8), start) is None
    if _INNER.search(name) is not None or name[:3] in NOT_NAMES:
        return True
    if name[0] == "起" and _SINCE.search(text[max(0, start - 2) : start]) is not None:
        return _is_no_name_behind(name[1:])
    if _MUST.match(text, start) is not None:
        return not _is_named(text, start)
    if name in COMPOUND_SURNAMES and _SPOKEN_OF.match(text, end) is not None:
        return True
    if name in ORDINARY_WORDS or (
        len(name) == 3 and name[:2] in _BEGINNINGS and _is_no_given(name[2])
    ):
        return not _is_led(text, start, end)
    if _GRADE.match(text, start) is not None and len(name) == 2:
        return True
    if _is_role(text, start, end) or _TWICE.fullmatch(name) is not None:
        return not _is_named(text, start)
    if _FAN.match(text, end) is not None:
        return not _is_led(text, start, end)
    if name[0] in _MEASURES and _COUNTED.search(text[max(0, start - 6) : start]):
        return name[0] == _TRAIN or name[1:] in CITIES
    if _is_city(text, start, end):
        return True
    return _is_thing(text, start, end)


def _is_no_name_behind(rest: str) -> bool:
    """Tell whether what follows 起 is a word or begins like one, and not like a person."""
    return word_kind(rest) != "" or not (surname_length(rest, 0) or rest[:1] in _NICKNAMED)


def _is_thing(text: str, start: int, end: int) -> bool:
    """Tell whether goods, a brand or a hero is, or begins, at `start`."""
    name = text[start:end]
    if name not in GOODS:
        longer = any(text[start : end + more] in GOODS for more in (1, 2))
        head = any(
            name[:stop] in GOODS
            and _is_no_given(name[stop])
            and not _is_led(text, start, start + stop)
            for stop in range(2, len(name))
        )
        if not longer and not head and text[max(0, start - 2) : end] not in GOODS:
            return False
    return not _is_led(text, start, end)


def _is_role(text: str, start: int, end: int) -> bool:
    """Tell whether a run is, or ends, what somebody does: `仓管大叔`, not the surname `管`."""
    return any(
        end - place > 1 and text[place] not in "小老大" and _ROLES.fullmatch(text, place, end)
        for place in range(max(0, start - 3), start + 1)
    )


def _is_led(text: str, start: int, end: int) -> bool:
    """Tell whether the words before or after say that somebody stands at `start`:`end`."""
    left, right = before(text, start), after(text, end)
    asked = left in _ASKED and right in _DOES
    return left in _STRONG or right == "person" or asked or _is_named(text, start)


def _is_no_given(char: str) -> bool:
    return GIVEN_WEIGHTS.get(char, 0) < 0


def _is_city(text: str, start: int, end: int) -> bool:
    """Tell whether a run is a city, with or without a particle of the sentence."""
    name = text[start:end]
    if name in CITIES:
        if _is_named(text, start) or before(text, start) in _STRONG:
            return False
        return text[end : end + 1] in _GOES or text[max(0, start - 1) : start] in _PLACED
    if name[1:] in CITIES and name[0] in _LINKS:
        return True
    return name[:-1] in CITIES and (name[-1] in _LINKS or name[-1] in _LEFT_OUT)


def _is_named(text: str, start: int) -> bool:
    """Tell whether what begins at `start` is said to be a name."""
    return _NAMED.search(text, max(0, start - 8), start) is not None


def _is_no_latin_name(text: str, start: int, name: str) -> bool:
    words = name.lower().split()
    plain = [word.strip(".'’-") for word in words]
    if all(word in _NOTHING_LATIN for word in plain):
        return True
    known = all(word in _NOTHING_LATIN or word in LATIN_WORDS for word in plain)
    if known or _SALE.match(text, start) is not None:
        return _LATIN_NAMED.search(text, max(0, start - 12), start) is None
    if len(words) > 1:
        return False
    if name in AMBIGUOUS_FIRST_NAMES:
        return _WHERE.search(text, max(0, start - 24), start) is not None
    left = _WHENCE.search(text[max(0, start - 6) : start])
    return left is not None and name not in ENGLISH_FIRST_NAMES
