"""The answer rules: direct from the FAQ, grounded by the model, refused, handed off, or quoted."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any, Literal, Protocol

from pipelines.confidence import Thresholds
from pipelines.direct import rule, tells_release
from pipelines.errors import ModelError
from pipelines.followup import InContext, Turn, rewritten_by_model, search_in_context
from pipelines.handoff import signal_of
from pipelines.prompt import NOT_FOUND, build_prompt
from pipelines.records import Tier
from pipelines.search import Hit, Searcher, SearchResult, records, timings
from pipelines.settings import Settings
from pipelines.support import check, sentences
from pipelines.text import is_chinese
from pipelines.version_answers import NOT_FOUND as NO_RELEASE
from pipelines.version_answers import ReleaseIndexes, VersionAnswer, answer_about_versions
from pipelines.version_questions import VersionQuestion, version_question_after
from pipelines.versions import Version
from pipelines.wording import Wording, wording_for

Decision = Literal["direct", "grounded", "refuse", "handoff", "degraded"]

QUOTED = 2
NEARLY = 0.5
# Relevance from which a conversation is told to be on the very question; set by hand.
RELEVANT = 0.95


class LanguageModel(Protocol):
    """What answering needs of a language model."""

    def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        num_predict: int,
        schema: Mapping[str, Any] | None = None,
    ) -> AsyncGenerator[str, None]:
        """Stream the reply; raises `ModelError`."""
        ...


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of an answer, as numbered in its text."""

    number: int
    chunk_id: str
    tier: Tier
    title: str
    url: str
    """The first link of the record, where it has one; links come from the sources alone."""
    path: str
    line: int
    version: str
    """The release of a change; empty for other tiers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, with everything that is needed to explain and to replay it."""

    question: str
    text: str
    decision: Decision
    reason: str
    """Why this decision: a code such as `faq_match`, `not_found`, `asks_for_person`."""
    handoff: bool
    """Whether a person should take over."""
    citations: tuple[Citation, ...]
    version: str
    milliseconds: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        return {"question": self.question, "answer": self.text, **self.about()}

    def about(self) -> dict[str, Any]:
        """Return all but question and text as plain JSON values.

        The gateway sends this beside a text that it changed for the sake of front ends.
        """
        return {
            "decision": self.decision,
            "reason": self.reason,
            "handoff": self.handoff,
            "citations": [asdict(citation) for citation in self.citations],
            "version": self.version,
            "timings": timings(self.milliseconds),
        }


def summary(about: Mapping[str, Any]) -> str:
    """Return one line for a terminal on what `Answer.about` tells."""
    handed = ", hand-off" if about["handoff"] else ""
    return (
        f"— {about['decision']} ({about['reason']}{handed}), version {about['version']}, "
        f"{about['timings']['total']:.0f} ms"
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was decided before the model is asked: a finished text, or passages to write from."""

    decision: Decision
    reason: str
    text: str = ""
    cited: tuple[Hit, ...] = ()
    tone: tuple[str, ...] = ()
    result: SearchResult | None = None
    found: InContext | None = None


class Answerer:
    """Answers questions from the published version, through `model` where there is one."""

    def __init__(
        self, settings: Settings, searcher: Searcher, model: LanguageModel | None = None
    ) -> None:
        self._settings = settings
        self._searcher = searcher
        self._releases = ReleaseIndexes()
        self.model = model

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
        started = time.perf_counter()
        # One version from search to prompt, even if another is published meanwhile.
        version = self._searcher.version()
        seconds = self._settings.ollama.rewrite_seconds
        full = await rewritten_by_model(self.model, question, history, version, seconds)
        plan = await asyncio.to_thread(self._plan, question, history, version, full)
        milliseconds = dict(plan.result.milliseconds) if plan.result else {}
        wording = wording_for(is_chinese(question))
        pieces: list[str] = []
        shown: list[Hit] = []  # what the text so far cites, in the order of its numbers
        if plan.decision == "grounded":
            try:
                # Closed at once when the reader leaves, and with it the model's generation.
                written_by_model = self._write(
                    question, plan, wording, version.manifest.prompt, shown
                )
                async with aclosing(written_by_model) as written:
                    async for item in written:
                        if isinstance(item, _Plan):
                            plan = item
                            continue
                        if not pieces:
                            milliseconds["first_piece"] = (time.perf_counter() - started) * 1000
                        pieces.append(item)
                        yield item
            except ModelError as error:
                plan = self._quote(replace(plan, reason=f"model_{error.code}"), wording, shown)
        if plan.text:
            # What was streamed stays as it is; a quotation after it begins a new paragraph.
            text = f"\n\n{plan.text}" if pieces else plan.text
            pieces.append(text)
            yield text
        if plan.cited:
            listed = self._list_sources(plan.cited, wording)
            pieces.append(listed)
            yield listed
        milliseconds["total"] = (time.perf_counter() - started) * 1000
        yield Answer(
            question=question,
            text="".join(pieces),
            decision=plan.decision,
            reason=plan.reason,
            handoff=plan.decision in ("handoff", "refuse") and plan.reason != "greeting",
            citations=_citations(plan.cited),
            version=version.name,
            milliseconds=milliseconds,
        )

    def _plan(self, question: str, history: Sequence[Turn], version: Version, full: str) -> _Plan:
        """Apply the rules that need no language model, in their order of precedence."""
        wording = wording_for(is_chinese(question))
        match signal_of(question):
            case "asks_for_person":
                return _Plan("handoff", "asks_for_person", self._say(wording.hand_off))
            case "angry":
                return _Plan("handoff", "angry", self._say(wording.angry))
            case "greeting":
                return _Plan("refuse", "greeting", self._say(wording.greeting))
        thresholds = Thresholds.from_manifest(version.manifest.answering)
        asked = self._asked_of_releases(question, history, version)
        if asked is not None and asked.is_list:
            told = self._about_releases(asked, question, version)
            if told.reason != NO_RELEASE.reason:
                return _Plan("direct", told.reason, told.text, told.cited)
            if asked.is_sure:
                return _Plan("refuse", "not_found", self._say(wording.not_found))
        found = search_in_context(self._searcher, question, history, version=version, full=full)
        faq = [hit for hit in found.result.hits if hit.chunk.tier == "faq"]
        ruling = rule(question, faq, version, self._searcher.embedder)
        # A follow-up is never answered verbatim: what was asked is put together by rules.
        is_direct = ruling.is_direct and found.own is None
        if asked is not None and not asked.is_list and not (is_direct and tells_release(faq[0])):
            told = self._about_releases(asked, question, version)
            # That it is there still, the company's own entry says better, and how to use it.
            if told.reason != NO_RELEASE.reason and not (is_direct and told.merely_holds):
                return _Plan("direct", told.reason, told.text, told.cited, result=found.result)
        if is_direct:
            return self._direct(faq[0], version, wording, found.result)
        is_near = ruling.sure >= thresholds.support
        entries = [hit for hit in faq if is_near and hit.score >= thresholds.passage]
        changes = [
            hit
            for hit in found.result.hits
            # Where no change tells what is asked about releases, others must not seem to.
            if hit.chunk.tier == "changelog"
            and asked is None
            and not hit.chunk.until
            and thresholds.change_supports(hit)
        ]
        return self._grounded(found, entries, changes, version)

    def _grounded(
        self,
        found: InContext,
        entries: Sequence[Hit],
        changes: Sequence[Hit],
        version: Version,
    ) -> _Plan:
        """Choose the passages to write from among FAQ entries and changes; refuse without any."""
        result = found.result
        wording = wording_for(is_chinese(result.question))
        # The newest first among those about as close: what a release says last holds.
        close = [hit for hit in changes if hit.score >= changes[0].score * NEARLY]
        close.sort(key=lambda hit: hit.chunk.at, reverse=True)
        rest = [hit for hit in (*changes, *entries) if hit not in close]
        rest.sort(key=lambda hit: -hit.score)
        # An entry that a release overtook never stands without that release in front of it.
        led = [hit for entry in rest for hit in (*_overtaking(version, entry), entry)]
        once: dict[str, Hit] = {}  # a change that leads an entry may have been found by itself too
        for hit in close + led:
            once.setdefault(hit.chunk.entry_id, hit)
        passages = list(once.values())[: self._settings.answer.passages]
        if not passages:
            best = next((hit for hit in result.hits if hit.chunk.tier == "dialogues"), None)
            only_dialogues = best is not None and best.score >= RELEVANT
            reason = "only_dialogues" if only_dialogues else "not_found"
            text = wording.only_dialogues if only_dialogues else wording.not_found
            return _Plan("refuse", reason, self._say(text), result=result)
        tone = tuple(
            one.text
            for one in version.manifest.tone
            if is_chinese(one.text) == is_chinese(result.question)
        )
        plan = _Plan("grounded", "passages", "", tuple(passages), tone, result, found)
        return plan if self.model else self._quote(replace(plan, reason="no_model"), wording)

    def _asked_of_releases(
        self, question: str, history: Sequence[Turn], version: Version
    ) -> VersionQuestion | None:
        """Return what is asked about releases, where there are any to ask."""
        before = [turn.text for turn in history if turn.role == "user"]
        asked = version_question_after(question, before)
        return asked if asked and self._releases.of(version).changes else None

    def _about_releases(
        self, asked: VersionQuestion, question: str, version: Version
    ) -> VersionAnswer:
        return answer_about_versions(
            asked,
            question,
            self._searcher,
            version,
            self._releases.of(version),
            self._settings.company.name,
        )

    def _direct(self, hit: Hit, version: Version, wording: Wording, result: SearchResult) -> _Plan:
        """Give the standard answer verbatim, led by the newest change that makes it wrong."""
        newer = _overtaking(version, hit)
        if not newer:
            return _Plan("direct", "faq_match", f"{hit.answer} [1]", (hit,), result=result)
        (change,) = newer
        lead = wording.newer_release.format(
            version=change.chunk.version, date=change.chunk.at.date().isoformat()
        )
        text = f"{lead}\n{change.chunk.text} [1]\n\n{wording.standard_answer}\n{hit.answer} [2]"
        return _Plan("direct", "newer_release", text, (change, hit), result=result)

    async def _write(
        self, question: str, plan: _Plan, wording: Wording, rules: str, shown: list[Hit]
    ) -> AsyncGenerator[str | _Plan, None]:
        """Yield the model's checked sentences, and then the plan with what they really cite.

        `shown` grows by each passage as it is cited, and stays right when the model breaks off.
        """
        assert self.model is not None  # noqa: S101 - `_plan` decides `grounded` only with a model
        prompt = build_prompt(
            rules,
            self._settings.company.name,
            question,
            plan.cited,
            plan.tone,
            self._settings.ollama.num_ctx,
        )
        sources = [
            f"{hit.chunk.title}\n{hit.chunk.version}\n{hit.chunk.text}" for hit in prompt.passages
        ]
        held_back = ""  # words that state nothing wait for a sentence that does
        any_said = False
        reason = "unsupported"
        reply = self.model.chat(prompt.messages, num_predict=prompt.answer_tokens)
        async with aclosing(reply):
            async for sentence in sentences(reply):
                if NOT_FOUND in sentence:
                    reason = "model_not_found"
                    break
                verdict = check(sentence, sources)
                if not verdict.stays:
                    continue
                cited = [prompt.passages[number - 1] for number in verdict.citations]
                shown += [hit for hit in cited if hit not in shown]
                marks = "".join(f"[{shown.index(hit) + 1}]" for hit in cited)
                body = verdict.text.rstrip("\n")
                held_back += f"{body}{' ' if marks else ''}{marks}{verdict.text[len(body) :]}"
                if shown:
                    yield held_back if any_said else held_back.lstrip()
                    held_back, any_said = "", True
        if shown:
            yield replace(plan, cited=tuple(shown))
        else:
            yield _Plan("refuse", reason, self._say(wording.not_found), result=plan.result)

    def _quote(self, plan: _Plan, wording: Wording, shown: Sequence[Hit] = ()) -> _Plan:
        """Quote the best passages, marked as quotations: what is left when no model answers.

        Their numbers go on after those of `shown`, which the text before them cites. Nothing is
        quoted that only the previous question asked for.
        """
        hits = [
            hit
            for hit in plan.cited
            if hit not in shown and (plan.found is None or plan.found.carries(hit))
        ][:QUOTED]
        if not hits and not shown:
            return _Plan("refuse", plan.reason, self._say(wording.not_found), result=plan.result)
        quotations = [
            f"{hit.chunk.title}\n{hit.chunk.text} [{number}]"
            for number, hit in enumerate(hits, len(shown) + 1)
        ]
        text = "\n\n".join([self._say(wording.degraded), *quotations]) if hits else ""
        return replace(plan, decision="degraded", text=text, cited=(*shown, *hits))

    def _say(self, sentence: str) -> str:
        company = self._settings.company
        return sentence.format(company=company.name, contact=company.contact)

    def _list_sources(self, cited: Sequence[Hit], wording: Wording) -> str:
        lines = []
        # Ten changes of one release come from one place.
        for place, group in groupby(_citations(cited), lambda one: f"{one.title} {one.url}"):
            first, *rest = (citation.number for citation in group)
            marks = f"[{first}]–[{rest[-1]}]" if rest else f"[{first}]"
            lines.append(f"{marks} {place}".rstrip())
        return "\n\n" + "\n".join([wording.sources, *lines])


def _overtaking(version: Version, hit: Hit) -> tuple[Hit, ...]:
    """Return the newest change that makes a record wrong, or nothing."""
    newer = records(version, hit.chunk.overtaken_by).values() if hit.chunk.overtaken_by else ()
    return (max(newer, key=lambda change: change.chunk.at),) if newer else ()


def _citations(hits: Sequence[Hit]) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            number=number,
            chunk_id=hit.chunk.id,
            tier=hit.chunk.tier,
            title=hit.chunk.title,
            url=next((link.url for link in hit.chunk.links if link.url.startswith("http")), ""),
            path=hit.chunk.path,
            line=hit.chunk.line_start,
            version=hit.chunk.version,
        )
        for number, hit in enumerate(hits, 1)
    )
