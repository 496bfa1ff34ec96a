"""The console over a company published twice, and a real browser to look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette

from pipelines.answer import Answerer
from pipelines.embedding.model import load_embedder
from pipelines.gateway.access.clients import read_clients
from pipelines.gateway.access.session import Sessions
from pipelines.gateway.app import create_app
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.versions import PublishedVersion
from tests.console.company import Two, publish_twice
from tests.fake_ollama import FakeOllama
from tests.gateway.served import serving

CHROMIUM = Path("/usr/bin/chromium")
TOKEN = "0123456789abcdef0123"


def cookie_of_session() -> str:
    """Return the cookie of whoever logged in with `TOKEN`: only so many may do so in a minute."""
    clients = read_clients((), {"SANKU_TOKEN": TOKEN})
    ((client, _),) = clients
    return Sessions(clients).cookie(client)


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory, character_model: Path) -> Two:
    """The company of these tests; whoever rolls it back puts it forth again."""
    return publish_twice(tmp_path_factory.mktemp("console"), character_model)


def console_over(two: Two, ollama_url: str, **environ: str) -> Starlette:
    """Return the gateway over the company, with the tokens that `environ` holds."""
    ollama = two.settings.ollama.model_copy(update={"url": ollama_url})
    settings = two.settings.model_copy(update={"ollama": ollama})
    searcher = Searcher(PublishedVersion(two.warehouse), lambda: load_embedder(settings))
    answerer = Answerer(settings, searcher, Ollama(settings.ollama))
    return create_app(settings, answerer, searcher, environ=environ)


@pytest.fixture(scope="session")
def ollama() -> Iterator[FakeOllama]:
    """A model that says what stands in the company's FAQ, cites it, and adds an invention."""
    said = [
        "收到验证码后设置新密码。[1] ",
        "验证码 15 分钟内有效。[1] ",
        "火星上的用户还可以拨打 999 热线找回三年前的密码。[1]",
    ]
    with FakeOllama(said) as fake:
        yield fake


@pytest.fixture(scope="session")
def guarded(two: Two, ollama: FakeOllama) -> Iterator[str]:
    """The base URL of a gateway that needs a token."""
    with serving(console_over(two, ollama.url, SANKU_TOKEN=TOKEN)) as base:
        yield base


@pytest.fixture(scope="session")
def unguarded(two: Two, ollama: FakeOllama) -> Iterator[str]:
    """The base URL of a gateway on this machine without any token."""
    with serving(console_over(two, ollama.url)) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real headless Chromium; while it is open no test of the thread may run an event loop."""
    if not CHROMIUM.exists():
        pytest.skip(f"no `{CHROMIUM}`: pages are looked at in a real browser, or not at all")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()
