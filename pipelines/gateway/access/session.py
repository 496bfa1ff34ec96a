"""The console's login: a cookie that proves the token was known, without holding it.

What routes use of it:

- `client_of(request)`: the `Client` who asks, as access has found it.
- `require(request, "manage")`: the client, or `RefusalError` (403) in words that tell the way.
- `log_in(request, token)`: the `Client` of a right token; `RefusalError` 401, 403 or 429.
- `session_cookie(request, response, client)`: sets the cookie on a response, after `log_in`.
- `end_session(response)`: takes it back.

Access admits the cookie on `/` and below `/console` only, and demands of whatever is not a GET
that its `Origin` is this gateway. It ends after twelve hours, and when the token changes.
"""

import hmac
import time
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from pipelines.client_settings import Right
from pipelines.gateway.access.clients import LOCAL, Client, Clients
from pipelines.gateway.access.quotas import PerMinute
from pipelines.gateway.refusals import RefusalError

COOKIE = "sanku_session"
SESSION_SECONDS = 12 * 3600
_ATTEMPTS, _ATTEMPTS_OF_ALL = 10, 100
_PURPOSE = b"sanku console session 1"


class Sessions:
    """Makes and reads the cookies of the clients of one application; keeps nothing of them."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.attempts = PerMinute()

    def cookie(self, client: Client) -> str:
        """Return the cookie's value for a client whose token was given just now."""
        token = next(token for one, token in self.clients if one == client)
        said = f"{int(time.time()) + SESSION_SECONDS}.{client.name}"
        return f"{said}.{_mac(token, said)}"

    def client(self, cookie: str) -> Client | None:
        """Return whose cookie this is; None when it is forged, too old, or of a former token."""
        said, _, mac = cookie.rpartition(".")
        until, _, name = said.partition(".")
        if not (until.isascii() and until.isdecimal()) or int(until) < time.time():
            return None
        for client, token in self.clients:
            if client.name == name and _is_mac(mac, token, said):
                return client
        return None


def client_of(request: Request) -> Client:
    """Return who asks, as access has found it."""
    return cast(Client, request.scope["state"]["client"])


def require(request: Request, right: Right) -> Client:
    """Return who asks; raises `RefusalError` (403) unless they may do what `right` names."""
    client = client_of(request)
    if right in client.may:
        return client
    if client.name == LOCAL:
        raise RefusalError(
            403,
            "this needs a token, and none is configured: set `SANKU_TOKEN` to what "
            "`openssl rand -hex 24` prints, start Sanku again, and log in with it",
        )
    raise RefusalError(403, f"`{client.name}` may not `{right}`; its `may` in `sources.toml` says")


def log_in(request: Request, token: str) -> Client:
    """Return the client of a token that was typed into the login form.

    Raises `RefusalError`: 429 after too many attempts, 401 for a wrong token, 403 for one that may
    not look at the console.
    """
    sessions = sessions_of(request)
    address = request.client.host if request.client else ""
    for name, most in ((address, _ATTEMPTS), ("", _ATTEMPTS_OF_ALL)):
        sessions.attempts.take(f"login {name}", most, "too many attempts to log in; wait a minute")
    client = sessions.clients.with_token(token.strip().encode("utf-8", "replace"))
    if client is None:
        raise RefusalError(401, "the token is wrong")
    if "console" not in client.may:
        raise RefusalError(403, f"`{client.name}` may not look at the console")
    return client


def session_cookie(request: Request, response: Response, client: Client) -> None:
    """Set the session's cookie of a client who logged in; `Secure` where the request came so."""
    response.set_cookie(
        COOKIE,
        sessions_of(request).cookie(client),
        max_age=SESSION_SECONDS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def end_session(response: Response) -> None:
    """Tell the browser to forget the session."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def sessions_of(request: Request) -> Sessions:
    """Return the sessions of the application that serves `request`."""
    return cast(Sessions, request.app.state.sessions)


def _is_mac(mac: str, token: bytes, said: str) -> bool:
    return hmac.compare_digest(_mac(token, said).encode(), mac.encode("utf-8", "replace"))


def _mac(token: bytes, said: str) -> str:
    key = hmac.digest(token, _PURPOSE, "sha256")
    return hmac.digest(key, said.encode(), "sha256").hex()
