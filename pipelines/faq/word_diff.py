"""The difference of two texts word by word, Chinese and English, for people who review it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from pipelines.text import clean

if TYPE_CHECKING:
    from rich.text import Text

Kind = Literal["same", "removed", "added"]

# Characters of both texts that are cut into words: 0.2 s.
MAX_CHARACTERS = 400_000
# rapidfuzz keeps a bit for every pair of words: 50 MB, filled in 0.1 s.
MAX_PAIRS = 400_000_000
# What two changes may have between them and still be read as one; see `_weight`.
MAX_ISLAND = 4
CONTEXT = 40

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PART = rf"[^\W{_HAN}](?:[^\W{_HAN}]|[\u0300-\u036f])*"
_WORD = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    # `ERR-4013`, `v2.4.0`, `config.yaml`, `don't`, `1,000`: a mark at the end is none of it.
    rf"|{_PART}(?:(?:[.\-'’]|(?<=\d),(?=\d{{3}}(?!\d))){_PART})*"
    # Spaces; any other character by itself, with the marks that make it another one (emoji).
    r"|[^\S\n]+|(?s:.)[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCE_ENDS = frozenset("。！？；.!?;")
# A line end, and the border of a table cell.
_BORDERS = frozenset("\n|")
# `[-`, `-]`, `{+` and `+}` that the texts hold themselves.
_MARKS = re.compile(r"(?<=\[)-|-(?=\])|(?<=\{)\+|\+(?=\})")
_REST_OF_WORD = re.compile("(?<=[A-Za-z0-9])[A-Za-z0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both texts have, or only the one before, or only the one after."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class _Change:
    """The words `before[start:stop]` became `after[new_start:new_stop]`."""

    start: int
    stop: int
    new_start: int
    new_stop: int

    @property
    def adds(self) -> bool:
        return self.new_start < self.new_stop

    @property
    def removes(self) -> bool:
        return self.start < self.stop

    def moved(self, by: int) -> "_Change":
        """Return the change so many words further on."""
        return _Change(self.start + by, self.stop + by, self.new_start + by, self.new_stop + by)


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return how `after` differs from `before`, in order; no piece is empty.

    All pieces but those `added` make `before`, all but those `removed` make `after`. Texts with
    more words than can be matched in bounded time are compared by line; those with too many lines,
    as a whole.
    """
    old, new = _words(before, after)
    found = _changes(old, new)
    if found is None:
        old, new = _LINE.findall(before), _LINE.findall(after)
        found = _changes(old, new)
    if found is None:
        old, new = [before], [after]
        found = [_Change(0, 1, 0, 1)]
    settled = _settled(_at_line_starts(found, old, new), old, new)
    return tuple(_pieces(old, new, _joined(settled, old, new)))


def shown(pieces: Sequence[Piece], context: int = CONTEXT) -> str:
    """Return pieces as `git diff --word-diff` writes them: `[-old-]{+new+}`.

    Line ends stay. Of an unchanged stretch about `context` characters stay beside each change,
    with `…` for the rest; the text is empty where nothing changed. A mark of this notation that
    stands in the texts themselves gets a backslash: `[\\-`. Terminal controls are left out.
    """
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(
        _MARKS.sub(r"\\\g<0>", piece.text).join(marks[piece.kind])
        for piece in _shortened(pieces, context)
    )


def coloured(pieces: Sequence[Piece], context: int = CONTEXT) -> "Text":
    """Return pieces for a terminal: removed red and struck through, added green.

    Shortened and made safe like `shown`; markup that the texts hold is never interpreted.
    """
    from rich.text import Text  # as in the rest of the package, only where it is drawn

    styles = {"same": "", "removed": "red strike", "added": "green"}
    text = Text()
    for piece in _shortened(pieces, context):
        text.append(piece.text, styles[piece.kind])
    return text


def _words(*texts: str) -> list[list[str]]:
    """Cut texts into words, marks and spaces; into lines where there is too much to be cut."""
    if sum(map(len, texts)) > MAX_CHARACTERS:
        return [_LINE.findall(text) for text in texts]
    import rjieba  # 0.2 s: `sanku --help` does without

    found: list[list[str]] = []
    for text in texts:
        words: list[str] = []
        for match in _WORD.finditer(text):
            words += rjieba.cut(match.group()) if match["han"] else [match.group()]
        found.append(words)
    return found


def _changes(old: list[str], new: list[str]) -> list[_Change] | None:
    """Return where the words differ, with at least one the same in between; None: too many."""
    head = _common(old, new)
    old, new = old[head:], new[head:]
    tail = _common(old[::-1], new[::-1])
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    if len(old) * len(new) > MAX_PAIRS:
        return None
    found: list[_Change] = []
    at = new_at = 0
    for block in Indel.opcodes(old, new).as_matching_blocks():
        if block.a > at or block.b > new_at:
            found.append(_Change(at, block.a, new_at, block.b).moved(head))
        at, new_at = block.a + block.size, block.b + block.size
    return found


def _common(old: list[str], new: list[str]) -> int:
    """Return with how many same words both begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _at_line_starts(changes: list[_Change], old: list[str], new: list[str]) -> list[_Change]:
    """Part whole lines that come or go from a change in the line before them.

    Where `99 元` became `129 元` and a row for `199 元` was added below, a matcher may well find
    that `99` became `129 元`, a new row, and `199`.
    """
    parted: list[_Change] = []
    for index, change in enumerate(changes):
        last = changes[index + 1].start if index + 1 < len(changes) else len(old)
        rest = old[change.stop : last]
        rest = rest[: rest.index("\n") + 1] if "\n" in rest else []
        more = "\n" in new[change.new_start : change.new_stop]
        if not rest or more == ("\n" in old[change.start : change.stop]):
            parted.append(change)
            continue
        words, begin = (new, change.new_start) if more else (old, change.start)
        line_end = words.index("\n", begin) + 1
        at = line_end - len(rest)
        if at < begin or words[at:line_end] != rest:
            parted.append(change)
            continue
        stop, new_stop = change.stop + len(rest), change.new_stop + len(rest)
        if more:
            parted.append(_Change(change.start, change.stop, change.new_start, at))
            parted.append(_Change(stop, stop, line_end, new_stop))
        else:
            parted.append(_Change(change.start, at, change.new_start, change.new_stop))
            parted.append(_Change(line_end, stop, new_stop, new_stop))
    return parted


def _settled(changes: list[_Change], old: list[str], new: list[str]) -> list[_Change]:
    """Move what was only added or only removed to where it reads best between its neighbours.

    Where `甲，丙` became `甲，乙，丙`, a matcher may well find `，乙` added instead of `乙，`.
    """
    settled: list[_Change] = []
    stop = new_stop = 0
    for index, change in enumerate(changes):
        if change.adds != change.removes:
            left = min(change.start - stop, change.new_start - new_stop)
            last = changes[index + 1].start if index + 1 < len(changes) else len(old)
            words, begin, end = (
                (new, change.new_start, change.new_stop)
                if change.adds
                else (old, change.start, change.stop)
            )
            change = change.moved(_best_move(words, begin, end, left, last - change.stop))
        stop, new_stop = change.stop, change.new_stop
        settled.append(change)
    return settled


def _best_move(words: list[str], begin: int, end: int, left: int, right: int) -> int:
    """Return how far to move `words[begin:end]`, at most so many words to the left and right."""
    lowest = 0
    while lowest < left and words[begin - lowest - 1] == words[end - lowest - 1]:
        lowest += 1
    highest = 0
    while highest < right and words[begin + highest] == words[end + highest]:
        highest += 1
    return max(
        range(-lowest, highest + 1),
        key=lambda move: _break(words, begin + move) + _break(words, end + move),
    )


def _break(words: list[str], at: int) -> int:
    """Return how much of a break there is before the word `at`."""
    if at in (0, len(words)) or words[at - 1].endswith("\n"):
        return 4 if words[max(0, at - 2) : at] == ["\n", "\n"] else 3
    last = words[at - 1][-1]
    return 2 if last in _SENTENCE_ENDS else 0 if last.isalnum() else 1


def _joined(changes: list[_Change], old: list[str], new: list[str]) -> list[_Change]:
    """Make one change of neighbours with too little between them to be read by itself.

    As in the semantic clean-up of diff-match-patch that is what weighs less than either change,
    and here a single character too; but at most `MAX_ISLAND`, never a line end or a table's
    border, and never what stands between two additions or two removals.
    """
    weights = tuple(accumulate(map(_weight, old), initial=0))
    new_weights = tuple(accumulate(map(_weight, new), initial=0))
    borders = tuple(accumulate((not _BORDERS.isdisjoint(word) for word in old), initial=0))

    def weight(change: _Change) -> int:
        removed = weights[change.stop] - weights[change.start]
        return max(removed, new_weights[change.new_stop] - new_weights[change.new_start])

    def are_one(first: _Change, second: _Change) -> bool:
        if first.stop == second.start:
            return True
        adding = not (first.removes or second.removes)
        removing = not (first.adds or second.adds)
        if adding or removing or borders[first.stop] != borders[second.start]:
            return False
        island = weights[second.start] - weights[first.stop]
        return island <= max(1, min(MAX_ISLAND, weight(first) - 1, weight(second) - 1))

    joined: list[_Change] = []
    for change in changes:
        while joined and are_one(joined[-1], change):
            first = joined.pop()
            change = _Change(first.start, change.stop, first.new_start, change.new_stop)
        joined.append(change)
    return joined


def _weight(word: str) -> int:
    """Return what a word weighs for a reader: a Chinese character 1, another word 2, a mark 0."""
    if not word[0].isalnum():
        return 0
    return 2 if word[0] < "\u3400" else len(word)


def _pieces(old: list[str], new: list[str], changes: list[_Change]) -> Iterator[Piece]:
    at = 0
    for change in [*changes, _Change(len(old), len(old), len(new), len(new))]:
        parts: tuple[tuple[Kind, list[str]], ...] = (
            ("same", old[at : change.start]),
            ("removed", old[change.start : change.stop]),
            ("added", new[change.new_start : change.new_stop]),
        )
        yield from (Piece(kind, "".join(words)) for kind, words in parts if any(words))
        at = change.stop


def _shortened(pieces: Sequence[Piece], context: int) -> Iterator[Piece]:
    """Yield pieces as people see them: safe, and of what is the same only what is near a change."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        text = clean(piece.text)
        if piece.kind != "same":
            # What cannot be seen is named where it is news.
            unseen = (character for character in set(piece.text) if not clean(character))
            named = {ord(character): f"<U+{ord(character):04X}>" for character in unseen}
            yield Piece(piece.kind, clean(piece.text.translate(named)))
        elif last > 0:
            head = text[: _cut(text, context)] if index > 0 else ""
            tail = text[len(text) - _cut(text[::-1], context) :] if index < last else ""
            left_out = text[len(head) : len(text) - len(tail)]
            gap = "…\n…" if head and tail and "\n" in left_out else "…"
            yield Piece("same", f"{head}{gap}{tail}" if len(left_out) > 1 else text)


def _cut(text: str, context: int) -> int:
    """Return where to cut a text after `context` characters, or at the end of the word there."""
    rest = _REST_OF_WORD.match(text, context)
    return rest.end() if rest else min(context, len(text))
