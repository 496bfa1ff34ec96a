"""Golden questions: what customers ask, with what must be found, said, cited, or refused."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    model_validator,
)

from pipelines.changelog.headings import version_key
from pipelines.errors import SettingsError
from pipelines.evaluation.columns import GoldenTableError
from pipelines.evaluation.tables import rows_of
from pipelines.faq.told_apart import wordings_of
from pipelines.followup import Turn
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.text import digest, fold

MARKDOWN = (".md", ".markdown")
JSON_LINES = (".jsonl",)
# What people take for one of them -> how it becomes one.
_WAYS = {
    **dict.fromkeys(
        (".csv", ".tsv", ".xls", ".xlsx", ".ods"),
        "Write its rows as a table into a Markdown file: the headings, below them `---` for each "
        "column, and then a row for each question; `|` stands around every cell.",
    ),
    ".json": "`jq -c '.[]' golden.json > golden.jsonl` writes each item of an array as a line.",
}
NOT_ANSWERED = ("refuse", "handoff")
"""The decisions that give no answer from the index."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _filled(text: str) -> str:
    if not fold(text):
        raise ValueError("an empty text stands for nothing; leave it out")
    return text


def _release(text: str) -> str:
    return _V.sub("", fold(_filled(text)))


_V = re.compile(r"^v(?=\d)")
# What parts the words of a question, but not `2.3` from `23` nor `C#` from `C`.
_BETWEEN_WORDS = re.compile(
    r"[\s?!。、;…~—–\"'“”‘’()\[\]{}「」『』《》〈〉【】]|(?<!\d)[.,:]|[.,:](?!\d)"
)

Text = Annotated[str, AfterValidator(_filled)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Release = Annotated[str, AfterValidator(_release)]


class Expected(BaseModel):
    """What the right answer rests on, or which decision is right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: Tier | None = None
    question: Texts = ()
    """The FAQ entry's question; of several, any one will do."""
    version: Release | None = None
    """The release that brought the change; `v2.4.0` and `２.４.０` are `2.4.0`."""
    contains: Text | None = None
    """Words that the expected record holds."""
    decision: Literal["direct", "grounded", "refuse", "handoff", "degraded"] | None = None

    @property
    def refusal(self) -> bool:
        """Whether the right answer is that there is none."""
        return self.decision in NOT_ANSWERED

    @property
    def is_record(self) -> bool:
        """Whether a record is told by which the question can be searched for."""
        return bool(self.tier or self.question or self.version or self.contains)


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

    @model_validator(mode="after")
    def _asks_and_expects(self) -> Self:
        expect = self.expect
        if not fold(self.question):
            raise ValueError("nothing is asked")
        if expect.refusal and expect.is_record:
            raise ValueError("what must not be answered cannot expect a record as well")
        if expect.question and expect.version:
            raise ValueError("one record cannot be an FAQ entry and a release's change")
        checked = self.must_contain or self.must_not_contain or self.must_cite
        if not (expect.is_record or expect.decision or checked):
            raise ValueError(
                "nothing is expected; name an FAQ question, a release, `refuse` (`拒答`) or "
                "`handoff` (`转人工`), or words that the answer must contain"
            )
        return self

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as the answerer takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history)

    @property
    def asked(self) -> tuple[str, ...]:
        """What is the same for the same question after the same messages, however they look."""
        said = (text for turn in self.history for text in (turn.role, _words(turn.content)))
        return (_words(self.question), *said)

    def fits(self, tier: str, title: str, version: str, text: str) -> bool:
        """Tell whether a record is the expected one."""
        expect = self.expect
        named = map(fold, expect.question)
        return (
            expect.tier in (None, tier)
            and (not expect.question or not wordings_of(title).isdisjoint(named))
            and (expect.version is None or version_key(expect.version) == version_key(version))
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

    Raises `SettingsError`, which names file and line, for one that is no golden question, and for
    one that is asked twice.
    """
    text = _read(file)
    try:
        rows = list(rows_of(text) if file.suffix.lower() in MARKDOWN else _json_rows(text))
    except GoldenTableError as error:
        raise _wrong(file, error.line, str(error)) from error
    questions: dict[str, GoldenQuestion] = {}
    lines: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        try:
            item = GoldenQuestion.model_validate(row)
        except ValidationError as error:
            raise _wrong(file, line, _reason(error)) from error
        if earlier := lines.get(item.asked):
            raise _wrong(file, line, f"the same is asked on line {earlier}; keep one of the two")
        if item.id in questions:
            earlier = lines[questions[item.id].asked]
            raise _wrong(file, line, f"the id `{item.id}` stands on line {earlier} already")
        questions[item.id], lines[item.asked] = item, line
    return tuple(questions.values())


def golden_digest(golden: Sequence[GoldenQuestion]) -> str:
    """Return what stands for these very questions: figures compare only under the same one."""
    return digest(*(item.model_dump_json() for item in golden))


def _words(text: str) -> str:
    """Return a text as it is compared: without case, width, blanks and punctuation."""
    folded = fold(text)
    return _BETWEEN_WORDS.sub("", folded) or folded


def _json_rows(text: str) -> Iterator[tuple[int, Any]]:
    # At line feeds alone: a text may hold what else Unicode takes for the end of a line.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if line.lstrip().startswith("["):
            raise GoldenTableError(number, f"an array is no line of its own. {_WAYS['.json']}")
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldenTableError(
                number, f"it is no JSON ({error.msg} at character {error.colno})"
            ) from error


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    told = first["msg"].removeprefix("Value error, ")
    return f"`{place}`: {told}" if place else told


def _wrong(file: Path, line: int, reason: str) -> SettingsError:
    return SettingsError(
        f"`{file}` line {line} is no golden question: {reason}. "
        "`docs/evaluation.md` shows the format."
    )


def _read(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in MARKDOWN + JSON_LINES:
        raise SettingsError(
            f"the golden questions `{file}` cannot be read: only Markdown tables (`.md`) and JSON "
            f"Lines (`.jsonl`) are. {_WAYS.get(ending, 'Let its name end as what it holds.')}"
        )
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the golden questions `{file}` cannot be read ({error}). Mend the path, which "
            "`publish.golden` or `--golden` names, or save the file as UTF-8."
        ) from error
