"""The active branch: a chat agent keeps a session as a tree, and one path of it was said."""

from collections.abc import Mapping
from typing import Any


class Branch:
    """The events of one session in the order of their storage, each of which names its parent.

    By the rules of Clawdbot 2026.1 and OpenClaw 2026.9: the last event is the leaf, unless it
    stands aside, or an event of type `leaf` says which one is.
    """

    def __init__(self) -> None:
        self._parent: dict[str | int, str | int | None] = {}
        self._place: dict[str | int, int] = {}
        self._leaf: str | int | None = None
        # Where the next event is appended: after one that stands aside, that is not the leaf.
        self._tail: object = None

    def add(self, event: Mapping[str, Any], place: int) -> None:
        """Take the next event; `place` is a number of its own."""
        if event.get("type") == "session":
            return
        if event.get("type") == "leaf":
            self._turn_to(event)
            return
        name = event.get("id")
        key = name if isinstance(name, str) and name not in self._place else place
        self._parent[key] = self._parent_of(key, event)
        self._place[key] = place
        self._tail = key
        if event.get("appendMode") != "side":
            self._leaf = key

    def places(self) -> set[int]:
        """Return the places of the events on the active branch."""
        found = set()
        passed = set()
        at = self._leaf
        while at is not None and at not in passed:
            passed.add(at)
            if at in self._place:
                found.add(self._place[at])
            at = self._parent.get(at)
        return found

    def _turn_to(self, event: Mapping[str, Any]) -> None:
        target = event.get("targetId", "")
        if target is not None and not (isinstance(target, str) and target in self._parent):
            return
        name = event.get("id")
        if isinstance(name, str):
            self._parent[name] = target
        self._leaf = target
        self._tail = event.get("appendParentId", target)

    def _parent_of(self, key: str | int, event: Mapping[str, Any]) -> str | int | None:
        parent = event.get("parentId", self._tail)
        if parent in (self._tail, key):
            return self._leaf
        if parent is None:  # a new branch from the very beginning
            return None
        if not isinstance(parent, str):
            return self._leaf
        # A parent that could not be read stood behind the leaf when its first child was stored.
        self._parent.setdefault(parent, self._leaf)
        return parent
