"""Both answers to each question, by the same model: with the published index, and alone."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from pipelines.answer import Answer, Answerer, LanguageModel
from pipelines.errors import ModelError
from pipelines.evaluation.golden import GoldenQuestion
from pipelines.evaluation.ranking import Advance
from pipelines.experiment.pairs import Pair, shown_blind, without_sources
from pipelines.text import clean

ANSWER_TOKENS = 700
"""As many as an answer with the knowledge base may have."""
# Said of the company is its name, and nothing of what it does.
_ALONE = """\
你是{company}的客服助手，请用客户的语言简洁地回答客户的问题。
You are the support assistant of {company}. Answer briefly, in the customer's language.
"""
# With no usable answer so many times in a row, the model is gone, and not just slow once.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Missed:
    """A question without a usable answer, which the next run asks again."""

    question: str
    reason: str


class Patience:
    """Counts failures in a row, and ends the run when the model seems to be gone."""

    def __init__(self) -> None:
        self._failures = 0

    def succeeded(self) -> None:
        """Begin to count anew."""
        self._failures = 0

    def failed(self, error: ModelError) -> None:
        """Count a failure; raises `ModelError` for the third in a row."""
        self._failures += 1
        if self._failures == _PATIENCE:
            raise ModelError(
                error.code,
                f"{error} That was the third failure in a row; what was done is kept. "
                "See to the model, and run the same command again to go on.",
            ) from error


async def answer_both(
    company: str,
    answerer: Answerer,
    model: LanguageModel,
    golden: Sequence[GoldenQuestion],
    references: Mapping[str, str],
    keep: Callable[[Pair], None],
    advance: Advance,
) -> tuple[Missed, ...]:
    """Answer every question twice, and hand each pair to `keep` as it comes.

    Raises `ModelError` when the model fails three times in a row.
    """
    patience, missed = Patience(), []
    for item in golden:
        try:
            grounded = await _with_index(answerer, item)
            alone = await said(model.chat(_alone(company, item), num_predict=ANSWER_TOKENS))
        except ModelError as error:
            missed.append(Missed(item.question, str(error)))
            patience.failed(error)
        else:
            patience.succeeded()
            keep(
                Pair(
                    id=item.id,
                    kind=item.kind,
                    question=item.question,
                    history=item.turns,
                    reference=references[item.id],
                    grounded=clean(without_sources(grounded)),
                    alone=shown_blind(clean(alone)),
                    decision=grounded.decision,
                )
            )
        advance(1)
    return tuple(missed)


async def said(chat: AsyncGenerator[str, None]) -> str:
    """Return a whole reply; raises `ModelError`."""
    async with aclosing(chat) as pieces:
        return "".join([piece async for piece in pieces])


async def _with_index(answerer: Answerer, item: GoldenQuestion) -> Answer:
    """Return the gateway's answer; raises `ModelError` where it had to do without the model."""
    answer = await answerer.answer(item.question, item.turns)
    code = answer.reason.removeprefix("model_")
    if answer.decision != "degraded" or code == answer.reason:
        return answer
    raise ModelError(code, f"the model gave no usable answer to `{item.id}` ({code}).")


def _alone(company: str, item: GoldenQuestion) -> list[dict[str, str]]:
    turns = [{"role": turn.role, "content": turn.text} for turn in item.turns]
    asked = {"role": "user", "content": item.question}
    return [{"role": "system", "content": _ALONE.replace("{company}", company)}, *turns, asked]
