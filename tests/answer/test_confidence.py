"""How sure a match is, and when a change may be used."""

from pipelines.confidence import Thresholds, confidence, lead_over_next
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


def test_a_change_supports_by_closeness_and_shared_words_and_not_by_its_version(
    make_hit: MakeHit,
) -> None:
    thresholds = Thresholds.from_settings(Answering())
    change = {"tier": "changelog", "version": "2.4.0"}
    assert thresholds.change_supports(make_hit(passage=1.0, coverage=0.6, **change))
    assert not thresholds.change_supports(make_hit(passage=3.0, coverage=0.3, **change))
    assert not thresholds.change_supports(make_hit("2.4.0", passage=0.0, coverage=0.6, **change))


def test_configured_thresholds_win_over_the_measured_ones() -> None:
    assert Thresholds.from_settings(Answering(direct=0.5)).direct == 0.5
    assert Thresholds.from_settings(Answering()).direct == 0.95
