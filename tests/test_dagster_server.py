"""A Dagster that refuses, fails or goes away is named with the reason and the way out."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.dagster_server import GraphQL, Run, RunResult, follow, open_server, start_release
from pipelines.dagster_server.replies import LAUNCH, Launched
from pipelines.errors import DagsterError, SettingsError
from pipelines.settings import Dagster
from tests.cli.command import sanku, write_company
from tests.fake_dagster import HOME, KEY, RUN, FakeDagster, log, workspace
from tests.sources.git_server import write_certificate


@pytest.fixture
def web() -> Iterator[FakeDagster]:
    made = FakeDagster()
    made.answers = {
        "SankuWorkspace": workspace(HOME),
        "SankuAddRelease": {"addDynamicPartition": {"__typename": "AddDynamicPartitionSuccess"}},
        "SankuStartRelease": {"launchRun": {"__typename": "LaunchRunSuccess", "run": RUN}},
    }
    yield made
    made.close()


@pytest.fixture
def server(web: FakeDagster) -> Iterator[GraphQL]:
    with open_server(Dagster(), web.url) as opened:
        yield opened


def followed(
    web: FakeDagster, server: GraphQL, *logs: dict[str, Any], seconds: float = 5
) -> RunResult:
    """Follow a run whose log is read as `logs`, one at each look; the last one stays."""
    left = list(logs)
    web.answers["SankuRunLog"] = lambda _: left.pop(0) if len(left) > 1 else left[0]
    run = Run("r" * 36, f"{server.url}/runs/r", "yunque", "v2.4.0", joined=False)
    return follow(server, run, seconds, lambda _: None, waits=(0.01,))


@pytest.mark.parametrize(
    ("answers", "messages"),
    [
        ({"SankuWorkspace": workspace()}, ["has no code location with `changelog_job`", "none"]),
        (
            {"SankuWorkspace": workspace({"name": "other", "repositories": []})},
            ["`other`", "workspace.yaml"],
        ),
        (
            {"SankuWorkspace": workspace(HOME, {**HOME, "name": "b"})},
            ["several code locations", "`sanku`, `b`"],
        ),
        (
            {
                "SankuAddRelease": {
                    "addDynamicPartition": {"__typename": "PythonError", "message": "no\x1b[31m"}
                }
            },
            [f"does not take the release `{KEY}`: no."],
        ),
        (
            {
                "SankuStartRelease": {
                    "launchRun": {
                        "__typename": "RunConfigValidationInvalid",
                        "errors": [{"message": "Missing config"}],
                    }
                }
            },
            ["does not start `changelog_job`", "Missing config", "by hand"],
        ),
        (
            {"SankuStartRelease": {"launchRun": {"__typename": "PythonError", "message": "boom"}}},
            ["does not start `changelog_job`", "boom"],
        ),
        ({"SankuWorkspace": {"errors": [{"message": "Unknown field"}]}}, ["Unknown field"]),
        ({"SankuWorkspace": {"else": 1}}, ["not as Dagster does"]),
    ],
)
def test_what_a_server_refuses_is_said_with_the_way_out(
    web: FakeDagster, server: GraphQL, answers: dict[str, Any], messages: list[str]
) -> None:
    web.answers |= answers
    with pytest.raises(DagsterError) as raised:
        start_release(server, "yunque", "v2.4.0")
    assert web.url in str(raised.value)
    assert "\x1b" not in str(raised.value)
    for message in messages:
        assert message in str(raised.value)


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, "<html>hello</html>", "not as Dagster does"),
        (404, "", "not as Dagster does"),
        (401, "", "asks for a login (status 401). Set `token_env`"),
        (302, "", "asks for a login (status 302)"),
    ],
)
def test_what_is_no_dagster_or_wants_a_login_is_told_apart(
    web: FakeDagster, server: GraphQL, status: int, body: str, message: str
) -> None:
    web.status, web.body = status, body
    with pytest.raises(DagsterError) as raised:
        start_release(server, "yunque", "v2.4.0")
    assert message in str(raised.value)
    assert len(web.asked) == 1


def test_a_release_that_somebody_else_adds_first_is_no_error(
    web: FakeDagster, server: GraphQL
) -> None:
    twice = {"__typename": "DuplicateDynamicPartitionError"}
    web.answers["SankuAddRelease"] = {"addDynamicPartition": twice}
    assert start_release(server, "yunque", "v2.4.0").id == RUN["runId"]


def test_a_query_is_asked_again_and_a_mutation_never_is(web: FakeDagster, server: GraphQL) -> None:
    web.broken = 1
    assert start_release(server, "yunque", "v2.4.0").id == RUN["runId"]
    assert web.names()[:2] == ["SankuWorkspace", "SankuWorkspace"]

    web.asked.clear()
    web.answers["SankuWorkspace"] = workspace(HOME, keys=(KEY,))
    start_release(server, "yunque", "v2.4.0")
    before = web.answer

    def broken_start(sent: dict[str, Any]) -> tuple[int, bytes]:
        web.broken = int("SankuStartRelease" in sent["query"])
        return before(sent)

    web.asked.clear()
    web.answer = broken_start  # type: ignore[method-assign]
    with pytest.raises(DagsterError, match=r"status 503.*it joins what was started unheard"):
        start_release(server, "yunque", "v2.4.0")
    assert web.names() == ["SankuWorkspace", "SankuStartRelease"]


def test_a_server_that_goes_away_meanwhile_is_named(web: FakeDagster, server: GraphQL) -> None:
    run = start_release(server, "yunque", "v2.4.0")
    web.close()
    with pytest.raises(DagsterError, match=r"cannot be reached.*Start it \(`make ui`\)"):
        follow(server, run, 5, lambda _: None, waits=(0.01,))


def test_the_token_is_sent_and_never_told(web: FakeDagster) -> None:
    config, environ = Dagster(token_env="DAGSTER_TOKEN"), {"DAGSTER_TOKEN": "s3cret"}
    web.status = 403
    with (
        pytest.raises(DagsterError, match=r"takes the token for none \(status 403\)") as raised,
        open_server(config, web.url, environ) as opened,
    ):
        start_release(opened, "yunque", "v2.4.0")
    assert web.headers[0]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(raised.value)


def test_a_certificate_of_the_house_is_trusted_where_the_environment_names_it(
    web: FakeDagster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path)
    proxy = FakeDagster(certificate)
    proxy.answers = web.answers

    def start() -> str:
        with open_server(Dagster(), proxy.url) as opened:
            return opened.change(LAUNCH, {}, Launched).outcome.kind

    with pytest.raises(DagsterError, match=r"verify failed.*Name the certificate of who signed it"):
        start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert start() == "LaunchRunSuccess"
    proxy.close()


@pytest.mark.parametrize(
    ("url", "token", "message"),
    [
        ("dagster:3000", "", "is no URL of a Dagster web server"),
        ("http://", "", "is no URL"),
        ("http://x:99999", "", "is no URL"),
        ("http://x/?a=b", "", "is no URL"),
        ("https://user:pass@x", "", "`https://x` carries a credential"),
        ("http://dagster.example", "t", "in the clear"),
        ("https://dagster.example", "a b", "`TOKEN`, the `token_env` of `[dagster]`, holds"),
        ("https://dagster.example", None, "`TOKEN`, the `token_env` of `[dagster]`, is not set"),
    ],
)
def test_a_url_or_token_that_cannot_be_one_is_refused(
    url: str, token: str | None, message: str
) -> None:
    config = Dagster(token_env="" if token == "" else "TOKEN")
    environ = {} if token is None else {"TOKEN": token}
    with pytest.raises(SettingsError) as raised, open_server(config, url, environ):
        pass
    assert message in str(raised.value)
    assert "pass" not in str(raised.value).replace("password", "")


@pytest.mark.parametrize(
    ("logs", "message"),
    [
        (
            [
                log("STARTED", {"__typename": "EngineEvent", "error": {"message": "no import"}}),
                log("FAILURE"),
            ],
            "failed: no import",
        ),
        ([log("FAILURE")], "it does not say why"),
        ([log("SUCCESS")], "ended without a publish"),
    ],
)
def test_a_run_that_does_not_end_well_is_told_with_the_reason(
    web: FakeDagster, server: GraphQL, logs: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(DagsterError, match=message):
        followed(web, server, *logs)


def test_a_run_that_takes_too_long_goes_on(web: FakeDagster, server: GraphQL) -> None:
    with pytest.raises(DagsterError, match=r"goes on \(http.*Raise `dagster.wait_seconds`"):
        followed(web, server, log("STARTED"), seconds=0)


def test_progress_is_one_line_each_without_controls(web: FakeDagster, server: GraphQL) -> None:
    said: list[str] = []
    hostile = {"__typename": "LogMessageEvent", "level": "INFO", "message": "a\x1b[2J\nb"}
    quiet = {"__typename": "LogMessageEvent", "level": "DEBUG", "message": "noise"}
    entries = [{"label": "version", "text": "1"}]
    done = {"__typename": "MaterializationEvent", "assetKey": {"path": ["published"]}}
    web.answers["SankuRunLog"] = log("STARTED", hostile, quiet, done | {"metadataEntries": entries})
    run = start_release(server, "yunque", "v2.4.0")
    say: Callable[[str], None] = said.append
    follow(server, run, 5, say)
    assert said == ["run rrrrrrrr started", "a b", "published: made"]


def test_faq_entries_in_doubt_because_of_a_release_that_was_read_with_it_are_told(
    web: FakeDagster, tmp_path: Path
) -> None:
    def made(asset: str, partition: str = "", **told: Any) -> dict[str, Any]:
        entries = [{"label": label, **value} for label, value in told.items()]
        return {
            "__typename": "MaterializationEvent",
            "assetKey": {"path": [asset]},
            "partition": partition or None,
            "metadataEntries": entries,
        }

    rows = [
        json.dumps({"verdict": "open", "product": "yunque", "tag": tag, "question": tag})
        for tag in ("v2.2.0", "v2.3.0", "v2.4.0")
    ]
    web.answers["SankuRunLog"] = log(
        "SUCCESS",
        *(made("changelog", key) for key in ("other@v2.2.0", "yunque@v2.3.0", KEY)),
        made("stale_faq", stale={"table": {"records": rows}}),
        made("published", version={"text": "0002"}, new={"boolValue": True}),
    )
    company = write_company(tmp_path, Path("product"), tmp_path)

    asked = ("--tag", "v2.4.0", "--product", "yunque", "--dagster", web.url, "--json")
    done = sanku("release", *asked, *company.options)

    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    assert told["read"] == ["v2.3.0", "v2.4.0"]
    assert [one["question"] for one in told["stale"]] == ["v2.3.0", "v2.4.0"]
