"""Whose conversation a request belongs to, as far as its front end tells: asserted, not proven."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.front_ends.clawdbot import sender_of
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.protocols.messages import Message
from pipelines.text import digest

# Open WebUI sends them where `ENABLE_FORWARD_USER_INFO_HEADERS` is set.
_CHAT_HEADER, _USER_HEADER = "x-openwebui-chat-id", "x-openwebui-user-id"
# OpenClaw ends its system prompt with `Runtime: agent=main | session=agent:main:… | …`.
_SESSION = re.compile(r"^Runtime: [^\n]*?\| session=(agent:[^|\n]{1,400}?)(?= \||$)", re.MULTILINE)
# Of its sessions only those of direct messages are one customer's. What ends them is the id that
# the channel gives the sender, which is also what OpenClaw's own transcripts call them.
_PEER = re.compile(r"agent:[^:]+:(?:[^:]+:)*direct:(.+)")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a front end calls a conversation and its customer; both may be personal data."""

    conversation: str
    customer: str
    """Empty where the front end does not say."""
    is_named: bool = True
    """Whether the front end names either: if not, two customers may look like one."""


def identify(
    headers: Mapping[str, str], messages: Sequence[Message], asked: Asked, user: str, day: date
) -> Identity:
    """Return whose question was asked; `user` is what the body says, `day` the company's today.

    Where nothing names the conversation, its first turn does, for a day: two customers whose
    conversations begin with the same words then look like one, unless something names them.
    """
    session = _session(messages)
    peer = _PEER.fullmatch(session)
    customer = headers.get(_USER_HEADER, "").strip() or user.strip() or (peer[1] if peer else "")
    customer = customer or sender_of(messages)
    conversation = headers.get(_CHAT_HEADER, "").strip() or session
    if conversation:
        return Identity(conversation, customer)
    first = next((turn.text for turn in asked.history if turn.role == "user"), asked.question)
    return Identity(digest(day.isoformat(), customer, first), customer, bool(customer))


def _session(messages: Sequence[Message]) -> str:
    """Return OpenClaw's name of the session; the last one, as only its own line ends a prompt."""
    for message in messages:
        if message.role == "system" and (found := _SESSION.findall(message.text)):
            return str(found[-1]).strip()
    return ""
