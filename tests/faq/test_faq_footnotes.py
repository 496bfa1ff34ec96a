"""Footnotes: their texts stand behind the answers that cite them, and are no links."""

from collections.abc import Callable

import pytest

from pipelines.faq.manuscript import manuscript
from pipelines.faq.parsed import ParsedFile
from pipelines.html import html_of
from pipelines.records import FaqEntry, Link, Quarantined

Parse = Callable[..., ParsedFile]
Read = Callable[..., tuple[list[FaqEntry], list[Quarantined]]]

# What is written -> the answers that are read.
WRITTEN = {
    "below the last answer": (
        "## 多久到账？\n\n七天内[^1]。\n\n## 能退吗？\n\n能。\n\n[^1]: 含周末和法定节假日。\n",
        ["七天内[^1]。\n\n[^1] 含周末和法定节假日。", "能。"],
    ),
    "right below its paragraph, with more below": (
        "## How long?\n\nA week[^1].\n[^1]: Business days only.\n\nAt most.\n",
        ["A week[^1].\n\nAt most.\n\n[^1] Business days only."],
    ),
    "of several paragraphs": (
        "## How long?\n\nA week[^note].\n\n[^note]: Business days\n    only.\n\n    - None else.\n",
        ["A week[^note].\n\n[^note] Business days\nonly.\n\n- None else."],
    ),
    "cited by another, and by two answers": (
        "## 多久？\n\n七天[^b]。\n\n## 能退吗？\n\n能[^a]。\n\n[^a]: 见乙[^b]。\n[^b]: 含周末。\n",
        ["七天[^b]。\n\n[^b] 含周末。", "能[^a]。\n\n[^a] 见乙[^b]。\n\n[^b] 含周末。"],
    ),
    "counted from one again in each section": (
        "## 多久？\n\n七天[^1]。\n\n[^1]: 含周末。\n\n## 能退吗？\n\n能[^1]。\n\n[^1]: 凭小票。\n",
        ["七天[^1]。\n\n[^1] 含周末。", "能[^1]。\n\n[^1] 凭小票。"],
    ),
    "cited by a question": (
        "## 多久到账[^1]？\n\n七天内。\n\n[^1]: 含周末。\n",
        ["七天内。\n\n[^1] 含周末。"],
    ),
    "cited in a table": (
        "| 问题 | 答案 |\n|---|---|\n| 多久？ | 七天[^1] |\n\n[^1]: 含周末。\n",
        ["七天[^1]\n\n[^1] 含周末。"],
    ),
    "in the item of a list": (
        "1. 多久？\n\n   七天[^1]。\n\n   [^1]: 含\n       周末。\n\n2. 能退吗？\n\n   能。\n",
        ["七天[^1]。\n\n[^1] 含\n周末。", "能。"],
    ),
    "below the last rule": (
        "## 多久？\n\n七天[^1]。\n\n## 能退吗？\n\n能。\n\n## 要钱吗？\n\n不要。\n\n---\n\n"
        "[^1]: 含周末。\n\n客服电话 400。\n",
        ["七天[^1]。\n\n[^1] 含周末。", "能。", "不要。"],
    ),
    "cited by nobody, or in code only": (
        "## 多久？\n\n七天，写作 `[^1]`。\n\n[^1]: 含周末。\n",
        ["七天，写作 `[^1]`。"],
    ),
    "never written": ("## 多久？\n\n七天[^1]。\n", ["七天[^1]。"]),
    "in a marked answer": (
        "## 多久？\n\n<!-- answer -->\n七天[^1]。\n\n[^1]: 含周末。\n<!-- /answer -->\n\n"
        "## 能退吗？\n\n能[^1]。\n",
        ["七天[^1]。\n\n[^1]: 含周末。", "能[^1]。"],
    ),
}


@pytest.mark.parametrize("place", WRITTEN)
def test_a_footnote_stands_behind_each_answer_that_cites_it(read: Read, place: str) -> None:
    text, answers = WRITTEN[place]
    entries, refused = read(text, base_url="https://help.example.com")
    assert refused == []
    assert [entry.answer for entry in entries] == answers
    assert [entry.links for entry in entries] == [()] * len(answers)
    assert all("[" not in entry.question for entry in entries)


def test_an_entry_with_a_footnote_ends_where_its_answer_does(read: Read) -> None:
    (entry,), _ = read("## 多久？\n\n七天[^1]。\n\n[^1]: 含周末。\n")
    assert (entry.line_start, entry.line_end) == (1, 3)


def test_the_links_of_a_footnote_are_those_of_the_answer_that_cites_it(read: Read) -> None:
    (one, other), _ = read(
        "## 多久？\n\n[七天](a.md)[^1]。\n\n## 能退吗？\n\n能，见[规则]。\n\n"
        "[^1]: 见[日历](b.md)。\n\n[规则]: c.md\n"
    )
    assert one.links == (Link("七天", "a.md"), Link("日历", "b.md"))
    assert other.links == (Link("规则", "c.md"),)


@pytest.mark.parametrize("label", ["^1", "^含 空格"])
def test_what_is_called_like_a_footnote_is_no_link(read: Read, label: str) -> None:
    (entry,), _ = read(f"## 多久？\n\n七天[{label}]。\n\n[{label}]: 含周末\n")
    assert entry.links == ()
    assert "含周末" in entry.answer


def test_an_answer_with_a_footnote_comes_back_from_markdown(parse: Parse) -> None:
    before = parse(WRITTEN["cited by another, and by two answers"][0]).entries
    written = manuscript(before, path="help.md")
    after = parse(written.text).entries
    assert written.explicit == 0
    assert [entry.answer for entry in after] == [entry.answer for entry in before]


def test_a_footnote_is_no_answer_by_itself(read: Read) -> None:
    entries, refused = read("## 多久到账[^1]？\n\n## 能退吗？\n\n能。\n\n[^1]: 含周末。\n")
    assert [entry.question for entry in entries] == ["能退吗？"]
    assert len(refused) == 1


def test_the_text_of_a_footnote_is_no_address_in_the_html_either() -> None:
    base = "https://help.example.com/docs/"

    html = html_of("七天[^1]，见[规则]。\n\n[^1]: 含周末\n\n[规则]: a.md\n", base_url=base)

    assert html == (
        f'<p>七天[^1]，见<a href="{base}a.md" rel="noopener noreferrer nofollow">规则</a>。</p>\n'
        "<p>[^1]: 含周末</p>\n"
    )
