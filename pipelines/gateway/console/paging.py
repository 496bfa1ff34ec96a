"""A long list, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

_T = TypeVar("_T")
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Paged(Generic[_T]):
    """The items of one page, and where they stand in the whole list."""

    items: Sequence[_T]
    number: int
    """Of the page, from 1."""
    pages: int
    total: int

    @property
    def first(self) -> int:
        """Place of the first item, from 1; 0 for an empty list."""
        return (self.number - 1) * PER_PAGE + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Place of the last item."""
        return self.first + len(self.items) - 1 if self.items else 0


def paged(request: Request, items: Sequence[_T]) -> Paged[_T]:
    """Return the page that the query's `page` asks for; the last one where it is too large."""
    pages = max(1, -(-len(items) // PER_PAGE))
    asked = request.query_params.get("page", "1")
    number = min(pages, max(1, int(asked) if asked.isdecimal() and len(asked) < 10 else 1))
    return Paged(items[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages, len(items))
