"""Which of the wordings that a model wrote are fit to be seen by a reviewer at all."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from pipelines.records import FaqEntry
from pipelines.terms import query_terms
from pipelines.text import clean, fold, is_chinese

_SHORTEST, _LONGEST = 4, 160
_LONGEST_CHINESE = 80
# Of two wordings of so much likeness one teaches search nothing.
_SAME = 0.9
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)、．](?!\d)|（\d{1,2}）|[Qq问][:：])\s*")
_LINK = re.compile(r"https?:|www\.|://|\b[\w.+-]+@[\w-]+\.\w", re.IGNORECASE)
# Brackets of HTML, of Markdown, of JSON and of every chat template's control tokens.
_MARKUP = re.compile(r"[<>{}\[\]|\\`]|\*\*|^#")
_FIGURE = re.compile(r"[a-z]*\d[a-z\d.]*", re.IGNORECASE)
# How a model speaks of its task, in the place of a customer.
_OF_THE_TASK = re.compile(
    r"^(?:作为(?:一[个名位款])?(?:AI|人工智能|智能|语言模型|大模型|客服|助手)|以下|好的|当然|根据|抱歉|"
    r"对不起|as an|sure|here (?:are|is)|i'm sorry|i cannot)|"
    r"这个条目|该条目|知识库条目|\bthis entry\b|忽略(?:以上|之前)|"
    r"ignore (?:all |the )?(?:previous|above)",
    re.IGNORECASE,
)
# A customer speaks of these where the entry is about them.
_PROMPT = re.compile(r"\bsystem prompt\b|提示词", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return a wording on one line, without numbering and quotation marks around it."""
    line = " ".join(clean(text).split())
    line = _NUMBERING.sub("", line)
    return line.strip("\"'“”‘’「」 ")


def refusal(text: str, entry: FaqEntry, taken: Sequence[str]) -> str:
    """Return why a wording of `entry` is not offered; empty for one that is.

    `taken` are the wordings that the entry has already, its own question apart.
    """
    told = f"{entry.question}\n{entry.answer}"
    if len(text) < _SHORTEST or len(text) > (_LONGEST_CHINESE if is_chinese(text) else _LONGEST):
        return "too short or too long"
    if _LINK.search(text):
        return "holds a link or an address"
    if _MARKUP.search(text):
        return "holds markup"
    if is_chinese(text) != is_chinese(told):
        return "is in another language"
    if text.endswith(("。", "：", ":")) or fold(text).strip("?？!！. ") in fold(entry.answer):
        return "tells, and does not ask"
    prompts = _PROMPT.search(text) and not _PROMPT.search(told)
    if prompts or _OF_THE_TASK.search(text):
        return "speaks of the task"
    known = {figure.strip(".") for figure in _FIGURE.findall(fold(told))}
    if any(figure.strip(".") not in known for figure in _FIGURE.findall(fold(text))):
        return "names a number or version that the entry does not"
    if any(_is_same(text, other) for other in (entry.question, *entry.similar_questions)):
        return "says what the FAQ says already"
    if any(_is_same(text, other) for other in taken):
        return "says what another wording says"
    return ""


def _is_same(text: str, other: str) -> bool:
    ours, theirs = query_terms(text).split(), query_terms(other).split()
    if sorted(ours) == sorted(theirs):
        return True
    return Indel.normalized_similarity(fold(text), fold(other)) >= _SAME
