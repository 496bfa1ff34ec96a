"""The systemd units and the Caddyfile of the documentation fit the code they run."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.gateway.access.connections import MOST_CONNECTIONS
from pipelines.gateway.access.middleware import Limits, callers
from pipelines.gateway.app import ROUTES
from pipelines.gateway.conversation.recorder import DRAIN_SECONDS
from pipelines.gateway.server import FINISH_SECONDS, NOTICE_SECONDS
from pipelines.settings import Gateway
from tests.conftest import CHECKOUT
from tests.gateway.served import settings_for

DEPLOY = CHECKOUT / "docs" / "deploy"
UNIT = (DEPLOY / "sanku.service").read_text(encoding="utf-8")
RUN_UNIT = (DEPLOY / "sanku-run.service").read_text(encoding="utf-8")
TIMER = (DEPLOY / "sanku-run.timer").read_text(encoding="utf-8")
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")


def keys(name: str, unit: str = UNIT) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)


def settings_of(unit: str) -> dict[str, list[str]]:
    service = unit.partition("[Service]")[2].partition("[Install]")[0]
    return {name: keys(name, unit) for name in re.findall(r"^(\w+)=", service, re.MULTILINE)}


def test_the_unit_runs_reloads_and_ends_the_gateway_as_it_wants() -> None:
    assert keys("ExecStart") == ["/opt/sanku/.venv/bin/sanku serve"]
    assert keys("ExecReload") == ["/bin/kill -HUP $MAINPID"]
    assert int(keys("TimeoutStopSec")[0]) > NOTICE_SECONDS + FINISH_SECONDS + DRAIN_SECONDS
    assert int(keys("LimitNOFILE")[0]) > 2 * MOST_CONNECTIONS


def test_the_unit_writes_where_it_may_and_holds_no_token() -> None:
    environment = dict(pair.split("=", 1) for pair in keys("Environment"))
    (writable,) = keys("ReadWritePaths")
    assert environment["SANKU_WAREHOUSE"].startswith(f"{writable}/")
    assert writable == f"/var/lib/{keys('StateDirectory')[0]}"
    assert environment["SANKU_MODEL_CACHE"].startswith(f"/var/cache/{keys('CacheDirectory')[0]}/")
    assert keys("ProtectSystem") == ["strict"]
    assert keys("NoNewPrivileges") == ["yes"]
    for name in environment:
        assert f"`{name}`" in OPERATIONS
        assert "TOKEN" not in name
    assert keys("EnvironmentFile") == ["/etc/sanku/sanku.env"]


def test_a_run_has_the_user_the_environment_and_the_limits_of_the_gateway() -> None:
    gateway, run = settings_of(UNIT), settings_of(RUN_UNIT)
    assert run.pop("ExecStart") == ["/opt/sanku/.venv/bin/sanku run"]
    assert run.pop("Type") == ["oneshot"]
    assert run == {name: gateway[name] for name in run}
    assert gateway.keys() - run.keys() == {
        "Type", "ExecStart", "ExecReload", "Restart", "RestartSec", "TimeoutStopSec", "CPUWeight",
        "LimitNOFILE",
    }  # fmt: skip
    assert "[Install]" not in RUN_UNIT


def test_a_command_by_hand_has_the_environment_of_the_gateway() -> None:
    (command,) = re.findall(r"^sudo (systemd-run (?:.*\\\n)*.*)", OPERATIONS, re.MULTILINE)
    words = shlex.split(command)
    given = [after for word, after in pairwise(words) if word == "-E"]
    assert given == keys("Environment")
    assert f"EnvironmentFile={keys('EnvironmentFile')[0]}" in words
    assert f"UMask={keys('UMask')[0]}" in words
    assert {f"--uid={keys('User')[0]}", f"--gid={keys('Group')[0]}"} <= set(words)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no `systemd-analyze` here")
@pytest.mark.parametrize(("name", "text"), [("sanku", UNIT), ("sanku-run", RUN_UNIT)])
def test_systemd_takes_the_unit_and_finds_it_little_exposed(
    name: str, text: str, tmp_path: Path
) -> None:
    unit = tmp_path / f"{name}.service"
    # What it starts has to be there to be checked.
    unit.write_text(text.replace("/opt/sanku/.venv/bin/sanku", sys.executable), encoding="utf-8")
    for command in (("verify", "--man=no"), ("security", "--offline=yes", "--threshold=25")):
        done = analyzed(*command, str(unit))
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{name}.service:" not in done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no `systemd-analyze` here")
def test_systemd_takes_the_timer_of_a_run(tmp_path: Path) -> None:
    run = RUN_UNIT.replace("/opt/sanku/.venv/bin/sanku", sys.executable)
    (tmp_path / "sanku-run.service").write_text(run, encoding="utf-8")
    timer = tmp_path / "sanku-run.timer"
    timer.write_text(TIMER, encoding="utf-8")
    done = analyzed("verify", "--man=no", str(timer))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sanku-run" not in done.stderr


def analyzed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def test_caddy_passes_on_to_the_gateway_what_it_takes_and_streams() -> None:
    address = re.search(r"reverse_proxy (\S+):(\d+) \{", CADDY)
    assert address is not None
    assert (address[1], int(address[2])) == (Gateway().host, Gateway().port)
    assert "flush_interval -1" in CADDY
    size = re.search(r"max_size (\d+)MB", CADDY)
    assert size is not None
    assert int(size[1]) * 1_000_000 == Limits().body_bytes
    named = {word for word in CADDY.split() if word.startswith("/")}
    assert named <= {getattr(route, "path", "") for route in ROUTES}
    assert CADDY.count("{") == CADDY.count("}")


def test_a_gateway_behind_a_proxy_needs_a_token() -> None:
    (host,) = re.findall(r"^(\S+) \{$", CADDY, re.MULTILINE)
    assert host in OPERATIONS
    settings = settings_for(gateway={"hosts": [host]})
    with pytest.raises(SettingsError, match=f"`{host}`, which others call through a proxy"):
        callers(settings, {})
    assert callers(settings, {"SANKU_TOKEN": "a-long-random-text"})


def test_the_settings_that_the_operations_page_shows_are_accepted() -> None:
    shown = re.findall(r"^```toml\n(.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
    tables = tomllib.loads("".join(shown))
    settings = settings_for(**tables)
    environ = {client.token_env: "a-long-random-text" for client in settings.client}
    assert [client.name for client, _ in callers(settings, environ)] == ["web_shop"]
