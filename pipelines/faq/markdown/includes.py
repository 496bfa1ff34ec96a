"""Files that a file includes, put in the place of the line that includes them."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from markdown_it.token import Token

from pipelines.faq.markdown.document import (
    MAX_CHARACTERS,
    MAX_LINES,
    MAX_TOKENS,
    Document,
    TooComplexError,
)
from pipelines.sources.files import decode
from pipelines.text import clean

Include = Callable[[str], bytes | None]
"""Reads another file of the same tree by its POSIX path; None where there is none."""

MAX_DEPTH = 8
MAX_INCLUDES = 2_000
_MAX_DIRECTIVE = 500

_HINT = re.compile(r"include|--8<--|\{!|@import", re.IGNORECASE)
_NAME = r"(?P<mark>[\"'])?(?P<path>(?(mark)[^\"'<>{}]+|[^\"'<>{}\s]+))(?(mark)(?P=mark))"
# Prose may begin with these directives' words: a file's name tells them apart.
_FILE = r"[\"']?(?P<path>[^\"'<>{}]+\.\w{1,10})[\"']?"
_DIRECTIVES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"--8<--\s+([\"'])(?P<path>[^\"']+)\1",
        rf"\{{%-?\s*include(?:_relative)?\s+{_NAME}\s*-?%\}}",
        r"\[!INCLUDE\s*\[[^\]]*\]\(\s*<?(?P<path>[^()<>]+?)>?\s*\)\s*\]",
        r"\{!\s*(?P<path>[^!{}]+?)\s*!\}",
        rf"!include\s+{_FILE}",
        rf"<!--\s*include:\s*{_FILE}\s*-->",
        rf"<!--\s*#include\s+(?:file|virtual)\s*=\s*{_NAME}\s*-->",
        rf"\{{\{{[<%]\s*include\s+{_NAME}\s*[>%]\}}\}}",
        r"@import\s+([\"'])(?P<path>[^\"']+)\1",
    )
)
# What includes something, but not as a line of its own, or with options that are not known.
_OTHER = re.compile(
    r"--8<--|\{%-?\s*include|\{\{[<%]\s*include|\[!INCLUDE\s*\[|\{!\s*[^!{}\s]+\s*!\}",
    re.IGNORECASE,
)
_CODE_SPAN = re.compile(r"(?<!`)(`{1,3})(?!`)[^`]+\1(?!`)")
_NOT_READ = ("<pre", "<script", "<style", "<textarea", "<?")

_ABSENT = "the file that this line includes is not in the source; mend its path"
_OUTSIDE = "the file that this line includes is outside the source's folder; copy it in"
_UNREADABLE = "the file that this line includes cannot be read by itself; mend it as is said of it"
_CIRCLE = "this line includes the file it stands in, at last; remove it"
_DEEP = f"files include each other over {MAX_DEPTH} levels deep; write the text here"
_NOT_ALONE = (
    "only a line that names a file and nothing else includes it; give it a line of its own, "
    "without options, or write the text here"
)
_TOO_MUCH = "what the file includes is too much; split it"


def nothing(path: str) -> bytes | None:
    """Read no file: what a file that stands alone includes cannot be resolved."""
    del path
    return None


@dataclass(frozen=True, slots=True)
class Merged:
    """A file with what it includes, as one document."""

    document: Document
    path: str
    places: Sequence[tuple[str, int]] = ()
    """Of each line, the file and 1-based line where it really stands; empty: all in `path`."""
    lengths: Mapping[str, int] = field(default_factory=dict)
    """How many lines each included file has, and this one."""
    unresolved: Mapping[int, str] = field(default_factory=dict)
    """Lines, 0-based, that include what cannot be read, and the reasons, in order."""

    def place(self, line: int) -> tuple[str, int]:
        """Return file and 1-based line where a 0-based line of the document really stands."""
        if not self.places:
            return self.path, line + 1
        return self.places[min(line, len(self.places) - 1)]

    def last_line(self, first: int, last: int) -> int:
        """Return the last line, of those from `first` to `last`, in the file where `first` is.

        It is the line that includes the rest, where another file holds that.
        """
        path, _ = self.place(first)
        places = map(self.place, range(first, last + 1))
        number = max(number for file, number in places if file == path)
        goes_on = self.place(last)[0] != path and number < self.lengths[path]
        return number + goes_on


def merged(path: str, text: str, include: Include) -> Merged:
    """Return the file at `path` with what it includes; raises `TooComplexError`."""
    document = Document(text)
    directives = dict(_directives(document)) if _HINT.search(text) else {}
    if not directives:
        return Merged(document, path)
    merger = _Merger(include)
    merger.add(path, _File(document.lines, 0, directives), (path,), "")
    document = Document("\n".join(merger.lines))
    return Merged(document, path, merger.places, merger.lengths, merger.unresolved)


@dataclass(frozen=True, slots=True)
class _Directive:
    """What a line includes; without a path it is one that cannot be followed."""

    path: str
    indent: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    lines: Sequence[str]
    first: int
    """The first line behind its front matter."""
    directives: Mapping[int, _Directive]


class _Merger:
    """Collects lines, and where they stand, within the limits of one document."""

    def __init__(self, include: Include) -> None:
        self.include = include
        self.lines: list[str] = []
        self.places: list[tuple[str, int]] = []
        self.unresolved: dict[int, str] = {}
        self.lengths: dict[str, int] = {}
        self._read: dict[str, _File | str] = {}
        self._characters = self._tokens = self._included = 0

    def add(self, path: str, file: _File, parents: tuple[str, ...], indent: str) -> None:
        """Add the lines of a file; `parents` are the files that include it, itself the last."""
        self.lengths[path] = len(file.lines)
        for number in range(file.first, len(file.lines)):
            line = file.lines[number]
            directive = file.directives.get(number)
            if directive is None:
                self._add_line(indent + line if line.strip() else line, path, number)
                continue
            problem = self._add_included(path, directive, parents, indent)
            if problem:
                self.unresolved[len(self.lines)] = problem
                self._add_line(indent + line, path, number)

    def _add_line(self, line: str, path: str, number: int) -> None:
        self._characters += len(line) + 1
        if self._characters > MAX_CHARACTERS or len(self.lines) >= MAX_LINES:
            raise TooComplexError(_TOO_MUCH)
        self.lines.append(line)
        self.places.append((path, number + 1))

    def _add_included(
        self, path: str, directive: _Directive, parents: tuple[str, ...], indent: str
    ) -> str:
        """Add the lines of an included file, or return why there are none."""
        self._included += 1
        if self._included > MAX_INCLUDES:
            raise TooComplexError(_TOO_MUCH)
        if not directive.path:
            return _NOT_ALONE
        problem = _OUTSIDE
        for target in _targets(path, directive.path):
            if target in parents:
                return _CIRCLE
            if target not in self._read:
                self._read[target] = self._file(target)
            file = self._read[target]
            if isinstance(file, str):
                problem = file
                continue
            if len(parents) > MAX_DEPTH:
                return _DEEP
            self.add(target, file, (*parents, target), indent + directive.indent)
            return ""
        return problem

    def _file(self, path: str) -> _File | str:
        """Return a file of the tree, or why it cannot be included."""
        data = self.include(path)
        if data is None:
            return _ABSENT
        self._characters += len(data) // 4
        if self._characters > MAX_CHARACTERS:
            raise TooComplexError(_TOO_MUCH)
        try:
            document = Document(decode(data))
        except (ValueError, TooComplexError):
            return _UNREADABLE
        self._tokens += len(document.tokens)
        if self._tokens > MAX_TOKENS:
            raise TooComplexError(_TOO_MUCH)
        lines = document.lines[:-1] if document.lines[-1] == "" else document.lines
        token = document.tokens[0] if document.tokens else None
        first = token.map[1] if token and token.type == "front_matter" and token.map else 0
        return _File(lines, first, dict(_directives(document)))


def _targets(path: str, written: str) -> Iterator[str]:
    """Yield the paths inside the tree that an including file may mean, likeliest first."""
    for name in dict.fromkeys((written, unquote(written))):
        name = name.replace("\\", "/").strip()
        folder = "" if name.startswith("/") else posixpath.dirname(path)
        target = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        if clean(target) == target and not target.startswith("..") and target != ".":
            yield target


def _directives(document: Document) -> Iterator[tuple[int, _Directive]]:
    """Yield the lines of a document that include something; code and answers include nothing."""
    inside = False
    for index, token in enumerate(document.tokens):
        if token.type in ("answer_open", "answer_close"):
            inside = token.type == "answer_open"
        elif inside or not token.map:
            continue
        elif token.type == "inline":
            alone = document.tokens[index - 1].type == "paragraph_open"
            yield from _in_paragraph(document, token, token.map[0], alone)
        elif token.type == "html_block":
            yield from _in_html(document, token.map[0], token.map[1])


def _in_paragraph(
    document: Document, token: Token, first: int, alone: bool
) -> Iterator[tuple[int, _Directive]]:
    if not _HINT.search(token.content):
        return
    for below, content in enumerate(token.content.split("\n")):
        line = document.lines[first + below]
        path = _path_in(content.strip())
        if path and alone and line.strip() == content.strip():
            # In a list item, which sets its content in, what is included is set in as well.
            nested = len(line) - len(line.lstrip()) if token.level > 1 else 0
            yield first + below, _Directive(path, line[:nested])
        elif path or _OTHER.search(_CODE_SPAN.sub("", content)):
            yield first + below, _Directive("")


def _in_html(document: Document, first: int, last: int) -> Iterator[tuple[int, _Directive]]:
    start = document.lines[first].lstrip().lower()
    if start.startswith(_NOT_READ):
        return
    # In a comment of several lines nothing is included; one line may be the directive itself.
    for number in range(first, first + 1 if start.startswith("<!--") else last):
        line = document.lines[number]
        if path := _path_in(line.strip()):
            yield number, _Directive(path)
        elif not start.startswith("<!--") and _OTHER.search(line):
            yield number, _Directive("")


def _path_in(line: str) -> str:
    """Return the path that a line which is nothing but a directive includes."""
    if len(line) > _MAX_DIRECTIVE or not _HINT.search(line):
        return ""
    for directive in _DIRECTIVES:
        if match := directive.fullmatch(line):
            return match["path"].strip()
    return ""


def is_directive(comment: str) -> bool:
    """Tell whether a comment includes a file."""
    return comment.startswith("<!--") and bool(_path_in(comment))
