"""What the lint finds in an FAQ, where, and what it leaves alone."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from pipelines.faq.lint import ERRORS, lint, severity
from pipelines.faq.parsed import ParsedFile, Remark, Rule
from pipelines.faq.pull import read_tree
from pipelines.records import FaqEntry, Link, Quarantined, Review
from pipelines.sources.files import SourceFile
from pipelines.sources.folder import FolderTree
from tests.pace import timed

TODAY = date(2026, 11, 20)
Found = list[tuple[Rule, str, int]]
Linted = Callable[..., list[Remark]]


@pytest.fixture
def linted(tmp_path: Path) -> Linted:
    """Write files of the given texts into a folder, and lint it."""

    def lint_texts(files: dict[str, str | bytes]) -> list[Remark]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        tree = FolderTree(tmp_path, "**/*.md", source="help")
        return lint(read_tree(tree, source="help"), tree, TODAY)

    return lint_texts


def places(remarks: list[Remark]) -> Found:
    return [(remark.rule, remark.path, remark.line) for remark in remarks]


def answered(answer: str, question: str = "怎么退款？") -> str:
    return f"# 常见问题\n\n## {question}\n\n{answer}\n"


def test_a_sound_faq_gives_no_remark(linted: Linted) -> None:
    text = answered("在[账单](billing.md)里申请。\n\n![图](img/a.png)")
    assert linted({"a.md": text, "billing.md": "账单说明\n", "img/a.png": b"\x89PNG\0"}) == []


def test_every_rule_is_an_error_or_a_warning() -> None:
    assert set(get_args(Rule)) >= ERRORS
    assert {rule: severity(rule) for rule in get_args(Rule)} == {
        "missing-answer": "error",
        "duplicate-question": "warning",
        "conflicting-answers": "error",
        "told-by-heading": "warning",
        "dead-link": "error",
        "long-answer": "warning",
        "expired": "warning",
        "contradictory-example": "warning",
        "not-a-question": "warning",
        "unresolved-include": "error",
        "unreadable": "error",
    }


def test_a_question_without_an_answer_is_found(linted: Linted) -> None:
    text = answered("可以。") + "\n## 怎么开票？\n"
    assert places(linted({"a.md": text})) == [("missing-answer", "a.md", 7)]


@pytest.mark.parametrize("answer", ["TODO", "待补充。", "**TBD**", "（待完善）", "TODO..."])
def test_a_placeholder_is_no_answer(answer: str, linted: Linted) -> None:
    (remark,) = linted({"a.md": answered(answer)})
    assert places([remark]) == [("missing-answer", "a.md", 3)]
    assert answer in remark.message


@pytest.mark.parametrize("answer", ["暂无。", "To do so, open Settings.", "待补充材料请发邮件。"])
def test_a_short_answer_is_one(answer: str, linted: Linted) -> None:
    assert linted({"a.md": answered(answer)}) == []


def test_a_file_that_cannot_be_read_is_found_once(linted: Linted) -> None:
    assert places(linted({"a.md": b"\xff\xfe\x00"})) == [("unreadable", "a.md", 1)]


def test_what_the_parser_refuses_and_remarks_is_told_once() -> None:
    both = Quarantined("faq", "help", "a.md", 3, "the question has no answer", "x", "d")
    alone = Quarantined("faq", "help", "a.md", 9, "the code fence is never closed", "x", "d")
    remark = Remark("missing-answer", "a.md", 3, "the question has no answer")
    include = Remark("unresolved-include", "b.md", 1, "there is no such file")
    file = ParsedFile((), (both, alone), (remark, include))
    found = lint([file], FolderTree(Path(__file__).parent, "*.md", source="help"), TODAY)
    assert found == [
        remark,
        Remark("unreadable", "a.md", 9, "the code fence is never closed"),
        include,
    ]


def test_an_include_of_nothing_is_found(linted: Linted) -> None:
    text = answered('先看说明。\n\n--8<-- "parts/none.md"')
    assert places(linted({"a.md": text})) == [("unresolved-include", "a.md", 7)]


def test_the_same_question_with_the_same_answer_is_found_with_its_other_place(
    linted: Linted,
) -> None:
    files = {"a.md": answered("在账单里申请。"), "b.md": answered("在账单里 申请。", "怎么退款")}
    (remark,) = linted(files)
    assert places([remark]) == [("duplicate-question", "b.md", 3)]
    assert "`a.md:3`" in remark.message


def test_the_same_question_with_another_answer_is_a_conflict(linted: Linted) -> None:
    files = {"a.md": answered("三日内到账。"), "b.md": answered("五日内到账。")}
    (remark,) = linted(files)
    assert places([remark]) == [("conflicting-answers", "b.md", 3)]
    assert "`怎么退款？` is asked at `a.md:3` too" in remark.message


def test_headings_that_tell_contradicting_entries_apart_make_it_a_warning(linted: Linted) -> None:
    disk, host = (
        f"# {name}\n\n## 怎么退款？\n\n{name}三日内到账。\n" for name in ("云盘", "云主机")
    )
    (remark,) = linted({"a.md": disk + host})
    assert places([remark]) == [("told-by-heading", "a.md", 8)]
    assert "`云盘：怎么退款？` and `云主机：怎么退款？`" in remark.message
    assert severity(remark.rule) == "warning"


def test_an_answer_that_only_links_elsewhere_is_the_same(linted: Linted) -> None:
    one = answered("见[账单](https://a.example/1)，**三日**内到账。")
    other = answered("见[账单](https://a.example/2)，三日内到账。")
    assert places(linted({"a.md": one, "b.md": other})) == [("duplicate-question", "b.md", 3)]


def test_a_similar_question_that_another_entry_asks_is_found_at_its_line(linted: Linted) -> None:
    similar = answered("三日内到账。\n\n相似问法：\n\n- 钱退到哪里\n- 多久到账？", "怎么退款？")
    conflict = linted({"a.md": similar, "b.md": answered("五日内到账。", "多久到账？")})
    assert places(conflict) == [("conflicting-answers", "b.md", 3)]
    files = {"a.md": answered("三日内到账。", "多久到账？"), "b.md": similar}
    assert places(linted(files)) == [("duplicate-question", "b.md", 10)]


def test_wordings_that_are_only_similar_to_both_are_left_alone(linted: Linted) -> None:
    one = answered("三日内到账。\n\n相似问法：\n\n- 多久", "退款多久到账？")
    other = answered("五日内寄出。\n\n相似问法：\n\n- 多久", "发票多久寄出？")
    assert linted({"a.md": one, "b.md": other}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status: draft", "owner: li"),
        ("valid_until: 2026-12-31", "valid_from: 2027-01-01"),
        ("product: 桌面版", "product: 手机版"),
    ],
)
def test_entries_that_no_customer_gets_both_of_do_not_conflict(
    one: str, other: str, linted: Linted
) -> None:
    files = {
        "a.md": f"---\n{one}\n---\n{answered('三日内到账。')}",
        "b.md": f"---\n{other}\n---\n{answered('五日内到账。')}",
    }
    assert linted(files) == []


def test_an_entry_that_is_over_is_found_but_conflicts_with_none(linted: Linted) -> None:
    over = f"---\nvalid_until: 2026-11-19\n---\n{answered('三日内到账。')}\n## 要发票吗？\n\n要。\n"
    (remark,) = linted({"a.md": over, "b.md": answered("五日内到账。")})
    assert places([remark]) == [("expired", "a.md", 6)]
    assert "this entry and 1 more of this file held until 2026-11-19" in remark.message


def test_the_last_day_is_not_over(linted: Linted) -> None:
    assert linted({"a.md": f"---\nvalid_until: 2026-11-20\n---\n{answered('可以。')}"}) == []


def test_a_long_answer_is_found(linted: Linted) -> None:
    long = "先打开控制台，再点费用中心。\n\n" * 250
    assert places(linted({"a.md": answered(long)})) == [("long-answer", "a.md", 3)]


DEAD = [
    "[账单](none.md)",
    "[账单](none.md#how)",
    "[账单](./none.md?tab=1)",
    "[账单](<no file.md>)",
    "[账单](no%20file.md)",
    "[账单](/none.md)",
    "[账单](/img/none.png)",
    "[账单](docs/none/)",
    "[账单](docs/none.html)",
    "![图](img/none.png)",
    '![图](img/none.png "费用中心")',
    '<img width="90" src="img/none.png">',
    "[![图](img/none.png)](billing.md)",
    "[账单](www.example.com/none)",
    "[账单](example.com)",
    "[账单](#没有这一节)",
]


@pytest.mark.parametrize("link", DEAD)
def test_a_link_to_what_is_not_there_is_found_on_its_line(link: str, linted: Linted) -> None:
    files = {"docs/a.md": answered(f"可以。\n\n再看{link}。"), "docs/billing.md": "账单\n"}
    assert places(linted(files)) == [("dead-link", "docs/a.md", 7)]


def test_a_dead_link_that_is_defined_elsewhere_is_found_where_it_is_defined(
    linted: Linted,
) -> None:
    text = answered("再看[账单][1]。") + "\n## 要发票吗？\n\n要。\n\n[1]: <none.md>\n"
    assert places(linted({"a.md": text})) == [("dead-link", "a.md", 11)]


ALIVE = [
    "[账单](billing.md)",
    "[账单](../docs/billing.md#how)",
    "[账单](<two words.md>)",
    "[账单](two%20words.md?tab=1)",
    "[账单](100%25.md)",
    "[账单](/docs/billing.md)",
    "[账单](billing)",
    "[账单](../billing/)",
    "[账单](billing.html)",
    "[账单](..)",
    "![图](../img/a.png)",
    '<a href="billing.md">账单</a>',
]


@pytest.mark.parametrize("link", ALIVE)
def test_a_link_to_what_is_there_is_left_alone(link: str, linted: Linted) -> None:
    files = {
        "docs/a.md": answered(f"再看{link}。"),
        "docs/billing.md": "账单\n",
        "docs/two words.md": "两个词\n",
        "docs/100%.md": "全部\n",
        "img/a.png": b"\x89PNG\0",
    }
    assert linted(files) == []


UNJUDGED = [
    "[官网](https://none.example/none.md)",
    "[官网](//none.example/none.md)",
    "[邮箱](mailto:a@none.example)",
    "[价格](/pricing)",
    "[上层](../../outside.md)",
    "[模板]({{site.url}}/none.md)",
    "[模板](@site/none.md)",
    "[编号](~~25431~~)",
    "[顶部](#top)",
    "[小节](#section-abc-123)",
    "`![图](none.png)`",
    "\n\n```\n![图](none.png) <img src='none.png'>\n```\n",
    "\n\n<!-- <img src='none.png'> -->\n",
]


@pytest.mark.parametrize("link", UNJUDGED)
def test_what_cannot_be_known_is_not_judged(link: str, linted: Linted) -> None:
    assert linted({"docs/a.md": answered(f"再看{link}。")}) == []


@pytest.mark.parametrize(
    "anchor",
    ["#怎么开票", "#怎么开票-1", "#%E6%80%8E%E4%B9%88%E5%BC%80%E7%A5%A8", "#2-怎么-开票"],
)
def test_a_link_to_a_heading_of_the_same_file_is_left_alone(anchor: str, linted: Linted) -> None:
    text = answered(f"先看[开票]({anchor})。") + "\n## 2. 怎么 **开票**？\n\n在控制台里。\n"
    assert linted({"a.md": text}) == []


def test_a_link_from_the_root_is_told_how_to_be_written(linted: Linted) -> None:
    files = {"docs/a.md": answered("[账单](docs/billing.md)"), "docs/billing.md": "账单\n"}
    (remark,) = linted(files)
    assert "write `/docs/billing.md`" in remark.message


def test_a_web_address_without_its_scheme_is_told_how_to_be_written(linted: Linted) -> None:
    (remark,) = linted({"a.md": answered("[官网](www.example.com)")})
    assert "write `https://` before it" in remark.message


def test_a_related_document_that_is_not_there_is_found(linted: Linted) -> None:
    text = answered("可以。\n\n相关文档：docs/none.md、docs/billing.md")
    found = linted({"a.md": text, "docs/billing.md": "账单\n"})
    assert places(found) == [("dead-link", "a.md", 7)]


def test_a_link_of_an_included_file_starts_from_that_file(linted: Linted) -> None:
    files = {
        "a.md": answered('可以。\n\n--8<-- "parts/more.md"'),
        "parts/more.md": "再看[账单](billing.md)。\n",
        "parts/billing.md": "账单\n",
    }
    assert linted(files) == []


def test_a_message_holds_no_terminal_control(linted: Linted) -> None:
    (remark,) = linted({"a.md": answered("![图](none\x1b]0;x\x07.png)")})
    assert "\x1b" not in remark.message
    assert "\n" not in remark.message


class _Counted:
    """A tree of no files that counts how often it is asked."""

    revision = ""

    def __init__(self) -> None:
        self.asked = 0

    def files(self) -> tuple[list[SourceFile], list[Quarantined]]:
        return [], []

    def read(self, path: str) -> bytes | None:
        del path
        return None

    def exists(self, path: str) -> bool:
        del path
        self.asked += 1
        return True


def entry(number: int, question: str, review: Review | None = None) -> FaqEntry:
    answer = f"{number}、在账单里申请，见[账单](billing.md)和![图](a.png)。" * 8
    links = (Link("账单", "billing.md"),)
    return FaqEntry(
        str(number), "help", "a.md", number * 9 + 1, number * 9 + 9, (), question,
        (f"另一种问法{number}",), answer, links, str(number), review or Review(),
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("kind", ["all different", "one question", "one question, other days"])
def test_ten_thousand_entries_take_under_three_seconds(kind: str) -> None:
    days = [date.fromordinal(TODAY.toordinal() + number) for number in range(10_000)]
    entries = tuple(
        entry(
            number,
            f"问题{number}？" if kind == "all different" else "怎么退款？",
            Review(valid_from=day, valid_until=day) if kind.endswith("days") else None,
        )
        for number, day in enumerate(days)
    )
    tree = _Counted()
    found, seconds = timed(lambda: lint([ParsedFile(entries, (), ())], tree, TODAY))
    assert seconds < 3
    assert len(found) == (9_999 if kind == "one question" else 0)
    assert tree.asked == 2


def test_a_question_that_an_entry_is_for_and_not_for_is_told(linted: Linted) -> None:
    text = answered(
        "**相似问题**：钱怎么退？\n\n**反例**：钱怎么退?；运费怎么退？\n\n在账单里申请。"
    )
    assert places(linted({"a.md": text})) == [("contradictory-example", "a.md", 7)]
