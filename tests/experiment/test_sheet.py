"""The CSV of answers: blind, harmless in a spreadsheet, and read strictly when it comes back."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.experiment.pairs import Pair, is_grounded_first
from pipelines.experiment.sheet import (
    COLUMNS,
    SCORE_COLUMNS,
    Filled,
    filled_in,
    scored,
    sheet_of,
)
from tests.experiment.answered import ALONE, KNOWN, SETUP, pair

PAIRS = tuple(pair(f"问{number}") for number in range(20))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    file = folder / "scores.csv"
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return file


def asking(name: str, question: str) -> Pair:
    return replace(pair(name), question=question, history=())


HEADER = ",".join(("id", *SCORE_COLUMNS))


def test_answers_are_shuffled_by_the_seed_and_the_columns_do_not_tell_how() -> None:
    rows = rows_of(sheet_of(PAIRS, 7, {}))
    first = [row["A"] for row in rows]
    assert 4 < first.count(KNOWN) < 16
    assert all({row["A"], row["B"]} == {KNOWN, ALONE} for row in rows)
    assert [row["A"] for row in rows_of(sheet_of(PAIRS, 7, {}))] == first
    assert [row["A"] for row in rows_of(sheet_of(PAIRS, 8, {}))] != first
    assert tuple(rows[0]) == COLUMNS
    assert {row[name] for row in rows for name in SCORE_COLUMNS} == {""}


@pytest.mark.parametrize("danger", ["=1+1", "＝1", "+1", "-1", "@x", "\t=1", "'=1", "\r=1"])
def test_no_cell_is_a_formula(danger: str, tmp_path: Path) -> None:
    poisoned = (pair(danger, kind=danger, grounded=danger, alone=danger),)
    text = sheet_of(poisoned, 7, {danger: Filled({}, danger)})
    assert text.startswith("\ufeff")
    (row,) = rows_of(text)
    cells = [row[name] for name in ("id", "kind", "A", "B", "note")]
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in "=＝+-@\t\r"]
    file = tmp_path / "answers.csv"
    file.write_text(text, encoding="utf-8", newline="")
    assert list(filled_in(file, poisoned)) == [danger]


def test_scores_come_back_unblinded(tmp_path: Path) -> None:
    asked = PAIRS[:6]
    lines = [f"{one.id},5,5,5,1,1,1" for one in asked]
    filled = filled_in(written(tmp_path, HEADER, *lines), asked)
    told = scored(asked, SETUP.seed, filled)
    assert {is_grounded_first(SETUP.seed, one.id) for one in asked} == {True, False}
    for item in told:
        is_first = is_grounded_first(SETUP.seed, item.id)
        assert item.grounded["tone"] == (5 if is_first else 1)
        assert item.lead == (4 if is_first else -4)


def test_a_sheet_may_be_filled_in_by_half_and_in_any_order(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, "问3,4,,,2,,", ",,,,,,", "问1", "问0,,,5")
    told = scored(PAIRS, SETUP.seed, filled_in(file, PAIRS))
    assert [(item.id, item.shared) for item in told] == [("问0", ()), ("问3", ("accuracy",))]
    assert told[0].lead is None


def test_what_was_scored_stays_when_the_sheet_is_written_again(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADER},note", "问3,4,5,1,2,3,4,=好")
    again = rows_of(sheet_of(PAIRS, 7, filled_in(file, PAIRS)))
    assert [again[3][name] for name in SCORE_COLUMNS] == ["4", "5", "1", "2", "3", "4"]
    assert again[3]["note"] == "'=好"


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        ((HEADER.replace(",", ";"), "问1;1;2;3;4;5;5"), "utf-8-sig"),
        ((HEADER.replace(",", "\t"), "问1\t1\t2\t3\t4\t5\t5"), "utf-8"),
        ((f"{HEADER.upper()},question", "问1,1,2,3,4,５, 5 ,这个问题怎么办呢"), "gb18030"),
    ],
)
def test_it_is_read_as_spreadsheets_save_it(
    lines: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    filled = filled_in(written(tmp_path, *lines, encoding=encoding), PAIRS)
    assert list(filled["问1"].scores.values()) == [1, 2, 3, 4, 5, 5]


@pytest.mark.parametrize("saved", ["7", "#NAME?", ""])
def test_a_row_whose_id_a_spreadsheet_changed_is_known_by_its_question(
    saved: str, tmp_path: Path
) -> None:
    pairs = [asking("007", "多久到账？"), asking("008", "怎么退？")]
    row = f"{saved},1,2,3,4,5,5,多久到账？"
    filled = filled_in(written(tmp_path, f"{HEADER},question", row), pairs)
    assert list(filled) == ["007"]
    assert filled["007"].scores["relevance_A"] == 2


def test_of_a_question_that_is_asked_twice_the_id_tells_which(tmp_path: Path) -> None:
    pairs = [asking(name, "多久到账？") for name in ("a", "b")]
    lines = (f"{HEADER},question", "b,1,2,3,4,5,5,多久到账？")
    assert list(filled_in(written(tmp_path, *lines), pairs)) == ["b"]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ((HEADER, '问1,1,1,1,1,1,"1"', "问2,1,1,6"), 3, "`tone_A` is `6`; write 1 to 5"),
        ((HEADER, "问1,好"), 2, "`accuracy_A` is `好`"),
        ((HEADER, "问1,3.5"), 2, "`accuracy_A` is `3.5`"),
        ((HEADER, "问1,0"), 2, "`accuracy_A` is `0`"),
        ((HEADER, "问1", "", "问1"), 4, "`问1` stands on an earlier line"),
        ((HEADER, "问99"), 2, "there is no question `问99`"),
        ((HEADER, "问1,1,1,1,1,1,1,1"), 2, "8 cells under 7 columns"),
        ((f"note,{HEADER}", '"two\r\nlines",问1', "x,问2,9"), 4, "`accuracy_A` is `9`"),
        (("id,accuracy_A",), 1, "the column `relevance_A` is missing"),
        ((f"{HEADER},tone_B",), 1, "the column `tone_B` is there twice"),
        ((HEADER, 'x,"open'), 2, "it is no CSV"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(
    lines: tuple[str, ...], line: int, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as refused:
        filled_in(written(tmp_path, *lines), PAIRS)
    assert f"scores.csv` line {line}: " in str(refused.value)
    assert reason in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    for data in (b"PK\x03\x04\x00\x00", b"\xff\xfe\x81\x82\x83"):
        file.write_bytes(data)
        with pytest.raises(SourceError, match="CSV UTF-8"):
            filled_in(file, PAIRS)
    with pytest.raises(SourceError, match="No such file"):
        filled_in(tmp_path / "none.csv", PAIRS)
