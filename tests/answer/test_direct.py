"""Whether the first FAQ entry is given verbatim: sure, ahead, and not vetoed."""

import pytest

from pipelines.direct import LEAST_LEAD, rule, tells_release
from pipelines.search import Hit, QueryEmbedder
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.answer.conftest import MakeHit
from tests.small_index import build, faq

SURE = {"question": 9.0, "passage": 9.0, "words": 0.9, "coverage": 0.9}
DOUBTFUL = {"question": 0.5, "passage": 0.0, "words": 0.0, "coverage": 1.0}
FAR = {"question": 1.0, "passage": 1.0, "words": 0.1, "coverage": 0.1}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return build(Warehouse(tmp_path_factory.mktemp("direct")), faq()).version


def unused() -> QueryEmbedder:
    pytest.fail("nothing is vetoed that is not given anyway")


class NoModel:
    """Stands where an embedder has to, and is asked nothing."""


def test_a_sure_match_far_ahead_is_direct(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE), make_hit("乙", title="乙", **FAR)]
    ruling = rule("自动续费怎么打开？", hits, version, NoModel)
    assert ruling.is_direct
    assert ruling.as_dict()["veto"] is None


def test_a_veto_keeps_it_and_is_told(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit("甲", title="如何开启自动续费？", **SURE), make_hit("乙", title="乙", **FAR)]
    ruling = rule("自动续费怎么关闭？", hits, version, NoModel)
    assert ruling.is_ahead
    assert not ruling.is_direct
    assert ruling.as_dict()["veto"] == {"reason": "opposite", "because": "关闭 ≠ 开启"}


def tied(make_hit: MakeHit) -> list[Hit]:
    return [make_hit("甲", title="甲", **SURE), make_hit("乙", title="乙", **SURE)]


def unsure(make_hit: MakeHit) -> list[Hit]:
    return [make_hit("甲", title="甲", **FAR)]


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
    assert rule("oss怎么收费", hits, version, NoModel).is_direct
    assert not rule("oss怎么计费", hits, version, NoModel).is_direct


def test_two_entries_with_one_question_stay_a_tie(version: Version, make_hit: MakeHit) -> None:
    hits = [make_hit(text, title="OSS 怎么收费？", **DOUBTFUL) for text in ("按量。", "包年。")]
    assert not rule("OSS 怎么收费？", hits, version, NoModel).is_direct


def test_an_entry_that_names_a_release_tells_of_it(make_hit: MakeHit) -> None:
    assert tells_release(make_hit("2.4.0 版起支持。"))
    assert not tells_release(make_hit("在设置里打开。"))
