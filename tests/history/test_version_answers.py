"""What is answered to questions about releases, on histories of a few changes."""

import asyncio

import pytest

from pipelines.answer import Answer, Answerer
from pipelines.chunking import Overtaken
from pipelines.followup import Turn
from tests.history.conftest import MakeAnswerer, Told

TABLE: list[Told] = [
    ("1.0.0", "新增 > 表格", "新增表格组件"),
    ("1.1.0", "新增 > 表格", "表格新增 height 属性"),
    ("1.2.0", "修复 > 表格", "修复表格在 Safari 里错位的问题"),
    ("1.9.0", "新增", "新增甘特视图"),
    ("1.10.0", "弃用", "离线模式将在 2.0 移除，请迁移"),
    ("2.0.0-rc.1", "移除", "移除离线模式"),
    ("2.0.0", "移除", "移除离线模式"),
    ("2.0.0", "移除 > 表格", "移除表格的 height 属性"),
    ("2.0.0", "安全", "修复外链密码的明文存储漏洞"),
    ("2.0.1", "修复", "修复升级后白屏的问题"),
]


def ask(answerer: Answerer, question: str) -> Answer:
    return asyncio.run(answerer.answer(question))


def told(answer: Answer) -> tuple[str, list[str]]:
    return answer.reason, [citation.version for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "reason", "versions"),
    [
        ("表格是从哪个版本开始有的？", "since_version", ["1.0.0"]),
        ("甘特视图是哪个版本加的", "since_version", ["1.9.0"]),
        ("Safari 表格错位哪个版本修的", "fixed_in_version", ["1.2.0"]),
        ("离线模式是哪个版本移除的", "removed_in_version", ["2.0.0"]),
        ("离线模式还能用吗", "no_longer_supported", ["2.0.0"]),
        ("甘特视图还支持吗", "still_supported", ["1.9.0"]),
        ("1.9 有甘特视图吗", "in_version", ["1.9.0"]),
        ("1.10.0 有甘特视图吗", "in_version", ["1.9.0"]),
        ("1.8 有甘特视图吗", "not_in_version", ["1.9.0"]),
        ("1.9 还支持离线模式吗", "in_version", ["2.0.0", "1.10.0"]),
        ("2.0 还支持离线模式吗", "not_in_version", ["2.0.0", "1.10.0"]),
        ("2.0.1 修复了什么", "changes_of_version", ["2.0.1"]),
        ("2.0.0 移除了什么", "changes_of_version", ["2.0.0", "2.0.0"]),
        ("表格在 2.0.0 有什么改动", "changes_of_version", ["2.0.0"]),
        ("1.1 到 1.9 之间更新了什么", "changes_between_versions", ["1.9.0", "1.2.0"]),
        ("1.10.0 之后修了什么", "changes_between_versions", ["2.0.1"]),
        ("最新版本是多少", "latest_version", ["2.0.1"]),
        ("最新版修了什么", "changes_of_version", ["2.0.1"]),
    ],
)
def test_a_question_about_releases_is_answered_from_the_changes(
    answering: MakeAnswerer, question: str, reason: str, versions: list[str]
) -> None:
    answer = ask(answering(TABLE), question)

    assert answer.decision == "direct"
    assert told(answer) == (reason, versions)
    assert not answer.handoff


def test_a_change_is_quoted_word_for_word_with_its_version_its_day_and_its_source(
    answering: MakeAnswerer,
) -> None:
    answer = ask(answering(TABLE), "甘特视图是哪个版本加的")

    assert answer.text == (
        "自 1.9.0 版本（2026-01-04）起：\n新增甘特视图 [1]\n\n参考资料：\n[1] 1.9.0 新增"
    )


def test_an_english_question_gets_english_words_around_the_quotation(
    answering: MakeAnswerer,
) -> None:
    changes = [("1.0.0", "Added", "Add timeline view"), ("1.1.0", "Fixed", "Fix timeline zoom")]
    answer = ask(answering(changes), "when was the timeline view added?")

    assert answer.text.startswith("Since 1.0.0 (2026-01-01):\nAdd timeline view [1]")


def test_the_removal_of_a_part_is_not_that_of_the_whole(answering: MakeAnswerer) -> None:
    answer = ask(answering(TABLE), "表格还支持吗")

    assert answer.reason == "still_supported"


@pytest.mark.parametrize(
    "question",
    [
        "从哪个版本开始支持区块链存证？",
        "Kerberos 认证是哪个版本加的",
        "3.7.0 更新了什么",
        "9.0 有甘特视图吗",
    ],
)
def test_what_no_change_tells_is_refused_and_handed_on(
    answering: MakeAnswerer, question: str
) -> None:
    answer = ask(answering(TABLE), question)

    assert (answer.decision, answer.reason, answer.handoff) == ("refuse", "not_found", True)
    assert answer.citations == ()


def test_a_release_without_such_changes_says_so_and_lists_what_it_has(
    answering: MakeAnswerer,
) -> None:
    answer = ask(answering(TABLE), "2.0.1 有安全更新吗")

    assert "没有列出「安全」" in answer.text
    assert told(answer) == ("changes_of_version", ["2.0.1"])


def test_a_long_list_is_cut_and_says_how_much_is_left_out(answering: MakeAnswerer) -> None:
    changes = [("2.3.0", "新增", f"新增第 {number} 种图表") for number in range(27)]
    answer = ask(answering(changes), "2.3 新增了什么")

    assert len(answer.citations) == 20
    assert "还有 7 条" in answer.text


def test_a_short_version_names_all_of_its_line_newest_first(answering: MakeAnswerer) -> None:
    changes = [
        ("2.3.0", "新增", "新增导出"),
        ("2.3.1", "修复", "修复导出"),
        ("2.30.0", "新增", "新增导入"),
    ]
    answer = ask(answering(changes), "2.3 更新了什么")

    assert told(answer)[1] == ["2.3.1", "2.3.0"]


def test_a_finding_ends_a_change_and_names_the_release_that_did(answering: MakeAnswerer) -> None:
    changes = [
        ("1.0.0", "新增", "云盘：单个文件最大 1 GB"),
        ("1.4.0", "变更", "云盘不再限制单个文件大小"),
    ]
    ended = {"云盘：单个文件最大 1 GB": Overtaken("1.4.0", ("云盘不再限制单个文件大小",))}
    answerer = answering(changes, overtaken=ended)

    since = ask(answerer, "云盘单个文件最大 1 GB 是哪个版本加的")
    assert told(since) == ("since_version", ["1.0.0", "1.4.0"])
    assert "到 1.4.0 版本" in since.text
    assert ask(answerer, "1.3 支持云盘单个文件最大 1 GB 吗").reason == "in_version"
    # What was the limit is still allowed: what became of it is told, and no verdict.
    assert ask(answerer, "1.4 支持云盘单个文件最大 1 GB 吗").reason == "changed_in_version"


def test_a_change_that_no_longer_holds_is_no_fact_of_other_answers(
    answering: MakeAnswerer,
) -> None:
    changes = [
        ("1.0.0", "新增", "云盘：单个文件最大 1 GB"),
        ("1.4.0", "变更", "云盘单个文件最大提高到 5 GB"),
    ]
    ended = {"云盘：单个文件最大 1 GB": Overtaken("1.4.0", ("云盘单个文件最大提高到 5 GB",))}
    answer = ask(answering(changes, overtaken=ended), "云盘单个文件最大多少 GB？")

    assert answer.decision == "degraded"
    assert [citation.version for citation in answer.citations] == ["1.4.0"]


RECYCLING: list[Told] = [
    ("1.0.0", "新增", "回收站，删除的文件保留 30 天"),
    ("1.4.0", "变更", "单个文件的上传上限从 1 GB 提高到 2 GB"),
    ("2.4.0", "变更", "单个文件的上传上限从 2 GB 提高到 5 GB"),
    ("2.5.0", "变更", "回收站的保留时间从 30 天延长到 60 天"),
    ("2.6.0", "新增", "多维表结束公测"),
]
OVERTAKEN = {
    RECYCLING[0][2]: Overtaken("2.5.0", (RECYCLING[3][2],)),
    RECYCLING[1][2]: Overtaken("2.4.0", (RECYCLING[2][2],)),
}


@pytest.mark.parametrize(
    ("question", "reason", "versions"),
    [
        # A new figure of a thing does not end the thing.
        ("回收站还能用吗", "still_supported", ["1.0.0", "2.5.0"]),
        ("2.5 有回收站吗", "in_version", ["1.0.0", "2.5.0"]),
        ("回收站是哪个版本加的", "since_version", ["1.0.0", "2.5.0"]),
        # What a change left behind did not begin with it, and is no fact any longer.
        ("回收站保留 30 天还支持吗", "changed_in_version", ["1.0.0", "2.5.0"]),
        ("单个文件2GB是哪个版本开始的", "since_version", ["1.4.0", "2.4.0"]),
        ("2.4 支持单个文件 2 GB 吗", "changed_in_version", ["1.4.0", "2.4.0"]),
        ("1.4 支持单个文件 2 GB 吗", "in_version", ["1.4.0", "2.4.0"]),
        ("单个文件 7 GB 是哪个版本开始的", "not_found", []),
        ("多维表公测还有吗", "no_longer_supported", ["2.6.0"]),
    ],
)
def test_a_figure_ends_apart_from_the_thing_that_it_is_of(
    answering: MakeAnswerer, question: str, reason: str, versions: list[str]
) -> None:
    answer = ask(answering(RECYCLING, overtaken=OVERTAKEN), question)

    assert told(answer) == (reason, versions)


def test_an_update_of_a_thing_is_not_what_brought_it(answering: MakeAnswerer) -> None:
    answer = ask(answering([("1.2.0", "优化", "更新泰语翻译")]), "泰语翻译是哪个版本加的")

    assert answer.reason == "not_found"


def test_words_of_two_statements_in_one_change_did_not_bring_their_sum(
    answering: MakeAnswerer,
) -> None:
    changes = [
        ("1.1.0", "Added", "MiniMax API onboarding; OAuth health in the doctor command"),
        ("1.2.0", "Added", "Add MiniMax OAuth plugin"),
    ]
    answer = ask(answering(changes), "when was MiniMax OAuth added?")

    assert told(answer) == ("since_version", ["1.2.0"])


def test_a_removal_told_last_in_a_change_is_one(answering: MakeAnswerer) -> None:
    changes = [
        ("1.1.0", "Changes", "Browser: add a standalone control command"),
        ("1.2.0", "Changes", "Browser: route via node; remove the standalone control command."),
    ]
    answer = ask(answering(changes), "is the standalone control command still supported?")

    assert told(answer)[0] == "no_longer_supported"


def test_words_in_the_customers_language_are_those_of_a_longer_word(
    answering: MakeAnswerer,
) -> None:
    changes = [("1.1.0", "新增", "群机器人，可以向群里发消息"), ("1.5.0", "新增", "定时发送消息")]
    answer = ask(answering(changes), "哪个版本开始能定时发消息")

    assert told(answer) == ("since_version", ["1.5.0"])


@pytest.mark.parametrize("question", ["Chrome 最新版本是多少", "飞书最新版本是多少"])
def test_the_newest_release_of_something_else_is_not_ours(
    answering: MakeAnswerer, question: str
) -> None:
    assert ask(answering(TABLE), question).reason == "not_found"


def test_a_list_says_what_it_is_limited_to_and_whose_it_is(answering: MakeAnswerer) -> None:
    answerer = answering(TABLE)

    assert "只列出与“表格”有关的" in ask(answerer, "表格在 2.0.0 有什么改动").text
    assert "只列出" not in ask(answerer, "2.0.0 有什么改动").text
    assert "的更新记录。" in ask(answerer, "飞书 2.0.1 更新了什么").text


def test_what_is_said_under_a_security_label_is_a_security_fix(answering: MakeAnswerer) -> None:
    changes = [("1.1.0", "Fixes", "Security: restrict paths"), ("1.1.0", "Fixes", "Fix zoom")]
    answer = ask(answering(changes), "security fixes in 1.1.0")

    assert [citation.number for citation in answer.citations] == [1]
    assert "restrict paths" in answer.text


TWINS: dict[str, list[Told]] = {
    "grid_zh": [("1.0.0", "新增", "新增甘特视图"), ("1.1.0", "新增", "新增 heatmap 视图")],
    "grid_en": [("1.0.0", "Added", "Add gantt view"), ("1.2.0", "Added", "Add kanban view")],
    "sheet": [("3.0.0", "Added", "Add pivot view")],
}


def test_twins_answer_each_in_its_own_language(answering: MakeAnswerer) -> None:
    answerer = answering(TWINS)

    assert "新增甘特视图" in ask(answerer, "grid 1.0.0 更新了什么").text
    assert "Add gantt view" in ask(answerer, "what changed in grid 1.0.0").text
    # The Chinese changelog lags behind; what it lacks is told in the other one's words.
    assert "Add kanban view" in ask(answerer, "grid 的 kanban 是哪个版本加的").text


def test_of_several_products_the_one_that_is_named_answers(answering: MakeAnswerer) -> None:
    answerer = answering(TWINS)

    every = ask(answerer, "what's the latest version?")
    assert sorted(told(every)[1]) == ["1.2.0", "3.0.0"]
    assert told(ask(answerer, "what's the latest version of sheet?"))[1] == ["3.0.0"]
    assert "sheet 3.0.0" in ask(answerer, "what's the latest version of sheet?").text


def test_without_a_changelog_no_question_is_about_releases(answering: MakeAnswerer) -> None:
    answerer = answering([], faq=[("2.3 版本修复了什么？", "修复了登录问题。")])
    answer = ask(answerer, "2.3 版本修复了什么？")

    assert (answer.decision, answer.reason) == ("direct", "faq_match")


OFFLINE_HELP = [("怎么用离线模式？", "在网页端打开离线开关。"), ("怎么开发票？", "在费用中心。")]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("离线模式怎么用？", "faq_match"),
        ("离线模式还能用吗？", "no_longer_supported"),
        ("离线模式是哪个版本移除的？", "removed_in_version"),
    ],
)
def test_an_faq_entry_on_the_subject_alone_hides_no_release(
    answering: MakeAnswerer, question: str, reason: str
) -> None:
    assert ask(answering(TABLE, faq=OFFLINE_HELP), question).reason == reason


def test_that_something_is_there_still_is_said_better_by_its_faq_entry(
    answering: MakeAnswerer,
) -> None:
    faq = [
        ("甘特视图怎么用？还能用吗？", "能，在多维表里新建视图。"),
        ("怎么开发票？", "在费用中心。"),
    ]
    answerer = answering(TABLE, faq=faq)

    assert ask(answerer, "甘特视图还能用吗？").reason == "faq_match"
    assert ask(answerer, "甘特视图是哪个版本加的？").reason == "since_version"


def test_a_question_that_leans_on_one_about_releases_is_answered_from_them(
    answering: MakeAnswerer,
) -> None:
    answerer = answering(TABLE)
    history = (Turn("user", "2.0.1 修复了什么？"), Turn("assistant", "升级后白屏。"))

    answer = asyncio.run(answerer.answer("那 1.2 呢？", history))
    assert told(answer) == ("changes_of_version", ["1.2.0"])


def test_an_faq_entry_on_the_very_question_answers_before_the_changes(
    answering: MakeAnswerer,
) -> None:
    faq = [("离线模式还能用吗？", "不能了，请改用桌面端的缓存。"), ("怎么开发票？", "在费用中心。")]
    answer = ask(answering(TABLE, faq=faq), "离线模式还能用吗？")

    assert (answer.reason, answer.text.splitlines()[0]) == (
        "faq_match",
        "不能了，请改用桌面端的缓存。 [1]",
    )


def test_an_faq_answer_that_a_release_made_wrong_is_led_by_that_release(
    answering: MakeAnswerer,
) -> None:
    question = "离线模式还能用吗？"
    faq = [(question, "可以，在网页端打开。"), ("怎么开发票？", "在费用中心。")]
    ended = {question: Overtaken("2.0.0", ("移除离线模式",))}
    answer = ask(answering(TABLE, faq=faq, overtaken=ended), question)

    assert answer.reason == "newer_release"
    assert answer.text.index("移除离线模式") < answer.text.index("可以，在网页端打开。")
    assert [citation.tier for citation in answer.citations] == ["changelog", "faq"]


@pytest.mark.parametrize(
    ("question", "reason", "versions"),
    [
        ("2.0.1 干嘛用的", "changes_of_version", ["2.0.1"]),
        ("你们家软件更到几点几了", "latest_version", ["2.0.1"]),
        ("这次更新有什么好玩的吗", "changes_of_version", ["2.0.1"]),
        ("我现在1.9.0，直接上2.0.1能多出哪些功能？", "changes_between_versions", ["2.0.1"]),
    ],
)
def test_what_no_rule_hears_is_answered_from_the_changes_as_well(
    answering: MakeAnswerer, question: str, reason: str, versions: list[str]
) -> None:
    answer = ask(answering(TABLE), question)
    assert answer.reason == reason
    assert answer.citations[0].version == versions[0]


def test_nothing_is_denied_where_no_rule_read_what_is_asked_about(
    answering: MakeAnswerer,
) -> None:
    answerer = answering(TABLE)
    assert ask(answerer, "1.9.0 有甘特视图 对吧").reason == "in_version"
    assert ask(answerer, "1.8 有甘特视图吗").reason == "not_in_version"
    assert ask(answerer, "1.8.0 有甘特视图 对吧").reason != "not_in_version"
