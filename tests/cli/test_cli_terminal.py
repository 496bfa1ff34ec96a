"""What `sanku` does to the terminal or pipe it runs in."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import CHECKOUT, COMMAND, commands, sanku


def start(*arguments: str, **environ: str) -> subprocess.Popen[bytes]:
    """Start the command as a process of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, **environ},
    )


def at_a_terminal(*arguments: str, columns: int) -> str:
    """Return what the command shows at a terminal of that width."""
    ours, theirs = pty.openpty()
    environ: Mapping[str, str] = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=theirs, stderr=theirs, cwd=CHECKOUT, env=environ
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += (piece := os.read(ours, 65536))
            except OSError:
                break
            if not piece:
                break
    os.close(ours)
    return shown.decode()


# `serve` prints no result; the others have a `--format`.
WITHOUT_JSON = {"serve", "mcp", "faq export", "faq lint"}


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_explains_itself(command: str) -> None:
    done = sanku(*command.split(), "--help")
    assert done.exit_code == 0
    for option in ("--sources", "--warehouse"):
        assert option in done.stdout
    assert (command in WITHOUT_JSON) is ("--json" not in done.stdout)


def test_the_help_documents_the_exit_status() -> None:
    text = " ".join(sanku("--help").stdout.split())
    for status in (
        "0 done",
        "1 `verify` or `faq lint`",
        "2 wrong usage",
        "4 a check",
        "5 could",
        "130 ",
    ):
        assert status in text


def test_help_loads_no_model_and_no_index() -> None:
    code = (
        "import sys\nfrom pipelines.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'lancedb', 'presidio_analyzer', 'dagster', 'pyarrow', 'pydantic'}\n"
        "sys.exit(f'loaded {heavy & sys.modules.keys()}' if heavy & sys.modules.keys() else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_is_no_error(sample_sources: Path) -> None:
    process = start("changelog", str(sample_sources.parent / "product.bundle"), "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    complaint = process.stderr.read()
    assert (process.wait(), complaint) == (141, b"")
    process.stderr.close()
    assert process.stdin is not None
    process.stdin.close()


def test_an_interrupt_ends_quietly() -> None:
    process = start("redact")
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    shown, complaint = process.communicate()
    assert (process.returncode, shown, complaint) == (130, b"", b"")


def test_a_locale_without_chinese_loses_nothing(sample_sources: Path) -> None:
    faq = str(sample_sources.parent / "faq" / "handbook" / "account.md")
    latin = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    shown, complaint = start("faq", "show", faq, "--json", **latin).communicate()
    assert complaint == b""
    assert any("密码" in entry["question"] for entry in json.loads(shown)["entries"])
    plain, complaint = start("faq", "show", faq, **latin).communicate()
    assert b"Traceback" not in complaint
    assert b"\\u5bc6\\u7801" in plain


def test_a_terminal_gets_a_table_and_a_narrow_one_plain_lines(sample_sources: Path) -> None:
    faq = str(sample_sources.parent / "faq" / "english" / "admin.md")
    wide = at_a_terminal("faq", "show", faq, columns=100)
    assert "┃ lines" in wide.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert max(len(line) for line in wide.splitlines()) < 200
    assert "┃" not in at_a_terminal("faq", "show", faq, columns=20)


def test_terminal_controls_in_a_source_are_not_sent_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("## 怎么\x1b]0;title\x07登录？\n\n点\x1b[31m登录。\n", encoding="utf-8")
    shown = at_a_terminal("faq", "show", str(file), columns=100)
    assert "\x1b]0" not in shown
    assert "\x1b[31m" not in shown
