"""The console's style sheet and script, served under their digest, so that browsers keep them."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.gateway.refusals import RefusalError

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    # An image opened by itself is a page, in which nothing may run.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """Return name with digest -> content and media type."""
    named = {}
    for file in sorted(_FOLDER.iterdir()):
        if file.suffix in _TYPES:
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:16]
            named[f"{file.stem}.{digest}{file.suffix}"] = (content, _TYPES[file.suffix])
    return named


@cache
def url_of(name: str) -> str:
    """Return where a file is served, such as `console.css`."""
    stem, _, ending = name.rpartition(".")
    named = next(
        named for named in files() if named.startswith(f"{stem}.") and named.endswith(f".{ending}")
    )
    return f"/console/static/{named}"


async def serve(request: Request) -> Response:
    """Return a file; raises `RefusalError` (404) for a name that no page has."""
    found = files().get(request.path_params["name"])
    if found is None:
        raise RefusalError(404, "no such file; reload the page that named it")
    content, media_type = found
    return Response(content, media_type=media_type, headers=_HEADERS)


ROUTES = (Route("/console/static/{name}", serve, methods=["GET"]),)
