"""One version, measured on the golden questions: what was found, what was answered."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pipelines.answer import Answerer, LanguageModel
from pipelines.errors import ModelError
from pipelines.evaluation.answering import Answered, ask
from pipelines.evaluation.figures import (
    by_kind,
    by_language,
    check_counts,
    quality,
    ranking,
    spent,
)
from pipelines.evaluation.golden import GoldenQuestion, golden_digest
from pipelines.evaluation.ranking import (
    Advance,
    Found,
    find,
    quietly,
    without_entry,
    without_release,
)
from pipelines.ollama import Ollama
from pipelines.search import Searcher
from pipelines.settings import Settings


@dataclass(frozen=True, slots=True)
class Report:
    """The golden questions as one version found and answered them."""

    version: str
    embedder_id: str
    model: str
    """The language model that answered; empty where none did."""
    golden: str
    """Digest of the golden questions."""
    at: datetime
    found: tuple[Found, ...]
    answered: tuple[Answered, ...]
    """Empty where only retrieval was measured."""
    without_entry: tuple[str, ...] = ()
    """Ids of questions that expect an FAQ question which the version does not hold."""
    without_release: tuple[str, ...] = ()
    """Ids of questions that expect a release of which the version holds no change."""

    def as_dict(self) -> dict[str, Any]:
        """Return figures, and every question with what became of it, as plain JSON values."""
        kinds, languages = by_kind(self.found), by_language(self.found)
        told: dict[str, Any] = {
            "version": self.version,
            "embedder_id": self.embedder_id,
            "model": self.model,
            "golden": self.golden,
            "at": self.at.isoformat(),
            "ranking": {
                "all": asdict(ranking(self.found)),
                "kinds": {kind: asdict(ranking(items)) for kind, items in kinds.items()},
                "languages": {name: asdict(ranking(items)) for name, items in languages.items()},
            },
            "search_ms": asdict(spent([item.milliseconds for item in self.found])),
            "found": [asdict(item) for item in self.found],
            "without_entry": self.without_entry,
            "without_release": self.without_release,
        }
        return told | self._answers() if self.answered else told

    def _answers(self) -> dict[str, Any]:
        kinds, languages = by_kind(self.answered), by_language(self.answered)
        return {
            "answers": {
                "all": asdict(quality(self.answered)),
                "kinds": {kind: asdict(quality(items)) for kind, items in kinds.items()},
                "languages": {name: asdict(quality(items)) for name, items in languages.items()},
            },
            "checks": {
                name: {"passed": passed, "asked": asked}
                for name, (passed, asked) in check_counts(self.answered).items()
            },
            "answer_ms": asdict(spent([item.milliseconds for item in self.answered])),
            "answered": [{**asdict(item), "right": item.right} for item in self.answered],
        }


def retrieve(
    settings: Settings,
    searcher: Searcher,
    golden: Sequence[GoldenQuestion],
    advance: Advance = quietly,
) -> Report:
    """Measure retrieval alone."""
    _make_ready(Answerer(settings, searcher), searcher, golden)
    return _searched(settings, searcher, golden, advance)


def _make_ready(answerer: Answerer, searcher: Searcher, golden: Sequence[GoldenQuestion]) -> None:
    """Load models and index: seconds that belong to no question."""
    if golden:
        answerer.make_ready(searcher.version())


def _searched(
    settings: Settings, searcher: Searcher, golden: Sequence[GoldenQuestion], advance: Advance
) -> Report:
    version = searcher.version()
    return Report(
        version=version.name,
        embedder_id=version.manifest.embedder_id,
        model="",
        golden=golden_digest(golden),
        at=settings.now(),
        found=find(searcher, golden, advance),
        answered=(),
        without_entry=without_entry(version, golden),
        without_release=without_release(version, golden),
    )


async def evaluate(
    settings: Settings,
    searcher: Searcher,
    golden: Sequence[GoldenQuestion],
    model: LanguageModel | None,
    advance: Advance = quietly,
) -> Report:
    """Measure retrieval, and the answers that `model` writes, or that need none.

    The model's name is that of the settings.
    """
    answerer = Answerer(settings, searcher, model)
    _make_ready(answerer, searcher, golden)
    report = _searched(settings, searcher, golden, advance)
    answered = await ask(answerer, golden, advance)
    named = settings.ollama.model if model else ""
    return replace(report, model=named, answered=answered)


async def require_model(settings: Settings) -> None:
    """Raise `ModelError` where the configured Ollama model is not there."""
    model = Ollama(settings.ollama)
    try:
        if not await model.available():
            raise _missing(settings)
    finally:
        await model.aclose()


async def evaluate_through_ollama(
    settings: Settings,
    searcher: Searcher,
    golden: Sequence[GoldenQuestion],
    advance: Advance = quietly,
    *,
    required: bool = False,
) -> Report:
    """Measure through the configured Ollama model where it is there, and without one elsewhere.

    Raises `ModelError` where it is `required` and not there.
    """
    model = Ollama(settings.ollama)
    try:
        is_there = await model.available()
        if required and not is_there:
            raise _missing(settings)
        return await evaluate(settings, searcher, golden, model if is_there else None, advance)
    finally:
        await model.aclose()


def _missing(settings: Settings) -> ModelError:
    model, url = settings.ollama.model, settings.ollama.url
    return ModelError(
        "missing_model",
        f"there is no `{model}` at `{url}`. Start Ollama, and run `ollama pull {model}`.",
    )
