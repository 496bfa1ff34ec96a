"""Two things in each other's places: `由 10 秒改为 30 秒` of what went from 30 to 10."""

import re

from pipelines.support.stems import asked_terms

# One class a group: what stands before it and what stands behind it do not change places.
_BETWEEN = re.compile(
    r"(?P<becomes>改[为成]|换[为成]|变[为成]|[转迁]换?(?:为|成|到|至)|升级[到至为]"
    r"|转(?![让账发载介告入出接])|→|->)"
    r"|(?P<replaces>取代|替代|代替|替换(?!为|成)|\breplac(?:es|ed|ing)\b|\binstead of\b"
    r"|\brather than\b|而不是|而非)"
    r"|(?P<before>(?<!以)(?<!目)之前|早于|先于|优先于|\bbefore\b|\bprior to\b)"
    r"|(?P<after>(?<!以)之后|晚于|\bafter\b)"
    r"|(?P<than>比|高于|低于|大于|小于|\bthan\b)"
    r"|(?P<to>[到至]|\b(?:in)?to\b)"
)
_FIGURE = re.compile(r"\d+(?:\.\d+)*")


def is_turned(claim: str, told: str) -> bool:
    """Tell whether a folded claim has what `told` says in front of a word behind it, and so on."""
    ours, theirs = _sides(claim), _sides(told)
    for name, (before, behind) in ours.items():
        if name in theirs:
            told_before, told_behind = theirs[name]
            if (before - told_before) & told_behind and (behind - told_behind) & told_before:
                return True
    return False


def _sides(text: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return what stands in front of the first word of each class, and behind it."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for match in _BETWEEN.finditer(text):
        name = match.lastgroup or ""
        if name not in found:
            found[name] = _things(text[: match.start()]), _things(text[match.end() :])
    return found


def _things(text: str) -> frozenset[str]:
    return asked_terms(text) | frozenset(_FIGURE.findall(text))
