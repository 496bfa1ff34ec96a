"""Which FAQ entry an agent answered a customer with: the customer's words are another way to ask.

Agents repeat standard answers, whole, cut or in words of their own. What they say is compared with
every entry's answer by the words that they share, rare ones counting more. No vectors: simulated
agents' answers were told apart by words without a mistake, and by closeness of meaning with some.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipelines.records import Exchange, FaqEntry
from pipelines.terms import index_terms, query_terms
from pipelines.text import fold

# Chosen on 680 simulated exchanges of real questions (`benchmarks/enrichment.py`), with 311 others
# in which the agent answered with no entry: none of these is taken, and four of five of those are.
LEAST_SHARE = 0.5
"""Share of what the agent said, by weight, that stands in the entry's answer."""
LEAST_LEAD = 0.1
"""How much less of it the next different entry may hold."""
LEAST_WEIGHT = 15.0
"""Weight of an answer that says something, as of two or three rare words."""
LEAST_ASKED = 5.0
"""Weight of a question that says something without the talk before it."""
_DENIAL = r"(?:不可以|不能|不支持|不行|\bno\b(?! problem| worries)|\bnot\b)"
_DENIES = re.compile(_DENIAL)
_OPENS_DENYING = re.compile(
    rf"\W*(?:(?:您好|你好|亲|抱歉|不好意思|sorry)\W*)*(?:目前|暂时?|现在|这个)*{_DENIAL}"
)
_SAME_ANSWER = 0.8
_MOST_ENTRIES = 3
_TELLING_TERMS = 12


def answered_with(
    exchanges: Iterable[Exchange], entries: Sequence[FaqEntry]
) -> Mapping[str, tuple[str, ...]]:
    """Return exchange id -> the entries that its agent answered with, those of equal answers.

    Exchanges of which none can be told are left out.
    """
    known = _Answers(entries)
    told = ((exchange.id, known.said_in(exchange)) for exchange in exchanges)
    return {name: found for name, found in told if found}


class _Answers:
    """The words of all entries' answers, and how rare each one is among them."""

    def __init__(self, entries: Sequence[FaqEntry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._denying = [_DENIES.search(fold(entry.answer)) is not None for entry in entries]
        self._terms = [frozenset(index_terms(entry.answer).split()) for entry in entries]
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for place, terms in enumerate(self._terms):
            for term in terms:
                self._holders[term].append(place)
        self._weights = {term: self._rarity(len(held)) for term, held in self._holders.items()}
        self._unknown = self._rarity(0)

    def said_in(self, exchange: Exchange) -> tuple[str, ...]:
        """Return the entries that an exchange's answer repeats; none where it is not sure."""
        said = {term: self._weight(term) for term in query_terms(exchange.answer).split()}
        asked = sum(self._weight(term) for term in set(query_terms(exchange.question).split()))
        whole = sum(said.values())
        if whole < LEAST_WEIGHT or asked < LEAST_ASKED:
            return ()
        shares = {
            place: sum(weight for term, weight in said.items() if term in self._terms[place])
            / whole
            for place in self._candidates(said)
        }
        ranked = sorted(shares, key=lambda place: (-shares[place], self._ids[place]))
        if not ranked or shares[ranked[0]] < LEAST_SHARE:
            return ()
        best = ranked[0]
        # `可以用钉钉登录吗`, `不可以。目前只支持企业微信`: asked of what the entry does not grant.
        if _OPENS_DENYING.match(fold(exchange.answer)) and not self._denying[best]:
            return ()
        near = [place for place in ranked if shares[best] - shares[place] < LEAST_LEAD]
        same = [place for place in near if self._is_same(best, place)]
        if len(same) < len(near):
            return ()
        return tuple(sorted(self._ids[place] for place in same[:_MOST_ENTRIES]))

    def _rarity(self, holders: int) -> float:
        return math.log(1 + (len(self._ids) - holders + 0.5) / (holders + 0.5))

    def _weight(self, term: str) -> float:
        return self._weights.get(term, self._unknown)

    def _candidates(self, said: Mapping[str, float]) -> list[int]:
        """Return the entries that hold most of the words that tell most."""
        known = sorted((term for term in said if term in self._holders), key=lambda t: -said[t])
        held: Counter[int] = Counter()
        for term in known[:_TELLING_TERMS]:
            held.update(self._holders[term])
        return [place for place, _ in held.most_common(50)]

    def _is_same(self, place: int, other: int) -> bool:
        ours, theirs = self._terms[place], self._terms[other]
        return len(ours & theirs) >= _SAME_ANSWER * len(ours | theirs)
