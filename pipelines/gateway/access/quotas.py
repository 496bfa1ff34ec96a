"""How much a client may ask for in a minute and at once, and all of them together."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pipelines.gateway.access.clients import Client
from pipelines.gateway.refusals import RefusalError

_RETRY_AFTER_SECONDS = 2


class PerMinute:
    """Counts what happens in any minute, under names of which there are not too many."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, name: str, most: int, told: str) -> None:
        """Count one more for `name`; raises `RefusalError` (429) with `told` beyond `most`."""
        limit = RateLimitItemPerMinute(most)
        if self._limiter.hit(limit, name):
            return
        wait = self._limiter.get_window_stats(limit, name).reset_time - time.time()
        raise RefusalError(429, told, retry_after=max(1, math.ceil(wait)))


class Quotas:
    """The requests in progress, by client."""

    def __init__(self, in_flight: int) -> None:
        self._most = in_flight
        self._by_client: Counter[str] = Counter()
        self._minutes = PerMinute()

    @property
    def in_flight(self) -> int:
        """Requests in progress."""
        return self._by_client.total()

    @contextmanager
    def place(self, client: Client) -> Iterator[None]:
        """Hold a place for one request of `client`; raises `RefusalError`, 503 or 429, for none."""
        if self.in_flight >= self._most:
            raise RefusalError(
                503, "too many questions at once; ask again", retry_after=_RETRY_AFTER_SECONDS
            )
        if client.at_once and self._by_client[client.name] >= client.at_once:
            raise RefusalError(
                429,
                f"`{client.name}` has {client.at_once} requests in progress, which is its limit",
                retry_after=_RETRY_AFTER_SECONDS,
            )
        if client.requests_per_minute:
            told = f"`{client.name}` may send {client.requests_per_minute} requests a minute"
            self._minutes.take(client.name, client.requests_per_minute, told)
        self._by_client[client.name] += 1
        try:
            yield
        finally:
            self._by_client[client.name] -= 1
