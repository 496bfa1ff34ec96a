"""Whether the first FAQ entry is given verbatim: sure, ahead, and not vetoed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.answer_check import MOST, USUAL
from pipelines.direct import LEAST_LEAD, rule, tells_release
from pipelines.embedding.cross_encoder import ORDER, Pair, Task
from pipelines.search import Hit, QueryEmbedder
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.answer.conftest import MakeHit
from tests.small_index import RECIPE, ReadsAlike, build, faq, read_as

SURE = {"question": 9.0, "passage": 9.0, "words": 0.9, "coverage": 0.9}
DOUBTFUL = {"question": 0.5, "passage": 0.0, "words": 0.0, "coverage": 1.0}
FAR = {"question": 1.0, "passage": 1.0, "words": 0.1, "coverage": 0.1}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return build(Warehouse(tmp_path_factory.mktemp("direct")), faq()).version


def unused() -> QueryEmbedder:
    pytest.fail("nothing is vetoed that is not given anyway")


class Checker(ReadsAlike):
    """An embedder that is asked for nothing but the answer check, with this outcome."""

    id = "checker"

    def __init__(self, odds: float = USUAL) -> None:
        self._odds = odds

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError("nothing is embedded for it")

    def encode_pairs(self, pairs: Sequence[Pair], task: Task = ORDER) -> NDArray[np.float32]:
        return read_as(self._odds, pairs, task)


def test_a_sure_match_far_ahead_is_direct(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE), make_hit("乙", title="乙", **FAR)]
    ruling = rule("自动续费怎么打开？", hits, version, Checker)
    assert ruling.is_direct
    assert ruling.as_dict()["veto"] is None


def test_what_the_check_doubts_is_not_given(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE), make_hit("乙", title="乙", **FAR)]
    ruling = rule("自动续费什么时候扣钱？", hits, version, lambda: Checker(-MOST))
    assert not ruling.is_direct
    assert ruling.checked is not None
    assert ruling.checked < ruling.least < ruling.sure
    assert ruling.as_dict()["checked"] == round(ruling.checked, 4)


def test_what_was_not_quite_sure_is_given_where_the_check_is(
    version: Version, make_hit: MakeHit
) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **FAR)]
    question = "自动续费怎么打开？"
    assert not rule(question, hits, version, Checker).is_direct
    assert rule(question, hits, version, lambda: Checker(MOST)).is_direct


def test_an_entrys_own_question_is_not_checked(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **{**SURE, "coverage": 1.0})]
    ruling = rule("如何开启自动续费", hits, version, lambda: Checker(-MOST))
    assert ruling.is_direct
    assert ruling.checked is None


def test_the_companys_name_keeps_none(tmp_path: Path, make_hit: MakeHit) -> None:
    recipe = replace(RECIPE, company="Tasklane")
    version = build(Warehouse(tmp_path), faq(), recipe=recipe).version
    hits = [make_hit("Yes.", title="Do you offer a trial?", **SURE), make_hit("No.", **FAR)]
    assert rule("Does Tasklane offer a trial?", hits, version, Checker).is_direct


def test_a_veto_keeps_it_and_is_told(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE), make_hit("乙", title="乙", **FAR)]
    ruling = rule("自动续费怎么关闭？", hits, version, Checker)
    assert ruling.is_ahead
    assert not ruling.is_direct
    assert ruling.as_dict()["veto"] == {"reason": "opposite", "because": "关闭 ≠ 开启"}


def test_a_question_in_traditional_script_is_kept_from_the_same_entries(
    version: Version, make_hit: MakeHit
) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE)]
    ruling = rule("自動續費怎麼關閉？", hits, version, Checker)
    assert ruling.as_dict()["veto"] == {"reason": "opposite", "because": "关闭 ≠ 开启"}
    assert rule("自動續費怎麼打開？", hits, version, Checker).is_direct


def test_an_entry_in_traditional_script_is_read_in_the_same_one(
    version: Version, make_hit: MakeHit
) -> None:
    hits = [make_hit("3 小時內到賬。", title="退款後幾小時到賬？", **{**SURE, "coverage": 1.0})]
    assert rule("退款后几小时到账", hits, version, Checker).is_own_question
    for question in ("退款後24小時到賬嗎", "退款后24小时到账吗"):
        hits = [make_hit("可以，3 小時內到賬。", title="退款後3小時到賬嗎？", **SURE)]
        ruling = rule(question, hits, version, Checker)
        assert ruling.veto is not None
        assert ruling.veto.reason == "other_number"


def tied(make_hit: MakeHit) -> list[Hit]:
    return [make_hit("甲", title="甲", **SURE), make_hit("乙", title="乙", **SURE)]


def unsure(make_hit: MakeHit) -> list[Hit]:
    return [make_hit("甲", title="甲", **FAR, reading=-6.0)]


def test_a_tie_a_far_match_and_nothing_are_not_direct(version: Version, make_hit: MakeHit) -> None:
    for hits in (tied(make_hit), unsure(make_hit), []):
        ruling = rule("甲？", hits, version, unused)
        assert not ruling.is_direct
        assert ruling.veto is None
    assert rule("甲？", tied(make_hit), version, unused).lead < LEAST_LEAD


def test_an_entrys_own_question_is_sure_whatever_the_figures_say(
    version: Version, make_hit: MakeHit
) -> None:
    hits = [make_hit("甲", title="OSS 怎么收费？", **DOUBTFUL)]
    assert rule("oss怎么收费", hits, version, Checker).is_direct
    assert not rule("oss怎么计费", hits, version, Checker).is_direct


def test_two_entries_with_one_question_stay_a_tie(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit(text, title="OSS 怎么收费？", **DOUBTFUL) for text in ("按量。", "包年。")]
    assert not rule("OSS 怎么收费？", hits, version, Checker).is_direct


def refunds(make_hit: MakeHit) -> list[Hit]:
    """Two products' entries on refunds, of which that of the drive reads far better."""
    drive, meeting = (
        make_hit("七天内申请。", title="怎么退款？", **{**SURE, "coverage": 1.0}),
        make_hit("不退款。", title="怎么退款？", **FAR),
    )
    return [
        replace(drive, questions=("怎么退款？", "云盘怎么退款？")),
        replace(meeting, questions=("怎么退款？", "会议怎么退款？")),
    ]


@pytest.mark.parametrize("question", ["怎么退款？", "请问怎么退款"])
def test_a_question_of_two_entries_is_not_direct_however_far_the_first_is_ahead(
    version: Version, make_hit: MakeHit, question: str
) -> None:
    ruling = rule(question, refunds(make_hit), version, Checker)
    assert not ruling.is_direct
    assert ruling.lead == 0.0


@pytest.mark.parametrize("question", ["云盘怎么退款？", "请问云盘怎么退款"])
def test_a_question_that_names_what_only_the_first_asks_with_is_direct(
    version: Version, make_hit: MakeHit, question: str
) -> None:
    assert rule(question, refunds(make_hit), version, Checker).is_direct


def test_two_entries_with_one_question_and_one_answer_are_direct(
    version: Version, make_hit: MakeHit
) -> None:
    first, other = refunds(make_hit)
    assert rule(
        "怎么退款？", [first, replace(other, answer=first.answer)], version, Checker
    ).is_direct


def test_an_entry_that_names_a_release_tells_of_it(make_hit: MakeHit) -> None:
    assert tells_release(make_hit("2.4.0 版起支持。"))
    assert not tells_release(make_hit("在设置里打开。"))
