"""Cells of a spreadsheet: lists in them, links in them, and text that must not become a formula."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pipelines.faq.markdown.document import Document, links_in
from pipelines.records import Link

# What a spreadsheet takes for the beginning of a formula, by OWASP's page on CSV injection; the
# full-width signs are formulas to a Chinese or Japanese Excel. The quote keeps it text.
_FORMULA = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")
_GUARDED = re.compile("'+[=+\\-@＝＋－＠\t\r\n]")
_MARKUP = re.compile(r"([\\`*_\[\]<>&!#])")
_BARE_LINK = re.compile(r"https?://[^\s<>\"'，。；、（）]+")


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def link_lines(links: Iterable[Link]) -> str:
    """Return links as Markdown, one a line."""
    return "\n".join(markdown_link(link) for link in links)


def markdown_link(link: Link) -> str:
    """Return a link as Markdown that reads back as the very same link."""
    plain = f"[{link.text}]({link.url})"
    return plain if links_of(plain) == [link] else f"[{escaped(link.text)}](<{escaped(link.url)}>)"


def escaped(text: str) -> str:
    """Return Markdown that reads as `text`."""
    return _MARKUP.sub(r"\\\1", text).replace("\n", "&#10;")


@lru_cache(maxsize=4_096)
def answer_links(answer: str) -> tuple[Link, ...]:
    """Return the links of an answer in Markdown; raises `TooComplexError`."""
    # Behind a line end: `---` on the first line would begin front matter.
    document = Document(f"\n{answer}")
    return tuple(document.links(0, len(document.text)))


def links_of(cell: str) -> list[Link]:
    """Return the links of a cell: on each line Markdown links, else bare addresses."""
    document = Document("")
    found: list[Link] = []
    for line in cell.split("\n"):
        marked = links_in(document.inline(line))
        found += marked or [Link(url, url) for url in _BARE_LINK.findall(line)]
    return found
