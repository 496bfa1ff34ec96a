"""Who may call the gateway, from where, with how much, and how many at once.

One piece of middleware in front of every route, so that a new route cannot forget it.
"""

import asyncio
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import SettingsError
from pipelines.gateway.refusals import RefusalError
from pipelines.settings import Gateway

OPEN_PATHS = frozenset({"/healthz"})
_RETRY_AFTER_SECONDS = 2

_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.\-_]+))(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one request and on all of them together."""

    body_bytes: int = 1_000_000
    """OpenClaw alone sends prompts of 60 KB with every question."""
    body_seconds: float = 30.0
    in_flight: int = 32


def is_loopback(host: str) -> bool:
    """Tell whether `host`, a name or an address without a port, can only be this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_token(gateway: Gateway, environ: Mapping[str, str]) -> str:
    """Return `SANKU_TOKEN`, empty when none is needed.

    Raises `SettingsError` when the gateway would be reachable from elsewhere without one.
    """
    token = environ.get("SANKU_TOKEN", "").strip()
    if not token and not is_loopback(gateway.host):
        raise SettingsError(
            f"`gateway.host` is `{gateway.host}`, which other machines reach, and no token is "
            "set. Set `SANKU_TOKEN` to a long random text, or bind `127.0.0.1`."
        )
    return token


class Access:
    """ASGI middleware that refuses what may not or cannot be served now."""

    def __init__(self, app: ASGIApp, *, gateway: Gateway, token: str, limits: Limits) -> None:
        self._app = app
        self._only_loopback = is_loopback(gateway.host)
        self._token = token.encode()
        self._limits = limits
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it in its protocol's words."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            self._admit(scope)
        except RefusalError as refusal:
            await refusal.response(scope["path"])(scope, receive, send)
            return
        counted = scope["path"] not in OPEN_PATHS
        self._in_flight += counted
        try:
            await self._app(scope, self._bounded(receive), send)
        finally:
            self._in_flight -= counted

    def _admit(self, scope: Scope) -> None:
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        self._check_host(headers.get("host", []))
        self._check_origin(headers.get("origin", []), headers["host"][0])
        if scope["path"] not in OPEN_PATHS:
            self._check_token(headers.get("authorization", []))
            if self._in_flight >= self._limits.in_flight:
                raise RefusalError(
                    503, "too many questions at once; ask again", retry_after=_RETRY_AFTER_SECONDS
                )
        length = headers.get("content-length", ["0"])[0]
        if not length.isdecimal() or int(length) > self._limits.body_bytes:
            raise self._too_large()

    def _check_host(self, hosts: list[str]) -> None:
        """Refuse a foreign `Host` on a loopback gateway: a web page that rebound its own name.

        On any other address a token is mandatory, which such a page does not have.
        """
        authority = _AUTHORITY.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if authority is None:
            raise RefusalError(400, "the request needs one valid `Host` header")
        if self._only_loopback and not is_loopback(authority["v6"] or authority["name"]):
            raise RefusalError(
                403, "`Host` is not this machine; call the gateway as `127.0.0.1` or `localhost`"
            )

    def _check_origin(self, origins: list[str], host: str) -> None:
        """Refuse a page of another site; its script could send, though not read."""
        for origin in origins:
            if origin.lower() not in (f"http://{host.lower()}", f"https://{host.lower()}"):
                raise RefusalError(403, "`Origin` is another site; Sanku serves none to browsers")

    def _check_token(self, values: list[str]) -> None:
        if not self._token:
            return
        scheme, _, given = (values[0] if len(values) == 1 else "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            given.strip().encode("latin-1"), self._token
        ):
            raise RefusalError(
                401, "the token is missing or wrong; send `Authorization: Bearer <SANKU_TOKEN>`"
            )

    def _too_large(self) -> RefusalError:
        return RefusalError(413, f"the body is over {self._limits.body_bytes:,} bytes; shorten it")

    def _bounded(self, receive: Receive) -> Receive:
        """Return `receive` with the body's size and the time of its arrival bounded."""
        deadline = asyncio.get_running_loop().time() + self._limits.body_seconds
        taken, complete = 0, False

        async def bounded() -> Message:
            nonlocal taken, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                limit = self._limits.body_seconds
                raise RefusalError(408, f"the body took over {limit:g} s to arrive") from error
            taken += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if taken > self._limits.body_bytes:
                raise self._too_large()
            return message

        return bounded
