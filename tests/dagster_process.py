"""A real Dagster on loopback: web server, daemon and code location, as `make ui` starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

from tests.conftest import CHECKOUT

_STARTS_WITHIN_SECONDS = 120
# A run waits for the queue and for nothing else.
_IMPATIENT = """
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    dequeue_interval_seconds: 1
"""


@dataclass(frozen=True)
class Dagster:
    """A web server and a daemon, each with what it started."""

    url: str
    web: subprocess.Popen[bytes]
    daemon: subprocess.Popen[bytes]

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask over GraphQL, as a person does who clicks in the UI."""
        sent = {"query": query, "variables": variables}
        told = httpx.post(f"{self.url}/graphql", json=sent, trust_env=False, timeout=60).json()
        assert "errors" not in told, told
        return dict(told["data"])

    @contextmanager
    def queue_held(self) -> Iterator[None]:
        """Let no run leave the queue."""
        self.daemon.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.daemon.send_signal(signal.SIGCONT)


@contextmanager
def dagster_over(sources: Path, warehouse: Path, log: Path) -> Iterator[Dagster]:
    """Start Dagster over a company; everything it started ends with it."""
    given = (CHECKOUT / "warehouse" / "dagster.yaml").read_text(encoding="utf-8")
    (warehouse / "dagster.yaml").write_text(given + _IMPATIENT, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {key: value for key, value in os.environ.items() if "SANKU" not in key}
    environment |= {
        "DAGSTER_HOME": str(warehouse),
        "SANKU_SOURCES": str(sources),
        "SANKU_WAREHOUSE": str(warehouse),
        "OLLAMA_HOST": "127.0.0.1:9",
    }
    url = f"http://127.0.0.1:{port}"
    web = ("dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", port)
    with (
        log.open("w") as output,
        _started(output, environment, *web) as webserver,
    ):
        # Before the daemon starts: it makes the tables of a new home, which two cannot do at once.
        _wait_for(url, webserver, log)
        daemon_command = ("dagster-daemon", "run", "-w", "workspace.yaml")
        with _started(output, environment, *daemon_command) as daemon:
            yield Dagster(url, webserver, daemon)


@contextmanager
def _started(
    output: IO[str], environment: dict[str, str], program: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # Its own session: code servers and runs end with it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if httpx.get(f"{url}/server_info", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8"))
