"""Nothing leaves the house: a whole run and an answer open no connection but to loopback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

# An audit hook sees every connection and look-up that Python code makes, also those that fail.
WATCHED = """
import json, sys
from pathlib import Path

seen = []

def watch(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            seen.append([event, str(address)])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        if arguments[0] not in (None, "127.0.0.1", "::1", "localhost", b"127.0.0.1"):
            seen.append([event, str(arguments[0])])

sys.addaudithook(watch)
from pipelines.cli import main
try:
    main(sys.argv[2:], standalone_mode=False)
finally:
    Path(sys.argv[1]).write_text(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All three tiers, cut down to what embeds in seconds."""
    folder = tmp_path_factory.mktemp("company")
    sample = CHECKOUT / "kb_sources"
    (folder / "faq").mkdir()
    first = sorted((sample / "faq" / "handbook").glob("*.md"))[0]
    shutil.copyfile(first, folder / "faq" / "help.md")
    shutil.copyfile(sample / "product.bundle", folder / "product.bundle")
    lines = [
        {"conversation": "a", "at": "2026-11-20T09:00:00+08:00", "role": "user",
         "text": "我叫王建国，邮箱 wangjianguo@example.com，忘记密码了怎么重新设置？"},
        {"conversation": "a", "at": "2026-11-20T09:01:00+08:00", "role": "agent",
         "text": "在登录页点「忘记密码」，输入绑定的邮箱，按邮件里的步骤设置新密码就可以了。"},
    ]  # fmt: skip
    logs = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "chat.jsonl").write_text(logs + "\n", encoding="utf-8")
    (folder / "sources.toml").write_text(
        'as_of = 2026-11-20\ncompany = {name = "云雀协作", contact = "400"}\nwindow = {days = 2}\n'
        '[[faq]]\nname = "help"\nfolder = "faq"\n'
        '[[dialogues]]\nname = "chat"\nfiles = "chat.jsonl"\n'
        '[[changelog]]\nname = "product"\nrepo = "product.bundle"\n',
        encoding="utf-8",
    )
    return folder


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [["run", "--json"], ["ask", "--json", "忘记密码后如何重新设置？"]],
    ids=["run", "ask"],
)
def test_no_connection_leaves_the_machine(company_folder: Path, command: list[str]) -> None:
    report = company_folder / "connections.json"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("SANKU_", "OLLAMA_"))
    }
    environment["SANKU_REDACTION_KEY"] = "invented-key-for-this-test"
    environment["OLLAMA_HOST"] = "127.0.0.1:9"
    options = ["--sources", str(company_folder / "sources.toml")]
    options += ["--warehouse", str(company_folder / "warehouse")]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(report), *command, *options],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(report.read_text()) == []
    assert json.loads(done.stdout)
