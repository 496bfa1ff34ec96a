"""A reply: a yes or a no and nothing else, such as `可以的`, `抱歉，不行` or `Yes, it does`.

It says nothing of its own: what it says hangs on the question, wherever it was copied from.
"""

import re

from pipelines.text import fold

# What decides: said of the question itself (`是的`: it is as you say), or in its words (`能`).
_TRUE = (
    r"没错|不对|对|正确|是|不|否|嗯|当然|肯定|\b(?:yes|ye[pa]h?|no|nope|nah|sure|of course"
    r"|certainly|absolutely|definitely|indeed|correct|right|exactly|affirmative|not|never)\b"
)
_ABLE = (
    r"没(?:有)?问题|没法|无法|无需|没有?(?!错)|可以|能够?|会|支持|允许|提供|存在|行|成|有|可|需要?|要|用|必|得"
    r"|\b(?:you|it|they|we|that|this|there|these|those|one) (?:can['’]t|won['’]t|cannot"
    r"|(?:can|could|may|might|do|does|is|are|will|would|has|have|should|must|did|was|were)"
    r"(?:n['’]t| not)?)\b"
    r"|\b(?:that|it|this|there)['’]s\b|\b(?:im|un)?(?:possible|supported|available|allowed)\b"
)
_AROUND = (
    r"目前|暂时|现在|暂且?|当前|应该|一般|通常|理论上|原则上|确实|其实|完全|都|均|也|还|仍然?|依然|并|恐怕|可能|大概"
    r"|这个?|那个?|它们?|该|此|功能|这样|如此|[您你]好|您|你|我们|亲|抱歉|不好意思|对不起|很?遗憾|好的"
    r"|做到?|办到|的|哦|呢|呀|啊|哈|啦|了|喔|噢|嘛|哟|吧|答案|回答"
    r"|\b(?:unfortunately|i['’]m afraid|afraid|sorry|currently|at the moment|for now|yet|at present"
    r"|do|be|that|so|this|it|the answer is|possible|hi|hello|you|in fact)\b"
)
_REPLY = re.compile(rf"(?>{_TRUE}|{_ABLE}|{_AROUND}|[\s,，、.。!！~…\"“”*_])+")
_DECIDES = re.compile(rf"{_ABLE}|{_TRUE}")
_IN_ITS_WORDS = re.compile(_ABLE)
_NO = re.compile(
    r"不|没(?!错|问题|有问题)|否|无|\b(?:no|nope|nah|not|never|cannot|unfortunately|afraid)\b"
    r"|n['’]t\b|\b(?:impossible|unsupported|unavailable)\b"
)
_PAUSE = r"[*_\"”]*\s*(?:[,，.。!！:：;；~]|\s[-–—]+\s|——|—)[*_\"”]*\s*"
_PAUSED = re.compile(rf"[*_\"“]*(?P<reply>[^,，.。!！:：;；~—\n]{{1,40}}?)(?:{_PAUSE}|$)")
# Where nothing parts it from the sentence, only what can be nothing else is a reply.
_UNPAUSED = re.compile(
    r"(?P<reply>(?:当然)?(?:是|对|[不没]?(?:可以|能|行|支持))的(?![话时确])"
    r"|(?:是|对|可以|能|支持|不可以|不能|不行|不支持)(?=\s+[\u3400-\u9fff])"
    r"|(?:yes|no|yep|nope|sure|of course|certainly|absolutely)\b"
    r"(?=\s+(?:you|it|we|they|this|that|there|the|your|our)\b))\s*",
    re.IGNORECASE,
)
_INDENT = re.compile(r"\s*(?:\d{1,2}[.、)）](?!\d)\s*)?")
# What joins a sentence to its reply.
_JOIN = re.compile(
    r"(?:但是?|不过|然而|而且|因为|所以|(?:but|because|and|however|though)\b)[,，]?\s*",
    re.IGNORECASE,
)


def is_reply(folded: str) -> bool:
    """Tell whether a folded clause is a yes or a no and nothing else."""
    return _REPLY.fullmatch(folded) is not None and _DECIDES.search(folded) is not None


def is_no(folded: str) -> bool:
    """Tell whether a folded reply is a no."""
    return _NO.search(folded) is not None


def is_in_words(folded: str) -> bool:
    """Tell whether a folded reply takes up the question's verb, as `能` does and `是的` not."""
    return _IN_ITS_WORDS.search(folded) is not None


def replies_in(text: str) -> tuple[list[str], str]:
    """Return the replies that a sentence begins with, folded, and what stands behind them."""
    rest = behind = text[_indent(text) :]
    replies: list[str] = []
    while head := _head(rest):
        rest = rest[head.end() :]
        if is_reply(said := fold(head["reply"])):
            replies.append(said)
            behind = rest
    return replies, behind


def _head(rest: str) -> re.Match[str] | None:
    """Match what may belong to a reply, `抱歉，` included, at the beginning of a text."""
    paused = _PAUSED.match(rest)
    if paused and _REPLY.fullmatch(fold(paused["reply"])):
        return paused
    return _UNPAUSED.match(rest)


def without_replies(text: str) -> str:
    """Return a sentence without the replies that it begins with; what is left begins well."""
    found, rest = replies_in(text)
    return begun_anew(text[: _indent(text)] + rest) if found else text


def begun_anew(text: str) -> str:
    """Return a sentence without the word that joined it to one that is gone."""
    at = _indent(text)
    join = _JOIN.match(text, at)
    rest = text[join.end() if join else at :]
    return text[:at] + rest[:1].upper() + rest[1:]


def _indent(text: str) -> int:
    found = _INDENT.match(text)
    return found.end() if found else 0
