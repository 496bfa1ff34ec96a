"""Names told by the sentence around them: `昨天是揭阳明接的我电话`."""

from collections.abc import Iterator, Mapping

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_frames import after, before
from pipelines.redaction.name_likeness import (
    Likeness,
    find_likely,
    find_likely_at,
    word_borders,
    word_class,
)
from pipelines.redaction.plausible_names import is_place_like
from pipelines.redaction.surnames import FAMOUS_NAMES, NAME_WORDS, NOT_NAMES

# What each sign is worth, as the logarithm of the odds: a logistic regression on generated
# sentences with names and on questions and messages without, which no test looks at.
_BEFORE = {
    "copula": 1.0, "label": 0.9, "list": 0.8, "preposition": 0.8, "call": 0.6, "space": 0.6,
    "particle": 0.5, "role": 0.5, "bit": 0.4, "colon": 0.4, "stop": 0.3, "latin": 0.1,
    "bracket": -0.1, "edge": -0.3, "adverb": -0.5, "digit": -0.6, "pronoun": -1.0, "time": -1.1,
    "other": -1.2, "verb": -1.2, "noun": -2.8,
}  # fmt: skip
_AFTER = {
    "list": 1.8, "bracket": 1.7, "person": 1.2, "deed": 1.0, "space": 0.9, "stop": 0.9,
    "digit": 0.7, "of": 0.5, "edge": 0.3, "colon": 0.2, "plain": 0.2, "plainlike": 0.1,
    "call": -0.2, "preposition": -0.4, "pronoun": -0.4, "latin": -0.9, "adverb": -1.1,
    "time": -1.1, "verb": -1.6, "other": -2.6, "noun": -3.2,
}  # fmt: skip
_WORD = {
    "name": -0.7, "adjective": -1.4, "noun": -2.0, "place": -2.5, "other": -2.9, "verb": -3.0,
}  # fmt: skip
_GIVEN_WORD = {
    "noun": 0.5, "name": 0.4, "adjective": 0.2, "place": 0.2, "other": -0.1, "verb": -0.3,
}  # fmt: skip
_GIVEN_LENGTH = {
    2: 0.6, 1: -0.4, 3: -2.2,
}  # fmt: skip
_COMPOUND, _ALONE, _OPEN, _BOTH = 1.2, 0.9, 0.1, 1.1
_CUTS_LED, _CUTS_BEFORE, _CUTS_AFTER = -4.6, -4.9, -4.0
_WORD_LED = 1.0
_NEVER = -99.0
_UNLED = 1.5
_PLACE = 3.0
# `从长春`, `和朋友`: function words that are surnames, before a word.
_FROM = frozenset("从向由到和都那能有要")
_LEADS = frozenset({"label", "role", "call", "copula", "preposition", "colon"})
_STRONG = frozenset({"label", "role", "call", "colon"})
_STOPS = frozenset({"edge", "stop", "space"})
_PLAIN = frozenset({"plain", "plainlike"})
_ENDS = frozenset(
    {"edge", "stop", "space", "person", "of", "deed", "plain", "list", "digit", "colon", "bracket"}
)
_LEAST_ODDS = 0.0
_LEAST_PERSONAL_ODDS = -1.6
_SURE_ODDS = 4.0
# More than this no frame adds.
_BEST_FRAME = 4.4


def find_framed_names(text: str, places: Mapping[int, int], *, personal: bool) -> Iterator[Finding]:
    """Yield the names that their own characters and the words around them give away.

    `places` are where a tagger's places and companies end, and where they begin; less is enough
    in a text that holds other `personal` data.
    """
    least = _LEAST_PERSONAL_ODDS if personal else _LEAST_ODDS
    borders: frozenset[int] | None = None
    for run in find_likely(text, least - _BEST_FRAME):
        if borders is None:
            borders = word_borders(text)
        if run.end not in borders and run.odds + _CUTS_AFTER + _BEST_FRAME < least:
            continue
        odds = run.odds + _frame(text, run, borders)
        place = places.get(run.end, -1)
        if place == run.start or (place > run.start and text[run.start] in _FROM):
            odds -= _PLACE * (before(text, run.start) not in _STRONG)
        if odds < least:
            continue
        yield Finding("person", run.start, run.end, 0.8 if odds >= _SURE_ODDS else 0.55)


def name_odds(text: str, start: int, end: int) -> float | None:
    """Return the logarithm of the odds that `start`:`end` is a name, None where it cannot be
    judged: it is no surname with one to three characters.
    """
    borders = word_borders(text)
    runs = find_likely_at(text, start, end)
    return max((run.odds + _frame(text, run, borders) for run in runs), default=None)


def _frame(text: str, run: Likeness, borders: frozenset[int]) -> float:
    """Return what the words around `run`, and the words in it, are worth."""
    name = text[run.start : run.end]
    if name in NOT_NAMES or (len(name) == 3 and (name[:2] in NOT_NAMES or name[1:] in NOT_NAMES)):
        return _NEVER
    if text[run.start : run.end + 1] in NOT_NAMES or text[run.start : run.end + 2] in NOT_NAMES:
        return _NEVER
    kind = word_class(name)
    # An everyday word that somebody is called by has two characters.
    if kind not in ("", "name", "place") and len(name) > 2:
        return _NEVER
    left, right = before(text, run.start), after(text, run.end)
    given_kind = word_class(name[run.surname :])
    if name[0] in _FROM and given_kind not in ("", "name"):
        return _NEVER
    if kind in ("other", "verb") and left not in _STRONG:
        return _NEVER
    if len(name) == 3 and left not in _STRONG and word_class(name[:2]) == "place":
        return _NEVER
    if name in FAMOUS_NAMES and left not in _STRONG:
        return _NEVER
    given = run.end - run.start - run.surname
    odds = _BEFORE.get(left, -1.0) + _AFTER.get(right, -1.0) + _GIVEN_LENGTH[given]
    odds += _COMPOUND * (run.surname > 1)
    odds += _ALONE * (left in _STOPS and right in _STOPS)
    odds += _OPEN * (left in _STOPS and right in _PLAIN)
    odds -= _PLACE * (left not in _LEADS and is_place_like(text, run.start, run.end))
    strong = left in _STRONG
    odds += _BOTH * (strong and right in _ENDS)
    if run.start not in borders:
        odds += _CUTS_LED if left in _LEADS else _CUTS_BEFORE
    if run.end not in borders:
        odds += _CUTS_AFTER
    if kind:
        odds += _WORD[kind] + _WORD_LED * strong
        # What `ns` stands for is mostly a town, unless a word before it says otherwise.
        odds -= _UNLED * (kind == "place" and not strong)
    if given_kind and name[run.surname :] not in NAME_WORDS:
        odds += _GIVEN_WORD.get(given_kind, 0.0)
    return odds
