"""A suggested edit of an answer that a release made wrong, as a unified diff."""

import difflib
import re

from pipelines.records import ChangeEntry
from pipelines.stale.bullets import plain_bullet
from pipelines.stale.claims import Claim
from pipelines.stale.older import Older, Sentence
from pipelines.stale.ruling import Ruling
from pipelines.stale.subjects import names
from pipelines.text import is_chinese, one_line

_MARKER = re.compile(r"\s*(?:(?:[-+*]|\d{1,2}[.)、])\s+|>\s?)?")
_NOT_PROSE = re.compile(r"\s*(?:\||[`~]{3}|\{|\$ )")
_LONGEST = 200


def suggested_edit(record: Older, claim: Claim, ruling: Ruling, change: ChangeEntry) -> str:
    """Return a diff that puts the new value or name into the answer, or a dated sentence.

    The diff is of the answer alone, named `answer.md`; empty where the record has no wrong words.
    """
    if ruling.sentence is None:
        return ""
    after = _edited(record.text, claim, ruling, ruling.sentence, change)
    lines = difflib.unified_diff(
        f"{record.text}\n".splitlines(keepends=True),
        f"{after}\n".splitlines(keepends=True),
        "a/answer.md",
        "b/answer.md",
    )
    return "".join(lines)


def _edited(
    text: str, claim: Claim, ruling: Ruling, sentence: Sentence, change: ChangeEntry
) -> str:
    new = _new_words(claim, ruling)
    if new:
        if claim.kind == "renamed":
            return _renamed(text, ruling.wrong, new)
        return _in_paragraph(text, sentence.start, ruling.wrong, new)
    dated = _dated(text, change)
    end = sentence.start + len(sentence.text)
    if _NOT_PROSE.match(sentence.text) or "```" in text:
        return f"{text}\n\n{dated}"
    if claim.kind == "deprecated" or ruling.because == "close":
        return f"{text[:end]} {dated}" + text[end:]
    marker = _MARKER.match(sentence.text)
    begin = sentence.start + (marker.end() if marker else 0)
    return text[:begin] + dated + text[end:]


def _new_words(claim: Claim, ruling: Ruling) -> str:
    """Return what takes the place of a wrong value or name, where the change tells it."""
    if ruling.because == "figure":
        return next((figure.words for figure in claim.new_figures), "")
    if ruling.because == "another value" and claim.new_figures:
        return claim.new_figures[0].words
    if ruling.because == "floor" and claim.floor and not claim.floor.ends:
        return re.sub(r"\d+(?:\.\d+)*$", claim.floor.version, ruling.wrong)
    if ruling.because == "replaced":
        named = names(claim.new)
        return named[0].text if named else claim.new.strip("`*\"' ")
    return ""


def _renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-])", lambda _: new, text)


def _in_paragraph(text: str, start: int, old: str, new: str) -> str:
    """Put `new` for each `old` of the paragraph: who states a figure once more means the same."""
    begin = text.rfind("\n\n", 0, start) + 1
    end = text.find("\n\n", start)
    end = len(text) if end < 0 else end
    whole = re.compile(rf"(?<![\d.,]){re.escape(old)}(?![\d]|[.,]\d)")
    return text[:begin] + whole.sub(lambda _: new, text[begin:end]) + text[end:]


def _dated(text: str, change: ChangeEntry) -> str:
    said = one_line(plain_bullet(change).text, _LONGEST).rstrip("。.；;")
    if is_chinese(text):
        return f"自 {change.version} 版本起：{said}。"
    return f"Since version {change.version}: {said}."
