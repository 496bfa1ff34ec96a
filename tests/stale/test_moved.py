"""Which of a clause's figures is the old one, and which the new."""

import pytest

from pipelines.stale.moved import moved_in


@pytest.mark.parametrize(
    ("clause", "old", "new"),
    [
        ("上传上限从 2 GB 提高到 5 GB", "2 GB", "5 GB"),
        ("有效期延长至 10 分钟（原为 5 分钟）", "5 分钟", "10 分钟"),
        ("导出条数上限：10,000 条 → 50,000 条", "10,000 条", "50,000 条"),
        ("限频由每分钟 60 次提升至每分钟 120 次", "60 次", "120 次"),
        ("上限 20 人改为 50 人", "20 人", "50 人"),
        ("单次导入行数放宽至 5000（此前为 2000）", "2000", "5000"),
        ("kept for 30 days instead of 14", "14 days", "30 days"),
        ("time out after 60 minutes rather than 30", "30 minutes", "60 minutes"),
        ("seats increased to 5 (was 3)", "3", "5"),
        ("Maximum length increased to 30 minutes (from 10)", "10 minutes", "30 minutes"),
        ("retention extended from 7 to 30 days", "7 days", "30 days"),
        ("Doubled the note length to 10,000 characters", "5000 characters", "10,000 characters"),
        ("普通群人数翻倍，现为 1000 人", "500 人", "1000 人"),
    ],
)
def test_the_old_and_the_new_figure_are_told_apart(clause: str, old: str, new: str) -> None:
    moved = moved_in(clause)

    assert moved is not None
    assert tuple(figure.words for figure in moved) == (old, new)


@pytest.mark.parametrize(
    "clause",
    [
        "单个文件最大 1 GB",
        "支持 3 种格式，最多 10 个文件",
        "企业版 1,000 人，团队版 500 人",
        "retries 3 times within 30 seconds",
        "keeps 30 days by default",
    ],
)
def test_figures_that_stand_side_by_side_move_nothing(clause: str) -> None:
    assert moved_in(clause) is None
