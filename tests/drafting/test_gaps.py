"""Which questions are drafted for, and which draft belongs to which."""

from datetime import timedelta

from pipelines.drafting.gaps import DAYS, MOST, gaps
from pipelines.drafting.make import waiting
from pipelines.drafts import decide, read_drafts
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse
from tests.analytics.logged import TODAY, Log
from tests.drafting.conftest import Keep


def asked(settings: Settings, warehouse: Warehouse) -> list[str]:
    return [topic.example for topic in waiting(settings, warehouse)]


def test_what_was_asked_most_and_not_answered_comes_first(
    settings: Settings, warehouse: Warehouse, log: Log
) -> None:
    log.add("忘记密码怎么办")
    log.refuse("会议怎么录制")
    for question in ("聊天记录怎么导出", "怎么导出聊天记录？", "聊天记录怎么导出"):
        log.refuse(question)
    log.refuse("发票多久开出", decision="degraded", reason="no_model")
    found = gaps(settings, ())
    assert [gap.topic.count for gap in found if gap.topic] == [3, 1, 1]
    assert asked(settings, warehouse)[0] == "聊天记录怎么导出"


def test_who_wants_a_person_or_is_angry_asks_nothing_that_an_entry_could_answer(
    settings: Settings, warehouse: Warehouse, log: Log
) -> None:
    log.hand_off("转人工")
    log.hand_off("你们太差劲了", reason="angry")
    log.hand_off("会议怎么录制", reason="refused_repeatedly")
    for conversation in ("a", "b"):
        log.hand_off("都不是", conversation=conversation, reason="none_offered")
    assert asked(settings, warehouse) == ["会议怎么录制"]


def test_only_the_last_seven_days_and_ten_topics_count(
    settings: Settings, warehouse: Warehouse, log: Log
) -> None:
    log.refuse("很久以前的问题", day=TODAY - timedelta(days=DAYS))
    for number in range(MOST + 2):
        log.refuse(f"错误码 E{number} 是什么", day=TODAY - timedelta(days=DAYS - 1))
    found = asked(settings, warehouse)
    assert len(found) == MOST
    assert "很久以前的问题" not in found


def test_a_draft_is_its_topics_also_when_another_wording_leads(
    settings: Settings, warehouse: Warehouse, log: Log, drafted: Keep
) -> None:
    draft = drafted("聊天记录怎么导出")
    for _ in range(2):
        log.refuse("请问怎么导出聊天记录？")
    (gap,) = gaps(settings, read_drafts(warehouse))
    assert gap.topic is not None
    assert (gap.topic.example, gap.draft) == ("请问怎么导出聊天记录？", draft)


def test_what_somebody_decided_on_waits_no_more(
    settings: Settings, warehouse: Warehouse, drafted: Keep
) -> None:
    draft = drafted("聊天记录怎么导出")
    decide(warehouse, draft, "dismissed")
    assert asked(settings, warehouse) == []
    decide(warehouse, draft, "draft")
    assert asked(settings, warehouse) == ["聊天记录怎么导出"]


def test_a_decision_is_one_on_the_question_in_its_other_wording_too(
    settings: Settings, warehouse: Warehouse, log: Log, drafted: Keep
) -> None:
    draft = drafted("聊天记录怎么导出")
    decide(warehouse, draft, "dismissed")
    later = settings.model_copy(update={"as_of": TODAY + timedelta(days=DAYS)})
    log.refuse("请问怎么导出聊天记录？", day=later.now().date())
    log.refuse("聊天记录怎么删除", day=later.now().date())
    found = {gap.topic.example: gap for gap in gaps(later, read_drafts(warehouse)) if gap.topic}
    decided = found["请问怎么导出聊天记录？"]
    assert decided.draft is not None
    assert (decided.draft.id, decided.waits) == (draft.id, False)
    assert found["聊天记录怎么删除"].draft is None


def test_what_was_decided_on_makes_room_for_what_was_asked_less(
    settings: Settings, warehouse: Warehouse, log: Log, drafted: Keep
) -> None:
    for number in range(MOST):
        question = f"错误码 E{number} 是什么"
        log.refuse(question)
        decide(warehouse, drafted(question), "dismissed")
    for number in range(MOST, 2 * MOST + 2):
        log.refuse(f"错误码 E{number} 是什么")
    found = gaps(settings, read_drafts(warehouse))
    assert [gap.waits for gap in found] == [False] * MOST + [True] * MOST


def test_a_draft_of_a_question_that_is_asked_no_more_is_listed_behind_the_others(
    settings: Settings, warehouse: Warehouse, drafted: Keep, log: Log
) -> None:
    draft = drafted("聊天记录怎么导出")
    log.refuse("会议怎么录制")
    later = settings.model_copy(update={"as_of": TODAY + timedelta(days=DAYS)})
    assert [gap.draft for gap in gaps(later, read_drafts(warehouse))] == [draft]
