"""HTML comments below a question that say something of it: `<!-- status: draft -->`."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import yaml

from pipelines.faq.markdown.front_matter import key_of, with_plain_colons
from pipelines.faq.markdown.review import (
    NOTHING_SAID,
    Said,
    decides,
    held_back,
    is_review_key,
    said_in,
)
from pipelines.faq.markdown.yaml_text import flattened, read_mapping
from pipelines.records import Link
from pipelines.text import clean, fold

MAX_COMMENT = 16_000
# What a character of YAML costs, in the unit of `Document.spend`.
COMMENT_COST = 700

# Fewer names than a table column may have: `<!-- Q: is this still so? -->` is only a remark.
_OWN = {
    "question": re.compile("question|问题|标准问题"),
    "similar": re.compile("similar|similar questions?|相似问题|相似问法"),
    "links": re.compile("links?|related links?|关联文档|相关文档|相关链接"),
}
_OwnKey = Literal["question", "similar", "links"]

_HELD = "and so the question is held back as a draft"
_BROKEN = f"the comment with its metadata is no valid YAML, {_HELD}; mend the comment"
_UNKNOWN = (
    f"the comment with its metadata has an unknown key, {_HELD}; "
    "mend the key, or write it into a comment of its own"
)
_LONG = f"the comment with its metadata is over {MAX_COMMENT:,} characters, {_HELD}; shorten it"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a comment says of the question above it."""

    said: Said = NOTHING_SAID
    question: str = ""
    """The wording to use instead of the one above; empty when the comment has none."""
    similar: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    def over(self, other: "Metadata") -> "Metadata":
        """Return what two comments say together; the stricter counts, and else `self`."""
        return Metadata(
            self.said.stricter(other.said),
            self.question or other.question,
            self.similar + other.similar,
            self.links + other.links,
        )


@lru_cache(maxsize=1024)
def metadata_in(comment: str) -> Metadata | None:
    """Return what a comment, `<!--` and `-->` included, says of a question; None if nothing.

    It does when a line of it begins with a known key, or when it seems to decide on what customers
    are given. If it then has an unknown key as well, or is no YAML, the question is held back:
    nobody can tell what its author wanted to say.
    """
    body = _body(comment)
    if not any(_is_known(key_of(line)) for line in body.split("\n")) and not decides(body):
        return None
    if len(body) > MAX_COMMENT:
        return _unreadable(_LONG)
    # The first line stands behind `<!--`; where it is aligned with the others, they are too.
    first, _, rest = with_plain_colons(body).partition("\n")
    for text in (f"    {first}\n{rest}", f"{first.strip()}\n{textwrap.dedent(rest)}"):
        try:
            mapping = read_mapping(textwrap.dedent(text))
        except (yaml.YAMLError, ValueError):
            continue
        return _metadata(mapping, body)
    return _unreadable(_BROKEN)


def _body(comment: str) -> str:
    """Return what stands between the marks of a comment, be it `<!--- … --->`."""
    body = comment.removeprefix("<!--").removesuffix("-->")
    return body.lstrip("-").rstrip("-") if body.startswith("-") else body


def _unreadable(reason: str) -> Metadata:
    return Metadata(held_back((("", reason),)))


def _is_known(key: str) -> bool:
    return bool(key) and (_own(key) is not None or is_review_key(key))


def _own(key: str) -> _OwnKey | None:
    name = fold(key).replace("_", " ")
    names: tuple[_OwnKey, ...] = ("question", "similar", "links")
    return next((own for own in names if _OWN[own].fullmatch(name)), None)


def _metadata(mapping: Mapping[str, Any], body: str) -> Metadata | None:
    if not all(map(_is_known, mapping)):
        return _unreadable(_UNKNOWN) if any(map(_is_known, mapping)) or decides(body) else None
    found: dict[_OwnKey, Any] = {own: value for key, value in mapping.items() if (own := _own(key))}
    said, _ = said_in(mapping)
    similar = found.get("similar", [])
    return Metadata(
        said,
        _line(found.get("question", "")),
        tuple(filter(None, map(_line, similar if isinstance(similar, list) else [similar]))),
        tuple(_links(found.get("links", []))),
    )


def _links(value: object) -> list[Link]:
    """Read `text: url` pairs or bare URLs, alone or in a list."""
    if isinstance(value, list):
        return [link for item in value for link in _links(item)]
    if isinstance(value, dict):
        return [Link(_line(text), _line(url)) for text, url in value.items() if _line(url)]
    url = _line(value)
    return [Link(url, url)] if url else []


def _line(value: object) -> str:
    texts = (text for _, text in flattened(value))
    return " ".join(clean(", ".join(texts)).split())
