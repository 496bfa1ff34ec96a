"""Granted: whether an entry, and its yes, is about what the customer names.

`可以，在设置里绑定企业微信。` says yes to its own question, and reads like a yes to any other one
on the same subject: `能用飞书登录吗`. Given verbatim, its first word answers what nobody asked its
author.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.query.aliases import Aliases
from pipelines.stale.figures import figures
from pipelines.support.members import members_in
from pipelines.support.questions import asks_openly
from pipelines.support.replies import is_no, replies_in
from pipelines.text import fold, is_chinese

# Names that as many other entries hold are what the whole FAQ is about.
_COMMON = 3
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+#]+")
# What any software has, and what is short for a word that the entry may write out.
_NO_NAMES = frozenset(
    {"app", "api", "pc", "ok", "id", "ip", "url", "web", "wifi", "vip", "pdf", "sdk", "vs", "k8s"}
)
# What customers of any company know by name, and no script tells from other words.
_KNOWN = re.compile(
    r"企业微信|(?<!企业)微信|飞书|钉钉|腾讯会议|支付宝|银联|云闪付|花呗|白条|余额宝|微粒贷|淘宝|天猫|京东"
    r"|拼多多|美团|滴滴(?![响声叫])|抖音|快手|小红书|微博|百度|谷歌|苹果(?:电脑|笔记本|平板)?|安卓|鸿蒙|华为|小米|石墨|语雀|印象笔记|网易"
    r"|领英"
)
# Names that stand within others.
_ALONE = {"微信": r"(?<!企业)微信", "苹果": r"苹果(?!电脑|笔记本|平板)"}
# The same in the other script; an entry may write either.
_BOTH_SCRIPTS = (
    ("微信", "wechat"), ("飞书", "feishu", "lark"), ("钉钉", "dingtalk"), ("支付宝", "alipay"),
    ("谷歌", "google"), ("苹果", "apple", "ios", "iphone"), ("苹果平板", "ipad"),
    ("苹果电脑", "苹果笔记本", "mac", "macos"), ("安卓", "android"), ("鸿蒙", "harmonyos"),
    ("华为", "huawei"), ("抖音", "tiktok"), ("企业微信", "wecom"), ("银联", "unionpay"),
    ("腾讯会议", "voov"), ("语雀", "yuque"),
)  # fmt: skip
_BEGINS = re.compile(r"(?:^|[.!?,;:\n])\s*$")
_EDITION = re.compile(
    r"(?!最新|当前|电子|正式|网页|[\u3400-\u9fff][新旧老])[\u3400-\u9fff]{2}版(?=[\u3400-\u9fff\s,?]|$)(?![本权式面块])"
    r"|\b(?:free|team|business|enterprise|pro|basic|starter|premium|standard|personal)"
    r"(?= (?:plan|edition|tier|account)\b)"
)
# `可以一次导出全部吗`, `前两天买的`: no amount of anything.
_LITTLE_AMOUNT = re.compile(r"一(?:[次下起些]|个(?!月|星期|小时|钟头|工作日|人))|[前这那过]两天")
# An answer that lists all there are.
_ONLY = re.compile(
    r"只|仅|唯一|全部|所有|其[他它余]|\b(?:only|all|any|every|others?)\b", re.IGNORECASE
)
# What is to be done without. `不能叠加吗` and `没有 App 吗` ask whether it is so; `不用了` and
# `没有收到` tell how things are.
_CAN = r"(?:可以|(?<![功可性])能(?!力)|行[吗么嘛不])"
_LEAVES_OUT = re.compile(
    rf"(?<!有)没(?:有|带)(?!问题|关系|收到|用过|拆)(?=.*{_CAN})"
    rf"|(?<![用要记忍])不(?:用|要|住|带|绑|登录|注册|实名|下载|安装|预约|付|交|提供|填)(?!了|紧)(?=.*{_CAN})"
    r"|(?:可以|(?<![功可性])能)不(?![能可行])(?=[\u3400-\u9fff])"
    r"|\b(?:without|(?:do not|don['’]t) have|have no)\b"
)
_NEEDS_NONE = re.compile(r"没|未|无|免|不(?:用|必|需)|\b(?:no|not|without)\b")
# `可以试用 15 天` says yes without a pause behind it.
_ALLOWS = re.compile(r"[\s*_]*(?:可以|能够?(?!否)|支持|允许)")


def unnamed(question: str, asked: str, answer: str, others: Iterable[str], aliases: Aliases) -> str:
    """Return what a question names and an entry does not, where its answer begins with a yes.

    A name, an edition, that something is left out, an amount of what the answer bounds, or a role,
    a way to pay and the like where the entry asks about another; empty where there is none. An
    open question is answered by no yes, but by what a plan costs only for that plan. `asked` are
    the entry's questions; `others` are the texts of other entries that were found, which tell what
    all of them are about.
    """
    if asks_openly(question) or not _begins_with_yes(answer):
        return _other_plan(question, asked, answer)
    told = fold(f"{asked}\n{answer}")
    rest = [fold(other) for other in others]
    for name in (*_others_products(question), *_latin_names(question, rest)):
        if not _tells(told, name, aliases):
            return name
    return (
        _left_out(fold(question), told)
        or _other_amount(question, asked, answer)
        or _other_member(question, asked, answer)
        or _left_unnamed(question, asked, rest, aliases)
    )


def names_another(
    question: str, asked: str, answer: str, others: Iterable[str], aliases: Aliases
) -> bool:
    """Tell whether an entry is about another product than the one that a question names.

    `怎么从 Teams 导入` is closest to `怎么从 Slack 导入`. What says that only some are supported
    answers for all. The arguments are those of `unnamed`.
    """
    if _ONLY.search(answer):
        return False
    rest = [fold(other) for other in others]

    def missing(text: str, told: str) -> bool:
        names = (*_others_products(text), *_latin_names(text, rest))
        return any(not _tells(told, name, aliases) for name in names)

    return missing(question, fold(f"{asked}\n{answer}")) and missing(asked, fold(question))


def _left_unnamed(question: str, asked: str, others: Sequence[str], aliases: Aliases) -> str:
    """Return what an entry asks about by name, where a question in lower case does not name it.

    `can i sign in with facebook` has no capital to tell a name by, but what it asks for is not
    `Google`.
    """
    if is_chinese(question) or any(map(str.isupper, question[1:])):
        return ""
    said = fold(question)
    names = (name for name in _latin_names(asked, others) if not _tells(said, name, aliases))
    return next((f"≠ {name}" for name in names), "")


def _left_out(question: str, told: str) -> str:
    """Return the word that leaves something out, where an entry tells of nothing without it."""
    if _LEAVES_OUT.search(told) or _NEEDS_NONE.search(told):
        return ""
    found = _LEAVES_OUT.search(question)
    return found.group() if found else ""


def _begins_with_yes(answer: str) -> bool:
    replies, _ = replies_in(answer)
    return not is_no(replies[0]) if replies else _ALLOWS.match(answer) is not None


def _others_products(question: str) -> Iterator[str]:
    """Yield other companies' products and editions of the own one that a question names."""
    yield from (match.group() for match in _KNOWN.finditer(question))
    yield from (match.group() for match in _EDITION.finditer(fold(question)))


def _latin_names(question: str, others: Sequence[str]) -> Iterator[str]:
    """Yield the names in Latin letters, folded, that are not what `others` speak of anyway."""
    chinese = is_chinese(question)
    for match in _LATIN.finditer(question):
        word = fold(match.group())
        # In English a name is told by its capital, which the first word has anyway.
        is_first = _BEGINS.search(question, 0, match.start()) is not None
        is_name = chinese or (not is_first and any(map(str.isupper, match.group())))
        is_name = is_name and word not in _NO_NAMES
        if is_name and sum(_holds(other, word) for other in others) < _COMMON:
            yield word


def _tells(text: str, name: str, aliases: Aliases) -> bool:
    """Tell whether a folded text has a name, in either script or by an alias.

    The company's own is had by every text: all of them are about what it makes.
    """
    text = f"{text}\n{fold(aliases.company)}"
    also = (one for names in _BOTH_SCRIPTS if name in names for one in names)
    return any(_holds(text, one) for one in (name, *also, *_aliases_of(name, aliases)))


def _holds(text: str, name: str) -> bool:
    """Tell whether a folded text has a name, and not just as a part of another one."""
    around = r"(?<![a-z])" if name.isascii() else ""
    behind = r"(?:s|['’]s)?(?![a-z])" if name.isascii() else ""
    written = _ALONE.get(name) or f"{around}{re.escape(name)}{behind}"
    return re.search(written, text) is not None


def _aliases_of(name: str, aliases: Aliases) -> Iterator[str]:
    return (fold(other) for found in aliases.find(name) for other in aliases.of(found))


def _other_amount(question: str, asked: str, answer: str) -> str:
    """Return an amount of the question, where the entry tells others of that measure alone."""
    told = figures(f"{asked}\n{answer}")
    for figure in figures(_LITTLE_AMOUNT.sub("", question)):
        others = [one for one in told if one.measure == figure.measure]
        if others and not any(one.same_as(figure) for one in others):
            return f"{figure.words} ≠ {others[0].words}"
    return ""


def _other_member(question: str, asked: str, answer: str) -> str:
    """Return a role, a way to pay and the like, where an entry asks about others of its class.

    What the answer names, too, is no other. One that it alone names bounds nothing: it may say who
    does what is asked for.
    """
    own, told = members_in(fold(question)), members_in(fold(f"{asked}\n{answer}"))
    others = sorted(members_in(fold(asked)))
    for kind, member in sorted(own):
        other = next((name for of, name in others if of == kind), "")
        if other and not any(of == kind for of, _ in own & told):
            return f"{member} ≠ {other}"
    return ""


def _other_plan(question: str, asked: str, answer: str) -> str:
    """Return a plan or a level that an entry does not name, where it is about others.

    It is where it asks about one, or tells of several: of one alone it may tell in passing.
    """
    if _ONLY.search(answer):
        return ""
    own, about = members_in(fold(question)), members_in(fold(asked))
    told = about | members_in(fold(answer))
    for kind, member in sorted(own):
        if kind not in ("plan", "level") or any(of == kind for of, _ in own & told):
            continue
        others = sorted(name for of, name in told if of == kind)
        if len(others) > 1 or any(of == kind for of, _ in about):
            return f"{member} ≠ {others[0]}"
    return ""
