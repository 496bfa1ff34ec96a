"""Titles and items that word processors number, `1`, `1.1`, `1.1.1`, as Markdown."""

import re
from collections.abc import Sequence

from pipelines.changelog.headings import named
from pipelines.changelog.lines import Line

_NUMBERED = re.compile(r"\s{0,4}(\d{1,3}(?:\.\d{1,3}){0,3})[.、]?[ \t\u3000]+(\D.*|[Vv]?\d.*)")


def with_titles_for_numbers(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with headings and items for numbers, where a first-level one is a release.

    A number that others go on from, as 1.1 does in 1.1.1, is a heading; the last ones are items.
    """
    found = {
        place: told for place, line in enumerate(lines) if (told := _NUMBERED.match(line.text))
    }
    numbers = [told[1].split(".") for told in found.values()]
    parents = {tuple(number[:-1]) for number in numbers if len(number) > 1}
    releases = {told[1] for told in found.values() if "." not in told[1] and _is_release(told[2])}
    if not any((number,) in parents for number in releases):
        return list(lines)
    out = []
    for place, line in enumerate(lines):
        told = found.get(place)
        number = tuple(told[1].split(".")) if told else ()
        if told is None or number[0] not in releases:
            out.append(line)
        elif len(number) == 1 or number in parents:
            out += [line.rewritten(""), line.rewritten(f"{'#' * len(number)} {told[2]}")]
        else:
            out.append(line.rewritten(f"- {told[2]}"))
    return out


def _is_release(title: str) -> bool:
    found = named(title)
    return found is not None and not found.is_weak
