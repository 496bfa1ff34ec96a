"""Intent: what a customer wants with a message, before anything is searched for it."""

from pathlib import Path
from typing import Literal, get_args
from unicodedata import category

from pipelines.front_ends.placeholders import without_placeholders
from pipelines.kinds import Classifier
from pipelines.text import clean

Kind = Literal["question", "greeting", "closing", "asks_for_person", "angry"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LEARNED = Path(__file__).with_name("intent.safetensors")
"""By `benchmarks/learned_kinds/train_intent.py`."""
_CLASSIFIER = Classifier(LEARNED, KINDS)

Intent = Literal["question", "greeting", "closing", "asks_for_person", "angry", "no_words"]
ASKS_NOTHING = frozenset({"greeting", "no_words"})
"""Reasons of refusals that refuse no answer, since nothing was asked."""

# Below it, a message is searched for. Of 1,813 written questions, half of them in the words of
# something else, one in 100 is taken for none (`benchmarks/intents.py`).
LEAST_SURE = 0.4
# A clause beside a question is left out of the search only where it surely asks nothing: a part of
# a story, out of its place, may look like that.
LEAST_SURE_OF_COURTESY = 0.8


def intent_of(message: str, least: float = LEAST_SURE) -> Intent:
    """Return what a message is for; `question` where nothing else is at least so sure."""
    words = _words(message)
    if not any(map(_says_something, words)):
        return "no_words"
    likely = _CLASSIFIER.probabilities(words)
    kind = max(likely, key=likely.__getitem__)
    if kind != "question" and likely[kind] >= least:
        return kind
    return "question" if any(map(str.isalnum, words)) else "no_words"


def has_no_words(message: str) -> bool:
    """Tell whether a message is empty, or signs and placeholders only."""
    return not any(map(_says_something, _words(message)))


def _words(message: str) -> str:
    return without_placeholders(clean(message))


def _says_something(sign: str) -> bool:
    """Tell whether a character is a letter, a digit or an emoji."""
    return sign.isalnum() or (category(sign) == "So" and sign not in "❓❔❗❕")


def is_courtesy(clause: str) -> bool:
    """Tell whether a clause beside a question greets, announces it, or thanks for the answer."""
    if not clause.strip():
        return False
    likely = _CLASSIFIER.probabilities(without_placeholders(clause))
    return likely["greeting"] + likely["closing"] >= LEAST_SURE_OF_COURTESY
