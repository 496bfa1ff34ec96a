"""Suggestions: questions of the FAQ that a refusal offers, and which of them a customer picks.

Whoever asks in words that no entry has is refused, rightly: what was found first is the answer to
something else too often. But of 45 such questions whose answer there was, 33 had it among the first
three, and a customer knows at a glance which one is meant.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.confidence import OTHER_MATTER
from pipelines.followup import Turn, bare, chosen_item, last_reply
from pipelines.search import Hit
from pipelines.text import is_chinese, one_line
from pipelines.wording import Wording

# In totals of evidence. Of 24 Chinese refusals with an answer, 15 offer it from here on, and also
# from 4.5; what has nothing to do with the question, such as an order to the model, lies below.
NEAR = 6.5
# The same for an entry in another language, which shares no words.
NEAR_ABROAD = 4.5
# What lies further behind the first is seldom meant.
BEHIND = 4.0
# A share of the words: what else holds `SLA` is near, however little that says.
HOLDS_WORDS = 0.6
# Longer questions are told in part: they are a list to choose from.
LONGEST = 100
_YES = re.compile(r"(?:是|对|没错|yes|yeah|yep|right|exactly)[的啊呀吧了]*")
_MEANT = r"我(?:想|要)?(?:问|要|找|说)的(?:问题)?"
_NONE = re.compile(
    rf"(?:这些?|上面的?|以上)?(?:(?:一个)?[都全均]?不太?(?:是|对|像)(?:这(?:些|几个)|{_MEANT})?"
    rf"|[都全]没有|没有{_MEANT}|没有?一?个?(?:是|对)的?)[的啊呀吧了]*"
    r"|(?:no(?:pe)?,? )?(?:none|neither|not any)(?: one)?(?: of (?:these|them|those|the above))?"
    r"(?: (?:helps?|appl(?:y|ies)|fits?))?"
    r"|no|nope|(?:no,? )?not (?:these|those)"
)


def suggestions(asked: str, hits: Sequence[Hit], most: int) -> tuple[str, ...]:
    """Return the questions of up to `most` FAQ entries that are near what was asked."""
    near = [hit for hit in hits if hit.chunk.tier == "faq" and _is_near(asked, hit)]
    first = near[0].evidence.total if near else 0.0
    meant = (hit.chunk.title for hit in near if hit.evidence.total >= first - BEHIND)
    return tuple(dict.fromkeys(one_line(title, LONGEST) for title in meant))[:most]


def _is_near(asked: str, hit: Hit) -> bool:
    evidence = hit.evidence
    least = NEAR if is_chinese(asked) == is_chinese(hit.chunk.title) else NEAR_ABROAD
    is_near = evidence.total >= least or evidence.words >= HOLDS_WORDS
    return is_near and evidence.reading > OTHER_MATTER


def offer(questions: Sequence[str], says: Wording) -> str:
    """Return the paragraph that offers questions, to stand below a refusal; empty without any."""
    if not questions:
        return ""
    items = [f"{number}. {question}" for number, question in enumerate(questions, 1)]
    return "\n\n" + "\n".join([says.suggested, *items])


def offered(history: Sequence[Turn], languages: Sequence[Wording]) -> tuple[str, ...]:
    """Return the questions that the last message of a conversation offers."""
    reply = last_reply(history)
    for says in languages:
        _, found, items = reply.partition(says.suggested)
        if found:
            return tuple(line.partition(". ")[2] for line in items.strip().split("\n"))
    return ()


def picked(said: str, questions: Sequence[str]) -> str:
    """Return which of the questions that were offered is picked, or nothing.

    It is named by its number; a mere yes means the first.
    """
    if questions and _YES.fullmatch(bare(said)):
        return questions[0]
    items = (f"{number}. {question}" for number, question in enumerate(questions, 1))
    return chosen_item(said, "\n".join(items))


def declines(said: str) -> bool:
    """Tell whether a customer says that none of what was offered is meant."""
    return _NONE.fullmatch(bare(said)) is not None


def without_lists(history: Sequence[Turn], languages: Sequence[Wording]) -> tuple[Turn, ...]:
    """Return the turns without the lists below them: of questions that are offered, of sources.

    Nothing was told or asked by those: a source called `如何开票？` would end an answer with a
    question, and `好的` after it answer that.
    """
    return tuple(
        replace(turn, text=_above_lists(turn.text, languages)) if turn.role == "assistant" else turn
        for turn in history
    )


def _above_lists(text: str, languages: Sequence[Wording]) -> str:
    for says in languages:
        text = text.partition(says.suggested)[0].partition(f"\n\n{says.sources}\n[1]")[0]
    return text.rstrip()
