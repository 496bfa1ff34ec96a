"""Presidio with our recognizers and operator: texts in, findings out; spans in, pseudonyms out.

Presidio, LAC and rjieba take a second to import, so only `Redactor` imports this module, when made.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
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
from pipelines.redaction.context_window import CharacterWindow
from pipelines.redaction.findings import TYPES, Finding, Span, resolve
from pipelines.redaction.identifiers import find_identifiers
from pipelines.redaction.lac import Entity, load_lac
from pipelines.redaction.names import find_names
from pipelines.redaction.non_addresses import is_no_address
from pipelines.redaction.non_names import is_no_person
from pipelines.redaction.orders import find_orders
from pipelines.redaction.recognizers import LANGUAGE, CompanyRecognizer
from pipelines.redaction.tagger import NOTHING, Opinion, load_tagger

_WINDOW = 2_000
# Longer than any identifier or address: what one window cuts, the next one sees whole.
_OVERLAP = 200
_ALPHANUMERIC = re.compile("[0-9A-Za-z]")
# From here on a finding of the rules stands whatever the tagger sees.
_SURE = 0.8
_CONTEXTUAL = frozenset({"person", "address"})
# What is remembered of texts seen before; a longer one seldom comes again.
_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 200


class StructuredRecognizer(EntityRecognizer):
    """All identifiers that have a shape; one recognizer, because Presidio charges for each."""

    def __init__(self, *, orders: bool) -> None:
        types = [kind for kind in TYPES if kind not in _CONTEXTUAL]
        super().__init__(supported_entities=types, supported_language=LANGUAGE)
        self._orders = orders
        self._last: tuple[str, list[Finding]] = ("", [])

    def load(self) -> None:
        """Do nothing: there is no model."""

    def find(self, text: str) -> list[Finding]:
        """Return the findings in a shadow text; those of the last text are kept."""
        if self._last[0] != text:
            findings = [*find_identifiers(text)]
            if self._orders and _ALPHANUMERIC.search(text):
                findings += find_orders(text)
            self._last = (text, resolve(findings))
        return self._last[1]

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return what `find` finds, as Presidio wants it."""
        return _results(self.find(text))


class NameAddressRecognizer(EntityRecognizer):
    """Names and addresses, which only context tells: LAC and rules, and the tagger beside them.

    The tagger adds what it is sure of, and has a weak finding of the rules dropped where it sees
    nothing at all.
    """

    def __init__(self, structured: StructuredRecognizer) -> None:
        super().__init__(supported_entities=sorted(_CONTEXTUAL), supported_language=LANGUAGE)
        self._structured = structured
        self._tagged: dict[str, tuple[tuple[Entity, ...], Opinion]] = {}

    def load(self) -> None:
        """Load LAC and the tagger."""
        self._lac = load_lac()
        self._tagger = load_tagger()

    def prepare(self, texts: Iterable[str]) -> None:
        """Tag `texts` in batches; `analyze` then finds them tagged."""
        self._tagged = {"": ((), NOTHING)}
        for part, emissions in self._lac.batches(texts):
            entities, opinions = self._lac.decode(emissions), self._tagger.judge(part, emissions)
            self._tagged.update(zip(part, zip(entities, opinions, strict=True), strict=True))

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return the names and addresses of a shadow text."""
        if text not in self._tagged:
            self.prepare([text])
        tagged, opinion = self._tagged[text]
        structured = self._structured.find(text)
        # What has a shape keeps its type.
        seen = [one for one in opinion.findings if not any(map(one.overlaps, structured))]
        addresses = _likely(find_addresses(text, tagged), opinion)
        addresses += [one for one in seen if one.type == "address"]
        addresses = [one for one in addresses if not is_no_address(text, one.start, one.end)]
        names = _likely(find_names(text, tagged, [*structured, *addresses]), opinion)
        names += [one for one in seen if one.type == "person"]
        names = [one for one in names if not is_no_person(text, one.start, one.end)]
        return _results(resolve(addresses) + resolve(names))


def _likely(findings: Iterable[Finding], opinion: Opinion) -> list[Finding]:
    """Return the findings that are sure by themselves, or that the tagger has an inkling of."""
    return [one for one in findings if one.score >= _SURE or opinion.supports(one)]


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


class _Registry(RecognizerRegistry):
    """The same recognizers for every text: choosing them anew costs more than half of running them,
    and Presidio returns them in another order in each process.
    """

    def get_recognizers(self, *_: Any, **__: Any) -> list[EntityRecognizer]:
        """Return all recognizers, in the order in which they were added."""
        return list(self.recognizers)


class Engine:
    """One analyzer and one anonymizer; not for use by two threads at once."""

    def __init__(
        self, company: Sequence[CompanyRecognizer] = (), *, replace_orders: bool = False
    ) -> None:
        structured = StructuredRecognizer(orders=replace_orders)
        self._names = NameAddressRecognizer(structured)
        recognizers = [structured, self._names, *company]
        # Without an NLP engine of its own, AnalyzerEngine() downloads a spaCy model.
        language = NoOpNlpEngine([{"lang_code": LANGUAGE, "model_name": "none"}])
        self._analyzer = AnalyzerEngine(
            registry=_Registry(recognizers=recognizers, supported_languages=[LANGUAGE]),
            nlp_engine=language,
            supported_languages=[LANGUAGE],
            log_decision_process=False,
            context_aware_enhancer=CharacterWindow(),
        )
        self._entities = [kind for one in recognizers for kind in one.supported_entities]
        # Empty for every text, so that one serves them all.
        self._artifacts = language.process_text("", LANGUAGE)
        self._remembered: dict[str, list[Finding]] = {}
        self._anonymizer = AnonymizerEngine()  # type: ignore[no-untyped-call]  # carries no types
        self._anonymizer.add_anonymizer(PseudonymOperator)

    def analyze(self, shadows: Iterable[str]) -> dict[str, list[Finding]]:
        """Return the disjoint findings of each different shadow text, sorted by place."""
        found: dict[str, list[Finding]] = {}
        for text in dict.fromkeys(shadows):
            known = self._remembered.pop(text, None)
            if known is not None:
                # Put back last: what was not asked for longest is forgotten first.
                found[text] = self._remembered[text] = known
            else:
                found[text] = []
        new = {text: _windows(text) for text in found if text not in self._remembered}
        self._names.prepare(sorted({piece for parts in new.values() for _, piece in parts}))
        for text, parts in new.items():
            found[text] = resolve(
                Finding(item.type, item.start + offset, item.end + offset, item.score)
                for offset, piece in parts
                for item in self._analyze_piece(piece)
            )
            if len(text) <= _LONGEST_REMEMBERED:
                self._remembered[text] = found[text]
        for text in list(islice(self._remembered, max(0, len(self._remembered) - _REMEMBERED))):
            del self._remembered[text]
        return found

    def _analyze_piece(self, piece: str) -> list[Finding]:
        if not piece.strip():
            return []
        results = self._analyzer.analyze(
            text=piece,
            language=LANGUAGE,
            entities=self._entities,
            nlp_artifacts=self._artifacts,
        )
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
