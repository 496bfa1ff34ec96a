"""How sure a match is, and when a release overtakes an FAQ answer."""

from datetime import UTC, datetime

from pipelines.confidence import (
    Thresholds,
    confidence,
    figures,
    lead_over_next,
    overtakes,
)
from pipelines.settings import Answering
from tests.answer.conftest import MakeHit

MEASURED = Answering()


def test_a_clear_lead_makes_a_match_direct_and_a_tie_does_not(make_hit: MakeHit) -> None:
    best = make_hit(question=3.5, coverage=0.7)
    assert confidence(best, lead=2.5) > MEASURED.direct
    assert confidence(best, lead=0.1) < MEASURED.direct


def test_a_far_question_is_not_supported_whatever_its_words(make_hit: MakeHit) -> None:
    assert confidence(make_hit(question=-2.0, coverage=0.3), lead=0.3) < MEASURED.support


def test_a_twin_with_the_same_answer_is_no_competition(make_hit: MakeHit) -> None:
    best = make_hit("答案 一", title="甲", question=4.0)
    twin = make_hit("答案  一", title="乙", question=3.9)
    other = make_hit("别的", title="丙", question=1.0)
    assert lead_over_next([best, twin, other]) == 3.0
    assert lead_over_next([]) == 0.0


def test_a_release_that_moves_the_answers_figure_overtakes_it(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("单个文件最大 2 GB。")
    change = make_hit("上传上限从 2 GB 提高到 5 GB", tier="changelog", at=release_day)
    assert overtakes(change, entry)


def test_a_release_that_agrees_with_the_answer_overtakes_nothing(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("一个群最多 5,000 人。")
    change = make_hit("超大群，企业版最多 5000 人", tier="changelog", at=release_day)
    assert not overtakes(change, entry)


def test_an_answer_that_already_says_the_new_figure_holds(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("最多 20 个分支、30 个节点。")
    change = make_hit("条件分支从 10 个增加到 20 个", tier="changelog", at=release_day)
    assert not overtakes(change, entry)
    recall = make_hit("24 小时内可以撤回，管理员可改。")
    longer = make_hit("撤回时限从 2 分钟延长到 24 小时", tier="changelog", at=release_day)
    assert not overtakes(longer, recall)


def test_an_entry_reviewed_after_the_release_holds(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("单个文件最大 2 GB。", at=datetime(2026, 11, 18, tzinfo=UTC))
    change = make_hit("上传上限从 2 GB 提高到 5 GB", tier="changelog", at=release_day)
    assert not overtakes(change, entry)


def test_a_release_about_something_else_overtakes_nothing(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("单个文件最大 2 GB。")
    far = make_hit("缓存从 2 GB 降到 1 GB", tier="changelog", at=release_day, passage=0.2)
    assert not overtakes(far, entry)


def test_a_release_that_ends_what_is_asked_about_overtakes(
    make_hit: MakeHit, release_day: datetime
) -> None:
    entry = make_hit("可以，v1 接口仍可使用。")
    change = make_hit("移除 v1 接口", tier="changelog", at=release_day, coverage=0.8)
    assert overtakes(change, entry)


def test_a_change_of_the_named_version_always_supports(make_hit: MakeHit) -> None:
    thresholds = Thresholds.from_settings(Answering())
    change = make_hit("小改动", tier="changelog", version="2.4.0", passage=-1.0, coverage=0.0)
    assert thresholds.change_supports(change, "2.4.0 更新了什么？")
    assert thresholds.change_supports(change, "2.4 版本更新了什么？")
    assert not thresholds.change_supports(change, "12.4.01 更新了什么？")
    assert not thresholds.change_supports(change, "2.40 更新了什么？")
    assert not thresholds.change_supports(change, "更新了什么？")


def test_figures_are_compared_with_their_units() -> None:
    assert figures("最多 5,000 人，2GB，３０ 天") == ["5000人", "2gb", "30天"]


def test_configured_thresholds_win_over_the_measured_ones() -> None:
    assert Thresholds.from_settings(Answering(direct=0.5)).direct == 0.5
    assert Thresholds.from_settings(Answering()).direct == 0.95
