"""The clients of `sources.toml`: their tokens, their names, and how much each may ask for."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from pipelines.client_settings import RIGHTS
from pipelines.errors import SettingsError
from pipelines.gateway.access.middleware import callers
from tests.gateway.served import (
    ANSWER,
    MESSAGES,
    QUESTION,
    ScriptedAnswerer,
    app_for,
    openai_for,
    serving,
    settings_for,
)

LONG = "0123456789abcdef"
CHAT = {"model": "sanku", "stream": False, "messages": MESSAGES}


def shop(**keys: Any) -> dict[str, Any]:
    return {"name": "shop", "token_env": "SHOP_TOKEN"} | keys


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, "`SHOP_TOKEN`, which is not set"),
        ({"SHOP_TOKEN": " "}, "`SHOP_TOKEN`, which is not set"),
        ({"SHOP_TOKEN": LONG[:-1]}, "`SHOP_TOKEN` is no token: it needs 16 and more"),
        ({"SHOP_TOKEN": "三库" * 10}, "`SHOP_TOKEN` is no token"),
        ({"SHOP_TOKEN": LONG + " " + LONG}, "`SHOP_TOKEN` holds a space"),
        ({"SHOP_TOKEN": LONG, "SANKU_TOKEN": "short"}, "`SANKU_TOKEN` is no token"),
        ({"SHOP_TOKEN": LONG, "SANKU_TOKEN": LONG}, "`SANKU_TOKEN` and `SHOP_TOKEN` hold the same"),
    ],
)
def test_a_token_that_is_missing_short_or_shared_is_told_at_the_start(
    environ: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        callers(settings_for(client=[shop()]), environ)
    assert told in str(caught.value)
    assert LONG not in str(caught.value)


@pytest.mark.parametrize("name", ["company", "local", "nobody"])
def test_the_names_that_sanku_gives_are_its_own(name: str) -> None:
    with pytest.raises(SettingsError, match=f"`{name}`, which Sanku itself uses"):
        callers(settings_for(client=[shop(name=name)]), {"SHOP_TOKEN": LONG})


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (shop(may=["rule"]), "Input should be"),
        (shop(may=[]), "at least 1 item"),
        (shop(token_env=""), "at least 1 character"),
        (shop(token="secret"), "Extra inputs"),
        (shop(name="The Shop"), "pattern"),
        (shop(requests_per_minute=-1), "greater than or equal to 0"),
    ],
)
def test_a_client_that_is_declared_wrong_is_told(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings_for(client=[table])


def test_two_clients_have_two_names() -> None:
    with pytest.raises(ValidationError, match="two clients named `shop`"):
        settings_for(client=[shop(), shop(token_env="OTHER")])


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"hosts": ["https://x.example"]}, "write a name like"),
        ({"hosts": ["*"]}, "write a name like"),
        ({"origins": ["*"]}, "write a site like"),
        ({"origins": ["x.example"]}, "write a site like"),
        ({"origins": ["https://x.example/help"]}, "write a site like"),
        ({"origins": ["null"]}, "write a site like"),
    ],
)
def test_a_host_or_origin_that_is_none_is_told(keys: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings_for(gateway=keys)


def test_the_company_may_all_and_a_client_asks_and_searches_unless_told_otherwise() -> None:
    clients = callers(
        settings_for(client=[shop()]), {"SHOP_TOKEN": LONG, "SANKU_TOKEN": LONG.upper()}
    )
    assert {client.name: client.may for client, _ in clients} == {
        "company": RIGHTS,
        "shop": {"ask", "search"},
    }


def test_a_client_alone_makes_a_token_needed_by_all() -> None:
    app = app_for(
        ScriptedAnswerer(ANSWER),
        settings=settings_for(client=[shop()]),
        environ={"SHOP_TOKEN": LONG},
    )
    with serving(app) as url:
        assert httpx.get(f"{url}/api/tags").status_code == 401
        assert httpx.get(f"{url}/api/tags", headers=bearer(LONG)).status_code == 200


def test_beyond_its_requests_a_minute_a_client_is_told_when_to_come_back() -> None:
    app = app_for(
        ScriptedAnswerer(ANSWER),
        settings=settings_for(client=[shop(requests_per_minute=2)]),
        token=LONG.upper(),
        environ={"SHOP_TOKEN": LONG},
    )
    with serving(app) as url:
        answers = [httpx.post(f"{url}/api/chat", json=CHAT, headers=bearer(LONG)) for _ in "123"]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 50 <= int(answers[2].headers["retry-after"]) <= 60
        assert "2 requests a minute" in answers[2].json()["error"]
        said = httpx.post(f"{url}/v1/chat/completions", json=CHAT, headers=bearer(LONG))
        assert said.json()["error"]["code"] == "rate_limit_exceeded"
        # Nobody else's are used up, and whoever watches is always answered.
        assert httpx.get(f"{url}/api/tags", headers=bearer(LONG.upper())).status_code == 200
        assert httpx.get(f"{url}/metrics", headers=bearer(LONG)).status_code == 200


def test_a_client_has_only_so_many_requests_in_progress_and_others_theirs() -> None:
    go_on = threading.Event()
    answerer = ScriptedAnswerer(["第一句。\n", go_on, "第二句。"])
    app = app_for(
        answerer,
        settings=settings_for(client=[shop(at_once=1)]),
        token=LONG.upper(),
        environ={"SHOP_TOKEN": LONG},
    )
    with serving(app) as url, ThreadPoolExecutor(2) as pool:

        def ask(token: str) -> int:
            # Of each its own question: one that is asked twice at once is answered once.
            messages = [{"role": "user", "content": f"{QUESTION}{token}"}]
            body = CHAT | {"messages": messages}
            answer = httpx.post(f"{url}/api/chat", json=body, headers=bearer(token), timeout=10)
            return answer.status_code

        first = pool.submit(ask, LONG)
        while not answerer.asked:
            time.sleep(0.01)
        assert ask(LONG) == 429
        other = pool.submit(ask, LONG.upper())
        while len(answerer.asked) < 2:
            time.sleep(0.01)
        go_on.set()
        assert (first.result(), other.result(), ask(LONG)) == (200, 200, 200)


def test_the_official_client_understands_a_client_that_is_out_of_requests() -> None:
    import openai

    app = app_for(
        ScriptedAnswerer(ANSWER),
        settings=settings_for(client=[shop(requests_per_minute=1)]),
        environ={"SHOP_TOKEN": LONG},
    )
    with serving(app) as url, openai_for(url).with_options(api_key=LONG) as client:
        client.models.list()
        with pytest.raises(openai.RateLimitError, match="1 requests a minute"):
            client.models.list()
