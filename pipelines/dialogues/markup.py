"""Markup: what a help desk wrote as HTML becomes the words that were read."""

import html
import re

from pipelines.text import clean

_NAMES = r"(?:p|div|br|span|img|a|ul|ol|li)"
# As a whole: who asks about a tag opens none at the start, and closes none but between backticks.
_AS_A_WHOLE = re.compile(rf"\s*<{_NAMES}\b[^<>]*>|[^`]*?</{_NAMES}\s*>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|h[1-6]|tr)\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*|/)?>", re.IGNORECASE)


def without_markup(text: str) -> str:
    """Return the words of a message that as a whole is HTML, a paragraph a line; others as is."""
    if not _AS_A_WHOLE.match(text):
        return text
    text = _TAG.sub("", _LINE_END.sub("\n", _PICTURE.sub("[图片]", text)))
    read = clean(html.unescape(text)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in read.split("\n") if line.strip())
