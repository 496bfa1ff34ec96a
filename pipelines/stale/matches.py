"""Which older records contradict which newer changes: FAQ entries, and changes of one product."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.changelog.categories import KindOfChange, kind_of_change
from pipelines.records import ChangeEntry, FaqEntry
from pipelines.stale.bullets import plain_bullet
from pipelines.stale.candidates import Candidates
from pipelines.stale.claims import TELLING, Claim, claims_of, is_place
from pipelines.stale.closest import Closest
from pipelines.stale.figures import figures
from pipelines.stale.judge import OR_LATER, judge
from pipelines.stale.older import Older, older_change, older_entry
from pipelines.stale.ruling import Ruling
from pipelines.stale.subjects import Name, share, terms, weight
from pipelines.text import fold

# A repair tells what was broken, and a removal what is gone: neither is made wrong by a change.
_PASSING = frozenset({"fixed", "removed", "deprecated", "security", "performance"})
_LASTING = frozenset({"removed", "renamed", "default", "limit"})
# Within a changelog only the same object counts, told by this share of its words.
_SAME = 0.75


@dataclass(frozen=True, slots=True)
class Told:
    """A standing change with its place among all, oldest release of its product first."""

    place: int
    change: ChangeEntry
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An older record, the newer change that it contradicts, and the ruling that says so."""

    record: Older
    told: Told
    claim: Claim
    ruling: Ruling


def told_of(changes: Sequence[ChangeEntry]) -> tuple[Told, ...]:
    """Return the changes with what each of them ends, moves or begins."""
    return tuple(Told(place, change, claims_of(change)) for place, change in enumerate(changes))


def entry_matches(entries: Sequence[FaqEntry], told: Sequence[Told]) -> Iterator[Match]:
    """Yield the changes that FAQ entries contradict, surely or perhaps, one match a pair.

    A change counts only for an entry that nobody reviewed since its release, and an entry about
    one product is held against that product's changelog alone.
    """
    candidates = Candidates([older_entry(entry) for entry in entries])
    products = {one.change.source for one in told}
    for one in told:
        best: dict[str, Match] = {}
        for claim in one.claims:
            for record in candidates.on(claim):
                if _is_held_against(record, one.change, products):
                    _keep_surer(best, Match(record, one, claim, judge(claim, record)))
        yield from best.values()


def close_matches(entries: Sequence[FaqEntry], told: Sequence[Told]) -> Iterator[Match]:
    """Yield the few changes that each entry is closest to, as doubts that rules cannot judge."""
    closest = Closest([one.change for one in told])
    products = {one.change.source for one in told}
    for entry in entries:
        record = older_entry(entry)
        for place in closest.to(record):
            one = told[place]
            if record.sentences and _is_held_against(record, one.change, products):
                yield Match(record, one, _claim_of(one), _doubt(record, one.change))


def _claim_of(told: Told) -> Claim:
    behaviour = Claim("behaviour", "sets", plain_bullet(told.change).text)
    return next(iter(told.claims), behaviour)


def _doubt(record: Older, change: ChangeEntry) -> Ruling:
    about = terms(change.text)
    sentence = max(record.sentences, key=lambda one: weight(one.terms & about))
    return Ruling("unsure", "close", sentence, sentence.text)


def _is_held_against(record: Older, change: ChangeEntry, products: set[str]) -> bool:
    if record.since is not None and record.since >= change.released:
        return False
    # An entry that names the release was written with it in view.
    if any(f"{change.version}.".startswith(f"{named}.") for named in record.versions):
        return False
    return record.product not in products or record.product == change.source


def _keep_surer(best: dict[str, Match], match: Match) -> None:
    """Keep the surest match of a record; of two, the one that tells what holds now."""
    known = best.get(match.record.id)
    if match.ruling.answer != "no" and (known is None or _rank(known) < _rank(match)):
        best[match.record.id] = match


def _rank(match: Match) -> tuple[bool, bool]:
    return match.ruling.answer == "yes", bool(match.claim.new)


def change_matches(told: Sequence[Told]) -> Iterator[Match]:
    """Yield the changes of each product that a later release of it made wrong, surely."""
    by_source: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_source[one.change.source].append(one)
    for of_one_product in by_source.values():
        yield from _changes_of_one_product(of_one_product)


def _changes_of_one_product(told: Sequence[Told]) -> Iterator[Match]:
    lasting = {one.change.id: one for one in told if _kind(one.change) not in _PASSING}
    candidates = Candidates([older_change(one.change) for one in lasting.values()])
    for one in told:
        for claim in one.claims:
            if not _lasts(one.change, claim):
                continue
            for record in candidates.on(claim):
                older = lasting[record.id]
                if older.place < one.place and older.change.version != one.change.version:
                    ruling = judge(claim, record)
                    if ruling.answer == "yes" and _is_same_object(claim, ruling, older):
                        yield Match(record, one, claim, ruling)


def _kind(change: ChangeEntry) -> KindOfChange:
    return kind_of_change(change.category, change.text)


def _lasts(change: ChangeEntry, claim: Claim) -> bool:
    """Tell whether what a change claims ends the validity of older changes."""
    turns = claim.turn in ("ends", "moves") or claim.floor is not None
    return claim.kind in _LASTING and turns and _kind(change) != "fixed"


def _is_same_object(claim: Claim, ruling: Ruling, older: Told) -> bool:
    """Tell whether a claim and an older bullet are of the same thing: no likeness is enough."""
    words = terms(f"{older.change.component} {older.change.text}")
    match ruling.because:
        case "name" | "replaced":
            return _is_same_name(claim, ruling.wrong, older, words)
        case "figure":
            return _is_same_value(claim, ruling.wrong, older, words)
        case "words":
            ended = terms(claim.object)
            return not claim.ended_names and weight(ended) >= 2 and ended <= words
        case "floor":
            # An older floor: what was brought to an old version alone may be there in newer ones.
            return OR_LATER.match(older.change.text.partition(ruling.wrong)[2]) is not None
        case _:
            return False


def _is_same_name(claim: Claim, written: str, older: Told, words: frozenset[str]) -> bool:
    named = Name(written, fold(written))
    if is_place(named, older.change.text) or any(
        named in one.ended_names for one in older.claims if one.turn in ("ends", "moves")
    ):
        return False
    others = claim.subject - terms(written)
    if named.is_plain and not claim.scope:
        return False
    return weight(others) < TELLING or share(words, others) >= _SAME


def _is_same_value(claim: Claim, written: str, older: Told, words: frozenset[str]) -> bool:
    stated = figures(written)
    left = [figure for one in older.claims for figure in figures(one.old)]
    if not stated or any(stated[0].same_as(figure) for figure in left):
        return False
    return share(words, claim.subject) >= (_SAME if stated[0].measure else 1.0)


def later_of(matches: Sequence[Match]) -> Mapping[str, Match]:
    """Return change id -> the first match that says which later change made it wrong."""
    first: dict[str, Match] = {}
    for match in matches:
        known = first.get(match.record.id)
        if known is None or match.told.place < known.told.place:
            first[match.record.id] = match
    return first
