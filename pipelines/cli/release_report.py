"""What a release brought and made wrong: as lines, as one JSON document, as annotations."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.annotations import annotation, no_commands
from pipelines.cli.doubts import POSSIBLE, Doubt
from pipelines.cli.options import to_json
from pipelines.cli.publishing import last_line, lines_of
from pipelines.errors import SettingsError
from pipelines.text import one_line

if TYPE_CHECKING:
    from pipelines.records import ChangeEntry

IN_DOUBT = 3
_SHOWN_ENTRIES = 20
_LONGEST_TEXT = 400
_DECIDE = (
    "edit the entry, or decide: sanku faq review ID --accept REASON (wrong, and being mended) "
    "| --dismiss REASON (it holds)"
)
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that the release brought."""

    kind: str
    category: str
    text: str

    @classmethod
    def of_change(cls, change: "ChangeEntry") -> "Entry":
        """Return a change as it is told: its words, or those that it took back."""
        return cls(change.kind, change.category, change.text or change.previous_text)


@dataclass(frozen=True, slots=True)
class Refused:
    """A record of the release that was quarantined."""

    path: str
    line: int
    reason: str

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Refused":
        """Return a row of the quarantine, as the warehouse or the asset `changelog` has it."""
        return cls(str(row["path"]), int(row["line"]), str(row["reason"]))


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """A release as it was ingested and published, in process or through Dagster."""

    product: str
    tag: str
    commit: str
    """The commit that was read; empty where only Dagster knows it."""
    moved: tuple[str, str] | None
    """The commit that the tag named before, and the one that it names now."""
    read: Sequence[str]
    """The releases that were read, oldest first; none where nothing was new."""
    records: int
    kinds: Mapping[str, int]
    """Entries by kind; empty through Dagster, which keeps neither these nor their texts."""
    entries: Sequence[Entry]
    quarantined: Sequence[Refused]
    stale: Sequence[Doubt]
    publication: Mapping[str, Any]
    """What was embedded, checked and published, as `sanku run --json` tells it."""
    possible: Sequence[Doubt] = ()
    """What may be wrong as well: listed for a person, and no reason for another exit status."""
    blocked: str = ""
    """Why nothing was published; empty where it was."""
    run_id: str | None = None
    run_url: str | None = None

    def told(self) -> dict[str, Any]:
        """Return it for scripts."""
        moved = {"from": self.moved[0], "to": self.moved[1]} if self.moved else None
        return {
            "product": self.product,
            "tag": self.tag,
            "commit": self.commit or None,
            "moved": moved,
            "read": list(self.read),
            "entries": {
                "records": self.records,
                **self.kinds,
                "texts": [asdict(entry) for entry in self.entries],
            },
            "quarantined": [asdict(row) for row in self.quarantined],
            "stale": [asdict(doubt) for doubt in self.stale],
            "possible": [asdict(doubt) for doubt in self.possible],
            **self.publication,
            "run_id": self.run_id,
            "run_url": self.run_url,
        }

    def lines(self) -> Iterator[str]:
        """Yield what people read; nothing in it can steer a terminal."""
        from pipelines.stale.findings import LISTED

        at = f" at {self.commit[:12]}" if self.commit else ""
        yield f"{self.product} {one_line(self.tag)}{at}"
        if self.moved:
            before, now = (one_line(commit)[:12] for commit in self.moved)
            yield f"the tag has moved from {before} to {now}"
        yield self._read_line()
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.items())
        yield f"entries: {self.records}{f' ({kinds})' if kinds else ''}"
        for entry in self.entries[:_SHOWN_ENTRIES]:
            yield f"  {_SIGNS.get(entry.kind, ' ')} {one_line(entry.text, _LONGEST_TEXT)}"
        if (left := len(self.entries) - _SHOWN_ENTRIES) > 0:
            yield f"  … and {left} more; `--json` has all"
        for row in self.quarantined:
            place, reason = f"{one_line(row.path)}:{row.line}", one_line(row.reason, _LONGEST_TEXT)
            yield f"quarantined {place}: {reason}"
        yield from lines_of(self.publication)
        yield f"FAQ entries now in doubt: {len(self.stale)}"
        for doubt in self.stale:
            yield from (f"  {line}" for line in doubt.lines())
        if self.stale:
            yield f"  {_DECIDE}"
        if self.possible:
            yield f"{POSSIBLE} {len(self.possible)}"
        for doubt in self.possible[:LISTED]:
            yield from (f"  {line}" for line in doubt.lines())
        if (left := len(self.possible) - LISTED) > 0:
            yield f"  … and {left} more; `sanku faq review --json` has all"
        if not self.blocked:
            yield last_line(self.publication)

    def _read_line(self) -> str:
        if not self.read:
            return "nothing changed: it was read from this commit before"
        # What else was read closes a hole in the history, or is compared with what is new.
        here = "read" if self.tag in self.read else "nothing changed here; read for the history"
        return f"{here}: {', '.join(one_line(tag) for tag in self.read)}"

    def annotations(self) -> Iterator[str]:
        """Yield a workflow command for each FAQ entry in doubt, and for what was quarantined."""
        for doubt in self.stale:
            what = f"{doubt.place} {one_line(doubt.question)}: {one_line(doubt.why, _LONGEST_TEXT)}"
            yield annotation("warning", f"FAQ entry in doubt ({doubt.severity})", what)
        for row in self.quarantined:
            place = f"{row.path}:{row.line}: {one_line(row.reason, _LONGEST_TEXT)}"
            yield annotation("warning", "quarantined", place)


def show(report: ReleaseReport, *, as_json: bool, github: bool, file: Path | None) -> None:
    """Write a report to `file` as JSON, print it, and annotate the CI run, as asked for.

    Raises `SettingsError` where the file cannot be written.
    """
    document = to_json(report.told(), indent=1)
    if file is not None:
        _write(file, f"{document}\n")
    if as_json:
        click.echo(document)
        return
    with no_commands() if github else nullcontext():
        for line in report.lines():
            click.echo(line)
    for line in report.annotations() if github else ():
        click.echo(line)


def clear(file: Path) -> None:
    """Remove the report of an earlier release, so that a run that fails leaves none.

    Raises `SettingsError` where none can be written: before the work, and not after it.
    """
    _write(file, "")
    if file.is_file():
        file.unlink()


def _write(file: Path, text: str) -> None:
    try:
        # No link is followed: in a checkout, its authors say where one leads.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(file, flags, 0o644), "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        why = "it is a symbolic link" if file.is_symlink() else error.strerror
        raise SettingsError(
            f"`{file}` cannot be written: {why}. Name another `--report`."
        ) from error
