"""What is known of the request that is being served, for its line in the log and its metrics."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Observation:
    """One request so far; filled by whoever serves it, in whatever task."""

    started: float = field(default_factory=time.perf_counter)
    status: int = 0
    first: float = 0.0
    """When the first of the answer was sent; 0 before."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """`Answer.about`, once there is an answer."""


_CURRENT: ContextVar[Observation | None] = ContextVar("observation", default=None)


def observe() -> Observation:
    """Begin to observe a request; what runs in its task or those it starts adds to it."""
    observation = Observation()
    _CURRENT.set(observation)
    return observation


def answered(about: Mapping[str, Any]) -> None:
    """Add what is known of the answer; does nothing where no request is observed."""
    if (observation := _CURRENT.get()) is not None:
        observation.about = about
