"""The company's own Presidio recognizers: each a Python file that `redaction.recognizers` names."""

import importlib.util
import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from pipelines.errors import SettingsError
from pipelines.redaction.findings import TYPES
from pipelines.redaction.shadow import LABELS

LANGUAGE = "zh"
"""The one language that texts are analyzed in, whatever they are written in."""

_LEAST_SCORE = 0.35
_LABEL = re.compile("[\u3400-\u9fffA-Za-z]{1,8}")


class CompanyRecognizer(EntityRecognizer):
    """A recognizer of the company's, held to what the engine relies on, with its label."""

    def __init__(self, file: Path, label: str, recognizer: EntityRecognizer) -> None:
        self.label = label
        self._file = file
        self._recognizer = recognizer
        super().__init__(
            supported_entities=list(recognizer.supported_entities),
            name=file.stem,
            supported_language=LANGUAGE,
            context=list(recognizer.context or ()),
            score_thresholds={"default": _LEAST_SCORE} | recognizer.score_thresholds,
        )

    def load(self) -> None:
        """Do nothing: the company's recognizer loads itself when made."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """Return what the company's recognizer finds; raises `SettingsError` where it fails."""
        try:
            found = self._recognizer.analyze(text, self.supported_entities, nlp_artifacts) or []
            results = [
                RecognizerResult(one.entity_type, int(one.start), int(one.end), float(one.score))
                for one in found
            ]
        except Exception as error:  # noqa: BLE001 - the company's code may raise anything
            # `from None`, and without its message: both may hold what the customer wrote.
            raise SettingsError(
                f"`{self._file}` (`redaction.recognizers`) failed on a message with "
                f"{type(error).__name__}{_line_of(self._file, error)}. Mend it there, and try it "
                "with `sanku redact`."
            ) from None
        for one in results:
            known = one.entity_type in self.supported_entities
            if not known or not 0 <= one.start < one.end <= len(text):
                raise SettingsError(
                    f"`{self._file}` (`redaction.recognizers`) found `{one.entity_type}` at "
                    f"{one.start} to {one.end} of {len(text)} characters; return places inside "
                    "the text, of a type that `supported_entities` lists."
                )
        return results


def load_recognizers(files: Sequence[Path]) -> tuple[CompanyRecognizer, ...]:
    """Import each of `files` and return its recognizer.

    Raises `SettingsError` for a file that is absent or fails, or does not define what it must.
    """
    loaded: list[CompanyRecognizer] = []
    owners: dict[str, Path] = {}
    for number, file in enumerate(files):
        one = _checked(file, _imported(file, number))
        for entity in one.supported_entities:
            if entity in TYPES:
                _refuse(file, f"finds `{entity}`, which Sanku itself finds; name it otherwise")
            if entity in owners:
                _refuse(file, f"finds `{entity}`, as `{owners[entity]}` does; rename one of them")
            owners[entity] = file
        loaded.append(one)
    return tuple(loaded)


def _imported(file: Path, number: int) -> ModuleType:
    if not file.is_file():
        _refuse(file, "does not exist; mend its path, which is relative to `sources.toml`")
    spec = importlib.util.spec_from_file_location(f"sanku_recognizer_{number}", file)
    if spec is None or spec.loader is None:
        _refuse(file, "is no Python file; give it the suffix `.py`")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # any: the file is the company's, and so is what it raises
        place = _line_of(file, error)
        raise SettingsError(
            f"`{file}` (`redaction.recognizers`) cannot be imported: {type(error).__name__}: "
            f"{error}{place}. Mend that line."
        ) from error
    return module


def _checked(file: Path, module: ModuleType) -> CompanyRecognizer:
    recognizer = getattr(module, "recognizer", None)
    if not isinstance(recognizer, EntityRecognizer):
        _refuse(file, "defines no `recognizer`; assign a Presidio `EntityRecognizer` to that name")
    label = getattr(module, "LABEL", None)
    if label is None:
        _refuse(file, 'defines no `LABEL`; add the word of its placeholders, as `LABEL = "工号"`')
    if not isinstance(label, str) or _LABEL.fullmatch(label) is None:
        _refuse(file, f"has `LABEL = {label!r}`; use one to eight Chinese or Latin letters")
    if label in LABELS.values():
        _refuse(file, f"has the label `{label}`, which Sanku itself uses; choose another word")
    if recognizer.supported_language != LANGUAGE:
        _refuse(
            file,
            f"recognizes the language `{recognizer.supported_language}`; pass "
            f'`supported_language="{LANGUAGE}"`, in which all texts are analyzed',
        )
    entities = recognizer.supported_entities
    if not entities or not all(isinstance(entity, str) and entity for entity in entities):
        _refuse(file, "names no entity; pass `supported_entity`, such as `STAFF_NUMBER`")
    return CompanyRecognizer(file, label, recognizer)


def _refuse(file: Path, why: str) -> NoReturn:
    raise SettingsError(f"`{file}` (`redaction.recognizers`) {why}.")


def _line_of(file: Path, error: Exception) -> str:
    """Return `, line N` where the error passed through the file, else nothing."""
    if isinstance(error, SyntaxError):
        return ""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(file)
    ]
    return f", line {lines[-1]}" if lines else ""
