"""Answers a front end's own calls: no retrieval, just the model, or a fixed valid reply."""

from collections.abc import Sequence

from pipelines.answer import LanguageModel
from pipelines.errors import ModelError
from pipelines.front_ends.front_end import Background
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.safety.neutral import neutral

SILENCE = "NO_REPLY"
_FIXED: dict[Background, str] = {
    "heartbeat": SILENCE,
    "compaction": "No summary is available; rely on the messages that follow.",
    "title": "客服咨询",
    # Open WebUI reads a JSON object and takes each missing key as "nothing".
    "task": "{}",
}
_DEFAULT_TOKENS, _MOST_TOKENS = 512, 2048


async def background_reply(
    task: Background,
    messages: Sequence[Message],
    model: LanguageModel | None,
    wanted_tokens: int | None,
) -> str:
    """Return the reply to a background call; never empty."""
    if model is None:
        return _FIXED[task]
    asked = wanted_tokens if wanted_tokens and wanted_tokens > 0 else _DEFAULT_TOKENS
    prompt = [
        {"role": message.role, "content": message.text}
        for message in messages
        if message.role in ("system", "user", "assistant") and message.text
    ]
    try:
        pieces = [p async for p in model.chat(prompt, num_predict=min(asked, _MOST_TOKENS))]
    except ModelError:
        return _FIXED[task]
    text = "".join(pieces).strip()
    if task == "heartbeat" and text.strip("`\"'。.") == SILENCE:
        return SILENCE
    return neutral(text) or _FIXED[task]
