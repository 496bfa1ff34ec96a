"""Golden questions: what must be found and said, and how well a version does."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.answer import Answer, Answerer
from pipelines.errors import SettingsError
from pipelines.followup import Turn, search_in_context
from pipelines.ollama import Ollama
from pipelines.records import Tier
from pipelines.search import Hit, Searcher
from pipelines.settings import Settings
from pipelines.text import fold

FOUND_WITHIN = 5


class Expected(BaseModel):
    """What the right answer rests on, or which decision is right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: Tier | None = None
    question: str | None = None
    """The FAQ entry's question, exactly."""
    version: str | None = None
    """The release that brought the change."""
    contains: str | None = None
    """Words that the expected record holds."""
    decision: Literal["direct", "grounded", "refuse", "handoff", "degraded"] | None = None


class PastTurn(BaseModel):
    """An earlier message of a multi-turn question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "assistant"]
    content: str


class GoldenQuestion(BaseModel):
    """One line of the golden file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    kind: str
    expect: Expected
    history: tuple[PastTurn, ...] = ()
    must_contain: tuple[str, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the answerer takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history)

    def fits(self, tier: str, title: str, version: str, text: str) -> bool:
        """Tell whether a record is the expected one."""
        expect = self.expect
        return (
            expect.tier in (None, tier)
            and (expect.question is None or fold(expect.question) == fold(title))
            and (expect.version is None or expect.version == version)
            and (expect.contains is None or fold(expect.contains) in fold(text))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Where the expected record of a golden question stood; rank 0 for not within the limit."""

    id: str
    kind: str
    question: str
    rank: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a golden question, and whether it was right."""

    id: str
    kind: str
    question: str
    decision: str
    reason: str
    right: bool
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The golden questions as one version answered them."""

    model: str
    """The language model that answered; empty when none was reachable."""
    answered: tuple[Answered, ...]

    @property
    def accuracy(self) -> float:
        """Share of right answers; 1 where nothing was asked."""
        if not self.answered:
            return 1.0
        return sum(item.right for item in self.answered) / len(self.answered)


def load_golden(settings: Settings) -> tuple[GoldenQuestion, ...]:
    """Read the golden questions; none when none are declared.

    Raises `SettingsError`, which names file and line, for a line that is no golden question.
    """
    if not settings.publish.golden:
        return ()
    file = settings.beside_sources(settings.publish.golden)
    questions = []
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        try:
            questions.append(GoldenQuestion.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise SettingsError(
                f"`{file}` line {number} is no golden question: {first}. "
                "`docs/evaluation.md` shows the format."
            ) from error
    return tuple(questions)


def find(searcher: Searcher, golden: Sequence[GoldenQuestion]) -> tuple[Found, ...]:
    """Search every golden question that expects a record, and tell at which rank it stands.

    Ranks count the records of the expected tier: the tiers answer different questions.
    """
    found = []
    for item in golden:
        if item.expect.decision in ("refuse", "handoff"):
            continue
        found_in_context = search_in_context(
            searcher,
            item.question,
            item.turns,
            version=searcher.version(),
            tier=item.expect.tier,
        )
        hits = found_in_context.result.hits[:FOUND_WITHIN]
        ranks = [rank for rank, hit in enumerate(hits, 1) if _fits_hit(item, hit)]
        found.append(Found(item.id, item.kind, item.question, min(ranks, default=0)))
    return tuple(found)


def recall(found: Sequence[Found], within: int = FOUND_WITHIN) -> float:
    """Return the share of questions whose record stands at rank `within` or better."""
    if not found:
        return 1.0
    return sum(1 <= item.rank <= within for item in found) / len(found)


async def answer_golden(settings: Settings, searcher: Searcher) -> Report:
    """Answer the golden questions through the configured model, or without one, and judge them."""
    golden = load_golden(settings)
    model = Ollama(settings.ollama)
    try:
        reachable = await model.available()
        answerer = Answerer(settings, searcher, model if reachable else None)
        answered = await ask(answerer, golden)
    finally:
        await model.aclose()
    return Report(settings.ollama.model if reachable else "", answered)


async def ask(answerer: Answerer, golden: Sequence[GoldenQuestion]) -> tuple[Answered, ...]:
    """Answer every golden question, one after the other, and judge each answer."""
    answered = []
    for item in golden:
        started = time.perf_counter()
        answer = await answerer.answer(item.question, item.turns)
        spent = (time.perf_counter() - started) * 1000
        right = is_right(item, answer)
        answered.append(
            Answered(
                item.id, item.kind, item.question, answer.decision, answer.reason, right, spent
            )
        )
    return tuple(answered)


def is_right(item: GoldenQuestion, answer: Answer) -> bool:
    """Judge an answer: the right decision, or the right source cited and nothing missing."""
    if item.expect.decision in ("refuse", "handoff"):
        return answer.decision == item.expect.decision
    if answer.decision in ("refuse", "handoff"):
        return False
    text = fold(answer.text)
    if not all(fold(words) in text for words in item.must_contain):
        return False
    return any(
        item.fits(citation.tier, citation.title, citation.version, answer.text)
        for citation in answer.citations
    )


def by_kind(answered: Sequence[Answered]) -> Mapping[str, tuple[int, int]]:
    """Return kind -> (right, asked), in the order in which the kinds first appear."""
    counts: dict[str, tuple[int, int]] = {}
    for item in answered:
        right, asked = counts.get(item.kind, (0, 0))
        counts[item.kind] = (right + item.right, asked + 1)
    return counts


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed (nearest rank); 0 for none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, round(share * len(values)) - 1)]


def _fits_hit(item: GoldenQuestion, hit: Hit) -> bool:
    chunk = hit.chunk
    return item.fits(chunk.tier, chunk.title, chunk.version, f"{hit.answer}\n{chunk.text}")


def _lines(file: Path) -> Any:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"`publish.golden` names `{file}`, which cannot be read ({error}). Mend the path."
        ) from error
