"""Small talk: messages that ask nothing, told piece by piece from closed lists.

A message is small talk only where every piece of it is, so that a question is never taken for it,
whatever stands around. Longer pieces stand before those that they begin with.
"""

import re
from collections.abc import Iterator
from typing import Literal

from pipelines.front_ends.placeholders import without_placeholders
from pipelines.small_talk import han, latin
from pipelines.text import clean, fold

Talk = Literal["greeting", "closing", "no_words"]
_Kind = Literal["over", "hello", "thanks", "opens", "intro", "heard", "name"]

_INTRODUCED = "〈me〉"
# A name and a company are told by their capitals, `I'm locked out` by the lack of them.
_NAMED = re.compile(
    r"\b(?:(?:[Ii]['’]?m|[Ii] am|[Tt]his is|[Ii]t['’]s|[Mm]y name(?: is|['’]s)) "
    r"[A-Z][a-z'’-]{1,20}(?: [A-Z][a-z'’-]{1,20})?)(?! \d)"
    r"(?:,? (?:from|at|with|of)(?: the)?(?: [A-Z][\w&'’.-]{0,20}){1,4}(?: (?:team|department))?)?"
    r"(?: here| speaking)?(?= ?(?:[,.!;~\n-]|$))"
)

_LATIN_EDGE = "(?<![a-z0-9_'])(?:{})(?![a-z0-9_'])"
_LISTS: tuple[tuple[_Kind, str, str], ...] = (
    ("over", han.OVER, latin.OVER),
    ("hello", han.HELLO, latin.HELLO),
    ("intro", f"{_INTRODUCED}|{han.INTRO}", latin.INTRO),
    ("heard", han.HEARD, latin.HEARD),
    ("thanks", han.THANKS, latin.THANKS),
    ("opens", han.OPENS, latin.OPENS),
    ("name", han.NAME, latin.NAME),
)
_PIECE = re.compile(
    "|".join(f"(?P<{kind}>{han}|{_LATIN_EDGE.format(latin)})" for kind, han, latin in _LISTS)
)
_BETWEEN = re.compile(r"[^\w〈']|'(?!\w)|_")
# Emoji, and the ones that WeChat and DingTalk write in words.
_IN_WORDS = re.compile(
    r"\[(?:微笑|呲牙|愉快|偷笑|害羞|可爱|憨笑|咖啡|太阳|笑脸|嘿哈|强|玫瑰|抱拳|ok|握手|爱心|鼓掌|"
    r"胜利|合十|庆祝|赞|"
    r"比心|拥抱|感谢|耶|大笑|送花花|捂脸|再见|拜拜)\]"
)
_PLEASED = re.compile(
    "[\U0001f44d\U0001f44c\U0001f64f\U0001f44f\U0001f4aa\U0001f197\U0001f389\U0001f38a\U0001f4af\U0001f339"
    "\U0001f490\U0001f618\U0001f60a\U0001f600-\U0001f60d\U0001f917\U0001f91d\U0001f970\U0001f929\u2764"
    "\u2705\u270c\u263a]|\\[(?:强|玫瑰|抱拳|ok|握手|爱心|鼓掌|合十|庆祝|赞|比心|感谢|送花花|再见|"
    "拜拜|微笑|愉快)\\]"
)
_WAVES = re.compile("[\U0001f44b\u2600\U0001f31e\U0001f305\u2615]|\\[(?:太阳|咖啡|嘿哈)\\]")
_POLITE: frozenset[_Kind | None] = frozenset({"hello", "thanks", "opens", "name"})
# Longer ones say something besides, whatever the lists hold.
_LONGEST = 120


def small_talk(text: str) -> Talk | None:
    """Return what a message is that asks nothing, or None for one that may ask something."""
    words = without_placeholders(clean(text))
    if not words and text.strip():
        return "no_words"
    folded = fold(_NAMED.sub(_INTRODUCED, words)).replace("’", "'")
    said = _IN_WORDS.sub(" ", folded)
    if not any(map(str.isalnum, said)):
        return _without_letters(folded)
    if len(folded) > _LONGEST:
        return None
    kinds = set(_kinds(said))
    if None in kinds or ("intro" in kinds and "hello" not in kinds):
        return None
    if "heard" in kinds and ("thanks" not in kinds or "?" in said):
        return None
    # `可以了？` and `fixed?` ask whether it is so.
    if "over" in kinds:
        return None if "?" in said else "closing"
    if "thanks" in kinds and "hello" not in kinds:
        return "closing"
    return "greeting" if kinds & {"hello", "opens"} else None


def is_courtesy(clause: str) -> bool:
    """Tell whether a clause beside a question greets, announces it, or thanks for the answer.

    A word such as `机器人` alone may be what is asked, and what is over belongs to the story.
    """
    said = fold(_IN_WORDS.sub(" ", without_placeholders(clause))).replace("’", "'")
    kinds = set(_kinds(said)) if len(said) <= _LONGEST else {None}
    return bool(kinds & {"hello", "thanks", "opens"}) and kinds <= _POLITE


def _kinds(said: str) -> Iterator[_Kind | None]:
    """Yield the kind of each piece; None, and no more, where one is none."""
    at = 0
    while at < len(said):
        if between := _BETWEEN.match(said, at):
            at = between.end()
            continue
        piece = _PIECE.match(said, at)
        if piece is None or piece.end() == at:
            yield None
            return
        yield next(kind for kind, _, _ in _LISTS if piece[kind] is not None)
        at = piece.end()


def _without_letters(folded: str) -> Talk | None:
    """Return what is meant by emoji or signs alone; nothing can be read from a placeholder."""
    if not folded:
        return None
    if _PLEASED.search(folded):
        return "closing"
    return "greeting" if _WAVES.search(folded) else "no_words"
