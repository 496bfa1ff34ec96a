"""Answers to questions about releases, from the published changes alone, quoted word for word."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.search import Hit, Searcher, records
from pipelines.text import is_chinese
from pipelines.version_answers.lists import ChangeList, list_changes
from pipelines.version_answers.matching import Match, matches
from pipelines.version_answers.products import asked_products
from pipelines.version_answers.releases import ReleaseIndex, is_prerelease, order, product_of
from pipelines.version_answers.validity import (
    End,
    brought_back_by,
    brought_by,
    end_of,
    first_of,
    is_reached,
)
from pipelines.version_answers.words import words_of
from pipelines.version_questions import VersionQuestion
from pipelines.versions import Version
from pipelines.wording import VersionWording


@dataclass(frozen=True, slots=True)
class VersionAnswer:
    """A finished answer about releases."""

    reason: str
    """`since_version`, `fixed_in_version`, `still_supported`, …; `not_found` where nothing says."""
    text: str = ""
    cited: tuple[Hit, ...] = ()
    """What the numbers in `text` stand for, in their order."""
    merely_holds: bool = False
    """Whether all it says is that the subject is there still, as it ever was."""


# A change that holds this share of the subject's words says the same, whatever it calls itself.
SAME_WORDS = 0.8

# Asked whether a bug is cured, the cure of another one is a wrong yes; asked in which release, it
# was cured. Set by hand: `导出 PDF 乱码` is at 3.7 from the fix of page breaks in PDF files.
VERY_FIX = 4.0

NOT_FOUND = VersionAnswer("not_found")


def answer_about_versions(
    question: VersionQuestion,
    asked: str,
    searcher: Searcher,
    version: Version,
    index: ReleaseIndex,
    company: str,
    says: VersionWording,
) -> VersionAnswer:
    """Return what the published changes say to a question about releases, read as `question`.

    Twins of one product in two languages answer each in its own; the other one is asked where
    the first does not know. `asked` is the question as the customer typed it, and `says` what
    stands above the changes in its language.
    """
    for sources in asked_products(index, asked, chinese=is_chinese(asked)):
        about = _About(question, searcher, version, index, sources, company, says)
        found = about.answer()
        if found.reason != NOT_FOUND.reason:
            return found
    return NOT_FOUND


@dataclass(frozen=True, slots=True)
class _About:
    """One question put to one set of products."""

    question: VersionQuestion
    searcher: Searcher
    version: Version
    index: ReleaseIndex
    sources: Collection[str]
    company: str
    _says: VersionWording
    _cited: list[Hit] = field(default_factory=list)

    def answer(self) -> VersionAnswer:
        match self.question.kind:
            case "latest":
                return self._latest()
            case "what" | "between":
                return self._listed()
        found = matches(
            self.searcher,
            self.version,
            self.index,
            self.question.parts,
            self.sources,
            self.company,
            exact=self.question.kind in ("since", "still", "in_version"),
        )
        if not found:
            return NOT_FOUND
        # What is asked about is a matter of one product, the one that fits best.
        found = [match for match in found if match.hit.chunk.source == found[0].hit.chunk.source]
        match self.question.kind:
            case "since":
                return self._since(found)
            case "still":
                return self._still(found)
            case "in_version":
                return self._in_version(found)
        return self._told(found)

    # --- since when, and until when ---------------------------------------------------------------

    def _since(self, found: Sequence[Match]) -> VersionAnswer:
        brought = brought_by(found)
        if brought is None:
            return NOT_FOUND
        end = self._end(found, brought)
        lines = [*self._began(brought), *self._afterwards(found, brought, end)]
        return self._finished("since_version", lines)

    def _told(self, found: Sequence[Match]) -> VersionAnswer:
        """Answer which release fixed, removed or changed something: what fits best and did that."""
        roles = {
            "fixed_in": ("fixes", "fixed_in_version", self._says.fixed),
            "removed_in": ("ends", "removed_in_version", self._says.removed),
        }
        role, reason, above = roles.get(
            self.question.kind, ("", "changed_in_version", self._says.changed)
        )
        fitting = [match for match in found if not role or match.role == role]
        if not fitting and role == "ends":
            fitting = [match for match in found if match.role == "narrows"]
        if not fitting and role == "ends":
            fitting = [match for match in found if match.role == "deprecates"]
            above = self._says.deprecated
        if not fitting and role == "fixes":
            # What cures something may be told as a feature, in nearly the customer's words.
            fitting = [match for match in found if match.covered >= SAME_WORDS]
            above = self._says.changed
        # What moved the limit to 2 GB is asked, and not what moved it away from there.
        fitting = [match for match in fitting if match.role != "outdates"] or fitting
        if self.question.asks_whether:
            fitting = [match for match in fitting if _is_the_very_fix(match, self.question)]
        if not fitting:
            return NOT_FOUND
        best = first_of(max(fitting, key=lambda match: match.fit), fitting)
        return self._finished(reason, [self._quoted(above, best.hit)])

    def _still(self, found: Sequence[Match]) -> VersionAnswer:
        brought = brought_back_by(found) or brought_by(found)
        end = self._end(found, brought)
        if end is not None and end.is_of_a_figure:
            return self._outdated(found, brought, end)
        if end is not None:
            afterwards = self._afterwards(found, brought, end)
            lines = [self._says.no_longer, *afterwards, *self._began(brought)]
            return self._finished("no_longer_supported", lines)
        deprecated = any(match.role == "deprecates" for match in found)
        if brought is None and not deprecated:
            return NOT_FOUND
        lines = [self._says.still, *self._began(brought), *self._afterwards(found, brought, None)]
        answer = self._finished("still_supported", [*lines, *self._deprecated(found)])
        return replace(answer, merely_holds=not deprecated)

    def _in_version(self, found: Sequence[Match]) -> VersionAnswer:
        """Answer by the range of versions: from the one that brought it to before its end."""
        (asked, *_) = self.question.versions
        newest = max(order(c.version) for c in self.index.changes if c.source in self.sources)
        # What a later release ended, or brought back, was not so in the one that is asked about.
        until_then = [m for m in found if is_reached(m.hit.chunk.version, asked)]
        brought = brought_back_by(until_then) or brought_by(found)
        end = self._end(until_then, brought) or self._end(found, brought)
        if (brought is None and end is None) or order(asked) > newest:
            return NOT_FOUND
        has = brought is None or is_reached(brought.hit.chunk.version, asked)
        if end is not None and order(end.version) <= order(asked):
            if end.is_of_a_figure:
                return self._outdated(found, brought, end)
            has = False
        if not has and self.question.is_heard:
            return NOT_FOUND  # of a subject that is not read for sure, nothing is denied
        verdict = (self._says.has if has else self._says.has_not).format(asked=asked)
        lines = [verdict, *self._began(brought), *self._afterwards(found, brought, end)]
        reason = "in_version" if has else "not_in_version"
        return self._finished(reason, [*lines, *self._deprecated(found)])

    def _outdated(self, found: Sequence[Match], brought: Match | None, end: End) -> VersionAnswer:
        """Tell what became of a figure, without a verdict."""
        lines = [*self._began(brought), *self._afterwards(found, brought, end)]
        return self._finished("changed_in_version", lines)

    def _began(self, brought: Match | None) -> list[str]:
        return [] if brought is None else [self._quoted(self._says.since, brought.hit)]

    def _end(self, found: Sequence[Match], brought: Match | None) -> End | None:
        return end_of(found, brought, self._overtaking(brought))

    def _overtaking(self, brought: Match | None) -> list[Hit]:
        return self.index.newer(brought.hit.chunk) if brought is not None else []

    def _afterwards(
        self, found: Sequence[Match], brought: Match | None, end: End | None
    ) -> list[str]:
        """Return what ended the subject, or else what changed about it since."""
        if end is None:
            later = max(self._overtaking(brought), key=lambda hit: hit.chunk.at, default=None)
            narrowed = (match.hit for match in found if match.role == "narrows")
            told = later or next(narrowed, None)
            return [self._quoted(self._says.changed, told)] if told else []
        if end.hit is None:
            return [self._says.ended.format(until=end.version)]
        above = self._says.until if end.is_of_a_figure else self._says.removed
        return [self._quoted(above, end.hit)]

    def _deprecated(self, found: Sequence[Match]) -> list[str]:
        fitting = [match for match in found if match.role == "deprecates"]
        return [self._quoted(self._says.deprecated, match.hit) for match in fitting[:1]]

    # --- lists ------------------------------------------------------------------------------------

    def _latest(self) -> VersionAnswer:
        if words_of(self.index, self.question.parts, self.company):
            return NOT_FOUND  # the newest release of something else
        lines = []
        for source in sorted(self.sources):
            if (newest := self._newest(source)) is None:
                continue
            change = next(
                c for c in self.index.changes if (c.source, c.version) == (source, newest)
            )
            self._cited.extend(records(self.version, [change.id]).values())
            release = self._release(source, newest, change.day)
            lines.append(f"{self._says.latest.format(release=release)} [{len(self._cited)}]")
        return self._finished("latest_version", lines) if lines else NOT_FOUND

    def _newest(self, source: str) -> str | None:
        """Return the newest release that was not withdrawn, a final one where there is any."""
        own = [change for change in self.index.changes if change.source == source]
        withdrawn = {change.version for change in own if change.kind == "withdrawn"}
        every = {change.version for change in own} - withdrawn
        finals = {each for each in every if not is_prerelease(each)}
        return max(finals or every, key=order, default=None)

    def _listed(self) -> VersionAnswer:
        newest = {source: self._newest(source) or "" for source in self.sources}
        told = list_changes(self.question, self.index, newest, self.company)
        if told is None:
            return NOT_FOUND
        lines = list(self._headlines(told))
        shown = records(self.version, [change.id for change in told.shown])
        above = ("", "", "")
        for change in told.shown:
            release = self._release(change.source, change.version, change.day)
            kind = self._says.kinds.get(change.kind, self._says.kinds["other"])
            if (change.source, change.version, change.kind) != above:
                lines.append(self._says.listed.format(release=release, kind=kind))
                above = (change.source, change.version, change.kind)
            self._cited.append(shown[change.id])
            lines.append(f"- {_words(shown[change.id])} [{len(self._cited)}]")
        if told.more:
            lines.append(self._says.more.format(count=told.more))
        reason = "changes_between_versions" if told.start else "changes_of_version"
        return VersionAnswer(reason, "\n".join(lines), tuple(self._cited))

    def _headlines(self, told: ChangeList) -> Iterator[str]:
        asked = self._says.kinds[
            "breaking" if self.question.breaking else self.question.asked or ""
        ]
        if self.question.asks_which:
            for name in dict.fromkeys((c.source, c.version, c.day) for c in told.shown):
                yield self._says.latest.format(release=self._release(*name))
        if told.lacks_kind:
            release = self._releases_of(told)
            yield self._says.none_of_kind.format(release=release, kind=asked)
        elif told.start:
            above = self._says.both if self.question.inclusive else self._says.between
            yield above.format(start=told.start, end=told.end, kind=asked)
        if told.ignores:
            yield self._says.own.format(company=self.company)
        if told.subject:
            yield self._says.about.format(subject=told.subject)

    def _releases_of(self, told: ChangeList) -> str:
        """Return what the releases of a list are called together."""
        if told.start:
            return self._says.line.format(version=f"{told.start} – {told.end}")
        first = told.shown[0]
        if told.more == 0 and first.version == told.shown[-1].version:
            return self._release(first.source, first.version, first.day)
        named = None if self.question.steps else next(iter(self.question.versions), None)
        return self._says.line.format(version=named or first.version)

    # --- wording ----------------------------------------------------------------------------------

    def _quoted(self, above: str, hit: Hit) -> str:
        self._cited.append(hit)
        chunk = hit.chunk
        release = self._release(chunk.source, chunk.version, chunk.at.date())
        return f"{above.format(release=release)}\n{_words(hit)} [{len(self._cited)}]"

    def _release(self, source: str, version: str, day: date) -> str:
        several = len({product_of(name) for name in self.index.sources}) > 1
        product = f"{product_of(source)} " if several else ""
        return self._says.release.format(product=product, version=version, date=day.isoformat())

    def _finished(self, reason: str, paragraphs: Sequence[str]) -> VersionAnswer:
        return VersionAnswer(reason, "\n\n".join(paragraphs), tuple(self._cited))


def _is_the_very_fix(match: Match, question: VersionQuestion) -> bool:
    """Tell whether a fix is of the bug that is asked about, and not of another one near it."""
    same_language = is_chinese(match.hit.chunk.text) == is_chinese(question.subject)
    if same_language and match.covered >= SAME_WORDS:
        return True
    return match.hit.evidence.passage >= VERY_FIX


def _words(hit: Hit) -> str:
    """Return the change's own words, after the component that it stands below."""
    component = " > ".join(hit.chunk.heading_path[1:])
    return f"{component}: {hit.chunk.text}" if component else hit.chunk.text
