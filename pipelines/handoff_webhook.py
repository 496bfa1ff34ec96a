"""Tells the company's help desk of each hand-off, signed, beside the answer and never in its way.

The request is a `POST` with a JSON body and the headers of <https://www.standardwebhooks.com>:
`webhook-id` (the same for every attempt), `webhook-timestamp` (seconds) and, with a secret,
`webhook-signature`: `v1,` and the Base64 of the HMAC-SHA256 of `id.timestamp.body`.
"""

import asyncio
import base64
import binascii
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

import httpx
import tenacity

from pipelines.answer_settings import Handoff
from pipelines.errors import SettingsError

_LOG = logging.getLogger("sanku.gateway")
_MOST_WAITING = 200
_TIMEOUT_SECONDS = 5.0
_LONGEST_PAUSE = 30.0
# How long the end of the gateway waits for what is still to be told.
_DRAIN_SECONDS = 3.0
_SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret is marked, none itself


@dataclass(frozen=True, slots=True)
class HandedOff:
    """What a help desk is told of one hand-off."""

    at: str
    """When the customer asked, ISO 8601."""
    reason: str
    """Why: `asks_for_person`, `angry`, `not_found`, `refused_repeatedly`, …"""
    version: str
    """Version of the index that the answer came from."""
    conversation: str
    """The conversation as the log calls it, a keyed hash; empty where nothing could be logged."""
    question: str = ""
    """Redacted; empty where it is not sent along, or redaction could not make it safe."""


class HandoffWebhook:
    """Sends hand-offs while it is `running`, each a bounded number of times.

    What still fails, and what finds too many waiting, is counted as lost, and told once in the
    process's log until something was sent again.
    """

    def __init__(self, config: Handoff, environ: Mapping[str, str] = os.environ) -> None:
        """Raise `SettingsError` where a variable that `config` names is not set, or no URL."""
        self._url = config.url or _variable(config.url_env, "url_env", environ)
        self._secret = _secret(config.secret_env, environ)
        self._attempts = config.attempts
        self.wants_question = config.question
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False)
        self._waiting: set[asyncio.Task[None]] = set()
        self._sent = 0
        self._lost = 0
        self._is_failing = False

    def report(self) -> dict[str, int]:
        """Return how many hand-offs wait, were sent, and were lost."""
        return {"waiting": len(self._waiting), "sent": self._sent, "lost": self._lost}

    def tell(self, handed: HandedOff) -> None:
        """Send a hand-off in the background; never waits and never raises."""
        if len(self._waiting) >= _MOST_WAITING:
            self._lose("too many wait to be sent")
            return
        task = asyncio.create_task(self._deliver(handed))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Close what was opened at the end; what is still waiting has a moment to be sent."""
        try:
            yield
        finally:
            if self._waiting:
                await asyncio.wait(self._waiting, timeout=_DRAIN_SECONDS)
            unsent = list(self._waiting)
            for task in unsent:
                task.cancel()
            await asyncio.gather(*unsent, return_exceptions=True)
            if unsent:
                _LOG.error("%d hand-offs are not reported: the gateway had to end", len(unsent))
            await self._client.aclose()

    async def _deliver(self, handed: HandedOff) -> None:
        body = json.dumps(asdict(handed), ensure_ascii=False).encode()
        name = f"msg_{secrets.token_hex(16)}"
        try:
            async for attempt in tenacity.AsyncRetrying(
                stop=tenacity.stop_after_attempt(self._attempts),
                wait=tenacity.wait_exponential_jitter(initial=1, max=_LONGEST_PAUSE),
                retry=tenacity.retry_if_exception(_may_pass),
                reraise=True,
            ):
                with attempt:
                    await self._post(name, body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._lose(_reason(error))
        else:
            self._sent += 1
            self._is_failing = False

    async def _post(self, name: str, body: bytes) -> None:
        now = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": now,
        }
        if self._secret:
            headers["webhook-signature"] = signature(self._secret, name, now, body)
        # A redirect would carry the report to where nobody configured it.
        response = await self._client.post(self._url, content=body, headers=headers)
        if not response.is_success:
            raise httpx.HTTPStatusError(
                f"it answered {response.status_code}", request=response.request, response=response
            )

    def _lose(self, reason: str) -> None:
        self._lost += 1
        if not self._is_failing:
            _LOG.error("hand-offs are not reported: %s", reason)
        self._is_failing = True


def webhook_for(config: Handoff) -> HandoffWebhook | None:
    """Return the webhook that is configured, or nothing; raises `SettingsError`."""
    return HandoffWebhook(config) if config.url or config.url_env else None


def signature(secret: bytes, name: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a report, as Standard Webhooks defines `v1`."""
    signed = hmac.digest(secret, f"{name}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def _secret(variable: str, environ: Mapping[str, str]) -> bytes:
    """Return the bytes of a secret: what follows `whsec_` in Base64, else the text as it is."""
    if not variable:
        return b""
    text = _variable(variable, "secret_env", environ)
    if not text.startswith(_SECRET_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise SettingsError(
            f"`{variable}` begins with `{_SECRET_PREFIX}`, but what follows is no Base64. Copy the "
            "secret whole, or set one without that beginning."
        ) from error


def _variable(variable: str, key: str, environ: Mapping[str, str]) -> str:
    value = environ.get(variable, "")
    if not value:
        raise SettingsError(
            f"`handoff.{key}` names `{variable}`, which is not set. Set it where the gateway "
            "starts, or remove the key."
        )
    return value


def _may_pass(error: BaseException) -> bool:
    """Tell whether another attempt may succeed: not where the receiver refuses what it got."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (408, 425, 429) or error.response.is_server_error
    return isinstance(error, httpx.TransportError)


def _reason(error: Exception) -> str:
    """Return why a report failed, without its address, which may be a secret."""
    return str(error) if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
