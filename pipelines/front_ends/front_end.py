"""What Sanku must know of a front end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Background = Literal["heartbeat", "compaction", "title", "task"]


class Spoken(Protocol):
    """One message of a conversation, as every chat protocol has it."""

    @property
    def role(self) -> str:
        """Who speaks: `system`, `user`, `assistant` or `tool`."""
        ...

    @property
    def text(self) -> str:
        """All text of the message."""
        ...


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """The habits of one front end."""

    name: str
    unwrap: Callable[[str], str | None]
    """Returns the customer's own words of a user message, or None when it holds none of them."""
    background: Callable[[Sequence[Spoken], bool], Background | None]
    """Tells which call of the front end's own, not a customer's question, the messages are.

    Told whether a stream was asked for, which a customer's words cannot decide.
    """
