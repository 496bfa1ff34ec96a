"""Tables cut by rows, each passage with the header again: pipe tables, and simple HTML ones."""

import re
from collections.abc import Iterator, Sequence

from pipelines.passages.sentences import sentences
from pipelines.passages.unit import Frame, Unit

_PIPE = re.compile(r"(?<!\\)\|")
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_ROWSPAN = re.compile(r"\browspan\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_HEAD_END = re.compile(r"</thead\s*>", re.IGNORECASE)
_HEAD_CELL = re.compile(r"<th\b", re.IGNORECASE)


def pipe_table(lines: Sequence[str], limit: int) -> list[Unit] | None:
    """Cut a pipe table; None where its header is too long to be repeated."""
    header = "\n".join(lines[:2])
    if len(header) > limit // 2:
        return None
    frames = (Frame(opening=header + "\n"),)
    columns = len(_PIPE.findall(lines[0])) + 1
    room = max(limit // 4, limit - len(header) - 2 * columns)
    return [
        Unit(text, "\n", frames)
        for row in lines[2:]
        for text in ([row] if len(row) <= room else _row_parts(row.strip(), room))
    ]


def _row_parts(row: str, room: int) -> Iterator[str]:
    """Cut a long row into rows; what goes on stands in the column that it began in."""
    part = ""
    edge = int(row.startswith("|"))
    seen = 0
    for gap, text in sentences(row, room):
        if part and len(part) + len(gap) + len(text) > room:
            yield part
            part = "| " * (seen - edge + 1)
            gap = ""
        part += gap + text
        seen += len(_PIPE.findall(text))
    yield part


def html_table(markdown: str, limit: int) -> list[Unit] | None:
    """Cut a table that is one block of HTML, with rows and nothing inside them as long as `limit`.

    None where it is not as simple as that. Rows that a `rowspan` joins stay together.
    """
    text = markdown.strip()
    lower = text.lower()
    if not lower.startswith("<table") or not lower.endswith("</table>"):
        return None
    rows = [match.start() for match in _ROW.finditer(text)]
    end = lower.rfind("</tr>") + len("</tr>")
    if lower.count("<table") > 1 or len(rows) < 2 or end < rows[-1]:
        return None
    head = _HEAD_END.search(text)
    first = text[rows[0] : rows[1]]
    body = [at for at in rows if at > head.start()] if head else rows
    if not head and _HEAD_CELL.search(first) and not _ROWSPAN.search(first):
        body = rows[1:]
    if not body:
        return None
    frame = Frame(opening=text[: body[0]].rstrip() + "\n", closing="\n" + text[end:].lstrip())
    units = [Unit(row, "\n", (frame,)) for row in _tied(text, [*body, end])]
    longest = max(len(unit.text) for unit in units) + len(frame.opening) + len(frame.closing)
    return units if longest <= limit else None


def _tied(text: str, bounds: Sequence[int]) -> Iterator[str]:
    """Yield the rows between `bounds`, those that one cell reaches across as one."""
    begin = reach = 0
    for row in range(len(bounds) - 1):
        reach = max(reach, row)
        for span in _ROWSPAN.findall(text, bounds[row], bounds[row + 1]):
            reach = max(reach, row + int(span) - 1)
        if reach <= row or row == len(bounds) - 2:
            yield text[bounds[begin] : bounds[row + 1]].strip()
            begin = row + 1
