"""What `sanku release` tells steers no terminal, no CI runner, and not where it is written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.cli.release_report import Doubt, Entry, Refused, ReleaseReport, clear, show
from pipelines.errors import SettingsError

CONTROLS = "a\x1b[31m,b:c\n::error::pwned\r%0A"


def report_of(words: str) -> ReleaseReport:
    """Return a report in which others chose every word."""
    return ReleaseReport(
        product="yunque",
        tag=words,
        commit="",
        moved=(words, words),
        read=(words,),
        records=1,
        kinds={},
        entries=(Entry("added", "", words),),
        quarantined=(Refused(words, 1, words),),
        stale=(Doubt("f" * 32, *[words] * 10),),
        publication={
            "embedded": 0,
            "reused": 0,
            "checks": [{"name": words, "passed": True, "summary": words}],
            "blocked": False,
            "version": "1",
            "new": True,
        },
    )


def heard(lines: list[str]) -> Iterator[str]:
    """Yield the lines that actions/runner takes for commands, as its `ActionCommand` finds them."""
    until = ""
    for line in lines:
        begun = line.lstrip()
        name = begun[2:].partition("::")[0].partition(" ")[0] if begun.startswith("::") else ""
        if until:
            until = "" if name == until else until
        elif name == "stop-commands":
            until = begun.removeprefix("::stop-commands::")
        elif name or "##[" in line:
            yield line


def test_words_of_others_steer_no_terminal() -> None:
    report = report_of(CONTROLS)
    for line in (*report.lines(), *report.annotations()):
        assert not {"\x1b", "\n", "\r"} & set(line)


@pytest.mark.parametrize("words", [CONTROLS, "::add-mask::a", "a ##[error]b", "::stop-commands::x"])
def test_words_of_others_are_no_workflow_commands(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show(report_of(words), as_json=False, github=True, file=None)

    lines = capsys.readouterr().out.splitlines()
    commands = list(heard(lines))
    assert [line[2:].partition(" ")[0] for line in commands] == ["warning", "warning"]
    assert commands == lines[-2:]


def test_a_report_is_not_written_through_a_link_that_a_checkout_brought(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "sanku-release.json"
    precious.write_text("precious", encoding="utf-8")
    link.symlink_to(precious)
    for write in (clear, lambda file: show(report_of("a"), as_json=True, github=False, file=file)):
        with pytest.raises(SettingsError, match="is a symbolic link"):
            write(link)
    assert precious.read_text(encoding="utf-8") == "precious"


def test_a_release_that_could_not_run_leaves_no_report_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "sanku-release.json"
    show(report_of("a"), as_json=True, github=False, file=file)
    assert json.loads(file.read_text(encoding="utf-8"))["tag"] == "a"
    clear(file)
    assert not file.exists()
