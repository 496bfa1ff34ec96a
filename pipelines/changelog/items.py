"""The items of a Markdown list: which is a change, and which only a label above nested ones."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipelines.changelog.categories import begins_with_verb, is_category
from pipelines.changelog.headings import plain
from pipelines.changelog.marks import category_mark
from pipelines.changelog.noise import is_noise

LISTS = ("bullet_list_open", "ordered_list_open")

# A label such as `Table` or `**Docs:**` over nested bullets; longer is a change with details.
_LABEL = re.compile(r"(?!updated dependencies)[^\n。，；,;:：!?！？#()（）]{1,40}", re.IGNORECASE)
_PICTURE = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_VERSION = re.compile(r"@v?\d")
# The end of a sentence, `… 16 and⏎21.`
_BARE_NUMBER = re.compile(r"\s*\d{1,9}[.)]\s*")
_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")


def end_of_block(tokens: Sequence[Token], start: int) -> int:
    """Return the position of the token that closes the block which opens at `start`."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


def items_of(tokens: Sequence[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Yield the items of one list, each with the tokens inside it."""
    position = 0
    while position < len(tokens):
        end = end_of_block(tokens, position)
        yield tokens[position], list(tokens[position + 1 : end])
        position = end + 1


def changes_in(
    lists: Sequence[Token], labels: tuple[str, ...] = ()
) -> Iterator[tuple[Token, tuple[str, ...]]]:
    """Yield each change of a list with the labels that it is nested under, outermost first."""
    items = list(items_of(lists))
    nested = [_label_and_lists(inner) for _, inner in items]
    are_labels = sum(one is not None for one in nested) * 2 > len(items)
    for (item, _), one in zip(items, nested, strict=True):
        if one is not None and (are_labels or _is_surely_label(*one)):
            label, lists_inside = one
            for inside in lists_inside:
                yield from changes_in(inside, (*labels, label.rstrip(":： ").strip("*_ ")))
        else:
            yield item, labels


def item_text(lines: Sequence[str], item: Token) -> str:
    """Return an item as its author wrote it, without marker and the indentation that it causes."""
    start, end = item.map or (0, 0)
    first = _spaced(lines[start])
    # Lists in quotes carry `>` marks, and `- - x` a second marker: take what comes after.
    marker = next(
        (m for m in _MARKER.finditer(first) if not first[: m.start()].strip("> \t-*+")), None
    )
    if marker is None:
        return "\n".join(lines[start:end]).strip()
    width = marker.end()
    rest = [_spaced(line) for line in lines[start + 1 : end]]
    dedented = [
        line.strip() if _BARE_NUMBER.fullmatch(line) else line[:width].lstrip() + line[width:]
        for line in rest
    ]
    return "\n".join([first[width:], *dedented]).strip()


def _spaced(line: str) -> str:
    """Return `line` with its indentation in spaces, and the rest as written."""
    rest = line.lstrip(" \t")
    return line[: len(line) - len(rest)].expandtabs(4) + rest


def _label_and_lists(inner: Sequence[Token]) -> tuple[str, list[list[Token]]] | None:
    """Return an item's label and the lists under it, or None when it is a change itself."""
    if len(inner) < 4 or inner[0].type != "paragraph_open":
        return None
    label = plain(inner[1].content).strip("_ ")
    name = label.strip("* ").rstrip(":： ")
    if not _LABEL.fullmatch(name) or len(name.split()) > 4 or _VERSION.search(name):
        return None
    if begins_with_verb(name) and not is_category(name):
        return None
    lists = []
    position = 3
    while position < len(inner):
        if inner[position].type not in LISTS:
            return None
        end = end_of_block(inner, position)
        lists.append(list(inner[position + 1 : end]))
        position = end + 1
    if all(is_noise(text) for inside in lists for text in _texts(inside)):
        # `Improved documentation.` above `Thanks, @bob!` is what was done.
        return None
    return label, lists


def _texts(inside: Sequence[Token]) -> Iterator[str]:
    """Yield the first words of each item of a list."""
    for _, inner in items_of(inside):
        yield inner[1].content if len(inner) > 1 else ""


def _is_surely_label(label: str, lists: Sequence[Sequence[Token]]) -> bool:
    """Tell a label among changes from a change with details: by its colon, or what is below it."""
    if label.endswith((":", "：")) or is_category(label):
        return True
    texts = [text for one in lists for text in _texts(one) if text]
    return bool(texts) and all(
        begins_with_verb(text) or category_mark(text) or _PICTURE.match(text) for text in texts
    )
