"""`sanku faq lint`: what authors may want to mend, for people, pre-commit hooks and CI."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pipelines.cli.annotations import annotation
from pipelines.cli.options import no_warehouse, print_json
from pipelines.errors import SettingsError, SourceError
from pipelines.text import clean

if TYPE_CHECKING:
    from pipelines.records import Quarantined
    from pipelines.settings import FaqSource, Settings
    from pipelines.sources.files import SourceFile
    from pipelines.sources.tree import Tree

FOUND = 1
_SOURCE = "lint"
_GLOB = "**/*.md"
# As for git, what holds a NUL so early is no text; unless it is UTF-16, which can be mended.
_LOOKED_AT = 8_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class _GivenFiles:
    """A folder as a tree, of which only some files were asked for."""

    tree: "Tree"
    given: "tuple[list[SourceFile], list[Quarantined]]"

    @property
    def revision(self) -> str:
        return self.tree.revision

    def files(self) -> "tuple[list[SourceFile], list[Quarantined]]":
        return self.given

    def read(self, path: str) -> bytes | None:
        return self.tree.read(path)

    def exists(self, path: str) -> bool:
        return self.tree.exists(path)


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark as it is printed: its path is one that editors and GitHub find."""

    path: str
    line: int
    severity: Literal["error", "warning"]
    rule: str
    message: str


@click.command()
@click.argument(
    "paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="`github`: as annotations of a pull request.",
)
@click.option("--strict", is_flag=True, help="Fail for warnings too.")
@no_warehouse
def lint(paths: tuple[Path, ...], style: str, strict: bool, sources: str | None) -> None:
    """Report what the authors of an FAQ may want to mend.

    Reads all FAQ sources of `sources.toml`; or files and folders, as a pre-commit hook or CI names
    them, and of these what matches `**/*.md`: then no `sources.toml` is needed. Nothing is stored,
    and no web address is fetched.

    \b
    Errors:   missing-answer, conflicting-answers, dead-link,
              unresolved-include, unreadable
    Warnings: duplicate-question, long-answer, expired, contradictory-example,
              not-a-question, told-by-heading

    With PATH, links and includes are looked for in the current directory, which should be the
    repository's root; for a PATH outside it, in that folder, or in that file's own. Links that
    leave it are not judged, and questions are compared only among the files named.

    Exit status: 1 with at least one error (with --strict: or warning), else 0.
    """
    if paths:
        today = datetime.now().astimezone().date()
        found = [one for root, below in _by_root(paths) for one in _given(root, below, today)]
    else:
        from pipelines.sources_toml import load_settings

        found = list(_declared(load_settings(sources)))
    if style == "json":
        print_json([asdict(finding) for finding in found])
    else:
        line_of = _as_command if style == "github" else _as_text
        for finding in found:
            click.echo(line_of(finding))
    errors = sum(finding.severity == "error" for finding in found)
    click.echo(f"errors: {errors}, warnings: {len(found) - errors}", err=True)
    if errors or (strict and found):
        sys.exit(FOUND)


def _declared(settings: "Settings") -> Iterator[Finding]:
    """Lint every declared source; a repository is cloned into a folder that goes again."""
    from pipelines.sources.open import open_tree

    if not settings.faq:
        raise SettingsError(
            f"`{settings.sources_file}` declares no FAQ source. Add a `[[faq]]` table, or name "
            "files or folders."
        )
    with tempfile.TemporaryDirectory() as empty:
        aside = settings.model_copy(update={"warehouse": Path(empty)})
        for source in settings.faq:
            try:
                with open_tree(source, aside) as tree:
                    found = _lint(tree, source.name, settings.now().date())
            except SourceError as error:
                yield Finding(str(settings.sources_file), 1, "error", "unreadable", str(error))
                continue
            yield from (replace(one, path=_place(source, settings, one.path)) for one in found)


def _place(source: "FaqSource", settings: "Settings", path: str) -> str:
    """Return where a file of a source stands: on this machine, in its repository or bucket."""
    if source.git is None and source.bucket is None:
        return _from_here(settings.beside_sources(source.folder) / path)
    parts = (source.bucket or "", source.folder.strip("/"), path)
    return "/".join(part for part in parts if part not in ("", "."))


def _absolute(path: Path) -> Path:
    """Return a path in full; a file that is a link is named as it is, not by what it leads to."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _from_here(path: Path) -> str:
    absolute, here = _absolute(path), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def _by_root(paths: Iterable[Path]) -> Iterator[tuple[Path, list[Path]]]:
    """Yield the folders in which links are looked for, each with what of `paths` is below it."""
    here = Path.cwd()
    below: dict[Path, list[Path]] = {}
    for path in paths:
        absolute = _absolute(path)
        beside = absolute if absolute.is_dir() else absolute.parent
        below.setdefault(here if absolute.is_relative_to(here) else beside, []).append(absolute)
    yield from below.items()


def _given(root: Path, below: Iterable[Path], today: date) -> Iterator[Finding]:
    """Lint files and folders below `root`, and of the folders only Markdown files."""
    from pipelines.sources.folder import FolderTree

    tree = _GivenFiles(FolderTree(root, _GLOB, source=_SOURCE), _read(root, below))
    for finding in _lint(tree, _SOURCE, today):
        yield replace(finding, path=_from_here(root / finding.path))


def _read(root: Path, below: Iterable[Path]) -> "tuple[list[SourceFile], list[Quarantined]]":
    """Return the Markdown files at and in `below`, by path, and those that cannot be read."""
    from pipelines.sources.files import (
        SourceFile,
        folder_files,
        glob_segments,
        read_below,
        refused_file,
        segments_match,
    )

    files: dict[str, SourceFile] = {}
    refused: dict[str, Quarantined] = {}
    for path in below:
        inside = path.relative_to(root)
        if path.is_dir():
            found, bad = folder_files(path, _GLOB, tier="faq", source=_SOURCE)
            for file in found:
                name = (inside / file.path).as_posix()
                files[name] = SourceFile(name, file.data)
            for row in bad:
                name = (inside / row.path).as_posix()
                refused[name] = replace(row, path=name)
        elif segments_match(name := inside.as_posix(), glob_segments(_GLOB)):
            data = read_below(root.resolve(), path, name)
            if isinstance(data, bytes):
                files[name] = SourceFile(name, data)
            else:
                refused[name] = refused_file(name, data, tier="faq", source=_SOURCE, raw=name)
    texts = [file for _, file in sorted(files.items()) if not _is_binary(file.data)]
    return texts, list(refused.values())


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:_LOOKED_AT] and not data.startswith(_UTF16)


def _lint(tree: "Tree", source: str, today: date) -> list[Finding]:
    from pipelines.faq.lint import lint as remarks_on
    from pipelines.faq.lint import severity
    from pipelines.faq.pull import read_tree

    return [
        Finding(remark.path, remark.line, severity(remark.rule), remark.rule, remark.message)
        for remark in remarks_on(read_tree(tree, source=source), tree, today)
    ]


def _as_text(finding: Finding) -> str:
    text = f"{finding.path}:{finding.line}: {finding.severity} {finding.rule}: {finding.message}"
    return clean(text).replace("\n", " ")


def _as_command(finding: Finding) -> str:
    return annotation(finding.severity, finding.rule, finding.message, finding.path, finding.line)
