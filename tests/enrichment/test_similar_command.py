"""`sanku faq similar`: drafts listed, decided on, and handed over to the FAQ."""

import dataclasses
from pathlib import Path

import pytest

from pipelines import pull, refresh
from pipelines.current import current_entries
from pipelines.enrichment.drafts import Draft, make_draft, write_drafts
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.cli.command import SmallCompany, read, sanku


@pytest.fixture
def company(tmp_path: Path) -> SmallCompany:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "account.md").write_text(
        "## 怎么开发票？\n\n在「费用中心」里申请。\n", encoding="utf-8"
    )
    (tmp_path / "sources.toml").write_text(
        'as_of = 2026-11-20\n[company]\nname = "云雀"\ncontact = "热线"\n'
        '[[faq]]\nname = "help"\nfolder = "faq"\n',
        encoding="utf-8",
    )
    return SmallCompany(tmp_path / "sources.toml", tmp_path / "warehouse")


@pytest.fixture
def settings(company: SmallCompany) -> Settings:
    return load_settings(company.sources, company.warehouse, {})


@pytest.fixture
def drafts(settings: Settings) -> list[Draft]:
    """Three drafts as a run leaves them: one fit, one that leads elsewhere, one refused."""
    warehouse = Warehouse(settings.warehouse)
    pull.faq(settings, warehouse, settings.faq[0])
    (entry,) = current_entries(settings, warehouse)
    made = [
        make_draft(entry, "报账的票上哪弄\x1b[31m", "k", "qwen3:32b"),
        make_draft(entry, "能便宜点吗", "k", "qwen3:32b", closer="有优惠吗？"),
        make_draft(entry, "开票 www.evil", "k", "qwen3:32b", refused="holds a link or an address"),
    ]
    write_drafts(warehouse, made)
    return made


def states(company: SmallCompany, *arguments: str) -> dict[str, str]:
    told = read(sanku("faq", "similar", "--all", "--json", *arguments, *company.options))
    return {row["wording"]: row["state"] for row in told}


def test_what_waits_is_listed_with_its_entry_and_what_it_is_closer_to(
    company: SmallCompany, drafts: list[Draft]
) -> None:
    shown = sanku("faq", "similar", *company.options)
    lines = sorted(line.split("\t")[1:] for line in shown.stdout.splitlines()[1:])
    assert lines == [
        ["draft", "怎么开发票？", "报账的票上哪弄", ""],
        ["draft", "怎么开发票？", "能便宜点吗", "closer to: 有优惠吗？"],
    ]
    assert states(company)["开票 www.evil"] == "refused"


def test_a_decision_is_kept_and_can_be_taken_back(
    company: SmallCompany, settings: Settings, drafts: list[Draft]
) -> None:
    fit, stray, _ = drafts
    done = sanku("faq", "similar", fit.id[:8], stray.id, "--accept", *company.options)
    assert done.exit_code == 0, done.output
    assert "`sanku run` publishes it" in done.stderr
    assert sanku("faq", "similar", stray.id, "--dismiss", *company.options).exit_code == 0
    assert sorted(states(company).values()) == ["accepted", "dismissed", "refused"]
    rows = refresh.current_chunks(settings, Warehouse(settings.warehouse)).to_pylist()
    assert [row["search_text"] for row in rows if row["generated"]] == [fit.text]
    sanku("faq", "similar", fit.id, "--reopen", *company.options)
    assert sorted(states(company).values()) == ["dismissed", "draft", "refused"]


def test_a_wording_that_was_stored_twice_is_decided_on_all_the_same(
    company: SmallCompany, settings: Settings, drafts: list[Draft]
) -> None:
    again = dataclasses.replace(drafts[0], refused="says what another wording says")
    write_drafts(Warehouse(settings.warehouse), [*drafts, again])
    done = sanku("faq", "similar", again.id[:8], "--accept", *company.options)
    assert done.exit_code == 0, done.output


def test_what_is_accepted_is_exported_as_a_comment_that_the_faq_reads(
    company: SmallCompany, settings: Settings, drafts: list[Draft]
) -> None:
    sanku("faq", "similar", drafts[1].id, "--accept", *company.options)
    shown = sanku("faq", "similar", "--export", *company.options).stdout
    place, comment = shown.rstrip("\n").split("\n", 1)
    assert place == "account.md:1 怎么开发票？"
    file = settings.beside_sources("faq/account.md")
    file.write_text(f"## 怎么开发票？\n\n{comment}\n\n在「费用中心」里申请。\n", encoding="utf-8")
    warehouse = Warehouse(settings.warehouse)
    pull.faq(settings, warehouse, settings.faq[0])
    (entry,) = current_entries(settings, warehouse)
    assert entry.similar_questions == ("能便宜点吗",)
    assert "能便宜点吗" not in states(company)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--accept",), "name the IDs to decide on"),
        (("--accept", "--dismiss"), "pass one of"),
        (("ffff", "--accept"), "names none of the 3 wordings"),
        (("ab", "--accept"), "names none of the 3 wordings"),
    ],
)
def test_a_decision_on_nothing_is_wrong_usage(
    company: SmallCompany, drafts: list[Draft], arguments: tuple[str, ...], message: str
) -> None:
    failed = sanku("faq", "similar", *arguments, *company.options)
    assert failed.exit_code == 2
    assert message in failed.stderr
