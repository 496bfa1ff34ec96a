"""`sanku release` through a real Dagster: web server, daemon, queue and run are all there."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pipelines.dagster_server import Run, follow, open_server, start_release
from pipelines.errors import DagsterError
from pipelines.settings import Dagster as Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.assets.product import Product
from tests.cli.command import CHECKOUT, COMMAND, SmallCompany, sanku, write_company
from tests.dagster_process import Dagster, dagster_over

pytestmark = pytest.mark.long

CHANGES = "# 更新日志\n\n## [{0}]\n\n### 新增\n" + "".join(
    f"- 支持 {{0}} 的第{number}项\n" for number in "一二三四"
)

RUN = "query Q($id: ID!) { runOrError(runId: $id) { ... on Run { tags { key value } } } }"
ADD = """mutation M($key: String!) {
  addDynamicPartition(
    partitionsDefName: "releases", partitionKey: $key,
    repositorySelector: {repositoryLocationName: "sanku", repositoryName: "__repository__"}
  ) { __typename }
}"""
LAUNCH = """mutation M($tags: [ExecutionTag!]!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "sanku", repositoryName: "__repository__", jobName: "changelog_job"
    }
    runConfigData: {}, mode: "default", executionMetadata: {tags: $tags}
  }) { ... on LaunchRunSuccess { run { runId } } }
}"""
CANCEL = "mutation M($id: String!) { terminateRun(runId: $id) { __typename } }"
DELETE = "mutation M($id: String!) { deleteRun(runId: $id) { __typename } }"
RELOAD = """mutation M {
  reloadRepositoryLocation(repositoryLocationName: "sanku") { __typename }
}"""


@dataclass(frozen=True)
class Served:
    """A company, its product, and the Dagster that serves it."""

    company: SmallCompany
    product: Product
    dagster: Dagster

    @property
    def url(self) -> str:
        return self.dagster.url

    def release(self, tag: str, *more: str) -> Result:
        """Release a tag as CI does, which knows the server's address."""
        return sanku("release", "--tag", tag, *more, *self.company.options, **self.environ)

    @property
    def environ(self) -> dict[str, str]:
        return {"SANKU_DAGSTER_URL": self.url}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, character_model: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    product = Product(folder / "product")
    text = ""
    for version in ("1.0.0", "1.1.0"):
        text = CHANGES.format(version) + text.removeprefix("# 更新日志\n")
        product.release(f"v{version}", text)
    company = write_company(folder, product.folder, character_model)
    faq = "## 单个文件最大可以上传多大？\n\n单个文件最大 2 GB，各端相同。\n"
    (folder / "faq" / "files.md").write_text(faq, encoding="utf-8")
    assert sanku("run", *company.options).exit_code == 0
    with dagster_over(company.sources, company.warehouse, folder / "dagster.log") as dagster:
        yield Served(company, product, dagster)


def add_release(served: Served, version: str, more: str = "") -> None:
    file = served.product.folder / "CHANGELOG.md"
    before = file.read_text(encoding="utf-8").removeprefix("# 更新日志\n")
    served.product.release(f"v{version}", CHANGES.format(version) + more + before)


@contextmanager
def broken(file: Path, text: str) -> Iterator[None]:
    """Have another text in a file while the block runs."""
    before = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def told(done: Result, status: int = 0) -> dict[str, Any]:
    assert done.exit_code == status, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_release_is_read_by_dagster_published_and_told(
    served: Served,
) -> None:
    add_release(served, "2.0.0")

    done = served.release("v2.0.0", "--json")

    first = told(done)
    assert (first["product"], first["tag"], first["read"]) == ("yunque", "v2.0.0", ["v2.0.0"])
    assert first["entries"]["records"] == 4
    assert (first["embedded"], first["new"], first["blocked"]) == (4, True, False)
    assert first["version"] == published(Warehouse(served.company.warehouse)).name
    assert {check["name"] for check in first["checks"]} >= {"reconciles", "tiers_are_fresh"}
    assert first["run_url"] == f"{served.url}/runs/{first['run_id']}"
    lines = done.stderr.splitlines()
    assert lines[0] == f"started run {first['run_id']}: {first['run_url']}"
    assert "published: made" in lines
    assert first["changes"]["changelog"]["added"] == 4
    told_of = served.dagster.ask(RUN, id=first["run_id"])["runOrError"]["tags"]
    # As the sensor does, so that it counts what failed, and the UI shows the partition.
    assert {"key": "dagster/partition", "value": "yunque@v2.0.0"} in told_of
    assert {"key": "sanku/releases", "value": "yunque@v2.0.0..yunque@v2.0.0"} in told_of


def test_a_run_that_has_not_begun_to_read_is_joined_alone_or_within_a_range(
    served: Served,
) -> None:
    with served.dagster.queue_held(), open_server(Settings(), served.url) as server:
        keys = ("yunque@v1.0.0", "yunque@v1.1.0")
        for key in (*keys, "yunque@v2.0.0"):
            served.dagster.ask(ADD, key=key)
        span = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        tags = [{"key": key, "value": value} for key, value in zip(span, keys, strict=True)]
        asked = served.dagster.ask(LAUNCH, tags=tags)["launchRun"]["run"]["runId"]

        inside = [start_release(server, "yunque", tag) for tag in ("v1.0.0", "v1.1.0")]
        outside = start_release(server, "yunque", "v2.0.0")
        again = start_release(server, "yunque", "v2.0.0")

        assert [(run.id, run.joined) for run in inside] == [(asked, True)] * 2
        assert not outside.joined
        assert (again.id, again.joined) == (outside.id, True)
        with pytest.raises(DagsterError, match=r"is queued after 0 seconds.*does `dagster-daemon`"):
            follow(server, outside, 0, print)
        served.dagster.ask(CANCEL, id=outside.id)
        with pytest.raises(DagsterError, match="was canceled in Dagster"):
            follow(server, outside, 5, print)
        served.dagster.ask(DELETE, id=outside.id)
        with pytest.raises(DagsterError, match=r"cannot be read any more.*`sanku release` again"):
            follow(server, outside, 5, print)
        served.dagster.ask(CANCEL, id=asked)


def test_a_run_that_has_begun_to_read_is_not_joined_since_the_tag_may_have_moved(
    served: Served,
) -> None:
    later: list[Run] = []
    with open_server(Settings(), served.url) as server:

        def say(line: str) -> None:
            if line == "changelog: made":
                later.append(start_release(server, "yunque", "v2.0.0"))

        first = start_release(server, "yunque", "v2.0.0")
        assert follow(server, first, 60, say).new is False
        (second,) = later
        assert (second.joined, second.id != first.id) == (False, True)
        served.dagster.ask(CANCEL, id=second.id)


def test_a_company_that_dagster_cannot_load_is_told_with_its_own_reason(served: Served) -> None:
    file = served.company.sources
    text = file.read_text(encoding="utf-8")
    with broken(file, f"nonsense = 1\n{text}"):
        served.dagster.ask(RELOAD)
        # From a machine that has no `sources.toml` of the company.
        done = sanku("release", "--tag", "v2.0.0", "--product", "yunque", **served.environ)
    served.dagster.ask(RELOAD)

    assert done.exit_code == 5
    assert "`sanku` (does not load: SettingsError: " in done.stderr
    assert "`nonsense` is not a known key" in done.stderr
    assert "reload it there" in done.stderr


def test_who_leaves_ends_no_run_and_the_next_one_joins_it_and_hears_of_the_moved_tag_and_the_faq(
    served: Served,
) -> None:
    served.product.git("tag", "-d", "v2.0.0")
    served.product.git("reset", "-q", "--hard", "HEAD~1")
    add_release(served, "2.0.0", "- 单个文件的上传上限从 2 GB 提高到 5 GB\n")
    with served.dagster.queue_held():
        waiting = subprocess.Popen(
            [*COMMAND, "release", "--tag", "v2.0.0", *served.company.options],
            cwd=CHECKOUT,
            env=os.environ | served.environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr
        started = waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        _, rest = waiting.communicate(timeout=60)
        nobody_waits = served.release("v2.0.0", "--no-wait")
    joined = told(served.release("v2.0.0", "--json"), status=3)

    found = re.fullmatch(r"started run (\S+): (\S+)\n", started)
    assert found, started + rest
    assert waiting.returncode == 130
    assert f"the run goes on: {found[2]}" in rest
    assert (nobody_waits.exit_code, nobody_waits.stdout) == (0, f"{found[2]}\n")
    assert nobody_waits.stderr.startswith("joined run ")
    assert joined["run_id"] == found[1]
    assert joined["moved"]["from"] != joined["moved"]["to"]
    assert joined["new"] is True
    (stale,) = joined["stale"]
    assert (stale["question"], stale["kind"]) == ("单个文件最大可以上传多大？", "limit")
    assert stale["place"] == "files.md:1"
    assert "+单个文件最大 5 GB，各端相同。" in stale["suggestion"]


def test_a_tag_that_the_server_does_not_have_returns_5_with_the_step_and_the_way_out(
    served: Served,
) -> None:
    done = served.release("v9.9.9")
    assert done.exit_code == 5
    assert "failed: step `changelog`: SourceError: `yunque` has no release tag" in done.stderr
    assert "Push the tag first" in done.stderr
    assert f"{served.url}/runs/" in done.stderr.splitlines()[-1]


def test_a_candidate_that_a_check_blocks_returns_4_and_readers_keep_their_version(
    served: Served,
) -> None:
    before = published(Warehouse(served.company.warehouse)).name
    add_release(served, "2.1.0")
    file = served.company.sources
    text = file.read_text(encoding="utf-8")
    with broken(file, text.replace("as_of = 2026-11-20", "as_of = 2028-11-20")):
        done = served.release("v2.1.0", "--json")
    blocked = told(done, status=4)
    assert (blocked["blocked"], blocked["version"], blocked["new"]) == (True, None, False)
    assert "tiers_are_fresh" in {one["name"] for one in blocked["checks"] if not one["passed"]}
    assert "the candidate is not published: " in done.stderr
    assert "`tiers_are_fresh` (" in done.stderr
    assert published(Warehouse(served.company.warehouse)).name == before


def test_a_wrong_address_or_product_returns_5_at_once(served: Served) -> None:
    done = served.release("v2.0.0", "--dagster", "http://127.0.0.1:9")
    assert done.exit_code == 5
    assert "`http://127.0.0.1:9` cannot be reached" in done.stderr
    assert served.release("v2.0.0", "--product", "a@b").exit_code == 5


def test_an_empty_address_reads_in_process(served: Served) -> None:
    done = told(served.release("v1.1.0", "--dagster", "", "--json"))
    assert (done["run_id"], done["read"]) == (None, [])
