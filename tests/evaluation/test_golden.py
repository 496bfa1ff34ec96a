"""Golden files: JSON Lines, and the Markdown table of a support lead."""

import json
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.evaluation.golden import GoldenQuestion, golden_digest, read_golden

TABLE = """# 验收问题

发版前看一遍。

| 类型 | 问题 | 期望 | 必须包含 | 不得包含 | 必须引用 | 对话 |
|---|---|---|---|---|---|---|
| 常见 | 怎么开发票？ | 如何申请发票？<br>发票怎么开？ | 费用<br/>中心 | 5 \\| 6 | faq.md | |
| | 要多久？ | 如何申请发票？ | | | | 用户：怎么开发票？<br>客服: 在费用中心申请：很快。 |
| | 支持区块链存证吗？ | 拒答 | | | | |

```text
| 问题 |
|---|
| 这是例子 |
```

| Question | Release | ID |
|:--|--:|---|
| What is new in `2.4.0`? | v2.4.0 | news |
"""


def write(tmp_path: Path, text: str, name: str = "golden.md") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_table_says_what_json_lines_say(tmp_path: Path) -> None:
    lines = [
        {
            "id": "line 7",
            "kind": "常见",
            "question": "怎么开发票？",
            "expect": {"tier": "faq", "question": ["如何申请发票？", "发票怎么开？"]},
            "must_contain": ["费用", "中心"],
            "must_not_contain": ["5 | 6"],
            "must_cite": ["faq.md"],
        },
        {
            "id": "line 8",
            "kind": "faq",
            "question": "要多久？",
            "expect": {"tier": "faq", "question": "如何申请发票？"},
            "history": [
                {"role": "user", "content": "怎么开发票？"},
                {"role": "assistant", "content": "在费用中心申请：很快。"},
            ],
        },
        {
            "id": "line 9",
            "kind": "refuse",
            "question": "支持区块链存证吗？",
            "expect": {"decision": "refuse"},
        },
        {
            "id": "news",
            "kind": "changelog",
            "question": "What is new in 2.4.0?",
            "expect": {"tier": "changelog", "version": "2.4.0"},
        },
    ]
    written = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    questions = read_golden(write(tmp_path, TABLE))
    assert questions == read_golden(write(tmp_path, written, "golden.jsonl"))
    assert golden_digest(questions) != golden_digest(questions[1:])


def test_a_table_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "golden.md"
    file.write_bytes(b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode())
    assert len(read_golden(file)) == 4


HEADER = "| 问题 | 期望 | 对话 |\n|---|---|---|\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("| 问题 | 期待 |\n|---|---|\n| 甲 | 乙 |\n", 1, "there is no column `期待`"),
        ("\n| 期望 |\n|---|\n| 乙 |\n", 2, "has no column `问题`"),
        ("| 问题 | question |\n|---|---|\n| 甲 | 乙 |\n", 1, "`question` is there twice"),
        (f"{HEADER}| 甲 | 乙 |\n| | 乙 |\n", 4, "nothing is asked"),
        (f"{HEADER}| 甲 | |\n", 3, "nothing is expected"),
        (f"{HEADER}| 甲 | 拒答<br>乙 |\n", 3, "cannot expect a record as well"),
        (f"{HEADER}| 甲 | 乙 | 怎么了 |\n", 3, "does not say whose it is"),
        (f"{HEADER}| 甲 | 乙 | 老板：怎么了 |\n", 3, "does not say whose it is"),
        (f"{HEADER}| 甲 | 2 | 3 | 4 |\n", 3, "has 4 cells, and the table 3 columns"),
        (
            "| 问题 | 编号 | 期望 |\n|---|---|---|\n| 甲 | 1 | a |\n| 乙 | 1 | b |\n",
            4,
            "the id `1`",
        ),
        ("没有表格。\n", 1, "holds no Markdown table"),
        (f"{HEADER}| 甲 | 乙 |\n| 问题 | 期望 | 对话 |\n", 4, "the row is a heading"),
        (f"{HEADER}|---|:-:|---|\n| 甲 | 乙 |\n", 3, "no dashes twice"),
    ],
)
def test_a_slip_in_a_table_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_golden(write(tmp_path, text))
    assert f"golden.md` line {line} is no golden question" in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"id": "1", "question": "q"}', "`kind`: Field required"),
        ('{"id": "1", "question": "q", "kind": "k", "expects": {}}', "`expect`"),
        ("not json", "Expecting value"),
    ],
)
def test_a_slip_in_json_lines_is_named_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_golden(write(tmp_path, f"\n{row}\n", "golden.jsonl"))
    assert "golden.jsonl` line 2 is no golden question" in str(refused.value)
    assert reason in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.md` cannot be read"):
        read_golden(tmp_path / "nowhere.md")


def test_any_one_of_several_expected_entries_will_do() -> None:
    item = GoldenQuestion.model_validate(
        {"id": "1", "kind": "k", "question": "q", "expect": {"question": ["甲？", "乙？"]}}
    )
    assert item.fits("faq", "乙?", "", "")
    assert not item.fits("faq", "丙？", "", "")
