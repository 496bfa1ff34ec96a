"""Changelogs that nobody would write: nothing is lost, nothing invented, nothing raised."""

import random
import re
import time
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.changelog.comparison import differences
from pipelines.changelog.headings import version_key
from pipelines.changelog.published import Line, published
from pipelines.changelog.releases import Release
from pipelines.changelog.sections import parse_changelog
from pipelines.text import clean
from tests.pace import timed

CATEGORIES = ("Added", "Changed", "Fixed", "Removed", "Security", "新增", "修复")
PIECES = st.sampled_from(
    ["# ", "## ", "### ", "1.2.0", "v2.0.0", "[Unreleased]", " - 2026-01-02", "**1.2.0**", "**",
     "\n", "\n\n", "- ", "* ", "  ", "    ", "1. ", "1、", "（1）", "• ", "```", "~~~", "---",
     "===", "~~~~", "[a]: https://x/y", "[#1] ", "feat(a): ", "**api:** ", "修复：", "【新增】",
     "Fixed:", "✨", "<details>", "<summary>", "</summary>", "</details>", "<h2>", "</h2>", "<ul>",
     "<li>", "</li>", "</ul>", "<!--", "-->", "| a | b |", "|-|-|", "| 版本 | 内容 |", "Table",
     "::", ".. a::", "> ", "\t", "\r\n", "\u200b", "\u3000", "Ｖ１．２．０", "= 1.2.0 =", "** Bug",
     "-- a <b> 2026-01-02", "a", "lark (1.2.0) unstable; urgency=low", "@lark/a@1.2.0",
     "2026-01-02", "{: a}", "@bob", "\x1b[31m", "<table>", "<tr><td>", "</table>", "\n1 1.2.0\n",
     "\n1.1 a\n", "\n1.1.1 b\n", "Changes between 1.0 and ", "o ", "Backends:", "【修复】", "；"]
)  # fmt: skip
# Words of a change: no marks, and never the same twice.
WORDS = st.text("abcdefg 中文字深色模式导出", min_size=1, max_size=12).map(
    lambda text: f"x{' '.join(text.split())}"
)
BULLETS = st.lists(st.tuples(st.sampled_from(CATEGORIES), WORDS), min_size=1, max_size=6)
MARKS = re.compile(r"^(?:[\s>#*-]|_{3})+")
FEW = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@FEW
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_read_and_its_bullets_stand_in_it(text: str) -> None:
    started = time.process_time()
    sections = parse_changelog(text)
    if time.process_time() - started >= 1:
        parse_changelog.cache_clear()
        sections, seconds = timed(lambda: parse_changelog(text))
        assert seconds < 1
    there = clean(text)
    for section in sections:
        assert 1 <= section.line <= there.count("\n") + 1
        for bullet in section.bullets:
            assert 1 <= bullet.line <= there.count("\n") + 1
            assert bullet.text.strip()
            # Tags that structure the text go, and what stood beside them meets.
            for line in bullet.text.split("\n") if "<" not in there else ():
                assert all(word in there for word in MARKS.sub("", line).split())


def written(history: list[list[tuple[str, str]]]) -> tuple[str, set[tuple[str, str, str]]]:
    """Return a Keep a Changelog file of releases, newest first, and the facts that stand in it."""
    parts, facts = ["# Changelog\n"], set()
    for number in range(len(history), 0, -1):
        parts.append(f"## [{number}.0.0] - 2026-01-{number:02}\n")
        for category in dict.fromkeys(category for category, _ in history[number - 1]):
            parts.append(f"### {category}\n")
            for place, (other, text) in enumerate(history[number - 1]):
                if other == category:
                    said = f"{text} n{number}p{place}"
                    parts.append(f"- {said}")
                    facts.add((f"{number}.0.0", category, said))
            parts.append("")
    return "\n".join(parts), facts


@FEW
@given(st.lists(BULLETS, min_size=1, max_size=5))
def test_no_bullet_is_lost_and_none_invented(history: list[list[tuple[str, str]]]) -> None:
    text, facts = written(history)
    read = [
        (section.version, bullet.category, bullet.text)
        for section in parse_changelog(text)
        for bullet in section.bullets
    ]
    assert len(read) == len(set(read))
    assert set(read) == facts


def lines_at(text: str, number: int) -> list[Line]:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    release = Release(f"v{number}.0.0", f"{number}.0.0", "0" * 40, at, at.date(), "")
    existing = {version_key(f"{one}.0.0") for one in range(1, number + 1)}
    return list(published(text, release, existing).lines)


def test_a_section_rewritten_by_an_adversary_costs_little() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    before, now = (
        "## 1.0.0\n" + "".join(f"- {''.join(chance.choices('ab', k=1_500))}\n" for _ in range(200))
        for _ in range(2)
    )
    olds, news = lines_at(before, 2), lines_at(now, 2)
    own = version_key("2.0.0")
    found, seconds = timed(lambda: list(differences(olds, news, own=own, borrowed=())))
    assert len(found) == 200
    assert seconds < 5


@FEW
@given(st.lists(BULLETS, min_size=2, max_size=4), st.data())
def test_edits_of_old_sections_invent_nothing(
    history: list[list[tuple[str, str]]], data: st.DataObject
) -> None:
    """The newest release adds all of its bullets; what was edited in the others is `changed`."""
    before, _ = written(history[:-1])
    edited = [list(release) for release in history]
    for _ in range(data.draw(st.integers(0, 3))):
        release = edited[data.draw(st.integers(0, len(edited) - 2))]
        place = data.draw(st.integers(0, len(release) - 1))
        release[place] = (release[place][0], data.draw(WORDS))
    now, facts = written(edited)
    last = len(history)
    found = list(
        differences(
            lines_at(before, last - 1),
            lines_at(now, last),
            own=version_key(f"{last}.0.0"),
            borrowed=(),
        )
    )
    added = {(line.version, line.category, line.text) for kind, line, _ in found if kind == "added"}
    assert added == {fact for fact in facts if fact[0] == f"{last}.0.0"}
    assert all(kind != "removed" for kind, _, _ in found)
    for kind, line, old in found:
        assert kind == "added" or (old is not None and line.text != old.text)
