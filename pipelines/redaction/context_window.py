"""Context words in Chinese: looked for among the characters beside a finding, not among words."""

from presidio_analyzer import ContextAwareEnhancer, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

_BEFORE, _AFTER = 16, 8
_LIFT = 0.35
_LEAST_LIFTED = 0.4


class CharacterWindow(ContextAwareEnhancer):
    """Lifts the score of a finding beside one of its recognizer's `context` words.

    Presidio's own enhancer compares words, which a text without a tokenizer has none of.
    """

    def __init__(self) -> None:
        super().__init__(_LIFT, _LEAST_LIFTED, _BEFORE, _AFTER)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return `raw_results`, with the scores of those lifted that a context word stands by."""
        if not raw_results or not any(one.context for one in recognizers):
            return raw_results
        words = {
            one.id: [word.lower() for word in one.context or () if word] for one in recognizers
        }
        lower = text.lower() if len(text.lower()) == len(text) else text
        for result in raw_results:
            wanted = words.get(_recognizer_of(result), [])
            before = lower[max(0, result.start - self.context_prefix_count) : result.start]
            after = lower[result.end : result.end + self.context_suffix_count]
            if any(word in before or word in after for word in wanted):
                lifted = max(result.score + self.context_similarity_factor, _LEAST_LIFTED)
                result.score = min(self.MAX_SCORE, lifted)
        return raw_results


def _recognizer_of(result: RecognizerResult) -> str:
    return str((result.recognition_metadata or {}).get(result.RECOGNIZER_IDENTIFIER_KEY, ""))
