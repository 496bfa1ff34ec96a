"""`sanku faq lint`: what it prints for people and machines, and its exit status."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.command import FAQ, SmallCompany, sanku

NO_ANSWER = "# 账号\n\n## 忘记密码怎么办？\n"
LONG = "# 账号\n\n## 忘记密码怎么办？\n\n" + "先打开登录页，再点忘记密码。\n\n" * 250
DEAD_LINK = "# 账号\n\n## 忘记密码怎么办？\n\n见[说明](none.md)。\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def linted(*arguments: str) -> Result:
    return sanku("faq", "lint", *arguments)


def told(*arguments: str) -> Any:
    return json.loads(linted(*arguments, "--format", "json").stdout)


def test_a_sound_faq_ends_with_zero_and_counts(here: Path) -> None:
    write(here / "faq" / "a.md", FAQ)
    done = linted("faq")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "errors: 0, warnings: 0\n")


def test_an_error_is_one_line_that_editors_understand(here: Path) -> None:
    write(here / "faq" / "a.md", NO_ANSWER)
    done = linted("faq")
    assert done.exit_code == 1
    assert re.fullmatch(r"faq/a\.md:3: error missing-answer: the question has .+\n", done.stdout)
    assert done.stderr == "errors: 1, warnings: 0\n"


def test_a_warning_fails_only_when_strict(here: Path) -> None:
    write(here / "a.md", LONG)
    assert linted("a.md").exit_code == 0
    assert "a.md:3: warning long-answer: " in linted("a.md").stdout
    assert linted("a.md", "--strict").exit_code == 1


def test_json_is_a_list_with_all_that_a_line_says(here: Path) -> None:
    write(here / "a.md", DEAD_LINK)
    (finding,) = told("a.md")
    assert finding == {
        "path": "a.md",
        "line": 5,
        "severity": "error",
        "rule": "dead-link",
        "message": finding["message"],
    }
    assert "`none.md`" in finding["message"]
    write(here / "a.md", FAQ)
    assert told("a.md") == []


def test_github_gets_an_annotation_a_finding(here: Path) -> None:
    write(here / "faq" / "a.md", DEAD_LINK + "\n" + LONG)
    first, second, *others = linted(".", "--format", "github").stdout.splitlines()
    assert first.startswith("::error file=faq/a.md,line=5,title=dead-link::`none.md` leads")
    assert second.startswith("::error file=faq/a.md,line=")
    assert [line.split(" ")[0] for line in others] == ["::warning"]


def test_outside_text_starts_no_second_command(here: Path) -> None:
    name = "a,line=1::b%0A::add-mask::x.md"
    link = "[x](<none%0D%0A::stop-commands::x>) [y](none&#10;::set-env&#13;::x.md)"
    write(here / name, f"# 账号\n\n## 怎么登录？\n\n{link}\n")
    lines = linted(name, "--format", "github").stdout.splitlines()
    assert len(lines) >= 1
    for line in lines:
        command, properties, message = re.split(" |::", line.removeprefix("::"), maxsplit=2)
        assert command == "error"
        assert properties.startswith(
            "file=a%2Cline=1%3A%3Ab%250A%3A%3Aadd-mask%3A%3Ax.md,line=5,title=dead-link"
        )
        assert not re.search(r"%(?!25|0A|0D)", message)


def test_terminal_controls_are_not_printed(here: Path) -> None:
    write(here / "a.md", "# 账号\n\n## 怎么登录？\n\n![x](none\x1b]0;x\x07.png)\n")
    for style in ("text", "github"):
        assert "\x1b" not in linted("a.md", "--format", style).stdout


def test_single_files_are_compared_among_themselves_and_link_from_the_current_folder(
    here: Path,
) -> None:
    write(here / "docs" / "a.md", FAQ + "\n见[乙](b.md)、[根](/docs/b.md)。\n")
    write(here / "docs" / "b.md", FAQ)
    assert told("docs/a.md") == []
    rules = {finding["rule"] for finding in told("docs/a.md", "docs/b.md")}
    assert rules == {"duplicate-question", "conflicting-answers"}


def test_a_file_that_is_named_twice_is_read_once(here: Path) -> None:
    write(here / "docs" / "a.md", FAQ)
    assert told("docs/a.md", "docs", "docs/../docs/a.md") == []


def test_files_outside_the_current_folder_are_named_in_full(here: Path) -> None:
    outside = write(here.parent / "elsewhere" / "a.md", DEAD_LINK)
    write(outside.parent / "b.md", FAQ + "\n见[甲](a.md)。\n")
    (finding,) = told(str(outside), str(outside.parent / "b.md"))[:1]
    assert finding["path"] == str(outside)
    assert {row["rule"] for row in told(str(outside.parent))} >= {"dead-link"}


def test_what_is_no_markdown_gives_nothing(here: Path) -> None:
    write(here / "main.py", "# 这是什么？\n")
    write(here / "image.md", b"\x89PNG\r\n\x1a\n\x00\x00")
    write(here / ".github" / "issue.md", NO_ANSWER)
    done = linted("main.py", "image.md", ".github/issue.md")
    assert (done.exit_code, done.stdout) == (0, "")


def test_utf16_is_told_since_it_can_be_mended(here: Path) -> None:
    write(here / "a.md", FAQ.encode("utf-16"))
    (finding,) = told("a.md")
    assert (finding["rule"], finding["line"]) == ("unreadable", 1)


def test_a_link_out_of_the_folder_is_not_followed(here: Path) -> None:
    secret = write(here.parent / "secret.md", NO_ANSWER)
    (here / "a.md").symlink_to(secret)
    assert [row["rule"] for row in told("a.md")] == ["unreadable"]
    assert [row["path"] for row in told(".")] == ["a.md"]


def test_a_path_that_is_not_there_is_wrong_usage(here: Path) -> None:
    assert linted("none.md").exit_code == 2


def test_paths_need_no_sources(here: Path) -> None:
    write(here / "a.md", FAQ)
    done = sanku("faq", "lint", "a.md", SANKU_SOURCES=str(here / "none.toml"))
    assert done.exit_code == 0


def test_without_a_path_every_declared_source_is_read(
    company: SmallCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(company.sources.parent)
    extra = write(company.sources.parent / "faq" / "extra.md", DEAD_LINK)
    try:
        done = linted(*company.options)
    finally:
        extra.unlink()
    assert "faq/extra.md:5: error dead-link: " in done.stdout
    assert done.exit_code == 1
    assert not company.warehouse.exists()


def test_a_file_of_a_repository_is_named_as_it_is_there(here: Path) -> None:
    write(here / "product" / "docs" / "faq" / "a.md", DEAD_LINK)
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "a"),
    ):
        subprocess.run(("git", *command), cwd=here / "product", check=True)
    sources = write(
        here / "sources.toml",
        'company = { name = "云雀", contact = "400-000-2638" }\n'
        '[[faq]]\nname = "help"\ngit = "product"\nfolder = "docs"\n',
    )
    done = linted("--sources", str(sources), "--warehouse", str(here / "warehouse"))
    assert done.stdout.startswith("docs/faq/a.md:5: error dead-link: ")
    assert not (here / "warehouse").exists()


def test_a_company_without_an_faq_is_told_so(here: Path) -> None:
    sources = write(
        here / "sources.toml",
        'company = { name = "云雀", contact = "400-000-2638" }\n'
        '[[changelog]]\nname = "a"\nrepo = "a"\n',
    )
    done = linted("--sources", str(sources))
    assert done.exit_code == 5
    assert "declares no FAQ source" in done.stderr


def test_the_sample_company_is_sound() -> None:
    done = linted("--strict")
    assert (done.exit_code, done.output) == (0, "errors: 0, warnings: 0\n")
