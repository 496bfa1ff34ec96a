"""An entry's id and hash: what they depend on, and what they must not depend on."""

from collections.abc import Callable

import pytest

from pipelines.faq.identity import Identified, with_identities
from pipelines.faq.parsed import ParsedFile
from pipelines.records import FaqEntry
from tests.pace import timed

Parse = Callable[..., ParsedFile]
Pull = Callable[..., Identified]

ENTRY = "## 如何登录？\n\n扫码，见[指南](a.md)。\n"
OTHERS = (
    "## 如何退出？\n\n点右上角的头像，再点退出。\n\n## 如何改名？\n\n在设置里修改昵称并保存。\n\n"
)


@pytest.fixture
def pull(parse: Parse) -> Pull:
    """Read files, given as `name=text`, as one source, after those of `previous`."""

    def pull_files(previous: Identified | None = None, **files: str) -> Identified:
        read = [parse(text, path=f"{name}.md") for name, text in sorted(files.items())]
        entries = [entry for file in read for entry in file.entries]
        return with_identities(entries, previous.entries if previous else ())

    return pull_files


def _ids(found: Identified) -> dict[str, str]:
    return {entry.question: entry.id for entry in found.entries}


def test_an_entry_has_the_id_and_hash_that_it_has_elsewhere(parse: Parse) -> None:
    (before,) = parse(ENTRY).entries
    (_, after) = parse(f"# 帮助\n\n## 如何退出？\n\n点头像。\n\n#{ENTRY}", path="b/c.md").entries
    assert (after.id, after.content_hash) == (before.id, before.content_hash)
    assert (after.path, after.line_start) != (before.path, before.line_start)


def test_an_entry_has_the_same_id_when_only_the_form_of_its_question_changes(parse: Parse) -> None:
    (plain,) = parse("## 如何 登录Lark?\n\n扫码。\n").entries
    (styled,) = parse("### **3. 如何  登录ＬＡＲＫ？** {#a .section}\n\n扫码。\n").entries
    assert styled.id == plain.id


@pytest.mark.parametrize(
    "text",
    [
        "## 如何登录？\n\n扫码，见[指南](b.md)。\n",
        "## 如何登录?\n\n扫码，见[指南](a.md)。\n",
        "## 如何登录？\n\n扫码，见[指南](a.md)。\n\n**相似问题**：登录\n",
        "## 如何登录？\n\n扫码，见[指南](a.md)。\n\n**关联文档**：b.md\n",
        f"---\nowner: 王\n---\n\n{ENTRY}",
        f"---\nstatus: draft\n---\n\n{ENTRY}",
        f"---\ntitle: 登录\n---\n\n{ENTRY}",
    ],
)
def test_the_hash_covers_everything_that_is_shown_or_decides(parse: Parse, text: str) -> None:
    (before,) = parse(ENTRY).entries
    (after,) = parse(text).entries
    assert after.id == before.id
    assert after.content_hash != before.content_hash


# --- one pull ----------------------------------------------------------------------------------


def test_the_same_entry_in_two_files_is_one_that_names_both(pull: Pull) -> None:
    found = pull(b=ENTRY, a=f"# 帮助\n\n#{ENTRY}")
    (entry,) = found.entries
    assert (entry.path, entry.also_in, found.duplicates) == ("a.md", ("b.md:1",), 1)
    (alone,) = pull(b=ENTRY).entries
    assert (alone.id, alone.also_in) == (entry.id, ())


def test_of_the_same_entry_the_approved_one_is_kept(pull: Pull) -> None:
    (entry,) = pull(a=f"---\nstatus: draft\n---\n\n{ENTRY}", b=ENTRY).entries
    assert (entry.path, entry.review.status) == ("b.md", "approved")


def test_different_answers_to_one_question_are_told_apart_whatever_their_order(pull: Pull) -> None:
    web, app = "# 网页\n\n## 如何登录？\n\n密码。\n\n", "# 手机\n\n## 如何登录？\n\n扫码。\n\n"
    ids = {entry.answer: entry.id for entry in pull(a=web + app).entries}
    assert len(set(ids.values())) == 2
    assert {entry.answer: entry.id for entry in pull(z=app, b=web).entries} == ids


def test_entries_that_share_their_headings_are_told_apart_by_path_and_then_by_answer(
    pull: Pull,
) -> None:
    one, two = "## 如何登录？\n\n密码。\n\n", "## 如何登录？\n\n扫码。\n\n"
    by_path = {entry.id for entry in pull(a=one, b=two).entries}
    assert len(by_path) == 2
    assert {entry.id for entry in pull(a=one, b=two + "新增一句。\n").entries} == by_path
    by_answer = {entry.answer: entry.id for entry in pull(a=one + two).entries}
    assert len(set(by_answer.values())) == 2
    assert {entry.answer: entry.id for entry in pull(a=two + one).entries} == by_answer


# --- from pull to pull -------------------------------------------------------------------------


FORGOT = "点「忘记密码」，输入手机号。"
SLOW = "请检查网络，再清除浏览器的缓存。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("忘记密码怎么办？", FORGOT), ("忘了密码该怎么办？", FORGOT)),
        (("忘记密码怎么办？", FORGOT), ("忘了密码怎么办？", f"{FORGOT}或邮箱。")),
        (("忘记密码怎么办？", FORGOT), ("忘记密码怎么办", "请致电客服重置，约需一天。")),
        (("登录失败", SLOW), ("为什么登不上去？", SLOW)),
        (("How do I log in?", "Scan it in the app."), ("How can I log in?", "Scan it in our app.")),
        (("ERR-1001 {#err}", f"重试一次。{SLOW}"), ("报错 ERR-1001 {#err}", f"重试。{SLOW}")),
    ],
)
def test_a_reworded_entry_keeps_its_id(
    pull: Pull, before: tuple[str, str], after: tuple[str, str]
) -> None:
    first = pull(a=f"{OTHERS}## {before[0]}\n\n{before[1]}\n")
    again = pull(first, b=f"## {after[0]}\n\n{after[1]}\n\n{OTHERS}")
    assert {entry.id for entry in again.entries} == {entry.id for entry in first.entries}


def test_a_new_question_is_no_reworded_one(pull: Pull) -> None:
    first = pull(a=f"{OTHERS}## 怎么开发票？\n\n在账单页点「开票」，当天寄出。\n")
    again = pull(first, a=f"{OTHERS}## 支持哪些浏览器？\n\nChrome 100 以上，Edge 100 以上。\n")
    assert _ids(again)["支持哪些浏览器？"] not in {entry.id for entry in first.entries}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("支持断点续传吗？", "支持。"), ("手机上能开票吗？", "支持。")),
        (("支持 IPv6 吗？", "支持。"), ("支持单点登录吗？", "支持。")),
        (("免费版最多多少人？", "10 人。"), ("免费版最多多少空间？", "10 GB。")),
        (("C++ 怎么用？", "装编译器再运行。"), ("C# 怎么用？", "请下载 Visual Studio。")),
    ],
)
def test_what_is_only_worded_alike_is_no_reworded_entry(
    pull: Pull, before: tuple[str, str], after: tuple[str, str]
) -> None:
    first = pull(a=f"## {before[0]}\n\n{before[1]}\n")
    again = pull(first, a=f"## {after[0]}\n\n{after[1]}\n")
    assert again.entries[0].id != first.entries[0].id


def test_a_new_entry_takes_no_id_of_one_that_goes(pull: Pull) -> None:
    first = pull(a="## 怎么开票？\n\n在费用中心申请，当天开出。\n")
    renamed = pull(first, a="## 怎么申请发票？\n\n在费用中心申请，当天开出。\n")
    assert renamed.entries[0].id == first.entries[0].id
    again = pull(renamed, a="## 怎么开票？\n\n请致电财务部，工作日九点到六点。\n")
    assert again.entries[0].id != first.entries[0].id


def test_copies_for_other_days_or_products_are_entries_of_their_own(pull: Pull) -> None:
    old = f"---\nvalid_until: 2025-11-30\n---\n{ENTRY}"
    new = f"---\nvalid_until: 2026-11-30\n---\n{ENTRY}"
    assert len(pull(a=old, b=new).entries) == 2
    assert len(pull(a=f"---\nproduct: 甲\n---\n{ENTRY}", b=ENTRY).entries) == 2


def test_the_wordings_of_copies_come_together(pull: Pull) -> None:
    (entry,) = pull(
        a=f"{ENTRY}\n**相似问题**：登录\n", b=f"{ENTRY}\n**相似问题**：登陆；登录\n"
    ).entries
    assert entry.similar_questions == ("登录", "登陆")
    (alone,) = pull(a=f"{ENTRY}\n**相似问题**：登录\n").entries
    assert entry.content_hash != alone.content_hash


def test_thousands_of_reworded_entries_are_matched_in_seconds(pull: Pull) -> None:
    first = pull(a=_many(1_500))
    text = _many(1_500, word="手续").replace("窗口办理", "窗口来办")
    again, seconds = timed(lambda: pull(first, b=text))
    assert seconds < 6
    kept = {entry.id for entry in again.entries} & {entry.id for entry in first.entries}
    assert len(kept) > 1_400


def test_an_anchor_that_now_names_another_question_carries_no_id_over(pull: Pull) -> None:
    first = pull(a="## 怎么开发票？ {#q1}\n\n在账单页点「开票」，当天寄出。\n")
    again = pull(first, a="## 支持哪些浏览器？ {#q1}\n\nChrome 100 以上，Edge 100 以上。\n")
    assert again.entries[0].id != first.entries[0].id


def test_a_question_that_takes_the_name_of_a_reworded_one_gets_an_id_of_its_own(
    pull: Pull,
) -> None:
    first = pull(a="## 如何登录？\n\n打开首页，输入手机号和密码。\n")
    second = pull(first, a="## 如何用密码登录？\n\n打开首页，输入手机号和密码。\n")
    by_password = "## 如何用密码登录？\n\n打开首页，输入手机号和密码。\n"
    third = pull(second, a=f"{by_password}\n## 如何登录？\n\n请扫描二维码。\n")
    assert _ids(third)["如何用密码登录？"] == first.entries[0].id
    assert len({entry.id for entry in third.entries}) == 2
    assert _ids(
        pull(third, a=ENTRY, b="## 如何用密码登录？\n\n打开首页，输入手机号和密码。\n")
    ) == (_ids(third))


def test_a_second_answer_to_a_question_leaves_the_first_its_id(pull: Pull) -> None:
    first = pull(a="# 网页\n\n## 如何登录？\n\n密码。\n")
    again = pull(
        first, a="# 网页\n\n## 如何登录？\n\n密码。\n\n# 手机\n\n## 如何登录？\n\n扫码。\n"
    )
    assert next(e.id for e in again.entries if e.answer == "密码。") == first.entries[0].id


def _many(count: int, *, word: str = "业务") -> str:
    return "".join(
        f"## 怎么办理第 {n} 项{word}？\n\n第 {n} 项在大厅的 {n} 号窗口办理。\n\n"
        for n in range(count)
    )


def test_among_many_alike_entries_each_keeps_its_own_id(pull: Pull) -> None:
    first = pull(a=_many(200))
    answers: dict[str, FaqEntry] = {entry.answer: entry for entry in first.entries}
    again = pull(first, b=_many(200, word="手续"))
    assert all(answers[entry.answer].id == entry.id for entry in again.entries)
