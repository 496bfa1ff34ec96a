"""What `[[client]]` of `sources.toml` may hold: who may call the gateway, and how much."""

from typing import Annotated, Literal

from pydantic import Field

from pipelines.source_tables import Name, Table, Variable

Right = Literal["ask", "search", "console", "manage"]
"""`ask`: answers; `search`: records and vectors; `console`: its pages and the analytics;
`manage`: whatever changes what is served."""

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
