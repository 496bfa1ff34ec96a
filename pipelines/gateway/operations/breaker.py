"""Ollama behind a circuit breaker: once it is found dead, nobody waits for it until it lives.

Questions are then answered from the index at once, while the model is tried in the background: a
customer's question is never the probe. No library does that, hence a breaker of our own.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from pipelines import settings
from pipelines.errors import ModelError
from pipelines.ollama import Ollama

_LOG = logging.getLogger("sanku.gateway")
# One of these is enough: a second customer would wait as long, and for nothing.
_DEAD = frozenset({"refused", "timeout", "missing_model"})
# Others may have to do with one question; so many in a row do not.
_FAILING = frozenset({"server", "garbage", "cut"})
_MOST_FAILURES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_PROBE = ({"role": "user", "content": "ping"},)


class Breaker(Ollama):
    """A chat model that refuses at once while it is found dead; belongs to one event loop.

    It is tried again after 1, 2, 4 … 30 seconds, by a word that also loads it, with the patience
    of `answer_seconds`, which a cold model needs.
    """

    def __init__(self, config: settings.Ollama) -> None:
        super().__init__(config)
        self._why: ModelError | None = None
        self._failures = 0
        self._probing: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether questions are refused without asking the model."""
        return self._why is not None

    async def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        num_predict: int,
        schema: Mapping[str, Any] | None = None,
        patient: bool = False,
        whole: bool = False,
    ) -> AsyncGenerator[str, None]:
        """Yield the answer as `Ollama.chat`; raises the failure that was found while it lasts."""
        if self._why is not None:
            self._probe_on()
            raise ModelError(self._why.code, str(self._why))
        began = False
        try:
            reply = super().chat(
                messages, num_predict=num_predict, schema=schema, patient=patient, whole=whole
            )
            async with aclosing(reply) as pieces:
                async for piece in pieces:
                    began = True
                    yield piece
        except ModelError as error:
            self._failed(error, began=began)
            raise
        self._why, self._failures = None, 0

    async def aclose(self) -> None:
        """Close every connection, and stop trying."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        await super().aclose()

    def _failed(self, error: ModelError, *, began: bool) -> None:
        if error.code not in _DEAD | _FAILING:
            return
        self._failures += 1
        is_dead = error.code in _DEAD and not began
        if self._why is None and (is_dead or self._failures >= _MOST_FAILURES):
            _LOG.error("answers are quoted from the index until the model answers: %s", error)
            self._why = error
            self._probe_on()

    def _probe_on(self) -> None:
        """See that somebody tries; the one who did may have gone with its event loop."""
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        pause = _FIRST_PAUSE
        while self._why is not None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                async with aclosing(self._try()) as pieces:
                    await anext(pieces)
            except ModelError as error:
                if error.code in _DEAD | _FAILING:
                    self._why = error
                    continue
            _LOG.warning("the model answers again")
            self._why, self._failures = None, 0

    def _try(self) -> AsyncGenerator[str, None]:
        return super().chat(_PROBE, num_predict=8, patient=True)
