"""The ready-made CI files do what they say, as far as a shell can tell: with the real command."""

import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.assets.product import Product
from tests.cli.command import CHECKOUT, COMMAND, SmallCompany, sanku, write_company

CI = CHECKOUT / "docs" / "ci"
WORKFLOWS = ("github-actions.yml", "gitea-actions.yml")
CHANGES = "# 更新日志\n\n## [{0}]\n\n### 变更\n" + "".join(
    f"- 改动 {{0}} 的第{number}项\n" for number in "一二三四五"
)
STEP_KEYS = {"name", "uses", "with", "if", "shell", "env", "run"}
# Of each job's keys, those that the three systems know.
JOB_KEYS = {"runs-on", "timeout-minutes", "env", "steps"}
GITLAB_KEYS = {
    *("stage", "tags", "rules", "variables", "resource_group", "timeout", "script"),
    *("allow_failure", "artifacts"),
}


def document(name: str) -> dict[str, Any]:
    """Return a CI file; YAML 1.1 reads the key `on` as true."""
    loaded = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return {"on" if key is True else key: value for key, value in loaded.items()}


def steps(name: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = document(name)["jobs"]["release"]["steps"]
    return found


def script(name: str) -> str:
    """Return what the CI system hands to a shell."""
    if name in WORKFLOWS:
        (found,) = (step["run"] for step in steps(name) if "run" in step)
        return str(found)
    return "\n".join(document(name)["sanku"]["script"])


@dataclass(frozen=True)
class Machine:
    """A company's warehouse, a product's checkout, and a `sanku` on the path."""

    company: SmallCompany
    product: Product
    bin: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if "SANKU" not in key}
        return kept | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "SANKU_SOURCES": str(self.company.sources),
            "SANKU_WAREHOUSE": str(self.company.warehouse),
            "OLLAMA_HOST": "127.0.0.1:9",
        }

    def release(self, version: str) -> None:
        """Release a version in the checkout."""
        file = self.product.folder / "CHANGELOG.md"
        before = file.read_text(encoding="utf-8").removeprefix("# 更新日志\n")
        self.product.release(f"v{version}", CHANGES.format(version) + before)

    def embed(self) -> None:
        """Embed what was released, so that no process of a test loads a model for it."""
        aside = self.company.sources.parent / "aside"
        shutil.copytree(self.company.warehouse, aside)
        options = ("--sources", str(self.company.sources), "--warehouse", str(aside))
        assert sanku("run", *options).exit_code == 0
        shutil.copytree(
            aside / "embeddings", self.company.warehouse / "embeddings", dirs_exist_ok=True
        )

    def run(self, name: str, tag: str) -> subprocess.CompletedProcess[str]:
        """Run a CI file's script in the checkout, as its runner does for a pushed tag."""
        variable = "TAG" if name in WORKFLOWS else "CI_COMMIT_TAG"
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script(name)],
            cwd=self.product.folder,
            env=self.environment | {variable: tag},
            capture_output=True,
            text=True,
            check=False,
        )

    def report(self) -> dict[str, Any]:
        """Return what the script left for the artifact, and remove it."""
        file = self.product.folder / "sanku-release.json"
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
        return told


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, character_model: Path) -> Path:
    folder = tmp_path_factory.mktemp("base")
    product = Product(folder / "product")
    product.release("v1.0.0", CHANGES.format("1.0.0"))
    (folder / "company").mkdir()
    company = write_company(folder / "company", Path("../product"), character_model)
    assert sanku("run", *company.options).exit_code == 0
    command = folder / "bin" / "sanku"
    command.parent.mkdir()
    python, flag, program = COMMAND
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{python}" {flag} "{program}" "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    return folder


@pytest.fixture
def machine(base: Path, tmp_path: Path) -> Machine:
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    company = SmallCompany(
        tmp_path / "company" / "sources.toml", tmp_path / "company" / "warehouse"
    )
    product = Product.__new__(Product)
    product.folder, product.day = tmp_path / "product", 10
    return Machine(company, product, tmp_path / "bin")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_fetches_all_releases_and_runs_no_word_of_a_tag(name: str) -> None:
    found = document(name)

    # A concurrency group of GitHub cancels all waiting runs but one.
    assert set(found) <= {"name", "on", "permissions", "jobs"}
    assert found["on"] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}
    assert set(found["jobs"]["release"]) == JOB_KEYS
    assert all(set(step) <= STEP_KEYS for step in steps(name))
    checkout, _, artifact = steps(name)
    # With `fetch-tags` beside it, a pushed tag could not be checked out (actions/checkout#1467).
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert artifact["if"] == "always()"
    assert artifact["with"]["path"] in script(name)
    assert "${{" not in script(name)
    assert "secrets." not in (CI / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tag", "runs"), [("v1.2.0", True), ("v1.2.0-rc.1", False), ("v1.2", False)]
)
def test_ci_runs_for_releases_and_not_for_what_comes_before_them(tag: str, runs: bool) -> None:
    (job,) = document("gitlab-ci.yml").values()
    (rule,) = job["rules"]
    patterns = [rule["if"].partition("/")[2].removesuffix("/")]
    # In a filter of GitHub and Gitea `+` repeats and `[]` chooses, and a dot is a dot.
    patterns += [document(name)["on"]["push"]["tags"][0].replace(".", r"\.") for name in WORKFLOWS]
    assert [bool(re.fullmatch(pattern, tag)) for pattern in patterns] == [runs] * 3


def test_the_gitlab_job_fetches_all_tags_and_lets_status_3_be_a_warning() -> None:
    (job,) = document("gitlab-ci.yml").values()

    assert set(job) == GITLAB_KEYS
    assert job["variables"]["GIT_DEPTH"] == "0"
    assert "--tags" in job["variables"]["GIT_FETCH_EXTRA_FLAGS"]
    assert job["allow_failure"] == {"exit_codes": 3}
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["paths"][0] in script("gitlab-ci.yml")


@pytest.mark.long
def test_a_workflow_publishes_a_tag_that_only_the_checkout_has_and_leaves_a_report(
    machine: Machine,
) -> None:
    machine.release("1.1.0")
    declared = machine.product.folder.parent / "declared"
    shutil.copytree(machine.product.folder, declared)
    machine.release("1.2.0")
    machine.embed()
    sources = machine.company.sources
    text = sources.read_text(encoding="utf-8").replace("../product", "../declared")
    sources.write_text(text, encoding="utf-8")

    done = machine.run("github-actions.yml", "v1.2.0")

    assert done.returncode == 0, done.stdout + done.stderr
    told = machine.report()
    assert (told["tag"], told["new"], told["read"]) == ("v1.2.0", True, ["v1.1.0", "v1.2.0"])
    assert f"published: {told['version']}" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("name", [*WORKFLOWS, "gitlab-ci.yml"])
def test_a_script_fails_for_a_tag_that_is_no_release(machine: Machine, name: str) -> None:
    done = machine.run(name, "v9.9.9; echo pwned")

    assert done.returncode == 5
    assert "`v9.9.9; echo pwned` is no release of `yunque`" in done.stderr
    assert "pwned\n" not in done.stdout


@pytest.mark.long
def test_a_workflow_fails_where_a_check_blocks_and_leaves_a_report(machine: Machine) -> None:
    sources = machine.company.sources
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text.replace("as_of = 2026-11-20", "as_of = 2028-11-20"), encoding="utf-8")

    done = machine.run("github-actions.yml", "v1.0.0")

    assert done.returncode == 4, done.stdout + done.stderr
    assert machine.report()["blocked"] is True


@pytest.mark.long
def test_a_workflow_stays_green_with_annotations_where_faq_entries_are_in_doubt(
    machine: Machine,
) -> None:
    faq = machine.company.sources.parent / "faq" / "files.md"
    faq.write_text(
        "## 单个文件最大可以上传多大？\n\n单个文件最大 2 GB，各端相同。\n", encoding="utf-8"
    )
    assert sanku("run", *machine.company.options).exit_code == 0
    file = machine.product.folder / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8").removeprefix("# 更新日志\n")
    new = "# 更新日志\n\n## [2.0.0]\n\n### 变更\n- 单个文件的上传上限从 2 GB 提高到 5 GB\n"
    machine.product.release("v2.0.0", new + text)
    machine.embed()

    done = machine.run("github-actions.yml", "v2.0.0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAQ entries are in doubt" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("::warning ")]
    assert len(machine.report()["stale"]) == 1
    assert machine.run("gitlab-ci.yml", "v2.0.0").returncode == 3


@pytest.mark.long
def test_the_hook_of_a_bare_repository_publishes_the_newest_pushed_tag_and_tells_who_pushed(
    machine: Machine, tmp_path: Path
) -> None:
    product = machine.product
    bare = tmp_path / "bare.git"
    product.git("init", "-q", "--bare", "-b", "main", str(bare))
    hook = bare / "hooks" / "post-receive"
    shutil.copyfile(CI / "post-receive", hook)
    hook.chmod(0o755)
    machine.release("1.9.0")
    machine.release("1.10.0")
    machine.embed()
    product.git("tag", "-a", "-m", "not a release", "nightly")
    push = ["git", "push", "-q", str(bare), "main", "--tags"]

    done = subprocess.run(
        push,
        cwd=product.folder,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "remote: yunque v1.10.0 at " in done.stderr
    assert "remote: read: v1.9.0, v1.10.0" in done.stderr
    assert "remote: published: 0002-" in done.stderr
    told = json.loads((bare / "sanku-release.json").read_text(encoding="utf-8"))
    assert told["tag"] == "v1.10.0"

    product.git("push", "-q", str(bare), ":refs/tags/v1.10.0", "HEAD:refs/heads/other")
    unchanged = json.loads((bare / "sanku-release.json").read_text(encoding="utf-8"))
    assert unchanged == told


def test_the_hook_can_be_run_as_it_is() -> None:
    assert (CI / "post-receive").stat().st_mode & stat.S_IXUSR
