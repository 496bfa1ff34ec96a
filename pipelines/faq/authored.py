"""What an author may write about an entry as YAML: front matter, the comment below a question."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import count
from typing import Any

import yaml

from pipelines.faq.markdown.answers import is_marker
from pipelines.faq.markdown.front_matter import MAX_FRONT_MATTER, Pairs, read_front_matter
from pipelines.faq.markdown.line_kinds import key_of
from pipelines.records import FaqEntry, Link, Review

_FIELDS = tuple(field.name for field in fields(Review))


class _Dumper(yaml.SafeDumper):
    """YAML on one line a scalar, and without a `--`, which would end the comment around it."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if "--" in text or "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def front_matter_of(entries: Sequence[FaqEntry]) -> tuple[str, frozenset[str]]:
    """Return the front matter that says what all entries share, and what it says of a review.

    Empty where they share nothing. Left out is what asks a question: the entries do that.
    """
    said = {
        name: value
        for name in _FIELDS
        if len({getattr(entry.review, name) for entry in entries}) == 1
        and (value := getattr(entries[0].review, name)) != getattr(Review(), name)
    }
    review = _dumped(_plain(said)) if said else ""
    pairs = _shared_pairs(entries)
    for text in (review + (_dumped(dict(pairs)) if pairs else ""), review):
        read = read_front_matter(text.removesuffix("\n"))
        if len(text) < MAX_FRONT_MATTER and not read.problems and dict(read.said.fields) == said:
            return (f"---\n{text}---\n" if text else ""), frozenset(said)
    return "", frozenset()


def comment_of(
    review: Review,
    *,
    but: frozenset[str],
    question: str = "",
    similar: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> str:
    """Return the comment that says the rest of an entry; empty where there is nothing to say.

    `but` are the review's fields that need no mention, since the front matter has them.
    """
    value: dict[str, Any] = {}
    if question:
        value["question"] = question
    if similar:
        value["similar"] = list(similar)
    if links:
        value["links"] = [{link.text: link.url} for link in links]
    default = Review()
    said = {
        name: getattr(review, name)
        for name in _FIELDS
        if name not in but and getattr(review, name) != getattr(default, name)
    }
    if not value and not said:
        return ""
    text = _dumped(value | _plain(said)).removesuffix("\n")
    return f"<!--\n{text}\n-->" if "\n" in text else f"<!-- {text} -->"


def verbatim(answer: str) -> str:
    """Return an answer between markers whose name it does not itself hold."""
    held = [line for line in answer.split("\n") if is_marker(line)]
    name = ""
    if held:
        number = next(n for n in count(2) if not any(str(n) in line for line in held))
        name = f" {number}"
    return f"<!-- answer{name} -->\n{answer}\n<!-- /answer{name} -->"


def _shared_pairs(entries: Sequence[FaqEntry]) -> Pairs:
    """Return the pairs that all entries have, without what the reader would take for something."""
    if not entries:
        return ()
    shared = set.intersection(*(set(entry.front_matter) for entry in entries))
    return tuple(
        (key, value)
        for key, value in entries[0].front_matter
        if (key, value) in shared and key_of(key) is None
    )


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    # The reader takes one `#` off a tag, as people write them.
    return {
        name: [f"#{tag}" if tag.startswith("#") else tag for tag in value]
        if name == "tags"
        else value
        for name, value in said.items()
    }


def _dumped(value: dict[str, Any]) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    return text.replace("--", "-\\x2d")
