"""What an exchange answers stands with the exchange, and goes with it, out of every byte."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.embedding.model import Embedder, load_embedder
from pipelines.forget import Request, forget
from pipelines.publish import kept_versions
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.forgetting import CANARY, OTHER, conversation, hold, publish, write_company, write_log

ANSWER = "在控制台的费用中心里打开发票页，选择订单和抬头，三个工作日内寄出纸质发票。"


@pytest.fixture
def settings(tmp_path: Path, character_model: Path) -> Settings:
    settings = write_company(tmp_path, character_model)
    with (tmp_path / "faq" / "a.md").open("a", encoding="utf-8") as file:
        file.write(f"## 发票怎么开？\n\n{ANSWER}\n\n")
    return settings


@pytest.fixture
def model(settings: Settings) -> Embedder:
    return load_embedder(settings)


def talk(name: str, customer: str, canary: str, day: int) -> list[dict[str, str]]:
    spoken = conversation(name, customer, canary, day)
    spoken[0]["text"] = f"公司{canary}报销用的单据从哪弄来着"
    spoken[1]["text"] = f"您好，{ANSWER}"
    return spoken


def answered(warehouse: Warehouse) -> dict[str, list[str]]:
    """Return what the published version's exchanges asked, and the entries that they answer."""
    rows = published(warehouse).rows("tier", "view", "search_text", "answers").to_pylist()
    return {
        row["search_text"]: row["answers"]
        for row in rows
        if row["tier"] == "dialogues" and row["view"] == "question"
    }


def entry(warehouse: Warehouse) -> str:
    rows = published(warehouse).rows("entry_id", "title", "tier").to_pylist()
    return next(
        row["entry_id"] for row in rows if (row["title"], row["tier"]) == ("发票怎么开？", "faq")
    )


def test_an_exchange_says_what_it_answers_and_is_forgotten_from_every_kept_version(
    settings: Settings, model: Embedder
) -> None:
    warehouse = Warehouse(settings.warehouse)
    write_log(settings, talk("会话一", "客户甲", CANARY, 18))
    publish(settings, warehouse, model)
    write_log(settings, talk("会话一", "客户甲", CANARY, 18), talk("会话二", "客户乙", OTHER, 19))
    publish(settings, warehouse, model)
    assert set(map(tuple, answered(warehouse).values())) == {(entry(warehouse),)}
    assert len(answered(warehouse)) == 2
    assert len(kept_versions(warehouse)) == 2

    forget(settings, warehouse, Request(customers=("客户甲",)))
    assert hold(warehouse, CANARY) == set()
    (left,) = answered(warehouse)
    assert OTHER in left
    assert all(
        CANARY not in str(version.rows("search_text", "answers").to_pylist())
        for version in kept_versions(warehouse)
    )


def test_an_exchange_that_leaves_the_window_takes_what_it_answers_along(
    settings: Settings, model: Embedder
) -> None:
    warehouse = Warehouse(settings.warehouse)
    write_log(settings, talk("会话一", "客户甲", CANARY, 18), talk("会话二", "客户乙", OTHER, 19))
    publish(settings, warehouse, model)
    assert settings.as_of is not None
    later = settings.model_copy(
        update={"as_of": settings.as_of + timedelta(days=settings.window.days - 2)}
    )
    publish(later, warehouse, model)
    (left,) = answered(warehouse)
    assert OTHER in left
    assert hold(warehouse, CANARY) == set()
