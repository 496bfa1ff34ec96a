"""Which paths need no token, and what a client must be allowed to do for each of the others."""

from pipelines.client_settings import RIGHTS, Right

CONSOLE, LOGIN = "/console", "/console/login"

# Language and colours are chosen before anyone logs in, and are kept in the browser alone.
_OPEN = frozenset({"/healthz", "/readyz", LOGIN, f"{CONSOLE}/preferences"})
_STATIC = f"{CONSOLE}/static/"
# Read by whoever watches the gateway, above all while it has too much to do.
_ANY_CLIENT = frozenset({"/", "/metrics", "/openapi.json"})

_ONE: dict[str, frozenset[Right]] = {
    "/api/search": frozenset({"search"}),
    "/api/embed": frozenset({"search"}),
    "/api/embeddings": frozenset({"search"}),
    "/v1/embeddings": frozenset({"search"}),
    "/api/analytics": frozenset({"console"}),
    "/mcp": frozenset({"ask", "search"}),
    "/chat/completions": frozenset({"ask"}),
}
_BELOW: tuple[tuple[str, frozenset[Right]], ...] = (
    (f"{CONSOLE}/", frozenset({"console"})),
    ("/api/", frozenset({"ask"})),
    ("/v1/", frozenset({"ask"})),
)


def is_open(path: str) -> bool:
    """Tell whether `path` is served without a token: health, and the way to log in."""
    return path in _OPEN or path.startswith(_STATIC)


def is_counted(path: str) -> bool:
    """Tell whether a request to `path` takes a place among those in progress."""
    return not (is_open(path) or path in _ANY_CLIENT)


def is_console(path: str) -> bool:
    """Tell whether `path` is a page of the console, which a browser opens with its cookie."""
    return path in {"/", CONSOLE} or path.startswith(f"{CONSOLE}/")


def needed_for(path: str) -> frozenset[Right]:
    """Return what a client needs for `path`; everything, where nobody has thought about it."""
    if is_open(path) or path in _ANY_CLIENT:
        return frozenset()
    if path in _ONE:
        return _ONE[path]
    if path == CONSOLE:
        return frozenset({"console"})
    return next((needed for below, needed in _BELOW if path.startswith(below)), RIGHTS)
