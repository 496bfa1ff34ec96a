"""What is answered to each golden question, and whether it is right."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.answer import Answer, Answerer, Citation
from pipelines.evaluation.golden import NOT_ANSWERED, GoldenQuestion
from pipelines.evaluation.ranking import Advance, quietly
from pipelines.text import fold


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a golden question, and which of its checks that passed."""

    id: str
    kind: str
    question: str
    is_answerable: bool
    """Whether an answer was expected, and neither a refusal nor a person."""
    decision: str
    reason: str
    checks: Mapping[str, bool]
    """Check -> passed: `decision`, `source`, `must_contain`, `must_not_contain`, `must_cite`."""
    milliseconds: float

    @property
    def right(self) -> bool:
        """Whether all was as expected."""
        return all(self.checks.values())

    @property
    def refused(self) -> bool:
        """Whether no answer was given: a refusal, or a person."""
        return self.decision in NOT_ANSWERED

    @property
    def failed(self) -> tuple[str, ...]:
        """The checks that it did not pass."""
        return tuple(name for name, passed in self.checks.items() if not passed)


async def ask(
    answerer: Answerer, golden: Sequence[GoldenQuestion], advance: Advance = quietly
) -> tuple[Answered, ...]:
    """Answer every golden question, one after the other, and judge each answer."""
    answered = []
    for item in golden:
        started = time.perf_counter()
        answer = await answerer.answer(item.question, item.turns)
        spent = (time.perf_counter() - started) * 1000
        answered.append(
            Answered(
                item.id,
                item.kind,
                item.question,
                not item.expect.refusal,
                answer.decision,
                answer.reason,
                judge(item, answer),
                spent,
            )
        )
        advance(1)
    return tuple(answered)


def judge(item: GoldenQuestion, answer: Answer) -> dict[str, bool]:
    """Return the checks of a golden question, and whether an answer passes each.

    Without an expected decision, any but a refusal and a person is right. Words are compared
    without case and width, in all that a customer is shown, the list of sources included.
    """
    expect, text = item.expect, fold(answer.text)
    given = answer.decision not in NOT_ANSWERED
    checks = {"decision": answer.decision == expect.decision if expect.decision else given}
    if expect.is_record:
        checks["source"] = any(
            item.fits(one.tier, one.title, one.version, answer.text) for one in answer.citations
        )
    if item.must_contain:
        checks["must_contain"] = all(fold(words) in text for words in item.must_contain)
    if item.must_not_contain:
        checks["must_not_contain"] = not any(fold(words) in text for words in item.must_not_contain)
    if item.must_cite:
        checks["must_cite"] = all(
            any(_names(source, one) for one in answer.citations) for source in item.must_cite
        )
    return checks


def _names(source: str, citation: Citation) -> bool:
    """Tell whether a golden question means this citation: by title, file or release."""
    return (
        fold(source) == fold(citation.title)
        or source == citation.path
        or (citation.version != "" and source.removeprefix("v") == citation.version)
    )
