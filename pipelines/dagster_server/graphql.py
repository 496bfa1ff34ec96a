"""GraphQL over HTTP: bounded in time, asked again only where that can do no harm."""

import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from pipelines import settings as declared
from pipelines.errors import DagsterError, SettingsError
from pipelines.text import one_line

_TOKEN = re.compile(r"[\x21-\x7e]+")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_SHORT_WAITS = (0.5, 1.0, 2.0)
_NO_DAGSTER = "Mend `[dagster]` `url`, `SANKU_DAGSTER_URL` or `--dagster`"
_BUSY = range(500, 600)

_Reply = TypeVar("_Reply", bound=BaseModel)


class GraphQL:
    """A Dagster web server; close it after use."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = _checked(url)
        if (
            token
            and self.url.startswith("http://")
            and urlsplit(self.url).hostname not in _LOOPBACK
        ):
            raise SettingsError(
                f"the token for `{self.url}` would be sent in the clear. Write the URL as "
                "`https://`, or remove `token_env`."
            )
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A proxy for the web must not capture an address of the house. Its certificate is often of
        # the house as well: that of the machine's store, or in `SSL_CERT_FILE`.
        self._client = httpx.Client(
            headers=headers,
            timeout=_TIMEOUT,
            trust_env=False,
            verify=ssl.create_default_context(),
        )
        self._with_token = bool(token)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(
        self,
        query: str,
        variables: Mapping[str, Any],
        reply: type[_Reply],
        waits: Sequence[float] = _SHORT_WAITS,
    ) -> _Reply:
        """Return the answer to a query, asked again after each of `waits` (seconds).

        Raises `DagsterError` where there is none by then, or none that is understood.
        """
        for wait in waits:
            try:
                return self._send(query, variables, reply)
            except _UnreachableError:
                time.sleep(wait)
        return self._send(query, variables, reply)

    def change(self, mutation: str, variables: Mapping[str, Any], reply: type[_Reply]) -> _Reply:
        """Return the answer to a mutation, which is sent once: it may have been done unheard.

        Raises `DagsterError` like `ask`.
        """
        try:
            return self._send(mutation, variables, reply)
        except _UnreachableError as error:
            raise DagsterError(
                f"{error} Run the command again: it joins what was started unheard."
            ) from error

    def _send(self, query: str, variables: Mapping[str, Any], reply: type[_Reply]) -> _Reply:
        try:
            response = self._client.post(
                f"{self.url}/graphql", json={"query": query, "variables": dict(variables)}
            )
        except httpx.HTTPError as error:
            raise _UnreachableError(
                f"Dagster at `{self.url}` cannot be reached: "
                f"{one_line(str(error), 200) or type(error).__name__}. {_way_out(error)}"
            ) from error
        return self._understood(response, reply)

    def _understood(self, response: httpx.Response, reply: type[_Reply]) -> _Reply:
        code = response.status_code
        if code in _BUSY:
            raise _UnreachableError(
                f"Dagster at `{self.url}` answers with status {code}. Look at its log, and at what "
                "stands in front of it."
            )
        if code in (401, 403) or response.is_redirect:
            raise DagsterError(
                f"`{self.url}` takes the token for none (status {code}). Renew it, or mend the URL."
                if self._with_token
                else f"`{self.url}` asks for a login (status {code}). Set `token_env` in "
                "`[dagster]`, and the token in that variable; or mend the URL."
            )
        try:
            answer = _Answer.model_validate_json(response.content)
            if answer.errors:
                problem = one_line(answer.errors[0].message, 200)
                raise DagsterError(
                    f"Dagster at `{self.url}` does not understand the question: {problem}. Sanku "
                    "speaks to the version of Dagster in `constraints.txt`; update the server."
                )
            return reply.model_validate(answer.data)
        except ValidationError as error:
            raise DagsterError(
                f"`{self.url}` answers (status {code}), but not as Dagster does. {_NO_DAGSTER}; it "
                "is the address that a browser shows, without `/graphql`."
            ) from error


@contextmanager
def open_server(
    config: declared.Dagster, url: str, environ: Mapping[str, str] = os.environ
) -> Iterator[GraphQL]:
    """Open the server at `url` with the token that `[dagster]` names, and close it after use.

    Raises `SettingsError` for a URL or token that cannot be one.
    """
    server = GraphQL(url, _token(config, environ))
    try:
        yield server
    finally:
        server.close()


def _way_out(error: httpx.HTTPError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "Name the certificate of who signed it in `SSL_CERT_FILE`."
    return f"Start it (`make ui`). {_NO_DAGSTER} where it listens elsewhere."


class _UnreachableError(DagsterError):
    """No answer, or none that lasts: it may be there when asked again."""


class _Problem(BaseModel):
    message: str = ""


class _Answer(BaseModel):
    data: dict[str, Any] | None = None
    errors: tuple[_Problem, ...] = ()


def _checked(url: str) -> str:
    """Return a URL without what a browser's address may end with."""
    try:
        parts = urlsplit(url)
        wrong = not parts.hostname or (parts.port or 1) < 1
    except ValueError:
        wrong = True
    if wrong or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise SettingsError(
            f"`{_without_password(url)}` is no URL of a Dagster web server. Write it like "
            "`http://127.0.0.1:3000`."
        )
    if "@" in parts.netloc:
        raise SettingsError(
            f"`{_without_password(url)}` carries a credential, which logs would show. Put the "
            "token into an environment variable, and name that as `token_env` in `[dagster]`."
        )
    return url.rstrip("/").removesuffix("/graphql").rstrip("/")


def _without_password(url: str) -> str:
    return one_line(re.sub(r"//[^/@]*@", "//", url), 200)


def _token(config: declared.Dagster, environ: Mapping[str, str]) -> str:
    if not config.token_env:
        return ""
    token = environ.get(config.token_env, "")
    if not _TOKEN.fullmatch(token):
        what = "holds a character that no token has" if token else "is not set"
        raise SettingsError(
            f"`{config.token_env}`, the `token_env` of `[dagster]`, {what}. Set it to the token "
            "that the proxy in front of Dagster asks for."
        )
    return token
