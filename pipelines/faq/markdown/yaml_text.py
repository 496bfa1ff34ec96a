"""YAML read within bounds: scalars stay text (`1.10`, `yes` and dates as written), no aliases."""

from collections.abc import Iterator
from typing import Any

import yaml

_MAX_DEPTH = 8
# libyaml's parser; its events are turned into values here, which bounds what they unfold into.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_mapping(block: str) -> dict[str, Any]:
    """Return the mapping that `block` is: of text, lists and mappings; empty for an empty block.

    Raises `ValueError` and `yaml.YAMLError`, also for aliases and deep nesting, which let a few
    lines unfold into gigabytes, and for a key that stands twice.
    """
    events = yaml.parse(block, Loader=_LOADER)
    value: Any = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if value is not None:
                raise ValueError("more than one document")
            value = _value(next(events), events, 0)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise ValueError("not a mapping")  # noqa: TRY004 (the YAML is wrong, not the caller)
    return value


def flattened(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield pairs of text: nested keys joined by a dot, lists by `, `."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flattened(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        texts = []
        for inner in value:
            if isinstance(inner, dict | list):
                texts += [f"{name}={text}" if name else text for name, text in flattened(inner)]
            else:
                texts.append(str(inner))
        yield key, ", ".join(texts)
    else:
        yield key, str(value)


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError(f"nested deeper than {_MAX_DEPTH} levels")
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_value(event, events, depth + 1))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, depth)
    raise ValueError("aliases are not allowed")


def _mapping(events: Iterator[yaml.Event], depth: int) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, depth + 1)
        if not isinstance(key, str):
            raise ValueError("a key is no text")  # noqa: TRY004 (the YAML is wrong)
        if key in pairs:
            raise ValueError("a key stands twice")
        pairs[key] = _value(next(events), events, depth + 1)
    return pairs
