"""Context words lift a score where they stand close, in Chinese as in English."""

import pytest
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from pipelines.redaction.context_window import CharacterWindow


def scores(text: str, context: list[str] | None, score: float = 0.3) -> list[float]:
    """Return the scores of passport-like runs in `text` after the window looked at them."""
    recognizer = PatternRecognizer(
        supported_entity="PASSPORT",
        supported_language="zh",
        patterns=[Pattern("passport", r"(?<![0-9A-Za-z])E[0-9]{8}", score)],
        context=context,
    )
    language = NoOpNlpEngine([{"lang_code": "zh", "model_name": "none"}])
    language.load()
    nothing = language.process_text("", "zh")
    found = recognizer.analyze(text, ["PASSPORT"], nothing)
    lifted = CharacterWindow().enhance_using_context(text, found, nothing, [recognizer])
    return [round(result.score, 2) for result in lifted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("护照号码是E12345678", 0.65),
        ("我的护照丢了，号码 E12345678", 0.65),
        ("E12345678是我的护照", 0.65),
        ("My PASSPORT is E12345678", 0.65),
        ("错误码E12345678", 0.3),
        ("护照" + "很久以前的事" * 3 + "E12345678", 0.3),
        ("E12345678" + "很久以前的事" * 2 + "护照", 0.3),
        ("İİİ护照E12345678", 0.65),
    ],
)
def test_a_word_close_by_lifts_the_score(text: str, expected: float) -> None:
    assert scores(text, ["护照", "passport"]) == [expected]


def test_a_lifted_score_is_at_least_useful_and_at_most_sure() -> None:
    assert scores("护照E12345678", ["护照"], 0.01) == [0.4]
    assert scores("护照E12345678", ["护照"], 0.9) == [1.0]


@pytest.mark.parametrize("context", [None, []])
def test_without_context_words_nothing_is_lifted(context: list[str] | None) -> None:
    assert scores("护照E12345678", context) == [0.3]
