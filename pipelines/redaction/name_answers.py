"""Short answers to the question for a name: a surname, a given name, a nickname."""

import re

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_characters import GIVEN_WEIGHTS
from pipelines.redaction.name_likeness import surname_length, word_class
from pipelines.redaction.surnames import NOT_NAMES

_SURNAME = re.compile("(?:^|(?<=[我他她您贵是的，。,：: ])|免贵|本名|真名)姓 ?(?=[\u3400-\u9fff])")
_ASKED = re.compile(
    "姓名|名字|称呼|贵姓|的姓|全名|名呢|姓什么|收件人|收货人|联系人|户名|哪位|是谁|叫什么|叫啥"
    "|怎么叫|[Nn]ame\\b|[Ww]ho am I"
    "|(?:人|员|法人|监事|财务|会计|出纳|老师|师傅|司机|同学|孩子|谁)(?:呢|是|叫)?[?？:： ~]*$"
)
_ASKED_SURNAME = re.compile("贵姓|姓什么|您姓|你姓|怎么称呼|如何称呼|的姓|姓氏|[叫是]?什么姓")
_FIELD = re.compile(
    "[ ,，:：“”]*(?:叫|是|就是|就叫|我是|我叫|他叫|她叫|叫我|还有)? ?([\u3400-\u9fff]{1,4})(?:$"
    "|[^\u3400-\u9fff])"
)
_NAME_ALONE = re.compile("(?:姓名|名字|全名|叫什么|真名)(?:和身份证号?|[是呢吗]|[?？:： ~])*$")
_NO_ANSWER = frozenset(
    (
        "好", "好的", "是", "是的", "对", "对的", "嗯", "嗯嗯", "行", "可以", "没有", "有", "不",
        "不是", "不用",
        "不对", "不行", "不知道", "谢谢", "稍等", "等等", "等下", "你好", "您好", "在吗", "在的",
        "忘了", "忘记了",
        "随便", "保密", "匿名", "都行", "就这样", "没了", "什么", "为什么", "怎么了", "干嘛",
        "问这个", "知道了",
        "明白", "明白了", "收到", "先生", "女士", "本人", "我自己", "自己", "同上", "一样",
        "那算了", "算了",
        "能不能", "和谁", "应该", "时间", "安全", "成功", "方便", "不方便", "没问题",
    )
)  # fmt: skip


def is_asked(question: str) -> bool:
    """Tell whether `question` asks for a name."""
    return _ASKED.search(question) is not None


def find_surname(text: str) -> Finding | None:
    """Return the surname that a message tells as one: `免贵姓揭`."""
    if "姓" not in text:
        return None
    match = _SURNAME.search(text)
    if match is None:
        return None
    end = match.end() + surname_length(text, match.end())
    han = end < len(text) and "\u3400" <= text[end] <= "\u9fff"
    if end == match.end() or (han and text[end] not in "是吧啊呀哦呢的说"):
        return None
    return Finding("person", match.end(), end, 0.8)


def find_short_answer(text: str, question: str) -> Finding | None:
    """Return the name that answers `question`, which asks for one."""
    match = _FIELD.match(text)
    if match is None:
        return None
    name = match.group(1)
    if name in _NO_ANSWER:
        return None
    alone = _NAME_ALONE.search(question) is not None
    if name in NOT_NAMES and not (alone and word_class(name) == "noun"):
        return None
    surname = surname_length(name, 0)
    if surname == len(name):
        return Finding("person", *match.span(1), 0.6) if _ASKED_SURNAME.search(question) else None
    weights = [GIVEN_WEIGHTS.get(char, 0) for char in name]
    kind = word_class(name)
    # `姓名？` `段落`: nothing else is asked, and nothing else is told.
    if surname == 1 and len(name) == 2 and kind and alone:
        return Finding("person", *match.span(1), 0.6)
    if surname and kind == "other" and len(name) == 2 and name[0] not in "从是有和就都要能":
        kind = "noun"
    named = surname and (not kind or kind in ("name", "noun", "adjective", "place"))
    if named and sum(weights[surname:]) >= -2 * (len(name) - surname):
        return Finding("person", *match.span(1), 0.6)
    if len(name) == 2 and min(weights) >= 0 and sum(weights) >= 2 and kind in ("", "name"):
        return Finding("person", *match.span(1), 0.6)
    short = len(name) == 2 and (
        name[0] in "小老阿大" or name[1] in "子仔儿哥姐" or name[0] == name[1]
    )
    if short and kind in ("", "name") and max(weights) >= 0:
        return Finding("person", *match.span(1), 0.6)
    return None
