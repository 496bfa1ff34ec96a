"""What a question about releases is about: what is left of it without the words that ask."""

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import Literal

from pipelines.terms import words_of
from pipelines.version_questions.words import (
    BRINGS,
    CHANGES,
    CUT,
    FIXES,
    FLAGS,
    OFF_BEHIND,
    RANGE,
    RELEASED,
    REMOVES,
    SINCE_VERSION,
    TELLS,
    VERSION_PLACE,
    one_of,
)

QuestionKind = Literal[
    "since", "fixed_in", "removed_in", "changed_in", "what", "between", "still", "in_version",
    "latest",
]  # fmt: skip

_SPACES = re.compile(r"\s+")

_LIST_WORDS = one_of("""
    什么 哪些 哪几 些啥 啥 为止 之间 之后 以后 以来 都 又 了 有 吗 没有 说明 日志 清单 列表 安全
    性能 重大 破坏性 组件 最新版 最新 现在 目前 到 升级 主要 介绍 what what's whats new fix
    fixed fixes change changed changes add adds added remove removed deprecate deprecated
    improve improved improvements improvement breaking breaks break broke bring introduce
    introduced dropped drop updated update updates different differences difference in for since
    between and from to after on security bugfixes bug bugs release notes changelog features
    feature anything something any list all me show with got get later newer version went into
    about which upgrading issues latest 解决 带来 发布 关于 看下 看看 看一下 一下 帮我 东西 地方
    注意 些 哪 做 版 发我 一份 tell give summary related came come comes include includes
    everything if upgrade upgraded performance 要注意 上了 发一下 发份 上线了 推出 i_miss if_i
""")
# Of what kind a change shall be, and of what side of the product: `安全方面`, `security-wise`.
_KINDS = r"(?:安全性?|性能|稳定性?|兼容性?)"
_SIDE = (
    rf"{_KINDS}?(?:方面|层面|这一?块儿?|相关|有关|[来而](?:说|讲|言))|"
    rf"安全性|{_KINDS}(?:类|上(?![传线限下架])|(?:的|那)?部分)|(?:涉及|针对)到?|"
    r"(?<![移滚自启互运变手])动[了过]|(?:内容|补丁)|"
    r"[ -](?:wise|related|relevant)\b|\b(?:in terms of|in regards? to|with (?:regards?|respect) to|"
    r"when it comes to|regarding|concerning|as far as|(?:is|are) concerned)\b|"
    r"\b(?:security|performance)(?: and \w+)? (?:side|front|aspects?|perspective|standpoint|area|"
    r"point of view|patch(?:es)?)\b|"
)
# The product itself is no part of the subject.
_THE_PRODUCT = (
    r"|\b(?:the|your|this|our) (?:app|application|software|program|product)\b|"
    r"^(?:app|软件|客户端)(?=[ ]?[还仍])|"
    r"(?:你们|这个?|咱们?)的?(?:软件|应用|程序|产品|app(?![a-z]))"
)
# The words that ask, of each kind of question; what is left is asked about.
_ASKING: dict[QuestionKind, str] = {
    "latest": one_of(
        "the one release released version latest newest most recent current now out come came 现在 "
        "版本 版 最新 最近 发布 发版 发 出 号 点几 天 个 时候 软件 产品 程序 客户端 桌面端 手机端 "
        "系统 今天 今儿 更新 有没有 没有 了没 app client"
    ),
    "since": one_of("""
        新增 添加 增加 引入 推出 上线 加入 加的 加了 加进来 加上 支持 可以 能够 提供 出来
        出现 最早 最低 才 得装 要用 需要 add adds added adding introduce introduces introduced
        introducing support supports supported supporting available land landed appear appeared
        first ship shipped had get got release released launch launched can able flag come need
    """)
    + rf"|{BRINGS}|\bon\b(?= ?(?:[?!.,{CUT}]|$))",
    "fixed_in": rf"{FIXES}|的?(?:bug|漏洞|毛病)",
    "removed_in": rf"{REMOVES}|支持|最后|\bsupport\b|{OFF_BEHIND}",
    "changed_in": re.sub(r"默认\||\\bdefaults?\\b\|", "", CHANGES.split("|从")[0]),
    "what": rf"{_SIDE}{TELLS}|{_LIST_WORDS}",
    "between": rf"{_SIDE}{TELLS}|{_LIST_WORDS}",
    "in_version": one_of("""
        还 支持 有没有 能不能 可以 包含 具备 提供 是否 支不支持 版本 已经 是不是 可不可以 吗 么 不
        support have has include includes included available in on with can come ship already still
        work use run i'm
    """)
    + _THE_PRODUCT,
    "still": one_of("""
        还 仍然 仍 依然 现在 支持 可以 兼容 维护 继续 已经 是不是 是否 不再 停止 移除 取消 下线
        废弃 弃用 提供 保留 适用 吗 么 不 还能 still support supports supported available works
        work maintained can use used uses usable compatible around included allowed possible
        removed dropped deprecated discontinued sunset remove drop gone dead i exists exist will
        no_longer been run runs running keep using working install installs installed
    """)
    + _THE_PRODUCT,
}
# Where versions stand, and what stands there because of them.
_PLACES = (RELEASED.pattern, RANGE.pattern, SINCE_VERSION.pattern, VERSION_PLACE)
_AROUND = re.compile(
    one_of("""
        请问 麻烦 想问一下 想问 问一下 问下 我想知道 告诉我 你们家 你们的 你们 咱们 我们的 我们
        我的 这个功能 该功能 功能 特性 这个 那个 的问题 问题 的bug bug bugs please tell_me
        do_you_know you_guys guys you they we the a an of is are was were did does do has have been
        it there ever again any anything feature issue problem my your actually already finally
        let_me that this its 这 它们 它 谢谢 多谢 拜托 给我 thanks thank_you thx
    """)
    + r"|[?？!！。,，;；:：~…\"“”「」\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]"
    + r"|(?<=[\u3400-\u9fff])(?:吗|么|嘛|呢|啊|呀|哦|哈|啦|吧|了|的|是)+(?=[ ]|$)",
    FLAGS,
)
# Ask only as words of their own: not in `加密`, `导出`, `有声书`.
_LONE = re.compile(r"[加有出](?=[ ]|$|的|了|过)|(?<![^ \ue001])[有能加出]")
_JOINTS = (
    r"我|想|吗|嘛|呢|啊|呀|哦|哈|啦|吧|呗|那一?|和|与|跟|自|的|是|了|从|在|到(?!账)|里|中|被|把|给|将|都|又|就|才|来|过|"
    r"开始|现在|目前|干嘛"
)
_ENGLISH_JOINTS = r"\b(?:to|in|from|by|for|with|on|be|being|get|that|as|and|or)\b"
# What joins a name to the question at either end of it, and what one does with a thing.
_BEFORE = re.compile(rf"(?:{_JOINTS}|用|装|有|能|跑)+")
_BEHIND = re.compile(rf"(?:{_JOINTS}|上?[用装跑])+$")
_EDGES = re.compile(
    rf"^(?:[ 、–—-](?!-)|{_ENGLISH_JOINTS})+|(?:[ 、–—-]|{_ENGLISH_JOINTS})+$", FLAGS
)
_HAN = re.compile(r"[\u3400-\u9fff]+")


def parts_of(text: str, kind: QuestionKind) -> tuple[str, ...]:
    """Return what is left of a question without marks and asking words."""
    for asking in (*_PLACES, _ASKING[kind]):
        text = re.sub(asking, CUT, text, flags=FLAGS)
    if kind == "since":
        text = _LONE.sub(lambda match: CUT if _is_a_word(match) else match.group(), text)
    pieces = (_SPACES.sub(" ", _AROUND.sub(" ", piece)).strip() for piece in text.split(CUT))
    return tuple(bare for piece in pieces if (bare := _without_edges(piece)))


def _is_a_word(character: re.Match[str]) -> bool:
    """Tell whether a Chinese character stands in its text as a word of its own."""
    text, at = character.string, character.start()
    run = next(run for run in _HAN.finditer(text) if run.start() <= at < run.end())
    begin = run.start()
    for word in words_of(run.group()):
        if begin == at:
            return len(word) == 1
        begin += len(word)
    return False


def _without_edges(piece: str) -> str:
    while (shorter := _without_joints(_EDGES.sub("", piece).strip())) != piece:
        piece = shorter
    return piece


def _without_joints(piece: str) -> str:
    """Return a name without the Chinese words that join it; `在` is one, and none in `在线编辑`."""
    runs = [run.span() for run in _HAN.finditer(piece)]
    if before := _BEFORE.match(piece):
        cut = _whole_words(words_of(piece[: runs[0][1]]), before.end())
        if cut:
            return piece[cut:]
    if behind := _BEHIND.search(piece):
        cut = _whole_words(reversed(words_of(piece[runs[-1][0] :])), len(behind.group()))
        return piece[: len(piece) - cut]
    return piece


def _whole_words(words: Iterable[str], most: int) -> int:
    """Return how many characters the first words have, as many as fit into so many."""
    return max((length for length in accumulate(map(len, words)) if length <= most), default=0)
