"""Who may call the gateway, from where, with how much, and how many at once.

One piece of middleware in front of every route, so that a new route cannot forget it.
"""

import asyncio
import ipaddress
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import cookie_parser
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import SettingsError
from pipelines.gateway.access.clients import (
    ANONYMOUS,
    AT_THIS_MACHINE,
    Client,
    Clients,
    read_clients,
)
from pipelines.gateway.access.quotas import Quotas
from pipelines.gateway.access.rights import is_console, is_counted, is_open, needed_for
from pipelines.gateway.access.session import COOKIE, Sessions
from pipelines.gateway.console.failure import response_to
from pipelines.gateway.refusals import RefusalError, as_refusal
from pipelines.settings import Gateway, Settings

_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.\-_]+))(?::\d{1,5})?")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_CORS_SECONDS = 600

_Headers = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one request and on all of them together."""

    headers: int = 100
    body_bytes: int = 1_000_000
    """OpenClaw alone sends prompts of 60 KB with every question."""
    body_seconds: float = 30.0
    in_flight: int = 32


def is_loopback(host: str) -> bool:
    """Tell whether `host`, a name or an address without a port, can only be this machine."""
    if host.lower() == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def callers(settings: Settings, environ: Mapping[str, str]) -> Clients:
    """Return who may call.

    Raises `SettingsError` for a token that is missing, short or shared, and where the gateway would
    be reachable from elsewhere without one: bound to an open address, or behind a proxy.
    """
    clients, gateway = read_clients(settings.client, environ), settings.gateway
    if clients:
        return clients
    if not is_loopback(gateway.host):
        why = f"`gateway.host` is `{gateway.host}`, which other machines reach"
    elif gateway.hosts:
        why = f"`gateway.hosts` names `{gateway.hosts[0]}`, which others call through a proxy"
    else:
        return clients
    raise SettingsError(
        f"{why}, and no token is set. Set `SANKU_TOKEN` to what `openssl rand -hex 24` prints, or "
        "bind `127.0.0.1` and name no `hosts`."
    )


class Access:
    """ASGI middleware that refuses what may not or cannot be served now."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Sequence[BaseRoute],
        gateway: Gateway,
        sessions: Sessions,
        limits: Limits,
    ) -> None:
        self._app = app
        self._routes = routes
        self._gateway = gateway
        self._sessions = sessions
        self._limits = limits
        self._quotas = Quotas(limits.in_flight)
        self._for_other_sites = CORSMiddleware(
            self._guarded,
            allow_origins=gateway.origins,
            allow_methods=("GET", "POST"),
            # Clients name their version in headers of their own; each one asked for is repeated.
            allow_headers=("*",),
            expose_headers=("Retry-After", "X-Request-Id"),
            max_age=_CORS_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it in its protocol's words."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope.setdefault("state", {})["client"] = ANONYMOUS
        try:
            self._check_count(len(scope["headers"]))
            headers = _headers(scope)
            self._check_host(headers.get("host", []))
            from_elsewhere = self._is_from_other_site(scope["path"], headers)
        except RefusalError as refusal:
            await response_to(scope, refusal)(scope, receive, send)
            return
        serve = self._for_other_sites if from_elsewhere else self._guarded
        await serve(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a client who may, as far as there is room."""
        headers, path = _headers(scope), scope["path"]
        with ExitStack() as place:
            try:
                self._check_path(scope)
                client = scope["state"]["client"] = self._client(scope, headers)
                _check_rights(client, path)
                self._check_length(headers.get("content-length", ["0"]))
                if is_counted(path):
                    place.enter_context(self._quotas.place(client))
            except RefusalError as refusal:
                await response_to(scope, refusal)(scope, receive, send)
                return
            await self._app(scope, self._bounded(receive), send)

    def _check_path(self, scope: Scope) -> None:
        """Refuse a path of no route before anybody's token is asked for: there is none to guard."""
        path = scope["path"]
        # The router leads on from the one to the other.
        other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        if not any(
            route.matches({**scope, "path": one})[0] is not Match.NONE
            for one in (path, other)
            for route in self._routes
        ):
            raise as_refusal(HTTPException(404))

    def _check_count(self, headers: int) -> None:
        if headers > self._limits.headers:
            raise RefusalError(431, f"more than {self._limits.headers} headers; send fewer")

    def _check_host(self, hosts: list[str]) -> None:
        """Refuse a foreign `Host`: a web page that rebound its own name to this machine.

        On any other address than loopback a token is mandatory, which such a page does not have;
        there any name is served, unless `gateway.hosts` names those that are.
        """
        authority = _AUTHORITY.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if authority is None:
            raise RefusalError(400, "the request needs one valid `Host` header")
        name, known = authority["v6"] or authority["name"], self._gateway.hosts
        if is_loopback(name) or not {hosts[0].lower(), name.lower()}.isdisjoint(known):
            return
        if is_loopback(self._gateway.host):
            raise RefusalError(
                403,
                "`Host` is not this machine; call the gateway as `127.0.0.1` or `localhost`, or "
                "add the name to `gateway.hosts`",
            )
        if known and not _is_address(name):
            raise RefusalError(403, "`Host` is none of `gateway.hosts`")

    def _is_from_other_site(self, path: str, headers: _Headers) -> bool:
        """Tell whether a page of a site in `gateway.origins` asks, which the console serves none.

        Raises `RefusalError` for the page of any other site; its script could send, though not
        read.
        """
        host = headers["host"][0].lower()
        own = {f"http://{host}", f"https://{host}"}
        foreign = [one for one in headers.get("origin", []) if one.lower() not in own]
        if not foreign:
            return False
        if len(headers["origin"]) == 1 and foreign[0] in self._gateway.origins:
            if not is_console(path):
                return True
            raise RefusalError(403, "`Origin` is another site; the console is not for its pages")
        raise RefusalError(403, "`Origin` is another site; `gateway.origins` names those served")

    def _client(self, scope: Scope, headers: _Headers) -> Client:
        """Return whose token or, in the console, whose cookie the request has."""
        clients, values = self._sessions.clients, headers.get("authorization", [])
        if is_open(scope["path"]):
            return ANONYMOUS
        if not clients:
            return AT_THIS_MACHINE
        if not values and is_console(scope["path"]):
            client = self._with_cookie(scope, headers)
        else:
            client = _with_token(clients, values)
        if client is None:
            raise RefusalError(
                401, "the token is missing or wrong; send `Authorization: Bearer <SANKU_TOKEN>`"
            )
        return client

    def _with_cookie(self, scope: Scope, headers: _Headers) -> Client | None:
        cookies = cookie_parser("; ".join(headers.get("cookie", [])))
        client = self._sessions.client(cookies.get(COOKIE, ""))
        if client and scope["method"] not in _SAFE_METHODS and not headers.get("origin"):
            raise RefusalError(403, "a form of the console is sent with its `Origin`")
        return client

    def _check_length(self, lengths: list[str]) -> None:
        length = lengths[0]
        if not (length.isascii() and length.isdecimal()) or int(length) > self._limits.body_bytes:
            raise self._too_large()

    def _too_large(self) -> RefusalError:
        limit = self._limits.body_bytes
        return RefusalError(
            413,
            f"the body is over {limit:,} bytes; shorten it, and send words: pictures are not read",
        )

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


def _headers(scope: Scope) -> _Headers:
    headers: _Headers = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def _with_token(clients: Clients, values: list[str]) -> Client | None:
    scheme, _, given = (values[0] if len(values) == 1 else "").partition(" ")
    return (
        clients.with_token(given.strip().encode("latin-1")) if scheme.lower() == "bearer" else None
    )


def _check_rights(client: Client, path: str) -> None:
    if missing := needed_for(path) - client.may:
        raise RefusalError(
            403, f"`{client.name}` may not `{min(missing)}`; its `may` in `sources.toml` says"
        )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
