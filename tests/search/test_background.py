"""The background: closeness told in deviations above questions that are about something else."""

import numpy as np
import pytest

from pipelines.search.background import LEAST, USUAL, Background, Spread

RANDOM = np.random.default_rng(3)


def unit(count: int, around: float, dim: int = 64) -> np.ndarray:
    """Unit vectors whose cosine to the first axis is about `around`."""
    cosines = np.clip(RANDOM.normal(around, 0.02, count), -1, 1)
    rest = RANDOM.normal(size=(count, dim - 1))
    rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    sides = rest * np.sqrt(1 - cosines**2)[:, None]
    return np.concatenate([cosines[:, None], sides], axis=1).astype(np.float32)


QUESTION = np.eye(64, dtype=np.float32)[0]


def test_the_middle_is_that_of_questions_of_the_same_language() -> None:
    both = Background({True: unit(200, 0.85), False: unit(200, 0.70)})
    assert both.spread(QUESTION, chinese=True).middle == pytest.approx(0.85, abs=0.01)
    assert both.spread(QUESTION, chinese=False).middle == pytest.approx(0.70, abs=0.01)


def test_questions_about_the_same_thing_do_not_widen_the_deviation() -> None:
    plain = Background({True: unit(200, 0.85), False: unit(0, 0)})
    related = np.concatenate([unit(170, 0.85), unit(30, 0.97)])
    crowded = Background({True: related, False: unit(0, 0)})
    wide = crowded.spread(QUESTION, chinese=True).deviation
    assert wide < 1.3 * plain.spread(QUESTION, chinese=True).deviation


def test_a_language_of_few_questions_borrows_the_other_ones() -> None:
    english = Background({True: unit(LEAST - 1, 0.9), False: unit(200, 0.70)})
    assert english.spread(QUESTION, chinese=True).middle == pytest.approx(0.70, abs=0.02)


def test_of_next_to_nothing_the_usual_spread_holds() -> None:
    few = Background({True: unit(LEAST // 2, 0.5), False: unit(2, 0.5)})
    assert few.spread(QUESTION, chinese=True) == USUAL


def test_closeness_is_told_in_deviations() -> None:
    assert Spread(0.8, 0.02).standardise(0.86) == pytest.approx(3.0)
