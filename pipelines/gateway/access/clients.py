"""Who calls the gateway: the company itself, a `[[client]]` of `sources.toml`, or this machine."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.client_settings import RIGHTS, ClientTable, Right
from pipelines.errors import SettingsError

COMPANY, LOCAL, NOBODY = "company", "local", "nobody"
SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Client:
    """A caller of the gateway; access puts it into `scope["state"]["client"]` of every request."""

    name: str
    """Of a `[[client]]`; `company` with `SANKU_TOKEN`, `local` where no token is configured, and
    `nobody` on the paths that need none."""
    may: frozenset[Right] = frozenset()
    requests_per_minute: int = 0
    """0: no limit of its own."""
    at_once: int = 0
    """0: no limit of its own."""


@dataclass(frozen=True, slots=True)
class _Key:
    client: Client
    token: bytes


class Clients:
    """The clients with a token; without any, everybody on this machine is `local`."""

    def __init__(self, keys: Sequence[tuple[Client, str]] = ()) -> None:
        self._keys = tuple(_Key(client, token.encode()) for client, token in keys)

    def __bool__(self) -> bool:
        """Tell whether any token is configured."""
        return bool(self._keys)

    def __iter__(self) -> Iterator[tuple[Client, bytes]]:
        return ((key.client, key.token) for key in self._keys)

    def with_token(self, given: bytes) -> Client | None:
        """Return whose token `given` is; compared with every one, in the same time for each."""
        found = None
        for key in self._keys:
            if hmac.compare_digest(given, key.token):
                found = key.client
        return found


ANONYMOUS = Client(NOBODY)
# What changes something needs a token; a page that any program of this machine opens has none.
AT_THIS_MACHINE = Client(LOCAL, RIGHTS - {"manage"})


def read_clients(tables: Sequence[ClientTable], environ: Mapping[str, str]) -> Clients:
    """Return who may call, with the tokens that `SANKU_TOKEN` and each `token_env` hold.

    Raises `SettingsError` for a variable that is not set, a short token, one that two share, and
    a name that is Sanku's own.
    """
    keys: list[tuple[Client, str]] = []
    variables: dict[str, str] = {}
    if token := environ.get("SANKU_TOKEN", "").strip():
        _check_token("SANKU_TOKEN", token, variables)
        keys.append((Client(COMPANY, RIGHTS), token))
    for table in tables:
        if table.name in {COMPANY, LOCAL, NOBODY}:
            raise SettingsError(
                f"`client.name` is `{table.name}`, which Sanku itself uses; choose another name."
            )
        token = environ.get(table.token_env, "").strip()
        if not token:
            raise SettingsError(
                f"client `{table.name}` has its token in `{table.token_env}`, which is not set. "
                f"Set it to a long random text, or remove the `[[client]]`."
            )
        _check_token(table.token_env, token, variables)
        client = Client(table.name, table.may, table.requests_per_minute, table.at_once)
        keys.append((client, token))
    return Clients(keys)


def _check_token(variable: str, token: str, variables: dict[str, str]) -> None:
    """Raise unless `token` is long, plain and nobody else's; enters it into `variables`."""
    if len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable()):
        raise SettingsError(
            f"`{variable}` is no token: it needs {SHORTEST_TOKEN} and more plain characters. Set "
            "it to what `openssl rand -hex 24` prints."
        )
    if " " in token:
        raise SettingsError(f"`{variable}` holds a space, which no header carries; remove it.")
    if token in variables:
        raise SettingsError(
            f"`{variables[token]}` and `{variable}` hold the same token, so that nobody could tell "
            "whose request it is. Give each client one of its own."
        )
    variables[token] = variable
