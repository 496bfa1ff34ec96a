"""The one model as Ollama's clients list it, describe it, and try to manage it."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AliasChoices, BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.gateway.context import Context, context_of, read_body
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.refusals import RefusalError
from pipelines.ollama import full_name

# What a front end may send. Its own prompt never reaches the model, so this is not `num_ctx`, and
# a small figure would make OpenClaw compact or refuse conversations for nothing.
_CONTEXT_LENGTH = 131_072


class _ShowBody(BaseModel):
    model: str = Field(validation_alias=AliasChoices("model", "name"))


async def tags(request: Request) -> Response:
    """List the one model."""
    return JSONResponse({"models": [_card(context_of(request))]})


async def running(request: Request) -> Response:
    """List the one model as loaded."""
    expires = datetime.now(UTC) + timedelta(hours=1)
    loaded = {"expires_at": iso(expires), "size_vram": 0, "context_length": _CONTEXT_LENGTH}
    return JSONResponse({"models": [_card(context_of(request)) | loaded]})


async def show(request: Request) -> Response:
    """Describe the model: it completes, and uses no tools; `verbose` has nothing to add.

    Without `tools` among its capabilities OpenClaw sends none and executes none.
    """
    context = context_of(request)
    context.check_model((await read_body(request, _ShowBody)).model)
    card = _card(context)
    return JSONResponse(
        {
            "license": "",
            "modelfile": "",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": card["details"],
            "model_info": {
                "general.architecture": "sanku",
                "general.basename": context.settings.gateway.model,
                "sanku.context_length": _CONTEXT_LENGTH,
            },
            "capabilities": ["completion"],
            "modified_at": card["modified_at"],
        }
    )


async def refuse_management(request: Request) -> Response:
    """Refuse to pull, create, copy, push or delete models: Sanku's is the published index."""
    raise RefusalError(
        403, f"`{request.url.path}` is not offered: Sanku serves one model and manages none"
    )


def iso(at: datetime) -> str:
    """Return a time as Ollama writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _card(context: Context) -> dict[str, Any]:
    name = full_name(context.settings.gateway.model)
    return {
        "name": name,
        "model": name,
        "modified_at": iso(context.started),
        "size": 0,
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "details": {
            "parent_model": "",
            "format": "sanku",
            "family": "sanku",
            "families": ["sanku"],
            "parameter_size": "",
            "quantization_level": "",
        },
    }


ROUTES = (
    Route("/api/tags", tags, methods=["GET"]),
    Route("/api/ps", running, methods=["GET"]),
    JsonRoute("/api/show", show, body=_ShowBody),
    Route("/api/pull", refuse_management, methods=["POST"]),
    Route("/api/push", refuse_management, methods=["POST"]),
    Route("/api/create", refuse_management, methods=["POST"]),
    Route("/api/copy", refuse_management, methods=["POST"]),
    Route("/api/delete", refuse_management, methods=["DELETE", "POST"]),
    Route("/api/blobs/{digest}", refuse_management, methods=["HEAD", "POST"]),
)
