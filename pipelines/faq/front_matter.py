"""Front matter: the YAML block on top of a file, flattened to pairs of text."""

from collections.abc import Iterator
from typing import Any

import yaml

MAX_FRONT_MATTER = 16_000
_MAX_DEPTH = 8

Pairs = tuple[tuple[str, str], ...]


class _Loader(yaml.BaseLoader):
    """YAML whose scalars stay text (`1.10`, `yes` and dates as written), without aliases.

    Aliases and deep nesting let a few lines unfold into gigabytes.
    """

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        if self.depth >= _MAX_DEPTH:
            raise yaml.YAMLError(f"nested deeper than {_MAX_DEPTH} levels")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read_front_matter(block: str) -> tuple[Pairs, str]:
    """Return the pairs of a front matter block and what is wrong with it, or an empty string.

    Nested keys are joined by a dot, lists by `, `. When the block as a whole is no valid YAML,
    its single lines are read instead: a forgotten bracket must not publish a `status: draft`.
    """
    if len(block) > MAX_FRONT_MATTER:
        return (), f"the front matter is over {MAX_FRONT_MATTER:,} characters; shorten it"
    try:
        return _pairs(block), ""
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 2}" if mark else ""
        problem = (
            f"the front matter is not valid YAML{where}; mend it "
            "(lines that can be read by themselves were used)"
        )
    pairs: list[tuple[str, str]] = []
    for line in block.split("\n"):
        try:
            pairs += _pairs(line)
        except (yaml.YAMLError, ValueError):
            continue
    return tuple(pairs), problem


def _pairs(block: str) -> Pairs:
    loader = _Loader(block)
    try:
        value = loader.get_single_data()
    finally:
        loader.dispose()
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise ValueError("not a mapping")  # noqa: TRY004 (the YAML is wrong, not the caller)
    return tuple(_flatten(value, ""))


def _flatten(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flatten(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        texts = []
        for inner in value:
            if isinstance(inner, dict | list):
                texts += [f"{name}={text}" if name else text for name, text in _flatten(inner, "")]
            else:
                texts.append(str(inner))
        yield key, ", ".join(texts)
    else:
        yield key, str(value)
