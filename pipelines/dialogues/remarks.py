"""Remarks: what one message of a chat is for, by what others wrote, and a few rules of words."""

import re

from pipelines.dialogues.automatic import is_automatic
from pipelines.dialogues.courtesy import is_customer_courtesy, is_short, troubles
from pipelines.dialogues.heard import AgentKind, asks_back, heard_of_agent, heard_of_customer
from pipelines.front_ends.placeholders import without_placeholders

# What a help desk writes by itself: nobody says it.
_NOTICE = re.compile(
    r"\W*(?:[^\n怎为什么吗如何能?？]{0,20}撤回了一条消息|(?:该|这|此)?条?消息已(?:被[^\n]{0,10})?撤回"
    r"|[^\n?]{0,30}recalled a message|this message (?:was|has been) (?:deleted|recalled)"
    r"|(?:感谢[^\n]{0,20})?(?:请|麻烦|邀请)[您你]?(?:对|给)[^\n。]{0,14}(?:服务|客服)[^\n。]{0,8}"
    r"(?:评价|打分|评分|满意度)[^\n]{0,8}(?:\W*[0-9一二三四五][^0-9\n]{0,3}(?:非常|很)?(?:满意|一般|不满意))*)\W*",
    re.IGNORECASE,
)

# Too short to be sure of by what others wrote.
_KNOWS_NOT = re.compile(r"\W*(?:亲\W*)?(?:这个)?我?也?不(?:知道|清楚)[呢哦啊呀哈了亲\W]*")


def is_notice(text: str) -> bool:
    """Tell whether a help desk tells of a recalled message, or asks to rate its service."""
    return _NOTICE.fullmatch(text) is not None


def shows_only(text: str) -> bool:
    """Tell whether there is only a picture, a recording or a file, or what points at it."""
    return not without_placeholders(text)


def is_courteous(text: str) -> bool:
    """Tell whether a customer only greets, thanks or assents, or says nothing at all."""
    heard = heard_of_customer(text) == "courtesy" and not troubles(text)
    return heard or is_customer_courtesy(text)


def asks_nothing(text: str) -> bool:
    """Tell whether a customer's words hold no question: a courtesy, a closing, only details."""
    heard = heard_of_customer(text) in ("courtesy", "closes", "details") and not troubles(text)
    return heard or is_customer_courtesy(text) or shows_only(text)


def tells(text: str, agent: str) -> bool:
    """Tell whether a customer only gives what `agent` asked for, or reports on what was said."""
    heard = heard_of_customer(text) in ("reply", "details") and not troubles(text)
    return heard or (is_short(text) and asks_back(agent))


def asks_the_customer(text: str) -> bool:
    """Tell whether an agent only asks, for data or back, before any answer."""
    return _kind(text) == "request"


def is_holding(text: str) -> bool:
    """Tell whether an agent only apologises, or is courteous: worth its tone, but no answer."""
    return _kind(text) in ("courtesy", "apology")


def is_filler(text: str) -> bool:
    """Tell whether an agent's words are left out of an answer; an apology is kept for its tone."""
    return _kind(text) in ("courtesy", "request", "unknown") or shows_only(text)


def says_something(text: str) -> bool:
    """Tell whether an agent's words can be an answer at all."""
    return _kind(text) in ("answer", "case") and not shows_only(text)


def is_of_one_customer(text: str) -> bool:
    """Tell whether an agent only says what was done for, or is true of, this one customer."""
    return _kind(text) == "case"


def _kind(text: str) -> AgentKind:
    """Return what an agent's message is for; what a help desk says by itself knows nothing."""
    by_rule = is_automatic(text) or _KNOWS_NOT.fullmatch(text)
    return "unknown" if by_rule else heard_of_agent(text)
