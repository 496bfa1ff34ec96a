"""A route that takes JSON or a query, and says so in `/openapi.json`."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class JsonRoute(Route):
    """A POST that takes a `body`, or a GET that takes a `query`."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        *,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
    ) -> None:
        super().__init__(path, endpoint, methods=["GET"] if body is None else ["POST"])
        self.body = body
        self.query = query
