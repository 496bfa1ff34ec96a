"""Which older records are on a claim's subject: an inverted index, so that few pairs are judged."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipelines.stale.claims import Claim
from pipelines.stale.figures import Figure
from pipelines.stale.older import Older, Sentence
from pipelines.stale.subjects import names, terms
from pipelines.stale.values import moved_figures

# A claim without a name or value to look for is held against the records closest to it.
_CLOSEST = 8
# A term that this share of the records has finds nothing.
_COMMON = 0.2
_FEW = 20


class Candidates:
    """Older records by their content words."""

    def __init__(self, records: Sequence[Older]) -> None:
        self._records = records
        self._postings: dict[str, set[int]] = defaultdict(set)
        for place, record in enumerate(records):
            for term in record.terms.union(*map(_amounts, record.sentences)):
                self._postings[term].add(place)
        self._denying = {place for place, record in enumerate(records) if _denies(record)}

    def on(self, claim: Claim) -> tuple[Older, ...]:
        """Return the records that may state what `claim` ends, the closest first."""
        required = self._required(claim)
        if required is not None:
            return self._ranked(claim, required)
        if claim.turn == "begins":
            return self._ranked(claim, self._denying)[:_CLOSEST]
        return self._ranked(claim, None)[:_CLOSEST]

    def _required(self, claim: Claim) -> set[int] | None:
        """Return the records with a name or figure that the claim ends; None where it has none."""
        if claim.floor:
            return self._with_all(terms(claim.floor.product))
        if claim.turn == "ends":
            ended = names(claim.object)
        elif moved_figures(claim):
            amounts = (_amount(figure) for figure, _ in moved_figures(claim))
            return set().union(*(self._postings.get(amount, set()) for amount in amounts))
        elif claim.turn == "moves":
            ended = names(claim.old)
        else:
            return None
        found: set[int] = set()
        for name in ended:
            # `on-*` stands for names that only the text itself tells.
            found |= self._with_all(terms(name.short.replace("*", " ")))
        return found if ended else None

    def _with_all(self, wanted: Iterable[str]) -> set[int]:
        sets = [self._postings.get(term, set()) for term in wanted]
        return set.intersection(*sorted(sets, key=len)) if sets else set(range(len(self._records)))

    def _ranked(self, claim: Claim, among: set[int] | None) -> tuple[Older, ...]:
        scores: dict[int, float] = dict.fromkeys(among or (), 0.0)
        limit = max(_FEW, int(len(self._records) * _COMMON))
        wanted = claim.about | terms(claim.object) | terms(claim.old)
        for term in sorted(wanted):
            places = self._postings.get(term, set())
            if not places or (len(places) > limit and among is None):
                continue
            idf = math.log(1 + len(self._records) / len(places))
            for place in places if among is None else places & among:
                scores[place] = scores.get(place, 0.0) + idf
        order = sorted(scores, key=lambda place: (-scores[place], place))
        return tuple(self._records[place] for place in order)


def _amounts(sentence: Sentence) -> set[str]:
    """Return what a figure is looked for by: its quantity, and its mere number."""
    return {
        amount for figure in sentence.figures for amount in (_amount(figure), f"#{figure.number:g}")
    }


def _amount(figure: Figure) -> str:
    if figure.measure:
        return f"#{figure.measure} {figure.value:g}"
    return f"#{figure.number:g}"


def _denies(record: Older) -> bool:
    return any(sentence.lacks or sentence.says_no for sentence in record.sentences)
