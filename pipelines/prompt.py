"""The prompt of grounded answers: rules, fenced passages, and a token budget that is kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.search import Hit
from pipelines.text import clean
from pipelines.tokens import TokenCount

# Part of every version's manifest: an answer can be replayed with the prompt that gave it.
SYSTEM_PROMPT = Path(__file__).with_name("system_prompt.md").read_text(encoding="utf-8")
NOT_FOUND = "NOT_FOUND"

_RESERVED_FOR_ANSWER = 700
_TONE_CHARACTERS = 200
# What a chat template puts around the two messages.
_TEMPLATE_TOKENS = 32


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one request, and the hits that its passage numbers 1, 2, … stand for."""

    messages: tuple[dict[str, str], ...]
    passages: tuple[Hit, ...]
    answer_tokens: int
    left_out: int
    """Passages for which there was no room in the context."""


def build_prompt(
    rules: str,
    company: str,
    question: str,
    hits: Sequence[Hit],
    tone: Sequence[str],
    num_ctx: int,
    count: TokenCount,
) -> Prompt:
    """Return the messages for `question`; passages that do not fit the budget are left out whole.

    `rules` is the version's system prompt; `tone` holds redacted words of agents, shown for their
    manner only. Passages stand between markers with a random nonce, which no text can forge.
    """
    nonce = secrets.token_hex(8)
    system = rules.replace("{company}", company)
    asked = f"\n\n客户的问题 / Question:\n{clean(question)}"
    budget = num_ctx - _RESERVED_FOR_ANSWER - _TEMPLATE_TOKENS - count.of(system) - count.of(asked)
    parts: list[str] = []
    used: list[Hit] = []
    for hit in hits:
        part = _fenced(hit, len(used) + 1, nonce)
        cost = count.of(part) + 1
        if cost > budget:
            continue
        budget -= cost
        parts.append(part)
        used.append(hit)
    for reply in tone:
        part = f"<语气示例 {nonce}>\n{clean(reply)[:_TONE_CHARACTERS]}\n</语气示例 {nonce}>"
        cost = count.of(part) + 1
        if cost <= budget:
            budget -= cost
            parts.append(part)
    user = "\n".join(parts) + asked
    messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
    return Prompt(messages, tuple(used), _RESERVED_FOR_ANSWER, len(hits) - len(used))


def _fenced(hit: Hit, number: int, nonce: str) -> str:
    label = f"{hit.chunk.tier} {hit.chunk.version}".strip()
    body = clean(f"{hit.chunk.title}\n{hit.chunk.text}").replace(nonce, "")
    return f"<资料 {nonce} {number} {label}>\n{body}\n</资料 {nonce}>"
