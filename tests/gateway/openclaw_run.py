"""A real OpenClaw asks the sample company a question: `make openclaw`, outside of `make test`.

Installs OpenClaw and the Node it needs from the npm registry into a folder, 840 MB, unless they
are there; publishes the sample company into a temporary one, and configures OpenClaw for it as
`docs/front_ends.md` says, in a home of its own. Fails unless its answer holds the company's
standard answer with the citation and the source, and unless it finds both tools over MCP.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.gateway import server
from pipelines.search import published_searcher
from tests.conftest import CHECKOUT, publish_sample

OPENCLAW, NODE = "openclaw@2026.9.6", "node@24.21.0"
QUESTION = "忘记密码怎么办？"
TIMEOUT = 300.0
ONBOARD = (
    *("onboard", "--non-interactive", "--accept-risk", "--skip-health", "--skip-daemon"),
    *("--skip-channels", "--skip-skills", "--skip-search", "--skip-hooks", "--skip-ui"),
    *("--skip-bootstrap", "--auth-choice", "ollama", "--custom-model-id", "sanku:latest"),
)


def install(folder: Path) -> Path:
    """Return the folder of the installed commands; a half of an installation is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    commands = folder / "node_modules" / ".bin"
    quiet = ("--silent", "--no-audit", "--no-fund")
    for package in (NODE, OPENCLAW):
        if not (commands / package.partition("@")[0]).exists():
            subprocess.run(
                ["npm", "install", *quiet, "--prefix", str(folder), package],
                env=os.environ | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"},
                check=True,
            )
    return commands


class OpenClaw:
    """The command, in a home of its own and quiet towards the network."""

    def __init__(self, commands: Path, home: Path) -> None:
        self._environment = {
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "OPENCLAW_STATE_DIR": str(home / "state"),
            "OPENCLAW_CONFIG_PATH": str(home / "openclaw.json"),
            "OPENCLAW_NO_AUTO_UPDATE": "1",
            "OPENCLAW_DISABLE_BONJOUR": "1",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def __call__(self, *arguments: str) -> str:
        """Run one command and return what it printed; raises when it fails."""
        started = time.monotonic()
        done = subprocess.run(
            ["openclaw", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        say(f"openclaw {arguments[0]}: {time.monotonic() - started:.0f} s")
        if done.returncode:
            raise SystemExit(f"openclaw {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout


def say(text: str) -> None:
    """Tell what happens, as it happens."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Install, publish, configure, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where OpenClaw is or will be installed")
    commands = install(parser.parse_args().folder.resolve())
    with tempfile.TemporaryDirectory(prefix="sanku-openclaw-") as made:
        folder = Path(made)
        sources = CHECKOUT / "kb_sources" / "sources.toml"
        settings, warehouse = publish_sample(sources, folder, "builtin", days=1)
        # Answered from the FAQ, word for word: no language model is needed.
        unreachable = settings.ollama.model_copy(update={"url": "http://127.0.0.1:9"})
        settings = settings.model_copy(update={"ollama": unreachable})
        app = server.gateway_over(settings, published_searcher(settings, warehouse))
        with server.bind("127.0.0.1", 0) as listening, server.serving(app, listening) as url:
            check(OpenClaw(commands, folder / "home"), url)


def check(openclaw: OpenClaw, url: str) -> None:
    """Raise unless OpenClaw answers with Sanku's own words, and reaches its tools."""
    openclaw(*ONBOARD, "--custom-base-url", url)
    said = openclaw("agent", "--local", "--message", QUESTION, "--session-id", "t1", "--json")
    answer = "\n".join(one.get("text") or "" for one in json.loads(said)["payloads"])
    say(answer)
    assert "[1]" in answer
    assert "参考资料" in answer
    # Without a transport it takes an older one, which Sanku does not speak.
    tools = {"url": f"{url}/mcp", "transport": "streamable-http"}
    openclaw("config", "set", "mcp.servers.sanku", json.dumps(tools))
    say(openclaw("mcp", "doctor", "sanku", "--probe"))


if __name__ == "__main__":
    main()
