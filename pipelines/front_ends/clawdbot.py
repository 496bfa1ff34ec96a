"""Clawdbot 2026.1: `[Channel who id:… time] text` with a message id below it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.front_ends.front_end import Background, FrontEnd, Spoken

# Before the envelope: events of the channel, and what else was said in a group since.
_EVENTS = re.compile(r"(?:System: [^\n]*\n)+\n")
_SINCE = "[Chat messages since your last reply"
_CURRENT = "[Current message - respond to this]\n"
_ENVELOPE = re.compile(
    r"\[[A-Z][A-Za-z]{1,20} (?P<who>[^\]\n]{0,300})"
    r"\d{4}-\d\d-\d\d(?: \d\d:\d\d [A-Z][A-Za-z0-9+:-]{0,8}|T\d\d:\d\dZ)\] "
)
# The name comes first, and may itself look like an id: the last one counts.
_ID = re.compile(r"(?:\A|\s)(?:id:(\S{1,64})|(\+\d{6,15}))(?=\s)")
_GROUP = re.compile(r"(?:\A|\s)(?:id:-\d|group:|\S+@g\.us\s|topic:\d)")
_IN_GROUP = re.compile(r"[^\n:]{1,200} \(([^()\s]{1,64})\): ")
# Behind the words: the message that they reply to, and the id of their own.
_QUOTED, _QUOTED_END = "\n\n[Replying to ", "\n[/Replying]"
_MESSAGE_ID = re.compile(r"\n\[message_id: [^\]\n]{1,64}\]\s*$")
_AGENT = "running inside Clawdbot"
_HEARTBEAT = "Read HEARTBEAT.md if it exists"
# The whole of it: what its HTTP callers write comes without an envelope, and may begin like this.
_BEAT = re.compile(
    re.escape(_HEARTBEAT) + r" \(workspace context\)\. Follow it strictly\. Do not infer or repeat "
    r"old tasks from prior chats\. If nothing needs attention, reply HEARTBEAT_OK\."
    r"(?:\nWhen reading HEARTBEAT\.md, [^\n]{1,300})?(?:\nCurrent time: [^\n]{1,120})?\s*"
)
_PROMPTS = (_HEARTBEAT, "A new session was started via /new or /reset.")


class Enveloped(NamedTuple):
    """What a channel's envelope holds."""

    words: str
    sender: str
    """The channel's id of the sender; empty where the envelope does not say."""


def open_envelope(text: str) -> Enveloped | None:
    """Return what a user message holds; None when Clawdbot put it there and nobody said it."""
    if text.startswith(_PROMPTS):
        return None
    if events := _EVENTS.match(text):
        text = text[events.end() :]
    if text.startswith(_SINCE) and _CURRENT in text:
        text = text.rpartition(_CURRENT)[2]
    envelope = _ENVELOPE.match(text)
    if not envelope:
        return Enveloped(text, "")
    who = envelope["who"]
    words = _MESSAGE_ID.sub("", text[envelope.end() :])
    if words.endswith(_QUOTED_END):
        words = words.partition(_QUOTED)[0]
    if _GROUP.search(who):
        sender = _IN_GROUP.match(words)
        return Enveloped(words[sender.end() :], sender[1]) if sender else Enveloped(words, "")
    ids = _ID.findall(who)
    return Enveloped(words, "".join(ids[-1]) if ids else "")


def sender_of(messages: Sequence[Spoken]) -> str:
    """Return the channel's id of who wrote the last user message; empty where it is not told.

    Only in a request of Clawdbot's agent: elsewhere a customer may type what looks like one.
    """
    said = [message.text for message in messages if message.role == "user"]
    enveloped = open_envelope(said[-1]) if said and _is_agents(messages) else None
    return enveloped.sender if enveloped else ""


def _is_agents(messages: Sequence[Spoken]) -> bool:
    return any(m.role == "system" and _AGENT in m.text for m in messages)


def _unwrap(text: str) -> str:
    enveloped = open_envelope(text)
    # Whether it is a heartbeat's is told by the whole request: a customer may write such words.
    return text if enveloped is None else enveloped.words


def _background(messages: Sequence[Spoken], streamed: bool) -> Background | None:
    last = messages[-1] if messages else None
    beats = last is not None and last.role == "user" and _BEAT.fullmatch(last.text)
    return "heartbeat" if beats and _is_agents(messages) else None


CLAWDBOT = FrontEnd("clawdbot", _unwrap, _background)
