"""What a client is told when a request is refused, in the words of the protocol it speaks."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.errors import BusyError, NotPublishedError, SankuError

_LOG = logging.getLogger("sanku.gateway")

_CODES = {
    400: "invalid_request",
    401: "invalid_api_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
    429: "rate_limit_exceeded",
    431: "request_too_large",
    500: "internal_error",
    503: "overloaded",
}


class RefusalError(SankuError):
    """A request that is not answered; `status` is of HTTP, `code` is OpenAI's name for it."""

    def __init__(
        self, status: int, message: str, *, code: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code or _CODES.get(status, "error")
        self.retry_after = retry_after

    def body(self, path: str) -> dict[str, object]:
        """Return the JSON of the error in the shape that clients of `path` read."""
        if not speaks_openai(path):
            return {"error": self.message}
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": None, "code": self.code}}

    def response(self, path: str) -> Response:
        """Return the whole HTTP response for clients of `path`."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.body(path), self.status, headers)


def speaks_openai(path: str) -> bool:
    """Tell whether `path` belongs to the OpenAI protocol rather than to Ollama's."""
    return path.startswith("/v1") or path == "/chat/completions"


def as_refusal(error: Exception) -> RefusalError:
    """Return `error` as a refusal; what was not raised on purpose is not described to a client."""
    match error:
        case RefusalError():
            return error
        case HTTPException():
            return RefusalError(
                error.status_code,
                f"{error.detail.lower()}: Sanku serves the chat calls of Ollama and of OpenAI",
            )
        case NotPublishedError():
            return RefusalError(503, "nothing is published yet; run `sanku run`", code="no_index")
        case BusyError():
            return RefusalError(503, "a run is writing; try again in a minute", retry_after=60)
        case _:
            # A front end shows this text to a customer, who must not see paths or names.
            return RefusalError(500, "Sanku cannot answer at present; its log says why")


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a request whose handling raised `error`; a handler for Starlette."""
    if isinstance(error, SankuError) and not isinstance(error, RefusalError):
        _LOG.error("%s %s: %s", request.method, request.url.path, error)
    response = as_refusal(error).response(request.url.path)
    if response.status_code == 500:
        # Of what nobody foresaw, the server ends the connection: a client should not reuse it.
        response.headers["Connection"] = "close"
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response
