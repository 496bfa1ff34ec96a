"""A suggested edit of an answer that a release made wrong, as a unified diff."""

import difflib
import re

from pipelines.records import ChangeEntry
from pipelines.stale.bullets import plain_bullet
from pipelines.stale.claims import Claim
from pipelines.stale.figures import Figure, figures
from pipelines.stale.older import Older, Sentence
from pipelines.stale.parts import plans_in
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
    after = _restated(text, claim, ruling, sentence)
    if after != text:
        return after
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


def _restated(text: str, claim: Claim, ruling: Ruling, sentence: Sentence) -> str:
    """Return the answer with the new value or name; as it is, where these words alone won't do."""
    new = _new_words(claim, ruling)
    if not new:
        return text
    if claim.kind == "renamed":
        return _renamed(text, ruling.wrong, new)
    if ruling.because in ("figure", "another value"):
        return _moved(text, claim, ruling.wrong, sentence, new)
    begin, end = _reach(text, sentence)
    whole = re.compile(rf"(?<![\d.,]){re.escape(ruling.wrong)}(?![\d]|[.,]\d)")
    return text[:begin] + whole.sub(lambda _: new, text[begin:end]) + text[end:]


def _renamed(text: str, old: str, new: str) -> str:
    # Chinese is written without spaces: `点个人中心`.
    whole = rf"(?<![A-Za-z0-9_.-]){re.escape(old)}(?![A-Za-z0-9_-])"
    return re.sub(whole, lambda _: new, text)


def _moved(text: str, claim: Claim, old: str, sentence: Sentence, new: str) -> str:
    """Put a figure for each one that means the same: with its unit, of its plan, no range's end."""
    every = figures(text)
    first = next((one for one in every if one.start >= sentence.start and one.words == old), None)
    told = (one for one in figures(claim.words) if one.words == new)
    is_range = any(_ends_a_range(one, claim.words, _DASH) for one in told)
    if first is None or is_range or _ends_a_range(first, text, _TO):
        return text
    # Who states a figure once more means the same, but a mere number counts other things as well.
    begin, end = _reach(text, sentence)
    if not first.measure:
        begin, end = sentence.start, sentence.start + len(sentence.text)
    for one in reversed(every):
        same = one.words == old and _sign(one, text) == _sign(first, text)
        if same and begin <= one.start < end and not _is_of_another_plan(one, text, claim):
            text = text[: one.start] + new + text[one.end :]
    return text


_DASH, _TO = r"[-–—~～]", r"(?:[-–—~～至到]|to\b)"


def _ends_a_range(figure: Figure, text: str, mark: str) -> bool:
    before, behind = text[: figure.start], text[figure.end :]
    return bool(re.search(rf"\d\s*{mark}\s*$", before) or re.match(rf"\s*{mark}\s*\d", behind))


def _sign(figure: Figure, text: str) -> str:
    before = text[: figure.start].rstrip()[-1:]
    return before if before in "$¥￥€£" else ""


def _is_of_another_plan(figure: Figure, text: str, claim: Claim) -> bool:
    """Tell whether a figure stands in a clause of a plan that the change does not name."""
    before, behind = _CLAUSE.split(text[: figure.start])[-1], _CLAUSE.split(text[figure.end :])[0]
    named, here = plans_in(claim.words), plans_in(before + behind)
    return bool(named and here) and not named & here


_CLAUSE = re.compile(r"[，；;。\n]|[,.]\s")


def _reach(text: str, sentence: Sentence) -> tuple[int, int]:
    """Return where the paragraph of a sentence begins and ends; of a table, its row."""
    if sentence.text.lstrip().startswith("|"):
        return sentence.start, sentence.start + len(sentence.text)
    end = text.find("\n\n", sentence.start)
    return text.rfind("\n\n", 0, sentence.start) + 1, len(text) if end < 0 else end


def _dated(text: str, change: ChangeEntry) -> str:
    said = one_line(plain_bullet(change).text, _LONGEST).rstrip("。.；;")
    if is_chinese(text):
        return f"自 {change.version} 版本起：{said}。"
    return f"Since version {change.version}: {said}."
