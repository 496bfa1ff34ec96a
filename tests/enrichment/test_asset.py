"""The asset `similar_questions`: what the Dagster UI tells of a run."""

from pathlib import Path

import dagster as dg

from assets.company import Company
from assets.index import similar_questions
from pipelines import pull
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama


def made(sources: Path, warehouse: Path) -> dict[str, object]:
    with dg.DagsterInstance.ephemeral() as instance:
        ran = dg.materialize(
            [similar_questions],
            instance=instance,
            resources={"company": Company(sources=str(sources), warehouse_folder=str(warehouse))},
        )
    (told,) = ran.asset_materializations_for_node("similar_questions")
    return {name: value.value for name, value in told.metadata.items()}


def test_it_tells_what_was_written_and_why_entries_wait(
    tmp_path: Path, character_model: Path
) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text("## 怎么开发票？\n\n申请。\n", encoding="utf-8")
    sources = tmp_path / "sources.toml"
    with FakeOllama('{"questions": ["报账的发票上哪弄", "发票 www.x.example"]}') as ollama:
        sources.write_text(
            'as_of = 2026-11-20\n[company]\nname = "云雀"\ncontact = "热线"\n'
            f'[embedding]\nmodel = "{character_model}"\n[[faq]]\nname = "help"\nfolder = "faq"\n'
            f'[ollama]\nurl = "{ollama.url}"\nmodel = "{ollama.model}"\n',
            encoding="utf-8",
        )
        settings = load_settings(sources, tmp_path / "warehouse", environ={})
        pull.faq(settings, Warehouse(settings.warehouse), settings.faq[0])
        ollama.behave("refuse")
        told = made(sources, settings.warehouse)
        assert (told["entries asked about"], told["entries waiting"]) == (0, 1)
        assert "does not answer" in str(told["why they wait"])
        ollama.behave()
        told = made(sources, settings.warehouse)
    assert (told["entries asked about"], told["entries waiting"]) == (1, 0)
    assert (told["wordings of use"], told["wordings refused"]) == (1, 1)
    assert "报账的发票上哪弄" in str(told["wordings"])
    assert told["why they wait"] == "none waits"
