"""What authors may want to mend: answers that contradict, links that lead nowhere, and the like."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from html import unescape
from typing import Literal
from urllib.parse import unquote

from pipelines.faq.conflicts import AskedTwice, asked_twice
from pipelines.faq.markdown.document import Document, TooComplexError
from pipelines.faq.parsed import ParsedFile, Remark, Rule
from pipelines.faq.told_apart import told_apart
from pipelines.records import FaqEntry
from pipelines.sources.files import decode
from pipelines.sources.tree import Tree
from pipelines.text import fold, is_chinese, one_line

ERRORS: frozenset[Rule] = frozenset(
    {"missing-answer", "conflicting-answers", "dead-link", "unresolved-include", "unreadable"}
)

# A chunk reads 512 tokens, about 700 Chinese characters: this is cut into five and more.
MAX_ANSWER = 3_000

_LONGEST_PLACEHOLDER = 40
_PLACEHOLDERS = frozenset(
    {"todo", "tbd", "wip", "fixme", "to be added", "to be written", "待补充", "待完善", "待填写"}
)

_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*:|//", re.IGNORECASE)
# What a site generator fills in or resolves its own way: `{{ base }}/a`, `@site/a`, `~~123~~`.
_TEMPLATE = re.compile(r"[@~{$]|.*(?:\{\{|\{%|\$\{|<%)")
_HOST = re.compile(r"www\.|(?:[\w-]+\.)+(?:com|cn|net|org|io)(?:[/:]|$)")
_CODE = re.compile(r"`+[^`]*`+")
_IMAGE_OR_ANCHOR = re.compile(r"(?:!\[[^\[\]\n]*\]\(\s*<?|\]\((?=#))([^()<>\s]+)")
_HTML_TARGET = re.compile(
    r"""<(?:img|a|video|audio|source)\s[^<>]*?(?:src|href)\s*=\s*["']([^"'<>]+)["']""",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r" {0,3}\[[^\[\]]+\]:\s*<?([^\s<>]+)")
_INNER_LINK = re.compile(r"\[[^\[\]\n]*\]\(#[^()\n]*\)")
_NUMBERED = re.compile(r"-\d{1,3}$")


def severity(rule: Rule) -> Literal["error", "warning"]:
    """Return how bad it is: an `error` gives customers nothing, or something wrong."""
    return "error" if rule in ERRORS else "warning"


def lint(files: Sequence[ParsedFile], tree: Tree, today: date) -> list[Remark]:
    """Return what may want mending in the files of one source, by path and line.

    `files` were read with an empty `base_url`, so that links are as written; `tree` is where they
    were read from. Nothing outside it is looked at: no address is fetched, and no link that leaves
    it is judged. Takes time in proportion to the number of entries.
    """
    entries = [entry for file in files for entry in file.entries]
    lines = _Lines(tree)
    found = {
        *_said_by_parser(files),
        *_without_answer(entries),
        *_asked_twice(entries, lines, today),
        *_dead_links(entries, tree, lines),
        *_too_long(entries),
        *_expired(entries, today),
        *_for_and_not_for(entries, lines),
    }
    return sorted(found, key=lambda remark: (remark.path, remark.line, remark.rule, remark.message))


class _Lines:
    """The text of the tree's files, to find where something stands."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._lines: dict[str, list[str]] = {}
        self._definitions: dict[str, dict[str, int]] = {}
        self._letters: dict[str, str] = {}

    def of(self, path: str) -> list[str]:
        """Return the lines of a file; none of a spreadsheet, whose rows are no lines of text."""
        if path not in self._lines:
            try:
                text = decode(self._tree.read(path) or b"")
            except ValueError:
                text = ""
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            self._lines[path] = text.split("\n") if text else []
        return self._lines[path]

    def line_of(self, entry: FaqEntry, words: str) -> int | None:
        """Return the first line of an entry that holds `words`, or the one that defines a link so.

        None where there is no such line in the file; of a spreadsheet, the entry's first row.
        """
        lines = self.of(entry.path)[entry.line_start - 1 : entry.line_end]
        if not lines:
            return entry.line_start
        numbered = enumerate(lines, entry.line_start)
        found = next((number for number, line in numbered if words in line), None)
        return found or self._definitions_of(entry.path).get(words)

    def _definitions_of(self, path: str) -> dict[str, int]:
        if path not in self._definitions:
            numbered = enumerate(self.of(path), 1)
            matches = ((number, _DEFINITION.match(line)) for number, line in numbered)
            self._definitions[path] = {match[1]: number for number, match in matches if match}
        return self._definitions[path]

    def may_be_anchor(self, path: str, anchor: str) -> bool:
        """Tell whether anything in the file, such as a heading, could be named `anchor`.

        Generators make names of headings in many ways, but none makes up Chinese words: only with
        these is it certain that there is no such place.
        """
        if path not in self._letters:
            text = "\n".join(self.of(path))
            self._letters[path] = _letters(_INNER_LINK.sub("", text))
        letters = self._letters[path]
        names = (_letters(name) for name in (anchor, _NUMBERED.sub("", anchor)))
        return not is_chinese(anchor) or not letters or any(name in letters for name in names)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _said_by_parser(files: Iterable[ParsedFile]) -> Iterator[Remark]:
    """Yield what the parser remarks, and what it refused for a reason that no remark gives.

    An entry with an include that cannot be resolved is refused at its own line, remarked at that.
    """
    for file in files:
        yield from file.remarks
        told = {(remark.path, remark.message) for remark in file.remarks}
        for bad in file.quarantined:
            if (bad.path, bad.reason) not in told:
                yield Remark("unreadable", bad.path, bad.line, bad.reason)


def _without_answer(entries: Iterable[FaqEntry]) -> Iterator[Remark]:
    for entry in entries:
        if len(entry.answer) > _LONGEST_PLACEHOLDER:
            continue
        if fold(entry.answer).strip("*_`#()（）[]【】<>-… ?？。.!！") in _PLACEHOLDERS:
            yield Remark(
                "missing-answer",
                entry.path,
                entry.line_start,
                f"the answer is `{one_line(entry.answer)}`, and customers would be told so; "
                "write one, or say `status: draft`",
            )


def _too_long(entries: Iterable[FaqEntry]) -> Iterator[Remark]:
    for entry in entries:
        if len(entry.answer) > MAX_ANSWER:
            yield Remark(
                "long-answer",
                entry.path,
                entry.line_start,
                f"the answer has {len(entry.answer):,} characters, more than {MAX_ANSWER:,}, and a "
                "chunk reads 512 tokens, so that its parts are found less well; give each part a "
                "question of its own",
            )


def _expired(entries: Iterable[FaqEntry], today: date) -> Iterator[Remark]:
    over: defaultdict[tuple[str, date], list[FaqEntry]] = defaultdict(list)
    for entry in entries:
        until = entry.review.valid_until
        if entry.review.status == "approved" and until is not None and until < today:
            over[entry.path, until].append(entry)
    for (path, until), group in over.items():
        others = f" and {len(group) - 1} more of this file" if group[1:] else ""
        yield Remark(
            "expired",
            path,
            min(entry.line_start for entry in group),
            f"this entry{others} held until {until}, and customers no longer get it; "
            "mend `valid_until`, or remove what is over",
        )


def _for_and_not_for(entries: Iterable[FaqEntry], lines: _Lines) -> Iterator[Remark]:
    for entry in entries:
        asked = {fold(question) for question in (entry.question, *entry.similar_questions)}
        for example in entry.review.not_for:
            if fold(example) in asked:
                yield Remark(
                    "contradictory-example",
                    entry.path,
                    lines.line_of(entry, example) or entry.line_start,
                    f"`{one_line(example)}` is a question of this entry, and one that it is not "
                    "for; keep it in one of both lists",
                )


def _asked_twice(entries: Iterable[FaqEntry], lines: _Lines, today: date) -> Iterator[Remark]:
    for twice in asked_twice(entries, today):
        entry, wording = twice.entry, one_line(twice.wording)
        rival = f"{one_line(twice.rival.path, 400)}:{twice.rival.line_start}"
        asked = f"`{wording}` is asked at `{rival}` too,"
        if twice.agree:
            rule: Rule = "duplicate-question"
            message = f"{asked} with the same answer; keep one of them"
        elif apart := _by_heading(twice):
            rule = "told-by-heading"
            message = (
                f"{asked} with another answer; customers are shown `{apart[0]}` and `{apart[1]}`, "
                "by the headings; where these do not tell what is asked about, do so in the "
                "questions"
            )
        else:
            rule = "conflicting-answers"
            message = (
                f"{asked} with another answer; keep one of them, or say in the questions what "
                "tells them apart"
            )
        line = lines.line_of(entry, twice.wording) or entry.line_start
        yield Remark(rule, entry.path, line, message)


def _by_heading(twice: AskedTwice) -> tuple[str, ...]:
    """Return both questions as headings tell them apart; none where these do not."""
    pair = (twice.rival, twice.entry)
    asked = tuple(one_line(one.question) for one in told_apart(pair))
    changed = (said != one_line(one.question) for said, one in zip(asked, pair, strict=True))
    return asked if all(changed) else ()


def _dead_links(entries: Iterable[FaqEntry], tree: Tree, lines: _Lines) -> Iterator[Remark]:
    exists = cache(tree.exists)
    for entry in entries:
        named = {link.url for link in entry.links if link.text == link.url}
        for url in dict.fromkeys([*(link.url for link in entry.links), *_shown_by(entry.answer)]):
            problem = (
                _no_such_heading(url, entry.path, lines)
                if url.startswith("#")
                else _no_such_file(url, entry.path, exists, anywhere=url in named)
            )
            # What does not stand there was included: it starts from another file's folder.
            if problem and (line := lines.line_of(entry, url)):
                yield Remark("dead-link", entry.path, line, problem)


def _no_such_heading(url: str, path: str, lines: _Lines) -> str:
    if lines.may_be_anchor(path, unquote(url[1:])):
        return ""
    return f"`{one_line(url)}` leads nowhere: no heading of this file is named so; mend the link"


def _no_such_file(url: str, path: str, exists: Callable[[str], bool], *, anywhere: bool) -> str:
    """Return what is wrong with a link of the file at `path`, or nothing.

    A document that is only named, and `anywhere`, may also be named from the tree's root.
    """
    written = re.split("[?#]", url.strip("<> "), maxsplit=1)[0]
    target = unquote(written)
    if not target or _ADDRESS.match(target) or _TEMPLATE.match(target):
        return ""
    is_route = "." not in posixpath.basename(target)
    if is_route and target.startswith("/"):
        # A page of the website, which is more than its FAQ.
        return ""
    places = [_place(one, path) for one in dict.fromkeys((target, written))]
    if is_route:
        # A page is served as `login/`, and its links start from there.
        places += [_place(target, posixpath.splitext(path)[0] + "/")]
    known = [place for place in places if place is not None]
    if not known or any(exists(one) for place in known for one in _files_of(place)):
        return ""
    shown, rooted = one_line(url), _place(f"/{target}", path)
    if _HOST.match(target):
        return f"`{shown}` is read as the name of a file; write `https://` before it"
    if rooted and exists(rooted):
        return "" if anywhere else f"`{shown}` leads nowhere from here; write `/{one_line(rooted)}`"
    return (
        f"`{shown}` leads nowhere: there is no `{one_line(known[0])}`; mend the link, or add the "
        "file"
    )


def _place(target: str, path: str) -> str | None:
    """Return where in the tree a link of the file at `path` leads, or None where it leaves it."""
    base = "" if target.startswith("/") else posixpath.dirname(path)
    place = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
    return None if place == ".." or place.startswith("../") else place


def _files_of(place: str) -> tuple[str, ...]:
    """Return the files that a website may show at an address."""
    name, dot, ending = place.rpartition(".")
    if not dot or "/" in ending:
        return (place, f"{place}.md")
    return (place, f"{name}.md") if ending in ("html", "htm") else (place,)


def _shown_by(answer: str) -> Iterator[str]:
    """Yield what an answer shows, such as images, and its links to headings; not what is code."""
    if not any(mark in answer for mark in ("![", "](#", "<")):
        return
    try:
        tokens = Document(answer).tokens
    except TooComplexError:
        return
    for token in tokens:
        text = _CODE.sub("", token.content) if token.type == "inline" else ""
        yield from _IMAGE_OR_ANCHOR.findall(text)
        html = token.content if token.type == "html_block" else text
        if not html.lstrip().startswith("<!--"):
            yield from map(unescape, _HTML_TARGET.findall(html))
