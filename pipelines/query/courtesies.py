"""Courtesies: what customers say around a question, which finds other chatty texts, and no answer.

`你好，怎么退款` was refused where `怎么退款` is answered: a greeting is nothing that an entry
answers, and the cross-encoder reads it as a part of the question.
"""

import re
from collections.abc import Iterator

from pipelines.dialogues.courtesy import is_customer_courtesy
from pipelines.intent import is_courtesy
from pipelines.query.rewrites import Edit

_HAN = r"[\u3400-\u9fff]"
_CLAUSE = re.compile(
    rf"[^,，.。!！?？;；:：~\n\s]+(?:(?<!{_HAN})[^\S\n]+[^,，.。!！?？;；:：~\n\s]+)*"
)
_ASKED = "[^\\n]{0,200}?(?:怎|如何|为什么|哪|什么|多|几|吗|能)"
_OPENS = re.compile(
    r"(?:我|那|就|再|还|先|另外|顺便|麻烦|打扰|可以)*"
    r"(?:请问|(?:想|要)(?:请?问|咨询|请教)|(?:问|咨询|请教)(?=一?下|一声|个|问))"
    r"(?!题|卷)(?:问(?!题|卷)|一?下|一声|个问题|你们|您|你)*[ ,，:：]*"
    r"|(?:你|您)?(?:直接|就)?(?:告诉我|跟我说|说说)(?=怎|如何|为什么|哪|什么)"
    rf"|我?(?:就|只|只是)++(?:想|要)知道(?:一下)?[ ,，:：]*(?={_ASKED})"
    rf"|(?:你|您)?(?:直接|就|只要)++(?:告诉我|跟我说)(?={_ASKED})"
    r"|(?:i (?:have a question|want to ask)|quick question|may i ask)[ ,:]*"
    r"|(?:(?:(?:please|just|can you|could you) )*+tell me"
    r"|i (?:just |only )?(?:want|need|would like) to know)"
    r" (?=(?:how|what|when|where|why|which|whether|if)\b)",
    re.IGNORECASE,
)
# Who goes on to the next question.
GOES_ON = (
    r"另外|还有|(?:另外|我|这边)*+(?:还有(?:一?[个件]|别的)?|有一?个|最后一个|再问一?个)"
    r"(?:问题|事[儿情]?)(?:想?(?:问|请教|咨询)(?:一?下|你们?|您)?)?"
    r"|also|(?:and )?(?:i have )?(?:another|one more|one last) (?:question|thing)"
)
# Who is in a hurry, who goes on, and who wants no person.
_NO_QUESTION = re.compile(
    r"(?:很|挺|好|真的?)?急+[!！]*|在线等|求助|求解|帮忙看?一?下?|那个|[哦噢]?对了|pls|please|urgent|help"
    rf"|{GOES_ON}"
    r"|我?先?(?:不要|不想|不用|不需要|不|别)(?:再|先|给我|帮我)*+(?:转|找|接|要)?(?:到|去)?"
    r"(?:人工|真人|客服)(?:了|啦)?"
    r"|(?:(?:please|pls) )?(?:no need to|(?:i )?don['’]t (?:want to|need to)|don['’]t|do not)"
    r" (?:(?:put|transfer|connect|pass|hand) me(?: (?:through|on|over))?|speak|talk|chat)"
    r" (?:to|with) "
    r"(?:an? |any |some |your )?(?:(?:real|live|human|support) )*+"
    r"(?:agents?|humans?|persons?|people|someone|anyone|anybody|representatives?)"
)
# What is learned from whole messages is sure of many a clause that tells a part of the story:
# `发错人了`, `快照`. A courtesy has one of these words besides.
_COURTEOUS = re.compile(
    r"[你您]好|[大各][家位]好|[早晚上午]好|(?:老师|师傅|客服)好|好评|谢|嗨|哈[喽啰罗]|打扰|劳驾|辛苦|咨询|请教|帮忙|点赞|在(?:吗|线)|"
    r"\b(?:hi|hello|hey|dear|thanks?|thx|cheers|good (?:morning|afternoon|evening)|question)\b"
)
_CLOSES = re.compile(rf"(?<={_HAN})[呀啊哈哦噢哟嘞呗]+(?=[~!！?？。\s]*$)")
# Less is left of it than anybody asks.
_LEAST = 2


def courtesy_edits(text: str) -> Iterator[Edit]:
    """Yield what is taken off the ends of `text`; nothing where it would leave no question."""
    clauses = list(_CLAUSE.finditer(text))
    first = next((at for at, one in enumerate(clauses) if not _says_nothing(one.group())), None)
    if first is None:
        return
    back = range(len(clauses) - 1, first, -1)
    last = next((at for at in back if not _says_nothing(clauses[at].group())), first)
    start, end = clauses[first].start(), clauses[last].end()
    if opens := _OPENS.match(text, start):
        start = opens.end()
    if sum(map(str.isalnum, text[start:end])) < _LEAST:
        return
    if start:
        yield Edit(0, start, "", "courtesy")
    if last + 1 < len(clauses):
        yield Edit(end, len(text), _mark(text[end : clauses[last + 1].start()]), "courtesy")
    elif closes := _CLOSES.search(text, start):
        yield Edit(closes.start(), closes.end(), "", "courtesy")


def _says_nothing(clause: str) -> bool:
    return (
        is_customer_courtesy(clause)
        or _NO_QUESTION.fullmatch(clause.lower()) is not None
        or (_COURTEOUS.search(clause.lower()) is not None and is_courtesy(clause))
    )


def _mark(between: str) -> str:
    """Return the question mark among what stood behind the question."""
    return next((letter for letter in between if letter in "?？"), "")
