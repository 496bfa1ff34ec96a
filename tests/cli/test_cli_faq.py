"""`faq diff` and `faq confirm`: what a pull would change, and what a person lets go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import FAQ, SmallCompany, read, sanku
from tests.cli.test_cli_terminal import at_a_terminal

NEW = "\n## 怎么改名？\n\n在设置里改。\n"


@pytest.fixture(scope="module", autouse=True)
def first(company: SmallCompany) -> None:
    """Pull and publish the company once."""
    read(sanku("run", "--json", *company.options))


@pytest.fixture
def pulled(company: SmallCompany) -> Iterator[Path]:
    """The file of an FAQ that was pulled as it is; it is put back and pulled again afterwards."""
    file = company.sources.parent / "faq" / "account.md"
    yield file
    file.write_text(FAQ, encoding="utf-8")
    sanku("faq", "confirm", "handbook", "--yes", *company.options)
    sanku("run", *company.options)


def test_diff_shows_what_the_next_pull_would_change_and_changes_nothing(
    company: SmallCompany, pulled: Path
) -> None:
    pulled.write_text(FAQ.replace("三个工作日", "五个工作日") + NEW, encoding="utf-8")
    for _ in range(2):
        shown = sanku("faq", "diff", *company.options)
        assert shown.exit_code == 0
        assert shown.stdout.splitlines() == [
            "handbook: 1 added, 1 changed, 0 removed; 3 entries",
            "~ account.md:7 怎么开发票？",
            "    answer: 在控制台的「费用中心」里申请，[-三个-]{+五个+}工作日内开出。",
            "+ account.md:11 怎么改名？",
        ]


def test_diff_of_the_last_pull_stays_after_it(company: SmallCompany, pulled: Path) -> None:
    pulled.write_text(FAQ + NEW, encoding="utf-8")
    sanku("run", *company.options)
    told = read(sanku("faq", "diff", "--last", "--json", *company.options))
    (change,) = told["handbook"]["changes"]
    assert (change["change"], change["question"]) == ("added", "怎么改名？")
    assert read(sanku("faq", "diff", "--json", *company.options))["handbook"]["changes"] == []


def test_diff_names_entries_that_contradict_each_other(company: SmallCompany, pulled: Path) -> None:
    pulled.write_text(f"{FAQ}\n## 怎么开发票？\n\n请找销售。\n", encoding="utf-8")
    shown = sanku("faq", "diff", *company.options).stdout
    assert "! account.md:11, account.md:7 怎么开发票？ (answered differently)" in shown


def test_diff_marks_words_in_colour_at_a_terminal_and_passes_no_control_on(
    company: SmallCompany, pulled: Path
) -> None:
    pulled.write_text(FAQ.replace("三个工作日", "五\x1b]0;x\x07个工作日"), encoding="utf-8")
    shown = at_a_terminal("faq", "diff", *company.options, columns=100)
    assert "\x1b[9;31m三个\x1b[0m\x1b[32m五" in shown
    assert "\x1b]0;x" not in shown


def test_an_unknown_source_is_named_with_those_that_there_are(company: SmallCompany) -> None:
    for command in (("diff", "--source", "wiki"), ("confirm", "wiki", "--yes")):
        done = sanku("faq", *command, *company.options)
        assert done.exit_code == 5
        assert "`wiki` is no FAQ source" in done.stderr
        assert "`handbook`" in done.stderr


def test_confirming_asks_a_person_and_a_script_says_yes(
    company: SmallCompany, pulled: Path
) -> None:
    pulled.write_text("# 账号\n", encoding="utf-8")
    assert sanku("faq", "confirm", "handbook", *company.options).exit_code == 2
    done = sanku("run", *company.options)
    assert (done.exit_code, "sanku faq confirm handbook" in done.stderr) == (4, True)
    told = read(sanku("faq", "confirm", "handbook", "--yes", "--json", *company.options))
    assert (told["records"], told["removed"]) == (0, 2)
    done = sanku("run", *company.options)
    assert done.exit_code == 0, done.stderr
    assert read(sanku("status", "--json", *company.options))["published"]["entries"]["faq"] == 0
