"""How urgent a process is: what nobody waits for steps back behind the answers."""

import os
from contextlib import suppress

BEHIND = 10
"""Niceness of what steps back: a tenth of a core where others want all of it."""


def step_back() -> None:
    """Let others go first from now on; one that is further behind already stays there."""
    with suppress(OSError):  # a sandbox may forbid it
        os.nice(max(0, BEHIND - os.nice(0)))
