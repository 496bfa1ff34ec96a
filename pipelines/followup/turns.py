"""Turns: what was said before in a conversation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.terms import simplified
from pipelines.text import clean, fold

_ASKS = re.compile(
    r"[?？][\s\"”』」)）~。]*$|(?:请问|麻烦|告诉我|provide|tell me|let me know)[^。.!！]*[。.!！]?$"
)

# Who ends by offering help has asked nothing that the next message answers.
_OFFERS_HELP = re.compile(
    r"(?:其他|其它|别的|还有什么|任何).{0,6}(?:问题|疑问|需要|帮)|遇到[的了]?(?:什么)?问题|随时|"
    r"(?:可以|能)帮(?:您|你|到)|\b(?:anything else|(?:any|more|other) questions|help you|just ask|"
    r"what you need)\b"
)
_ASSENT = re.compile(
    r"(?:(?:是|对|嗯|好|行|要|可以|没错|当然|yes|yeah|yep|yup|ok|okay|sure|right|correct|exactly|"
    r"absolutely|please|i do|(?:that|this) one)[的啊呀了吧,，。.! ]*)+"
)
_SIGNS = " ,，、.。!！~;；:()[]【】「」『』“”\"'"
# `no thanks` says more than `no`, and less than `none of these`.
_COURTESY = re.compile(
    rf"^(?:谢谢|多谢|[你您]好|thanks|thank you|hi|hello)[你您啦了]*[{re.escape(_SIGNS)}]+"
    r"|(?:谢谢|多谢|感谢|谢[了啦]|麻烦|辛苦)[你您啦了啊哈]*$"
    r"|(?<!\bno )(?<!\bno, )\b(?:thanks(?: a lot)?|thank you(?: (?:so|very) much)?|thx|please|pls)$"
)
_SENTENCE_ENDS = re.compile(r"[\n。！!]|\.\s")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


def last_reply(history: Sequence[Turn]) -> str:
    """Return what the assistant said last; empty where the customer spoke after it."""
    last = history[-1] if history else None
    return clean(last.text).strip() if last and last.role == "assistant" else ""


def asks_back(reply: str) -> bool:
    """Tell whether a reply ends by asking the customer something."""
    text = plain(reply).rstrip("。.!！ ")
    return bool(_ASKS.search(text)) and not _OFFERS_HELP.search(_SENTENCE_ENDS.split(text)[-1])


def plain(text: str) -> str:
    """Return a text as the rules of a conversation read it: folded, and in simplified script."""
    return simplified(fold(text))


def bare(message: str) -> str:
    """Return a message, plain, without the signs and the courtesy around what it says."""
    return _COURTESY.sub("", plain(message).strip(_SIGNS)).strip(_SIGNS)


def assents(message: str) -> bool:
    """Tell whether a message says yes, and no more."""
    return _ASSENT.fullmatch(plain(message)) is not None
