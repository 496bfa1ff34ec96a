"""Text cut into sentences, Chinese and English, and only a longer one within."""

import re
from bisect import bisect_right
from collections.abc import Iterator

# What is kept whole where it can be: inline code, links and images, tags, addresses, short bold
# text, escapes and entities. Every part is bounded, so that a run of openers costs little.
_WHOLE = (
    r"(?<!`)(?P<ticks>`{1,9})(?!`)[^\n]{1,400}?(?<!`)(?P=ticks)(?!`)"
    r"|!?\[(?:!\[[^\[\]]{0,200}\]\([^()\s]{0,400}\)|[^\[\]]){0,300}\]"
    r"(?:\([^()\s]{0,400}(?:\s\"[^\"]{0,200}\")?\)|\[[^\[\]]{0,100}\])?"
    r"|<[/!?a-zA-Z][^<>]{0,400}>"
    r"|https?://[^\s<>()\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{1,400}"
    r"|\*\*(?!\s)[^*\n]{1,200}\*\*"
    r"|\\.|&#?\w{1,32};"
)
_END = (
    r"(?:[。！？!?；;…]+|(?<!\d)\.(?=\s))[”’」』）)\]\"'》]*"  # as in `pipelines/support.py`
    r"|\n+|<br\s*/?>"
)
_WHOLE_OR_END = re.compile(rf"(?P<end>{_END})|(?:{_WHOLE})", re.IGNORECASE)
_WHOLES = re.compile(_WHOLE)
_CLAUSE_END = re.compile(r"[，,、：:|]\s*|\s+")
# A passage that began with this would be a list, a heading, a quote or a fence, not a sentence.
_BEGINS_BLOCK = re.compile(r"\s*(?:[-+*]\s|#{1,6}\s|>|[`~]{3}|[=-]+\s*$)", re.MULTILINE)


def sentences(text: str, limit: int) -> Iterator[tuple[str, str]]:
    """Yield each sentence with the white space in front of it; none is over `limit` characters.

    Together they are `text`. Inline code, links and tags shorter than `limit` stay whole.
    """
    space = ""
    for part in _parts(text, limit):
        bare = part.strip()
        if bare:
            begin = part.index(bare[0])
            yield space + part[:begin], bare
            space = part[begin + len(bare) :]
        else:
            space += part


def _parts(text: str, limit: int) -> Iterator[str]:
    begin = 0
    for match in _WHOLE_OR_END.finditer(text):
        end = match.end()
        if match["end"] is None or _BEGINS_BLOCK.match(text, end, end + 40):
            continue
        yield from _within(text[begin:end], limit)
        begin = end
    yield from _within(text[begin:], limit)


def _within(sentence: str, limit: int) -> Iterator[str]:
    """Cut a sentence that is too long behind a clause, else anywhere but inside what is whole."""
    if len(sentence) > limit:
        wholes = [match.span() for match in _WHOLES.finditer(sentence)]
        begins = [begin for begin, _ in wholes]
        clauses = [m.end() for m in _CLAUSE_END.finditer(sentence)]
        clauses = [end for end in clauses if not _inside(end, begins, wholes)]
        at = 0
        while len(sentence) - at > limit:
            nearest = bisect_right(clauses, at + limit)
            if nearest and clauses[nearest - 1] > at + limit // 2:
                cut = clauses[nearest - 1]
            else:
                whole = _inside(at + limit, begins, wholes)
                cut = whole[0] if whole and whole[0] > at else at + limit
            yield sentence[at:cut]
            at = cut
        sentence = sentence[at:]
    yield sentence


def _inside(
    position: int, begins: list[int], wholes: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the span that a cut at `position` would go through, if any."""
    nearest = bisect_right(begins, position - 1)
    if nearest and wholes[nearest - 1][1] > position:
        return wholes[nearest - 1]
    return None
