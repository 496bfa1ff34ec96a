"""Opposites: whether an entry tells how to do what the customer wants undone, or the reverse."""

import re
from collections.abc import Iterator

from pipelines.support.stems import asked_terms
from pipelines.text import fold

# `turn two-factor off`
_SWITCH = r"(?:turn|switch)(?:ing|ed)?(?: [^\s,.;!?]+){0,3}"
# What is done, and what undoes it. The undoing is looked for first: 取消订阅 holds 订阅.
_ACTIONS: tuple[tuple[str, str], ...] = (
    (
        rf"开启|打开|启用|开通|{_SWITCH} on|enabl\w+|activat\w+",
        r"关闭|关掉|停用|禁用|取消|不想|不要(?!紧)|不再|去掉|(?<=[么里哪何样能以想要])关(?![于系联注键心])"
        rf"|{_SWITCH} off|disabl\w+|deactivat\w+|get(?:ting)? rid of"
        r"|without|cancel\w*|stop\w*|no longer"
        r"|(?:do not|don['’]t|does not|doesn['’]t) (?:want|need)",
    ),
    (r"绑定|关联|bind\w*|link(?:ing|ed)?", r"解绑|解除(?:绑定|关联)|取消绑定|unbind\w*|unlink\w*"),
    (r"安装|挂载|install\w*|mount\w*|attach\w*", r"卸载|uninstall\w*|unmount\w*|detach\w*"),
    (r"升级|升配|upgrad\w+", r"降级|降配|downgrad\w+"),
    (r"创建|新建|creat\w+", r"删除|销毁|释放|delet\w+"),
    (
        # `取消订单后怎么恢复` is no wish to cancel.
        r"(?:删除|取消)(?![^,.;!?\s]{0,6}后)|delet(?:e|ing)",
        r"恢复|找回|restor\w+|recover\w*",
    ),
    (
        r"提高|提升|调高|上调|增加|increas\w+|rais(?:e|ing)",
        r"降低|调低|下调|减少|decreas\w+|reduc\w+|lower\w*",
    ),
    (r"添加|加入|add(?:ing|ed)?|join\w*", r"移除|移出|退出|remov\w+|leav\w+"),
    (r"订阅|subscrib\w+", r"退订|(?:取消|停止|终止|关闭|不再|不想|不要)订阅|unsubscrib\w+"),
    (r"上传|upload\w*", r"下载|download\w*"),
    (r"导入|import\w*", r"导出|export\w*"),
    (r"启动|start(?:ing|ed)?", r"停止|停机|stop\w*|shut(?:ting)? ?down"),
    (r"允许|allow\w*|permit\w*", r"禁止|拒绝|block\w*|den(?:y|ied)|forbid\w*"),
    (r"显示|公开|show\w*", r"隐藏|(?<=怎么|怎样|如何)不显示|hid(?:e|ing|den)"),
    (r"锁定|冻结|lock(?:ing|ed)?|freez\w+", r"解锁|解冻|解除(?:锁定|冻结)|unlock\w*|unfreez\w+"),
    (r"加密|encrypt\w*", r"解密|decrypt\w*"),
    (r"压缩|compress\w*", r"解压缩?|解开|decompress\w*|unzip\w*"),
    (r"登录|log(?:ging)? in|sign(?:ing)? in", r"登出|退出登录|log(?:ging)? out|sign(?:ing)? out"),
    (r"续费|续订|renew\w*", r"退费|退款|refund\w*"),
)


def _either(words: str) -> re.Pattern[str]:
    """Return a pattern of words; those of Latin letters stand alone."""
    return re.compile(
        "|".join(rf"\b(?:{word})\b" if word.isascii() else word for word in _split(words)),
        re.IGNORECASE,
    )


def _split(words: str) -> Iterator[str]:
    """Yield the alternatives of a pattern, cut at bars outside of brackets."""
    depth, begun = 0, 0
    for at, letter in enumerate(words):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            yield words[begun:at]
            begun = at + 1
    yield words[begun:]


_PAIRS = tuple((_either(does), _either(undoes)) for does, undoes in _ACTIONS)


# How things are, and nothing that shall be done: 被冻结, `got locked`, 新建的项目, 不小心关掉了.
_IS = re.compile(r"被[^,.;!?\s]{0,4}$|\b(?:am|is|are|was|were|been|gets?|got)\s$")
_OF_WHAT = re.compile(r"的(?=[\u3400-\u9fff])(?![方办流步入按操教时话])")
_DONE = re.compile(r"掉?了(?![吗吧么])")
_WISH = re.compile(r"(?:[想要帮请把将]|(?<![功可])能|可以|怎[么样]|如何)[^,.;!?\s]*$")
_BY_CHANCE = re.compile(r"(?:不小心|(?<!错)误)[^,.;!?\s]*$")
# Undoing whatever an entry tells how to do, whose opposite has no word of its own: 取消注销.
_UNDOING = re.compile(
    r"(?:^|怎么|怎样|如何|想|要|能|可以|帮我|[,， ])"
    r"(?P<undoes>取消|撤销|撤回|停止|停掉|终止|不再|不想|(?<=怎么|如何)不)(?:掉|了)?"
    r"(?P<what>[\u3400-\u9fff]{2})"
)
_UNDOES = re.compile(r"\b(?:cancel\w*|stop\w*|undo\w*|without)\b")
_HOW_TO = re.compile(r"\b(?:how (?:do|can|should) (?:i|we)|how to|can i|can we) (\w+)")


def opposite(question: str, asked: str, answer: str) -> str:
    """Return the action that is asked for, where an entry's questions tell its opposite alone.

    Not where the answer speaks of the action too, or the question of both. `asked` are the entry's
    questions, a line each.
    """
    if undone := _undone(fold(question), fold(asked), fold(answer)):
        return undone
    for does, undoes in _PAIRS:
        wanted, told = _sides(question, does, undoes), _sides(asked, does, undoes)
        if len(wanted) != 1 or len(told) != 1:
            continue
        ((side, word),) = wanted.items()
        if side in told or side in _sides(answer, does, undoes):
            continue
        return f"{word} ≠ {next(iter(told.values()))}"
    return ""


def _undone(question: str, asked: str, answer: str) -> str:
    """Return what shall be undone, where an entry tells how to do it, and of no undoing."""
    told = f"{asked}\n{answer}"
    found = _UNDOING.search(question)
    if found and "取消" not in told and found["undoes"] not in told:
        how = rf"(?:^|怎么|怎样|如何|可以|能|想|要)(?:申请)?{found['what']}"
        return f"{found['undoes']}{found['what']}" if re.search(how, asked, re.MULTILINE) else ""
    undoes = _UNDOES.search(question)
    if undoes is None or _UNDOES.search(told):
        return ""
    behind = asked_terms(question[undoes.end() :])
    does = (match[1] for match in _HOW_TO.finditer(asked))
    return next((f"{undoes[0]} ≠ {one}" for one in does if behind & asked_terms(one)), "")


def _sides(text: str, does: re.Pattern[str], undoes: re.Pattern[str]) -> dict[str, str]:
    """Return which of both sides a text speaks of, each with the words."""
    text = fold(text)
    found = {}
    if undone := _action(undoes, text):
        found["undoes"] = undone.group()
    if done := _action(does, undoes.sub(" ", text)):
        found["does"] = done.group()
    # 不想开启 and `without enabling`: the undoing word is about the other.
    if len(found) == 2 and undone and _follows(text, undone, does):
        del found["does"]
    return found


def _follows(text: str, undone: re.Match[str], does: re.Pattern[str]) -> bool:
    behind = text[undone.end() : undone.end() + 20]
    match = does.search(behind)
    return match is not None and len(behind[: match.start()].split()) <= 1 and match.start() <= 8


def _action(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first of the words that says what is done, and not how things are."""
    return next((found for found in words.finditer(text) if not _is_state(text, found)), None)


def _is_state(text: str, found: re.Match[str]) -> bool:
    """Tell whether words say how things are: by what stands around them."""
    before, end = text[: found.start()], found.end()
    if _IS.search(before) or _OF_WHAT.match(text, end):
        return True
    is_wish = _WISH.search(before) and not _BY_CHANCE.search(before)
    return not is_wish and _DONE.match(text, end) is not None
