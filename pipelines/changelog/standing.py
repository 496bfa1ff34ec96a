"""What stands word for word in two states of a changelog, whatever is made of it at either."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from rapidfuzz.distance import Indel

from pipelines.changelog.comparison import Difference
from pipelines.changelog.published import Line, Published
from pipelines.text import clean

# Both states as rows of bits: 50 MB. What differs more is another file, and only compared by lines
# that begin and end it alike.
_MAX_CELLS = 400_000_000


class Standing:
    """The lines that stand in both of two states, in one order; numbered as in the files."""

    def __init__(self, before: Published, now: Published) -> None:
        self.before = before
        self.now = now
        self.own = {id(line) for line in before.lines}
        old, new = _words(before.text), _words(now.text)
        self.old_of = {
            new[place + step][0]: old[at + step][0]
            for at, place, size in _alike([text for _, text in old], [text for _, text in new])
            for step in range(size)
        }
        waiting = [span for span, waits in zip(_spans(before), before.waits, strict=True) if waits]
        hidden = {at for first, last in waiting for at in range(first, last + 1)}
        # What was not published then is news now, though it stood there.
        self.old_of = {at: other for at, other in self.old_of.items() if other not in hidden}
        self.lost = _counted({at for at, _ in old} - set(self.old_of.values()), before.text)
        self.fresh = _counted({at for at, _ in new} - self.old_of.keys(), now.text)

    def is_fresh(self, number: int) -> bool:
        """Tell whether a line of the later state is new, wherever it stands."""
        return _in(self.fresh, number, number) > 0

    def changed_lines(self) -> tuple[list[Line], list[Line]]:
        """Return the lines of both states outside of sections that stand in both unchanged.

        A file may be read in another way when a heading is added; text that did not change brings
        no change.
        """
        stayed = sorted(self.old_of.values())
        same_now: set[int] = set()
        same_old: set[int] = set()
        for first, last in _spans(self.now):
            stood = [self.old_of[at] for at in range(first, last + 1) if at in self.old_of]
            if first in self.old_of and not _in(self.fresh, first, last):
                # What went from the end of a section stood up to the next line that stayed.
                after = bisect_right(stayed, stood[-1])
                start, end = (
                    stood[0],
                    stayed[after] - 1 if after < len(stayed) else len(self.lost) - 1,
                )
                if not _in(self.lost, start, end):
                    same_now.update(range(first, last + 1))
                    same_old.update(range(start, end + 1))
        old = [line for line in self.before.lines if line.line not in same_old]
        new = [line for line in self.now.lines if line.line not in same_now]
        # A release with two sections may say in the new one what the other says.
        groups = {line.group for line in (*old, *new)}
        return (
            [line for line in self.before.lines if line.group in groups],
            [line for line in self.now.lines if line.group in groups],
        )

    def told(self, found: Iterable[Difference]) -> Iterator[Difference]:
        """Yield the differences but those of text that stands in both states under its heading."""
        for kind, line, old in found:
            if kind == "removed":
                is_new = not self._stood(line)
            elif kind == "changed" and old is not None:
                same = line.wording == old.wording
                is_new = same or not (self._stands(line) and self._stood(old))
            else:
                is_new = not self._stands(line)
            if is_new:
                yield kind, line, old

    def _stands(self, line: Line) -> bool:
        first = line.line + (line.is_whole and bool(line.heading))
        under = line.is_whole or line.under in self.old_of
        return under and not _in(self.fresh, first, line.last)

    def _stood(self, line: Line) -> bool:
        first = line.line + (line.is_whole and bool(line.heading))
        under = line.is_whole or not _in(self.lost, line.under, line.under)
        # A line of another branch's changelog did not stand here.
        return id(line) in self.own and under and not _in(self.lost, first, line.last)


def _words(text: str) -> list[tuple[int, str]]:
    """Return the lines that say something, with their numbers."""
    lines = enumerate(clean(text).split("\n"), start=1)
    return [(number, words) for number, line in lines if (words := line.rstrip())]


def _alike(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where runs of equal lines begin in both, and how long they are."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    yield 0, 0, head
    yield len(old) - tail, len(new) - tail, tail
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) * len(new) <= _MAX_CELLS:
        for block in Indel.opcodes(old, new).as_matching_blocks():
            yield head + block.a, head + block.b, block.size


def _spans(state: Published) -> list[tuple[int, int]]:
    """Return the first and last line of each section."""
    starts = [section.line for section in state.sections]
    ends = [start - 1 for start in starts[1:]]
    return list(zip(starts, [*ends, clean(state.text).count("\n") + 1], strict=True))


def _counted(marked: set[int], text: str) -> list[int]:
    """Return how many of the lines up to each one are marked; line 0 is before the first."""
    return list(accumulate(at in marked for at in range(clean(text).count("\n") + 2)))


def _in(counts: Sequence[int], first: int, last: int) -> int:
    return counts[last] - counts[first - 1]
