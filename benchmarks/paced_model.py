"""A language model for `gateway_load.py`: it speaks Ollama's protocol at a model's pace."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

FIRST_TOKEN, PER_TOKEN = 0.5, 0.05
"""Seconds before the first piece of an answer, a sentence, and between the others."""
LONGEST = 120
"""Characters after the first sentence; two make a token."""
BARE = 5
"""Characters that say no more than yes or no: `可以的。`."""
WHOLE = FIRST_TOKEN + LONGEST / 2 * PER_TOKEN
"""Seconds that an answer takes."""


class PacedModel:
    """Quotes the first passage it is given."""

    name = "qwen3:32b"

    def __init__(self) -> None:
        self.open = 0
        """Answers that are being written now."""

    def app(self) -> Starlette:
        """Return it as an application."""
        return Starlette(
            routes=[
                Route("/api/tags", self._tags),
                Route("/api/chat", self._chat, methods=["POST"]),
            ]
        )

    async def _tags(self, request: Request) -> Response:
        return JSONResponse({"models": [{"name": self.name, "model": self.name}]})

    async def _chat(self, request: Request) -> Response:
        asked = (await request.json())["messages"][-1]["content"]
        passage = re.search(r"<资料 \S+ 1 [^\n]*>\n[^\n]*\n([^\n]+)", asked)
        told = re.findall(r"[^。；]+[。；]?", passage[1] if passage else "您好。")
        # A model that keeps to the rules begins with no bare yes or no.
        first, *rest = [one for one in told if len(one) > BARE] or told
        said = "".join(f"{sentence.rstrip('。；')}[1]。" for sentence in rest).ljust(LONGEST, "请")
        tokens = [said[at : at + 2] for at in range(0, LONGEST, 2)]
        lines = self._lines([f"{first.rstrip('。；')}[1]。", *tokens])
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def _lines(self, pieces: Sequence[str]) -> AsyncIterator[str]:
        self.open += 1
        try:
            await asyncio.sleep(FIRST_TOKEN)
            for piece in pieces:
                yield self._line(piece, done=False)
                await asyncio.sleep(PER_TOKEN)
            yield self._line("", done=True)
        finally:
            self.open -= 1

    def _line(self, text: str, *, done: bool) -> str:
        message = {"role": "assistant", "content": text}
        line = {"model": self.name, "message": message, "done": done, "prompt_eval_count": 900}
        return json.dumps(line, ensure_ascii=False) + "\n"


@asynccontextmanager
async def model() -> AsyncIterator[tuple[PacedModel, str]]:
    """Serve a paced model while the block runs; yields it and its base URL."""
    paced = PacedModel()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(paced.app(), log_level="error", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield paced, f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
