"""Two states of a changelog compared: which lines came, went, or were edited."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from rapidfuzz.distance import Indel

from pipelines.changelog.headings import version_key
from pipelines.changelog.published import Group, Key, Line
from pipelines.records import ChangeKind

# Two wordings this much alike, in one section and category, are one bullet that was edited.
SIMILAR = 0.65
# A section rewritten as a whole would cost a comparison for each pair of its bullets.
_MAX_PAIRS = 40_000
_MAX_ALIGNED = 1_000

Measure = Callable[[Line, Line], float]
Difference = tuple[ChangeKind, Line, Line | None]
"""What happened, the line now (before, if removed), and the line it replaced."""


def differences(
    before: Sequence[Line], now: Sequence[Line], *, own: Key, borrowed: Collection[Group]
) -> Iterator[Difference]:
    """Yield each difference between two states; `own` is the version of the later one.

    Groups `borrowed` from another branch's changelog lose nothing here: a main branch often says
    of a maintenance release no more than where its changelog is. A section that vanished whole was
    moved or belongs to another branch, and nothing of it counts as removed.
    """
    old_groups, new_groups = _grouped(before), _grouped(now)
    _name_released(old_groups, new_groups)
    _follow_headings(old_groups, new_groups)
    words = {line.wording for line in now}
    # Sections that were kept whole, and whose heading a later release mended.
    mended = [line for line in before if line.is_whole and line.group not in new_groups]
    found: list[Difference] = []
    for group, lines in new_groups.items():
        is_old = group[0] == "version" and group[1] != own
        for kind, line, old in _in_group(old_groups.get(group, []), lines, align=is_old):
            # What left `[Unreleased]` for a named section was released, not removed.
            released = group[0] == "open" and line.wording in words
            if kind != "removed" or not (released or group in borrowed):
                whole = next((one for one in mended if line.parts <= one.parts), None)
                is_mend = kind == "added" and whole is not None
                found.append(("changed", line, whole) if is_mend else (kind, line, old))
    yield from _joined_moves(found, own)


def _grouped(lines: Iterable[Line]) -> dict[Group, list[Line]]:
    groups: dict[Group, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return groups


def _name_released(
    old_groups: dict[Group, list[Line]], new_groups: dict[Group, list[Line]]
) -> None:
    """Let what stood open at the release before count where its version is named now.

    A changelog whose headings are written after the tag says at 1.1 what 1.0 was.
    """
    still_open: list[Line] = []
    for line in old_groups.pop(("open", "", ""), []):
        named: Group = ("version", version_key(line.version), "")
        if named not in new_groups:
            still_open.append(line)
        elif line not in old_groups.get(named, []):
            old_groups.setdefault(named, []).append(line)
    if still_open:
        old_groups["open", "", ""] = still_open


def _follow_headings(
    old_groups: dict[Group, list[Line]], new_groups: dict[Group, list[Line]]
) -> None:
    """Let a section stay itself when its heading is worded anew, or names a version or package."""
    for kind, key, package in [one for one in new_groups if one[2] and one not in old_groups]:
        if unnamed := old_groups.get((kind, key, "")):
            old_groups[kind, key, package] = unnamed
    vanished = [one for one in old_groups if one[0] == "heading" and one not in new_groups]
    appeared = [one for one in new_groups if one not in old_groups]
    for old in vanished:
        words = {line.wording for line in old_groups[old]}
        for new in appeared:
            shared = words & {line.wording for line in new_groups[new]}
            if len(shared) * 2 > len(words):
                old_groups.setdefault(new, []).extend(old_groups[old])
                break


def _in_group(olds: Sequence[Line], lines: Sequence[Line], *, align: bool) -> Iterator[Difference]:
    places_before = {line.place for line in olds}
    places_now = {line.place for line in lines}
    gone = [line for line in olds if line.place not in places_now]
    come = [line for line in lines if line.place not in places_before]
    edits: dict[int, Line] = {}
    _pair(edits, gone, come, _sameness)
    if align:
        for old_part, new_part in _gaps(olds, lines):
            rest, new = _unpaired(edits, old_part, new_part)
            if len(rest) == len(new):
                _pair(edits, rest, new, _likeness)
                edits.update(
                    (id(line), old) for old, line in zip(*_unpaired(edits, rest, new), strict=True)
                )
    _pair(edits, gone, come, _likeness if align else _likeness_in_category)
    if align and come:
        _split(edits, gone, come)
        laid_out = frozenset().union(*(line.parts for line in olds))
        # A label that became a bullet, or code that left its bullet, is not new.
        come = [line for line in come if id(line) in edits or not line.parts <= laid_out]
    replaced = {id(old) for old in edits.values()}
    for line in come:
        old = edits.get(id(line))
        yield ("changed" if old else "added"), line, old
    for line in gone:
        if id(line) not in replaced:
            yield "removed", line, None


def _unpaired(
    edits: Mapping[int, Line], gone: Sequence[Line], come: Sequence[Line]
) -> tuple[list[Line], list[Line]]:
    """Return the old and the new lines that `edits` (new line, by identity -> old) lacks."""
    replaced = {id(old) for old in edits.values()}
    return (
        [old for old in gone if id(old) not in replaced],
        [line for line in come if id(line) not in edits],
    )


def _pair(
    edits: dict[int, Line], gone: Sequence[Line], come: Sequence[Line], alike: Measure
) -> None:
    """Add to `edits` the pairs of lines that are alike, the best first."""
    rest, new = _unpaired(edits, gone, come)
    if len(rest) * len(new) > _MAX_PAIRS:
        return
    pairs = [
        (ratio, n, o)
        for n, line in enumerate(new)
        for o, old in enumerate(rest)
        if (ratio := alike(old, line)) >= SIMILAR
    ]
    taken: set[int] = set()
    for _, n, o in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if id(new[n]) not in edits and o not in taken:
            edits[id(new[n])] = rest[o]
            taken.add(o)


def _split(edits: dict[int, Line], gone: Sequence[Line], come: Sequence[Line]) -> None:
    """Add to `edits` the lines that an old one became beside another one."""
    _, new = _unpaired(edits, gone, come)
    if len(gone) * len(new) > _MAX_PAIRS:
        return
    for line in new:
        best = max(gone, key=lambda old: _likeness(old, line), default=None)
        if best is not None and _likeness(best, line) >= SIMILAR:
            edits[id(line)] = best


def _sameness(old: Line, line: Line) -> float:
    return float(old.wording == line.wording)


def _likeness_in_category(old: Line, line: Line) -> float:
    return _likeness(old, line) if old.place[0] == line.place[0] else 0.0


def _likeness(old: Line, line: Line) -> float:
    """Return how much alike two texts are, from 0 to 1; 0 where it is below `SIMILAR`."""
    return Indel.normalized_similarity(old.likeness, line.likeness, score_cutoff=SIMILAR)


def _gaps(
    olds: Sequence[Line], lines: Sequence[Line]
) -> Iterator[tuple[Sequence[Line], Sequence[Line]]]:
    """Yield the lines before and now between those of a released section that stayed.

    Nothing is added to what was released long ago: as many new lines as old ones there are those,
    worded anew.
    """
    if max(len(olds), len(lines)) <= _MAX_ALIGNED:
        places = [line.place for line in olds], [line.place for line in lines]
        matcher = SequenceMatcher(a=places[0], b=places[1], autojunk=False)
        for kind, a1, a2, b1, b2 in matcher.get_opcodes():
            if kind == "replace":
                yield olds[a1:a2], lines[b1:b2]


def _joined_moves(found: Sequence[Difference], own: Key) -> Iterator[Difference]:
    """Yield the differences, with a line that moved between old sections as one change."""
    gone: dict[str, list[Line]] = {}
    for kind, line, _ in found:
        if kind == "removed":
            gone.setdefault(line.wording, []).append(line)
    moved: set[int] = set()
    joined: list[Difference] = []
    for kind, line, old in found:
        sources = gone.get(line.wording) if kind == "added" and line.group[1] != own else None
        if sources:
            source = sources.pop()
            moved.add(id(source))
            joined.append(("changed", line, source))
        else:
            joined.append((kind, line, old))
    yield from (one for one in joined if id(one[1]) not in moved)
