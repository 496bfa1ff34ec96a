"""Pulling a source week after week: what changes, what stays, and what a person has to confirm."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pipelines import pull, refresh
from pipelines.current import current_entries
from pipelines.errors import MassChangeError, SourceError
from pipelines.faq.changes import change_row
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

LOGIN = "## 如何登录？\n\n扫码。\n"
LEAVE = "## 如何退出？\n\n点头像。\n"


@dataclass
class Company:
    """A company whose FAQ is files in a folder."""

    settings: Settings
    warehouse: Warehouse

    @property
    def folder(self) -> Path:
        return self.settings.beside_sources("faq")

    def write(self, **files: str) -> None:
        """Replace all files of the FAQ."""
        for old in self.folder.iterdir():
            old.unlink()
        for name, text in files.items():
            (self.folder / f"{name}.md").write_text(text, encoding="utf-8")

    def pull(self, **files: str) -> pull.Pulled:
        if files:
            self.write(**files)
        return pull.faq(self.settings, self.warehouse, self.settings.faq[0])

    def questions(self) -> list[str]:
        """Return what customers may be answered today."""
        entries = current_entries(self.settings, self.warehouse)
        return sorted(entry.question for entry in entries)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    (tmp_path / "faq").mkdir()
    return declared(tmp_path, 'folder = "faq"')


def declared(folder: Path, faq: str) -> Company:
    text = (
        'as_of = 2026-11-20\n[company]\nname = "云雀"\ncontact = "400"\n'
        f'[[faq]]\nname = "help"\n{faq}\n'
    )
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    settings = load_settings(folder / "sources.toml", folder / "warehouse", environ={})
    return Company(settings, Warehouse(settings.warehouse))


def many(numbers: Sequence[int]) -> str:
    return "".join(
        f"## 怎么办理第 {n} 项业务？\n\n第 {n} 项在大厅的 {n} 号窗口办理。\n\n" for n in numbers
    )


def test_one_bad_file_stops_no_other(company: Company) -> None:
    company.write(good=LOGIN)
    (company.folder / "nul.md").write_bytes(b"## a?\n\n\0")
    (company.folder / "out.md").symlink_to("/etc/passwd")
    pulled = company.pull()
    assert (pulled.total.records, pulled.total.quarantined) == (1, 2)
    refused = company.warehouse.quarantine("faq")["path"].to_pylist()
    assert sorted(refused) == ["nul.md", "out.md"]


def test_drafts_and_what_holds_on_other_days_are_pulled_and_not_published(
    company: Company,
) -> None:
    pulled = company.pull(
        a=f"---\nstatus: Draft\n---\n{LOGIN}",
        b=f"---\nstatus: approved\n---\n{LEAVE}",
        c="---\nvalid_until: 2026-11-19\n---\n## 双十一怎么退款？\n\n七天内退。\n",
        d="---\nvalid_from: 2026-11-20\nvalid_until: 2026-11-20\n---\n## 今天营业吗？\n\n营业。\n",
    )
    assert pulled.total.records == 4
    assert company.questions() == ["今天营业吗？", "如何退出？"]
    published = refresh.current_chunks(company.settings, company.warehouse)["title"].to_pylist()
    assert sorted(set(published)) == ["今天营业吗？", "如何退出？"]


def test_a_source_in_which_nothing_changed_is_not_read_again(company: Company) -> None:
    first = company.pull(a=LOGIN)
    assert "unchanged" not in first.facts
    (company.folder / "a.md").chmod(0o600)  # a look at its content would go unseen
    company.pull()
    again = company.pull()
    assert "unchanged" in again.facts
    assert again.total.records == 1
    assert company.questions() == ["如何登录？"]


def test_what_a_pull_changed_is_told_entry_by_entry(company: Company) -> None:
    company.pull(a=f"{LOGIN}\n{LEAVE}", b="## 怎么开发票？\n\n在账单页申请，当天寄出。\n")
    pulled = company.pull(
        a=f"{LOGIN}\n## 如何退出系统？\n\n点头像。\n", c="## 支持多语言吗？\n\n支持中文和英文。\n"
    )
    rows = [change_row(change) for change in pulled.changes]
    assert [(row["change"], row["place"], row["question"]) for row in rows] == [
        ("changed", "a.md:5", "如何退出系统？"),
        ("removed", "b.md:1", "怎么开发票？"),
        ("added", "c.md:1", "支持多语言吗？"),
    ]
    assert rows[0]["difference"] == "question: 如何退出{+系统+}？"
    assert (pulled.total.added, pulled.total.changed, pulled.total.removed) == (1, 1, 1)


def test_what_changed_last_is_still_told_after_pulls_that_changed_nothing(
    company: Company,
) -> None:
    source = company.settings.faq[0]
    company.pull(a=LOGIN)
    company.pull(a=f"{LOGIN}\n{LEAVE}")
    company.pull(b=f"{LOGIN}\n{LEAVE}")  # a move changes no entry
    (change,) = pull.last_changes(company.warehouse, source)
    assert (change.kind, change.entry.question) == ("added", "如何退出？")


def test_what_a_pull_would_change_is_told_without_changing_it(company: Company) -> None:
    company.pull(a=LOGIN)
    company.write(a=f"{LOGIN}\n{LEAVE}")
    news = pull.whats_new(company.settings, company.warehouse, company.settings.faq[0])
    assert [change.kind for change in news.changes] == ["added"]
    assert news.blocked == ""
    assert company.questions() == ["如何登录？"]


# --- the guard ---------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 6])
def test_a_source_that_lost_too_much_keeps_its_entries_and_names_the_way_out(
    company: Company, left: int
) -> None:
    company.pull(a=many(range(10)))
    before = company.questions()
    company.write(a=many(range(left)) or "# 帮助\n")
    for _ in range(2):
        with pytest.raises(MassChangeError, match=rf"lose {10 - left} of 10.*faq confirm help"):
            company.pull()
    assert company.questions() == before


def test_a_folder_that_was_emptied_never_empties_the_tier(company: Company) -> None:
    company.pull(a=LOGIN)
    (company.folder / "a.md").unlink()
    with pytest.raises(MassChangeError):
        company.pull()
    company.folder.rmdir()
    with pytest.raises(SourceError, match="faq"):
        company.pull()
    assert company.questions() == ["如何登录？"]


def test_drafting_everything_is_a_mass_change_too(company: Company) -> None:
    company.pull(a=many(range(10)))
    with pytest.raises(MassChangeError):
        company.pull(a=f"---\nstatus: draft\n---\n{many(range(10))}")


def test_rewording_or_moving_everything_is_none(company: Company) -> None:
    company.pull(a=many(range(10)))
    pulled = company.pull(b=many(range(10)).replace("怎么办理", "如何办理").replace("大厅", "正厅"))
    assert (pulled.total.changed, pulled.total.removed) == (10, 0)


def test_a_few_entries_may_go(company: Company) -> None:
    company.pull(a=many(range(4)))
    assert company.pull(a=many([0])).total.removed == 3


def test_what_a_person_confirmed_goes(company: Company) -> None:
    company.pull(a=many(range(10)))
    company.write(a=many([0]))
    done = pull.confirm(company.settings, company.warehouse, "help")
    assert done.total.removed == 9
    assert len(company.questions()) == 1
    assert "unchanged" in company.pull().facts


def test_entries_that_are_given_an_end_go_as_those_that_are_removed(company: Company) -> None:
    company.pull(a=many(range(10)))
    with pytest.raises(MassChangeError, match="lose 10 of 10"):
        company.pull(a=f"---\nvalid_until: 2026-01-01\n---\n{many(range(10))}")
    assert len(company.questions()) == 10


def test_a_file_that_cannot_be_read_any_more_keeps_its_answers(company: Company) -> None:
    company.pull(a=LOGIN, b=f"{LEAVE}\n{many(range(5))}")
    (company.folder / "b.md").write_bytes("## 如何退出？\n\n点头像。\n".encode("utf-16"))
    pulled = company.pull()
    assert (pulled.facts["kept_unreadable"], pulled.total.quarantined) == (6, 1)
    assert len(company.questions()) == 7
    mended = company.pull(a=LOGIN, b=f"{LEAVE}\n{many(range(5))}")
    assert (mended.facts["kept_unreadable"], mended.changes) == (0, ())


def test_what_a_broken_file_held_and_another_asks_now_is_not_kept(company: Company) -> None:
    company.pull(a=LOGIN, b=LEAVE)
    (company.folder / "b.md").write_bytes("## 如何退出？\n\n点头像。\n".encode("utf-16"))
    (company.folder / "c.md").write_text("## 如何退出？\n\n点右上角。\n", encoding="utf-8")
    (change,) = company.pull().changes
    assert (change.kind, change.entry.path, change.entry.answer) == (
        "changed",
        "c.md",
        "点右上角。",
    )
    assert company.questions() == ["如何登录？", "如何退出？"]


def test_what_includes_a_file_that_cannot_be_read_any_more_keeps_its_answers(
    company: Company,
) -> None:
    part = company.folder / "part.txt"
    company.write(a=f'{LOGIN}\n## 如何退出？\n\n--8<-- "part.txt"\n')
    part.write_text("点头像。\n", encoding="utf-8")
    company.pull()
    part.write_bytes("点头像。\n".encode("utf-16"))
    assert company.pull().facts["kept_unreadable"] == 1
    assert company.questions() == ["如何登录？", "如何退出？"]


def test_a_file_that_is_deleted_keeps_nothing_whatever_else_is_broken(company: Company) -> None:
    company.pull(a=LOGIN, b=LEAVE)
    (company.folder / "b.md").write_bytes(b"\0")
    (company.folder / "a.md").unlink()
    company.pull()
    assert company.questions() == ["如何退出？"]


def test_one_source_that_fails_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text(LOGIN, encoding="utf-8")
    company = declared(tmp_path, 'folder = "nowhere"\n[[faq]]\nname = "more"\nfolder = "faq"')
    pulls, failed = pull.each(
        company.settings.faq, lambda one: pull.faq(company.settings, company.warehouse, one)
    )
    assert pulls["more"].total.records == 1
    assert "nowhere" in str(failed["help"])


# --- git ---------------------------------------------------------------------------------------


def test_a_faq_is_read_from_a_tag_of_a_repository(tmp_path: Path) -> None:
    repository = tmp_path / "product"
    (repository / "docs" / "faq").mkdir(parents=True)

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        command = ["git", "-C", str(repository), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q", "-b", "main")
    (repository / "docs" / "faq" / "a.md").write_text(LOGIN, encoding="utf-8")
    (repository / "README.md").write_text(LEAVE, encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "one")
    git("tag", "v1.0.0")
    (repository / "docs" / "faq" / "a.md").write_text(LEAVE, encoding="utf-8")
    git("commit", "-qam", "two")

    company = declared(tmp_path, 'git = "product"\nfolder = "docs/faq"\nref = "v1.0.0"')
    company.pull()
    (entry,) = current_entries(company.settings, company.warehouse)
    assert (entry.question, entry.path) == ("如何登录？", "a.md")
    assert "unchanged" in company.pull().facts


# --- ten thousand entries ----------------------------------------------------------------------


@pytest.mark.long
def test_one_entry_more_in_ten_thousand_is_one_text_more_to_embed(company: Company) -> None:
    company.pull(**{f"f{k}": many(range(k * 100, k * 100 + 100)) for k in range(100)})

    def texts() -> set[str]:
        chunks = refresh.current_chunks(company.settings, company.warehouse)
        return set(chunks["text_hash"].to_pylist())

    before = texts()
    assert len(before) == 20_000  # a question and a passage each
    file = company.folder / "f50.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"## 周末营业吗？\n\n周六营业。\n\n{text}", encoding="utf-8")
    pulled = company.pull()
    assert (pulled.total.added, pulled.total.changed, pulled.total.removed) == (1, 0, 0)
    assert len(texts() - before) == 2
    assert before <= texts()


def test_the_clock_decides_without_a_pull(company: Company) -> None:
    company.pull(a=f"---\nvalid_until: 2026-11-20\n---\n{LOGIN}", b=LEAVE)
    assert len(company.questions()) == 2
    company.settings = company.settings.model_copy(update={"as_of": date(2026, 11, 21)})
    assert company.questions() == ["如何退出？"]
