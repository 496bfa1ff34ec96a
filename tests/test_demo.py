"""`python -m assets.demo`, as `make demo` runs it."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assets.conftest import write_company
from tests.conftest import CHECKOUT
from tests.fake_ollama import FakeOllama


@pytest.fixture(scope="module")
def sources(
    tmp_path_factory: pytest.TempPathFactory, sample_sources: Path, character_model: Path
) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    return write_company(folder, sample_sources, character_model).sources_file


def demo(sources: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    cleared = {"DAGSTER_HOME", "LANCEDB_LOG", "OLLAMA_HOST", "SANKU_TOKEN", "PYTHONWARNINGS"}
    environment = {key: value for key, value in os.environ.items() if key not in cleared}
    environment |= {"SANKU_SOURCES": str(sources), "SERVE": "0", **environ}
    environment.setdefault("SANKU_WAREHOUSE", str(sources.parent / "out"))
    return subprocess.run(
        [sys.executable, "-m", "assets.demo"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def value(printed: str, asset: str, name: str) -> str:
    line = next(line for line in printed.splitlines() if line.startswith(f"{asset}: "))
    found = re.search(rf"\b{name} ([^,]+)", line)
    assert found, line
    return found[1]


@pytest.mark.long
def test_the_demo_answers_three_questions_and_a_second_run_makes_nothing_new(
    sources: Path,
) -> None:
    first = demo(sources)
    assert first.returncode == 0, first.stdout + first.stderr
    assert int(value(first.stdout, "embeddings", "embedded")) > 100
    assert value(first.stdout, "published", "new") == "True"

    with FakeOllama("请在「设置」里操作。[1]") as ollama:
        second = demo(sources, OLLAMA_HOST=ollama.url)

    assert second.returncode == 0, second.stdout + second.stderr
    assert value(second.stdout, "embeddings", "embedded") == "0"
    assert value(second.stdout, "published", "new") == "False"
    assert value(second.stdout, "golden_answers", "model") == ollama.model
    for done, model in ((first, "no `qwen3:32b` at"), (second, "answers by `qwen3:32b` at")):
        assert done.stdout.count(model) == 1
        assert done.stdout.count("问 / Q: ") == 3
        version = value(done.stdout, "published", "version")
        assert len(re.findall(rf"^— \w+ .*version {version}, \d+ ms$", done.stdout, re.M)) == 3
        # What others log or warn of does not reach the terminal; an asset's own words may.
        noise = [line for line in done.stderr.splitlines() if not line.startswith("  ")]
        assert noise == []


def test_a_taken_port_is_told_before_any_work_is_done(sources: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = demo(sources, SERVE="1", SANKU_PORT=port, SANKU_WAREHOUSE=str(tmp_path / "new"))

    assert done.returncode == 5
    assert f"`127.0.0.1:{port}` cannot be bound" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()


def test_wrong_settings_are_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text("company = 1", encoding="utf-8")

    done = demo(file)

    assert done.returncode == 5
    assert f"sanku: `{file}`" in done.stderr
    assert "Traceback" not in done.stderr
