"""What something costs, so that a limit in seconds means the same on a busy machine."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

from markdown_it import MarkdownIt

_TEXT = "## 如何登录？\n\n扫码，见[指南](a.md)。\n\n- 一\n- 二\n\n|a|b|\n|-|-|\n|1|2|\n\n" * 60
# What reading `_TEXT` takes, in processor seconds, where the limits were set, when all is quiet.
_QUIET = 0.0077

_Result = TypeVar("_Result")


def timed(run: Callable[[], _Result]) -> tuple[_Result, float]:
    """Return what `run` returns, and the processor seconds it took, at the pace of a quiet machine.

    The collector of garbage does not look at what the whole suite holds meanwhile.
    """
    gc.freeze()
    try:
        started = time.process_time()
        result = run()
        taken = time.process_time() - started
    finally:
        gc.unfreeze()
    return result, taken / pace()


def pace() -> float:
    """Return how many times longer than on a quiet machine it takes here and now; at least 1.

    A neighbour on the same core makes even processor time pass twice as fast.
    """
    markdown = MarkdownIt("commonmark").enable("table")
    taken = []
    for _ in range(5):
        started = time.process_time()
        markdown.parse(_TEXT)
        taken.append(time.process_time() - started)
    return max(1.0, sorted(taken)[2] / _QUIET)
