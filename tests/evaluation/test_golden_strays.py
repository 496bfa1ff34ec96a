"""Golden tables: no row is left out because Markdown takes it for something else."""

from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.evaluation.golden import read_golden

TABLE = "| 问题 | 期望 |\n|---|---|\n| 甲 | 乙 |\n"
ROW = "| 支持存证吗？ | 拒答 |"
BARE = "问题 | 期望\n---|---\n甲 | 乙\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{TABLE}\n{ROW}\n", 5, "stands outside every table"),
        (f"{TABLE}\n## 拒答\n\n{ROW}\n", 7, "stands outside every table"),
        (f"{TABLE}<!-- 说明 -->\n{ROW}\n", 5, "stands outside every table"),
        (f"{TABLE}\n> {ROW}\n", 5, "stands outside every table"),
        (f"{BARE}\n支持存证吗？ | 拒答\n", 5, "stands outside every table"),
        (f"{TABLE}\n| 问题 | 期望 |\n{ROW}\n", 5, "`|---|---|` is missing right below"),
        (f"| 问题 | 期望 |\n{ROW}\n", 1, "`|---|---|` is missing right below"),
        (f"问题 | 期望\n{ROW}\n", 1, "`|---|---|` is missing right below"),
        (f"| 问题 | 期望 |\n\n|---|---|\n{ROW}\n", 1, "`|---|---|` is missing right below"),
        (f"| 问题 | 期望 |\n|---|\n{ROW}\n", 1, "has 1 cells, and this heading 2"),
        (f"{TABLE}\n｜支持存证吗？｜拒答｜\n", 5, "full-width bar `｜`"),
        (f"{TABLE}\n```\n{ROW}\n```\n", 6, "stands in a block of code"),
        (f"```markdown\n{TABLE}```\n", 2, "stands in a block of code"),
        (f"{TABLE}\n```text\n{ROW}\n", 6, "stands in a block of code"),
        (f"{TABLE}\n    {ROW}\n", 5, "indented so far that it is code"),
        (f"{TABLE}\n<!--\n{ROW}\n-->\n", 6, "stands in HTML or a comment"),
    ],
)
def test_a_row_that_no_table_holds_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    file = tmp_path / "golden.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_golden(file)
    assert f"golden.md` line {line} is no golden question" in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (f"{TABLE}\n{TABLE.replace('甲', '丙')}", 2),
        (f"问 `a|b` 的：\n{TABLE}\n说明：甲 | 乙 都行。\n", 1),
        (f"{TABLE}\n~~~~text\n{ROW}\n~~~~\n", 1),
        (f"- 表：\n\n  {TABLE.replace(chr(10), chr(10) + '  ')}", 1),
        (f"> {TABLE.replace(chr(10), chr(10) + '> ')}", 1),
        (f"{BARE}\n都在上面了。\n", 1),
    ],
)
def test_text_code_and_tables_wherever_they_stand_are_no_strays(
    tmp_path: Path, text: str, questions: int
) -> None:
    file = tmp_path / "golden.md"
    file.write_text(text, encoding="utf-8")
    assert len(read_golden(file)) == questions
