"""A running Dagster that refuses, fails or goes away is named with the reason and the way out."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipelines.dagster_server import GraphQL, Run, RunResult, follow, open_server, start_release
from pipelines.errors import DagsterError, SettingsError
from pipelines.settings import Dagster
from tests.fake_dagster import HOME, KEY, RUN, FakeDagster, check, log, made, workspace

SPAN = {
    "dagster/asset_partition_range_start": "yunque@v2.3.0",
    "dagster/asset_partition_range_end": "yunque@v2.5.0",
}


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


def test_a_release_that_is_not_known_is_added_and_its_run_is_started_with_the_sensors_tag(
    web: FakeDagster, server: GraphQL
) -> None:
    run = start_release(server, "yunque", "v2.4.0")

    assert (run.id, run.joined) == (RUN["runId"], False)
    assert run.url == f"{web.url}/runs/{run.id}"
    assert web.names() == ["SankuWorkspace", "SankuAddRelease", "SankuStartRelease"]
    assert web.asked[1][1]["key"] == KEY
    params = web.asked[2][1]["params"]
    assert params["executionMetadata"]["tags"] == [
        {"key": "dagster/partition", "value": KEY},
        {"key": "sanku/releases", "value": f"{KEY}..{KEY}"},
    ]
    assert params["selector"]["repositoryLocationName"] == "sanku"


def test_a_release_that_is_known_is_not_added_and_one_that_another_adds_first_is_no_error(
    web: FakeDagster, server: GraphQL
) -> None:
    web.answers["SankuWorkspace"] = workspace(HOME, keys=(KEY,))
    start_release(server, "yunque", "v2.4.0")
    assert "SankuAddRelease" not in web.names()

    web.answers["SankuWorkspace"] = workspace(HOME)
    twice = {"__typename": "DuplicateDynamicPartitionError"}
    web.answers["SankuAddRelease"] = {"addDynamicPartition": twice}
    assert start_release(server, "yunque", "v2.4.0").id == RUN["runId"]


@pytest.mark.parametrize(
    ("tags", "joined"),
    [
        ({"dagster/partition": KEY}, True),
        ({"dagster/partition": KEY, "has": "read it"}, False),
        ({"dagster/partition": "other@v2.4.0"}, False),
        (SPAN, True),
        (SPAN | {"dagster/asset_partition_range_end": "yunque@v2.3.0"}, False),
        (SPAN | {"dagster/asset_partition_range_end": "gone@v1.0.0"}, False),
    ],
)
def test_a_run_that_is_about_to_read_the_release_is_joined_and_no_second_one_is_started(
    web: FakeDagster, server: GraphQL, tags: dict[str, str], joined: bool
) -> None:
    keys = ("yunque@v2.3.0", KEY, "yunque@v2.5.0")
    active: dict[str, Any] = {"runId": "a" * 36, "status": "STARTED"}
    active |= {"tags": [{"key": key, "value": value} for key, value in tags.items()]}
    if "has" in tags:
        active |= {"assetMaterializations": [{"assetKey": {"path": ["changelog"]}}]}
    web.answers["SankuWorkspace"] = workspace(HOME, keys=keys, runs=(active,))

    run = start_release(server, "yunque", "v2.4.0")

    assert run.joined is joined
    assert run.id == (active["runId"] if joined else RUN["runId"])
    assert ("SankuStartRelease" in web.names()) is not joined


@pytest.mark.parametrize(
    ("answers", "messages"),
    [
        ({"SankuWorkspace": workspace()}, ["has no code location with `changelog_job`", "none"]),
        (
            {"SankuWorkspace": workspace({"name": "other", "repositories": []})},
            ["`other`", "workspace.yaml"],
        ),
        (
            {"SankuWorkspace": workspace({"name": "sanku", "message": "SettingsError: `x`"})},
            ["`sanku` (does not load: SettingsError: `x`)"],
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
    with pytest.raises(DagsterError, match="status 503"):
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
        pytest.raises(DagsterError) as raised,
        open_server(config, web.url, environ) as opened,
    ):
        start_release(opened, "yunque", "v2.4.0")
    assert web.headers[0]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(raised.value)


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


def test_what_the_run_made_is_told_once_it_has_published(web: FakeDagster, server: GraphQL) -> None:
    facts = {"yunque": {"read": 2, "moved": "v2.4.0 aaaa -> bbbb, v2.5.0 c -> d"}}
    stale = [{"id": "f", "tag": "v2.4.0", "verdict": "open"}]
    done = followed(
        web,
        server,
        log("STARTED", made("changelog", "yunque@v2.3.0", records=9), more=True),
        log("STARTED", made("changelog", KEY, records=3, **{"whole run, by source": facts})),
        log("STARTED", made("embeddings", embedded=3, reused=5), more=True),
        log("STARTED", made("stale_faq", stale=stale), check("reconciles", passed=True), more=True),
        log("STARTED", check("w", passed=False, severity="WARN"), more=True),
        log("STARTED", made("published", version="0002-a", new=True)),
    )
    assert (done.records, done.embedded, done.reused) == (3, 3, 5)
    assert done.moved == ("aaaa", "bbbb")
    assert done.stale == stale
    assert [one.name for one in done.checks] == ["reconciles"]
    assert (done.version, done.new) == ("0002-a", True)


def test_a_run_that_a_check_blocked_is_told_with_the_check(
    web: FakeDagster, server: GraphQL
) -> None:
    failed = {"__typename": "ExecutionStepFailureEvent", "error": {"message": "check failed"}}
    done = followed(web, server, log("STARTED", check("g", passed=False), failed), log("FAILURE"))
    assert (done.version, done.new) == (None, False)
    assert [(one.name, one.passed) for one in done.checks] == [("g", False)]


ROOT = {"error": {"message": "pipelines.errors.SourceError: `yunque` has no tag\n"}}


@pytest.mark.parametrize(
    ("logs", "message"),
    [
        (
            [
                log(
                    "STARTED",
                    {
                        "__typename": "ExecutionStepFailureEvent",
                        "stepKey": "changelog",
                        "error": {"message": "wrapped", "errorChain": [ROOT]},
                    },
                    {"__typename": "RunFailureEvent", "error": {"message": "wrapped"}},
                ),
                log("FAILURE"),
            ],
            r"failed: step `changelog`: SourceError: `yunque` has no tag Its log: http",
        ),
        (
            [
                log("STARTED", {"__typename": "EngineEvent", "error": {"message": "no import"}}),
                log("FAILURE"),
            ],
            "failed: no import",
        ),
        ([log("FAILURE")], "it does not say why"),
        ([log("CANCELED")], "was canceled in Dagster"),
        ([log("SUCCESS")], "ended without a publish"),
        (
            [{"runOrError": {"message": "gone"}, "logsForRun": {"message": "gone"}}],
            "is not there any more: gone",
        ),
    ],
)
def test_a_run_that_does_not_end_well_is_told_with_the_reason(
    web: FakeDagster, server: GraphQL, logs: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(DagsterError, match=message):
        followed(web, server, *logs)


@pytest.mark.parametrize(
    ("status", "message"),
    [("QUEUED", "does `dagster-daemon` run"), ("STARTED", "Raise `dagster.wait_seconds`")],
)
def test_a_run_that_takes_too_long_goes_on_and_the_reason_is_guessed(
    web: FakeDagster, server: GraphQL, status: str, message: str
) -> None:
    with pytest.raises(DagsterError) as raised:
        followed(web, server, log(status), seconds=0)
    assert message in str(raised.value)
    assert "goes on (http" in str(raised.value)


def test_progress_is_one_line_each_without_controls(web: FakeDagster, server: GraphQL) -> None:
    said: list[str] = []
    hostile = {"__typename": "LogMessageEvent", "level": "INFO", "message": "a\x1b[2J\nb"}
    quiet = {"__typename": "LogMessageEvent", "level": "DEBUG", "message": "noise"}
    web.answers["SankuRunLog"] = log("STARTED", hostile, quiet, made("published", version="1"))
    run = start_release(server, "yunque", "v2.4.0")
    say: Callable[[str], None] = said.append
    follow(server, run, 5, say)
    assert said == ["run rrrrrrrr started", "a b", "published: made"]
