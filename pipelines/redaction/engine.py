"""Presidio with our recognizers and operator: texts in, findings out; spans in, pseudonyms out.

Presidio, LAC and rjieba take a second to import, so only `Redactor` imports this module, when made.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as Replaced
from presidio_anonymizer.operators import Operator, OperatorType

from pipelines.redaction.addresses import find_addresses
from pipelines.redaction.credentials import find_credentials
from pipelines.redaction.findings import TYPES, Finding, Span, resolve
from pipelines.redaction.identifiers import find_birth_dates, find_identifiers
from pipelines.redaction.lac import Entity, load_lac
from pipelines.redaction.names import find_names
from pipelines.redaction.numbers import find_numbers

_LANGUAGE = "zh"
_WINDOW = 2_000
# Longer than any identifier or address: what one window cuts, the next one sees whole.
_OVERLAP = 200
_ALPHANUMERIC = re.compile("[0-9A-Za-z]")
_CONTEXTUAL = frozenset({"person", "address"})


class StructuredRecognizer(EntityRecognizer):
    """All identifiers that have a shape; one recognizer, because Presidio charges for each."""

    def __init__(self) -> None:
        types = [kind for kind in TYPES if kind not in _CONTEXTUAL]
        super().__init__(supported_entities=types, supported_language=_LANGUAGE)
        self._last: tuple[str, list[Finding]] = ("", [])

    def load(self) -> None:
        """Do nothing: there is no model."""

    def find(self, text: str) -> list[Finding]:
        """Return the findings in a shadow text; those of the last text are kept."""
        if self._last[0] != text:
            findings = [*find_birth_dates(text)]
            # Half of all messages are Han alone, and no other identifier is.
            if _ALPHANUMERIC.search(text):
                findings += [*find_numbers(text), *find_identifiers(text), *find_credentials(text)]
            self._last = (text, resolve(findings))
        return self._last[1]

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return what `find` finds, as Presidio wants it."""
        return _results(self.find(text))


class NameAddressRecognizer(EntityRecognizer):
    """Names and addresses, which only context tells: LAC, rjieba and introducing words."""

    def __init__(self, structured: StructuredRecognizer) -> None:
        super().__init__(supported_entities=sorted(_CONTEXTUAL), supported_language=_LANGUAGE)
        self._structured = structured
        self._entities: dict[str, tuple[Entity, ...]] = {}

    def load(self) -> None:
        """Load LAC."""
        self._lac = load_lac()

    def prepare(self, texts: Iterable[str]) -> None:
        """Tag `texts` in batches; `analyze` then finds them tagged."""
        self._entities = self._lac.entities(texts)

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return the names and addresses of a shadow text."""
        if text not in self._entities:
            self.prepare([text])
        tagged = self._entities[text]
        addresses = list(find_addresses(text, tagged))
        near = [*self._structured.find(text), *addresses]
        return _results(resolve(addresses) + resolve(find_names(text, tagged, near)))


class PseudonymOperator(Operator):
    """Replaces a value by the placeholder that `params["placeholders"]` holds for it."""

    def operate(self, text: str, params: dict[Any, Any] | None = None) -> str:
        """Return the placeholder of `text`."""
        known = params or {}
        placeholder = known["placeholders"].get((known["entity_type"], text))
        if placeholder is None:
            # Never a KeyError of its own: its message would be the value.
            raise LookupError(f"no placeholder for a span of type `{known['entity_type']}`")
        return str(placeholder)

    def validate(self, params: dict[Any, Any] | None = None) -> None:
        """Refuse parameters without the mapping from (type, text) to placeholder."""
        if not isinstance((params or {}).get("placeholders"), Mapping):
            raise TypeError("`placeholders` must map (type, text) to a placeholder")

    def operator_name(self) -> str:
        """Return the name that operator settings use."""
        return "pseudonym"

    def operator_type(self) -> OperatorType:
        """Return that this operator anonymizes."""
        return OperatorType.Anonymize


class Engine:
    """One analyzer and one anonymizer; not for use by two threads at once."""

    def __init__(self) -> None:
        structured = StructuredRecognizer()
        self._names = NameAddressRecognizer(structured)
        registry = RecognizerRegistry(supported_languages=[_LANGUAGE])
        registry.add_recognizer(structured)
        registry.add_recognizer(self._names)
        # Without an NLP engine of its own, AnalyzerEngine() downloads a spaCy model.
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=NoOpNlpEngine([{"lang_code": _LANGUAGE, "model_name": "none"}]),
            supported_languages=[_LANGUAGE],
            log_decision_process=False,
        )
        self._anonymizer = AnonymizerEngine()  # type: ignore[no-untyped-call]  # carries no types
        self._anonymizer.add_anonymizer(PseudonymOperator)

    def analyze(self, shadows: Iterable[str]) -> dict[str, list[Finding]]:
        """Return the disjoint findings of each different shadow text, sorted by place."""
        windows = {text: _windows(text) for text in shadows}
        pieces = {piece for parts in windows.values() for _, piece in parts}
        self._names.prepare(sorted(pieces))
        found = {piece: self._analyze_piece(piece) for piece in pieces}
        return {
            text: resolve(
                Finding(item.type, item.start + offset, item.end + offset, item.score)
                for offset, piece in parts
                for item in found[piece]
            )
            for text, parts in windows.items()
        }

    def _analyze_piece(self, piece: str) -> list[Finding]:
        if not piece.strip():
            return []
        results = self._analyzer.analyze(text=piece, language=_LANGUAGE)
        return [Finding(item.entity_type, item.start, item.end, item.score) for item in results]

    def replace(
        self, text: str, spans: Sequence[Span], placeholders: Mapping[tuple[str, str], str]
    ) -> str:
        """Return `text` with each of the disjoint `spans` replaced by its placeholder."""
        result = self._anonymizer.anonymize(
            text=text,
            analyzer_results=[Replaced(span.type, span.start, span.end, 1.0) for span in spans],
            operators={"DEFAULT": OperatorConfig("pseudonym", {"placeholders": placeholders})},
            # Else two names with a space between them become one.
            merge_entities_with_spaces=False,
        )
        return str(result.text)


def _windows(text: str) -> list[tuple[int, str]]:
    """Cut `text` into overlapping pieces, so that no pattern ever runs over more than one."""
    if len(text) <= _WINDOW:
        return [(0, text)]
    step = _WINDOW - _OVERLAP
    return [
        (start, text[start : start + _WINDOW]) for start in range(0, len(text) - _OVERLAP, step)
    ]


def _results(findings: Iterable[Finding]) -> list[RecognizerResult]:
    return [RecognizerResult(item.type, item.start, item.end, item.score) for item in findings]
