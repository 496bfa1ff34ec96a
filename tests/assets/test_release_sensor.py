"""The release sensor: what it asks for, and when."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.automation import release_sensor
from assets.definitions import build_definitions
from pipelines import pull
from pipelines.errors import SourceError
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.assets.product import Product
from tests.assets.small_company import company, resource

CHANGES = "# 更新日志\n\n## 1.{0}.0\n\n### 新增\n- 支持第 {0} 个功能\n"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as empty:
        yield empty


@pytest.fixture
def product(tmp_path: Path) -> Product:
    made = Product(tmp_path / "product")
    for minor in range(3):
        made.release(f"v1.{minor}.0", CHANGES.format(minor))
    return made


def look(settings: Settings, instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
    """Evaluate the sensor, and apply to the instance what it asks for, as the daemon does."""
    with dg.build_sensor_context(
        instance=instance,
        resources=resource(settings),
        definitions=build_definitions(settings),
    ) as context:
        seen = release_sensor(settings)(context)
    assert isinstance(seen, dg.SensorResult | dg.SkipReason)
    if isinstance(seen, dg.SensorResult):
        for request in seen.dynamic_partitions_requests or ():
            if isinstance(request, dg.AddDynamicPartitionsRequest):
                instance.add_dynamic_partitions("releases", list(request.partition_keys))
            else:
                for key in request.partition_keys:
                    instance.delete_dynamic_partition("releases", key)
    return seen


def asked(seen: dg.SensorResult | dg.SkipReason) -> list[tuple[str, str]]:
    """Return the first and last partition of every run that was asked for."""
    assert isinstance(seen, dg.SensorResult), seen
    runs = []
    for request in seen.run_requests or ():
        span = request.partition_key_range
        assert span or request.partition_key
        runs.append((span.start, span.end) if span else (str(request.partition_key),) * 2)
    return runs


def read_all(settings: Settings) -> None:
    """Read every release, as the run that the sensor asked for does."""
    for source in settings.changelog:
        pull.changelog(settings, Warehouse(settings.warehouse), source)


def test_the_first_look_asks_for_one_run_of_all_releases_in_their_order(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    seen = look(company(tmp_path, "product"), instance)

    assert asked(seen) == [("product@v1.0.0", "product@v1.2.0")]
    assert instance.get_dynamic_partitions("releases") == [
        "product@v1.0.0",
        "product@v1.1.0",
        "product@v1.2.0",
    ]


def test_releases_that_sanku_run_has_read_become_partitions_and_ask_for_no_run(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    read_all(settings)

    assert asked(look(settings, instance)) == []
    assert len(instance.get_dynamic_partitions("releases")) == 3
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_a_new_tag_is_asked_for_alone_and_only_once(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    look(settings, instance)
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)

    product.release("v1.3.0", CHANGES.format(3))

    assert asked(look(settings, instance)) == [("product@v1.3.0", "product@v1.3.0")]
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_a_moved_tag_is_read_again_under_another_run_key(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    look(settings, instance)
    read_all(settings)
    product.release("v1.3.0", CHANGES.format(3))
    first = look(settings, instance)
    read_all(settings)

    product.git("tag", "-d", "v1.3.0")
    product.release("v1.3.0", CHANGES.format(33))

    again = look(settings, instance)
    assert asked(again) == asked(first) == [("product@v1.3.0", "product@v1.3.0")]
    assert isinstance(first, dg.SensorResult)
    assert isinstance(again, dg.SensorResult)
    keys = {request.run_key for seen in (first, again) for request in seen.run_requests or ()}
    assert len(keys) == 2


def test_a_removed_tag_loses_its_partition_and_its_changes(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    look(settings, instance)
    read_all(settings)

    product.git("tag", "-d", "v1.1.0")

    # The release after it is now compared with another one, and the newest is read for the rest.
    assert asked(look(settings, instance)) == [("product@v1.2.0", "product@v1.2.0")]
    assert instance.get_dynamic_partitions("releases") == ["product@v1.0.0", "product@v1.2.0"]
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_a_removed_release_is_asked_for_until_a_run_has_dropped_its_changes(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    look(settings, instance)
    read_all(settings)
    product.git("tag", "-d", "v1.2.0")

    # The first of the two runs failed, and the partition of the release is gone already.
    for _ in range(2):
        assert asked(look(settings, instance)) == [("product@v1.1.0", "product@v1.1.0")]
        assert instance.get_dynamic_partitions("releases") == ["product@v1.0.0", "product@v1.1.0"]
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_a_repository_that_cannot_be_read_does_not_stop_the_others(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "gone", "product")

    assert asked(look(settings, instance)) == [("product@v1.0.0", "product@v1.2.0")]

    read_all(company(tmp_path, "product"))
    with pytest.raises(SourceError, match="`gone` cannot be read"):
        look(company(tmp_path, "gone", "product"), instance)
    assert len(instance.get_dynamic_partitions("releases")) == 3


@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
def test_nothing_is_asked_for_while_a_run_of_the_sensor_or_of_ci_reads_releases(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance, status: str
) -> None:
    settings = company(tmp_path, "product")
    job = build_definitions(settings).resolve_job_def("changelog_job")
    key = "product@v1.2.0"
    by_ci = {"dagster/partition": key, "sanku/releases": f"{key}..{key}"}
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus(status), tags=by_ci)

    assert isinstance(look(settings, instance), dg.SkipReason)

    instance.report_run_failed(run)
    assert asked(look(settings, instance)) == [("product@v1.0.0", "product@v1.2.0")]


def test_a_release_that_ci_asked_for_first_leaves_no_hole_before_it(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    (source,) = settings.changelog
    pull.changelog(settings, Warehouse(settings.warehouse), source, ["v1.2.0"])
    instance.add_dynamic_partitions("releases", ["product@v1.2.0"])

    assert asked(look(settings, instance)) == [("product@v1.0.0", "product@v1.1.0")]
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_a_moved_tag_has_the_release_after_it_read_again_in_the_same_run(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    look(settings, instance)
    read_all(settings)

    product.git("tag", "-f", "v1.1.0", "v1.0.0")

    assert asked(look(settings, instance)) == [("product@v1.1.0", "product@v1.2.0")]


def release_many(folder: Path, count: int) -> None:
    """Make a repository whose every commit is a release, all in one go."""
    stream, changelog = [], ""
    for minor in range(count):
        changelog = f"\n## 1.{minor}.0\n\n### 新增\n- 支持第 {minor} 个功能\n{changelog}"
        data = f"# 更新日志\n{changelog}".encode()
        stream.append(
            b"commit refs/heads/main\ncommitter a <a@b> %d +0000\ndata 1\nx\n"
            b"M 644 inline CHANGELOG.md\ndata %d\n%s\nreset refs/tags/v1.%d.0\n"
            b"from refs/heads/main\n\n" % (1767225600 + minor * 3600, len(data), data, minor)
        )
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    feed = b"".join(stream)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=feed, check=True)


@pytest.mark.long
def test_a_hundred_and_fifty_releases_are_read_in_order_by_one_run_that_publishes_once(
    tmp_path: Path, instance: dg.DagsterInstance, character_model: Path
) -> None:
    release_many(tmp_path / "product", 150)
    (tmp_path / "sources.toml").write_text(
        "company = { name = '云雀协作', contact = '400' }\n"
        "[[changelog]]\nname = 'product'\nrepo = 'product'\n"
        f"[embedding]\nmodel = '{character_model}'\n[ollama]\nurl = 'http://127.0.0.1:9'\n",
        encoding="utf-8",
    )
    settings = load_settings(tmp_path / "sources.toml", tmp_path / "warehouse", environ={})
    seen = look(settings, instance)
    assert isinstance(seen, dg.SensorResult)
    (request,) = seen.run_requests or ()
    assert asked(seen) == [("product@v1.0.0", "product@v1.149.0")]

    job = build_definitions(settings).resolve_job_def("changelog_job")
    done = job.execute_in_process(
        instance=instance,
        tags=dict(request.tags),
        run_config={"loggers": {"plain": {"config": {}}}},
    )

    assert done.success
    warehouse = Warehouse(settings.warehouse)
    written = [
        warehouse.partition_file("changelog", "product", f"v1.{minor}.0").stat().st_mtime_ns
        for minor in range(150)
    ]
    assert written == sorted(written)
    assert [path.name for path in warehouse.index.glob("0*")] == [published(warehouse).name]
    assert published(warehouse).manifest.entries["changelog"] == 150
    assert isinstance(look(settings, instance), dg.SkipReason)


def test_releases_whose_run_failed_are_asked_for_again(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    first = look(settings, instance)
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests or ()
    again = look(settings, instance)
    assert isinstance(again, dg.SensorResult)
    assert [one.run_key for one in again.run_requests or ()] == [request.run_key]

    job = build_definitions(settings).resolve_job_def("changelog_job")
    instance.create_run_for_job(job, status=dg.DagsterRunStatus.FAILURE, tags=request.tags)
    after = look(settings, instance)
    assert isinstance(after, dg.SensorResult)
    (retried,) = after.run_requests or ()
    assert retried.run_key != request.run_key


def test_what_was_read_and_not_published_is_published_once_by_a_run_of_its_own(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance
) -> None:
    settings = company(tmp_path, "product")
    definitions = build_definitions(settings)
    job = definitions.resolve_job_def("changelog_job")
    (request,) = found(look(settings, instance))
    assert request.job_name == "changelog_job"
    read_all(settings)
    assert isinstance(look(settings, instance), dg.SkipReason)

    failed = instance.create_run_for_job(job, status=dg.DagsterRunStatus.FAILURE)
    (again,) = found(look(settings, instance))
    (repeated,) = found(look(settings, instance))
    assert (again.job_name, again.run_key) == ("publish_job", f"publish:{failed.run_id}")
    assert repeated.run_key == again.run_key, "which Dagster never starts twice"

    instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS)
    assert isinstance(look(settings, instance), dg.SkipReason)


def found(seen: dg.SensorResult | dg.SkipReason) -> list[dg.RunRequest]:
    """Return the runs that the sensor asks for."""
    assert isinstance(seen, dg.SensorResult), seen
    return list(seen.run_requests or ())


def succeed(
    settings: Settings, instance: dg.DagsterInstance, seen: dg.SensorResult | dg.SkipReason
) -> list[str | None]:
    """Let the runs that were asked for read what they were to read, and return their keys."""
    assert isinstance(seen, dg.SensorResult), seen
    job = build_definitions(settings).resolve_job_def("changelog_job")
    requests = seen.run_requests or ()
    for request in requests:
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS, tags=request.tags)
    read_all(settings)
    return [request.run_key for request in requests]


@pytest.mark.parametrize(
    "away", [("-d", "v1.2.0"), ("-f", "v1.2.0", "v1.0.0")], ids=["removed", "moved"]
)
def test_a_tag_that_is_back_at_a_commit_once_read_is_asked_for_under_another_run_key(
    tmp_path: Path, product: Product, instance: dg.DagsterInstance, away: tuple[str, ...]
) -> None:
    settings = company(tmp_path, "product")
    product.git("tag", "-d", "v1.2.0")
    keys = succeed(settings, instance, look(settings, instance))
    for tag in (("-f", "v1.2.0", "main"), away) * 2:
        product.git("tag", *tag)
        keys += succeed(settings, instance, look(settings, instance))
        assert isinstance(look(settings, instance), dg.SkipReason)

    assert len(set(keys)) == len(keys) == 5
