"""`sanku serve` under a service manager: read again on SIGHUP, ended by SIGTERM."""

import json
import os
import signal
import subprocess
from pathlib import Path

import httpx

from tests.cli.command import CHECKOUT, COMMAND
from tests.conftest import Company

GATEWAY = '\n[gateway]\nlog = false\nlog_format = "json"\nmodel = "{model}"\nport = {port}\n'


def test_serve_reads_its_settings_again_and_ends_when_it_is_told(
    sample: Company, sample_model: str, tmp_path: Path
) -> None:
    settings, warehouse = sample
    declared = settings.sources_file.read_text(encoding="utf-8")
    assert "[gateway]" not in declared
    sources = tmp_path / "sources.toml"

    def write(model: str, port: int) -> None:
        sources.write_text(declared + GATEWAY.format(model=model, port=port), encoding="utf-8")

    write("first", 0)
    process = subprocess.Popen(
        [*COMMAND, "serve", "--sources", str(sources), "--warehouse", str(warehouse.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={
            "SANKU_EMBEDDING_MODEL": sample_model,
            "SANKU_REDACTION_KEY": "ab" * 32,
            "OLLAMA_HOST": "127.0.0.1:9",
            "PATH": os.environ["PATH"],
        },
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split()[2]
        with httpx.Client(base_url=url, trust_env=False) as client:

            def model() -> str:
                return str(client.get("/v1/models").json()["data"][0]["id"])

            def told() -> tuple[str, str]:
                """Return level and words of the next line that is not a request's."""
                lines = map(json.loads, process.stderr or ())
                line = next(line for line in lines if line["event"] != "request")
                return line["level"], line["event"]

            assert model() == "first"
            write("second", 1)
            process.send_signal(signal.SIGHUP)
            assert told() == (
                "warning",
                "`gateway.host` and `gateway.port` change with the next start only",
            )
            assert told() == ("info", "reloaded")
            assert model() == "second"
            sources.write_text("[gateway]\nmodell = 1", encoding="utf-8")
            process.send_signal(signal.SIGHUP)
            level, words = told()
            assert (level, words.partition(":")[0]) == (
                "error",
                "not reloaded, the former settings hold",
            )
            assert "`gateway.modell` is not a known key" in words
            assert model() == "second"
        process.send_signal(signal.SIGTERM)
        left = process.stderr.read()
    assert process.returncode == -signal.SIGTERM
    assert {json.loads(line)["level"] for line in left.splitlines()} <= {"info"}
