"""What `[[client]]` of `sources.toml` may hold: who may call the gateway, and how much."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipelines.source_tables import Name, Table, Variable

Right = Literal["ask", "search", "console", "manage"]
"""`ask`: answers; `search`: records and vectors; `console`: its pages and the analytics;
`manage`: whatever changes what is served."""

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_NAME}(?::\d{{1,5}})?")
_ORIGIN = re.compile(rf"https?://{_NAME}(?::\d{{1,5}})?")


def _is_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"holds `{host}`; write a name like `sanku.example.com`, and its port")
    return host.lower()


def _is_origin(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"holds `{origin}`; write a site like `https://help.example.com`, without a path"
        )
    return origin.lower()


Host = Annotated[str, AfterValidator(_is_host)]
Origin = Annotated[str, AfterValidator(_is_origin)]

RIGHTS: frozenset[Right] = frozenset({"ask", "search", "console", "manage"})


class ClientTable(Table):
    """One caller of the gateway with a token of its own."""

    name: Name = Field(description="Name of the client, in metrics and in the conversation log.")
    token_env: Annotated[Variable, Field(min_length=1)] = Field(
        description="Environment variable that holds its token."
    )
    may: frozenset[Right] = Field(
        frozenset({"ask", "search"}),
        min_length=1,
        description="What it may: `ask`, `search`, look at the `console`, `manage` what is "
        "published.",
    )
    requests_per_minute: int = Field(
        0, ge=0, description="Requests in any minute; beyond them 429 is answered. 0: no limit."
    )
    at_once: int = Field(
        0, ge=0, description="Requests in progress; beyond them 429 is answered. 0: no limit."
    )
