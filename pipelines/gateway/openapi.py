"""The description of the gateway for programs that call it: OpenAPI 3.1, made from its routes."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from starlette.routing import BaseRoute, Route

from pipelines.gateway.access.rights import is_console, is_open, needed_for
from pipelines.gateway.json_route import JsonRoute
from pipelines.gateway.refusals import speaks_openai

_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
MCP = "/mcp"
_JSON = "application/json"
_EVENTS, _LINES = "text/event-stream", "application/x-ndjson"
# What a path answers with beside JSON, or instead of it.
_OTHER_TYPES: dict[str, tuple[str, ...]] = {
    "/api/chat": (_JSON, _LINES),
    "/api/generate": (_JSON, _LINES),
    "/v1/chat/completions": (_JSON, _EVENTS),
    "/chat/completions": (_JSON, _EVENTS),
    "/api/analytics": (_JSON, "application/vnd.apache.parquet"),
    "/metrics": ("text/plain",),
}
_TEXT = {"type": "string"}
_ERRORS: dict[str, dict[str, Any]] = {
    "Error": {
        "type": "object",
        "title": "Error",
        "properties": {"error": _TEXT},
        "required": ["error"],
    },
    "OpenAIError": {
        "type": "object",
        "title": "OpenAIError",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "message": _TEXT,
                    "type": _TEXT,
                    "param": {"type": ["string", "null"]},
                    "code": {"type": ["string", "null"]},
                },
                "required": ["message", "type", "param", "code"],
            }
        },
        "required": ["error"],
    },
}


class _Schemas(GenerateJsonSchema):
    """Names a body as a reader would, without the underscore of a private class."""

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(name).strip("_")


def describe(routes: Iterable[BaseRoute], version: str) -> dict[str, Any]:
    """Return the OpenAPI document of all routes but the console's pages and MCP's one."""
    described = [route for route in routes if isinstance(route, Route) and _is_told(route.path)]
    bodies = [model for route in described for model in _models(route)]
    keys, defined = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(bodies)],
        ref_template=_REF,
        schema_generator=_Schemas,
    )
    schemas = defined.get("$defs", {})
    for schema in schemas.values():
        schema["title"] = str(schema.get("title", "")).strip("_")
    refs: dict[object, dict[str, Any]] = {model: schema for (model, _), schema in keys.items()}
    paths: dict[str, dict[str, Any]] = {}
    for route in described:
        path = _PARAMETER.sub(r"{\1}", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}) or ["HEAD"]:
            paths.setdefault(path, {})[method.lower()] = _operation(route, refs, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sanku", "version": version},
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": schemas | _ERRORS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _is_told(path: str) -> bool:
    """Tell whether `path` is an interface of HTTP; MCP's is one of its own, over a single path."""
    return not is_console(path) and path != MCP


def _models(route: Route) -> Iterator[type[BaseModel]]:
    if isinstance(route, JsonRoute):
        yield from (model for model in (route.body, route.query) if model is not None)


def _operation(
    route: Route, refs: Mapping[object, dict[str, Any]], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    told: dict[str, Any] = {"responses": _responses(route.path)}
    words = inspect.getdoc(route.endpoint) or ""
    told["summary"], _, more = words.partition("\n\n")
    if more:
        told["description"] = more
    parameters: Sequence[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(route.path)
    ]
    if isinstance(route, JsonRoute) and route.query is not None:
        schema = schemas[refs[route.query]["$ref"].rpartition("/")[2]]
        parameters = [*parameters, *_query_parameters(schema)]
    if parameters:
        told["parameters"] = parameters
    if isinstance(route, JsonRoute) and route.body is not None:
        content = {_JSON: {"schema": refs[route.body]}}
        told["requestBody"] = {"required": True, "content": content}
    if is_open(route.path):
        told["security"] = []
    elif needed := needed_for(route.path):
        told["x-needs"] = sorted(needed)
    return told


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": property_schema,
        }
        for name, property_schema in schema.get("properties", {}).items()
    ]


def _responses(path: str) -> dict[str, Any]:
    error = "OpenAIError" if speaks_openai(path) else "Error"
    refused = {_JSON: {"schema": {"$ref": _REF.format(model=error)}}}
    unready = {_JSON: {"schema": {"type": "object"}}} if path == "/readyz" else refused
    return {
        "200": {
            "description": "The answer.",
            "content": {kind: {"schema": {}} for kind in _OTHER_TYPES.get(path, (_JSON,))},
        },
        "4XX": {"description": "Refused, in words that say why.", "content": refused},
        "503": {"description": "Not now; `Retry-After` says when.", "content": unready},
    }
