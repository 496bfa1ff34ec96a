"""Which entries are the same, and ids that last: an entry keeps its own however it is edited."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.faq.matching import match_entries
from pipelines.records import FaqEntry
from pipelines.text import digest, fold


@dataclass(frozen=True, slots=True)
class Identified:
    """One source's entries with final ids."""

    entries: tuple[FaqEntry, ...]
    duplicates: int
    """How many were left out because another has the same question and answer."""


def with_identities(entries: Iterable[FaqEntry], previous: Sequence[FaqEntry] = ()) -> Identified:
    """Return one source's entries with the ids that they had in `previous`, or with new ones.

    Of entries with the same question and answer, for the same product and days, the first is kept,
    an approved one before a draft; the others' places and wordings are noted in it.
    """
    found = list(entries)
    kept = _without_duplicates(found)
    known = match_entries(kept, previous)
    ids = {position: old.id for position, old in known.items()}
    # Also of what went: by its name, one removed and one added entry would pass for a changed one.
    taken = {entry.id for entry in previous}
    for position, fresh in _new_ids(kept, taken, skipped=ids.keys()):
        taken.add(fresh)
        ids[position] = fresh
    final = [replace(entry, id=ids[position]) for position, entry in enumerate(kept)]
    return Identified(tuple(final), len(found) - len(kept))


def _without_duplicates(entries: Sequence[FaqEntry]) -> list[FaqEntry]:
    """Keep one of the entries with the same question and answer, for the same product and days."""
    places: defaultdict[tuple[object, ...], list[FaqEntry]] = defaultdict(list)
    for entry in entries:
        review = entry.review
        holds = (fold(review.product), review.valid_from, review.valid_until)
        places[fold(entry.question), entry.answer, *holds].append(entry)
    kept = []
    for same in places.values():
        first, *others = sorted(same, key=lambda entry: entry.review.status != "approved")
        kept.append(_joined(first, others) if others else first)
    return kept


def _joined(first: FaqEntry, others: Sequence[FaqEntry]) -> FaqEntry:
    """Return an entry with the places and the wordings of those that say the same."""
    also_in = tuple(f"{entry.path}:{entry.line_start}" for entry in others)
    wordings = {fold(first.question): ""} | {fold(text): text for text in first.similar_questions}
    for entry in others:
        for text in entry.similar_questions:
            wordings.setdefault(fold(text), text)
    similar = tuple(text for text in wordings.values() if text)
    not_for = dict.fromkeys(text for entry in (first, *others) for text in entry.review.not_for)
    review = replace(first.review, not_for=tuple(not_for))
    if (similar, review) == (first.similar_questions, first.review):
        return replace(first, also_in=also_in)
    content = digest(first.content_hash, f"{len(similar)}", *similar, *not_for)
    return replace(
        first, also_in=also_in, similar_questions=similar, review=review, content_hash=content
    )


def _new_ids(
    entries: Sequence[FaqEntry], taken: Collection[str], skipped: Collection[int]
) -> Iterator[tuple[int, str]]:
    """Yield ids for entries that have none yet; `taken` grows while they are used.

    Entries that ask the same are told apart by heading path, then also by path, then also by
    answer; never by their order, so that an id does not depend on neighbours.
    """
    keys = [(fold(entry.question), _heading(entry), entry.path) for entry in entries]
    asked = Counter(question for question, _, _ in keys)
    headed = Counter((question, heading) for question, heading, _ in keys)
    placed = Counter(keys)
    for position, (question, heading, path) in enumerate(keys):
        if position in skipped:
            continue
        parts = ["faq", entries[position].source, question]
        ways = [
            (asked[question] == 1, parts),
            (headed[question, heading] == 1, [*parts, heading]),
            (placed[question, heading, path] == 1, [*parts, heading, path]),
            (True, [*parts, heading, path, entries[position].answer]),
        ]
        tried = [digest(*way) for tells, way in ways if tells]
        yield position, next(name for name in _endless(tried) if name not in taken)


def _endless(names: Sequence[str]) -> Iterator[str]:
    """Yield `names`, and then others: an entry that was renamed may still hold its first name."""
    yield from names
    last = names[-1]
    while True:
        last = digest(last)
        yield last


def _heading(entry: FaqEntry) -> str:
    return fold("\n".join(entry.heading_path))
