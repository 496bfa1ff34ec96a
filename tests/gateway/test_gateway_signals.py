"""What a service manager tells the gateway: to read its settings again, and to end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import CHECKOUT
from tests.gateway.served import MESSAGES, QUESTION

SOURCES = """
[company]
name = "云雀协作"
contact = "400"
[[faq]]
name = "help"
[gateway]
model = "{model}"
"""


class Served:
    """A gateway in a process of its own, whose answers wait for `gate`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        assert process.stdout
        self.process = process
        self.sources, self.gate = folder / "sources.toml", folder / "gate"
        self.url = process.stdout.readline().strip()

    def write(self, model: str) -> None:
        self.sources.write_text(SOURCES.format(model=model), encoding="utf-8")

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def line(self, event: str) -> dict[str, object]:
        """Return the next line of the log that begins with `event`."""
        assert self.process.stderr
        for line in self.process.stderr:
            told: dict[str, object] = json.loads(line)
            if str(told["event"]).startswith(event):
                return told
        pytest.fail(f"it ended without a line `{event}`")

    def name(self) -> str:
        return str(httpx.get(f"{self.url}/v1/models").json()["data"][0]["id"])

    @contextmanager
    def asking(self) -> Iterator[Iterator[str]]:
        """Ask, and yield what follows the first sentence, which has arrived."""
        body = {"model": self.name(), "messages": MESSAGES}
        with httpx.stream("POST", f"{self.url}/api/chat", json=body, timeout=30) as response:
            lines = response.iter_lines()
            assert "第一句" in next(lines)
            yield lines


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "sources.toml").write_text(SOURCES.format(model="first"), encoding="utf-8")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.gateway.foreground"),
            *(str(tmp_path / "sources.toml"), str(tmp_path / "gate")),
        ],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Served(process, tmp_path)
        finally:
            process.kill()


def test_a_reload_takes_new_settings_refuses_wrong_ones_and_loses_no_request(
    served: Served,
) -> None:
    with served.asking() as rest:
        served.write("second")
        served.signal(signal.SIGHUP)
        served.line("reloaded")
        assert served.name() == "second"
        served.sources.write_text("company = 1", encoding="utf-8")
        served.signal(signal.SIGHUP)
        told = served.line("not reloaded")
        assert told["level"] == "error"
        assert f"`{served.sources}`" in str(told["event"])
        assert served.name() == "second"
        # What began before both is finished by what it began with.
        served.gate.touch()
        said = list(rest)
    assert any("第二句" in line for line in said)
    assert json.loads(said[-1])["done"] is True
    requests = httpx.get(f"{served.url}/metrics").text
    assert 'sanku_requests_total{client="local",method="GET",route="/v1/models"' in requests


def test_a_termination_is_told_first_and_finishes_what_was_accepted(served: Served) -> None:
    with served.asking() as rest, httpx.Client(base_url=served.url) as watcher:
        assert watcher.get("/readyz").status_code == 200
        served.signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        while (ready := watcher.get("/readyz")).status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert ready.status_code == 503
        assert "told to end" in ready.json()["parts"]["gateway"]["reason"]
        assert ready.headers["connection"] == "close"
        with suppress(httpx.TransportError):  # the port is closed
            while time.monotonic() < deadline:
                watcher.get("/healthz")
                time.sleep(0.02)
        assert time.monotonic() < deadline
        served.gate.touch()
        said = list(rest)
    assert json.loads(said[-1])["done"] is True
    assert served.process.wait(10) == -signal.SIGTERM
    assert served.process.stderr is not None
    left = served.process.stderr.read()
    assert '"route": "/api/chat", "status": 200' in left
    assert QUESTION not in left
