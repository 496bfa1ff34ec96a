"""A gateway with a conversation log, over an answerer that the tests script."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx

from pipelines.answer import Answerer
from pipelines.gateway.app import create_app
from pipelines.gateway.conversation.recorder import Load, Recorder
from pipelines.search import Searcher
from pipelines.settings import Settings
from tests.gateway.served import (
    ANSWER,
    ScriptedAnswerer,
    ScriptedSearcher,
    serving,
    settings_for,
)

PERSONAL = "我叫王建国，电话 13812345678，密码忘了怎么办？"
SAFE = "我叫〈人名1〉，电话 〈电话1〉，密码忘了怎么办？"


def settings_in(folder: Path) -> Settings:
    """Return settings whose log and key are in `folder`."""
    return settings_for(
        warehouse=folder / "warehouse",
        redaction={"key_file": str(folder / "redaction.key")},
        window={"days": 3},
        as_of="2026-11-20",
    )


@contextmanager
def logging_gateway(
    settings: Settings, load: Load, answerer: ScriptedAnswerer | None = None, **bounds: Any
) -> Iterator[str]:
    """Serve scripted answers with a log; what was recorded is written when the block ends."""
    app = create_app(
        settings,
        cast(Answerer, answerer or ScriptedAnswerer(ANSWER)),
        cast(Searcher, ScriptedSearcher()),
        environ={},
        recorder=Recorder(settings, load=load, **bounds),
    )
    with serving(app) as url:
        yield url


def ask(
    url: str,
    *said: str,
    path: str = "/api/chat",
    system: str = "",
    headers: dict[str, str] | None = None,
    **more: object,
) -> str:
    """Send a conversation whose turns alternate, beginning with the customer's; return all text."""
    messages = [{"role": "system", "content": system}] if system else []
    for number, text in enumerate(said):
        messages.append({"role": "assistant" if number % 2 else "user", "content": text})
    body = {"model": "sanku", "messages": messages} | more
    response = httpx.post(url + path, json=body, headers=headers, trust_env=False)
    assert response.status_code == 200
    return response.text


def log_of(url: str) -> dict[str, Any]:
    return cast(dict[str, Any], httpx.get(f"{url}/healthz", trust_env=False).json()["log"])


def wait_for(url: str, **wanted: object) -> None:
    """Wait until `/healthz` says this of the log."""
    deadline = time.monotonic() + 60
    while not wanted.items() <= log_of(url).items():
        assert time.monotonic() < deadline, log_of(url)
        time.sleep(0.02)


def logged(settings: Settings) -> list[dict[str, Any]]:
    files = sorted((settings.warehouse / "conversations").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
