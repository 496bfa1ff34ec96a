"""Blocks of HTML cut into comments, anchors, `<details>` with their `<summary>`, and the rest."""

import re
from collections.abc import Generator, Iterator

from pipelines.faq.markdown.answers import UNPAIRED, is_marker
from pipelines.faq.markdown.block_kinds import Block
from pipelines.faq.markdown.comments import COMMENT_COST, metadata_in
from pipelines.faq.markdown.document import Document
from pipelines.faq.markdown.includes import is_directive

_MAX_SUMMARY_TAG = 2_000
# `<details>`, and what documentation sites call the same: `<Accordion title="…">`.
_BOXES = "Accordion|AccordionItem|Expandable|Collapse|FaqItem|FAQItem"
_DETAILS = re.compile(rf"<details|</details>|<(?:{_BOXES})\s|</(?:{_BOXES})>", re.IGNORECASE)
_TITLED = re.compile(
    rf"<(?:{_BOXES})\s[^<>]{{0,500}}?\btitle\s*=\s*([\"'])([^\"'<>\n]{{1,500}})\1[^<>]{{0,500}}>",
    re.IGNORECASE,
)
_SUMMARY = re.compile("<summary[^<>]*>", re.IGNORECASE)
_END_OF_SUMMARY = re.compile("</summary>", re.IGNORECASE)
# `<a name="login"></a>`, alone or in a heading.
_ANCHOR = re.compile(
    r"<(?P<tag>a|span)\s+(?:name|id)\s*=\s*[\"']?(?P<name>[\w.:-]{1,200})[\"']?\s*"
    r"(?:/>|>\s*</(?P=tag)\s*>)",
    re.IGNORECASE,
)
# The title of a page, or of a part of it, that was exported as HTML.
_HEADING = re.compile(r"<(?P<tag>h[1-6])(?:\s[^<>]{0,300}+)?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}+>")
_MAX_TITLE = 1_000
_QUOTE = re.compile(r"^[ ]{0,3}>[ ]?", re.MULTILINE)
_ATTRIBUTE = re.compile(r"\{:?\s*#(?P<name>[\w.:-]{1,200})(?:\s[^{}]*)?\}")


def anchor_in(text: str) -> str:
    """Return the first name that `text` gives as a place to link to, if any."""
    found = _ATTRIBUTE.search(text) or _ANCHOR.search(text)
    return found["name"] if found else ""


def without_attributes(title: str) -> str:
    """Return a title without the attributes that end it, whose `_` would look like emphasis."""
    return _ATTRIBUTE.sub("", title).rstrip() if title.endswith("}") else title


def is_anchor(text: str) -> bool:
    """Tell whether `text` is nothing but places to link to."""
    text = text.strip()
    return text.startswith("<") and not _ANCHOR.sub("", text).strip()


def html_blocks(doc: Document, start: int, stop: int) -> Iterator[Block]:
    """Yield the parts of the block of HTML between two offsets."""
    start = yield from _comments(doc, start, stop)
    content = doc.text[start:stop]
    if is_anchor(content):
        yield Block("anchor", start, start, stop, anchor=anchor_in(content))
    elif content.strip():
        yield from _headed(doc, start, stop)


def _comments(doc: Document, start: int, stop: int) -> Generator[Block, None, int]:
    """Yield the comments that HTML begins with, and return where they end."""
    while doc.text.startswith("<!--", begin := _skipped(doc.text, start, stop), stop):
        end = doc.text.find("-->", begin + 4, stop) + 3
        if end < 3:
            yield Block("comment", start, start, stop)
            return stop
        doc.spend(COMMENT_COST * (end - begin))
        comment = doc.text[begin:end]
        if ">" in doc.text[start:begin]:
            comment = _QUOTE.sub("", comment)
        yield _comment(start, end, comment)
        start = end
    return start


def _text(doc: Document, start: int, stop: int) -> Iterator[Block]:
    """Yield what stands between two tags, the comments that it begins with apart."""
    start = yield from _comments(doc, start, stop)
    if doc.text[start:stop].strip():
        yield Block("text", start, start, stop)


def _comments_in(doc: Document, start: int, stop: int) -> Iterator[Block]:
    """Yield the comments with metadata above or beside a summary, all on one question."""
    at = doc.text.find("<!--", start, stop)
    while at >= 0 and (end := doc.text.find("-->", at + 4, stop) + 3) >= 3:
        doc.spend(COMMENT_COST * (end - at))
        block = _comment(at, end, doc.text[at:end])
        if block.metadata:
            yield block
        at = doc.text.find("<!--", end, stop)


def _headed(doc: Document, start: int, stop: int) -> Iterator[Block]:
    """Yield `<h3>…</h3>` as a heading, and what is between headings."""
    for tag in _HEADING.finditer(doc.text, start, stop):
        close = f"</{tag['tag']}>"
        end = doc.text.find(close, tag.end(), min(stop, tag.end() + _MAX_TITLE))
        if tag.start() < start or end < 0:
            continue
        yield from _details(doc, start, tag.start())
        title = doc.plain(_TAG.sub("", doc.text[tag.end() : end]).strip())
        begin, start = tag.start(), end + len(close)
        yield Block("heading", begin, begin, start, title, int(tag["tag"][1]))
    yield from _details(doc, start, stop)


def _comment(start: int, stop: int, comment: str) -> Block:
    if is_marker(comment):
        return Block("fault", start, start, stop, UNPAIRED)
    if is_directive(comment):
        # One that could not be followed: what stands around it is no whole answer.
        return Block("text", start, start, stop)
    return Block("comment", start, start, stop, metadata=metadata_in(comment))


def _skipped(text: str, start: int, stop: int) -> int:
    """Return where something begins behind spaces, and behind the marks of a quote."""
    while start < stop and (text[start].isspace() or text[start] == ">"):
        start += 1
    return start


def _details(doc: Document, start: int, stop: int) -> Iterator[Block]:
    """Yield the parts of `<details><summary>question</summary> answer </details>`."""
    text_from = start
    for tag in _DETAILS.finditer(doc.text, start, stop):
        if tag.start() < text_from:
            continue
        if tag[0].startswith("</"):
            begin, end = tag.span()
            following = Block("end", begin, begin, end)
        else:
            begin = tag.start()
            if titled := _TITLED.match(doc.text, begin, stop):
                end = titled.end()
                following = Block("candidate", begin, end, end, doc.plain(titled[2]), nested=True)
                yield from _text(doc, text_from, begin)
                yield following
                text_from = end
                continue
            summary = _SUMMARY.search(doc.text, begin, min(stop, begin + _MAX_SUMMARY_TAG))
            closing = _END_OF_SUMMARY.search(doc.text, summary.end(), stop) if summary else None
            if summary is None or closing is None:
                break
            title = doc.plain(doc.text[summary.end() : closing.start()].strip())
            end = closing.end()
            following = Block("candidate", begin, end, end, title, nested=True)
        yield from _text(doc, text_from, begin)
        yield following
        if following.kind == "candidate":
            yield from _comments_in(doc, begin, end)
        text_from = end
    yield from _text(doc, text_from, stop)
