"""`/openapi.json` describes every route, and what it describes is what is answered."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, openapi
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.routing import Route

from pipelines.answer import Answerer
from pipelines.gateway.access.rights import is_console
from pipelines.gateway.app import ROUTES, create_app
from pipelines.gateway.openapi import MCP, describe
from pipelines.search import published_searcher
from tests.conftest import Company
from tests.gateway.served import serving

TOKEN = "a-long-random-text"
DESCRIPTION = describe(ROUTES, "0")
SCHEMA = openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def url(sample: Company) -> Iterator[str]:
    """A gateway over the sample company, which answers without a model."""
    company, warehouse = sample
    searcher = published_searcher(company, warehouse)
    answerer = Answerer(company, searcher, None)
    with serving(create_app(company, answerer, searcher, environ={"SANKU_TOKEN": TOKEN})) as base:
        yield base


def test_every_route_but_the_console_and_mcp_is_described(url: str) -> None:
    served = httpx.get(f"{url}/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert served["paths"] == DESCRIPTION["paths"]
    assert set(served["paths"]) == {
        route.path.replace(":path", "")
        for route in ROUTES
        if isinstance(route, Route) and not is_console(route.path) and route.path != MCP
    }
    for path, operations in served["paths"].items():
        for operation in operations.values():
            assert operation["summary"].endswith("."), path


def test_what_takes_a_body_says_which() -> None:
    chat = DESCRIPTION["paths"]["/api/chat"]["post"]
    content = chat["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ChatBody"}
    assert DESCRIPTION["components"]["schemas"]["ChatBody"]["required"] == ["model"]
    assert chat["x-needs"] == ["ask"]
    assert DESCRIPTION["paths"]["/healthz"]["get"]["security"] == []


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Ask for the model that there is, so that more than its name is looked at."""
    return body | {"model": "sanku"} if isinstance(body, dict) else body


@SCHEMA.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_route_answers_as_described(case: Case[Any], url: str) -> None:
    case.call_and_validate(
        base_url=url,
        headers={"Authorization": f"Bearer {TOKEN}"},
        excluded_checks=[negative_data_rejection, positive_data_acceptance],
    )
