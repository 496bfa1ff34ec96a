"""OpenClaw 2026.9: internal-context messages, timestamps, retry wrappers, webhooks, heartbeats.

The strings belong to that version; the captured requests in the tests are the contract. Nothing a
customer can forge here gains them more than changing their own question.
"""

import re
from collections.abc import Sequence

from pipelines.front_ends.front_end import Background, FrontEnd, Spoken

_BEGIN, _END = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>", "<<<END_OPENCLAW_INTERNAL_CONTEXT>>>"
_TIMESTAMP = re.compile(r"\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d [^\]\n]{1,40}\] ")
_MOST_INJECTED = 8
_INJECTED = re.compile(r"[^\n]{0,200}⟦openclaw:ctx⟧\n```json\n.*?\n```\n+", re.DOTALL)
_CONTINUE = "Continue the current task from the existing transcript, preserving completed work."
_SYNTHETIC = (
    "<turn_aborted>",
    _CONTINUE,
    "The previous attempt did not produce a user-visible answer.",
    "[OpenClaw session event]",
    "[OpenClaw heartbeat poll]",
    "[OpenClaw exec completion]",
    "[OpenClaw cron wake]",
)
_QUEUED = re.compile(r"\[Queued user message from a previous active turn;[^\]\n]{0,200}\]\n")
_RESENT = "[Chat messages since your last reply"
_CURRENT = "[Current message - respond to this]\nUser: "
_JOB = "Job ID: "
_WEBHOOK = re.compile(r'<<<EXTERNAL_UNTRUSTED_CONTENT id="([^"\n]{1,64})">>>\n')

_AGENT = "running inside OpenClaw"
_HEARTBEAT = "Follow the heartbeat monitor scratch context"
_COMPACTION = "You are a context summarization assistant."
_TITLE = "Generate a concise session title"


def _unwrap(text: str) -> str | None:
    if _is_context(text):
        return None
    if stamp := _TIMESTAMP.match(text):
        text = text[stamp.end() :]
    if text.startswith(_SYNTHETIC):
        return None
    for _ in range(_MOST_INJECTED):
        if not (injected := _INJECTED.match(text)):
            break
        text = text[injected.end() :]
    if queued := _QUEUED.match(text):
        text = text[queued.end() :].partition(f"\n\n{_CONTINUE}")[0]
    if text.startswith(_RESENT):
        text = text.rpartition(_CURRENT)[2]
    if text.startswith(_JOB) and (webhook := _WEBHOOK.search(text)):
        ending = f'\n<<<END_EXTERNAL_UNTRUSTED_CONTENT id="{webhook[1]}">>>'
        _, _, text = text[webhook.end() :].partition(ending)[0].partition("\n---\n")
    return text


def _is_context(text: str) -> bool:
    text = text.strip()
    return text.startswith(_BEGIN) and text.endswith(_END)


def _background(messages: Sequence[Spoken], streamed: bool) -> Background | None:
    for message in messages:
        if message.role == "system" and message.text.startswith(_COMPACTION):
            return "compaction"
        if message.role == "system" and message.text.startswith(_TITLE):
            return "title"
    if not any(m.role == "system" and _AGENT in m.text for m in messages):
        return None
    # What a customer wrote is stamped or enveloped; a heartbeat stands bare, as the last word.
    asked = [m.text for m in messages if m.role == "user" and not _is_context(m.text)]
    return "heartbeat" if asked and asked[-1].startswith(_HEARTBEAT) else None


OPENCLAW = FrontEnd("openclaw", _unwrap, _background)
