"""What a bullet says of itself before its text: its kind of change, and the part it belongs to."""

import re
import unicodedata

from pipelines.changelog.categories import is_category

# `[#12]`, `(#12)`, `#12`, `[ABC-12]`: what a change answers, before it says what it is.
_REFERENCE = r"(?:[\[(（]?(?:[A-Za-z]{1,10}-|#|!)\d{1,7}[\])）]?[\s:：,，]*+){0,3}+"
_CONVENTIONAL = re.compile(
    rf"{_REFERENCE}(?P<marks>[*_`]{{0,3}})(?P<type>feat|fix|perf|refactor|revert|docs?|chore|ci|build"
    r"|tests?|style|security|deps)(?:\((?P<scope>[^()\n]{1,60})\))?!?(?P=marks):\s*+\S",
    re.IGNORECASE,
)
_BOXED = re.compile(
    rf"{_REFERENCE}[*_`]{{0,3}}(?:\[(?P<a>[^\[\]\n]{{1,30}})\]|【(?P<b>[^【】\n]{{1,30}})】"
    r"|（(?P<c>[^（）\n]{1,30})）|\((?P<d>[^()\n]{1,30})\)|［(?P<e>[^［］\n]{1,30})］"
    r"|「(?P<f>[^「」\n]{1,30})」)[*_`]{0,3}(?!\()[\s:：-]*+\S"
)
_LABELLED = re.compile(
    rf"{_REFERENCE}(?P<mark>\*\*|__|\*|_|`)?(?P<name>[^*_`:：\n]{{1,30}}?)"
    r"(?(mark)(?:[:：]\s*+(?P=mark)|(?P=mark)\s*+[:：]|(?P=mark)\s+[-–—]\s)|(?:\u3000?[:：]|\s[-–—]\s))\s*+\S"
)
_PICTURE = re.compile(
    rf"{_REFERENCE}(?P<picture>:[a-z_0-9]{{1,40}}:|[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?)\s*+\S"
)
_REFERRED = re.compile(
    r"(?:[\[(（](?:[A-Za-z]{1,10}-|#|!)\d{1,7}[\])）][\s:：]*+){1,3}+(?P<name>[A-Za-z]{3,12}|[\u3400-\u9fff]{2})"
)
_SCOPE = re.compile(
    r"\*\*(?!note|tip|warning|important)(?P<scope>[\w@/.,-]{1,40}):\*\*\s*+\S", re.IGNORECASE
)
# As git-cliff lists it: `*(api)* …`.
_CLIFF_SCOPE = re.compile(r"(?:\[\*\*breaking\*\*\]\s*)?\*\((?P<scope>[^()*\n]{1,40})\)\*\s")
# `api: …`, `cli : …`: a type or part as commits name it.
_TYPE = re.compile(r"[a-z][\w-]{1,14}(?:\([^()\n]{1,40}\))?!? ?: \S")
# `【新增】…；【修复】…` in one paragraph.
_BETWEEN_MARKS = re.compile(r"(?<=[；;。])\s*(?=【[^【】\n]{1,12}】)")
_LONGEST = 200


def category_mark(text: str) -> str:
    """Return the category before a bullet's text, as in `[Fixed] …`, `feat(api): …`, `【修复】…`.

    Empty where it begins with no usual name of one.
    """
    text = text[:_LONGEST]
    picture = _PICTURE.match(text)
    if picture and (word := category_mark(text[picture.end() - 1 :])):
        return word
    if conventional := _CONVENTIONAL.match(text):
        return str(conventional["type"])
    for pattern in (_BOXED, _LABELLED, _PICTURE, _REFERRED):
        if match := pattern.match(text):
            name = next(
                group for key, group in match.groupdict().items() if group and key != "mark"
            )
            if is_category(unicodedata.normalize("NFKC", name)):
                return name.strip(" *_`")
    return ""


def scope_mark(text: str) -> str:
    """Return the scope of a conventional commit: `feat(api): …`, or `**api:** …` as tools list it.

    Empty where there is none, or where it names a kind of change.
    """
    text = text[:_LONGEST]
    match = _CONVENTIONAL.match(text) or _SCOPE.match(text) or _CLIFF_SCOPE.match(text)
    scope = (match["scope"] or "").strip() if match else ""
    return "" if is_category(scope) and scope.casefold() != "deps" else scope


def begins_with_type(text: str) -> bool:
    """Tell whether a line begins with a word as commits do, known or not: `api: …`."""
    return _TYPE.match(text[:_LONGEST]) is not None


def split_at_marks(text: str) -> list[str]:
    """Return the changes of a text in which each begins with a boxed category; else the text."""
    parts = _BETWEEN_MARKS.split(text)
    if len(parts) == 1 or not all(map(category_mark, parts)):
        return [text]
    return [part.rstrip("；; \n") for part in parts]
