"""Files that include others: what stands where, and what is never shown when it cannot be read."""

from collections.abc import Callable

import pytest

from pipelines.faq.parsed import ParsedFile
from pipelines.records import Link

Parse = Callable[..., ParsedFile]

TREE = {
    "faq/a.md": "",
    "faq/part.md": "---\nowner: 王\n---\n扫码，见[指南](guide.md)。\n",
    "faq/two words.md": "两个词。\n",
    "shared/login.md": "先\n\n{% include ../faq/part.md %}\n",
    "shared/questions.md": "## 能改名吗？\n\n能，见[b](b.md)。\n",
    "faq/circle.md": "转\n\n!include circle.md\n",
    "faq/bad.md": "a\0b",
    **{f"deep/{n}.md": f"{n}\n\n--8<-- \"{n + 1}.md\"\n" for n in range(12)},
}  # fmt: skip


def _read(path: str) -> bytes | None:
    return TREE[path].encode() if path in TREE else None


@pytest.mark.parametrize(
    "line",
    [
        '--8<-- "part.md"', "--8<-- 'part.md'", '{% include "part.md" %}', "{% include part.md %}",
        "{%- include_relative part.md -%}", "[!INCLUDE [the title](part.md)]",
        "[!include[](<part.md>)]", "{!part.md!}", "!include part.md", "<!-- include: part.md -->",
        '<!-- #include file="part.md" -->', "{{< include part.md >}}", '{{% include "part.md" %}}',
        '@import "part.md"', '--8<-- "/faq/part.md"', '--8<-- "../faq/./part.md"',
        "{% include ..\\faq\\part.md %}", '  --8<-- "part.md"',
    ],
)  # fmt: skip
def test_every_way_to_include_a_file_is_understood(parse: Parse, line: str) -> None:
    text = f"# 帮助\n\n## 如何登录？\n\n{line}\n\n谢谢。\n"
    parsed = parse(text, "faq/a.md", "https://e.cn", include=_read)
    assert parsed.quarantined == ()
    (entry,) = parsed.entries
    assert entry.answer == "扫码，见[指南](guide.md)。\n\n谢谢。"
    assert (entry.path, entry.line_start, entry.line_end) == ("faq/a.md", 3, 7)
    assert entry.links == (Link("指南", "https://e.cn/faq/guide.md"),)
    assert entry.review.owner == ""


@pytest.mark.parametrize("line", ['--8<-- "two words.md"', "[!INCLUDE [a](two%20words.md)]"])
def test_a_name_may_hold_spaces(parse: Parse, line: str) -> None:
    (entry,) = parse(f"## 如何？\n\n{line}\n", "faq/a.md", include=_read).entries
    assert entry.answer == "两个词。"


def test_entries_stand_in_the_file_that_holds_them(parse: Parse) -> None:
    text = '## 如何登录？\n\n--8<-- "../shared/login.md"\n\n--8<-- "../shared/questions.md"\n'
    parsed = parse(text, "faq/a.md", "https://e.cn", include=_read)
    login, rename = parsed.entries
    assert login.answer == "先\n\n扫码，见[指南](guide.md)。"
    assert (login.path, login.line_start, login.line_end) == ("faq/a.md", 1, 3)
    assert login.links == (Link("指南", "https://e.cn/faq/guide.md"),)
    assert (rename.path, rename.line_start, rename.line_end) == ("shared/questions.md", 1, 3)
    assert rename.links == (Link("b", "https://e.cn/shared/b.md"),)


def test_links_resolve_from_the_line_they_stand_on(parse: Parse) -> None:
    text = '## 如何？\n\n甲[a](a.md)\n--8<-- "../shared/questions.md"\n'
    tree = {"shared/questions.md": b"[b](b.md)\n[c](c.md)"}
    (entry,) = parse(text, "faq/x.md", "https://e.cn", include=tree.get).entries
    assert [link.url for link in entry.links] == [
        "https://e.cn/faq/a.md", "https://e.cn/shared/b.md", "https://e.cn/shared/c.md",
    ]  # fmt: skip


def test_what_a_list_item_includes_belongs_to_it(parse: Parse) -> None:
    text = '## 如何？\n\n1. 一\n\n   --8<-- "part.md"\n\n2. 二\n'
    (entry,) = parse(text, "faq/a.md", include=_read).entries
    assert entry.answer == "1. 一\n\n   扫码，见[指南](guide.md)。\n\n2. 二"


@pytest.mark.parametrize(
    "text",
    ['```\n--8<-- "part.md"\n```', '    --8<-- "part.md"', "`{% include part.md %}` 即可",
     '<!--\n--8<-- "part.md"\n-->\n\n见 `{!part.md!}`', "!include 是一个指令",
     "<!-- include: 截图 -->\n\n好"],
)  # fmt: skip
def test_code_and_words_about_including_include_nothing(parse: Parse, text: str) -> None:
    parsed = parse(f"## 如何？\n\n见下。\n\n{text}\n", "faq/a.md", include=_read)
    assert (parsed.quarantined, parsed.remarks) == ((), ())
    assert parsed.entries[0].answer == f"见下。\n\n{text}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('--8<-- "none.md"', "not in the source"),
        ('--8<-- "../../etc/passwd"', "outside the source's folder"),
        ('--8<-- "/../faq/none.md"', "outside the source's folder"),
        ("{% include ../faq/bad.md %}", "cannot be read"),
        ('--8<-- "circle.md"', "the file it stands in"),
        ('--8<-- "a.md"', "the file it stands in"),
        ('--8<-- "../deep/0.md"', "over 8 levels"),
        ("见 {% include part.md %}。", "a line of its own"),
        ("{% include part.md lang='zh' %}", "a line of its own"),
        ('> --8<-- "part.md"', "a line of its own"),
        ("[!INCLUDE [a](part.md)] 和别的", "a line of its own"),
        ("<!-- include: none.md -->", "not in the source"),
        ("| 甲 | {!part.md!} |\n|---|---|", "a line of its own"),
        ("<div>\n{% include none.md %}\n</div>", "not in the source"),
    ],
)
def test_an_entry_that_includes_what_cannot_be_read_is_not_shown(
    parse: Parse, line: str, reason: str
) -> None:
    text = f"# 帮助\n\n## 如何登录？\n\n先。\n\n{line}\n\n## 如何退出？\n\n点头像。\n"
    parsed = parse(text, "faq/a.md", include=_read)
    assert [entry.question for entry in parsed.entries] == ["如何退出？"]
    (refused,) = parsed.quarantined
    assert (refused.path, refused.line, refused.excerpt[:5]) == ("faq/a.md", 3, "## 如何")
    assert reason in refused.reason
    (remark,) = parsed.remarks
    assert (remark.rule, remark.message) == ("unresolved-include", refused.reason)


def test_outside_entries_an_unreadable_include_is_only_remarked_on(parse: Parse) -> None:
    text = "# 帮助\n\n{% include header.html %}\n\n## 如何登录？\n\n扫码。\n"
    parsed = parse(text, "faq/a.md", include=_read)
    assert [entry.answer for entry in parsed.entries] == ["扫码。"]
    assert parsed.quarantined == ()
    assert [(r.rule, r.path, r.line) for r in parsed.remarks] == [
        ("unresolved-include", "faq/a.md", 3)
    ]


def test_a_remark_names_the_file_in_which_the_line_stands(parse: Parse) -> None:
    tree = {"b.md": "甲\n\n--8<-- \"none.md\"\n".encode()}  # fmt: skip
    parsed = parse('## 如何？\n\n--8<-- "b.md"\n', "a.md", include=tree.get)
    assert [(r.path, r.line) for r in parsed.remarks] == [("b.md", 3)]
    assert [(bad.path, bad.line) for bad in parsed.quarantined] == [("a.md", 1)]


def test_without_a_tree_nothing_is_included(parse: Parse) -> None:
    parsed = parse('## 如何？\n\n--8<-- "part.md"\n')
    assert parsed.entries == ()
    assert len(parsed.quarantined) == 1
