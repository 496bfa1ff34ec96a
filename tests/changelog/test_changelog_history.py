"""How long the words of a changelog held."""

from dataclasses import replace
from datetime import date

from pipelines.changelog.history import Statement, statements
from pipelines.changelog.table import change_table, changes_in
from pipelines.records import ChangeEntry

EXPORT = ChangeEntry(
    id="export", source="lark", tag="v1.0.0", version="1.0.0", previous_tag="",
    released=date(2026, 1, 1), category="新增", component="", kind="added", text="支持导出",
    previous_text="", commit="c" * 40, path="CHANGELOG.md", line=3,
)  # fmt: skip
REWORDED = replace(
    EXPORT,
    id="reworded",
    tag="v1.2.0",
    kind="changed",
    text="支持导出为 PDF",
    previous_text="支持导出",
)
TAKEN_BACK = replace(
    EXPORT, id="back", tag="v2.0.0", kind="removed", text="", previous_text="支持导出为 PDF"
)


def test_words_hold_from_their_release_to_the_one_that_rewords_them() -> None:
    first, second = statements([EXPORT, REWORDED])
    assert (first.change, first.until, first.end, first.ended_by) == (
        EXPORT, "1.2.0", "reworded", "reworded",
    )  # fmt: skip
    assert second == Statement(REWORDED)


def test_words_that_were_taken_back_end_and_leave_no_statement() -> None:
    told = statements([EXPORT, REWORDED, TAKEN_BACK])
    assert [(one.until, one.end) for one in told] == [
        ("1.2.0", "reworded"), ("2.0.0", "taken back"),
    ]  # fmt: skip


def test_the_same_words_of_another_version_go_on() -> None:
    other = replace(EXPORT, id="other", version="1.1.0", tag="v1.1.0")
    told = {one.change.id: one.until for one in statements([EXPORT, other, REWORDED])}
    assert told == {"export": "1.2.0", "other": "", "reworded": ""}


def test_a_bullet_that_moved_to_another_category_is_one_statement_and_its_past() -> None:
    moved = replace(EXPORT, id="moved", tag="v1.0.1", kind="changed", category="优化",
                    previous_text="支持导出")  # fmt: skip
    told = statements([EXPORT, moved])
    assert [(one.change.category, one.until) for one in told] == [("新增", "1.0.1"), ("优化", "")]


def test_a_bullet_that_two_branches_brought_stands_once() -> None:
    again = replace(EXPORT, tag="v1.0.2", line=9)
    assert statements([EXPORT, again]) == (Statement(again),)


def test_words_that_come_back_stand_again() -> None:
    back = replace(TAKEN_BACK, previous_text="支持导出")
    again = replace(EXPORT, tag="v3.0.0")
    assert statements([EXPORT, back, again]) == (Statement(again),)


def test_words_of_a_version_that_was_never_tagged_move_to_the_tagged_one() -> None:
    misnamed = replace(EXPORT, id="misnamed", version="2.0.0", tag="v1.0.0")
    corrected = replace(EXPORT, id="corrected", version="1.0.0", tag="v1.1.0")
    told = {one.change.id: one.until for one in statements([misnamed, corrected])}
    assert told == {"misnamed": "1.1.0", "corrected": ""}


def test_words_that_two_tagged_versions_share_both_stand() -> None:
    again = replace(EXPORT, id="again", version="1.1.0", tag="v1.1.0")
    assert [one.until for one in statements([EXPORT, again])] == ["", ""]


def test_changes_survive_their_table() -> None:
    changes = [EXPORT, REWORDED, TAKEN_BACK]
    assert changes_in(change_table(changes)) == changes
    hashes = change_table([EXPORT, replace(EXPORT, line=4)])["content_hash"].to_pylist()
    assert hashes[0] != hashes[1]
