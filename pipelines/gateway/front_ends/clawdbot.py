"""Clawdbot 2026.1: `[Channel who id:… time] text` with a message id below it."""

import re
from collections.abc import Sequence

from pipelines.gateway.front_ends.front_end import Background, FrontEnd
from pipelines.gateway.messages import Message

_ENVELOPE = re.compile(
    r"\[[A-Z][A-Za-z]{1,20} [^\]\n]{0,300}\d{4}-\d\d-\d\d \d\d:\d\d [A-Z][A-Za-z0-9+:-]{0,8}\] "
)
_MESSAGE_ID = re.compile(r"\n\[message_id: [^\]\n]{1,64}\]\s*$")
_AGENT = "running inside Clawdbot"
_HEARTBEAT = "Read HEARTBEAT.md if it exists"


def _unwrap(text: str) -> str:
    if envelope := _ENVELOPE.match(text):
        text = _MESSAGE_ID.sub("", text[envelope.end() :])
    return text


def _background(messages: Sequence[Message]) -> Background | None:
    agent = any(m.role == "system" and _AGENT in m.text for m in messages)
    last = messages[-1] if messages else None
    beats = last is not None and last.role == "user" and last.text.startswith(_HEARTBEAT)
    return "heartbeat" if agent and beats else None


CLAWDBOT = FrontEnd("clawdbot", _unwrap, _background)
