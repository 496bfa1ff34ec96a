"""The end of a process before a chosen step, for tests that look at what it leaves behind."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager


class Crashed(BaseException):
    """Stands for the end of the process; nothing may catch it."""


CHANGES = frozenset(
    {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
)
_on_change: list[Callable[[str], None]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    is_change = event in CHANGES and (event != "open" or set(str(arguments[1])) & set("wax+"))
    if _on_change and is_change:
        _on_change[0](event)


sys.addaudithook(_watch)


@contextmanager
def crashing_at(
    step: int, *, cleaning_up: bool = True, at: Collection[str] = CHANGES
) -> Iterator[list[int]]:
    """Raise `Crashed` before the `step`-th change, of those in `at`, that Python makes to files.

    What the code does on its way out (`finally`) still happens, unless it is not `cleaning_up`:
    then nothing changes any more, as where the process was killed.
    """
    count = [0]

    def count_down(event: str) -> None:
        count[0] += event in at
        if count[0] == step and cleaning_up:
            _on_change.clear()
        if count[0] >= step:
            raise Crashed

    _on_change[:] = [count_down]
    try:
        yield count
    finally:
        _on_change.clear()
