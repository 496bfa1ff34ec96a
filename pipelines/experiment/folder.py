"""The folder of one experiment: what was asked, every answer, and every verdict, as they come."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipelines.errors import SourceError
from pipelines.experiment.pairs import Pair
from pipelines.experiment.scores import Dimension
from pipelines.text import shown_path
from pipelines.warehouse import write_text

_PAIRS = TypeAdapter(Pair)
Item = TypeVar("Item")


class Setup(BaseModel):
    """What an experiment compares; stays the same from its first question to its last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str
    version: str
    """Version of the index that one of the answers rests on."""
    model: str
    """Language model of both answers."""
    seed: int
    """Chooses the questions, and which answer is A."""


class Verdict(BaseModel):
    """What a judge said of a question's answers, asked in both orders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    judge: str
    grounded: tuple[dict[Dimension, int], dict[Dimension, int]]
    """Scores of the answer with the knowledge base: read as the first, and as the second."""
    alone: tuple[dict[Dimension, int], dict[Dimension, int]]
    """Scores of the other answer in the same two readings: as the second, and as the first."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where an experiment lies; `answers` and `verdicts` tell which answer is which."""

    path: Path

    @property
    def sheet(self) -> Path:
        """The answers to be scored, blind."""
        return self.path / "answers.csv"

    @property
    def page(self) -> Path:
        """The page on which they are scored, blind."""
        return self.path / "score.html"

    @property
    def report(self) -> Path:
        """The report on the scores."""
        return self.path / "report.html"

    @property
    def _setup(self) -> Path:
        return self.path / "experiment.json"

    @property
    def _answers(self) -> Path:
        return self.path / "unblinded.jsonl"

    @property
    def _verdicts(self) -> Path:
        return self.path / "judged.jsonl"

    def setup(self) -> Setup | None:
        """Return what the experiment compares; None where none was begun.

        Raises `SourceError` for a damaged file, and for a folder that holds other things.
        """
        if self._setup.is_file():
            return next(_read(self._setup, Setup.model_validate_json))
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise SourceError(
                f"`{shown_path(self.path)}` holds no experiment, and is not empty. Name the "
                "folder of one, or for a new one a folder that does not exist yet."
            )
        return None

    def begin(self, setup: Setup) -> None:
        """Make the folder, and keep what the experiment compares."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self._setup, setup.model_dump_json() + "\n")

    def pairs(self) -> tuple[Pair, ...]:
        """Return all pairs of answers so far."""
        return tuple(_read(self._answers, _PAIRS.validate_json))

    def keep_pairs(self, pairs: Sequence[Pair]) -> None:
        """Keep these pairs of answers, and no others."""
        lines = (json.dumps(_PAIRS.dump_python(one), ensure_ascii=False) for one in pairs)
        write_text(self._answers, "".join(f"{line}\n" for line in lines))

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return all verdicts so far."""
        return tuple(_read(self._verdicts, Verdict.model_validate_json))

    def keep_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Keep these verdicts, and no others."""
        write_text(self._verdicts, "".join(f"{one.model_dump_json()}\n" for one in verdicts))


def _read(file: Path, parse: Callable[[bytes], Item]) -> Iterator[Item]:
    """Yield the items of a file of JSON Lines; none where there is no such file."""
    lines = file.read_bytes().split(b"\n") if file.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            if line:
                yield parse(line)
        except ValidationError as error:
            raise SourceError(
                f"`{shown_path(file)}` line {number} is damaged. Remove that line, and run "
                "`sanku experiment run` again to have it answered again."
            ) from error
