"""Lines above a list that name a kind or part of changes, as `**Fixed**` or `修复：` do."""

import re

from pipelines.changelog.categories import begins_with_verb, is_category
from pipelines.changelog.dates import date_line
from pipelines.changelog.headings import plain
from pipelines.changelog.noise import is_neutral_heading

BOLD = re.compile(r" {0,3}(?:\*\*|__)(?=\S)([^\n]{1,200}?)(?:\*\*|__)([^\n]{0,80})")
BOXED = re.compile(r"(?:\[[^\]]*\]|【[^】]*】|「[^」]*」|<[^>]*>|\*[^*]*\*|_[^_]*_)[:：]?")
_NUMERAL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）])\s*"
)
# `Performance (core):`: a name of a few words, and no sentence.
_PART = re.compile(r"[^\W\d][^.,;:!?。，；：！？\n]{0,40}[:：]\s*")
_ASIDE = re.compile(
    r"(?:for|e\.?g|examples?|notes?|see|includ\w+|namely|where|the|these|this|all|warning|important"
    r"|thanks)\b|如下|例如|比如|包括|注|感谢|其中|以下",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s*[(（][^()（）]*[)）]")
_WORDS_OF_PART = 4
# Shorter words of a name, such as `and`, are not capitalized.
_SHORTEST = 4


def label(text: str, *, after_blank: bool, before_list: bool, before_item: bool) -> str:
    """Return the name of a kind or part of changes that a line is; empty where it is none.

    `before_item` says that a list begins on the next line, `before_list` that it does so there or
    after blank lines.
    """
    bold = BOLD.fullmatch(text)
    stripped = text.strip()
    is_bold = bold is not None and not bold[2].strip(" :：")
    is_boxed = BOXED.fullmatch(stripped) is not None or is_bold
    name = _NUMERAL.sub("", plain(stripped).strip("*_ "), count=1)
    name = name.rstrip(":： ").strip("*_[]【】「」<> ")
    if not name or len(name) > 60 or date_line(name) is not None:
        return ""
    if is_neutral_heading(name):
        return name if before_list and (is_boxed or stripped.endswith((":", "："))) else ""
    if is_category(name):
        is_told = stripped.endswith((":", "：")) or _NUMERAL.match(stripped) is not None
        at_once = before_list if is_told or is_boxed else before_item
        is_label = is_boxed or (at_once and (is_told or after_blank))
        return name if is_label else ""
    is_part = after_blank and before_list and (is_bold or _is_part(stripped))
    return name if is_part else ""


def _is_part(text: str) -> bool:
    if not _PART.fullmatch(text) or len(text.split()) > _WORDS_OF_PART or _ASIDE.match(text):
        return False
    # `New/Changed API Functions:` begins with a verb, and is no sentence.
    is_name = all(word[0].isupper() for word in text.split() if len(word) >= _SHORTEST)
    return is_name or is_category(_BESIDE.sub("", text)) or not begins_with_verb(text)
