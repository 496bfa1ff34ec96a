"""A folder and a commit as trees: nothing outside is read, and a revision tells each change."""

import builtins
import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import SettingsError, SourceError
from pipelines.sources.open import open_tree
from tests.sources.conftest import Declare, commit, git

FILES = {
    "a.md": "a", "parts/x.txt": "x", "计费/续费.md": "续费", ".env": "secret", ".git2/config": "t",
    "parts/.hidden/y.txt": "y",
}  # fmt: skip


def fill(folder: Path) -> Path:
    """Write a source's folder, beside a file that is none of its business."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder.parent / "outside.txt").write_text("outside", encoding="utf-8")
    (folder / "out.md").symlink_to("../outside.txt")
    (folder / "outside").symlink_to("..")
    (folder / "loop.md").symlink_to("loop.md")
    return folder


@pytest.fixture
def folder(declare: Declare) -> Path:
    """The folder `faq` of a company."""
    return fill(declare()[1].sources_file.parent / "faq")


@pytest.fixture(params=["folder", "commit"])
def keys(request: pytest.FixtureRequest, folder: Path, product: Path) -> dict[str, str]:
    """What a source declares, to read the very same files from here and from a repository."""
    if request.param == "folder":
        return {"folder": "faq"}
    fill(product / "faq")
    commit(product, "## 1.2.0\n")
    return {"folder": "faq", "git": str(product)}


def test_files_are_read_and_links_out_are_refused(declare: Declare, keys: dict[str, str]) -> None:
    with open_tree(*declare(**keys)) as tree:
        files, refused = tree.files()
    assert [(file.path, file.data.decode()) for file in files] == [
        ("a.md", "a"),
        ("计费/续费.md", "续费"),
    ]
    assert {bad.path for bad in refused} >= {"loop.md", "out.md"}


@pytest.mark.parametrize("glob", ["*.{md,mdx}", "*.txt", "faq/**/*.md"])
def test_a_glob_that_matches_none_of_the_files_is_refused(
    declare: Declare, keys: dict[str, str], glob: str
) -> None:
    said = "the `glob` of `help`, matches no file; its folder holds 1"
    with (
        open_tree(*declare(**keys | {"folder": "faq/计费", "glob": glob})) as tree,
        pytest.raises(SourceError, match=re.escape(f"`{glob}`, {said}")),
    ):
        tree.files()


def test_a_folder_of_nothing_but_hidden_files_has_none(declare: Declare, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "empty" / ".gitkeep").touch()
    with open_tree(*declare(folder="faq/empty")) as tree:
        assert tree.files() == ([], [])


def test_includes_see_the_whole_folder(declare: Declare, keys: dict[str, str]) -> None:
    with open_tree(*declare(**keys)) as tree:
        assert tree.read("parts/x.txt") == b"x"
        assert tree.read("计费/../parts/./x.txt") == b"x"
        there = ("", ".", "a.md", "parts", "parts/", "parts/../a.md", "计费/续费.md", ".env")
        assert [path for path in there if not tree.exists(path)] == []


HOSTILE = [
    "../outside.txt", "parts/../../outside.txt", "/etc/passwd", "//etc/passwd", "out.md", "..",
    "outside/outside.txt", "outside", "a.md\0", "\0", "gone.md", "a.md/x", "loop.md", "\udcff.md",
    "\ud800", "x" * 5_000, "/".join("x" * 2_000), "parts\\x.txt", "~/x", "C:\\x", "-rf", "\n",
]  # fmt: skip


@pytest.mark.timeout(20)
def test_a_hostile_path_finds_nothing(declare: Declare, keys: dict[str, str]) -> None:
    with open_tree(*declare(**keys)) as tree:
        assert [path for path in HOSTILE if tree.read(path) is not None] == []
        assert [path for path in HOSTILE if tree.exists(path)] == []


def test_what_is_hidden_or_a_folder_is_not_taken_in(declare: Declare, keys: dict[str, str]) -> None:
    with open_tree(*declare(**keys)) as tree:
        for path in (".env", ".git2/config", "parts/.hidden/y.txt", "", "parts"):
            assert tree.read(path) is None


def test_a_file_over_20_mb_is_not_taken_in(declare: Declare, folder: Path, product: Path) -> None:
    for place in (folder, product):
        (place / "huge.txt").write_bytes(b"x" * 20_000_001)
    commit(product, "## 1.2.0\n")
    for keys in ({"folder": "faq"}, {"git": str(product)}):
        with open_tree(*declare(**keys)) as tree:
            assert tree.exists("huge.txt")
            assert tree.read("huge.txt") is None


@pytest.mark.timeout(20)
def test_a_pipe_in_a_folder_is_not_waited_for(declare: Declare, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with open_tree(*declare(folder="faq")) as tree:
        assert tree.read("pipe.txt") is None
        assert not tree.exists("pipe.txt")
        assert tree.revision


def test_a_submodule_is_no_folder(declare: Declare, product: Path) -> None:
    head = git(product, "rev-parse", "HEAD")
    git(product, "update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    git(product, "commit", "-q", "-m", "submodule")
    with open_tree(*declare(git=str(product))) as tree:
        assert not tree.exists("sub")
        assert tree.read("sub") is None


def rewrite(file: Path) -> None:
    """Change a file but neither its size nor the time that it shows."""
    before = file.stat()
    file.write_text("b", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "rewritten": lambda folder: rewrite(folder / "a.md"),
    "touched": lambda folder: os.utime(folder / "a.md"),
    "added": lambda folder: (folder / "b.md").write_text("b"),
    "removed": lambda folder: (folder / "a.md").unlink(),
    "renamed": lambda folder: (folder / "a.md").rename(folder / "b.md"),
    "replaced": lambda folder: (folder / "a.md").replace(folder / "parts" / "x.txt"),
    "locked": lambda folder: (folder / "a.md").chmod(0),
    "included": lambda folder: (folder / "parts" / "x.txt").write_text("y"),
    "linked": lambda folder: (folder / "b.md").symlink_to("a.md"),
    "new folder": lambda folder: (folder / "empty").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_revision_of_a_folder_tells_each_change(
    declare: Declare, folder: Path, change: Callable[[Path], object]
) -> None:
    opened = declare(folder="faq")
    with open_tree(*opened) as tree:
        before = tree.revision
    with open_tree(*opened) as tree:
        assert tree.files()
        assert tree.read("a.md") == b"a"
        assert tree.revision == before
    change(folder)
    with open_tree(*opened) as tree:
        assert tree.revision != before


def test_the_revision_of_a_folder_tells_a_change_behind_a_link(
    declare: Declare, folder: Path
) -> None:
    # As Kubernetes mounts a ConfigMap, and changes it.
    for name in ("..first", "..second"):
        (folder / name).mkdir()
        (folder / name / "c.md").write_text(name, encoding="utf-8")
    (folder / "..data").symlink_to("..first")
    (folder / "c.md").symlink_to("..data/c.md")
    opened = declare(folder="faq")
    with open_tree(*opened) as tree:
        before = tree.revision
        assert tree.read("c.md") == b"..first"
    (folder / "..new").symlink_to("..second")
    (folder / "..new").rename(folder / "..data")
    with open_tree(*opened) as tree:
        assert tree.revision != before
        assert tree.read("c.md") == b"..second"


def test_the_revision_of_a_folder_tells_nothing_of_what_links_outside_it_lead_to(
    declare: Declare, folder: Path
) -> None:
    outside = folder.parent / "outside.md"
    outside.write_text("1", encoding="utf-8")
    (folder / "c.md").symlink_to(outside)
    (folder / "d.md").symlink_to("d.md")
    opened = declare(folder="faq")
    with open_tree(*opened) as tree:
        before = tree.revision
    outside.write_text("twice", encoding="utf-8")
    with open_tree(*opened) as tree:
        assert tree.revision == before
        assert tree.read("c.md") is None


def test_a_change_of_this_very_moment_is_waited_out(declare: Declare, folder: Path) -> None:
    opened = declare(folder="faq")
    (folder / "a.md").write_text("b", encoding="utf-8")
    with open_tree(*opened) as tree:
        assert tree.revision
        # The next write gets another time from any kernel, so that the next pull sees it.
        assert time.time_ns() - (folder / "a.md").stat().st_ctime_ns >= 20_000_000


def test_the_revision_of_a_folder_opens_no_file(
    declare: Declare, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = declare(folder="faq")
    with open_tree(*opened) as tree:
        before = tree.revision

    def fail(*_: object, **__: object) -> None:
        pytest.fail("a file was opened")

    for module, name in ((os, "open"), (builtins, "open"), (io, "open")):
        monkeypatch.setattr(module, name, fail)
    with open_tree(*opened) as tree:
        assert tree.revision == before


def test_the_revision_of_a_repository_is_the_commit(declare: Declare, product: Path) -> None:
    opened = declare(git=str(product), ref="main")
    with open_tree(*opened) as tree:
        assert tree.revision == git(product, "rev-parse", "HEAD")
    (product / "docs" / "uncommitted.md").write_text("x", encoding="utf-8")
    with open_tree(*opened) as tree:
        assert not tree.exists("docs/uncommitted.md")
    head = commit(product, "## 1.2.0\n")
    with open_tree(*opened) as tree:
        assert tree.revision == head
        assert tree.exists("docs/uncommitted.md")


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"folder": "gone"}, "is not a folder"),
        ({"folder": "sources.toml"}, "is not a folder"),
        ({"git": "{product}", "ref": "gone"}, "no branch, tag or commit `gone`"),
        ({"git": "{product}", "folder": "gone"}, "`help` has no folder `gone` at `HEAD`"),
        ({"git": "{product}", "folder": "CHANGELOG.md"}, "has no folder"),
        ({"git": "{product}", "folder": "../x"}, "has no folder"),
        ({"git": "gone"}, "no such folder, bundle or URL"),
    ],
)
def test_what_is_not_there_is_named_when_the_tree_is_opened(
    declare: Declare, product: Path, keys: dict[str, str], reason: str
) -> None:
    written = {key: value.format(product=product) for key, value in keys.items()}
    with pytest.raises(SourceError) as caught, open_tree(*declare(**written)):
        pass
    assert reason in str(caught.value)


def test_a_glob_that_leaves_the_folder_is_refused_when_the_tree_is_opened(
    declare: Declare, keys: dict[str, str]
) -> None:
    with (
        pytest.raises(SettingsError, match="Write a relative glob"),
        open_tree(*declare(**keys, glob="../*.md")),
    ):
        pass


def test_a_mirror_of_an_faq_lies_in_the_warehouse(declare: Declare, product: Path) -> None:
    opened = declare(git=product.as_uri())
    with open_tree(*opened) as tree:
        assert tree.exists("docs")
    assert (opened[1].warehouse / "repositories" / "faq" / "help.git" / "HEAD").is_file()


@pytest.mark.parametrize(("glob", "seen"), [("**/*.md", False), (".faq/*.md", True)])
def test_what_is_hidden_or_written_by_sanku_itself_changes_no_revision(
    declare: Declare, folder: Path, glob: str, *, seen: bool
) -> None:
    opened = declare(folder=".", glob=glob)
    with open_tree(*opened) as tree:
        before = tree.revision
    stored = opened[1].warehouse / "faq" / "help" / "all.parquet"
    for file in (folder / ".git" / "FETCH_HEAD", stored):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1", encoding="utf-8")
    with open_tree(*opened) as tree:
        assert (tree.revision != before) is seen
