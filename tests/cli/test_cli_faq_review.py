"""`faq review`: what a release made wrong, and what people decide on it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines import pull, refresh
from pipelines.current import current_entries, current_findings
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.stale.findings import Finding, finding_id, write_findings
from pipelines.warehouse import Warehouse
from tests.cli.command import FAQ, SmallCompany, read, sanku

DIFF = "--- 怎么开发票？\n+++ 怎么开发票？\n@@ -1 +1 @@\n-三个工作日内开出。\n+一个工作日内开出。\n"


@pytest.fixture(scope="module")
def settings(company: SmallCompany) -> Settings:
    return load_settings(company.sources, company.warehouse, {})


@pytest.fixture
def finding(settings: Settings) -> Iterator[Finding]:
    """A finding about the small company's second question, as a look at a release leaves it."""
    warehouse = Warehouse(settings.warehouse)
    file = settings.beside_sources("faq/account.md")
    pull.faq(settings, warehouse, settings.faq[0])
    entries = current_entries(settings, warehouse)
    (entry,) = (one for one in entries if one.question == "怎么开发票？")
    found = Finding(
        id=finding_id(entry.id, "c1"), tier="faq", source="handbook", record=entry.id,
        path=entry.path, line=entry.line_start, title=entry.question, text=entry.answer,
        product="yunque", change="c1", tag="v2.5.0", version="2.5.0", released=date(2026, 11, 17),
        change_text="发票从三个工作日\x1b[31m改为一个工作日开出", kind="limit", severity="high",
        wrong="三个工作日内开出", why="2.5.0 起是一个工作日", suggestion=DIFF,
    )  # fmt: skip
    write_findings(warehouse, [found])
    yield found
    warehouse.reviews.unlink(missing_ok=True)
    file.write_text(FAQ, encoding="utf-8")


def standing(settings: Settings) -> list[tuple[str, str, str]]:
    found = current_findings(settings, Warehouse(settings.warehouse))
    return [(one.verdict, one.judge, one.reason) for one in found]


def test_what_is_in_doubt_is_listed_with_both_texts_why_and_an_edit(
    company: SmallCompany, finding: Finding
) -> None:
    shown = sanku("faq", "review", *company.options)
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        f"{finding.id[:8]} high account.md:7 怎么开发票？",
        "    2.5.0 起是一个工作日",
        "    yunque v2.5.0: 发票从三个工作日改为一个工作日开出",
        *(f"      {line}" for line in DIFF.splitlines()),
    ]
    (told,) = read(sanku("faq", "review", "--json", *company.options))
    assert (told["id"], told["suggestion"]) == (finding.id, DIFF)


def test_a_dismissed_finding_is_listed_no_more_and_tells_the_line_that_keeps_it(
    company: SmallCompany, settings: Settings, finding: Finding
) -> None:
    done = sanku("faq", "review", finding.id[:6], "--dismiss", "纸质发票不变", *company.options)
    assert done.exit_code == 0
    assert "<!-- checked: 2.5.0 纸质发票不变 -->" in done.stdout
    assert standing(settings) == [("dismissed", "person", "纸质发票不变")]
    assert sanku("faq", "review", *company.options).stdout == "no FAQ entry is in doubt\n"
    listed = sanku("faq", "review", "--all", *company.options).stdout
    assert "[dismissed: 纸质发票不变]" in listed


@pytest.mark.parametrize("reason", ["见 --> 说明", '"专业版": 不变 # 对', "a -- b", "[x"])
def test_the_line_that_keeps_a_dismissal_says_the_same_when_it_is_read(
    company: SmallCompany, settings: Settings, finding: Finding, reason: str
) -> None:
    done = sanku("faq", "review", finding.id, "--dismiss", reason, *company.options)
    line = next(line.strip() for line in done.stdout.splitlines() if "<!--" in line)
    Warehouse(settings.warehouse).reviews.unlink()
    file = settings.beside_sources("faq/account.md")
    file.write_text(FAQ.replace("怎么开发票？\n", f"怎么开发票？\n{line}\n"), encoding="utf-8")

    pull.faq(settings, Warehouse(settings.warehouse), settings.faq[0])

    assert standing(settings) == [("dismissed", "person", reason)]
    (entry,) = (
        one
        for one in current_entries(settings, Warehouse(settings.warehouse))
        if one.id == finding.record
    )
    assert entry.answer == finding.text


def test_a_command_that_the_faq_itself_overrules_says_so(
    company: SmallCompany, settings: Settings, finding: Finding
) -> None:
    file = settings.beside_sources("faq/account.md")
    said = FAQ.replace("怎么开发票？\n", "怎么开发票？\n<!-- checked: 2.5.0 不变 -->\n")
    file.write_text(said, encoding="utf-8")
    pull.faq(settings, Warehouse(settings.warehouse), settings.faq[0])
    done = sanku("faq", "review", finding.id, "--reopen", *company.options)
    assert done.exit_code == 0
    assert f"{finding.id[:8]} stays dismissed: the FAQ itself says so" in done.stdout
    assert "edit `checked` or `stale` there" in done.stdout


def test_what_the_model_judged_holds_again_where_a_decision_is_taken_back(
    company: SmallCompany, settings: Settings, finding: Finding
) -> None:
    judged = replace(finding, verdict="dismissed", judge="model", reason="说的是电子发票")
    write_findings(Warehouse(settings.warehouse), [judged])
    sanku("faq", "review", finding.id, "--accept", "周五改", *company.options)
    assert standing(settings) == [("accepted", "person", "周五改")]
    done = sanku("faq", "review", finding.id, "--reopen", *company.options)
    assert "is dismissed again, as the language model judged: 说的是电子发票" in done.stdout
    assert "the FAQ itself" not in done.stdout


def test_an_accepted_finding_still_leads_and_waits_for_the_edit(
    company: SmallCompany, settings: Settings, finding: Finding
) -> None:
    done = sanku("faq", "review", finding.id, "--accept", "周五改", *company.options)
    assert "edit account.md:7" in done.stdout
    assert standing(settings) == [("accepted", "person", "周五改")]
    rows = refresh.current_chunks(settings, Warehouse(settings.warehouse)).to_pylist()
    (asking,) = (r for r in rows if r["title"] == "怎么开发票？" and r["view"] == "question")
    assert (asking["until"], asking["overtaken_by"]) == ("2.5.0", ["c1"])


def test_a_decision_is_taken_back(
    company: SmallCompany, settings: Settings, finding: Finding
) -> None:
    sanku("faq", "review", finding.id, "--dismiss", "不对", *company.options)
    (told,) = read(sanku("faq", "review", finding.id, "--reopen", "--json", *company.options))
    assert told["verdict"] == "open"
    assert standing(settings) == [("open", "rules", "")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("checked: 2.5.0 纸质发票不变", ("dismissed", "person", "纸质发票不变")),
        ("checked: v2.10", ("dismissed", "person", "")),
        ("stale: 2.5.0 周五改", ("accepted", "person", "周五改")),
        ("checked: 2.4.9", ("open", "rules", "")),
    ],
)
def test_a_line_of_the_faq_decides_up_to_its_release(
    settings: Settings, finding: Finding, line: str, expected: tuple[str, str, str]
) -> None:
    file: Path = settings.beside_sources("faq/account.md")
    file.write_text(
        FAQ.replace("怎么开发票？\n", f"怎么开发票？\n<!-- {line} -->\n"), encoding="utf-8"
    )
    pull.faq(settings, Warehouse(settings.warehouse), settings.faq[0])
    assert standing(settings) == [expected]


def test_a_finding_goes_with_its_entry(settings: Settings, finding: Finding) -> None:
    settings.beside_sources("faq/account.md").write_text("# 账号\n", encoding="utf-8")
    warehouse = Warehouse(settings.warehouse)
    pull.faq(settings, warehouse, settings.faq[0], confirmed=True)
    assert standing(settings) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--dismiss", "x"), "name the ID to decide on"),
        (("{id}", "--dismiss", ""), "give a reason"),
        (("{id}", "--accept", "x", "--dismiss", "y"), "pass one of"),
        (("zzzz", "--accept", "x"), "names none of the 1 findings"),
        (("{id:.2}", "--accept", "x"), "names none of the 1 findings"),
    ],
)
def test_a_decision_on_nothing_or_without_a_reason_is_refused(
    company: SmallCompany, settings: Settings, finding: Finding,
    arguments: tuple[str, ...], told: str,
) -> None:  # fmt: skip
    given = (one.format(id=finding.id) for one in arguments)
    done = sanku("faq", "review", *given, *company.options)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert standing(settings) == [("open", "rules", "")]


def test_damaged_decisions_are_named(company: SmallCompany, finding: Finding) -> None:
    (company.warehouse / "stale_reviews.json").write_text("{", encoding="utf-8")
    done = sanku("faq", "review", *company.options)
    assert done.exit_code == 5
    assert "stale_reviews.json` is damaged" in done.output
