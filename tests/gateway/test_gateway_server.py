"""The gateway's port: what is told when it cannot be had, and where it is when it can."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from pipelines.errors import SettingsError
from pipelines.gateway.server import bind, serving, url_of
from tests.gateway.served import ANSWER, ScriptedAnswerer, app_for


def test_a_taken_port_is_told_with_the_ways_to_another() -> None:
    with bind("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(SettingsError, match=f"`127.0.0.1:{port}` cannot be bound") as caught:
            bind("127.0.0.1", port)
    for named in ("Address already in use. Choose", "`SANKU_PORT`", "`--port`"):
        assert named in str(caught.value)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "fe80::1%nowhere", "a" * 70 + ".example", "a\0b", "..", "", "\udcff"]
)
def test_a_host_that_is_none_of_this_machine_is_told(host: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be bound: [A-Za-z]"):
        bind(host, 0)


def test_the_url_of_an_ipv6_address_has_brackets() -> None:
    try:
        listening = bind("::1", 0)
    except SettingsError:
        pytest.skip("this machine has no IPv6")
    with listening:
        assert url_of(listening) == f"http://[::1]:{listening.getsockname()[1]}"


def gateways() -> set[threading.Thread]:
    # Named, because worker threads of other tests come and go.
    return {thread for thread in threading.enumerate() if thread.name == "gateway"}


def test_a_gateway_ends_with_its_block() -> None:
    others = gateways()  # one that was left with an endless answer may outlive its test
    with (
        bind("127.0.0.1", 0) as listening,
        serving(app_for(ScriptedAnswerer(ANSWER)), listening) as url,
    ):
        assert httpx.get(url).text == "Ollama is running"
        (own,) = gateways() - others
    assert not own.is_alive()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_gateway_that_does_not_start_says_so() -> None:
    @asynccontextmanager
    async def broken(app: Starlette) -> AsyncIterator[None]:
        raise OSError("no model")
        yield

    with (
        bind("127.0.0.1", 0) as listening,
        pytest.raises(SettingsError, match="did not start"),
        serving(Starlette(lifespan=broken), listening),
    ):
        pytest.fail("it was served")
