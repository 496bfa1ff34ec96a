"""The language of an answer: the customer's, as far as his words tell it, else the company's."""

import re
from collections.abc import Sequence

from pipelines.followup import Turn
from pipelines.settings import Settings
from pipelines.text import is_chinese
from pipelines.wording import Wording

# `invoice` is English; capitals are short for something in any language, and a part of a code, an
# address, a path or a file's name is a word of none.
_WORD = re.compile(r"(?<![\w@./:\\=&?#%-])[A-Za-z][a-z]+(?![\w@/:\\=&%-]|\.\w)")


def wording_for(settings: Settings, question: str, history: Sequence[Turn]) -> Wording:
    """Return what Sanku says itself to a question, in its language.

    `？`, `👍`, `SLA`, `ERR-4013` or `iPhone 15 Pro Max` tell none; what the customer said before
    does, else the name of the company.
    """
    messages = [question, *(turn.text for turn in reversed(history) if turn.role == "user")]
    otherwise = question if _WORD.search(question) else settings.company.name
    return settings.says(next(filter(_tells_language, messages), otherwise))


def _tells_language(text: str) -> bool:
    words = _WORD.findall(text)
    # What is all written large may be called so: `Pro Max`.
    return is_chinese(text) or (len(words) > 1 and any(map(str.islower, words)))
