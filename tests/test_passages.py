"""Answers cut into passages: where they begin, what they repeat, and that nothing is lost."""

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipelines.passages import passages_of
from pipelines.passages.packing import SLACK
from tests.pace import timed

_markdown = MarkdownIt("commonmark").enable("table")


def cut(markdown: str, limit: int) -> list[str]:
    return [passage.text for passage in passages_of(markdown, limit)]


def words_by_kind(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield each `w1` with the kind of block that it stands in: code, cell, heading or text."""
    inside = ["text"]
    for token in _markdown.parse(markdown):
        kind = {"fence": "code", "code_block": "code", "th": "th", "td": "td", "html_block": "html"}
        name = kind.get(token.type) or kind.get(token.tag) or token.type.split("_")[0]
        if name in ("heading", "th", "td"):
            inside.append(name) if token.nesting > 0 else inside.pop()
        elif token.type == "inline":
            yield from ((word, inside[-1]) for word in re.findall(r"w\d+", token.content))
        elif name in ("code", "html"):
            yield from ((word, name) for word in re.findall(r"w\d+", token.content))


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_nothing_is_cut_into_nothing(text: str) -> None:
    assert cut(text, 100) == []


def test_an_answer_that_fits_is_one_passage() -> None:
    answer = "看 [a]。\n\n## 步骤\n\n- 一\n\n- 二\n\n[a]: https://example.com"
    assert cut(answer, 100) == [answer]


def test_short_blocks_share_a_passage() -> None:
    blocks = [f"第 {n} 段。" for n in range(6)]
    assert cut("\n\n".join(blocks), 20) == ["\n\n".join(blocks[:3]), "\n\n".join(blocks[3:])]


def test_a_passage_begins_at_a_sub_heading_and_knows_those_above() -> None:
    text = "说明" * 40
    answer = f"开头。\n\n## 现象\n\n{text}\n\n## 解决\n\n### 方法一 {{#x}}\n\n{text}\n\n{text}。"
    passages = passages_of(answer, 120)
    assert [passage.text.split("\n")[0] for passage in passages] == [
        "开头。",
        "## 解决",
        text + "。",
    ]
    assert [passage.trail for passage in passages] == [(), (), ("解决", "方法一")]


def test_a_bold_line_is_a_sub_heading() -> None:
    text = "说明" * 40
    passages = passages_of(f"**原因**\n\n{text}\n\n{text}\n\n**解决**：\n\n{text}", 120)
    assert [passage.trail for passage in passages] == [(), ("原因",), ()]
    assert passages[2].text.startswith("**解决**")


def test_small_sections_share_a_passage_and_large_ones_do_not() -> None:
    small = "\n\n".join(f"## 标题{n}\n\n短。" for n in range(12))
    large = "\n\n".join(f"## 标题{n}\n\n{'长' * 70}" for n in range(4))
    assert len(cut(small, 100)) < 6
    assert [text[:6] for text in cut(large, 200)] == [f"## 标题{n}" for n in range(4)]


def test_a_line_that_leads_in_goes_with_what_it_leads_in() -> None:
    table = "| 键 | 值 |\n| --- | --- |\n" + "\n".join(f"| {n} | {'长' * 20} |" for n in range(9))
    assert cut(f"{'说明。' * 25}\n\n取值如下：\n\n{table}", 150)[1].startswith("取值如下：\n\n| 键")


def test_a_table_repeats_its_header() -> None:
    head = "| 键 | 值 |\n| --- | --- |"
    rows = [f"| {n} | {'长' * 20} |" for n in range(30)]
    pieces = cut("\n".join([head, *rows]), 200)
    assert all(piece.startswith(head + "\n") for piece in pieces)
    assert [row for piece in pieces for row in piece.split("\n")[2:]] == rows


def test_a_row_that_is_too_long_goes_on_in_its_column() -> None:
    long = "".join(f"第{n}句话。" for n in range(60))
    pieces = cut(f"|键|值|备注|\n|-|-|-|\n|甲|{long}|完|", 120)
    for piece in pieces:
        cells = [token.content for token in _markdown.parse(piece) if token.type == "inline"]
        assert cells[:3] == ["键", "值", "备注"]
        assert all("句话" not in cell for cell in (*cells[3::3], *cells[5::3]))
    assert "".join(re.findall(r"第\d+句话。", "".join(pieces))) == long


def test_an_html_table_repeats_its_header_and_keeps_rows_that_a_cell_joins() -> None:
    rows = [
        f'<tr><td rowspan="2">{n}</td><td>a</td></tr>\n<tr><td>{n}b</td></tr>' for n in range(9)
    ]
    head = "<table>\n<thead><tr><th>键</th><th>值</th></tr></thead>\n<tbody>"
    pieces = cut("\n".join([head, *rows, "</tbody>\n</table>"]), 300)
    assert len(pieces) > 2
    for piece in pieces:
        assert piece.startswith(head)
        assert piece.endswith("</tbody>\n</table>")
        assert len(re.findall("<tr>", piece)) == 1 + 2 * piece.count("b</td>")
    assert [n for piece in pieces for n in re.findall(r"(\d)b<", piece)] == list("012345678")


@pytest.mark.parametrize("fence", ["```python", "~~~~ {#run .sh}"])
def test_code_is_cut_by_lines_and_fenced_again(fence: str) -> None:
    mark = fence.split()[0].removesuffix("python")
    lines = [f"    line({n})" if n % 3 else "" for n in range(90)]
    pieces = cut("\n".join([fence, *lines, mark]), 200)
    for piece in pieces:
        assert piece.startswith(fence + "\n")
        assert piece.endswith("\n" + mark)
    assert [line for piece in pieces for line in piece.split("\n")[1:-1]] == lines


def test_nested_items_stay_with_their_parent_while_they_fit() -> None:
    items = [f"{n}. 第 {n} 步\n    - 甲{n}\n    - 乙{n}\n\n      细节{n}" for n in range(1, 30)]
    pieces = cut("\n".join(items), 200)
    assert "\n".join(pieces) == "\n".join(items)
    assert all(re.match(r"\d+\. ", piece) for piece in pieces)


def test_what_does_not_fit_into_its_item_stands_without_the_indentation() -> None:
    code = "\n".join(f"    line({n})" for n in range(20))
    first, *others = cut(f"1.  运行：\n\n    ```sh\n{code}\n    ```\n\n    完成。\n2.  关闭。", 120)
    assert first.startswith("1.  运行：\n\n    ```sh\n    line(0)")
    assert all(piece.startswith("```sh\nline(") for piece in others)
    assert others[-1].endswith("\n```\n\n完成。\n2.  关闭。")


def test_a_quote_is_quoted_again() -> None:
    quote = "\n>\n".join(f"> 第 {n} 段。{'说明' * 20}" for n in range(9))
    pieces = cut(quote, 150)
    assert "\n>\n".join(pieces).replace("> \n", ">\n") == quote
    assert len(pieces) > 3


def test_a_long_paragraph_is_cut_behind_sentences_of_either_language() -> None:
    chinese = "".join(f"第{n}句，说明“原因”。" for n in range(30))
    english = " ".join(f"Version 2.{n} is out." for n in range(30))
    assert all(piece.endswith("。") for piece in cut(chinese, 100))
    assert all(piece.endswith("out.") for piece in cut(english, 100))
    assert "".join(cut(chinese, 100)) == chinese
    assert " ".join(cut(english, 100)) == english
    lines = "\n".join(f"line {n} of a paragraph" for n in range(30))
    assert "\n".join(cut(lines, 100)) == lines


def test_code_links_and_tags_in_a_sentence_stay_whole() -> None:
    whole = [
        "`a。b c`",
        "[文。字](https://example.com/x?y=1)",
        '<kbd title="a. b">',
        "**重要。事**",
    ]
    text = "".join(f"甲乙{'丙' * n}{whole[n % 4]}" for n in range(60))
    for piece in cut(text, 100):
        assert piece.count("`") % 2 == 0
        assert piece.count("[") == piece.count("](https://example.com/x?y=1)")
        assert piece.count("<") == piece.count('<kbd title="a. b">')
        assert piece.count("**") % 2 == 0


RUN = re.compile(r"(?:w\d+)+")
PLAIN = st.integers(1, 12).map(lambda n: "w " * n)
SENTENCE = st.builds(
    "{}{}".format,
    PLAIN,
    st.sampled_from(["w。", "w. ", "`w w`", "[w](w) w！", "**w w**。", "w\n"]),
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=8).map(lambda s: "w" + "".join(s).rstrip())
FENCE = st.tuples(st.sampled_from(["```", "~~~sh"]), st.lists(PLAIN, max_size=30)).map(
    lambda parts: "\n".join([parts[0], *parts[1], parts[0][:3]])
)
TABLE = st.lists(PLAIN, max_size=20).map(
    lambda cells: "\n".join(["|w|w|", "|-|-|", *(f"|{cell}|w|" for cell in cells)])
)
HEADING = st.integers(1, 4).map(lambda level: "#" * level + " w w")
LEAF = st.one_of(PARAGRAPH, FENCE, TABLE, HEADING, st.just("**w w**"), st.just("    w\n\n    w"))


def set_in(marker: str, blocks: list[str]) -> str:
    inside = "\n\n".join(blocks).replace("\n", "\n" + " " * len(marker))
    return marker + inside


def contained(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    children = st.lists(blocks, min_size=1, max_size=4)
    return st.one_of(
        children.map(lambda inside: "> " + "\n\n".join(inside).replace("\n", "\n> ")),
        st.lists(children, min_size=1, max_size=6).map(
            lambda items: "\n".join(set_in("- ", ["w", *item]) for item in items)
        ),
        st.lists(children, min_size=1, max_size=6).map(
            lambda items: "\n\n".join(
                set_in(f"{n}. ", ["w", *item]) for n, item in enumerate(items, 1)
            )
        ),
    )


def numbered(blocks: list[str]) -> str:
    numbers = count()
    return re.sub("w", lambda _: f"w{next(numbers)}", "\n\n".join(blocks))


DOCUMENT = st.lists(st.recursive(LEAF, contained, max_leaves=8), max_size=8).map(numbered)


@pytest.mark.long
@settings(max_examples=150, deadline=None, derandomize=True)
@given(DOCUMENT, st.sampled_from([150, 250, 600]))
def test_every_word_is_in_some_passage_in_a_block_of_its_kind(markdown: str, limit: int) -> None:
    told = dict(words_by_kind(markdown))
    pieces = cut(markdown, limit)
    found = [pair for piece in pieces for pair in words_by_kind(piece)]
    assert {word: kind for word, kind in found if told[word] != kind} == {}
    again = [word for word, kind in found if kind != "th"]
    assert again == [word for word, kind in told.items() if kind != "th"]
    assert set(told) <= {word for word, _ in found}
    assert all(len(piece) <= SLACK * limit for piece in pieces)
    # No space or line end goes that held words apart.
    assert {run for piece in pieces for run in RUN.findall(piece)} <= set(RUN.findall(markdown))


PIECES = st.sampled_from(
    ["#", "## ", "**", "|", "|-|-|\n", "- ", "  ", "    ", "\n", "\n\n", "```", "~~~", "---", "文",
     "。", "[a](b)", "<details>", "<table>", "<tr>", "</table>", "<!--", "-->", ">", "> ", "1. ",
     "\\", "`", "[", "]: ", "\t", "：", "字" * 60, "word " * 20, "\r"]
)  # fmt: skip


@settings(max_examples=800, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_of_any_arrangement_of_markup_nothing_is_lost(text: str) -> None:
    pieces = cut(text, 100)
    shown = iter("".join("".join(pieces).split()))
    assert all(character in shown for character in "".join(text.split()))
    assert all(len(piece) <= SLACK * 100 for piece in pieces)


HOSTILE = {
    "brackets": "[" * 200_000,
    "brackets in lines": "[a\n" * 60_000,
    "rows": "|a|b|\n|-|-|\n" + "|a|b|\n" * 60_000,
    "rows within bounds": "|a|b|\n|-|-|\n" + "|a|b|\n" * 6_000,
    "one row": "|a|b|\n|-|-|\n|" + "文。\\|" * 50_000,
    "a wide table": "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + ("\n|" + "a|" * 20_000) * 4,
    "rows of HTML": "<table>" + "<tr><td rowspan=9>a</td></tr>" * 6_000 + "</table>",
    "items": "- a\n" * 9_000,
    "an item of items": "- a\n" + "  - b\n" * 9_000,
    "headings": "# a\n" * 9_000,
    "leading lines": "a：\n\n" * 4_500,
    "quotes": ">" * 90_000 + "a",
    "quoted lines": "> " * 15 + "a\n" + ("> " * 15 + "b\n") * 5_000,
    "lists in lists": "- " * 45_000 + "a",
    "deep indentation": "".join(" " * 2 * i + "- a\n" for i in range(400)),
    "code": "```\n" + "a\n" * 60_000,
    "a line of code": "```\n" + "a" * 200_000,
    "ticks": "".join("`" * n + "a" for n in range(1, 630)),
    "ticks in pairs": "`a" * 100_000,
    "bold": "**a" * 70_000,
    "tags": "<a b" * 50_000,
    "links": "[![a](b)" * 25_000,
    "ends": "。" * 200_000,
    "spaces": "a" + " " * 200_000 + "b",
    "escapes": "\\" * 200_000,
    "entities": "&amp;" * 40_000,
    "definitions": "[a]: b\n" * 9_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_costs_less_than_a_second(name: str) -> None:
    pieces, seconds = timed(lambda: cut(HOSTILE[name], 600))
    assert seconds < 1
    assert all(len(piece) <= SLACK * 600 for piece in pieces)
    shown = iter("".join("".join(pieces).split()))
    assert all(character in shown for character in "".join(HOSTILE[name].split()))


def test_of_real_answers_nothing_is_lost(shared_data: Path) -> None:
    lines = (shared_data / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [json.loads(line)["answer"] for line in lines]
    for answer in answers:
        passages = cut(answer, 600)
        assert all(len(passage) <= SLACK * 600 for passage in passages)
        shown = iter("".join("".join(passages).split()))
        assert all(character in shown for character in "".join(answer.split()))
    assert sum(len(cut(answer, 600)) == 1 for answer in answers) > 1_000
