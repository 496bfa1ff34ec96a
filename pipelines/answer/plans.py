"""What is decided before the model is asked, by rules that need no model."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from weakref import ref

from pipelines.answer.answers import Decision
from pipelines.answer.citations import numbered
from pipelines.answer.language import wording_for
from pipelines.confidence import STORY_NEAR, Thresholds, far_ahead, lead_in_story
from pipelines.direct import Ruling, rule, tells_release
from pipelines.embedding.cross_encoder import CHECK, Pair
from pipelines.followup import InContext, Turn, intent_in, search_in_context
from pipelines.search import Hit, Searcher, SearchResult
from pipelines.settings import Settings
from pipelines.text import is_chinese
from pipelines.version_answers import NOT_FOUND as NO_RELEASE
from pipelines.version_answers import VersionAnswer, answer_about_versions, release_index
from pipelines.version_questions import VersionQuestion, version_question_after
from pipelines.versions import OncePerVersion, Version
from pipelines.wording import Wording

NEARLY = 0.5
CLEARLY = 2.0
"""In totals of evidence. Of the golden questions of the sample company, changes that answer lie
above it, and those that only share words below."""
# Relevance from which a conversation is told to be on the very question; set by hand.
RELEVANT = 0.97
PAUSE_SECONDS = 0.1
"""Between two steps of reading a new version, while the one before is asked."""
# Chinese, English and pinyin, each with a typo that is looked up.
_ANY_QUESTION = "怎么退宽？ How do I get a refnud? zenme tuikuan"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided: a finished text, or passages to write from."""

    decision: Decision
    reason: str
    text: str = ""
    cited: tuple[Hit, ...] = ()
    tone: tuple[str, ...] = ()
    found: InContext | None = None
    """What the search found; None where nothing had to be searched for."""
    ruling: Ruling | None = None
    """On the first FAQ entry that was found; None where none was."""

    def without_sources(self, decision: Decision, reason: str, text: str) -> "Plan":
        """Return what becomes of the same search where nothing of it is told."""
        return replace(self, decision=decision, reason=reason, text=text, cited=())


@dataclass(frozen=True, slots=True)
class _Inquiry:
    """A question on its way through the rules."""

    question: str
    version: Version
    says: Wording
    """What Sanku says itself, in the customer's language."""
    of_releases: VersionQuestion | None
    """What it asks about releases; None where it asks nothing, or there are none."""


class Planner:
    """Applies the rules that need no language model, in their order of precedence."""

    def __init__(self, settings: Settings, searcher: Searcher) -> None:
        self._settings = settings
        self._searcher = searcher
        self._releases = OncePerVersion(release_index)
        # Of a version that nobody asks any more, nothing is kept.
        self._ready: ref[Version] | None = None

    def make_ready(self, version: Version) -> None:
        """Read what questions need of a version, and ask it one.

        The first one waits for the models too. While a later one is read, the version before is
        asked: those who do have the cores between two steps, of 20 to 100 ms each. What they asked
        is read ahead, since the next ones ask the same.
        """
        if self._ready is None:
            self.plan(_ANY_QUESTION, (), version, "")
            self._searcher.embedder().encode_pairs([Pair(_ANY_QUESTION, "", "")], CHECK)
        else:
            for _ in self._steps(version, self._ready()):
                time.sleep(PAUSE_SECONDS)
            self._searcher.search(_ANY_QUESTION, version=version)
        self._ready = ref(version)

    def _steps(self, version: Version, before: Version | None) -> Iterator[None]:
        self._releases.of(version)
        yield
        yield from self._searcher.open(version, before)

    def plan(
        self,
        question: str,
        history: Sequence[Turn],
        version: Version,
        full: str,
        *,
        is_picked: bool = False,
    ) -> Plan:
        """Return what becomes of a question; `full` is how the model wrote it out, or empty.

        What is picked from what was offered is a question, whatever it sounds like.
        """
        says = wording_for(self._settings, question, history)
        if not question:
            return Plan("refuse", "no_words", says.wordless)
        match "question" if is_picked else intent_in(history, question):
            case "asks_for_person":
                return Plan("handoff", "asks_for_person", says.hand_off)
            case "angry":
                return Plan("handoff", "angry", says.angry)
            case "greeting":
                return Plan("refuse", "greeting", says.greeting)
            case "closing":
                return Plan("refuse", "greeting", says.closing)
            case "no_words":
                return Plan("refuse", "no_words", says.wordless)
        asked = self._asked_of_releases(question, history, version)
        inquiry = _Inquiry(question, version, says, asked)
        found = search_in_context(self._searcher, question, history, version=version, full=full)
        return self._from_found(found, inquiry)

    def _from_found(self, found: InContext, inquiry: _Inquiry) -> Plan:
        """Give an entry or a release's change verbatim, or choose passages to write from."""
        faq = [hit for hit in found.result.hits if hit.chunk.tier == "faq"]
        ruling = rule(inquiry.question, faq, inquiry.version, self._searcher.embedder)
        plan = self._decided(found, faq, ruling, inquiry)
        return replace(plan, found=found, ruling=ruling if faq else None)

    def _decided(
        self,
        found: InContext,
        faq: Sequence[Hit],
        ruling: Ruling,
        inquiry: _Inquiry,
    ) -> Plan:
        asked = inquiry.of_releases
        # A follow-up is never answered verbatim: what was asked is put together by rules.
        is_direct = ruling.is_direct and found.own is None
        yields = is_direct and (asked is None or asked.is_heard or tells_release(faq[0]))
        if asked is not None and asked.comes_first:
            yields = is_direct and ruling.is_own_question
        if asked is not None and not yields:
            told = self._about_releases(asked, inquiry)
            # That it is there still, the company's own entry says better, and how to use it.
            if told.reason != NO_RELEASE.reason and not (is_direct and told.merely_holds):
                return Plan("direct", told.reason, told.text, told.cited)
        if is_direct:
            return self._direct(faq[0], inquiry)
        if asked is not None and asked.comes_first and asked.is_sure:
            return Plan("refuse", "not_found", inquiry.says.not_found)
        thresholds = Thresholds.from_manifest(inquiry.version.manifest.answering)
        is_near = ruling.sure >= thresholds.support or (
            found.own is None and lead_in_story(inquiry.question, faq) >= STORY_NEAR
        )
        entries = [hit for hit in faq if is_near and hit.score >= thresholds.passage]
        ahead = far_ahead(found.result.hits)
        changes = [
            hit
            for hit in found.result.hits
            # Where no change tells what is asked about releases, others must not seem to.
            if hit.chunk.tier == "changelog"
            and (asked is None or asked.is_heard)
            and not hit.chunk.until
            and (hit is ahead or thresholds.change_supports(hit))
        ]
        return self._grounded(found.result, entries, changes, inquiry)

    def _grounded(
        self,
        result: SearchResult,
        entries: Sequence[Hit],
        changes: Sequence[Hit],
        inquiry: _Inquiry,
    ) -> Plan:
        """Choose the passages to write from among FAQ entries and changes; refuse without any."""
        # The newest first among those about as close: what a release says last holds. But an entry
        # that fits much better stands before changes that share some words with it.
        best = entries[0].evidence.total - CLEARLY if entries else 0.0
        close = [
            hit
            for hit in changes
            if hit.score >= changes[0].score * NEARLY and hit.evidence.total >= best
        ]
        close.sort(key=lambda hit: hit.chunk.at, reverse=True)
        rest = [hit for hit in (*changes, *entries) if hit not in close]
        rest.sort(key=lambda hit: -hit.evidence.total)
        once: dict[str, Hit] = {}  # a change that leads an entry may have been found by itself too
        # An entry that a release overtook never stands without that release in front of it.
        for found in (*close, *rest):
            for hit in (*self._overtaking(inquiry.version, found), found):
                once.setdefault(hit.chunk.entry_id, hit)
        passages = list(once.values())[: self._settings.answer.passages]
        if not passages:
            return self._refused(result, inquiry.says)
        tone = tuple(
            one.text
            for one in inquiry.version.manifest.tone
            if is_chinese(one.text) == is_chinese(inquiry.question)
        )
        return Plan("grounded", "passages", "", tuple(passages), tone)

    def _refused(self, result: SearchResult, says: Wording) -> Plan:
        best = next((hit for hit in result.hits if hit.chunk.tier == "dialogues"), None)
        if best is not None and best.score >= RELEVANT:
            return Plan("refuse", "only_dialogues", says.only_dialogues)
        return Plan("refuse", "not_found", says.not_found)

    def _asked_of_releases(
        self, question: str, history: Sequence[Turn], version: Version
    ) -> VersionQuestion | None:
        """Return what is asked about releases, where there are any to ask."""
        before = [turn.text for turn in history if turn.role == "user"]
        asked = version_question_after(question, before)
        return asked if asked and self._releases.of(version).changes else None

    def _about_releases(self, asked: VersionQuestion, inquiry: _Inquiry) -> VersionAnswer:
        return answer_about_versions(
            asked,
            inquiry.question,
            self._searcher,
            inquiry.version,
            self._releases.of(inquiry.version),
            self._settings.company.name,
            inquiry.says.about_versions,
        )

    def _direct(self, hit: Hit, inquiry: _Inquiry) -> Plan:
        """Give the standard answer verbatim, led by the newest change that makes it wrong."""
        says = inquiry.says
        newer = self._overtaking(inquiry.version, hit)
        if not newer:
            return Plan("direct", "faq_match", numbered(hit.answer, 1), (hit,))
        (change,) = newer
        lead = says.newer_release.format(
            version=change.chunk.version, date=change.chunk.at.date().isoformat()
        )
        text = (
            f"{lead}\n{numbered(change.chunk.text, 1)}\n\n"
            f"{says.standard_answer}\n{numbered(hit.answer, 2)}"
        )
        return Plan("direct", "newer_release", text, (change, hit))

    def _overtaking(self, version: Version, hit: Hit) -> tuple[Hit, ...]:
        """Return the newest change that makes a record wrong, or nothing."""
        newer = self._releases.of(version).newer(hit.chunk)
        return (max(newer, key=lambda change: change.chunk.at),) if newer else ()
