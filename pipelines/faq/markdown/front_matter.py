"""Front matter: the YAML block on top of a file, as what it says of entries and pairs of text.

Hugo writes TOML between lines of `+++`.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from pipelines.faq.markdown.review import (
    NOTHING_SAID,
    Said,
    held_back,
    is_deciding_key,
    is_review_key,
    said_in,
)
from pipelines.faq.markdown.yaml_text import flattened, read_mapping

MAX_FRONT_MATTER = 16_000

_TOML = "+++"
_NO_TOML = (
    "the front matter is no valid TOML, or too long, and so the file is held back as a draft; "
    "mend it, or write it as YAML between lines of `---`"
)

Pairs = tuple[tuple[str, str], ...]

# `状态：草稿`, with the colon of Chinese text, which YAML takes for a letter.
_WIDE_COLON = re.compile(r"^([ \t]*[^\s:：#-][^:：\n]{0,40})：[ \t]*", re.MULTILINE)
_KEY = re.compile(r"[\s\"']*([^\s:：#-][^:：\n\"']{0,40})[\"']?\s*[:：]")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says of all its entries."""

    said: Said = NOTHING_SAID
    pairs: Pairs = ()
    """What is no metadata of entries, flattened to text, in file order."""
    problems: tuple[tuple[int, str], ...] = ()
    """Lines of the file, 1-based, and sentences with the mend."""


def read_front_matter(block: str) -> FrontMatter:
    """Read a front matter block, which begins on the file's second line.

    When the block as a whole is no valid YAML, its single lines are read instead: a forgotten
    bracket must not publish a `status: draft`, nor must a block too long to be read.
    """
    if len(block) > MAX_FRONT_MATTER:
        reason = (
            f"the front matter is over {MAX_FRONT_MATTER:,} characters, and so the file is held "
            "back as a draft; shorten it"
        )
        return FrontMatter(held_back(), (), ((1, reason),))
    try:
        return _front_matter(block, read_mapping(with_plain_colons(block)))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 2}" if mark else ""
        reason = (
            f"the front matter is not valid YAML{where}; mend it "
            "(lines that can be read by themselves were used)"
        )
    return _line_by_line(block, reason)


def toml_end(lines: Sequence[str]) -> int:
    """Return the line behind front matter in TOML; 0 where a file has none."""
    if lines[0].rstrip() != _TOML:
        return 0
    ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _TOML)
    return next(ends, -1) + 1


def read_toml(block: str) -> FrontMatter:
    """Read front matter in TOML; where it cannot be read, the file is held back as a draft."""
    unread = FrontMatter(held_back(), (), ((1, _NO_TOML),))
    if len(block) > MAX_FRONT_MATTER:
        return unread
    try:
        mapping = _as_text(tomllib.loads(block))
    except (ValueError, RecursionError):
        return unread
    said, rest = said_in(mapping)
    problems = tuple((1, reason) for _, reason in said.problems)
    return FrontMatter(said, tuple(flattened(rest)), problems)


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def with_plain_colons(block: str) -> str:
    """Return YAML in which a known key may be followed by the colon of Chinese text."""
    return _WIDE_COLON.sub(
        lambda match: f"{match[1]}: " if is_review_key(match[1].strip()) else match[0], block
    )


def key_of(line: str) -> str:
    """Return the key that a line of YAML begins with; empty where there is none."""
    match = _KEY.match(line)
    return match[1].strip() if match else ""


def _front_matter(block: str, mapping: dict[str, Any]) -> FrontMatter:
    said, rest = said_in(mapping)
    lines = {key_of(line): number for number, line in enumerate(block.split("\n"), 2)}
    problems = tuple((lines.get(key, 1), reason) for key, reason in said.problems)
    return FrontMatter(said, tuple(flattened(rest)), problems)


def _line_by_line(block: str, reason: str) -> FrontMatter:
    said = NOTHING_SAID
    pairs: list[tuple[str, str]] = []
    problems = [(1, reason)]
    for number, line in enumerate(with_plain_colons(block).split("\n"), 2):
        try:
            here, rest = said_in(read_mapping(line))
        except (yaml.YAMLError, ValueError):
            if is_deciding_key(key_of(line)):
                said = held_back().over(said)
            continue
        problems += [(number, problem) for _, problem in here.problems]
        pairs += flattened(rest)
        # A status that stands twice is the stricter one.
        said = said.over(here) if said.fields.get("status") == "draft" else here.over(said)
    return FrontMatter(said, tuple(pairs), tuple(problems))
