"""What a person is shown: what is sure first, then a few that are worth a look."""

from dataclasses import replace

import pytest

from pipelines.cli.doubts import Doubt
from pipelines.cli.faq_review import print_findings
from pipelines.cli.release_report import ReleaseReport
from tests.stale.pair import change, entry, found

SURE = found(
    [entry("单个文件最大能传多大？", "单个文件最大 2 GB。")],
    [change("单个文件的上传上限从 2 GB 提高到 5 GB")],
)
(DOUBT,) = found(
    [entry("超大群最多多少人？", "超大群最多 3,000 人。")], [change("超大群的人数最多 5,000 人")]
)
POSSIBLE = [replace(DOUBT, id=f"{number:032x}") for number in range(32)]


def report(stale: int, possible: int) -> ReleaseReport:
    return ReleaseReport(
        product="yunque",
        tag="v2.5.0",
        commit="",
        moved=None,
        read=("v2.5.0",),
        records=1,
        kinds={},
        entries=(),
        quarantined=(),
        stale=[Doubt.of_finding(one) for one in SURE[:stale]],
        possible=[Doubt.of_finding(one) for one in POSSIBLE[:possible]],
        publication={
            "version": "v1",
            "new": True,
            "embedded": 0,
            "reused": 0,
            "checks": [],
            "blocked": False,
        },
    )


def test_at_most_thirty_possible_findings_are_listed_after_the_sure_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_findings([*POSSIBLE, *SURE])

    lines = capsys.readouterr().out.splitlines()
    heading = next(place for place, line in enumerate(lines) if line.startswith("worth a look"))
    assert SURE[0].title in lines[0]
    assert heading > 0
    assert sum("超大群最多多少人" in line for line in lines[heading:]) == 30
    assert lines[-1] == "… and 2 more; `--json` has all"


def test_what_was_decided_is_not_worth_a_look_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings([replace(POSSIBLE[0], verdict="dismissed", reason="另一种群")])

    said = capsys.readouterr().out
    assert "[dismissed: 另一种群]" in said
    assert "worth a look" not in said


def test_a_release_lists_what_is_possible_below_what_is_in_doubt() -> None:
    lines = list(report(1, 32).lines())

    doubt = lines.index("FAQ entries now in doubt: 1")
    look = lines.index("worth a look (these may be wrong, and change no answer): 32")
    assert doubt < look
    assert "  … and 2 more; `sanku faq review --json` has all" in lines
    assert "worth a look" not in "\n".join(report(1, 0).lines())


def test_a_script_gets_both_lists() -> None:
    told = report(1, 2).told()

    assert (len(told["stale"]), len(told["possible"])) == (1, 2)
