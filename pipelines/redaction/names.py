"""People's names: from LAC, and from what introduces, frames, or stands beside them."""

import re
from collections.abc import Iterator, Sequence

import rjieba

from pipelines.redaction.findings import Finding
from pipelines.redaction.framed_names import find_framed_names, name_odds
from pipelines.redaction.introduced_names import find_introduced_names, read_name
from pipelines.redaction.lac import Entity
from pipelines.redaction.latin_names import (
    find_answered_latin_name,
    find_latin_name_before,
    find_latin_names,
)
from pipelines.redaction.name_answers import find_short_answer, find_surname, is_asked
from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.name_likeness import surname_length, word_borders, word_class, word_kind
from pipelines.redaction.plausible_names import is_place_like, is_plausible
from pipelines.redaction.spaced_names import find_spaced_names
from pipelines.redaction.surnames import (
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    NOT_NAMES,
    WEAK_SURNAMES,
)
from pipelines.redaction.titled_names import find_nicknames, find_titled_names
from pipelines.redaction.transliterated_names import find_transliterated_names, is_transliterated

_HAN = re.compile("[\u3400-\u9fff]+")
_LEFT_LINK = re.compile(
    r"(?:的|之)?(?:名下)?(?:车辆|银行卡?号?|账户|账号|卡号?|手机号?码?|电话号?码?|联系方式"
    r"|联系电话|身份证号?码?|证件号?码?|护照号?码?|邮箱|邮件|微信号?|contact info"
    r"|号码?|车牌号?|预留|申请贷款|身份|email|phone|tel|手机|微信同号|护照发你了|证件|at|mail"
    r"|打这个|他|说|能|[是为:：,，./ (（\-~|、;；]){0,6}$",
    re.IGNORECASE,
)
_RIGHT_LINK = re.compile(
    r"(?:[,，./ )）\-~|、;；:：]|这?就?是|名字|姓名|户名|收件人|联系人|叫|的|给){0,4}"
)
_EVIDENCE = re.compile("[0-9]{6}|@|电话|收件|手机|姓名|身份证|联系人|地址")
# What the words around a name that LAC or rjieba tags must be worth; see `framed_names`.
_LEAST_ODDS = -3.0
_CALLED = frozenset({"noun", "adjective", "place"})
# Given names that a dictionary takes for numbers.
_NUMEROUS = frozenset({"万里", "千里", "万千", "一凡", "一鸣", "一帆"})
_NO_NEIGHBOURS = frozenset({"birth_date", "secret", "password", "code", "ip", "mac"})


def find_names(
    text: str, entities: Sequence[Entity], numbers: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield the names of a shadow text, given LAC's entities and the structured findings in it."""
    for entity in entities:
        if entity.tag == "PER" and (span := _trim(text, entity.start, entity.end)):
            yield Finding("person", *span, 0.8 if _is_plain_name(text[slice(*span)]) else 0.7)
            # A tagger may stop early: `封海` of `封海生本人`.
            if (end := read_name(text, span[0], certain=False)) is not None and end > span[1]:
                yield Finding("person", span[0], end, 0.65)
    if _HAN.search(text) is not None:
        told = [
            *find_introduced_names(text),
            *find_titled_names(text),
            *find_nicknames(text),
            *find_transliterated_names(text),
            *(find_spaced_names(text) if " " in text else ()),
        ]
        yield from told
        personal = bool(told or numbers) or _EVIDENCE.search(text) is not None
        places = {item.end: item.start for item in entities if item.tag != "PER"}
        yield from find_framed_names(text, places, personal=personal)
        if (surname := find_surname(text)) is not None:
            yield surname
    for finding in numbers:
        if finding.type not in _NO_NEIGHBOURS:
            yield from _beside(text, finding)
    yield from find_latin_names(text)
    if numbers or _EVIDENCE.search(text):
        yield from _second_opinion(text)


def find_answered_name(text: str, question: str) -> Finding | None:
    """Return the name that a message begins with, where the one before it asked for a name."""
    if len(text) > 40 or not is_asked(question):
        return None
    start = len(text) - len(text.lstrip(' ,，:："“”'))
    if (end := read_name(text, start, certain=False)) is not None:
        return Finding("person", start, end, 0.6)
    if (short := find_short_answer(text, question)) is not None:
        return short
    return find_answered_latin_name(text)


def is_telling(name: str) -> bool:
    """Tell whether `name` is safe to look for in other messages: no everyday word."""
    han = _HAN.fullmatch(name) is not None
    if len(name) < (2 if han else 4) or name in NOT_NAMES:
        return False
    if not word_kind(name):
        return True
    # `季节同学`: a word that people are called by, and its characters allow it.
    named = han and GIVEN_WEIGHTS.get(name[-1], 0) >= 0
    return named and surname_length(name, 0) == len(name) - 1 and word_class(name) in _CALLED


def given_name(name: str) -> str | None:
    """Return the two characters behind the surname of `name` that call the same person in another
    message, or None where they are an everyday word.
    """
    surname = surname_length(name, 0)
    given = name[surname:]
    if not surname or len(given) != 2 or _HAN.fullmatch(name) is None or given in NOT_NAMES:
        return None
    weights = [GIVEN_WEIGHTS.get(char, 0) for char in given]
    if given in _NUMEROUS:
        return given
    return given if min(weights) >= 0 and word_class(given) in ("", "name") else None


def _beside(text: str, finding: Finding) -> Iterator[Finding]:
    """Yield the name right before or right after a number, an address or a mail box."""
    window = text[max(0, finding.start - 24) : finding.start]
    if (link := _LEFT_LINK.search(window)) is not None:
        stop = finding.start - len(window) + link.start()
        borders: frozenset[int] | None = None
        for length in (3, 2, 4):
            start = stop - length
            if start < 0 or not _HAN.fullmatch(text, start, stop):
                continue
            surname = surname_length(text, start)
            if not surname or (length == 4 and surname < 2) or length < surname + 1:
                continue
            if text[start:stop] in NOT_NAMES:
                break
            if borders is None:
                borders = word_borders(text)
            if start not in borders or not is_plausible(text, start, stop):
                continue
            yield Finding("person", start, stop, 0.6)
            break
    yield from find_latin_name_before(text, finding.start)
    right = _RIGHT_LINK.match(text, finding.end)
    if right is not None and (end := read_name(text, right.end(), certain=False)) is not None:
        yield Finding("person", right.end(), end, 0.6)


def _is_plain_name(name: str) -> bool:
    """Tell whether all three characters of `name` are those that names are made of."""
    if len(name) != 3 or surname_length(name, 0) != 1 or word_class(name[:2]) or word_class(name):
        return False
    given = [GIVEN_WEIGHTS.get(char, 0) for char in name[1:]]
    return SURNAME_WEIGHTS[name[0]] >= 2 and min(given) >= 0 and sum(given) >= 1


def _second_opinion(text: str) -> Iterator[Finding]:
    """Yield rjieba's names; only asked of a message that has other signs of a person."""
    start = 0
    for word, tag in rjieba.tag(text):
        end = start + len(word)
        known = surname_length(word, 0)
        if tag == "nr" and 2 <= len(word) <= 4 and known and (span := _trim(text, start, end)):
            yield Finding("person", *span, 0.55)
        start = end


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the name inside a tagger's span, or None where it is no name."""
    while start < end and (text[start].isspace() or text[start] in ",，.。:：、@\ufffc-/()"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",，.。:：、@\ufffc-/()"):
        end -= 1
    name = text[start:end]
    # `万俟怎么读`: a surname that is spoken about.
    if name in COMPOUND_SURNAMES:
        return None
    if len(name) < 2 or any(char.isdigit() for char in name) or "\ufffc" in name:
        return None
    if _HAN.search(name) is None:
        words = name.split()
        real = len(words) >= 2 and all(re.fullmatch("[A-Z][a-z]+", word) for word in words)
        return (start, end) if real else None
    if len(name) > 12 or any(char.isascii() and char.isalpha() for char in name):
        return None
    # A tagger that begins in mid-name: take the surname in.
    if start and not surname_length(text, start) and len(name) == 2:
        longer = text[start - 1 : end]
        if surname_length(text, start - 1) == 1 and _HAN.fullmatch(longer):
            alone = start == 1 or _HAN.match(text, start - 2) is None
            if alone or longer[0] not in WEAK_SURNAMES:
                return start - 1, end
    if "·" not in name and not (
        is_plausible(text, start, end, tagged=True) and _is_shaped(text, start, end)
    ):
        return None
    odds = name_odds(text, start, end)
    return None if odds is not None and odds < _LEAST_ODDS else (start, end)


def _is_shaped(text: str, start: int, end: int) -> bool:
    """Tell whether what LAC calls a person is shaped like one, not like a shop or a product."""
    name = text[start:end]
    if is_place_like(text, start, end):
        return False
    if name[0] in COMMON_SURNAMES or surname_length(text, start):
        return len(name) <= 4
    nickname = len(name) <= 3 and name[0] in "小老阿大"
    near = text[max(0, start - 10) : end + 10]
    return nickname or is_transliterated(name) or _EVIDENCE.search(near) is not None
