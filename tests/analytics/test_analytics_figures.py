"""Counts, shares, percentiles and topics of a span of days."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.analytics import DAYS_SCHEMA, TURNS_SCHEMA, Percentiles, day_table, figures, turns
from pipelines.settings import Settings
from tests.analytics.logged import TODAY, Log, file_of
from tests.pace import timed

YESTERDAY = TODAY - timedelta(days=1)


def test_questions_conversations_and_customers_are_counted_by_day(
    settings: Settings, log: Log
) -> None:
    log.add("怎么导出？", customer="u1", conversation="c1")
    log.add("那多久生效？", customer="u1", conversation="c1")
    log.add("怎么导出？", customer="u2", conversation="c2", day=YESTERDAY)
    log.add("怎么导出？", conversation="c3", day=YESTERDAY)

    told = figures(settings, 3)
    assert list(told.days) == [TODAY - timedelta(days=2), YESTERDAY, TODAY]
    counts = [(one.questions, one.conversations, one.customers) for one in told.days.values()]
    assert counts == [(0, 0, 0), (2, 2, 1), (2, 1, 1)]
    total = told.total
    assert (total.questions, total.conversations, total.customers) == (4, 3, 2)
    assert (told.since, told.until) == (TODAY - timedelta(days=2), TODAY)


def test_every_outcome_has_a_count_and_a_share_of_the_questions(
    settings: Settings, log: Log
) -> None:
    for _ in range(3):
        log.add("怎么导出？")
    log.refuse("附近有餐厅吗")
    log.refuse("你好", reason="greeting")
    log.hand_off("转人工")
    log.add("怎么改密码", decision="degraded", reason="model_timeout")
    log.add("怎么加人", decision="grounded", reason="passages")

    total = figures(settings).total
    assert dict(total.outcomes) == {
        "direct": 3,
        "grounded": 1,
        "refused": 1,
        "handed_off": 1,
        "degraded": 1,
        "greeting": 1,
    }
    assert total.share("direct") == 3 / 8
    assert sum(total.outcomes.values()) == total.questions


def test_tiers_and_clients_are_counted(settings: Settings, log: Log) -> None:
    log.add("怎么导出？", tiers=("changelog", "faq"), client="app")
    log.add("怎么改密码？", client="web")
    log.refuse("附近有餐厅吗", client="web")

    total = figures(settings).total
    assert dict(total.tiers) == {"faq": 2, "dialogues": 0, "changelog": 1}
    assert list(total.clients.items()) == [("web", 2), ("app", 1)]


def test_percentiles_are_of_what_was_measured(settings: Settings, log: Log) -> None:
    for number in range(21):
        log.add("怎么导出？", milliseconds=number * 100.04, first_piece=float(number))

    total = figures(settings).total
    assert total.whole == Percentiles(1000.4, 1900.8, 1980.8)
    assert total.first_piece == Percentiles(10.0, 19.0, 19.8)


def test_a_span_without_a_question_has_no_share_and_no_time(settings: Settings) -> None:
    told = figures(settings, 2)
    assert told.total.questions == 0
    assert told.total.share("direct") is None
    assert told.total.whole == Percentiles(None, None, None)
    assert told.unresolved == told.handoffs == ()
    json.dumps(told.as_dict())


def test_what_was_refused_handed_off_or_only_quoted_is_unresolved(
    settings: Settings, log: Log
) -> None:
    log.refuse("附近有餐厅吗")
    log.refuse("请问附近有餐厅吗？", day=YESTERDAY)
    log.add("怎么改密码", decision="degraded", reason="model_timeout")
    log.refuse("你好", reason="greeting")
    log.add("怎么导出？")

    most, other = figures(settings).unresolved
    assert (most.count, most.days, most.last) == (2, 2, TODAY)
    assert dict(most.reasons) == {"not_found": 2}
    assert (other.example, dict(other.reasons)) == ("怎么改密码", {"model_timeout": 1})


def test_who_meant_none_of_what_was_offered_asked_what_stands_before(
    settings: Settings, log: Log
) -> None:
    log.refuse("屏幕太刺眼了", conversation="c1")
    log.hand_off("都不是", conversation="c1", reason="none_offered")

    told = figures(settings)
    assert [(one.example, dict(one.reasons)) for one in told.unresolved] == [
        ("屏幕太刺眼了", {"not_found": 1})
    ]
    assert [(one.example, dict(one.reasons)) for one in told.handoffs] == [
        ("屏幕太刺眼了", {"none_offered": 1})
    ]
    assert told.total.outcomes["handed_off"] == 1


def test_a_handoff_goes_by_what_the_customer_had_asked_before(settings: Settings, log: Log) -> None:
    log.add("发票抬头怎么改？", conversation="c1")
    log.refuse("别的客户的问题", conversation="c2")
    log.hand_off("转人工", conversation="c1")
    log.hand_off("人工！人工！", conversation="c1", reason="angry")
    log.hand_off("找你们客服", conversation="c3")

    told = figures(settings)
    named = {topic.example: dict(topic.reasons) for topic in told.handoffs}
    assert named == {
        "发票抬头怎么改？": {"asks_for_person": 1, "angry": 1},
        "找你们客服": {"asks_for_person": 1},
    }


def test_the_refusal_too_many_is_a_handoff_of_its_own_question(
    settings: Settings, log: Log
) -> None:
    log.refuse("能导入 Jira 吗", conversation="c1")
    log.hand_off("支持区块链存证吗", conversation="c1", reason="refused_repeatedly")
    log.hand_off("转人工", conversation="c1")

    (topic,) = figures(settings).handoffs
    assert topic.example == "支持区块链存证吗"
    assert dict(topic.reasons) == {"asks_for_person": 1, "refused_repeatedly": 1}


@pytest.mark.parametrize("choice", ["1", "第二个", "是的", "the first one"])
def test_who_picked_from_what_was_offered_asked_what_stands_before(
    settings: Settings, log: Log, choice: str
) -> None:
    log.refuse("屏幕太刺眼了", conversation="c1")
    log.add(choice, conversation="c1")
    log.hand_off("转人工", conversation="c1")

    assert [topic.example for topic in figures(settings).handoffs] == ["屏幕太刺眼了"]


def test_greetings_and_thanks_before_a_handoff_are_not_what_was_asked(
    settings: Settings, log: Log
) -> None:
    log.refuse("怎么退款？", conversation="c1")
    log.refuse("谢谢", conversation="c1", reason="greeting")
    log.hand_off("转人工", conversation="c1")
    log.refuse("你好", conversation="c2", reason="greeting")
    log.hand_off("转人工", conversation="c2")

    assert [(topic.example, topic.count) for topic in figures(settings).handoffs] == [
        ("怎么退款？", 1),
        ("转人工", 1),
    ]


def test_personal_data_is_in_no_figure(settings: Settings, log: Log) -> None:
    log.refuse("我叫王建国，电话 13812345678，查不到单", customer="王建国", conversation="王建国")

    told = json.dumps(figures(settings).as_dict(), ensure_ascii=False)
    assert "〈人名1〉" in told
    assert "王建国" not in told
    assert "13812345678" not in told


def test_figures_follow_the_log_when_it_grows_and_when_somebody_is_forgotten(
    settings: Settings, log: Log
) -> None:
    log.refuse("附近有餐厅吗")
    assert figures(settings).total.questions == 1
    assert figures(settings) is figures(settings)
    log.refuse("附近有停车场吗")
    assert figures(settings).total.questions == 2
    file_of(settings).unlink()
    assert figures(settings).total.questions == 0


def test_the_tables_hold_what_the_figures_say(settings: Settings, log: Log) -> None:
    log.add("怎么导出？", customer="u1", tiers=("faq", "changelog"))
    log.refuse("附近有餐厅吗", day=YESTERDAY)

    days = day_table(figures(settings, 2))
    assert days.schema.equals(DAYS_SCHEMA, check_metadata=True)
    before, today = days.to_pylist()
    assert (before["day"], before["refused"], before["direct"]) == (YESTERDAY, 1, 0)
    assert (today["questions"], today["customers"], today["changelog"]) == (1, 1, 1)
    assert (today["milliseconds_p95"], today["first_piece_p50"]) == (100.0, 50.0)
    asked = turns(settings, 2)
    assert asked.schema.equals(TURNS_SCHEMA, check_metadata=True)
    assert asked["question"].to_pylist() == ["附近有餐厅吗", "怎么导出？"]


def test_the_json_form_holds_counts_shares_and_iso_days(settings: Settings, log: Log) -> None:
    log.add("怎么导出？")
    log.refuse("附近有餐厅吗")
    log.add("怎么改密码？")

    told = figures(settings, 1).as_dict()
    assert (told["since"], told["until"]) == ("2026-11-20", "2026-11-20")
    assert told["total"]["outcomes"]["direct"] == {"count": 2, "share": 0.6667}
    (day,) = told["days"]
    assert day == {"day": "2026-11-20"} | told["total"]
    (topic,) = told["unresolved"]
    assert topic["last"] == "2026-11-20"


@pytest.fixture
def month(settings: Settings) -> Settings:
    """A month of 20,000 conversations of three questions, one in four of them unresolved."""
    words = ("导出", "聊天", "记录", "发票", "抬头", "密码", "会议", "投屏", "考勤", "打卡", "通知")
    decisions = [("direct", "faq_match"), ("grounded", "passages"), ("direct", "faq_match")]
    decisions.append(("refuse", "not_found"))
    for back in range(30):
        day = TODAY - timedelta(days=back)
        lines = []
        for number in range(2000):
            serial = back * 2000 + number
            who = {"conversation": f"{serial // 3:032x}", "customer": f"{serial // 7:032x}"}
            at = datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat()
            picked = "".join(words[serial * step % len(words)] for step in (1, 3, 7, 11))
            decision, reason = decisions[serial % 4]
            asked = {"at": at, "role": "customer", "text": f"{picked}{serial % 997}怎么办"}
            told = {"at": at, "role": "other", "text": "请打开「设置」。" * 20}
            about = {"decision": decision, "reason": reason, "handoff": False, "version": "1"}
            about |= {"tiers": ["faq"], "records": ["0f3a"], "client": "web"}
            about |= {"milliseconds": serial % 3000, "first_piece": serial % 300}
            lines += [json.dumps(who | asked), json.dumps(who | told | about)]
        file_of(settings, day).parent.mkdir(parents=True, exist_ok=True)
        file_of(settings, day).write_text("\n".join(lines) + "\n", "utf-8")
    return settings


@pytest.mark.long
def test_a_month_of_20_000_conversations_takes_under_two_seconds(month: Settings) -> None:
    told, seconds = timed(lambda: figures(month))
    assert (told.total.questions, told.total.conversations) == (60_000, 20_000)
    assert told.total.outcomes["refused"] == 15_000
    assert seconds < 2
