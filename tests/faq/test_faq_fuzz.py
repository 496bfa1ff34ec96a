"""Documents that nobody would write: read or refused, never an exception, never a made-up answer.

`--hypothesis-profile=long` tries a hundred times as many, other ones each time.
"""

import random
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.faq.markdown.entries import read_file
from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry
from pipelines.sources.files import SourceFile
from tests.pace import timed

SAMPLES = sorted((Path(__file__).parent.parent.parent / "kb_sources" / "faq").rglob("*.md"))
LONG = settings.get_current_profile_name() == "long"

PIECES = st.sampled_from(
    ["#", "## ", "### ", "**", "Q：", "A: ", "Q1. ", "**Q**", "**A**：", "|", "|-|-|",
     "| a | b |", "- ", "  ", "    ", "\n", "\n\n", "\n", "\n\n", "```", "~~~", "---", "===",
     "问题", "答案", "关联文档", "相似问题：", "？", "如何", "[a](b)", "<a href='x'>", "</a>",
     "<a name='x'></a>", "{#a}", "<details>", "<summary>", "</summary>", "</details>", "<!--",
     "-->", "<!-- status: draft -->", "<!-- 状态：草稿 -->", "<!-- question: 为何？ -->",
     "<!-- answer -->\n", "<!-- /answer -->\n", "<!-- answer x -->\n", "<!-- include: a.md -->",
     "--8<-- \"a.md\"", "{% include a.md %}", "<table>", "<tr>", "<td>", "</td>", "</tr>",
     "</table>", "<th>问题</th>", "<th>答案</th>", "<div>", ">", "> ", "1. ", "\\", "`", "[",
     "]: ", "![", "&amp;", "\r", "\r\n", "\t", "\u200b", "\u202e", "\u3000", "\u2028", "\x1b[31m",
     "\x0b", "\x1c", "a", "[^1]", "\n[^1]: ", "status: draft", "tags: [a]", "\ufeff", "İ"]
)  # fmt: skip


def _read(data: bytes) -> ParsedFile:
    """Read a file in less than a second of processor time, at the pace of a quiet machine."""
    started = time.process_time()
    parsed = read_file(SourceFile("a.md", data), source="help")
    if time.process_time() - started >= 1:
        parsed, seconds = timed(lambda: read_file(SourceFile("a.md", data), source="help"))
        assert seconds < 1
    return parsed


def _check(data: bytes) -> None:
    parsed = _read(data)
    if any(remark.rule == "unreadable" for remark in parsed.remarks):
        assert parsed.entries == ()
        assert len(parsed.quarantined) == 1
        return
    text = _text(data)
    lines = text.split("\n")
    for place in (*parsed.quarantined, *parsed.remarks):
        assert 1 <= place.line <= len(lines)
    for entry in parsed.entries:
        assert 1 <= entry.line_start <= entry.line_end <= len(lines)
        assert entry.question == " ".join(entry.question.split())
        assert entry.question
        _check_answer(entry, text, lines)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_answer(entry: FaqEntry, text: str, lines: list[str]) -> None:
    """The answer is the author's, byte for byte.

    What is taken out of its middle leaves an empty line, a list item loses its indentation, and a
    cell of a table the `\\` before its `|`. Footnotes stand behind it without their colon.
    """
    assert entry.answer.strip()
    text, lines = text.replace("[^1]:", "[^1]"), [line.replace("[^1]:", "[^1]") for line in lines]
    if entry.answer in text:
        return
    unescaped = text.replace("\\|", "|")
    for part in entry.answer.split("\n\n"):
        if part not in text and part not in unescaped:
            assert all(
                line.strip() in text or line.strip() in unescaped for line in part.split("\n")
            )
    if "\\|" not in text:
        shown = "\n".join(lines[entry.line_start - 1 : entry.line_end])
        assert all(line.strip() in shown for line in entry.answer.split("\n"))


@settings(
    max_examples=settings().max_examples if LONG else 1_500, deadline=None, derandomize=not LONG
)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_arrangement_of_markup_gives_entries_that_stand_in_the_file(text: str) -> None:
    _check(text.encode())


INCLUDING = st.lists(
    st.one_of(
        PIECES, st.sampled_from(['\n\n--8<-- "b.md"\n\n', "\n{!a.md!}\n", "\n!include c.md\n"])
    ),
    max_size=30,
).map("".join)


@settings(
    max_examples=settings().max_examples // 4 if LONG else 400, deadline=None, derandomize=not LONG
)
@given(INCLUDING, INCLUDING)
def test_files_that_include_each_other_give_entries_that_stand_in_them(one: str, two: str) -> None:
    tree = {"a.md": one.encode(), "b.md": two.encode()}
    parsed = read_file(SourceFile("a.md", tree["a.md"]), source="help", include=tree.get)
    last = {name: _text(data).count("\n") + 1 for name, data in tree.items()}
    for entry in parsed.entries:
        assert 1 <= entry.line_start <= entry.line_end <= last[entry.path]
    for place in (*parsed.quarantined, *parsed.remarks):
        assert 1 <= place.line <= last[place.path]


@settings(
    max_examples=settings().max_examples // 10 if LONG else 150,
    deadline=None,
    derandomize=not LONG,
)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(1, 4_000))
def test_any_markup_over_and_over_is_read_or_refused_in_time(text: str, times: int) -> None:
    parsed = _read((text * times).encode())
    assert all(entry.answer.strip() for entry in parsed.entries)


@settings(
    max_examples=settings().max_examples if LONG else 400, deadline=None, derandomize=not LONG
)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _check(data)


@settings(
    max_examples=settings().max_examples // 2 if LONG else 300,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32), st.lists(PIECES, max_size=8))
def test_real_files_with_damage_are_read_or_refused(
    sample: Path, seed: int, pieces: list[str]
) -> None:
    text = sample.read_text(encoding="utf-8")
    chance = random.Random(seed)  # noqa: S311 - no secret
    for piece in pieces:
        first, second, third = sorted(chance.randrange(len(text) + 1) for _ in range(3))
        text = chance.choice(
            (
                text[:first] + piece + text[first:],
                text[:first] + text[second:],
                text[:first] + text[second:third] + text[first:second] + text[third:],
                text[:second] + text[first:],
            )
        )[:50_000]
    _check(text.encode())
