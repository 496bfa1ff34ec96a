"""The gateway's description of itself."""

from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.gateway.openapi import describe


async def openapi(request: Request) -> Response:
    """Return the OpenAPI description of every route."""
    return JSONResponse(describe(request.app.routes, version("sanku")))


ROUTES = (Route("/openapi.json", openapi, methods=["GET"]),)
