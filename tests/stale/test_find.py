"""What a company's releases make wrong: dates, products, later releases, older changes."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.changelog.history import Statement
from pipelines.records import ChangeEntry
from pipelines.stale.find import find
from pipelines.stale.findings import finding_id, worst_first
from tests.stale.pair import change, entry, found

QUESTION = "单个文件最大可以上传多大？"
UPLOAD = entry(QUESTION, "单个文件最大 2 GB，各端相同。")


def raised(old: str, new: str, version: str, day: date, source: str = "yunque") -> ChangeEntry:
    return change(
        f"单个文件的上传上限从 {old} 提高到 {new}", version=version, released=day, source=source
    )


TO_FIVE = raised("2 GB", "5 GB", "2.4.0", date(2026, 11, 5))
TO_TEN = raised("5 GB", "10 GB", "2.6.0", date(2026, 12, 1))


def test_a_finding_names_both_texts_why_and_how_bad_it_is() -> None:
    (finding,) = found([UPLOAD], [TO_FIVE])

    assert finding.id == finding_id(UPLOAD.id, TO_FIVE.id)
    assert (finding.tier, finding.source, finding.path, finding.line) == (
        "faq",
        "handbook",
        "faq.md",
        3,
    )
    assert (finding.title, finding.text) == (UPLOAD.question, UPLOAD.answer)
    assert (finding.version, finding.tag, finding.change_text) == ("2.4.0", "v2.4.0", TO_FIVE.text)
    assert (finding.kind, finding.severity, finding.wrong) == ("limit", "medium", "2 GB")
    assert (finding.judge, finding.verdict) == ("rules", "open")
    assert finding.why == "2.4.0 版本把限制改为「5 GB」，这里仍写着「2 GB」。"


def test_a_limit_written_without_spaces_is_the_same_limit() -> None:
    tight = entry(QUESTION, "单个文件最大2GB，各端相同。")
    (finding,) = found([tight], [change("单个文件的上传上限从2GB提高到5GB")])
    assert (finding.kind, finding.wrong, finding.certainty) == ("limit", "2GB", "sure")


def test_the_reason_is_given_in_the_language_of_the_entry() -> None:
    english = entry(
        "How large may an upload be?", "A file can be 2 GB at most; upload it in parts."
    )

    (finding,) = found([english], [TO_FIVE])

    assert finding.why == "Version 2.4.0 moved the limit to “5 GB”; this still says “2 GB”."


def test_who_follows_a_removed_or_lowered_thing_fails_and_a_deprecated_one_does_not() -> None:
    entries = [
        entry("怎么设置？", "用 `old_name` 设置。"),
        entry("导出链接的有效期多久？", "导出链接的有效期是 7 天。"),
        entry("怎么上报？", "推荐启用 server-info 插件。"),
    ]
    changes = [
        change("移除 `old_name`", category="移除"),
        change("导出链接的有效期从 7 天缩短到 3 天"),
        change("mark server-info plugin as deprecated"),
    ]

    assert [one.severity for one in found(entries, changes)] == ["high", "high", "low"]


def test_an_entry_that_was_reviewed_since_is_not_held_against_the_release() -> None:
    before = entry(QUESTION, UPLOAD.answer, reviewed_at=date(2026, 11, 4))
    same_day = entry(QUESTION, UPLOAD.answer, reviewed_at=date(2026, 11, 5))

    assert found([before], [TO_FIVE])
    assert not found([same_day], [TO_FIVE])


def test_an_entry_about_one_product_is_held_against_that_one_alone() -> None:
    other = raised("2 GB", "5 GB", "9.0.0", date(2026, 11, 5), source="desktop")
    about = entry(QUESTION, UPLOAD.answer, product="desktop")
    unknown = entry(QUESTION, UPLOAD.answer, product="云盘")

    assert [one.product for one in found([about], [TO_FIVE, other])] == ["desktop"]
    assert len(found([unknown], [TO_FIVE, other])) == 1


def test_what_a_changelog_no_longer_says_makes_nothing_wrong() -> None:
    reworded = Statement(TO_FIVE, until="2.4.1", end="reworded")

    assert find([UPLOAD], [reworded], lambda _: {}) == ()


def test_the_newest_of_two_releases_that_moved_one_limit_counts() -> None:
    of_entry = [one for one in found([UPLOAD], [TO_FIVE, TO_TEN]) if one.tier == "faq"]

    (finding,) = of_entry
    assert (finding.version, finding.wrong) == ("2.6.0", "2 GB")
    assert "+单个文件最大 10 GB，各端相同。" in finding.suggestion


def test_an_entry_that_states_the_newest_limit_is_not_wrong_by_an_older_one() -> None:
    knows = entry(QUESTION, "单个文件最大 2 GB；企业版最大 10 GB。")
    assert [one.tier for one in found([knows], [TO_FIVE, TO_TEN])] == ["changelog"]


def test_one_word_of_another_thing_is_not_its_limit() -> None:
    token = entry("access token 的有效期是多久？", "有效期 2 小时，过期前 10 分钟可以换新的。")
    code = entry("忘记密码了怎么找回？", "收到验证码后即可设置新密码。验证码 10 分钟内有效。")
    shorter = change("验证码的有效期从10分钟缩短到5分钟")
    assert [(one.record, one.certainty) for one in found([token, code], [shorter])] == [
        (code.id, "sure")
    ]


def test_an_answer_about_where_a_removed_thing_stood_is_not_about_the_thing() -> None:
    browsers = entry("网页版支持哪些浏览器？", "网页版支持最近两个大版本的 Chrome 和 Edge。")
    offline = change("移除旧版网页端的离线模式", category="移除")
    assert found([browsers], [offline]) == ()


def test_what_came_and_went_leaves_an_entry_right_that_never_knew_of_it() -> None:
    never = entry("云盘支持断点续传吗？", "暂不支持断点续传，请重新上传。")
    came = change("云盘支持断点续传", category="新增", version="2.1.0", released=date(2026, 1, 1))
    went = change("移除云盘的断点续传", category="移除", version="2.3.0", released=date(2026, 5, 1))

    assert [one.tier for one in found([never], [came])] == ["faq"]
    assert [one.tier for one in found([never], [came, went])] == ["changelog"]


def test_an_older_change_ends_where_a_later_one_of_its_product_takes_it_back() -> None:
    first = change(
        "单个文件的上传上限从 1 GB 提高到 2 GB", version="1.4.0", released=date(2025, 8, 1)
    )

    (finding,) = found([], [first, TO_FIVE])

    assert (finding.tier, finding.record, finding.change) == ("changelog", first.id, TO_FIVE.id)
    assert (finding.title, finding.suggestion) == ("1.4.0 变更", "")


def test_a_higher_floor_ends_an_older_one_and_nothing_that_came_to_an_old_system() -> None:
    first = change("支持 Windows 7 及以上系统", version="1.9.0", released=date(2025, 3, 10))
    other = change("新增 Windows 7 的托盘图标", version="1.9.1", released=date(2025, 4, 10))
    raised = change("不再支持 Windows 7，最低要求 Windows 10", version="2.2.0")

    assert [(one.record, one.change) for one in found([], [first, other, raised])] == [
        (first.id, raised.id)
    ]


def test_a_changelog_is_not_held_against_its_translation_or_its_own_release() -> None:
    first = "单个文件的上传上限从 1 GB 提高到 2 GB"
    twin = change(first, version="1.4.0", released=date(2025, 8, 1), source="yunque_zh")
    same = change(first, version="2.4.0", released=date(2026, 11, 5))

    assert found([], [twin, TO_FIVE]) == ()
    assert found([], [same, TO_FIVE]) == ()


def test_a_deprecation_or_a_repair_ends_no_older_change() -> None:
    old = change(
        "新增 `old_name` 参数", category="新增", version="1.0.0", released=date(2025, 1, 1)
    )

    assert not found([], [old, change("弃用 `old_name` 参数", category="弃用")])
    assert not found([], [old, change("修复移除 `old_name` 后的报错", category="修复")])
    assert found([], [old, change("移除 `old_name` 参数", category="移除")])


def test_an_answer_that_nothing_touches_is_never_found() -> None:
    entries = [
        entry("离职账号保留多久？", "离职账号保留 30 天，期间可以恢复。"),
        entry("怎么打开深色模式？", "设置 → 外观，可选浅色、深色、跟随系统。"),
    ]

    assert found(entries, [TO_FIVE, change("回收站的保留时间从 30 天延长到 60 天")]) == ()


def test_an_entry_that_names_the_release_was_written_with_it_in_view() -> None:
    aware = entry(QUESTION, "单个文件最大 2 GB；2.4.0 的客户端起有新的上限。")
    unaware = entry(QUESTION, "单个文件最大 2 GB；2.3.0 的客户端也一样。")

    assert not found([aware], [TO_FIVE])
    assert found([unaware], [TO_FIVE])


@pytest.mark.parametrize(
    "beside",
    ["压缩包最大 2.5 GB", "手续费 2.5%", "每月 2.5 元", "每月 ¥2.5", "连上 2.5 GHz 的 Wi-Fi"],
)
def test_an_amount_in_an_entry_is_not_the_number_of_a_release(beside: str) -> None:
    raised = change("单个文件的上传上限从 2 GB 提高到 5 GB", version="2.5.0")
    assert found([entry(QUESTION, f"单个文件最大 2 GB；{beside}。")], [raised])
    assert not found([entry(QUESTION, f"单个文件最大 2 GB；{beside}；2.5 版另有上限。")], [raised])


def test_a_setting_is_known_by_the_last_part_of_its_dotted_name() -> None:
    yaml = entry(
        "怎么读真实 IP？", "在配置里写：\n\n```yaml\napisix:\n  real_ip_header: X-Real-IP\n```"
    )

    (finding,) = found([yaml], [change("移除 `apisix.real_ip_header`", category="移除")])

    assert finding.wrong == "real_ip_header"


DOUBT = change("超大群的人数最多 5,000 人")
DOUBTFUL = entry("超大群最多多少人？", "超大群最多 3,000 人。")


def test_what_rules_only_hold_for_possible_overtakes_nothing_until_a_person_accepts_it() -> None:
    (possible,) = found([DOUBTFUL], [DOUBT])
    (sure,) = found([UPLOAD], [TO_FIVE])

    assert (possible.certainty, possible.overtakes, possible.worth_a_look) == (
        "possible",
        False,
        True,
    )
    assert (sure.certainty, sure.overtakes, sure.in_doubt) == ("sure", True, True)
    assert replace(possible, verdict="accepted").overtakes
    assert not replace(sure, verdict="dismissed").overtakes


def test_a_sentence_that_is_surely_wrong_is_not_listed_as_possible_too() -> None:
    both = entry("超大群最多多少人？", "超大群最多 3,000 人。")
    moved = change("超大群的人数上限从 3,000 人提高到 4,000 人", version="2.4.0")

    assert [one.certainty for one in found([both], [moved, DOUBT]) if one.tier == "faq"] == ["sure"]


def test_the_worst_and_surest_come_first() -> None:
    (possible,) = found([DOUBTFUL], [DOUBT])
    (sure,) = found([UPLOAD], [TO_FIVE])
    worse = replace(sure, id="f" * 32, severity="high")

    assert worst_first([possible, sure, worse]) == [worse, sure, possible]
