"""The language of an answer: the customer's, as far as his words tell it, else the company's."""

import re
from collections.abc import Sequence

from pipelines.followup import Turn
from pipelines.settings import Settings
from pipelines.text import is_chinese
from pipelines.wording import Wording

_ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
# `invoice` is English; capitals are short for something in any language.
_LOWER_CASE = re.compile(r"[a-z]{2}")


def wording_for(settings: Settings, question: str, history: Sequence[Turn]) -> Wording:
    """Return what Sanku says itself to a question, in its language.

    `？`, `👍`, `SLA` or `ERR-4013` tell none; what the customer said before does, else the name of
    the company.
    """
    messages = [question, *(turn.text for turn in reversed(history) if turn.role == "user")]
    otherwise = question if _LOWER_CASE.search(question) else settings.company.name
    return settings.says(next(filter(_tells_language, messages), otherwise))


def _tells_language(text: str) -> bool:
    return is_chinese(text) or len(_ENGLISH_WORD.findall(text)) > 1
