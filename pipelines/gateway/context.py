"""What the routes share, and how they read a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from pipelines.answer import Answerer
from pipelines.gateway.conversation.recorder import Recorder
from pipelines.gateway.conversation.repeats import Repeats
from pipelines.gateway.operations.health import Health
from pipelines.gateway.protocols.embedding_queue import EmbeddingQueue
from pipelines.gateway.refusals import RefusalError
from pipelines.gateway.safety.addresses import Addresses
from pipelines.ollama import full_name
from pipelines.search import Searcher
from pipelines.settings import Settings

_Body = TypeVar("_Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that answer, made once per application."""

    settings: Settings
    answerer: Answerer
    searcher: Searcher
    health: Health
    started: datetime
    recorder: Recorder | None = None
    """Takes what was answered; None where nothing is logged."""
    embedding: EmbeddingQueue = field(default_factory=EmbeddingQueue)
    repeats: Repeats = field(default_factory=Repeats)
    own: Addresses = field(init=False)
    """The company's addresses, which stay clickable in answers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", Addresses.of(self.settings))

    def check_model(self, asked: str) -> None:
        """Raise `RefusalError` unless `asked` names Sanku's model, with or without `:latest`."""
        name = self.settings.gateway.model
        if full_name(asked) != full_name(name):
            raise RefusalError(
                404, f"model '{asked}' not found; Sanku's is `{name}`", code="model_not_found"
            )


def context_of(request: Request) -> Context:
    """Return the context of the application that serves `request`."""
    return cast(Context, request.app.state.context)


async def read_body(request: Request, shape: type[_Body]) -> _Body:
    """Return the request's JSON as `shape`; raise `RefusalError` (400) naming what is wrong."""
    try:
        return shape.model_validate_json(await request.body())
    except ValidationError as error:
        raise RefusalError(400, problems_of(error)) from error


def problems_of(error: ValidationError) -> str:
    """Return which fields are wrong and why, without what stood in them."""
    return "; ".join(
        f"`{'.'.join(map(str, problem['loc'])) or 'body'}`: "
        f"{problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors(include_input=False, include_url=False)[:5]
    )
