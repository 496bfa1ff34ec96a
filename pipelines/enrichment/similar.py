"""Similar questions of FAQ entries, written by the model where it was not asked about them yet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines import settings
from pipelines.embedding.cache import EmbeddingCache, embed_missing
from pipelines.embedding.model import Embedder
from pipelines.enrichment.drafts import Draft, make_draft
from pipelines.enrichment.request import asked_of
from pipelines.enrichment.round_trip import RoundTrip
from pipelines.enrichment.screen import refusal, tidy
from pipelines.enrichment.writer import Reply, ask
from pipelines.records import FaqEntry
from pipelines.text import digest

_STRAYS = "ten other entries or more are closer"
_NOTHING = "the reply was of no use"


@dataclass(frozen=True, slots=True)
class Written:
    """The drafts as they are now, and what a run did for them."""

    drafts: tuple[Draft, ...]
    calls: int = 0
    waiting: int = 0
    """Entries that the model was not asked about yet."""
    stopped: str = ""
    """Why they wait; empty where none does."""


def write(
    config: settings.Ollama,
    budget: settings.Enrichment,
    entries: Sequence[FaqEntry],
    drafts: Sequence[Draft],
    decided: Collection[str],
    cache: EmbeddingCache,
    embedder: Callable[[], Embedder],
    advance: Callable[[int], None],
) -> Written:
    """Ask for similar questions of the entries that are new or changed, and screen them.

    What was written of an entry before stays beside it while the question is the same, so that no
    review is lost over a mended answer. Where a person has `decided` on any of it, it also waits
    for an entry that is away. Nothing is asked, embedded or loaded where nothing changed.
    """
    stay = {entry.id for entry in entries}
    stay |= {draft.entry for draft in drafts if draft.id in decided}
    kept = [draft for draft in drafts if draft.entry in stay]
    known = {draft.asked for draft in kept}
    new = [entry for entry in entries if asked_of(entry, config.model) not in known]
    if not new or budget.similar_questions == "off":
        return Written(tuple(kept))
    reply = ask(config, budget, new, advance)
    if reply.wordings:
        asked = {entry.id: entry for entry in new if entry.id in reply.wordings}
        kept = [draft for draft in kept if draft.entry not in asked or _holds(draft, asked)]
        kept += _screened(reply, asked, kept, config.model, _round_trip(entries, cache, embedder))
        kept = _once_each(kept)
    waiting = len(new) - len(reply.wordings)
    return Written(tuple(kept), reply.calls, waiting, reply.stopped)


def _holds(draft: Draft, asked: dict[str, FaqEntry]) -> bool:
    return bool(draft.text) and draft.question == asked[draft.entry].question


def _once_each(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the first draft of each wording, as asked last: it may have been written again."""
    first = {draft.id: draft for draft in reversed(drafts)}
    last = {draft.id: draft for draft in drafts}
    return [replace(first[name], asked=draft.asked) for name, draft in last.items()]


def _round_trip(
    entries: Sequence[FaqEntry], cache: EmbeddingCache, embedder: Callable[[], Embedder]
) -> Callable[[FaqEntry, Sequence[str]], Iterator[tuple[bool, str]]]:
    """Return what tells of wordings of an entry whether each strays, and what it is closer to."""
    texts = {digest(entry.question): entry.question for entry in entries}
    embed_missing(texts, cache, embedder, lambda _: None)
    trip = RoundTrip(entries, cache.get_many)

    def told(entry: FaqEntry, wordings: Sequence[str]) -> Iterator[tuple[bool, str]]:
        if wordings:
            for one in trip.of(entry, embedder().encode_queries(wordings)):
                yield one.strays, one.closer

    return told


def _screened(
    reply: Reply,
    asked: dict[str, FaqEntry],
    kept: Sequence[Draft],
    model: str,
    told: Callable[[FaqEntry, Sequence[str]], Iterator[tuple[bool, str]]],
) -> Iterator[Draft]:
    """Yield a draft per wording, or one without a wording where the reply held none."""
    had: defaultdict[str, list[str]] = defaultdict(list)
    for draft in kept:
        had[draft.entry].append(draft.text)
    for name, wordings in reply.wordings.items():
        entry, key = asked[name], asked_of(asked[name], model)
        fit, refused = _sorted(entry, wordings, had[name])
        for text, (strays, closer) in zip(fit, told(entry, fit), strict=True):
            why = _STRAYS if strays else ""
            yield make_draft(entry, text, key, model, refused=why, closer=closer)
        for text, why in refused:
            yield make_draft(entry, text, key, model, refused=why)
        if not fit and not refused:
            yield make_draft(entry, "", key, model, refused=_NOTHING)


def _sorted(
    entry: FaqEntry, wordings: Sequence[str], had: Sequence[str]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the wordings that are fit for review, and the others, each with the reason."""
    fit: list[str] = []
    refused: dict[str, str] = {}
    for text in dict.fromkeys(tidy(wording) for wording in wordings):
        why = refusal(text, entry, [*had, *fit])
        if why:
            refused[text] = why
        else:
            fit.append(text)
    return fit, [(text, why) for text, why in refused.items() if text]
