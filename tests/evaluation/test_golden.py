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


@pytest.mark.parametrize(
    ("written", "decision"),
    [
        *((written, "refuse") for written in ("拒绝", "无答案", "Refuse.", "无")),
        *((written, "refuse") for written in ("（拒答）", "**拒答**", "【不回答】。", "不应回答")),
        *((written, "handoff") for written in ("转人工。", "人工", "Hand-off", "hand off")),
        *((written, "handoff") for written in ("转 人工", "人工客服")),
    ],
)
def test_decisions_are_written_in_more_than_one_way(
    tmp_path: Path, written: str, decision: str
) -> None:
    file = write(tmp_path, f"| 问题 | 期望 |\n|---|---|\n| 支持存证吗？ | {written} |\n")
    (golden,) = read_golden(file)
    assert golden.expect.decision == decision


@pytest.mark.parametrize("written", ["人工客服？", "怎么转人工", "拒绝付款"])
def test_what_names_more_than_a_decision_is_a_question(tmp_path: Path, written: str) -> None:
    file = write(tmp_path, f"| 问题 | 期望 |\n|---|---|\n| 支持存证吗？ | {written} |\n")
    (golden,) = read_golden(file)
    assert golden.expect.decision is None
    assert golden.expect.question == (written,)


def test_a_full_width_bar_in_a_row_with_every_cell_is_text(tmp_path: Path) -> None:
    (golden,) = read_golden(write(tmp_path, f"{HEADER}| 甲｜乙 | 丙 | |\n"))
    assert golden.question == "甲｜乙"


def test_a_table_says_what_json_lines_say(tmp_path: Path) -> None:
    lines = [
        {
            "id": "row-1",
            "kind": "常见",
            "question": "怎么开发票？",
            "expect": {"tier": "faq", "question": ["如何申请发票？", "发票怎么开？"]},
            "must_contain": ["费用", "中心"],
            "must_not_contain": ["5 | 6"],
            "must_cite": ["faq.md"],
        },
        {
            "id": "row-2",
            "kind": "faq",
            "question": "要多久？",
            "expect": {"tier": "faq", "question": "如何申请发票？"},
            "history": [
                {"role": "user", "content": "怎么开发票？"},
                {"role": "assistant", "content": "在费用中心申请：很快。"},
            ],
        },
        {
            "id": "row-3",
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
    questions = read_golden(write(tmp_path, TABLE))
    told = [line | {"id": item.id} for line, item in zip(lines, questions, strict=True)]
    assert (told[3]["id"], lines[3]["id"]) == ("news", "news")
    written = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in told)
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
        (f"{HEADER}| 甲 ｜ 拒答 | |\n", 3, "the full-width bar `｜` parts no cells"),
        (
            "| 问题 | 编号 | 期望 |\n|---|---|---|\n| 甲 | 1 | a |\n| 乙 | 1 | b |\n",
            4,
            "the id `1`",
        ),
        ("没有表格。\n", 1, "holds no Markdown table"),
        (f"{HEADER}| 甲 | 拒答<br>转人工 |\n", 3, "two decisions are expected"),
        (f"{HEADER}| 甲 | 乙 |\n| 问题 | 期望 | 对话 |\n", 4, "the row is a heading"),
        (f"{HEADER}|---|:-:|---|\n| 甲 | 乙 |\n", 3, "no dashes twice"),
        (f"{HEADER}| 怎么退款？ | 乙 |\n| 丙 | 丁 |\n|怎么 退款|拒答|\n", 5, "asked on line 3"),
    ],
)
def test_a_slip_in_a_table_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_golden(write(tmp_path, text))
    assert f"golden.md` line {line} is no golden question" in str(refused.value)
    assert reason in str(refused.value)


def asking(question: str, expect: object = None, **more: object) -> str:
    item = {"id": "1", "kind": "k", "question": question, "expect": expect or {}, **more}
    return json.dumps(item, ensure_ascii=False)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"id": "1", "question": "q"}', "`kind`: Field required"),
        ('{"id": "1", "question": "q", "kind": "k", "expects": {}}', "`expect`"),
        ("not json", "it is no JSON (Expecting value at character 1)"),
        ('[{"id": "1"}]', "`jq -c '.[]' golden.json > golden.jsonl`"),
        (asking(" \u200b"), "nothing is asked"),
        (asking("q", {}), "nothing is expected"),
        (asking("q", {"question": ""}), "`expect.question.0`: an empty text"),
        (asking("q", {"version": " "}), "`expect.version`: an empty text"),
        (asking("q", {}, must_contain=""), "`must_contain.0`: an empty text"),
        (asking("q", {"decision": "refuse", "question": "a"}), "cannot expect a record as well"),
        (asking("q", {"decision": "refuse", "version": "2.4.0"}), "cannot expect a record as well"),
        (asking("q", {"question": "a", "version": "2.4.0"}), "an FAQ entry and a release's change"),
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


def test_a_row_without_an_id_keeps_its_own_when_rows_come_before_it(tmp_path: Path) -> None:
    (item,) = read_golden(write(tmp_path, f"{HEADER}| 甲 | 乙 |\n"))
    rows = "| 丙 | 丁 |\n| 甲 | 乙 |\n| 甲 | 乙 | 用户：丙 |\n"
    other, same, later = read_golden(write(tmp_path, f"{HEADER}{rows}"))
    assert same == item
    assert len({other.id, same.id, later.id}) == 3


@pytest.mark.parametrize("version", ["2.4.0", "v2.4.0", "V2.4.0", " ２.４.０ ", "2.4"])
def test_a_release_is_the_same_however_it_is_spelled(tmp_path: Path, version: str) -> None:
    table = f"| 问题 | 版本 |\n|---|---|\n| 有什么新的？ | {version} |\n"
    line = asking("有什么新的？", {"tier": "changelog", "version": version})
    for text, name in ((table, "golden.md"), (line, "golden.jsonl")):
        (item,) = read_golden(write(tmp_path, text, name))
        assert (item.expect.version or "").startswith("2.4")
        assert item.fits("changelog", "", "2.4.0", "")
        assert not item.fits("changelog", "", "2.5.0", "")


@pytest.mark.parametrize("release", ["2.4.0.dev1", "2.4.0-rev2"])
def test_a_release_keeps_the_letters_behind_its_numbers(tmp_path: Path, release: str) -> None:
    table = f"| 问题 | 版本 |\n|---|---|\n| 有什么新的？ | v{release} |\n"
    (item,) = read_golden(write(tmp_path, table))
    assert item.expect.version == release
    assert item.fits("changelog", "", release, "")
    assert not item.fits("changelog", "", "2.4.0", "")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("怎么开发票？", "怎么 开发票"),
        ("Is A1 there?", "is “Ａ１” there"),
        ("多久。。。", "多久…"),
    ],
)
def test_a_question_that_is_asked_twice_is_refused_with_both_lines(
    tmp_path: Path, first: str, second: str
) -> None:
    rows = (asking(first, {"tier": "faq"}), asking(second, {"decision": "refuse"}, id="2"))
    with pytest.raises(SettingsError, match=r"line 4 .*the same is asked on line 2"):
        read_golden(write(tmp_path, "\n" + "\n\n".join(rows), "golden.jsonl"))


def test_questions_that_differ_in_a_figure_a_sign_or_what_was_said_before_are_two(
    tmp_path: Path,
) -> None:
    said = {"role": "user", "content": "怎么开发票？"}
    asked = [
        {"question": text} for text in ("2.3 呢？", "23 呢？", "C 呢？", "C# 呢？", "C++ 呢？")
    ]
    asked += [{"question": "2.3 呢？", "history": [said]}]
    rows = [
        json.dumps({"id": str(n), "kind": "k", "expect": {"tier": "faq"}} | one)
        for n, one in enumerate(asked)
    ]
    assert len(read_golden(write(tmp_path, "\n".join(rows), "golden.jsonl"))) == 6


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("excel.csv", "Write its rows as a table into a Markdown file"),
        ("golden.json", "`jq -c '.[]' golden.json > golden.jsonl`"),
        ("golden", "Let its name end as what it holds"),
    ],
)
def test_a_file_of_another_format_is_refused_with_the_way_to_one_that_is_read(
    tmp_path: Path, name: str, way: str
) -> None:
    file = write(tmp_path, "问题,期望\n甲,乙\n", name)
    with pytest.raises(SettingsError) as refused:
        read_golden(file)
    assert "only Markdown tables (`.md`) and JSON Lines (`.jsonl`) are" in str(refused.value)
    assert way in str(refused.value)


def test_a_text_may_hold_what_unicode_takes_for_the_end_of_a_line(tmp_path: Path) -> None:
    rows = (asking("甲\u2028乙\x85丙", {"tier": "faq"}), asking("丁", {"tier": "faq"}, id="2"))
    first, _ = read_golden(write(tmp_path, "\r\n".join(rows), "golden.jsonl"))
    assert first.question == "甲\u2028乙\x85丙"


def test_any_one_of_several_expected_entries_will_do() -> None:
    item = GoldenQuestion.model_validate(
        {"id": "1", "kind": "k", "question": "q", "expect": {"question": ["甲？", "乙？"]}}
    )
    assert item.fits("faq", "乙?", "", "")
    assert not item.fits("faq", "丙？", "", "")


def test_an_expected_entry_is_named_with_its_product_or_without() -> None:
    item = GoldenQuestion.model_validate(
        {
            "id": "1",
            "kind": "k",
            "question": "q",
            "expect": {"question": ["怎么退款？", "网格:乙?"]},
        }
    )
    assert item.fits("faq", "云盘：怎么退款？", "", "")
    assert item.fits("faq", "网格：乙？", "", "")
    assert not item.fits("faq", "云盘：乙？", "", "")
