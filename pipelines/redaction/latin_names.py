"""Names in Latin letters: by their first name, by what introduces them, by what stands beside."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding
from pipelines.redaction.surnames import ENGLISH_FIRST_NAMES, PINYIN_SURNAMES

_LATIN = re.compile(
    rf"(?<![A-Za-z])(?:(?:{ENGLISH_FIRST_NAMES})(?: [A-Z]\.)?(?: [A-Z][a-z'’-]{{1,15}}){{1,2}}"
    rf"|(?:{PINYIN_SURNAMES}) [A-Z][a-z]{{1,6}}(?: ?[A-Z]?[a-z]{{1,6}})?"
    rf"|(?:Mr|Ms|Mrs|Miss|Dr|Prof)\.? ?[A-Z][a-z'’-]{{1,15}}(?: [A-Z][a-z'’-]{{1,15}})?)(?!"
    rf"[A-Za-z])"
)
_LATIN_INTRODUCED = re.compile(
    r"(?:我叫|英文名[叫是]?|名字[叫是]?|姓名|收件人|联系人|户名|抬头|称呼"
    r"|[Mm]y name(?:'s| is)|[Tt]his is|(?<!"
    r"[A-Za-z])[Dd]ear|I am|I'm|name|[Rr]egards,|[Ss]incerely,)"
    r"[:：\n ]{0,3}([A-Z][a-z'’-]{1,15}(?: [A-Z][a-z'’-]{1,15}){0,2})(?![A-Za-z])"
)
# Two or three capitalised words, and nothing but a comma before the number or mail box: a name,
# unless one of them is a word of a desk or a product.
_LATIN_BESIDE = re.compile(
    r"(?<![A-Za-z.'’-])((?:[A-Z][a-z'’-]{1,15} ){1,2}[A-Z][a-z'’-]{1,15})[ ,，:：/(（-]{1,3}"
    r"(?:(?:[Ee]-?mail|[Pp]hone|[Tt]el|[Mm]obile|[Cc]ell)[ :：.]{0,3})?$"
)
_LATIN_ANSWER = re.compile(
    r"[ ,，:：“”'\"]*(?:[Ii]t'?s |[Ii] am |[Ii]'m |[Mm]y name is )?"
    r"((?:[A-Z][a-z'’-]{1,15} ){1,2}[A-Z][a-z'’-]{1,15})(?![A-Za-z])"
)
_NO_LATIN_NAME = re.compile(
    r"\b(?:Service|Support|Sales|Team|Desk|Help|Center|Centre|Office|Email|Mail|Phone|Contact|Call"
    r"|Hotline|Please|Hello|Thanks?|Best|Regards|Dear|Order|Ticket|Server|Client|Admin|Account"
    r"|Windows|Google|Microsoft|Apple|Chrome|Bank|Card|Version|Error|Product|Company|Group|Ltd|Inc"
    r"|The|My|Our|Your|This|That|It|From|To|For|Not|Yes|No)\b"
)


def find_latin_names(text: str) -> Iterator[Finding]:
    """Yield the names of a shadow text that are known as such, or introduced."""
    for pattern, group in ((_LATIN, 0), (_LATIN_INTRODUCED, 1)):
        for match in pattern.finditer(text):
            yield Finding("person", *match.span(group), 0.7)


def find_latin_name_before(text: str, stop: int) -> Iterator[Finding]:
    """Yield the name right before the number or mail box at `stop`."""
    start = max(0, stop - 60)
    match = _LATIN_BESIDE.search(text[start:stop])
    if match is not None and _NO_LATIN_NAME.search(match.group(1)) is None:
        yield Finding("person", start + match.start(1), start + match.end(1), 0.6)


def find_answered_latin_name(text: str) -> Finding | None:
    """Return the name that a message begins with, which answers the question for one."""
    match = _LATIN_ANSWER.match(text)
    if match is None or _NO_LATIN_NAME.search(match.group(1)) is not None:
        return None
    return Finding("person", *match.span(1), 0.6)
