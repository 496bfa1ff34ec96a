"""Names that a proxy forwards, and pages of other sites: those that are configured, no others."""

from collections.abc import Iterator

import httpx
import pytest

from pipelines.gateway.app import ROUTES
from tests.gateway.served import (
    ANSWER,
    MESSAGES,
    ScriptedAnswerer,
    app_for,
    serving,
    settings_for,
)

TOKEN = "a-long-random-text"
SITE = "https://help.example.com"
CHAT = {"model": "sanku", "stream": False, "messages": MESSAGES}
ASKS = {"Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    keys = {"hosts": ["Sanku.example.com", "inner.example.com:8443"], "origins": [SITE]}
    settings = settings_for(gateway=keys)
    app = app_for(ScriptedAnswerer(ANSWER), settings=settings, token=TOKEN)
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def granted(response: httpx.Response) -> dict[str, str]:
    return {
        name.removeprefix("access-control-"): value
        for name, value in response.headers.items()
        if name.startswith("access-control-")
    }


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("sanku.example.com", 200),
        ("SANKU.example.com:443", 200),
        ("inner.example.com:8443", 200),
        ("localhost:1", 200),
        ("inner.example.com", 403),
        ("inner.example.com:8444", 403),
        ("example.com", 403),
        ("sanku.example.com.evil.example", 403),
        ("10.0.0.1", 403),
    ],
)
def test_a_name_is_served_that_a_proxy_was_said_to_forward(
    client: httpx.Client, host: str, status: int
) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("sanku.example.com", 200), ("10.0.0.1:11435", 200), ("rebound.example", 403)],
)
def test_an_open_gateway_serves_only_its_names_where_some_are_set(host: str, status: int) -> None:
    everywhere = {"host": "0.0.0.0", "hosts": ["sanku.example.com"]}  # noqa: S104 - not bound
    app = app_for(ScriptedAnswerer(ANSWER), settings=settings_for(gateway=everywhere), token=TOKEN)
    with serving(app) as url:
        assert httpx.get(f"{url}/healthz", headers={"Host": host}).status_code == status


def test_a_page_of_a_configured_site_asks_first_and_then_with_its_token(
    client: httpx.Client,
) -> None:
    headers = {"Access-Control-Request-Headers": "authorization,x-stainless-os"}
    asked = client.options("/v1/chat/completions", headers={"Origin": SITE} | ASKS | headers)
    assert asked.status_code == 200
    assert granted(asked) == {
        "allow-origin": SITE,
        "allow-methods": "GET, POST",
        "allow-headers": "authorization,x-stainless-os",
        "max-age": "600",
    }
    for token, status in ((TOKEN, 200), ("wrong", 401)):
        sent = {"Origin": SITE, "Authorization": f"Bearer {token}"}
        answer = client.post("/v1/chat/completions", json=CHAT, headers=sent)
        assert answer.status_code == status
        # A refusal is readable as well.
        assert granted(answer) == {
            "allow-origin": SITE,
            "expose-headers": "Retry-After, X-Request-Id",
        }
        assert answer.headers["vary"] == "Origin"


def test_a_page_may_not_delete() -> None:
    settings = settings_for(gateway={"origins": [SITE]})
    with serving(app_for(ScriptedAnswerer(ANSWER), settings=settings)) as url:
        headers = {"Origin": SITE, "Access-Control-Request-Method": "DELETE"}
        assert httpx.options(f"{url}/api/delete", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "origin",
    [
        "http://help.example.com",
        "https://help.example.com:8443",
        "https://help.example.com.evil.example",
        "https://HELP.example.com",
        "null",
        "*",
    ],
)
def test_no_other_site_is_granted_anything(client: httpx.Client, origin: str) -> None:
    headers = {"Origin": origin, "Authorization": f"Bearer {TOKEN}"}
    for response in (
        client.options("/api/chat", headers=headers | ASKS),
        client.post("/api/chat", json=CHAT, headers=headers),
    ):
        assert response.status_code == 403
        assert granted(response) == {}


def test_two_origins_are_none(client: httpx.Client) -> None:
    headers = [("Origin", SITE), ("Origin", SITE), ("Authorization", f"Bearer {TOKEN}")]
    assert client.get("/api/tags", headers=headers).status_code == 403


def test_the_console_is_for_no_other_site_and_nothing_is_for_all(client: httpx.Client) -> None:
    for path in {str(getattr(route, "path", "")) for route in ROUTES} | {"/console/login"}:
        response = client.options(path, headers={"Origin": SITE} | ASKS)
        if path == "/" or path.startswith("/console"):
            assert response.status_code == 403
            assert granted(response) == {}
        else:
            assert granted(response)["allow-origin"] == SITE
        assert "*" not in granted(response).values()
        assert "allow-credentials" not in granted(response)
