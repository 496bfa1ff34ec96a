"""The process that redacts what the gateway logs: beside the answers, and gone with the gateway."""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.gateway.conversation.recorder import load_redactor
from tests.gateway.recorded import (
    PERSONAL,
    SAFE,
    ask,
    logged,
    logging_gateway,
    settings_in,
    wait_for,
)


def redacting() -> list[int]:
    """Return the redacting processes that this one has started and that live."""
    own = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if b"pipelines.redaction.worker" in command and int(parent) == os.getpid():
            own += [int(folder.name)] if state != "Z" else []
    return own


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_answers_are_redacted_in_a_process_that_ends_with_the_gateway(tmp_path: Path) -> None:
    settings, before = settings_in(tmp_path), redacting()
    with logging_gateway(settings, load_redactor) as url:
        wait_for(url, state="ready")
        (process,) = set(redacting()) - set(before)
        ask(url, PERSONAL)

    assert process not in redacting()
    assert [line["text"] for line in logged(settings)][::2] == [SAFE]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_a_process_that_is_killed_costs_one_answer_at_most(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings, before = settings_in(tmp_path), redacting()
    with logging_gateway(settings, load_redactor) as url:
        wait_for(url, state="ready")
        (process,) = set(redacting()) - set(before)
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: process not in redacting())
        ask(url, PERSONAL)
        wait_for(url, lost=1, waiting=0)
        ask(url, PERSONAL)
        # A new process has to load first, for which the end of the gateway need not have the time.
        wait_until(lambda: bool(logged(settings)))

    assert [line["text"] for line in logged(settings)][::2] == [SAFE]
    (told,) = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert told.startswith("conversations are not logged: A redaction process was killed by")
