"""`sanku release` in process: what it reads, what it leaves alone, and its exit status."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.warehouse import Warehouse
from tests.assets.product import Product
from tests.cli.command import CHECKOUT, COMMAND, SmallCompany, read, sanku, write_company

CHANGES = "# 更新日志\n"
LIMIT = "单个文件的上传上限从 2 GB 提高到 5 GB"


def section(version: str, *changes: str) -> str:
    """Return a section of a changelog."""
    return f"\n## [{version}]\n\n### 变更\n" + "".join(f"- {change}\n" for change in changes)


def release_all(product: Product, *versions: str) -> None:
    """Release versions one after another, each with four changes of its own."""
    for version in versions:
        changes = (f"改动 {version} 之{number}" for number in "一二三四")
        product.release(f"v{version}", changelog_with(product, section(version, *changes)))


def changelog_with(product: Product, new: str) -> str:
    """Return the product's changelog with a section on top."""
    file = product.folder / "CHANGELOG.md"
    before = file.read_text(encoding="utf-8").removeprefix(CHANGES) if file.exists() else ""
    return CHANGES + new + before


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, character_model: Path) -> Path:
    """A folder with a company and its product of three releases, of which nothing was run yet."""
    folder = tmp_path_factory.mktemp("base")
    release_all(Product(folder / "product"), "1.0.0", "1.1.0", "1.2.0")
    (folder / "company").mkdir()
    write_company(folder / "company", Path("../product"), character_model)
    return folder


@pytest.fixture(scope="module")
def base_published(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after a run that published all that the product had released."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(base, folder, dirs_exist_ok=True)
    done = sanku("run", *company_in(folder).options)
    assert done.exit_code == 0, done.output
    return folder


def company_in(folder: Path) -> SmallCompany:
    return SmallCompany(folder / "company" / "sources.toml", folder / "company" / "warehouse")


@pytest.fixture
def company(base_published: Path, tmp_path: Path) -> SmallCompany:
    """A copy of the published company, for one test."""
    shutil.copytree(base_published, tmp_path, dirs_exist_ok=True)
    return company_in(tmp_path)


@pytest.fixture
def product(company: SmallCompany, tmp_path: Path) -> Product:
    """Its product."""
    return product_in(tmp_path / "product", day=10)


def product_in(folder: Path, *, day: int) -> Product:
    """Return a repository that is there already; its next commit is of the day after `day`."""
    made = Product.__new__(Product)
    made.folder, made.day = folder, day
    return made


def released(company: SmallCompany, tag: str, *more: str) -> dict[str, Any]:
    """Return what a release told as JSON, once it has succeeded."""
    told: dict[str, Any] = read(sanku("release", "--tag", tag, *more, "--json", *company.options))
    return told


def partitions(company: SmallCompany) -> list[str]:
    return Warehouse(company.warehouse).partitions("changelog", "yunque")


def stored(company: SmallCompany) -> dict[str, bytes]:
    """Return every file of the tiers and the index, but for the times of looks."""
    return {
        str(file.relative_to(company.warehouse)): file.read_bytes()
        for file in company.warehouse.rglob("*")
        if file.is_file() and file.name != "pulled_at" and file.suffix not in (".lock", ".db")
    }


def test_a_release_is_ingested_and_published_and_the_same_tag_again_changes_nothing(
    company: SmallCompany, product: Product
) -> None:
    product.release("v1.3.0", changelog_with(product, section("1.3.0", "支持断点续传", "支持脚注")))

    done = sanku("release", "--tag", "v1.3.0", *company.options)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("yunque v1.3.0 at ")
    assert lines[1:5] == [
        "read: v1.3.0",
        "entries: 2 (2 added, 0 changed, 0 removed)",
        "  + 支持断点续传",
        "  + 支持脚注",
    ]
    assert "FAQ entries now in doubt: 0" in lines
    assert lines[-1].startswith("published: 0002-")
    before = stored(company)

    again = sanku("release", "--tag", "v1.3.0", *company.options)

    assert again.exit_code == 0, again.output
    assert again.stdout.splitlines()[1] == "nothing changed: it was read from this commit before"
    assert "embedded 0, reused" in again.stdout
    assert again.stdout.splitlines()[-1].startswith("unchanged, still published: 0002-")
    assert stored(company) == before


def test_releases_before_it_that_were_never_read_are_read_in_order_and_later_ones_are_not(
    company: SmallCompany, product: Product
) -> None:
    release_all(product, "1.3.0", "1.4.0", "1.5.0", "1.6.0")

    told = released(company, "v1.5.0")

    assert told["read"] == ["v1.3.0", "v1.4.0", "v1.5.0"]
    assert told["entries"]["records"] == 4
    assert "v1.6.0" not in partitions(company)


def test_a_moved_tag_is_told_and_read_again_with_the_release_after_it(
    company: SmallCompany, product: Product
) -> None:
    before = released(company, "v1.1.0")["commit"]
    product.git("checkout", "-q", "--detach", "v1.0.0")
    new = section("1.1.0", *(f"改动 1.1.0 之{number}" for number in "一二三"), "更正")
    changelog = changelog_with(product, new)
    (product.folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    product.git("commit", "-qam", "again")
    product.git("tag", "-f", "v1.1.0")
    product.git("checkout", "-q", "main")

    told = released(company, "v1.1.0")

    assert told["moved"] == {"from": before, "to": told["commit"]}
    assert before != told["commit"]
    assert told["read"] == ["v1.1.0", "v1.2.0"]
    assert [entry["text"] for entry in told["entries"]["texts"]][3] == "更正"
    assert told["new"] is True
    assert released(company, "v1.1.0")["read"] == []


def test_a_checkout_is_read_instead_of_a_mirror_that_lacks_the_tag_and_drops_nothing(
    company: SmallCompany, product: Product, tmp_path: Path
) -> None:
    checkout = product_in(tmp_path / "checkout", day=product.day)
    product.git("clone", "-q", str(product.folder), str(checkout.folder))
    checkout.git("tag", "-d", "v1.2.0")
    release_all(checkout, "1.1.5")
    repo = ("--repo", str(checkout.folder))

    assert sanku("release", "--tag", "v1.1.5", *company.options).exit_code == 5
    told = released(company, "v1.1.5", *repo)

    assert told["read"] == ["v1.1.5"]
    assert partitions(company) == ["v1.0.0", "v1.1.0", "v1.1.5", "v1.2.0"]


def test_a_checkout_that_lacks_an_older_tag_is_refused_with_the_way_out(
    company: SmallCompany, product: Product, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    release_all(product, "1.3.0")
    product.git("clone", "-q", str(product.folder), str(checkout))
    subprocess.run(["git", "tag", "-d", "v1.2.0"], cwd=checkout, check=True, capture_output=True)

    done = sanku("release", "--tag", "v1.3.0", "--repo", str(checkout), *company.options)

    assert done.exit_code == 5
    assert "has no tag `v1.2.0`" in done.stderr
    assert "git fetch --tags" in done.stderr
    assert "v1.3.0" not in partitions(company)


def test_a_shallow_checkout_is_refused_with_the_way_out(
    company: SmallCompany, product: Product, tmp_path: Path
) -> None:
    release_all(product, "1.3.0")
    shallow = tmp_path / "shallow"
    product.git("clone", "-q", "--depth", "1", product.folder.as_uri(), str(shallow))
    subprocess.run(
        ["git", "fetch", "-q", "--depth", "1", "origin", "tag", "v1.3.0"], cwd=shallow, check=True
    )

    done = sanku("release", "--tag", "v1.3.0", "--repo", str(shallow), *company.options)

    assert done.exit_code == 5
    assert "fetch-depth: 0" in done.stderr
    assert "git fetch --unshallow --tags" in done.stderr


def test_two_at_once_work_one_after_the_other(company: SmallCompany) -> None:
    command = [*COMMAND, "release", "--tag", "v1.2.0", *company.options]
    with Warehouse(company.warehouse).refreshing():
        other = subprocess.Popen(
            command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert other.stderr
        said = other.stderr.readline()
        assert other.poll() is None
    out, _ = other.communicate(timeout=60)
    assert said == "another run works on this warehouse; waiting for its end\n"
    assert other.returncode == 0
    assert out.splitlines()[-1].startswith("unchanged, still published: 0001-")


def test_a_candidate_that_a_check_refuses_returns_4_and_says_which(
    base: Path, tmp_path: Path
) -> None:
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    company = company_in(tmp_path)
    report = tmp_path / "report.json"

    done = sanku("release", "--tag", "v1.2.0", "--report", str(report), *company.options)

    assert done.exit_code == 4
    assert "FAILED  tiers_are_fresh" in done.stdout
    assert "published:" not in done.stdout
    assert "`tiers_are_fresh`" in done.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["blocked"], told["version"], told["new"]) == (True, None, False)
    assert told["read"] == ["v1.0.0", "v1.1.0", "v1.2.0"]


def test_an_faq_entry_that_the_release_contradicts_is_told_and_returns_3_until_somebody_decides(
    company: SmallCompany, product: Product, tmp_path: Path
) -> None:
    faq = company.sources.parent / "faq" / "files.md"
    faq.write_text(
        "## 单个文件最大可以上传多大？\n\n单个文件最大 2 GB，各端相同。\n", encoding="utf-8"
    )
    assert sanku("run", *company.options).exit_code == 0
    product.release("v2.0.0", changelog_with(product, section("2.0.0", LIMIT)))
    report = tmp_path / "report.json"
    options = ("--github", "--report", str(report), *company.options)

    done = sanku("release", "--tag", "v2.0.0", *options)

    assert done.exit_code == 3, done.output
    assert "FAQ entries now in doubt: 1" in done.stdout
    assert "files.md:1 单个文件最大可以上传多大？" in done.stdout
    assert "+单个文件最大 5 GB，各端相同。" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("::warning title=FAQ entry in doubt")
    (stale,) = json.loads(report.read_text(encoding="utf-8"))["stale"]
    assert (stale["kind"], stale["tag"]) == ("limit", "v2.0.0")
    assert sanku("release", "--tag", "v2.0.0", *company.options).exit_code == 3
    run = sanku("run", *company.options)
    assert (run.exit_code, "FAQ entries in doubt: 1" in run.stdout) == (0, True)

    decided = sanku("faq", "review", stale["id"], "--dismiss", "只有专业版", *company.options)

    assert decided.exit_code == 0, decided.output
    assert sanku("release", "--tag", "v2.0.0", *company.options).exit_code == 0


def test_an_faq_entry_that_a_release_before_it_contradicts_is_told_by_who_reads_both(
    company: SmallCompany, product: Product
) -> None:
    faq = company.sources.parent / "faq" / "files.md"
    faq.write_text("## 单个文件最大可以上传多大？\n\n单个文件最大 2 GB。\n", encoding="utf-8")
    assert sanku("run", *company.options).exit_code == 0
    product.release("v1.9.0", changelog_with(product, section("1.9.0", LIMIT)))
    product.release("v2.0.0", changelog_with(product, section("2.0.0", "支持脚注")))

    done = sanku("release", "--tag", "v2.0.0", *company.options)

    assert done.exit_code == 3, done.output
    assert "read: v1.9.0, v2.0.0" in done.stdout
    assert f"v1.9.0: {LIMIT}" in done.stdout


@pytest.mark.parametrize(
    ("options", "status", "complaints"),
    [
        (["--tag", "v9.9.9"], 5, ["no release tag `v9.9.9`", "Push the tag first"]),
        (["--tag", "v1.2.0-rc.1"], 5, ["no release of `yunque` by its `tags`", "Leave it out"]),
        (["--tag", "v1.0.0", "--product", "other"], 5, ["`--product`", "`yunque`"]),
        (["--tag", "v1.0.0", "--no-wait"], 2, ["needs a running Dagster"]),
        (["--tag", "v1.0.0", "--no-wait", "--report", "x"], 2, ["anything to report"]),
        (["--tag", "v1.0.0", "--github", "--json"], 2, ["`--report FILE` writes the JSON"]),
        (["--tag", "v1.0.0", "--report", "no/x"], 5, ["`no/x` cannot be written: No such file"]),
        (["--tag", "v1.0.0", "--repo", "nowhere"], 2, ["--repo"]),
        (["--tag", "v1.0.0", "--dagster", "ftp://x"], 5, ["no URL of a Dagster web server"]),
        (["--tag", "v1.0.0", "--dagster", "http://a:b@x"], 5, ["carries a credential"]),
        (["--tag", "v1\x1b[31m.0.0"], 5, ["`v1.0.0` is no release"]),
    ],
)
def test_what_cannot_run_is_named_with_the_way_out(
    company: SmallCompany, options: list[str], status: int, complaints: list[str]
) -> None:
    before = stored(company)
    done = sanku("release", *options, *company.options)
    assert done.exit_code == status, done.output
    for complaint in complaints:
        assert complaint in done.stderr
    assert "\x1b" not in done.stderr
    assert stored(company) == before


def test_a_product_is_found_by_its_tags_or_its_repository_or_has_to_be_named(
    company: SmallCompany, product: Product, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(product.folder, other)
    declared = company.sources.read_text(encoding="utf-8")
    second = '[[changelog]]\nname = "{0}"\nrepo = "{1}"\ntags = \'{2}\'\n'
    tags = r"v?\d+\.\d+\.\d+"
    company.sources.write_text(
        declared
        + second.format("desktop", product.folder, r"desktop-v\d+\.\d+\.\d+")
        + second.format("twin", other, tags),
        encoding="utf-8",
    )

    done = sanku("release", "--tag", "v1.0.0", *company.options)
    assert done.exit_code == 5
    assert "may be a release of any of `yunque`, `twin`" in done.stderr
    assert "--product" in done.stderr
    product.git("tag", "desktop-v1.0.0", "v1.0.0")
    found = sanku("release", "--tag", "desktop-v1.0.0", "--json", *company.options)
    assert json.loads(found.stdout)["product"] == "desktop"
    for repo, name in ((other, "twin"), (product.folder, "yunque")):
        found = sanku("release", "--tag", "v1.0.0", "--repo", str(repo), "--json", *company.options)
        assert json.loads(found.stdout)["product"] == name
