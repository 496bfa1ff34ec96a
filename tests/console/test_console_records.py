"""What a version holds, and how two of them differ."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.chunking import faq_chunks
from pipelines.gateway.console.differences import Edit, details, differences, history
from pipelines.gateway.console.records import chunks_of, html_of_record, listing, version_of
from pipelines.records import Review
from pipelines.warehouse import Warehouse
from tests.console.company import Two, record_titled
from tests.enrichment.entries import entry
from tests.small_index import release


def test_changes_are_listed_by_what_they_say_and_an_faq_in_the_order_of_its_file(two: Two) -> None:
    version = version_of(two.warehouse, two.second)
    entries = listing(version, "faq")
    assert [one.line for one in entries] == sorted(one.line for one in entries)
    newest, _ = listing(version, "changelog")
    assert newest.title == "单个文件的上传上限从 2 GB 提高到 5 GB，网页版和手机端相同"
    assert (newest.version, newest.path) == ("2.4.0", "CHANGELOG.md")


def test_two_versions_differ_in_the_words_that_were_edited(two: Two) -> None:
    before, after = (version_of(two.warehouse, name) for name in (two.first, two.second))
    found = {one.record.title: one for one in differences(before, after)}
    assert {title: one.kind for title, one in found.items()} == {
        "忘记登录密码了怎么找回？": "changed",
        "注销账号后还能恢复吗？": "added",
    }
    changed = found["忘记登录密码了怎么找回？"]
    (detail,) = details(before, after, [changed])
    assert edited(detail.words) == {"text": [("removed", "10"), ("added", "15")]}
    assert {one.kind for one in differences(after, before)} == {"changed", "removed"}
    assert differences(after, after) == ()


def edited(words: Edit) -> dict[str, list[tuple[str, str]]]:
    """Return what came and went, part by part."""
    return {
        part: [(piece.kind, piece.text) for piece in pieces if piece.kind != "same"]
        for part, pieces in words.items()
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"similar_questions": ("怎么拉人？", "怎么加人？")},
            {"similar": [("added", "\n怎么加人？")]},
        ),
        ({"review": Review(not_for=("怎么请假？",))}, {"not_for": [("added", "怎么请假？")]}),
        ({"question": "怎么邀请同事呢？"}, {"title": [("added", "呢")]}),
        ({"line_start": 9, "line_end": 9}, {}),
    ],
)
def test_a_record_differs_in_all_that_it_asks(
    tmp_path: Path, changed: dict[str, Any], words: dict[str, list[tuple[str, str]]]
) -> None:
    asked = entry("怎么邀请同事？", "发链接。", ("怎么拉人？",))
    warehouse = Warehouse(tmp_path)
    published = [
        release(warehouse, faq_chunks(one)).manifest.version
        for one in (asked, replace(asked, **changed))
    ]
    before, after = (version_of(warehouse, str(name)) for name in published)
    (found,) = differences(before, after)
    assert found.kind == "changed"
    (detail,) = details(before, after, [found])
    assert edited(detail.words) == words
    first, second = history([before, after], asked.id)
    assert (first.state, second.state) == ("first", "changed" if words else "same")
    assert edited(second.words) == words


def test_a_record_knows_which_versions_held_it(two: Two) -> None:
    versions = [version_of(two.warehouse, name) for name in (two.first, two.second)]
    states = {
        words: [held.state for held in history(versions, record_titled(versions[1], words))]
        for words in ("忘记登录密码", "注销账号", "invite teammates")
    }
    assert states == {
        "忘记登录密码": ["first", "changed"],
        "注销账号": ["absent", "first"],
        "invite teammates": ["first", "same"],
    }


def test_an_image_of_an_author_is_its_text_and_no_request(two: Two) -> None:
    version = version_of(two.warehouse, two.second)
    chunk = chunks_of(version, record_titled(version, "这段文字"))[0]
    html = html_of_record(two.settings, chunk, chunk.text + ' ![<b>"图"</b>](https://e.example/x)')
    assert "<img" not in html
    assert '<span class="image">图</span>' in html
    assert 'href="javascript' not in html
