"""`faq export` and `faq import` as people and scripts call them."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import openpyxl
import pytest

from pipelines import pull
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.cli.command import CHECKOUT, COMMAND, FAQ, SmallCompany, read, sanku

DRAFT = "---\nstatus: draft\n---\n## 能退款吗？\n\n七天内可以。\n"


@pytest.fixture(scope="module")
def pulled(company: SmallCompany) -> SmallCompany:
    """The small company with a draft and a second FAQ, both pulled."""
    folder = company.sources.parent
    (folder / "faq" / "more").mkdir()
    (folder / "faq" / "more" / "draft.md").write_text(DRAFT, encoding="utf-8")
    (folder / "english").mkdir()
    (folder / "english" / "en.md").write_text("## How?\n\nSo.\n", encoding="utf-8")
    with company.sources.open("a", encoding="utf-8") as declared:
        declared.write('[[faq]]\nname = "english"\nfolder = "english"\n')
    settings = load_settings(company.sources, company.warehouse, environ={})
    for source in settings.faq:
        pull.faq(settings, Warehouse(settings.warehouse), source)
    return company


def test_jsonl_goes_to_stdout_with_drafts_and_all_sources(pulled: SmallCompany) -> None:
    done = sanku("faq", "export", "--format", "jsonl", *pulled.options)
    assert done.exit_code == 0
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(entry["question"], entry["review"]["status"]) for entry in told] == [
        ("忘记密码怎么办？", "approved"),
        ("怎么开发票？", "approved"),
        ("能退款吗？", "draft"),
        ("How?", "approved"),
    ]
    assert "exported 4 entries of 2 sources" in done.stderr


def test_csv_goes_to_a_new_file_and_back_into_markdown(
    pulled: SmallCompany, tmp_path: Path
) -> None:
    table, faq = tmp_path / "faq.csv", tmp_path / "faq.md"
    export = ("faq", "export", "--format", "csv", "--source", "handbook", "--output", str(table))
    assert sanku(*export, *pulled.options).exit_code == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbfquestion,answer,")
    again = sanku(*export, *pulled.options)
    assert again.exit_code == 5
    assert "nothing is overwritten" in again.stderr
    done = sanku("faq", "import", str(table), "--output", str(faq))
    assert (done.exit_code, done.stdout) == (
        0,
        f"imported 3 entries (1 drafts) into `{faq}`\n",
    )
    assert faq.read_text(encoding="utf-8") == (
        "# 账号\n\n## 忘记密码怎么办？\n\n"
        "在登录页点「忘记密码」，按提示收验证码后重新设置。\n\n"
        "## 怎么开发票？\n\n在控制台的「费用中心」里申请，三个工作日内开出。\n\n"
        "# 能退款吗？\n<!-- status: draft -->\n\n七天内可以。\n"
    )


def test_csv_on_stdout_is_utf8_whatever_the_terminal(pulled: SmallCompany) -> None:
    done = subprocess.run(
        [*COMMAND, "faq", "export", "--format", "csv", *pulled.options],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    rows = csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"), newline=""))
    assert [row["question"] for row in rows][-2:] == ["能退款吗？", "How?"]


def test_markdown_goes_to_a_new_folder_a_source(pulled: SmallCompany, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export = ("faq", "export", "--format", "md", "--output", str(out))
    done = sanku(*export, *pulled.options)
    assert (done.exit_code, done.stdout) == (0, "")
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*.md")) == [
        "english/en.md",
        "handbook/account.md",
        "handbook/more/draft.md",
    ]
    draft = out / "handbook" / "more" / "draft.md"
    assert draft.read_text() == "---\nstatus: draft\n---\n\n# 能退款吗？\n\n七天内可以。\n"
    again = sanku(*export, *pulled.options)
    assert again.exit_code == 5
    assert "is not empty" in again.stderr
    one = sanku(*export[:-1], str(tmp_path / "one"), "--source", "handbook", *pulled.options)
    assert one.exit_code == 0
    assert (tmp_path / "one" / "account.md").read_text(encoding="utf-8") == FAQ


def test_an_export_says_what_is_missing(pulled: SmallCompany, tmp_path: Path) -> None:
    where = ("--sources", str(pulled.sources), "--warehouse", str(tmp_path / "empty"))
    empty = sanku("faq", "export", "--format", "csv", *where)
    assert (empty.exit_code, empty.stdout) == (5, "")
    assert "Nothing was pulled of `handbook`, `english` yet. `sanku run` pulls" in empty.stderr
    unknown = sanku("faq", "export", "--format", "csv", "--source", "x", *pulled.options)
    assert unknown.exit_code == 5
    assert "declares `handbook`, `english`" in unknown.stderr
    assert sanku("faq", "export", "--format", "md", *pulled.options).exit_code == 2
    assert sanku("faq", "export", *pulled.options).exit_code == 2


def test_an_import_writes_the_good_rows_and_lists_the_others(tmp_path: Path) -> None:
    table, faq = tmp_path / "faq.xlsx", tmp_path / "faq.md"
    workbook = openpyxl.Workbook()
    sheet = workbook.create_sheet("问答", 0)
    rows = (
        ("分类", "问题", "答案", "备注"),
        ("账号", "如何登录？", "扫码。", "x"),
        ("", "忘了？", None),
    )
    for row in rows:
        sheet.append(row)
    workbook.save(table)
    done = sanku("faq", "import", str(table), "--output", str(faq))
    assert done.exit_code == 5
    assert done.stdout == f"imported 1 entries (1 drafts) into `{faq}`\n"
    assert "sheet `问答`: not used: `备注`\n" in done.stderr
    assert "not imported 问答:3: the question has no answer" in done.stderr
    assert "1 rows of" in done.stderr
    text = "---\nstatus: draft\n---\n\n# 账号\n\n## 如何登录？\n\n扫码。\n"
    assert faq.read_text(encoding="utf-8") == text
    shown = read(sanku("faq", "show", str(faq), "--json"))
    assert shown["entries"][0]["review"]["status"] == "draft"


def test_an_import_tells_scripts_what_it_did(tmp_path: Path) -> None:
    table, faq = tmp_path / "faq.csv", tmp_path / "faq.md"
    table.write_text("q,a\n如何登录？,扫码。\n,没有问题\n", encoding="utf-8")
    done = sanku(
        "faq", "import", str(table), "--output", str(faq), "--status", "approved", "--json"
    )
    assert done.exit_code == 5
    told = json.loads(done.stdout)
    assert (told["files"], told["entries"], told["drafts"]) == ([str(faq)], 1, 0)
    assert [(row["sheet"], row["row"]) for row in told["refused"]] == [("", 3)]
    assert "not imported row 3:" in done.stderr


def test_an_import_overwrites_nothing_and_writes_nothing_in_vain(tmp_path: Path) -> None:
    table, faq = tmp_path / "faq.csv", tmp_path / "faq.md"
    table.write_text("名称,价格,数量\n甲,1,2\n", encoding="utf-8")
    done = sanku("faq", "import", str(table), "--output", str(faq))
    assert done.exit_code == 5
    assert "has no questions with answers" in done.stderr
    table.write_text("q,a\n如何登录？,\n", encoding="utf-8")
    done = sanku("faq", "import", str(table), "--output", str(faq))
    assert done.exit_code == 5
    assert "into no file" in done.stdout
    assert not faq.exists()
    faq.write_text("mine", encoding="utf-8")
    done = sanku("faq", "import", str(table), "--output", str(faq))
    assert done.exit_code == 5
    assert "nothing is overwritten" in done.stderr
    assert faq.read_text(encoding="utf-8") == "mine"


def test_an_import_names_the_sheets_there_are(tmp_path: Path) -> None:
    table = tmp_path / "faq.xlsx"
    openpyxl.Workbook().save(table)
    done = sanku("faq", "import", str(table), "--sheet", "x", "--output", str(tmp_path / "a.md"))
    assert done.exit_code == 5
    assert "has no sheet `x`, but `Sheet`" in done.stderr


def test_a_long_import_is_cut_into_files(tmp_path: Path) -> None:
    table, faq = tmp_path / "faq.csv", tmp_path / "faq.md"
    prose = "\n".join(["行" * 500] * 1_600)
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("q", "a"), *((f"问题 {n}？", f"{n} {prose}") for n in range(3))]
        )
    told = read(sanku("faq", "import", str(table), "--output", str(faq), "--json"))
    assert told["files"] == [str(faq), str(tmp_path / "faq-2.md")]
    assert told["entries"] == 3
