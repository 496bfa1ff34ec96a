"""`GET /api/analytics`: figures as JSON and Parquet, and what is said of a wrong request."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from pipelines.analytics import DAYS_SCHEMA, TURNS_SCHEMA
from pipelines.redaction import Redactor
from pipelines.settings import Settings
from tests.analytics.logged import KEY, Log, settings_over
from tests.gateway.served import ANSWER, ScriptedAnswerer, app_for, serving


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_over(tmp_path_factory.mktemp("analytics"))


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    """A gateway whose log holds an answer and a refusal."""
    log = Log(settings, Redactor(KEY))
    log.add("我叫王建国，怎么导出？", customer="u1")
    log.refuse("附近有餐厅吗")
    with serving(app_for(ScriptedAnswerer(ANSWER), settings=settings)) as base:
        yield base


def get(url: str, query: str = "") -> httpx.Response:
    return httpx.get(f"{url}/api/analytics{query}", trust_env=False)


def test_the_figures_of_the_last_days_come_as_json(url: str) -> None:
    response = get(url, "?days=7")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    assert len(told["days"]) == 7
    assert told["total"]["questions"] == 2
    assert told["total"]["outcomes"]["refused"] == {"count": 1, "share": 0.5}
    assert [topic["example"] for topic in told["unresolved"]] == ["附近有餐厅吗"]
    assert len(get(url).json()["days"]) == 30


def test_the_figures_by_day_come_as_parquet(url: str) -> None:
    response = get(url, "?days=2&format=parquet")
    assert response.headers["content-type"] == "application/vnd.apache.parquet"
    assert response.headers["content-disposition"] == (
        'attachment; filename="sanku-days-2026-11-20.parquet"'
    )
    table = pq.read_table(io.BytesIO(response.content))
    assert table.schema.equals(DAYS_SCHEMA)
    assert table["questions"].to_pylist() == [0, 2]


def test_the_redacted_turns_come_as_parquet(url: str) -> None:
    response = get(url, "?what=turns&format=parquet")
    assert 'filename="sanku-turns-2026-11-20.parquet"' in response.headers["content-disposition"]
    table = pq.read_table(io.BytesIO(response.content))
    assert table.schema.equals(TURNS_SCHEMA)
    assert table["question"].to_pylist() == ["我叫〈人名1〉，怎么导出？", "附近有餐厅吗"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?days=0", "`days`: Input should be greater than or equal to 1"),
        ("?days=367", "`days`: Input should be less than or equal to 366"),
        ("?days=soon", "`days`: Input should be a valid integer"),
        ("?format=csv", "`format`: Input should be 'json' or 'parquet'"),
        ("?what=customers", "`what`: Input should be 'days' or 'turns'"),
        ("?what=turns", "`what`: turns are given as Parquet; add `format=parquet`"),
        ("?day=7", "`day`: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(url: str, query: str, words: str) -> None:
    response = get(url, query)
    assert response.status_code == 400
    assert response.json()["error"].startswith(words)


def test_without_a_log_there_are_figures_of_nothing(tmp_path: Path) -> None:
    empty = settings_over(tmp_path)
    with serving(app_for(ScriptedAnswerer(ANSWER), settings=empty)) as base:
        assert get(base).json()["total"]["questions"] == 0
        turns = get(base, "?what=turns&format=parquet")
    assert pq.read_table(io.BytesIO(turns.content)).num_rows == 0
