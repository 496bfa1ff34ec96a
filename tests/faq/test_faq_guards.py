"""Hostile documents: each costs little, or is refused by name, and never raises."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.faq import parse_faq
from pipelines.records import FaqEntry, Quarantined
from pipelines.sources.files import SourceFile

Parse = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

GOOD = "## 如何登录？\n\n扫码。\n\n"

REFUSED = {
    "a run of brackets": "[" * 200_000,
    "brackets in many paragraphs": GOOD + (("[" * 15_000) + "](a)\n\n") * 30,
    "a line of 10 MB": "a" * 10_000_000,
    "a long line": GOOD + "文" * 100_001,
    "five million empty lines": "\n" * 5_000_000,
    "a table without end": "|问题|答案|\n|-|-|\n" + "|a|b|\n" * 59_000,
    "a wide table": "|"
    + "a|" * 20_000
    + "\n|"
    + "-|" * 20_000
    + "\n"
    + ("|a" * 20_000 + "|\n") * 9,
    "NUL": GOOD.encode() + b"\0",
    "damaged UTF-8": GOOD.encode()[:-4],
    "UTF-16": GOOD.encode("utf-16"),
}
READ = {
    "CR only": GOOD.replace("\n", "\r") + "a\r" * 50_000,
    "quotes in quotes": GOOD + ">" * 90_000,
    "lists in lists": GOOD + "- " * 45_000,
    "deep indentation": GOOD + "".join(" " * 2 * i + "- a\n" for i in range(400)),
    "entities": GOOD + "&#x41;" * 16_000,
    "stars": GOOD + "*a " * 30_000,
    "open comments": GOOD + "<!--" * 20_000,
    "open tags": GOOD + '<a b="' * 15_000,
    "open details": GOOD + "<details><summary>" * 5_000,
    "backslashes": GOOD + "\\" * 90_000,
    "one long link target": GOOD + "[a](<b" * 3_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_costs_too_much_is_refused_by_name_within_a_second(
    parse: Parse, name: str
) -> None:
    started = time.process_time()
    entries, (refused,) = parse(REFUSED[name], path="bad.md")
    assert time.process_time() - started < 1
    assert entries == []
    assert (refused.path, refused.source) == ("bad.md", "help")


@pytest.mark.parametrize("name", READ)
def test_a_strange_document_is_read_within_a_second(parse: Parse, name: str) -> None:
    started = time.process_time()
    entries, refused = parse(READ[name])
    assert time.process_time() - started < 1
    assert [entry.question for entry in entries] == ["如何登录？"]
    assert refused == []


@pytest.mark.parametrize(
    "block",
    ["a: &a [x, x]\nb: [*a, *a]", "[" * 15_000, "".join(" " * i + "a:\n" for i in range(100))],
)
def test_front_matter_that_unfolds_is_refused_and_its_entries_kept(
    parse: Parse, block: str
) -> None:
    started = time.process_time()
    (entry,), (refused,) = parse(f"---\n{block}\n---\n\n{GOOD}")
    assert time.process_time() - started < 1
    assert entry.question == "如何登录？"
    assert "front matter" in refused.reason


PIECES = st.sampled_from(
    ["#", "## ", "**", "Q：", "A: ", "**Q**", "|", "|-|-|", "- ", "  ", "\n", "\n\n", "```", "---",
     "问题", "答案", "关联文档", "？", "如何", "[a](b)", "<details>", "<summary>", "</summary>",
     "</details>", "<!--", "-->", ">", "1. ", "\\", "`", "[", "]: ", "{#a}", "\r",
     "\t", "\u200b", "a"]
)  # fmt: skip


@settings(max_examples=1_500, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_arrangement_of_markup_gives_entries_that_stand_in_the_file(text: str) -> None:
    entries, refused = parse_faq(SourceFile("a.md", text.encode()), source="help")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.question
        assert entry.answer.strip()
        assert 1 <= entry.line_start <= entry.line_end <= len(lines)
        shown = "\n".join(lines[entry.line_start - 1 : entry.line_end])
        assert all(word in shown for word in entry.answer.replace("|", " ").split())
    assert all(1 <= bad.line <= len(lines) for bad in refused)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    entries, refused = parse_faq(SourceFile("a.md", data), source="help")
    assert all(entry.answer for entry in entries)
    assert len(refused) <= 1 or all(bad.reason for bad in refused)
