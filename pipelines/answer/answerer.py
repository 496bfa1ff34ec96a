"""The answerer: a question with its history becomes an answer, piece by piece."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from pipelines.answer.answers import Answer
from pipelines.answer.citations import citations_of, source_list
from pipelines.answer.language import wording_for
from pipelines.answer.plans import Plan, Planner
from pipelines.answer.quoting import is_foreign_to, quoted
from pipelines.answer.refusals import refused_in_a_row
from pipelines.answer.suggestions import (
    declines,
    offer,
    offered,
    picked,
    suggestions,
    without_lists,
)
from pipelines.answer.writing import LanguageModel, Written, write
from pipelines.errors import ModelError
from pipelines.followup import Turn, rewritten_by_model
from pipelines.intent import ASKS_NOTHING
from pipelines.prompt import build_prompt
from pipelines.query.aliases import Aliases
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.versions import Version
from pipelines.wording import Wording


@dataclass(slots=True)
class _Course:
    """One question on its way to its answer."""

    question: str
    version: Version
    plan: Plan
    says: Wording
    """What Sanku says itself, in the customer's language."""
    started: float
    milliseconds: dict[str, float] = field(default_factory=dict)
    left_out: int = 0
    pieces: list[str] = field(default_factory=list)

    def say(self, text: str) -> str:
        """Add a piece to the text, and return it."""
        if not self.pieces:
            self.milliseconds["first_piece"] = self.since_start()
        self.pieces.append(text)
        return text

    def since_start(self) -> float:
        """Return how many milliseconds it has taken so far."""
        return (time.perf_counter() - self.started) * 1000


class Answerer:
    """Answers questions from the published version, through `model` where there is one."""

    def __init__(
        self, settings: Settings, searcher: Searcher, model: LanguageModel | None = None
    ) -> None:
        self._settings = settings
        self._searcher = searcher
        self._planner = Planner(settings, searcher)
        self.model = model

    def make_ready(self, version: Version) -> None:
        """Read what answers need of a version, so that the first question to it does not wait."""
        self._planner.make_ready(version)

    async def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the whole answer to `question`."""
        async with aclosing(self.stream(question, history)) as items:
            async for item in items:
                if isinstance(item, Answer):
                    return item
        raise AssertionError("a stream of answers ends with an answer")

    async def stream(
        self, question: str, history: Sequence[Turn] = ()
    ) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer's text in pieces, and then the `Answer`, whose text is the pieces."""
        languages = self._settings.languages()
        choices = offered(history, languages)
        if item := picked(question, choices):
            course = await self._begin(item, (), is_picked=True)
        elif choices and declines(question):
            course = self._hand_over(question, history)
        else:
            history = without_lists(history, languages)
            course = await self._begin(question, history)
        if course.plan.decision == "grounded" and self.model is not None:
            # Closed at once when the reader leaves, and with it the model's generation.
            async with aclosing(self._write(course, self.model)) as written:
                async for piece in written:
                    yield piece
        course.plan = self._handed_on(course.plan, course.says, history)
        plan, near = course.plan, self._suggestions(course.plan)
        if plan.text:
            # What was streamed stays as it is; a quotation after it begins a new paragraph.
            yield course.say(f"\n\n{plan.text}" if course.pieces else plan.text)
        if plan.cited:
            yield course.say(source_list(plan.cited, course.says.sources))
        if near:
            yield course.say(offer(near, course.says))
        course.milliseconds["total"] = course.since_start()
        yield Answer(
            question=question,
            text="".join(course.pieces),
            decision=plan.decision,
            reason=plan.reason,
            handoff=plan.decision in ("handoff", "refuse") and plan.reason not in ASKS_NOTHING,
            citations=citations_of(plan.cited),
            suggestions=near,
            version=course.version.name,
            milliseconds=course.milliseconds,
            left_out=course.left_out,
            found=plan.found,
            ruling=plan.ruling,
        )

    async def _begin(
        self, question: str, history: Sequence[Turn], *, is_picked: bool = False
    ) -> _Course:
        """Decide all that can be decided without the model's answer."""
        started = time.perf_counter()
        # One version from search to prompt, even if another is published meanwhile.
        version = self._searcher.version()
        seconds = self._settings.ollama.rewrite_seconds
        full = await rewritten_by_model(self.model, question, history, version, seconds)
        plan = await asyncio.to_thread(
            self._planner.plan, question, history, version, full, is_picked=is_picked
        )
        milliseconds = dict(plan.found.result.milliseconds) if plan.found else {}
        says = wording_for(self._settings, question, history)
        if plan.decision == "grounded" and self.model is None:
            names = Aliases(version.manifest.aliases, version.manifest.company)
            plan = quoted(plan, "no_model", says, names)
        return _Course(question, version, plan, says, started, milliseconds)

    def _hand_over(self, question: str, history: Sequence[Turn]) -> _Course:
        """Hand a customer to a person who was refused, and meant none of what was offered."""
        says = wording_for(self._settings, question, history)
        plan = Plan("handoff", "none_offered", says.hand_off)
        return _Course(question, self._searcher.version(), plan, says, time.perf_counter())

    async def _write(self, course: _Course, model: LanguageModel) -> AsyncGenerator[str, None]:
        """Yield the model's checked sentences; the plan is then what they came to."""
        plan, says = course.plan, course.says
        manifest = course.version.manifest
        aliases = Aliases(manifest.aliases, manifest.company)
        # `要多久？` alone tells the model as little as it would tell anybody.
        asked = plan.found.asked if plan.found else course.question
        prompt = build_prompt(
            manifest.prompt,
            self._settings.company.name,
            asked,
            plan.cited,
            plan.tone,
            self._settings.ollama.num_ctx,
            model.tokens,
        )
        course.left_out = prompt.left_out
        if not prompt.passages:
            course.plan = quoted(plan, "no_room", says, aliases)
            return
        written = Written()
        try:
            async with aclosing(write(model, prompt, asked, written)) as pieces:
                async for piece in pieces:
                    yield course.say(piece)
        except ModelError as error:
            course.plan = quoted(plan, f"model_{error.code}", says, aliases, written.cited)
            return
        if written.cited:
            course.plan = replace(plan, cited=tuple(written.cited))
        elif written.reason == "unsupported" and is_foreign_to(prompt.passages, asked):
            # No sentence in one language can be held against a passage in the other.
            course.plan = quoted(plan, written.reason, says, aliases)
        else:
            course.plan = plan.without_sources("refuse", written.reason, says.not_found)

    def _suggestions(self, plan: Plan) -> tuple[str, ...]:
        """Return the questions that a refusal offers; none where nothing was searched for."""
        if plan.decision != "refuse" or plan.found is None:
            return ()
        result = plan.found.result
        return suggestions(result.question, result.hits, self._settings.answer.suggestions)

    def _handed_on(self, plan: Plan, says: Wording, history: Sequence[Turn]) -> Plan:
        """Hand a conversation to a person that was refused too many answers in a row."""
        most = self._settings.handoff.after_refusals
        if plan.decision != "refuse" or plan.reason in ASKS_NOTHING or not most:
            return plan
        if refused_in_a_row(history, self._settings.languages()) + 1 < most:
            return plan
        return plan.without_sources("handoff", "refused_repeatedly", says.hand_off)
