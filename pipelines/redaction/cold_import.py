"""Presidio imported without what it only looks for: torch and transformers."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType

_OPTIONAL = frozenset({"torch", "transformers"})


class _Refuse(MetaPathFinder):
    """Says of the optional packages that they are not installed, to one thread only."""

    def __init__(self, thread: int) -> None:
        self._thread = thread

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Raise `ModuleNotFoundError` for an optional package; find nothing, otherwise."""
        if fullname in _OPTIONAL and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


@contextmanager
def without_torch() -> Iterator[None]:
    """Import packages as if torch and transformers were not installed; what is loaded stays.

    `presidio_analyzer` imports spaCy, whose thinc tries torch, and tries transformers for engines
    that Sanku does not use: 3 s and 300 MB more. Both are optional there, behind `ImportError`,
    and neither package has a switch. Afterwards `import torch` works as ever, and so does spaCy;
    only thinc's PyTorch layers and Presidio's transformers recognizers stay off in this process.
    Imports of other threads are not affected.
    """
    refuse = _Refuse(threading.get_ident())
    sys.meta_path.insert(0, refuse)
    try:
        yield
    finally:
        sys.meta_path.remove(refuse)
