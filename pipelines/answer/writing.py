"""A grounded answer: the model's sentences, each checked against what it cites."""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipelines.prompt import NOT_FOUND, Prompt
from pipelines.search import Hit
from pipelines.support import begun_anew, check, sentences
from pipelines.tokens import TokenCount

# `DEVICE_NOT_FOUND` is an error that a customer may ask about.
_GIVES_UP = re.compile(rf"(?<![A-Za-z0-9_]){NOT_FOUND}(?![A-Za-z0-9_])")
_SAYS_NO_MORE = re.compile(rf"\W*{NOT_FOUND}\W*")


class LanguageModel(Protocol):
    """What answering needs of a language model."""

    tokens: TokenCount
    """How long its prompts are."""

    def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        num_predict: int,
        schema: Mapping[str, Any] | None = None,
        whole: bool = False,
    ) -> AsyncGenerator[str, None]:
        """Stream the reply; raises `ModelError`, where it is to be `whole` also for a cut one."""
        ...


@dataclass(slots=True)
class Written:
    """How far a grounded answer has come; right also when the model breaks off."""

    cited: list[Hit] = field(default_factory=list)
    """What the text so far cites, in the order of its numbers."""
    reason: str = "unsupported"
    """Why nothing was written, where `cited` is empty at the end."""


async def write(
    model: LanguageModel, prompt: Prompt, question: str, written: Written
) -> AsyncGenerator[str, None]:
    """Yield the sentences that their passages bear, renumbered in the order of their sources.

    Each goes out as soon as it is whole. What states nothing waits for a sentence that does.
    `question` is in full, as `check` needs it. Raises `ModelError`.
    """
    sources = [
        f"{hit.chunk.title}\n{hit.chunk.version}\n{hit.chunk.text}" for hit in prompt.passages
    ]
    is_told_of = any(map(_GIVES_UP.search, sources))
    held_back = gap = behind = ""
    any_said = is_headless = False
    reply = model.chat(prompt.messages, num_predict=prompt.answer_tokens, whole=True)
    async with aclosing(reply):
        async for sentence in sentences(reply):
            gives_up = _SAYS_NO_MORE.fullmatch if is_told_of else _GIVES_UP.search
            if gives_up(sentence):
                written.reason = "model_not_found"
                break
            body = sentence.strip()
            before, _, after = sentence.partition(body)
            # Where sentences go, the widest gap around them stays.
            gap, behind = max(behind + before, gap, key=_line_breaks), after
            verdict = check(body, sources, question)
            if not verdict.stays:
                is_headless = is_headless or not (held_back or any_said)
                continue
            cited = [prompt.passages[number - 1] for number in verdict.citations]
            written.cited += [hit for hit in cited if hit not in written.cited]
            marks = "".join(f"[{written.cited.index(hit) + 1}]" for hit in cited)
            # `但需要审批。` after a `可以。` that is gone is the beginning.
            text = begun_anew(verdict.text) if is_headless else verdict.text
            is_headless = False
            held_back += f"{gap}{text}{' ' if marks else ''}{marks}"
            gap = ""
            if written.cited:
                yield held_back if any_said else held_back.lstrip()
                held_back, any_said = "", True


def _line_breaks(gap: str) -> int:
    return gap.count("\n")
