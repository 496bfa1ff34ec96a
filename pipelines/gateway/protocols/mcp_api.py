"""MCP over streamable HTTP: each request stands alone, and is answered with JSON."""

import asyncio
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from pipelines.gateway.access.session import client_of
from pipelines.gateway.context import Context, context_of
from pipelines.gateway.conversation.reply import while_connected


class _Exchange(Response):
    """Lets the SDK answer one request, as long as its client waits for it."""

    def __init__(self, exchange: Any, body: bytes) -> None:
        self._exchange = exchange
        self._body = body
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request whose body was read already."""
        await while_connected(receive, self._serve(scope, send))

    async def _serve(self, scope: Scope, send: Send) -> None:
        is_read = False

        async def replay() -> Message:
            nonlocal is_read
            if is_read:
                # Whether the client is still there is watched from outside.
                await asyncio.Event().wait()
            is_read = True
            return {"type": "http.request", "body": self._body, "more_body": False}

        async with self._exchange.run():
            await self._exchange.handle_request(scope, replay, send)


async def mcp(request: Request) -> Response:
    """Answer one message of an MCP client.

    Without sessions there is no stream to open with GET and none to end with DELETE. Access has
    checked `Host` and `Origin`, so that the SDK's own list of them is left off.
    """
    body = await request.body()
    exchange = await run_in_threadpool(
        _exchange, context_of(request), dict(request.headers), client_of(request).name
    )
    return _Exchange(exchange, body)


def _exchange(context: Context, headers: dict[str, str], client: str) -> Any:
    """Return the SDK's handler of one request; in a thread, as the SDK takes time to load."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecuritySettings

    from pipelines.gateway.protocols.mcp_server import knowledge_server

    return StreamableHTTPSessionManager(
        knowledge_server(context, headers, client),
        json_response=True,
        stateless=True,
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


ROUTES = (Route("/mcp", mcp, methods=["POST"]),)
