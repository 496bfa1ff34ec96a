"""Golden questions: what customers ask, with what must be found, said, cited, or refused."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipelines.errors import SettingsError
from pipelines.evaluation.columns import GoldenTableError
from pipelines.evaluation.tables import rows_of
from pipelines.followup import Turn
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.text import digest, fold

MARKDOWN = (".md", ".markdown")
NOT_ANSWERED = ("refuse", "handoff")
"""The decisions that give no answer from the index."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Expected(BaseModel):
    """What the right answer rests on, or which decision is right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: Tier | None = None
    question: Texts = ()
    """The FAQ entry's question; of several, any one will do."""
    version: str | None = None
    """The release that brought the change."""
    contains: str | None = None
    """Words that the expected record holds."""
    decision: Literal["direct", "grounded", "refuse", "handoff", "degraded"] | None = None

    @property
    def refusal(self) -> bool:
        """Whether the right answer is that there is none."""
        return self.decision in NOT_ANSWERED

    @property
    def is_record(self) -> bool:
        """Whether a record is told by which the question can be searched for."""
        told = self.tier or self.question or self.version or self.contains
        return bool(told) and not self.refusal


class PastTurn(BaseModel):
    """An earlier message of a multi-turn question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "assistant"]
    content: str


class GoldenQuestion(BaseModel):
    """One golden question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    kind: str
    expect: Expected
    history: tuple[PastTurn, ...] = ()
    must_contain: Texts = ()
    must_not_contain: Texts = ()
    must_cite: Texts = ()
    """Sources that the answer must cite, all of them: a record's title, its file, or a release."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the answerer takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history)

    def fits(self, tier: str, title: str, version: str, text: str) -> bool:
        """Tell whether a record is the expected one."""
        expect = self.expect
        return (
            expect.tier in (None, tier)
            and (not expect.question or fold(title) in {fold(one) for one in expect.question})
            and (expect.version is None or expect.version == version)
            and (expect.contains is None or fold(expect.contains) in fold(text))
        )


def load_golden(settings: Settings) -> tuple[GoldenQuestion, ...]:
    """Read the golden questions that `publish.golden` names; none where it names no file.

    Raises `SettingsError`, as `read_golden` does.
    """
    if not settings.publish.golden:
        return ()
    return read_golden(settings.beside_sources(settings.publish.golden))


def read_golden(file: Path) -> tuple[GoldenQuestion, ...]:
    """Read golden questions from JSON Lines, or from the tables of a Markdown file.

    Raises `SettingsError`, which names file and line, for one that is no golden question.
    """
    text = _read(file)
    try:
        rows = list(rows_of(text) if file.suffix.lower() in MARKDOWN else _json_rows(text))
    except GoldenTableError as error:
        raise _wrong(file, error.line, str(error)) from error
    questions: dict[str, GoldenQuestion] = {}
    for line, row in rows:
        try:
            item = GoldenQuestion.model_validate(json.loads(row) if isinstance(row, str) else row)
        except (ValueError, ValidationError) as error:
            raise _wrong(file, line, _reason(error)) from error
        if item.id in questions:
            raise _wrong(file, line, f"the id `{item.id}` stands on an earlier line already")
        questions[item.id] = item
    return tuple(questions.values())


def golden_digest(golden: Sequence[GoldenQuestion]) -> str:
    """Return what stands for these very questions: figures compare only under the same one."""
    return digest(*(item.model_dump_json() for item in golden))


def _json_rows(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"`{place}`: {first['msg']}" if place else first["msg"]
    return str(error).splitlines()[0]


def _wrong(file: Path, line: int, reason: str) -> SettingsError:
    return SettingsError(
        f"`{file}` line {line} is no golden question: {reason}. "
        "`docs/evaluation.md` shows the format."
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the golden questions `{file}` cannot be read ({error}). Mend the path, which "
            "`publish.golden` or `--golden` names, or save the file as UTF-8."
        ) from error
