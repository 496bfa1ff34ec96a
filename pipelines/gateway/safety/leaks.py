"""Keeps the system prompt out of answers, however the model was talked into saying it.

Only letters count, so that neither spaces, punctuation nor list numbers between them hide it; and
the prompt is also known backwards, in Base64 and in ROT13.
"""

import base64
import codecs
import re
import unicodedata
from functools import lru_cache

# Letters in a row by which a passage of the prompt is recognised, and how much of it is too much:
# 10 Han characters or 30 others. Shorter words anybody may say.
_WINDOW = 6
_HAN_WEIGHT = 3
_TOO_MUCH = 30
_MARK = "…"
_HAN = re.compile(r"[\u3400-\u9fff]")


class PromptFilter:
    """Takes passages of a prompt out of a text that arrives in pieces, as it would of the whole.

    `{company}` stands in the prompt for the company's name, which anybody may say.
    The first letters of a passage have gone out before it can be told; the rest becomes `…`.
    """

    def __init__(self, prompt: str) -> None:
        self._windows = _windows_of(prompt)
        self._recent = ""
        self._held = ""
        self._weight = 0

    def feed(self, piece: str) -> str:
        """Return what of the text so far is known to be no passage of the prompt."""
        if not self._windows:
            return piece
        return "".join(map(self._take, piece))

    def close(self) -> str:
        """Return the rest."""
        return self._release()

    def _take(self, character: str) -> str:
        letters = _letter(character)
        if not letters:
            # Belongs to what goes on around it.
            if self._weight:
                self._held += character
                return ""
            return character
        self._recent = (self._recent + letters)[-_WINDOW:]
        if self._recent in self._windows:
            self._weight += _HAN_WEIGHT if _HAN.match(character) else len(letters)
            self._held += character
            return ""
        return self._release() + character

    def _release(self) -> str:
        held, weight = self._held, self._weight
        self._held, self._weight = "", 0
        if weight < _TOO_MUCH:
            return held
        # What follows the last letter of the passage is no part of it.
        kept = len(held)
        while kept and not _letters(held[kept - 1]):
            kept -= 1
        return _MARK + held[kept:]


@lru_cache(maxsize=16)
def _windows_of(prompt: str) -> frozenset[str]:
    """Return every run of letters of the prompt, as it is and as it might be disguised."""
    windows: set[str] = set()
    for part in prompt.split("{company}"):
        encoded = part.encode()
        disguises = [part, part[::-1], codecs.encode(part, "rot13")]
        # Three bytes make four characters, so what stands in front of a part moves it.
        disguises += [base64.b64encode(b" " * ahead + encoded).decode() for ahead in range(3)]
        for disguise in disguises:
            letters = _letters(disguise)
            windows.update(letters[i : i + _WINDOW] for i in range(len(letters) - _WINDOW + 1))
    return frozenset(windows)


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    return _letters(character)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalpha())
