"""Runs of the assets on the sample company: what they make, report, and refuse."""

import dataclasses
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest

from assets.definitions import build_definitions
from assets.demo import instance_of
from pipelines import pull
from pipelines.current import current_entries
from pipelines.errors import WarehouseError
from pipelines.gateway.server import bind, gateway_over, serving
from pipelines.search import published_searcher
from pipelines.sources_toml import load_settings
from pipelines.versions import published, read_pointer
from pipelines.warehouse import Warehouse
from tests.assets.conftest import DAYS, GOLDEN, Ran
from tests.assets.small_company import company
from tests.fake_ollama import FakeOllama

ASSETS = (
    "faq", "dialogues", "changelog", "embeddings", "stale_faq", "candidate", "published",
    "golden_answers",
)  # fmt: skip


def latest(ran: Ran, asset: str) -> dict[str, Any]:
    with instance_of(ran.settings) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None, f"{asset} was never materialized"
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def of_partitions(ran: Ran, asset: str) -> dict[str, dict[str, Any]]:
    """Return partition -> metadata of its last materialization."""
    with instance_of(ran.settings) as instance:
        records = instance.fetch_materializations(dg.AssetKey(asset), limit=1000).records
    found = {}
    for record in records:
        made = record.asset_materialization
        assert made is not None
        assert made.partition is not None
        told = {name: value.value for name, value in made.metadata.items()}
        found.setdefault(made.partition, told)  # the newest comes first
    return found


def test_one_run_of_everything_answers_a_question_over_http(ran: Ran) -> None:
    for asset in ASSETS:
        assert latest(ran, asset)
    request = {
        "model": "sanku",
        "stream": False,
        "messages": [{"role": "user", "content": "忘记登录密码了怎么找回？"}],
    }
    app = gateway_over(ran.settings, published_searcher(ran.settings, ran.warehouse))
    with bind("127.0.0.1", 0) as listening, serving(app, listening) as url:
        reply = httpx.post(f"{url}/api/chat", json=request, trust_env=False, timeout=60).json()

    assert "验证码 10 分钟内有效" in reply["message"]["content"]
    assert reply["sanku"]["version"] == published(ran.warehouse).name
    assert reply["sanku"]["citations"][0]["title"] == "忘记登录密码了怎么找回？"


def test_every_day_reports_its_own_counts_and_the_days_are_those_of_the_window(ran: Ran) -> None:
    days = of_partitions(ran, "dialogues")

    assert sorted(days) == [day.isoformat() for day in ran.settings.window_days()]
    assert len(days) == DAYS
    counted = {
        day: sum(
            ran.warehouse.read_partition("dialogues", source.name, day).num_rows
            for source in ran.settings.dialogues
        )
        for day in days
    }
    assert {day: told["records"] for day, told in days.items()} == counted
    assert len(set(counted.values())) > 1, "days that are all alike tell nothing"
    for told in days.values():
        turns = {row.data["turn"]: row.data["count"] for row in told["customers' turns"].records}
        assert turns["kept"] == told["records"]
        assert told["keep rate"] == pytest.approx(told["records"] / sum(turns.values()), abs=0.001)
        assert told["messages"] > told["conversations"] > 0


def test_every_release_reports_its_own_counts(ran: Ran) -> None:
    told = of_partitions(ran, "changelog")

    assert told.keys() >= {"yunque@v1.0.0", "yunque@v2.4.0"}
    assert len({json.dumps(one["records"]) for one in told.values()}) > 1
    rows = sum(one["records"] for one in told.values())
    assert rows == sum(one["added"] for one in told.values()) > 0


def test_metadata_says_what_was_embedded_published_and_answered(ran: Ran) -> None:
    embedded, candidate = latest(ran, "embeddings"), latest(ran, "candidate")
    version, answers = latest(ran, "published"), latest(ran, "golden_answers")

    assert embedded["embedded"] > 100
    assert embedded["reused"] == 0
    assert candidate["version"] == version["version"] == answers["version"]
    # One of them is a draft.
    assert version["faq records"] == latest(ran, "faq")["records"] - 1
    assert answers["questions"] == GOLDEN
    assert answers["model"] == "none: answers quote the index"
    for asset in ASSETS:
        assert latest(ran, asset)["seconds"] >= 0


def test_a_second_run_embeds_nothing_and_publishes_nothing_new(copy: Ran) -> None:
    before = read_pointer(copy.warehouse)

    result = copy.execute("publish_job")

    assert result.success
    assert latest(copy, "embeddings")["embedded"] == 0
    assert latest(copy, "published")["new"] is False
    assert read_pointer(copy.warehouse) == before


def test_a_failed_check_stops_the_run_before_it_publishes(copy: Ran) -> None:
    before = read_pointer(copy.warehouse)
    folder = copy.settings.sources_file.parent / "faq" / "handbook"
    # Few enough each time for the guard of a pull, and too many for one publish.
    for names in (("account", "clients"), ("calendar-approval", "security-and-support")):
        for name in names:
            (folder / f"{name}.md").unlink()
        pull.faq(copy.settings, copy.warehouse, copy.settings.faq[0])

    result = copy.execute("publish_job")

    assert not result.success
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    assert made == {"embeddings", "stale_faq", "candidate"}
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not checks["nothing_vanishes"].passed
    assert "faq loses" in (checks["nothing_vanishes"].description or "")
    assert read_pointer(copy.warehouse) == before
    with copy.warehouse.refreshing(0):
        pass  # it keeps nobody waiting


def test_a_run_keeps_others_waiting_until_it_has_published(copy: Ran) -> None:
    company = copy.resource
    warehouse = company.take_turn()
    assert company.take_turn() == warehouse
    with pytest.raises(WarehouseError, match=r"refresh\.lock` is held"), warehouse.refreshing(0):
        pass
    company.end_turn()
    with warehouse.refreshing(0):
        pass


def test_an_faq_that_lost_too_much_fails_by_name_and_the_other_source_is_pulled(
    copy: Ran,
) -> None:
    folder = copy.settings.sources_file.parent / "faq"
    for file in (folder / "handbook").glob("*.md"):
        file.unlink()
    (folder / "english" / "new.md").write_text("## Is there a trial?\n\nYes, 30 days.\n")

    result = copy.execute("faq_job")

    assert not result.success
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    error = failure.step_failure_data
    assert "sanku faq confirm handbook" in (error.user_failure_data.description or "")
    rows = error.user_failure_data.metadata["changes"].value.records
    assert [row.data["question"] for row in rows] == ["Is there a trial?"]
    questions = {e.question for e in current_entries(copy.settings, copy.warehouse)}
    assert "Is there a trial?" in questions
    assert "忘记登录密码了怎么找回？" in questions


def test_a_log_that_cannot_be_read_fails_by_name_and_the_other_one_is_pulled(
    tmp_path: Path,
) -> None:
    settings = company(tmp_path, as_of="as_of = 2026-11-20")
    text = settings.sources_file.read_text(encoding="utf-8")
    text = text.replace("name = 'web'", "name = 'web'\nfolder = 'gone'")
    text += "[[dialogues]]\nname = 'shop'\nfiles = '*.jsonl'\n"
    settings.sources_file.write_text(text, encoding="utf-8")
    settings = load_settings(settings.sources_file, settings.warehouse, environ={})
    (tmp_path / "shop.jsonl").touch()
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            build_definitions(settings)
            .resolve_job_def("dialogues_job")
            .execute_in_process(
                instance=instance,
                partition_key="2026-11-19",
                asset_selection=[dg.AssetKey("dialogues")],
                run_config={"loggers": {"plain": {"config": {}}}},
                raise_on_error=False,
            )
        )

    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    told = failure.step_failure_data.user_failure_data
    assert "web" in (told.description or "")
    assert set(told.metadata["whole run, by source"].value) == {"shop"}
    assert Warehouse(settings.warehouse).pulled_at("dialogues", "shop")


def test_a_pull_shows_what_it_changed_word_by_word_and_what_contradicts(copy: Ran) -> None:
    file = copy.settings.sources_file.parent / "faq" / "handbook" / "account.md"
    text = file.read_text(encoding="utf-8").replace("验证码 10 分钟内有效", "验证码 5 分钟内有效")
    file.write_text(f"{text}\n## 如何开启两步验证？\n\n目前不支持。\n", encoding="utf-8")

    result = copy.execute("faq_job")

    told = latest(copy, "faq")["changes"].records
    changed = next(row.data for row in told if row.data["change"] == "changed")
    assert "[-10-]{+5+} 分钟内有效" in changed["difference"]
    check = next(
        check
        for check in result.get_asset_check_evaluations()
        if check.check_name == "answers_agree"
    )
    assert not check.passed
    assert "如何开启两步验证" in str(check.metadata["conflicts"].value)


def test_one_day_can_be_run_again_through_the_daily_job(copy: Ran) -> None:
    day = (copy.settings.now().date() - timedelta(days=1)).isoformat()

    result = copy.execute("dialogues_job", day)

    assert result.success
    made = result.get_asset_materialization_events()
    assert [event.partition for event in made if event.asset_key == dg.AssetKey("dialogues")] == [
        day
    ]
    last = {event.asset_key.to_user_string() for event in made[-2:] if event.asset_key}
    assert last == {"golden_answers", "similar_questions"}


def test_one_release_can_be_run_again_through_its_job(copy: Ran) -> None:
    result = copy.execute("changelog_job", "yunque@v2.4.0")

    assert result.success
    told = of_partitions(copy, "changelog")["yunque@v2.4.0"]
    assert told["added"] == 0
    assert told["records"] > 0


def test_quarantined_records_are_shown_with_place_and_reason_and_without_their_text(
    copy: Ran,
) -> None:
    log = sorted(copy.settings.sources_file.parent.glob("dialogues/web-*.jsonl"))[-1]
    secret = "13800138000"  # in a record that is no JSON
    with log.open("a", encoding="utf-8") as lines:
        lines.write(f'{{"session_id": "w-1", "text": "我的电话 {secret}"\n')

    days = [day.isoformat() for day in copy.settings.window_days()]
    results = [copy.execute("dialogues_job", day, assets=["dialogues"]) for day in days[-1:]]

    checks = [check for result in results for check in result.get_asset_check_evaluations()]
    assert [check.passed for check in checks] == [False]
    assert checks[0].severity == dg.AssetCheckSeverity.WARN
    records = checks[0].metadata["quarantine"].value.records
    assert any(log.name in str(record.data["path"]) for record in records)
    with instance_of(copy.settings) as instance:
        events = [str(event) for result in results for event in instance.all_logs(result.run_id)]
    assert not [event for event in events if secret in event]


def test_golden_answers_name_the_model_that_wrote_them(
    copy: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeOllama("请在「设置」里操作。[1]") as ollama:
        monkeypatch.setenv("OLLAMA_HOST", ollama.url)
        result = copy.execute("publish_job", assets=["golden_answers"])

    assert result.success
    told = latest(copy, "golden_answers")
    assert told["model"] == copy.settings.ollama.model == ollama.model
    assert 0 < told["accuracy"] <= 1
    assert [record.data["kind"] for record in told["by kind"].records]


def test_an_unknown_release_names_the_way_out(copy: Ran) -> None:
    with instance_of(copy.settings) as instance:
        instance.add_dynamic_partitions("releases", ["yunque@v9.9.9"])

    result = copy.execute("changelog_job", "yunque@v9.9.9")

    failure = result.failure_data_for_node("changelog")
    assert failure is not None
    assert "`yunque` has no release tag `v9.9.9`" in str(failure)


def test_what_the_run_prints_is_each_asset_once_and_each_check(ran: Ran) -> None:
    lines = ran.printed.splitlines()

    for asset in ASSETS:
        assert sum(line.startswith(f"{asset}: ") for line in lines) == 1, asset
    checks = [line for line in lines if line.startswith("  ok ")]
    assert len(checks) >= 6
    assert not [line for line in lines if "FAILED" in line]


def test_settings_are_read_when_a_run_starts_and_not_when_the_code_is_loaded(copy: Ran) -> None:
    resource = copy.resource
    file = copy.settings.sources_file
    changed = file.read_text(encoding="utf-8").replace('name = "云雀协作"', 'name = "百灵协作"')
    file.write_text(changed, encoding="utf-8")

    assert resource.settings().company.name == "百灵协作"
    assert dataclasses.is_dataclass(resource.warehouse())
