"""Hand-offs are reported to a help desk: signed, tried again, and never in an answer's way."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from pipelines.answer_settings import Handoff
from pipelines.errors import SettingsError
from pipelines.handoff_webhook import HandedOff, HandoffWebhook, webhook_for
from tests.help_desk import HelpDesk, listening_desk

HANDED = HandedOff("2026-11-20T09:00:00+08:00", "asks_for_person", "0001-a", "c" * 32, "转人工")
SECRET = "a secret of the help desk"


@pytest.fixture
def desk() -> Iterator[HelpDesk]:
    with listening_desk() as desk:
        yield desk


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pauses between attempts."""
    monkeypatch.setattr("pipelines.handoff_webhook._LONGEST_PAUSE", 0.01)


def report_of(config: Handoff, *handed: HandedOff, **environ: str) -> dict[str, int]:
    """Tell of hand-offs, wait for their end, and return the report."""

    async def tell() -> dict[str, int]:
        webhook = HandoffWebhook(config, environ)
        async with webhook.running():
            for one in handed:
                webhook.tell(one)
            while webhook.report()["waiting"]:
                await asyncio.sleep(0.01)
        return webhook.report()

    return asyncio.run(tell())


def test_a_hand_off_is_posted_as_json(desk: HelpDesk) -> None:
    assert report_of(Handoff(url=desk.url), HANDED) == {"waiting": 0, "sent": 1, "lost": 0}
    ((headers, body),) = desk.told
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "at": "2026-11-20T09:00:00+08:00",
        "reason": "asks_for_person",
        "version": "0001-a",
        "conversation": "c" * 32,
        "question": "转人工",
    }
    assert "webhook-signature" not in headers


@pytest.mark.parametrize(
    ("secret", "key"),
    [(SECRET, SECRET.encode()), ("whsec_" + base64.b64encode(b"\x00\xff").decode(), b"\x00\xff")],
)
def test_a_report_is_signed_as_standard_webhooks_has_it(
    desk: HelpDesk, secret: str, key: bytes
) -> None:
    report_of(Handoff(url=desk.url, secret_env="DESK_SECRET"), HANDED, DESK_SECRET=secret)
    ((headers, body),) = desk.told
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.usefixtures("hurried")
def test_a_busy_desk_is_told_again_under_the_same_id(desk: HelpDesk) -> None:
    desk.statuses = [503, 429]
    assert report_of(Handoff(url=desk.url), HANDED)["sent"] == 1
    assert len({headers["webhook-id"] for headers, _ in desk.told}) == 1
    assert len(desk.told) == 3


@pytest.mark.usefixtures("hurried")
def test_attempts_are_bounded_and_the_loss_is_counted(
    desk: HelpDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.statuses = [500] * 9
    report = report_of(Handoff(url=desk.url, attempts=3), HANDED, HANDED)
    assert report == {"waiting": 0, "sent": 0, "lost": 2}
    assert len(desk.told) == 6
    assert [record.message for record in caplog.records] == [
        "hand-offs are not reported: it answered 500"
    ]


@pytest.mark.parametrize("status", [302, 400, 401, 410])
def test_a_refusal_and_a_redirect_are_not_tried_again(desk: HelpDesk, status: int) -> None:
    desk.statuses = [status]
    assert report_of(Handoff(url=desk.url), HANDED)["lost"] == 1
    assert len(desk.told) == 1


@pytest.mark.usefixtures("hurried")
def test_a_desk_that_is_not_there_costs_nothing_but_the_report(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = Handoff(url="http://127.0.0.1:9/secret-path", attempts=2)
    assert report_of(config, HANDED)["lost"] == 1
    assert "secret-path" not in caplog.text


def test_telling_does_not_wait_for_a_desk_that_hangs(desk: HelpDesk) -> None:
    async def tell() -> dict[str, int]:
        webhook = HandoffWebhook(Handoff(url=desk.url))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for _ in range(300):
            webhook.tell(HANDED)
        assert loop.time() - begun < 0.2
        report = webhook.report()
        async with webhook.running():
            pass
        return report

    assert asyncio.run(tell()) == {"waiting": 200, "sent": 0, "lost": 100}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Handoff(url_env="DESK_URL"), "`handoff.url_env` names `DESK_URL`, which is not set"),
        (Handoff(url="http://x.example", secret_env="DESK_SECRET"), "`handoff.secret_env` names"),
    ],
)
def test_a_variable_that_is_not_set_is_refused(config: Handoff, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        HandoffWebhook(config, {})


def test_a_secret_that_was_cut_is_refused() -> None:
    config = Handoff(url="http://x.example", secret_env="DESK_SECRET")
    with pytest.raises(SettingsError, match="no Base64"):
        HandoffWebhook(config, {"DESK_SECRET": "whsec_abc"})


def test_nothing_is_reported_by_default() -> None:
    assert webhook_for(Handoff()) is None
