"""How sure a match is in general, and when a change may be used."""

import pytest

from pipelines.confidence import (
    CLEAR_LEAD,
    STORY,
    STORY_CLEAR,
    STORY_NEAR,
    Thresholds,
    alike,
    far_ahead,
    lead_in_story,
    lead_over_next,
    logit,
)
from pipelines.search.evidence import WEIGHTS
from pipelines.settings import Answering
from tests.answer.conftest import MakeHit


def test_a_match_that_shares_no_words_and_has_a_rival_is_unlikely(make_hit: MakeHit) -> None:
    far = make_hit("甲", question=0.2, passage=0.1, words=0.05, coverage=0.1)
    rival = make_hit("乙", question=0.1, passage=0.1, words=0.05, coverage=0.1)
    assert logit([far, rival]) < -0.5


def test_a_close_match_far_ahead_of_the_next_is_likely(make_hit: MakeHit) -> None:
    close = make_hit("甲", question=6.0, passage=6.0, words=0.9, reading=5.0)
    rival = make_hit("乙", question=2.0, passage=2.0, words=0.2, behind=-4.0)
    assert logit([close, rival]) > 2


def test_a_match_that_reads_badly_is_unlikely_however_close(make_hit: MakeHit) -> None:
    close = make_hit("甲", question=6.0, passage=6.0, words=0.9, reading=-6.0)
    assert logit([close]) < 0


def test_an_entry_that_reads_better_is_surer_at_the_same_lead(make_hit: MakeHit) -> None:
    less = [make_hit(text, reading=0.4) for text in ("甲", "乙")]
    more = [make_hit(text, reading=0.8) for text in ("甲", "乙")]
    assert logit(more) > logit(less)


@pytest.mark.parametrize("sign", ["question", "passage", "words", "behind"])
def test_a_rival_that_is_ahead_in_any_sign_makes_a_match_less_sure(
    make_hit: MakeHit, sign: str
) -> None:
    first = make_hit("甲", question=9.0, passage=9.0, words=0.4)
    level = make_hit("乙", question=1.0, passage=1.0, words=0.1)
    ahead = {"question": 9.1, "passage": 9.1, "words": 0.5, "behind": 0.1}
    rival = make_hit("丙", **{"question": 1.0, "passage": 1.0, "words": 0.1, sign: ahead[sign]})
    assert logit([first, rival]) < logit([first, level])


def test_nothing_found_is_never_sure() -> None:
    assert logit([]) == float("-inf")
    assert lead_over_next([]) == 0.0


def test_a_twin_with_the_same_answer_is_no_competition(make_hit: MakeHit) -> None:
    best = make_hit("打开控制台，选择实例，点击重启。", title="甲", question=4.0)
    twin = make_hit("打开控制台， 选择实例，点击重启", title="乙", question=3.9)
    other = make_hit("请联系销售", title="丙", question=1.0)
    assert lead_over_next([best, twin, other]) == best.evidence.total - other.evidence.total
    assert lead_over_next([best, twin]) == CLEAR_LEAD


def test_answers_that_differ_in_a_number_are_two_answers() -> None:
    assert alike(
        "上传的单个文件最大为 10 GB，超过时请分卷。", "上传的单个文件最大 10 GB，超过时请分卷"
    )
    assert not alike(
        "上传的单个文件最大为 10 GB，超过时请分卷。", "上传的单个文件最大为 2 GB，超过时请分卷。"
    )
    assert not alike("打开设置。", "联系客服。")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # What a link leads to is not read, and its number is none of the answer's.
        (
            "详情请参见[公网带宽计费](/cn.zh-CN/产品计费/计费项/公网带宽计费.md)。",
            "详情请参见[公网带宽计费](../help/knowledge_detail/40637.html#top)。",
        ),
        ("退款规则见 https://help.example/37096.html 。", "退款规则见 https://help.example/1 。"),
        # A thing is called a little otherwise.
        (
            "不是。该上限调整对调整日期之前和之后创建的所有 VPC 类型实例的安全组都生效。",
            "不是。该上限调整对调整日期之前和之后创建的所有专有网络VPC类型ECS实例的安全组都生效。",
        ),
    ],
)
def test_twins_of_one_answer_on_two_pages_are_alike(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "不支持。使用可用区级的预留实例券抵扣时，按量付费实例规格必须和券面实例规格完全一致。",
            "不支持。使用可用区级的预留实例券抵扣时，按量付费实例的所属可用区必须和券面的可用区信息完全一致。",
        ),
        ("请参见[计费说明](a.md)第 3 节。", "请参见[计费说明](a.md)第 4 节。"),
    ],
)
def test_what_is_said_of_another_thing_in_the_same_words_is_another_answer(
    one: str, other: str
) -> None:
    assert not alike(one, other)


def test_a_change_supports_by_closeness_and_shared_words_and_not_by_its_version(
    make_hit: MakeHit,
) -> None:
    thresholds = Thresholds.from_settings(Answering())
    change = {"tier": "changelog", "version": "2.4.0"}
    assert thresholds.change_supports(make_hit(passage=1.0, coverage=0.6, **change))
    assert not thresholds.change_supports(make_hit(passage=3.0, coverage=0.3, **change))
    assert not thresholds.change_supports(make_hit("2.4.0", passage=0.0, coverage=0.6, **change))


def test_a_change_far_ahead_of_all_others_that_shares_a_telling_word_is_found(
    make_hit: MakeHit,
) -> None:
    change = {"tier": "changelog", "version": "2.1.0"}
    story = {"question": 5.9, "passage": 5.9, "words": 0.17, "coverage": 0.2}
    first = make_hit("调用返回 HTTP 410", **story, **change)
    next_change = make_hit("循环跳转", question=3.0, passage=3.0, words=0.0, **change)
    rival = make_hit("接口限流", question=5.0, passage=5.0, words=0.1)
    talk = make_hit("接口返回 401", tier="dialogues", question=5.9, passage=5.9, words=0.1)

    assert far_ahead([first, talk, next_change]) is first
    assert far_ahead([first, rival, next_change]) is None
    assert far_ahead([make_hit("别的", **(story | {"words": 0.0}), **change), next_change]) is None
    assert far_ahead([make_hit("别的", **(story | {"passage": 3.0}), **change)]) is None
    assert far_ahead([talk, make_hit("怎么退款")]) is None
    assert far_ahead([]) is None


def test_a_change_that_was_overtaken_neither_leads_nor_competes(make_hit: MakeHit) -> None:
    near = {"tier": "changelog", "question": 5.0, "passage": 5.0, "words": 0.35, "coverage": 0.4}
    now = make_hit("延长到 60 天", version="2.5.0", **near)
    once = make_hit(
        "保留 30 天", version="1.2.0", until="2.5.0", overtaken_by=(now.chunk.entry_id,), **near
    )

    assert far_ahead([once, now]) is now
    assert far_ahead([once]) is None


def test_thresholds_are_those_of_the_settings() -> None:
    assert Thresholds.from_settings(Answering(direct=0.5)).direct == 0.5
    assert Thresholds.from_settings(Answering()).direct == 0.98


def test_in_a_story_the_lead_counts_that_was_there_before_reading(make_hit: MakeHit) -> None:
    story = "昨晚打车回家，" * 12
    first = make_hit("甲", question=5.0, reading=-1.0)
    next_one = make_hit("乙", question=4.0, reading=-3.5, behind=-3.0)
    assert lead_over_next([first, next_one]) == pytest.approx(0.72 + 3 * WEIGHTS["behind"])
    assert lead_in_story(story, [first, next_one]) == pytest.approx(0.72)
    assert lead_in_story(story, [next_one, first]) == pytest.approx(-0.72)


def test_a_question_that_is_read_whole_is_no_story(make_hit: MakeHit) -> None:
    first, next_one = make_hit("甲", question=9.0), make_hit("乙")
    assert lead_in_story("a" * STORY, [first, next_one]) == 0.0
    assert lead_in_story("a" * (STORY + 1), [first, next_one]) > 0
    assert lead_in_story("昨" * STORY, []) == 0.0


def test_a_lead_in_a_story_is_one_over_what_any_story_shares(make_hit: MakeHit) -> None:
    story = "昨" * STORY
    alone = make_hit("甲", question=2.0, passage=2.0, words=0.1)
    assert lead_in_story(story, [alone]) < STORY_NEAR
    assert lead_in_story(story, [make_hit("甲", question=9.0)]) > STORY_CLEAR
    assert lead_in_story(story, [make_hit("甲", question=9.0, reading=-4.5)]) == 0.0
