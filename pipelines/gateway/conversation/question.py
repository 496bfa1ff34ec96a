"""Finds a request's real question, which is rarely just its last user message."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from pipelines.followup import Turn
from pipelines.front_ends.clawdbot import CLAWDBOT
from pipelines.front_ends.front_end import Background
from pipelines.front_ends.mentions import without_mentions
from pipelines.front_ends.open_webui import OPEN_WEBUI
from pipelines.front_ends.openclaw import OPENCLAW
from pipelines.front_ends.placeholders import without_placeholders
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.refusals import RefusalError
from pipelines.intent import has_no_words, intent_of

FRONT_ENDS = (OPENCLAW, CLAWDBOT, OPEN_WEBUI)
# A customer who waits says so a few times; who sent a hundred messages shall cost no more.
_MOST_WAITING = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: a customer's question, or a background call of the front end."""

    question: str
    """Empty in a background call, and where a customer sent a picture or nothing but space."""
    history: tuple[Turn, ...]
    """The turns before the question, oldest first."""
    background: Background | None = None


def find_question(messages: Sequence[Message], *, longest: int, streamed: bool = True) -> Asked:
    """Return what `messages` ask for; `streamed` tells whether a stream was asked for.

    Raises `RefusalError` when they hold no words of a customer's, or a question over `longest`
    characters.
    """
    for front_end in FRONT_ENDS:
        if task := front_end.background(messages, streamed):
            return Asked("", (), task)
    told = _told(messages)
    turns = [turn for turn in told if turn is not None]
    if _is_wordless(messages, told):
        return Asked("", tuple(turns))
    asked_at = _asked_at(turns, longest)
    if asked_at is None:
        raise RefusalError(400, "`messages` holds no question; send a message with role `user`")
    question = turns[asked_at].text
    if len(question) > longest:
        raise RefusalError(
            400,
            f"the question has {len(question)} characters, more than {longest}; shorten it",
            code="string_above_max_length",
        )
    return Asked(question, tuple(turns[:asked_at]))


def _asked_at(turns: Sequence[Turn], longest: int) -> int | None:
    """Return where the question is: the customer's last turn, or an unanswered one before it.

    `谢谢` and `在吗` behind a question that has no answer yet ask for that answer.
    """
    last = max((at for at, turn in enumerate(turns) if turn.role == "user"), default=None)
    if last is None or last == 0 or turns[last - 1].role != "user":
        return last
    unanswered = takewhile(lambda at: turns[at].role == "user", range(last, -1, -1))
    waiting = islice(unanswered, _MOST_WAITING)
    return next((at for at in waiting if not _is_courtesy(turns[at].text, longest)), last)


def _is_courtesy(text: str, longest: int) -> bool:
    return len(text) <= longest and intent_of(text) in ("greeting", "closing")


def _is_wordless(messages: Sequence[Message], told: Sequence[Turn | None]) -> bool:
    """Tell whether the customer's last message says nothing in words, and is no echo of a question.

    An empty message behind a question that has no answer yet belongs to it.
    """
    roles = [message.role for message in messages]
    last = max((at for at, role in enumerate(roles) if role == "user"), default=None)
    if last is None or told[last] is not None:
        return False
    before = next((turn for turn in reversed(told[:last]) if turn is not None), None)
    if before is None or before.role == "user":
        return before is None and messages[last].shows_something
    return True


def _told(messages: Sequence[Message]) -> list[Turn | None]:
    """Return the turn of each message; None for one that says nothing.

    `？？` and `[图片]` behind a question that has no answer yet belong to it: they say nothing.
    """
    told: list[Turn | None] = []
    before: Turn | None = None
    for message in messages:
        turn = _turn(message)
        if turn is not None and before is not None and turn.role == before.role == "user":
            turn = None if has_no_words(turn.text) else turn
        told.append(turn)
        before = turn or before
    return told


def _turn(message: Message) -> Turn | None:
    match message.role:
        case "user":
            text: str | None = message.text
            for front_end in FRONT_ENDS:
                text = front_end.unwrap(text) if text is not None else None
            text = without_mentions((text or "").strip())
            # A placeholder alone is kept: that is what the customer sent, and when.
            text = without_placeholders(text) or text
            # `这是啥问题` beside a picture points at it, and says no more than the picture.
            if message.shows_something and not without_placeholders(shown := f"[image] {text}"):
                text = shown if without_placeholders(text) else text
            return Turn("user", text) if text else None
        case "assistant":
            text = message.text.strip()
            return Turn("assistant", text) if text else None
        case _:
            return None
