"""Names in Latin letters: by their first name, by what introduces them, by what stands beside."""

import re
from collections.abc import Iterator

from pipelines.redaction.english_names import (
    AMBIGUOUS_FIRST_NAMES,
    ENGLISH_FIRST_NAMES,
    PINYIN_SURNAMES,
)
from pipelines.redaction.findings import Finding
from pipelines.redaction.name_frames import after, before

_WORD = r"(?:(?:Mc|Mac|O['’]|D['’]|De|Van)?[A-Z][a-z]{1,15}(?:[-'’][A-Z]?[a-z]{1,12})?)"
_CAPITALISED = re.compile(
    rf"(?<![A-Za-z0-9._/@\\&+-]){_WORD}(?: [A-Z]\.)?(?: {_WORD}){{0,2}}"
    r"(?![A-Za-z0-9_@]|[.-][A-Za-z])"
)
_BEHIND_NUMBER = re.compile(rf"(?<=[0-9\ufffc])/({_WORD}(?: {_WORD})?)(?![A-Za-z0-9_./])")
_LETTER = re.compile("[A-Za-z]")
_AT_NAMED = re.compile(rf"(?<![A-Za-z0-9.])@({_WORD}(?: {_WORD})?)(?![A-Za-z0-9_.])")
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Ms|Mrs|Miss|Dr|Prof)\.? ?{_WORD}(?: {_WORD})?(?![A-Za-z])"
)
_INTRODUCED = re.compile(
    r"(?:我叫|叫我|我是|英文名[叫是]?|名字[叫是]?|姓名|收件人|联系人|户名|抬头|称呼|收货人写?"
    r"|登录名写的?|会员名"
    r"|入住人|乘机人|[Mm]y name(?:'s| is)|[Tt]his is|(?<![A-Za-z])(?:[Dd]ear|[Hh]i|[Hh]ello"
    r"|[Hh]ey|cc|to)(?= )"
    r"|I am|I'm|[Nn]ame|[Pp]assenger|[Aa]ssignee|[Rr]eviewer|[Cc]ontact|[Rr]egards,|[Ss]incerely,"
    r"|[Tt]hanks,"
    rf"|[Cc]heers,|[Bb]est,)[:：,，\n ]{{0,3}}({_WORD}(?: {_WORD}){{0,2}})(?![A-Za-z])"
)
_LOWER = re.compile(
    r"(?:我叫|叫我|英文名[叫是]?|名字[叫是]?|姓名|联系人|收件人|找|问|让|跟|[Ii]'m|I am"
    r"|[Nn]ame is|[Tt]his is|find|ask|tell"
    r"|(?<![A-Za-z])(?:[Hh]i|[Dd]ear|[Hh]ello"
    r"|cc))[:： ]{0,2}([a-z]{3,11}(?: [a-z]{2,10})?)(?![A-Za-z0-9@._-])"
)
# Two or three capitalised words, and nothing but a comma before the number or mail box: a name,
# unless one of them is a word of a desk or a product.
_BESIDE = re.compile(
    r"(?<![A-Za-z.'’-])((?:[A-Z][a-z'’-]{1,15} ){1,2}[A-Z][a-z'’-]{1,15})[ ,，:：/(（-]{1,3}"
    r"(?:(?:[Ee]-?mail|[Pp]hone|[Tt]el|[Mm]obile|[Cc]ell)[ :：.]{0,3})?$"
)
_ANSWER = re.compile(
    r"[ ,，:：“”'\"]*(?:[Ii]t'?s |[Ii] am |[Ii]'m |[Mm]y name is |叫我?|是|就是)?"
    rf"({_WORD}(?: {_WORD}){{0,2}})(?![A-Za-z])"
)
_NO_NAME = re.compile(
    r"\b(?:Service|Support|Sales|Team|Desk|Help|Center|Centre|Office|Email|Mail|Phone|Contact|Call"
    r"|Hotline|Please|Hello|Thanks?|Best|Regards|Dear|Order|Ticket|Server|Client|Admin|Account"
    r"|Windows|Google|Microsoft|Apple|Chrome|Bank|Card|Version|Error|Product|Company|Group|Ltd|Inc"
    r"|The|My|Our|Your|This|That|It|From|To|For|Not|Yes|No|There|All|Everyone|Everybody|Sir|Madam"
    r"|Guys|Just|Still|Can|Could|How|What|When|Where|Why|Is|Are|Do|Does|Did|We|You|They|He|She|If"
    r"|Hong|Kong|New|York|Hi|Hey|Good|Morning|Afternoon|Evening|Ok|Okay|Sorry|App|Store|Pro|Plus"
    r"|Max"
    r"|Studio|Cloud|Code|Key|Token|File|User|Name|Url|Http|Api|And|Or|Not|Now|Linux|Basic|Bearer"
    r"|Authorization|Content|Type|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Java"
    r"|Python)\b"
)
_INITIALS = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_FINALS = (
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue"
    "|ui|un|uo|ve|a|e|i|o|u|v)"
)
_SYLLABLE = f"(?:{_INITIALS}{_FINALS})"
_PINYIN = re.compile(f"{_SYLLABLE}{{1,2}}(?:[-']?{_SYLLABLE})?", re.IGNORECASE)
_LOWER_NAMES = frozenset(name.lower() for name in ENGLISH_FIRST_NAMES - AMBIGUOUS_FIRST_NAMES)
_PERSONS = frozenset({"label", "role", "call", "preposition", "copula"})
_PERSONAL = frozenset({"person", "deed"})


def find_latin_names(text: str) -> Iterator[Finding]:
    """Yield the names of a shadow text that are known as such, or introduced."""
    if _LETTER.search(text) is None:
        return
    for match in _CAPITALISED.finditer(text):
        if (span := _known(text, match)) is not None:
            yield Finding("person", *span, 0.7)
    for match in _BEHIND_NUMBER.finditer(text):
        first, _, _ = match.group(1).partition(" ")
        if first in ENGLISH_FIRST_NAMES:
            yield Finding("person", *match.span(1), 0.7)
    for pattern, group in ((_TITLED, 0), (_INTRODUCED, 1), (_AT_NAMED, 1)):
        for match in pattern.finditer(text):
            first = match.group(group).split(" ")[0]
            named = " " in match.group(group) or pattern is not _INTRODUCED or _is_first(first)
            if named and _NO_NAME.search(match.group(group)) is None:
                yield Finding("person", *match.span(group), 0.7)
    yield from _lower_names(text)


def _lower_names(text: str) -> Iterator[Finding]:
    for match in _LOWER.finditer(text):
        first, _, last = match.group(1).partition(" ")
        if first in _LOWER_NAMES:
            end = match.end(1)
            if last and last.capitalize() not in PINYIN_SURNAMES:
                end = match.start(1) + len(first)
            yield Finding("person", match.start(1), end, 0.6)


def _is_first(word: str) -> bool:
    return word in ENGLISH_FIRST_NAMES or word in PINYIN_SURNAMES


def _known(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """Return where the name in a run of capitalised words begins and ends."""
    start = match.start()
    words = match.group().split(" ")
    while words and not _is_first(words[0]) and len(words) > 1 and _NO_NAME.search(words[0]):
        start += len(words.pop(0)) + 1
    first, second = words[0], words[1] if len(words) > 1 else ""
    if second and second not in PINYIN_SURNAMES and _NO_NAME.search(second) is not None:
        words, second = words[:1], ""
    end = start + len(" ".join(words))
    led = start > 0 and before(text, start) in _PERSONS
    spoken = led or after(text, end) in _PERSONAL
    if first in ENGLISH_FIRST_NAMES:
        if first not in AMBIGUOUS_FIRST_NAMES:
            return None if not second and _is_versioned(text, end) else (start, end)
        if second in PINYIN_SURNAMES:
            return start, start + len(first) + 1 + len(second)
        if not second and spoken:
            return None if _is_versioned(text, end) else (start, end)
        return None
    if _NO_NAME.search(first) is not None:
        return None
    surname = first in PINYIN_SURNAMES and first != "You"
    if surname and second and second not in _WORDS and _PINYIN.fullmatch(second):
        if len(words) > 2 and not _PINYIN.fullmatch(words[2]):
            return start, start + len(first) + 1 + len(second)
        return start, end
    if second in PINYIN_SURNAMES and len(words) == 2 and _PINYIN.fullmatch(first):
        return start, end
    return (start, end) if len(words) == 2 and led and second else None


_WORDS = frozenset({"Me", "An", "In", "On", "Men", "Can"})


def _is_versioned(text: str, end: int) -> bool:
    """Tell whether a version follows, so that the word before it is a product."""
    return re.compile(r" ?[vV]?[0-9]{1,2}\.[0-9]").match(text, end) is not None


def find_latin_name_before(text: str, stop: int) -> Iterator[Finding]:
    """Yield the name right before the number or mail box at `stop`."""
    start = max(0, stop - 60)
    match = _BESIDE.search(text[start:stop])
    if match is not None and _NO_NAME.search(match.group(1)) is None:
        yield Finding("person", start + match.start(1), start + match.end(1), 0.6)


def find_answered_latin_name(text: str) -> Finding | None:
    """Return the name that a message begins with, which answers the question for one."""
    match = _ANSWER.match(text)
    if match is None or _NO_NAME.search(match.group(1)) is not None:
        return None
    alone = " " not in match.group(1) and match.group(1) not in ENGLISH_FIRST_NAMES
    if alone and match.end() < len(text):
        return None
    return Finding("person", *match.span(1), 0.6)
