"""Pulling dialogues and releases again: what is read anew, and what is left alone."""

import json
import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import pull
from pipelines.errors import SourceError
from pipelines.forget import Request, forget
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.assets.product import Product

TODAY = date(2026, 11, 20)
DAYS = 10


def talk(day: date, topic: str = "报表") -> list[str]:
    """Return the lines of a conversation that is kept."""
    common = {"conversation": f"{day}-{topic}"}
    lines = (
        {**common, "at": f"{day}T10:00:00", "role": "user", "text": f"请问怎么导出{topic}"},
        {**common, "at": f"{day}T10:01:00", "role": "agent", "text": f"选择{topic}再点导出"},
    )
    return [json.dumps(line) for line in lines]


def but(line: str, **fields: str) -> str:
    """Return a line of a log with some fields otherwise."""
    return json.dumps(json.loads(line) | fields)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A company with one log file for each day."""
    file = tmp_path / "sources.toml"
    file.write_text(
        f'as_of = {TODAY}\n[company]\nname = "x"\ncontact = "y"\n[window]\ndays = {DAYS}\n'
        '[redaction]\nkey_file = "redaction.key"\n'
        '[[dialogues]]\nname = "chat"\nfiles = "logs/*"\n',
        encoding="utf-8",
    )
    (tmp_path / "logs").mkdir()
    settings = load_settings(file, tmp_path / "warehouse", environ={})
    for day in settings.window_days():
        write(settings, f"{day}.jsonl", *talk(day))
    return settings


def write(settings: Settings, name: str, *lines: str) -> Path:
    file = settings.beside_sources("logs") / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def pulled(settings: Settings, *, only_changed: bool = True) -> pull.Pulled:
    """Pull the window as `sanku run` does."""
    warehouse, (source,) = Warehouse(settings.warehouse), settings.dialogues
    days = settings.window_days()
    return pull.dialogues(settings, warehouse, source, days, only_changed=only_changed)


def records(settings: Settings) -> list[int]:
    """Return how many exchanges each day of the window holds, oldest first."""
    warehouse = Warehouse(settings.warehouse)
    return [
        warehouse.read_partition("dialogues", "chat", day.isoformat()).num_rows
        for day in settings.window_days()
    ]


def stored(settings: Settings, day: date) -> pa.Table:
    return Warehouse(settings.warehouse).read_partition("dialogues", "chat", day.isoformat())


def a_day_later(settings: Settings) -> Settings:
    assert settings.as_of is not None
    return settings.model_copy(update={"as_of": settings.as_of + timedelta(days=1)})


def test_a_file_that_cannot_be_read_has_no_old_day_read_again_night_after_night(
    settings: Settings,
) -> None:
    write(settings, "broken.jsonl", "{broken")
    (settings.beside_sources("logs") / "loop").symlink_to("loop")
    pulled(settings)
    warehouse = Warehouse(settings.warehouse)
    assert warehouse.quarantine("dialogues").num_rows == 2
    for _ in range(4):
        settings = a_day_later(settings)
        assert settings.as_of is not None
        write(settings, f"{settings.as_of}.jsonl", *talk(settings.as_of))
        done = pulled(settings)
        assert list(done.days) == [settings.as_of.isoformat()]
        assert done.facts["unchanged_days"] == DAYS - 1
        assert warehouse.quarantine("dialogues").num_rows == 2


def test_a_log_that_is_rotated_away_leaves_the_days_that_were_read_from_it(
    settings: Settings,
) -> None:
    pulled(settings)
    assert records(settings) == [1] * DAYS
    first, second, *_ = settings.window_days()
    logs = settings.beside_sources("logs")
    (logs / f"{first}.jsonl").unlink()
    (logs / f"{second}.jsonl").rename(logs / f"{second}.jsonl.1")
    done = pulled(settings)
    assert done.days == {}
    assert done.facts["days_without_log"] == 1
    assert pulled(settings, only_changed=False).facts["days_without_log"] == 1
    assert records(settings) == [1] * DAYS


def test_a_day_of_which_one_file_is_rotated_away_keeps_what_was_read_from_it_and_settles(
    settings: Settings,
) -> None:
    day = settings.window_days()[3]
    write(settings, f"{day}-2.jsonl", *talk(day, "日志"), *talk(day, "账单"))
    pulled(settings)
    before = stored(settings, day)
    (settings.beside_sources("logs") / f"{day}.jsonl").unlink()
    done = pulled(settings)
    assert list(done.days) == [day.isoformat()]
    assert stored(settings, day) == before
    assert pulled(settings).days == {}
    assert pulled(settings, only_changed=False).total.removed == 0
    write(settings, f"{day}-2.jsonl", *talk(day, "日志"), *talk(day, "账单"), *talk(day, "成员"))
    pulled(settings)
    assert records(settings)[3] == 4


def two_files_of_a_day(settings: Settings) -> date:
    """Pull a day that two files hold, of which the one with two exchanges goes then."""
    day = settings.window_days()[3]
    file = write(settings, f"{day}-2.jsonl", *talk(day, "日志"), *talk(day, "账单"))
    pulled(settings)
    assert records(settings)[3] == 3
    file.unlink()
    return day


def test_what_a_mended_log_says_otherwise_of_a_conversation_replaces_it(settings: Settings) -> None:
    day = two_files_of_a_day(settings)
    write(settings, f"{day}.jsonl", talk(day)[0], but(talk(day)[1], text="在报表中心导出"))
    pulled(settings)
    answers = stored(settings, day)["answer"].to_pylist()
    assert sorted(answers) == ["在报表中心导出", "选择日志再点导出", "选择账单再点导出"]
    write(settings, f"{day}.jsonl", talk(day)[0])
    pulled(settings)
    assert records(settings)[3] == 2


def test_a_talk_that_a_late_message_moves_to_the_day_before_is_not_in_both(
    settings: Settings,
) -> None:
    eve, day = settings.window_days()[3:5]
    times = (f"{day}T00:10:00", f"{day}T00:11:00")
    said = [but(line, at=at) for line, at in zip(talk(day, "日志"), times, strict=True)]
    write(settings, "night.jsonl", *said)
    pulled(settings)
    assert records(settings)[3:5] == [1, 2]
    late = but(said[0], at=f"{eve}T22:30:00", text="您好")
    write(settings, "night.jsonl", late, *said)
    pulled(settings)
    assert records(settings)[3:5] == [2, 1]


def test_under_another_key_a_day_is_made_of_what_the_logs_say_alone(settings: Settings) -> None:
    two_files_of_a_day(settings)
    settings.beside_sources("redaction.key").write_text("f" * 32, encoding="utf-8")
    pulled(settings)
    assert records(settings) == [1] * DAYS


def test_what_no_log_says_any_more_is_forgotten_on_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = two_files_of_a_day(settings)
    warehouse = Warehouse(settings.warehouse)
    monkeypatch.setattr("pipelines.forget.erase_what_is_gone", lambda *_: {})
    forget(settings, warehouse, Request(conversations=(f"{day}-日志",)))
    write(settings, "late.jsonl", *talk(day, "成员"))
    pulled(settings)
    asked = stored(settings, day)["question"].to_pylist()
    assert sorted(asked) == ["请问怎么导出成员", "请问怎么导出报表", "请问怎么导出账单"]


def test_a_late_message_reopens_its_day_and_no_other(settings: Settings) -> None:
    pulled(settings)
    day = settings.window_days()[3]
    write(settings, "late.jsonl", *talk(day, topic="日志"))
    done = pulled(settings)
    assert (list(done.days), done.facts["reopened_days"]) == ([day.isoformat()], 1)
    assert records(settings) == [1, 1, 1, 2, *[1] * (DAYS - 4)]


def test_a_day_that_is_made_again_is_replaced_exactly(settings: Settings) -> None:
    pulled(settings)
    day = settings.window_days()[0].isoformat()
    file = Warehouse(settings.warehouse).partition_file("dialogues", "chat", day)
    before = file.read_bytes()
    change = pulled(settings, only_changed=False).total
    assert (change.added, change.changed, change.removed) == (0, 0, 0)
    assert file.read_bytes() == before


def test_a_day_that_left_the_window_goes_and_cannot_be_filled_again(settings: Settings) -> None:
    pulled(settings)
    warehouse, (source,) = Warehouse(settings.warehouse), settings.dialogues
    first = settings.window_days()[0]
    done = pull.dialogues(a_day_later(settings), warehouse, source, [first])
    assert done.facts["expired_days"] == 1
    assert done.partitions == {first.isoformat(): pull.NO_CHANGE}
    assert not warehouse.partition_file("dialogues", "chat", first.isoformat()).exists()


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """A product with three releases."""
    made = Product(tmp_path / "product")
    for minor in range(3):
        made.release(f"v1.{minor}.0", f"# 更新日志\n\n## 1.{minor}.0\n\n- 支持第 {minor} 个功能\n")
    return made


def released(product: Product) -> tuple[Settings, Warehouse]:
    """Return a company that has read all releases of the product."""
    file = product.folder.parent / "sources.toml"
    file.write_text(
        '[company]\nname = "x"\ncontact = "y"\n[[changelog]]\nname = "p"\nrepo = "product"\n',
        encoding="utf-8",
    )
    settings = load_settings(file, product.folder.parent / "warehouse", environ={})
    warehouse = Warehouse(settings.warehouse)
    assert pull.changelog(settings, warehouse, settings.changelog[0]).facts["read"] == 3
    return settings, warehouse


def test_a_moved_tag_and_the_release_after_it_are_not_read_any_more_and_the_move_is_told(
    product: Product,
) -> None:
    settings, warehouse = released(product)
    (source,) = settings.changelog
    before = {one.tag: one for one in pull.release_states(settings, warehouse, source)}
    assert all(one.is_read and not one.has_moved for one in before.values())

    product.git("tag", "-f", "v1.1.0", "v1.0.0")

    now = {one.tag: one for one in pull.release_states(settings, warehouse, source)}
    assert [tag for tag, one in now.items() if not one.is_read] == ["v1.1.0", "v1.2.0"]
    assert [tag for tag, one in now.items() if one.has_moved] == ["v1.1.0"]
    assert now["v1.1.0"].moved_from == before["v1.1.0"].commit
    assert now["v1.1.0"].commit == before["v1.0.0"].commit
    done = pull.changelog(settings, warehouse, source, only_changed=True)
    assert list(done.partitions) == ["v1.1.0", "v1.2.0"]
    move = f"{before['v1.1.0'].commit[:12]} -> {before['v1.0.0'].commit[:12]}"
    assert done.facts["moved"] == f"v1.1.0 {move}"
    assert "moved" not in pull.changelog(settings, warehouse, source).facts


@pytest.mark.parametrize("tag", ["v9.9.9", "nightly"])
def test_an_unknown_tag_is_answered_with_the_command_that_lists_the_others(
    product: Product, tag: str
) -> None:
    settings, warehouse = released(product)
    declared = settings.changelog[0].model_copy(update={"path": "a b.md"})
    place = settings.beside_sources(declared.repo).absolute()
    command = f"`sanku changelog {place} --path 'a b.md' --tags {shlex.quote(declared.tags)}` lists"
    with pytest.raises(SourceError, match=re.escape(command)):
        pull.changelog(settings, warehouse, declared, [tag])
