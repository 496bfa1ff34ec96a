"""Where a text asks two things of one release: which it is, or of when, and what it changed."""

import re
from collections.abc import Iterator

from pipelines.version_questions.words import FLAGS

_ASKS = r"(?:更新|升级|改|修|新增|新加|加|优化|有|多)[了些的]?"
_WHICH = r"(?:什么|啥|哪些|哪几|多少|新)"
# `and` and `和` join things as well, so that what stands behind these has to ask.
_SEAM = re.compile(
    r"[ ]?(?:[,，;；、?!。]|\.(?=[ ]))[ ]?|"
    r"[ ](?:and|plus|&)[ ](?=(?:also |then )?(?:what|list|tell|show|any|did|does|when|which)\b)|"
    r"[ ]?(?=(?:和|以及|还有|顺便|并且?|另外)[ ]?(?:说|它|里|面|主要|具体|都|又)*+"
    rf"{_ASKS}.?{_WHICH})|"
    # In one breath: `最新版是多少都更新了啥`.
    rf"(?<=多少|哪个|什么|时候|.[啥几号的天])[ ]?(?=(?:都|又|主要|具体)?{_ASKS}.?{_WHICH})",
    FLAGS,
)
_JOINED = re.compile(
    r"^(?:(?:那么?|然后|顺便|还有|另外|以及|并且?|和|再|(?:问|说)?一?下|and|also|so|then|plus)"
    r"[ ,，]*+)*+(?:(?:它|其|里面|(?:这|那|该)一?[个次]?(?:版本|版|更新)?)(?!几|些)[里中]?面?)?+"
    r"(?:[都又还]|主要|具体|一共)*+[ ]*+",
    FLAGS,
)
_OF_IT = re.compile(
    r"[ ](?:(?:in|with|about|on|of|inside) )?(?:it|that one|this one|there|that|this)"
    r"[ ]?(?=[?!.]*+$)|"
    r"(?<=what) (?:did|does|has|have) it(?= )|(?<=did) it(?= )",
    FLAGS,
)
# When the release came out stands beside its number wherever this is told.
_CAME_OUT = re.compile(
    r"[ ]?(?:[,，;；、?!。]|\band\b)[ ]?(?:and |它?是)?(?:(?:在?什么时候|啥时候|何时|哪一?天|几号)"
    r"(?:发布|发版|发行|更新|推出|上线|出来|发|出)[的了]?|"
    r"when (?:(?:was|is) (?:it|that|this) (?:released|out|published)|"
    r"did (?:it|that|this) (?:come out|ship|launch)))(?=[ ]?(?:[,，;；、?!。]|and\b|$))",
    FLAGS,
)
_POLITE = re.compile(
    r"^(?:(?:你好|您好|请问|想问|在吗|hi|hello|hey)(?:一?下|啊|呀)?[ ,，!。]*+)++", FLAGS
)


def without_its_day(text: str) -> str:
    """Return a text without `什么时候发布的` behind another question, and without a greeting."""
    return _CAME_OUT.sub("", _POLITE.sub("", text)).strip()


def parted(text: str) -> Iterator[tuple[str, str]]:
    """Yield each two questions that a text may be, either one first, the other without `it`."""
    for seam in _SEAM.finditer(text):
        first, second = text[: seam.start()].strip(), text[seam.end() :].strip()
        if first and second:
            yield first, _bare(second)
            yield _JOINED.sub("", second, count=1), first


def _bare(asked: str) -> str:
    return _OF_IT.sub("", _JOINED.sub("", asked, count=1))
