"""How many tokens a text is for the language model: estimated, and corrected by what it counted."""

import re
from collections import deque

_HAN_OR_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_NARROW_PER_TOKEN = 2.5
# Of so many prompts, the one that was estimated worst counts; Ollama tells of a prompt that it has
# in its cache how much of it was new, which says less than it was.
_REMEMBERED = 50
# Of a shorter prompt the model's own template takes the larger part.
_SHORTEST = 200
# A prompt may be worse than all that were seen, by this much.
_MARGIN = 1.1
_LEAST, _MOST = 0.5, 3.0


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of a text's tokens: one per Han character, one per 2.5 others."""
    wide = len(_HAN_OR_WIDE.findall(text))
    return wide + int((len(text) - wide) / _NARROW_PER_TOKEN) + 1


class TokenCount:
    """Counts a model's tokens: as estimated, until the model's own counts tell better.

    A prompt that is longer than estimated is refused by Ollama and never cut, so that a wrong
    count costs an answer written by the model, and no passage unseen.
    """

    def __init__(self) -> None:
        self._shares: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def share(self) -> float:
        """The model's tokens for each estimated one, with a margin; 1 before anything is known."""
        if not self._shares:
            return 1.0
        return min(_MOST, max(_LEAST, _MARGIN * max(self._shares)))

    def of(self, text: str) -> int:
        """Return how many tokens a text takes at most."""
        return int(estimate_tokens(text) * self.share) + 1

    def learn(self, prompt: str, counted: int) -> None:
        """Take in how many tokens the model counted in a prompt, unless it is a short one."""
        estimated = estimate_tokens(prompt)
        if counted > 0 and estimated >= _SHORTEST:
            self._shares.append(counted / estimated)
