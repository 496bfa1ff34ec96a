"""Hostile documents: each costs little, or is refused by name; a good file beside it is read."""

import gc
import os
import pickle
import resource
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.faq.markdown.entries import read_file
from pipelines.faq.pull import read_tree
from pipelines.sources.files import SourceFile
from pipelines.sources.folder import FolderTree
from tests.pace import pace

MOST_SECONDS = 1
MOST_MEGABYTES = 200

GOOD = "## 如何登录？\n\n扫码。\n\n"
REST = "# 其他\n\n"
HEADER = "|问题|答案|\n|-|-|\n"
HTML_HEADER = "<table><tr><th>问题</th><th>答案</th></tr>\n"

TREE = {
    "loop.md": b'--8<-- "pool.md"\n\n--8<-- "pool.md"\n',
    "pool.md": b'--8<-- "loop.md"\n\n--8<-- "loop.md"\n',
    "bomb0.md": b"x\n",
    "empty0.md": b"",
    "many.md": b'--8<-- "none.md"\n\n' * 5_000,
    "page.md": b"a b c\n\n" * 15_000,
    **{f"bomb{n}.md": f'--8<-- "bomb{n - 1}.md"\n\n'.encode() * 40 for n in range(1, 9)},
    **{f"empty{n}.md": f'--8<-- "empty{n - 1}.md"\n\n'.encode() * 99 for n in range(1, 9)},
    **{f"dense{n}.md": b"- a\n" * 8_000 for n in range(99)},
    **{f"costly{n}.md": b"[" * 15_000 + b"](a)\n\n" for n in range(99)},
}

# What the reason of the refusal says.
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "one line of 10 MB": ("a" * 10_000_000, "characters"),
    "one long line": (GOOD + "文" * 100_001, "a line is over"),
    "10 MB of text": (GOOD + "word word word word\n" * 500_000, "characters"),
    "a long footnote that hundreds cite": (
        "## 如何？\n\n看[^1]。\n\n" * 400 + "[^1]: " + "文" * 90_000,
        "marks",
    ),
    "millions of empty lines": ("\n" * 3_000_000, "lines"),
    "a run of brackets": (GOOD + "[" * 200_000, "a line is over"),
    "brackets in many paragraphs": (GOOD + ("[" * 15_000 + "](a)\n\n") * 30, "brackets"),
    "a table of 60,000 lines": (HEADER + "|a|b|\n" * 60_000, "lines"),
    "a table of 30,000 lines": (HEADER + "|a|b|\n" * 30_000, "elements"),
    "a table with very many columns": (
        "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n" + ("|a" * 20_000 + "|\n") * 9,
        "elements",
    ),
    "60,000 headings": ("## 如何？\n" * 60_000, "lines"),
    "39,000 headings": ("## 如何？\n" * 39_000, "elements"),
    "thousands of labels": ("Q: a？\nA: b\n" * 19_000, "questions"),
    "thousands of bold questions": ("# FAQ\n" + "**如何？**\n" * 39_000, "marks"),
    "thousands of comments with metadata": (GOOD + "<!-- status: draft -->\n" * 39_000, "marks"),
    "huge YAML in comments": (
        "".join(f"## {n}?\n<!--\ntags: [{'a,' * 7_000}{n}]\n-->\nb\n\n" for n in range(99)),
        "marks",
    ),
    "a flood of link definitions without end": (
        GOOD + ("[a]: b 'c\n" + "d" * 500 + "\n\n") * 6_000,
        "marks",
    ),
    "autolinks in many paragraphs": (GOOD + ("<http://a.b>" * 1_500 + "\n\n") * 100, "brackets"),
    "thousands of tables in HTML": ((HTML_HEADER + "<tr><td>a<td>b</table>\n\n") * 9_000, "marks"),
    "markers of answers without end": (GOOD + "<!-- answer -->\n" * 19_000, "faults"),
    "ends of answers without beginning": (GOOD + "<!-- /answer -->\n" * 19_000, "faults"),
    "an exponential include": (GOOD + '--8<-- "bomb8.md"\n', "includes"),
    "an exponential include of nothing": (GOOD + '--8<-- "empty8.md"\n', "includes"),
    "one large file included over and over": (GOOD + '--8<-- "page.md"\n\n' * 99, "includes"),
    "many dense files included": (
        GOOD + "".join(f'--8<-- "dense{n}.md"\n\n' for n in range(99)),
        "includes",
    ),
    "many costly files included": (
        GOOD + "".join(f'--8<-- "costly{n}.md"\n\n' for n in range(99)),
        "brackets",
    ),
    "includes of nothing": (GOOD + '--8<-- "none.md"\n\n' * 19_000, "includes"),
    "NUL": (GOOD.encode() + b"\0", "NUL"),
    "UTF-16": (GOOD.encode("utf-16"), "NUL"),
    "damaged UTF-8": (GOOD.encode()[:-4], "neither UTF-8 nor GB18030"),
    "damaged GB18030": (
        (GOOD * 99).encode("gb18030") + b"\xff\xff" + GOOD.encode("gb18030"),
        "neither UTF-8 nor GB18030",
    ),
}
# Read, with the good entry on top of it.
READ: dict[str, str | bytes] = {
    "GB18030": (GOOD + "忘记密码的话，请在登录页面点击找回。\n\n" * 9_000).encode("gb18030"),
    "39,000 empty lines": GOOD + "\n" * 39_000,
    "39,000 lines of spaces": GOOD + "    \n" * 39_000,
    "CR only": GOOD.replace("\n", "\r") + "a\r" * 35_000,
    "quotes in quotes": GOOD + ">" * 90_000,
    "quotes in quotes, line by line": GOOD + "".join("> " * min(n, 99) + "a\n" for n in range(999)),
    "lists in lists": GOOD + "- " * 45_000,
    "lists ever deeper": GOOD + "".join("  " * n + "- a\n" for n in range(400)),
    "entities": GOOD + "&#x41;" * 16_000,
    "ampersands": GOOD + "&" * 90_000,
    "stars": GOOD + "*" * 90_000,
    "open emphasis": GOOD + "*a " * 30_000,
    "mixed emphasis": GOOD + ("*a_b" * 4_900 + "\n\n") * 20,
    "underscores": GOOD + "_a" * 45_000,
    "backticks": GOOD + "`" * 90_000,
    "runs of backticks of many lengths": GOOD + "".join("`" * (n % 300) + "a" for n in range(600)),
    "backslashes": GOOD + "\\" * 90_000,
    "tabs": GOOD + "\t" * 90_000,
    "tabs in lists": GOOD + "-\t" * 40_000,
    "spaces in a heading": GOOD + "## a" + " " * 90_000 + "b\n\nc\n",
    "spaces behind a label": GOOD + "Q" + " " * 90_000 + "a\n",
    "a huge setext heading": GOOD + "a\n" * 39_000 + "===\n",
    "setext headings": GOOD + "a\n===\n" * 19_000,
    "headings without a text": GOOD + "######\n" * 20_000,
    "open comments": GOOD + "<!--" * 20_000,
    "comments": GOOD + "<!-- a -->\n" * 28_000,
    "open tags": GOOD + '<a b="' * 15_000,
    "open details": GOOD + "<details><summary>" * 5_000,
    "details in details": GOOD
    + "<details><summary>q?</summary>\n\n" * 9_000
    + "</details>\n" * 9_000,
    "details on one line": GOOD + "<details><summary>q?</summary>" * 2_000 + "</details>" * 2_000,
    "one long link target": GOOD + "[a](<b" * 3_000,
    "link definitions": GOOD + "".join(f"[a{n}]: b\n" for n in range(9_000)) + "\n[a1] " * 3_000,
    "images": GOOD + "![a](b)" * 9_000,
    "images in images": GOOD + "![" * 6_000 + "a" + "](b)" * 6_000,
    "a bomb of YAML in a comment": GOOD + "<!--\ntags: &a [x, x]\nowner: [*a, *a]\n-->\n",
    "deep YAML in a comment": GOOD + f"<!--\nstatus: {'[' * 7_000}\n-->\n",
    "front matter of 10 MB, not closed": GOOD + "---\n" + "a: b\n" * 35_000,
    "zero-width characters": GOOD + "\u200b" * 90_000,
    "zero-width characters in a question": GOOD + "## " + "\u200b" * 90_000 + "\n\na\n",
    "bidirectional overrides": GOOD + "\u202e" * 90_000,
    "fences": GOOD + "```\n" * 30_000,
    "fences in lists": GOOD + "- ```\n a\n" * 9_000,
    "rules": GOOD + "---\n" * 35_000,
    "named answers in one another": GOOD
    + "".join(f"## {n}?\n<!-- answer n{n} -->\n" for n in range(999))
    + "".join(f"<!-- /answer n{n} -->\n" for n in range(999)),
    "open tables in HTML": GOOD + "<table>" * 12_000,
    "tables in tables in HTML": GOOD + "<table><tr><td>" * 4_000 + "</table>" * 4_000,
    "a table in HTML with open tags": GOOD + REST + HTML_HEADER + "<a " * 30_000 + "\n</table>\n",
    "a table in HTML with open comments": GOOD
    + REST
    + HTML_HEADER
    + "<!--" * 20_000
    + "\n</table>\n",
    "a table in HTML with huge spans": GOOD
    + REST
    + HTML_HEADER
    + "<tr><td rowspan=99999 colspan=99999>a</td><td>b</td></tr>\n" * 3_000
    + "</table>\n",
    "includes in a circle": GOOD + REST + '--8<-- "loop.md"\n',
    "thousands of wordings": GOOD + "**相似问题**：\n\n" + "a？" * 40_000 + "\n",
    "braces": GOOD + "## a " + "{#a" * 30_000 + "\n\nb\n",
    "footnotes that each cite the next": GOOD
    + "[^0]\n\n"
    + "".join(f"[^{n}]: [^{n + 1}]\n" for n in range(5_000)),
    "a footnote in a footnote": GOOD + "[^1]: " * 15_000 + "x",
    "many ordinals": GOOD + "## " + "1. " * 30_000 + "\n\nb\n",
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What reading took, and what came of it."""

    seconds: float
    megabytes: float
    questions: tuple[str, ...]
    reasons: tuple[str, ...]
    good: tuple[str, ...]
    """What was read of a good file after it."""


def _measured(data: bytes) -> Cost:
    """Read a file; once more if that took long, since other processes may have shared the core."""
    cost = _measured_once(data)
    return cost if cost.seconds <= MOST_SECONDS else _measured_once(data)


def _measured_once(data: bytes) -> Cost:
    """Read a file in a process of its own; its memory cannot hide in what is there already."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            gc.freeze()  # what the suite holds is none of the cost
            before = resource.getrusage(resource.RUSAGE_SELF)
            parsed = read_file(SourceFile("bad.md", data), source="help", include=TREE.get)
            after = resource.getrusage(resource.RUSAGE_SELF)
            good = read_file(SourceFile("good.md", GOOD.encode()), source="help")
            cost = Cost(
                (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / pace(),
                (after.ru_maxrss - before.ru_maxrss) / 1024,
                tuple(entry.question for entry in parsed.entries[:99]),
                tuple(bad.reason for bad in parsed.quarantined[:99]),
                tuple(entry.question for entry in good.entries),
            )
            with os.fdopen(sending, "wb") as pipe:
                pickle.dump(cost, pipe)
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        written = pipe.read()
    os.waitpid(child, 0)
    assert written, "the reader ran out of time, or raised"
    cost = pickle.loads(written)  # noqa: S301 - our own child wrote it
    assert isinstance(cost, Cost)
    return cost


def _bytes(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8")


@pytest.mark.long
@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_costs_too_much_is_refused_by_name(name: str) -> None:
    data, reason = REFUSED[name]
    cost = _measured(_bytes(data))
    assert cost.seconds <= MOST_SECONDS
    assert cost.megabytes <= MOST_MEGABYTES
    assert cost.questions == ()
    assert len(cost.reasons) == 1
    assert reason in cost.reasons[0]
    assert cost.good == ("如何登录？",)


@pytest.mark.long
@pytest.mark.parametrize("name", READ)
def test_a_strange_document_is_read_in_time(name: str) -> None:
    cost = _measured(_bytes(READ[name]))
    assert cost.seconds <= MOST_SECONDS
    assert cost.megabytes <= MOST_MEGABYTES
    assert cost.questions[:1] == ("如何登录？",)
    assert cost.good == ("如何登录？",)


@pytest.mark.parametrize(
    "block",
    [
        "a: b\n" * 30_000, ("a: " + "b" * 90_000 + "\n") * 40, "a: &a [x, x]\nb: [*a, *a]",
        "[" * 15_000, "".join(" " * n + "a:\n" for n in range(100)), "[\n" * 7_000, "{a: " * 3_000,
        "".join(f"k{n}: {{a: 1, b: [1, 2]}}\n" for n in range(500)) + "[",
        "status: " + "草" * 15_000,
    ],
)  # fmt: skip
def test_front_matter_that_unfolds_is_reported_and_its_entries_kept(block: str) -> None:
    cost = _measured(f"---\n{block}\n---\n\n{GOOD}".encode())
    assert cost.seconds <= MOST_SECONDS
    assert cost.megabytes <= MOST_MEGABYTES
    assert cost.questions == ("如何登录？",)
    assert "front matter" in cost.reasons[0] or "`status`" in cost.reasons[0]


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bad.md", _link),
        ("bad.md", _circle),
        ("bad.md", os.mkfifo),
        ("bad.md", _socket),
        ("bad.md", _device),
        ("bad\udcff.md", lambda path: path.write_text(GOOD, encoding="utf-8")),
    ],
)
def test_what_is_no_ordinary_file_is_refused_and_a_good_one_beside_it_read(
    tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    make(tmp_path / name)
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    parsed = read_tree(FolderTree(tmp_path, "**/*.md", source="help"), source="help")
    assert [entry.path for file in parsed for entry in file.entries] == ["good.md"]
    (refused,) = [bad for file in parsed for bad in file.quarantined]
    assert refused.path.startswith("bad")
    assert not set(refused.path) & set("\n\x1b")


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a.md" / "good.md").write_text(GOOD, encoding="utf-8")
    parsed = read_tree(FolderTree(tmp_path, "**/*.md", source="help"), source="help")
    assert [entry.path for file in parsed for entry in file.entries] == ["a.md/good.md"]
    assert [bad for file in parsed for bad in file.quarantined] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.md").chmod(0)
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    parsed = read_tree(FolderTree(tmp_path, "**/*.md", source="help"), source="help")
    assert [entry.path for file in parsed for entry in file.entries] == ["good.md"]
    assert [bad.path for file in parsed for bad in file.quarantined] == ["bad.md"]
