"""Safe HTML for front ends: an author's Markdown rendered, then held to a list of what may stay.

nh3 sanitises last of all, and parses as browsers do; what markdown-it lets through is no risk.
"""

import re
from html import escape, unescape
from urllib.parse import urlsplit

import nh3
from markdown_it.token import Token

from pipelines.commonmark import CostlyMarkdownError, markdown_parser
from pipelines.faq.markdown.links import full_url
from pipelines.text import clean

# A longer answer, or one whose HTML is so many times longer, is shown as plain text.
MAX_CHARACTERS = 100_000
MAX_GROWTH = 20
_ROOM = 20_000

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del",
    "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt",
    "ruby", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # nh3 would let `title` and `lang` pass
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "details": {"open"},
    "img": {"alt", "height", "src", "title", "width"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
_REL = "noopener noreferrer nofollow"

_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# With two slashes and a host: `https:x` would lead into the front end's own site.
_IMAGE_URL = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)
_LINK_URL = re.compile(r"https?://[^/\\\s]|(?:mailto|tel):", re.IGNORECASE)
_VALUES = {
    "class": re.compile(r"language-[A-Za-z0-9_+#.-]{1,40}"),
    "align": re.compile(r"left|center|right"),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"[1-9]\d{0,2}"),
    "width": re.compile(r"\d{1,4}%?"),
    "height": re.compile(r"\d{1,4}%?"),
    "start": re.compile(r"\d{1,9}"),
}
# Elements that HTML opens again in every paragraph until they are closed, each wording anew: a
# thousand of them that differ in an attribute would make a thousand times a thousand.
_REOPENED = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^>]*>", re.IGNORECASE
)
# Elements that swallow the Markdown behind them; shown as text, as GitHub does (GFM 6.11).
_SWALLOWS = re.compile(
    r"<(?=/?(?:iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp)(?![a-z0-9-]))",
    re.IGNORECASE,
)
# A tag as nh3 writes it.
_TAG = re.compile(r'<(/?[a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ALT = re.compile(r' alt="([^"]*)"')

_parser = markdown_parser()


def html_of(markdown: str, *, path: str = "", base_url: str = "") -> str:
    """Return an author's Markdown as an HTML fragment that is safe in any page.

    `path` is the file's, relative to its source; with `base_url`, relative links and images become
    full ones, and without it they go: a link leaves its text, and an image its alternative text.
    """
    text = clean(markdown)
    try:
        rendered = _rendered(text)
    except CostlyMarkdownError:
        return plain_html(text)
    sanitised = _without_hollow(_sanitiser(path, base_url).clean(rendered))
    return sanitised if len(sanitised) <= _most(text) else plain_html(text)


def plain_html(text: str) -> str:
    """Return text that is no Markdown as HTML paragraphs with its line breaks."""
    paragraphs = re.split(r"\n\s*\n", clean(text).strip())
    shown = (escape(paragraph).replace("\n", "<br>\n") for paragraph in paragraphs if paragraph)
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in shown)


def _most(text: str) -> int:
    return MAX_GROWTH * len(text) + _ROOM


def _rendered(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise CostlyMarkdownError
    tokens = _parser.parse(text)
    # One long link definition may stand for thousands of links.
    length = 0
    for token in tokens:
        for each in (token, *(token.children or ())):
            length += sum(len(str(value)) for value in each.attrs.values())
            _align(each)
            if each.type in ("html_block", "html_inline"):
                each.content = _SWALLOWS.sub("&lt;", _REOPENED.sub(r"<\1>", each.content))
    if length > _most(text):
        raise CostlyMarkdownError
    return str(_parser.renderer.render(tokens, _parser.options, {}))


def _align(token: Token) -> None:
    """Say the alignment of a table's cell without a style."""
    style = token.attrs.pop("style", None)
    if style:
        token.attrSet("align", str(style).removeprefix("text-align:"))


def _sanitiser(path: str, base_url: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative=lambda url: _resolved(url, path, base_url),
        link_rel=_REL,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value as it may stay; None takes the attribute away."""
    if name in ("href", "src"):
        url = re.sub(r"[\t\n\r]", "", value).strip()  # as browsers do
        allowed = _IMAGE_URL if tag == "img" else _LINK_URL
        return url if not _HAS_SCHEME.match(url) or allowed.match(url) else None
    if name in _VALUES:
        return value if _VALUES[name].fullmatch(value) else None
    return "" if name == "open" else value


def _resolved(url: str, path: str, base_url: str) -> str | None:
    """Return a relative URL as a full one; None where it would lead into the front end's site."""
    full = f"https:{url}" if url.startswith("//") else full_url(url, path, base_url)
    try:
        urlsplit(full)
    except ValueError:  # no URL at all, such as `//[`
        return None
    return full if _IMAGE_URL.match(full) else None


def _without_hollow(html: str) -> str:
    """Replace links without a target by their text, and images without one by theirs."""
    hollow: list[bool] = []  # of the links that are open: broken HTML may nest them

    def shown(tag: re.Match[str]) -> str:
        name, attributes = tag.groups()
        if name == "img" and ' src="' not in attributes:
            alt = _ALT.search(attributes)
            return escape(unescape(alt[1]), quote=False) if alt else ""
        if name == "a":
            hollow.append(' href="' not in attributes)
            return "" if hollow[-1] else tag[0]
        return "" if name == "/a" and hollow.pop() else tag[0]

    return _TAG.sub(shown, html)
