"""Front matter: the YAML block on top of a file, as what it says of entries and pairs of text.

Hugo writes TOML between lines of `+++`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from pipelines.faq.markdown.review import (
    NOTHING_SAID,
    Said,
    decides,
    held_back,
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
_INSIDE = (
    "a key inside another withholds what customers are given, and so the file is held back as a "
    "draft; write it at the start of a line of its own"
)
_NOT_READ = (
    "the line looks like front matter but was not read as such, and so the file is held back as a "
    "draft; begin the file with a line of `---`, write `key: value` below, and end with `---`"
)
# Lines on top of a file that are looked at for front matter that was not read.
_MAX_TOP = 200
_MARK = re.compile(r"[ ]{0,3}(?:-{3,}|\+{3,}|\.{3})\s*(?:#.*)?")
_TOML_PAIR = re.compile(r"^([A-Za-z_][\w-]{0,40})\s*=\s*")

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
        reason = f"the front matter is not valid YAML{where}"
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
    said, rest = _said_in(mapping)
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


def _said_in(mapping: Mapping[str, Any]) -> tuple[Said, dict[str, Any]]:
    """Return what `said_in` does; where a key inside another withholds, all is held back."""
    said, rest = said_in(mapping)
    inside = [key for key, value in rest.items() if _withholds_inside(key, value)]
    if inside:
        said = held_back(tuple((key, _INSIDE) for key in inside)).over(said)
    return said, rest


def _withholds_inside(key: str, value: Any) -> bool:
    if decides(key):  # `{状态：草稿}`, which YAML takes for a key without a value
        return True
    if isinstance(value, list):
        return any(_withholds_inside(key, inner) for inner in value)
    if isinstance(value, dict):
        here = said_in(value)[0].withholds
        return here or any(_withholds_inside(name, inner) for name, inner in value.items())
    _, dot, last = key.rpartition(".")
    return bool(dot) and said_in({last: value})[0].withholds


def with_what_was_not_read(
    front_matter: FrontMatter, lines: Sequence[str], first: int
) -> FrontMatter:
    """Return front matter that holds the file back where lines on top were meant to be some of it.

    Those are lines from `first` on which withhold something, and have the form of front matter:
    they stand below a line of `---`, or are nothing but pairs. Prose has neither.
    """
    first = _behind_comments(lines, first)
    top = lines[first : first + _MAX_TOP]
    marked = bool(top) and _MARK.fullmatch(top[0]) is not None
    line = _below_mark(top) if marked else _bare(top)
    if line is None:
        return front_matter
    problem = (first + line + 1, _NOT_READ)
    said = held_back().over(front_matter.said)
    return replace(front_matter, said=said, problems=(*front_matter.problems, problem))


def _behind_comments(lines: Sequence[str], first: int) -> int:
    """Return the first line that is neither blank nor a comment."""
    inside = False
    for number in range(first, len(lines)):
        line = lines[number].strip()
        if inside or line.startswith("<!--"):
            _, closed, behind = line.rpartition("-->")
            line = behind.strip()
            inside = not closed or line.startswith("<!--")
        if line and not inside:
            return number
    return len(lines)


def _below_mark(top: Sequence[str]) -> int | None:
    """Return the line that withholds something below a line of `---`."""
    block = _until_end(top[1:])
    formed = all(map(_is_formed, block))
    for number, line in enumerate(block, 1):
        if _is_withheld(line) or (formed and _is_unclear(line)):
            return number
    for number, line in enumerate(top[1 + len(block) :], 1 + len(block)):
        if line.strip() and (line[0] == "#" or _MARK.fullmatch(line) or not _is_formed(line)):
            return None
        if _is_withheld(line):
            return number
    return None


def _bare(top: Sequence[str]) -> int | None:
    """Return the line that withholds something in pairs without a mark above them."""
    block = _until_end(top)
    if not block or block[0][0].isspace() or not all(map(_is_pair, block)):
        return None
    known = sum(is_review_key(key_of(line)) for line in block)
    for number, line in enumerate(block):
        if _is_withheld(line) or (known > 1 and _is_unclear(line)):
            return number
    return None


def _until_end(lines: Sequence[str]) -> Sequence[str]:
    """Return lines up to a blank one or one of `---`."""
    ends = (n for n, line in enumerate(lines) if not line.strip() or _MARK.fullmatch(line))
    return lines[: next(ends, len(lines))]


def _is_formed(line: str) -> bool:
    """Tell a line that could be one of YAML or TOML from one of prose."""
    return _is_pair(line) or line.lstrip().startswith("- ") or line[:1] == "#"


def _is_pair(line: str) -> bool:
    return bool(key_of(line)) or line[:1] in ("{", "}", " ") or _TOML_PAIR.match(line) is not None


def _is_withheld(line: str) -> bool:
    """Tell a line that says outright that it withholds, such as `- status: draft`."""
    said = _said_by(line)
    return said is not None and said.withholds and not said.unclear


def _is_unclear(line: str) -> bool:
    said = _said_by(line)
    return bool(said.unclear) if said else decides(line)


def _said_by(line: str) -> Said | None:
    """Return what one line says; None if it cannot be read by itself."""
    pair = _TOML_PAIR.sub(r"\1: ", line.strip().removeprefix("- "))
    if not decides(pair):
        return NOTHING_SAID
    try:
        mapping = read_mapping(with_plain_colons(pair.strip(",")))
    except (yaml.YAMLError, ValueError):
        return None
    said, rest = said_in(mapping)
    nested = (value for value in rest.values() if isinstance(value, dict))
    return next((inner for value in nested if (inner := said_in(value)[0]).withholds), said)


def _front_matter(block: str, mapping: dict[str, Any]) -> FrontMatter:
    said, rest = _said_in(mapping)
    lines = {key_of(line): number for number, line in enumerate(block.split("\n"), 2)}
    problems = tuple((lines.get(key, 1), reason) for key, reason in said.problems)
    return FrontMatter(said, tuple(flattened(rest)), problems)


def _line_by_line(block: str, reason: str) -> FrontMatter:
    said = NOTHING_SAID
    pairs: list[tuple[str, str]] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(with_plain_colons(block).split("\n"), 2):
        try:
            here, rest = _said_in(read_mapping(line))
        except (yaml.YAMLError, ValueError):
            if decides(line):
                said = held_back().over(said)
            continue
        problems += [(number, problem) for _, problem in here.problems]
        pairs += flattened(rest)
        # A status that stands twice is the stricter one.
        said = said.over(here) if said.fields.get("status") == "draft" else here.over(said)
    held = ", and so the file is held back as a draft" if said.unclear else ""
    mend = f"{reason}{held}; mend it (lines that can be read by themselves were used)"
    return FrontMatter(said, tuple(pairs), ((1, mend), *problems))
