"""The sample company, taken whole through Dagster once for all tests of this folder."""

import contextlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from assets.company import Company
from assets.definitions import build_definitions
from assets.demo import instance_of, materialize_all
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

DAYS = 5
GOLDEN = 12


@dataclass(frozen=True)
class Ran:
    """A company after its run, and what the run printed."""

    settings: Settings
    printed: str

    @property
    def warehouse(self) -> Warehouse:
        """Where its output lies."""
        return Warehouse(self.settings.warehouse)

    @property
    def resource(self) -> Company:
        """The company as Dagster's assets take it."""
        return Company(
            sources=str(self.settings.sources_file), warehouse_folder=str(self.settings.warehouse)
        )

    def execute(
        self, job: str, partition: str | None = None, *, assets: list[str] | None = None
    ) -> dg.ExecuteInProcessResult:
        """Run a job of the code location in this process, in the company's own Dagster home."""
        definitions = build_definitions(self.settings)
        with instance_of(self.settings) as instance:
            return definitions.resolve_job_def(job).execute_in_process(
                instance=instance,
                partition_key=partition,
                asset_selection=assets and [dg.AssetKey(name) for name in assets],
                run_config={"loggers": {"plain": {"config": {}}}},
                raise_on_error=False,
            )


def write_company(folder: Path, sample: Path, model: Path) -> Settings:
    """Write the sample company into `folder`: five days of dialogues, a model that costs nothing.

    Nothing listens on port 9, so that no answer depends on what runs on this machine.
    """
    shutil.copytree(sample.parent, folder, dirs_exist_ok=True)
    file = folder / "sources.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("\ndays = 30", f"\ndays = {DAYS}"),
        ("[redaction]\n", f'[redaction]\nkey_file = "{folder / "redaction.key"}"\n'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    text += f'\n[embedding]\nmodel = "{model}"\n[ollama]\nurl = "http://127.0.0.1:9"\n'
    file.write_text(text, encoding="utf-8")
    golden = folder / "golden.jsonl"
    lines = golden.read_text(encoding="utf-8").splitlines()[:GOLDEN]
    golden.write_text("\n".join(lines), encoding="utf-8")
    return load_settings(file, folder / "warehouse", environ={})


@pytest.fixture(scope="session", autouse=True)
def _nothing_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OLLAMA_HOST", "SANKU_OLLAMA_MODEL", "SANKU_EMBEDDING_MODEL", "SANKU_TOKEN"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def ran(
    sample_sources: Path,
    character_model: Path,
    tmp_path_factory: pytest.TempPathFactory,
    _nothing_from_outside: None,
) -> Ran:
    """The sample company after one run. Read it, and never write to it."""
    settings = write_company(tmp_path_factory.mktemp("company"), sample_sources, character_model)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        materialize_all(settings)
    return Ran(settings, printed.getvalue())


@pytest.fixture
def copy(ran: Ran, tmp_path: Path) -> Ran:
    """A copy of the company and its warehouse, for a test that changes them."""
    folder = tmp_path / "company"
    shutil.copytree(ran.settings.sources_file.parent, folder)
    settings = load_settings(folder / "sources.toml", folder / "warehouse", environ={})
    return Ran(settings, ran.printed)
