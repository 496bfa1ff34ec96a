"""What one release took and a later one gave back: records of how it was are right again."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.stale.bullets import plain_bullet
from pipelines.stale.claims import Claim
from pipelines.stale.figures import Figure, figures
from pipelines.stale.likeness import likeness
from pipelines.stale.matches import Match, Told
from pipelines.stale.parts import named_parts
from pipelines.stale.ruling import bare
from pipelines.stale.subjects import occurs, terms
from pipelines.text import fold

# Told as a repair, it is there again for all that.
RESTORES = re.compile(
    r"恢复|重新(?:支持|上线|开放|启用)|(?:restor|reinstat)(?:e[sd]?|ing)\b|"
    r"re-?enabl(?:e[sd]?|ing)\b|(?:brings?|brought|add(?:s|ed)?)\b.* back\b",
    re.IGNORECASE,
)
# What somebody says of a thing when he brings it, and what all of them are.
_IDLE = terms("bring brought back restored reinstated re-enabled 恢复 重新 feature 功能")
_TURNED_BACK = re.compile(r"恢复|调回|改回|重新|[上下]调|\b(?:back|restored?|reverted?)\b", re.I)
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


class Returns:
    """The standing changes of each product, asked whether a later one undoes a match."""

    def __init__(self, told: Sequence[Told]) -> None:
        self._by_source: dict[str, list[_Later]] = defaultdict(list)
        for one in told:
            text = plain_bullet(one.change).text
            self._by_source[one.change.source].append(_Later(one, text, figures(text)))

    def undo(self, match: Match) -> bool:
        """Tell whether the record is right again by a change after the one that it contradicts."""
        told = match.told
        return any(
            one.told.place > told.place
            and one.told.change.version != told.change.version
            and _undoes(one, match)
            for one in self._by_source[told.change.source]
        )


@dataclass(frozen=True, slots=True)
class _Later:
    told: Told
    text: str
    """Its words without what surrounds them."""
    figures: tuple[Figure, ...]


def _undoes(later: _Later, match: Match) -> bool:
    claim = match.claim
    # Of two components, each has its own `size`.
    claims = [one for one in later.told.claims if fold(one.scope) == fold(claim.scope)]
    if claim.turn in ("ends", "begins"):
        return _turns_back(later, claims, match)
    if match.ruling.because == "replaced":
        return any(_is_the_way_back(one, claim) for one in claims)
    stated = figures(match.ruling.wrong)
    return bool(claims and stated) and _leads_to(later, stated[0], claim)


def _turns_back(later: _Later, claims: Sequence[Claim], match: Match) -> bool:
    """Tell whether a change brings what another one ended, or ends what it brought."""
    claim, told = match.claim, match.told.change
    other = "begins" if claim.turn == "ends" else "ends"
    things = [one.object for one in claims if one.turn == other]
    same_place = later.told.change.component == told.component
    if other == "begins" and same_place and RESTORES.match(later.text):
        things.append(later.text)
    if not all(occurs(name.folded, fold(later.text)) for name in claim.object_names):
        return False
    mine, its = _words(told.text), _words(later.text)
    return any(
        bool(words := _words(thing))
        and words <= mine
        and _words(claim.object) <= its
        and _NUMBERS.findall(thing) == _NUMBERS.findall(claim.object)
        for thing in things
    )


@lru_cache(maxsize=50_000)
def _words(text: str) -> frozenset[str]:
    return terms(text) - _IDLE


def _is_the_way_back(later: Claim, claim: Claim) -> bool:
    """Tell whether a change moves words back: `A` to `B`, then `B` to `A`."""
    there, back = (claim.old, claim.new), (later.new, later.old)
    if later.turn != "moves" or tuple(map(_plain, there)) != tuple(map(_plain, back)):
        return False
    return claim.kind == "renamed" or _words(later.object) == _words(claim.object)


def _plain(name: str) -> str:
    return fold(bare(name).strip("「」“”"))


def _leads_to(later: _Later, stated: Figure, claim: Claim) -> bool:
    """Tell whether a change moves what `claim` is about to the figure that a record states."""
    left = [figure for one in later.told.claims for figure in one.old_figures]
    if any(map(stated.same_as, left)) or not any(map(stated.same_as, later.figures)):
        return False
    if named_parts(later.text) != named_parts(claim.told):
        return False
    words = _TURNED_BACK.sub(" ", later.text)
    alike = likeness(f"{claim.scope} {claim.object}", claim.told, words, (words,))
    return alike.is_same and not alike.more
