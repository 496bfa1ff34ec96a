"""How urgent a process is: what nobody waits for steps back behind the answers."""

import os
from contextlib import suppress

RUN = 19
"""Niceness of a run that publishes: while one follows the other, 95 in 100 direct answers take
154 ms at the most, and 179 at a niceness of 10; without a run it is 79."""
LOG = 10
"""Niceness of what redacts the log: a tenth of a core is left to it where others want all of it, as
answers that wait too long for it are lost to the log."""


def step_back(niceness: int) -> None:
    """Let others go first from now on; what is further behind already stays there."""
    with suppress(OSError):  # a sandbox may forbid it
        os.nice(max(0, niceness - os.nice(0)))
