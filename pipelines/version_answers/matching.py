"""Which changes are about a subject: its rare words stand in them, and they mean the same."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.chunks import Chunk
from pipelines.search import Hit, Searcher
from pipelines.terms import index_terms
from pipelines.text import fold, is_chinese
from pipelines.version_answers.releases import ReleaseIndex, stems
from pipelines.version_answers.roles import Role, role_of
from pipelines.version_answers.words import Word, words_of
from pipelines.versions import Version

# Set by hand on the `dev` lines of `tests/history/golden.jsonl`. A change is about the subject when
# this share of its words stands in it, by rarity, or fewer and it is as close as the second figure.
ABOUT: Sequence[tuple[float, float]] = ((0.6, -2.0), (0.45, 1.7), (0.3, 3.5))
# What a release fixed or changed is described in many ways, and Chinese has few words to share.
LOOSELY_ABOUT: Sequence[tuple[float, float]] = ((0.5, -2.0), (0.4, 1.0), (0.3, 2.5))
# About the same subject are those that hold nearly as much of it as the best one does.
NEARLY = 0.25
CANDIDATES = 200
_STATEMENTS = re.compile(r"[;；。]|\. ")


@dataclass(frozen=True, slots=True)
class Match:
    """A change that is about the subject."""

    hit: Hit
    role: Role
    covered: float
    """Share of the subject's words that it holds, by rarity, 0 to 1."""
    words: tuple[Word, ...]
    """All words of the subject."""
    subject: str
    """As the customer wrote it, without the words that ask."""

    @property
    def is_said_at_once(self) -> bool:
        """Whether one statement holds all that the change holds of the subject, and not several."""
        chunk = self.hit.chunk
        there = _there(self.words, chunk.search_text)
        above = " ".join(chunk.heading_path)
        return any(
            len(_there(self.words, f"{above} {statement}")) == len(there)
            for statement in _STATEMENTS.split(chunk.text)
        )

    @property
    def fit(self) -> float:
        """How well it fits, to rank by."""
        return self.covered + 0.15 * self.hit.evidence.passage

    def role_of_later(self, later: Chunk) -> Role:
        """Return what a change that overtook this one does to the subject and its figures."""
        there = _there(self.words, later.search_text)
        numbers = {
            word for word in _there(self.words, self.hit.chunk.search_text) if word.is_number
        }
        role = role_of(later, there, self.subject)
        return "outdates" if role != "ends" and numbers - set(there) else role


def matches(
    searcher: Searcher,
    version: Version,
    index: ReleaseIndex,
    parts: Sequence[str],
    sources: Collection[str],
    company: str,
    *,
    exact: bool,
) -> list[Match]:
    """Return the changes of the products `sources` that are about the subject, best first.

    With `exact`, none that lacks a name which no change holds at all: who asks since when there is
    `X` must not be told of something else. A bug, however, is described in many ways.
    """
    words = words_of(index, parts, company)
    if not words:
        return []
    subject = " ".join(parts)
    hits = searcher.search(subject, limit=CANDIDATES, tier="changelog", version=version).hits
    enough = ABOUT if exact or not is_chinese(subject) else LOOSELY_ABOUT
    if not is_chinese(subject) and any(_is_strange(word) for word in words):
        enough = ABOUT[:1]  # what `jitter` means, no closeness tells
    found = []
    for hit in hits:
        if hit.chunk.source not in sources:
            continue
        there = _there(words, hit.chunk.search_text)
        covered = _covered(words, there, chinese=is_chinese(hit.chunk.text), exact=exact)
        if covered is not None and any(
            covered >= least and hit.evidence.passage >= close for least, close in enough
        ):
            found.append(Match(hit, role_of(hit.chunk, there, subject), covered, words, subject))
    best = max((match.covered for match in found), default=0.0)
    found = [match for match in found if match.covered >= best - NEARLY]
    return sorted(found, key=lambda match: (-match.fit, match.hit.chunk.id))


def _is_strange(word: Word) -> bool:
    return not word.is_known and all(len(stem) > 1 for stem in word.spellings[0])


def _there(words: Sequence[Word], text: str) -> list[Word]:
    text = fold(text)
    held = _stems_of(text)
    return [word for word in words if word.stands_in(text, held)]


# Any subject is looked for in the same changes; 60 of them take 5 ms to be cut into words.
@lru_cache(maxsize=8_192)
def _stems_of(text: str) -> frozenset[str]:
    return stems(index_terms(text))


def _covered(
    words: Sequence[Word], there: Sequence[Word], *, chinese: bool, exact: bool
) -> float | None:
    """Return the share of the subject that a change holds, `there`; None where it lacks a name."""
    named = {word.part for word in there if word.is_name and word.is_rare}
    asked_in_chinese = any(is_chinese("".join(word.spellings[0])) for word in words)
    lacking = []
    for word in words:
        if word in there:
            continue
        is_latin = not is_chinese("".join(word.spellings[0]))
        # A Chinese change has no English words, and an English one no Chinese words.
        foreign = is_latin if chinese and not asked_in_chinese else not is_latin and not chinese
        # A name's gloss goes without saying where the name itself is rare: `Skeleton 骨架屏`.
        is_gloss = exact and not is_latin
        if word.part in named and not word.is_known and (foreign or is_gloss):
            continue
        if exact and (word.is_number or (word.is_name and not word.is_known)):
            return None
        lacking.append(word)
    # Of `Upload 从哪个版本支持断点续传`, a change that holds but one of the two is not about both.
    if exact and {word.part for word in lacking} - {word.part for word in there}:
        return None
    total = sum(word.weight for word in (*there, *lacking))
    return sum(word.weight for word in there) / total if there else None
