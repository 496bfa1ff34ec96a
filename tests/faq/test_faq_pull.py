"""Pulling a whole source from a folder or from a commit."""

import subprocess
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.faq import pull_faq
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings

LOGIN = "## 如何登录？\n\n扫码。\n"
LEAVE = "## 如何退出？\n\n点头像。\n"


def _company(tmp_path: Path, faq: str) -> Settings:
    declared = f'[company]\nname = "云雀协作"\ncontact = "400"\n[[faq]]\nname = "help"\n{faq}\n'
    (tmp_path / "sources.toml").write_text(declared, encoding="utf-8")
    return load_settings(tmp_path / "sources.toml", tmp_path / "warehouse", environ={})


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    company = _company(tmp_path, 'folder = "faq"')
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "good.md").write_text(LOGIN, encoding="utf-8")
    (tmp_path / "faq" / "nul.md").write_bytes(b"## a?\n\n\0")
    (tmp_path / "faq" / "out.md").symlink_to("/etc/passwd")
    pulled = pull_faq(company.faq[0], company)
    assert [entry.question for entry in pulled.entries] == ["如何登录？"]
    assert sorted(bad.path for bad in pulled.quarantined) == ["nul.md", "out.md"]
    assert pulled.files == 2
    assert pulled.entries[0].source == "help"


def test_drafts_are_counted_and_not_published(tmp_path: Path) -> None:
    company = _company(tmp_path, 'folder = "faq"')
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.md").write_text(f"---\nstatus: Draft\n---\n{LOGIN}", encoding="utf-8")
    (tmp_path / "faq" / "b.md").write_text(f"---\nstatus: approved\n---\n{LEAVE}", encoding="utf-8")
    pulled = pull_faq(company.faq[0], company)
    assert [entry.question for entry in pulled.entries] == ["如何退出？"]
    assert (pulled.drafts, pulled.quarantined) == (1, ())


def test_the_revision_changes_with_names_and_contents_only(tmp_path: Path) -> None:
    company = _company(tmp_path, 'folder = "faq"')
    (tmp_path / "faq").mkdir()
    file = tmp_path / "faq" / "a.md"
    file.write_text(LOGIN, encoding="utf-8")
    first = pull_faq(company.faq[0], company).revision
    file.touch()
    assert pull_faq(company.faq[0], company).revision == first
    file.rename(tmp_path / "faq" / "b.md")
    renamed = pull_faq(company.faq[0], company).revision
    (tmp_path / "faq" / "b.md").write_text(LEAVE, encoding="utf-8")
    assert len({first, renamed, pull_faq(company.faq[0], company).revision}) == 3


def test_a_missing_folder_is_an_error_and_not_an_empty_faq(tmp_path: Path) -> None:
    company = _company(tmp_path, 'folder = "nowhere"')
    with pytest.raises(SourceError, match="nowhere"):
        pull_faq(company.faq[0], company)


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

    company = _company(tmp_path, 'git = "product"\nfolder = "docs/faq"\nref = "v1.0.0"')
    pulled = pull_faq(company.faq[0], company)
    assert [(entry.question, entry.path) for entry in pulled.entries] == [("如何登录？", "a.md")]
    assert pulled.revision == git("rev-parse", "v1.0.0")
