"""Releases that were withdrawn after they came out: `## [2.4.0] - 2026-05-04 [YANKED]`."""

import re
from collections.abc import Iterator

from pipelines.changelog.categories import WITHDRAWN
from pipelines.changelog.comparison import Difference
from pipelines.changelog.headings import version_key
from pipelines.changelog.published import Group, Line, Published

# In brackets, alone or behind the day, or behind a dash at the end: `2.4.0 撤回消息` is a feature.
_MARK = re.compile(
    rf"[\[(（【](?:[^\[\]()（）【】]{{0,40}}[,，;；]|[\d./-]+\s)?\s*({WITHDRAWN})\s*[\])）】]"
    rf"|\s[-–—]+\s*({WITHDRAWN})\s*$",
    re.IGNORECASE,
)


def withdrawals(before: Published, now: Published) -> Iterator[Difference]:
    """Yield the heading of each release that is withdrawn now and was not before, as a line.

    One whose heading stands without the mark again is in force: what said otherwise is removed.
    The form is that of Keep a Changelog, and its Chinese words for it.
    """
    (headings, marked), (_, were) = _headings(now), _headings(before)
    yield from (("added", line, None) for group, line in marked.items() if group not in were)
    for group, line in were.items():
        if group in headings and group not in marked:
            yield "removed", line, None


def _headings(state: Published) -> tuple[set[Group], dict[Group, Line]]:
    """Return the releases that a state names, and those of them that it says were withdrawn."""
    named: set[Group] = set()
    marked: dict[Group, Line] = {}
    has_packages = len({one.package for one in state.sections if one.version}) > 1
    sections = zip(state.sections, state.versions, state.waits, strict=True)
    for section, version, waits in sections:
        if not version or waits:
            continue
        package = section.package if has_packages else ""
        group: Group = ("version", version_key(version), package)
        named.add(group)
        if mark := _MARK.search(section.heading):
            marked[group] = Line(
                group=group,
                version=version,
                released=section.released,
                package=package,
                category=f"[{mark[1] or mark[2]}]",
                component="",
                text=section.heading,
                line=section.line,
                last=section.line,
                under=section.line,
            )
    return named, marked
