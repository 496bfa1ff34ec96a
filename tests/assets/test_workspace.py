"""The code location loads from any folder, and says what is wrong when it cannot."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import CHECKOUT

BIN = Path(sys.executable).parent


def run(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "DAGSTER_HOME"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_workspace_loads_from_a_folder_that_has_an_assets_package_of_its_own(
    tmp_path: Path,
) -> None:
    other = tmp_path / "assets"
    other.mkdir()
    (other / "__init__.py").write_text("raise RuntimeError('the wrong package')\n")

    done = run(
        tmp_path,
        str(BIN / "dagster"),
        *("definitions", "validate", "-w", str(CHECKOUT / "workspace.yaml")),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation successful for code location sanku" in done.stdout + done.stderr


def test_the_project_loads_from_below_it_and_a_broken_file_is_named_with_its_mend(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "sources.toml"
    broken.write_text("company = { name = '云雀协作', contact = '400' }\n[[fqa]]\nname = 'help'\n")
    command = (str(BIN / "dg"), "check", "defs")

    done = run(CHECKOUT / "pipelines" / "faq", *command, SANKU_SOURCES=str(broken))

    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert f"`{broken}`" in told
    assert "`fqa` is not a known key" in told
    assert "ValidationError" not in told
