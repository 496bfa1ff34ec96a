"""Repositories of every kind: what is read of them, and that reading leaves them as they are."""

import os
import sys
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.location import is_url
from pipelines.sources.repository import open_repository
from tests.sources.conftest import commit, git, listing, use_everything


def test_a_working_copy_is_read_in_place(product: Path, cache: Path) -> None:
    before = listing(product)
    with open_repository(str(product), name="lark", cache=cache) as opened:
        tags = opened.tags()
        assert [tag.name for tag in tags] == ["v1.0.0", "v1.1.0"]
        assert tags[0].committed.isoformat() == "2026-01-02T12:00:00+00:00"
        assert opened.read(tags[0].commit, "CHANGELOG.md") == "## 1.0.0\n- 一\n".encode()
        assert opened.read(tags[0].commit, "none/CHANGELOG.md") is None
        assert opened.read(tags[0].commit, "CHANGELOG.md/x") is None
        assert opened.is_ancestor(tags[0].commit, tags[1].commit)
        assert not opened.is_ancestor(tags[1].commit, tags[0].commit)
    assert listing(product) == before
    assert not cache.exists()


def test_uncommitted_files_are_not_there(product: Path, cache: Path) -> None:
    (product / "CHANGELOG.md").write_text("draft", encoding="utf-8")
    with open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.read(opened.resolve("HEAD"), "CHANGELOG.md") == "## 1.1.0\n- 二\n".encode()


def test_files_match_a_glob_below_a_folder(product: Path, cache: Path) -> None:
    with open_repository("product", name="lark", cache=cache, base=product.parent) as opened:
        files, refused = opened.files("main", "docs", "**/*.md", tier="faq", source="help")
        assert [(file.path, file.data.decode()) for file in files] == [("帮助/登录.md", "登录")]
        assert refused == []
        with pytest.raises(SourceError, match="has no folder `handbook`"):
            opened.files("main", "handbook", "*", tier="faq", source="help")


def test_refs_resolve_by_name_or_commit_only(product: Path, cache: Path) -> None:
    git(product, "tag", "-a", "-m", "once", "annotated", "v1.0.0")
    git(product, "tag", "-a", "-m", "twice", "nested", "annotated")
    git(product, "tag", "tree", "HEAD^{tree}")
    old, new = git(product, "rev-parse", "v1.0.0"), git(product, "rev-parse", "HEAD")
    blob = git(product, "rev-parse", "HEAD:CHANGELOG.md")
    with open_repository(str(product), name="lark", cache=cache) as opened:
        for ref in ("v1.0.0", "refs/tags/v1.0.0", "annotated", "nested", old, old[:10]):
            assert opened.resolve(ref) == old
        assert opened.resolve("main") == opened.resolve("HEAD") == new
        assert {tag.name for tag in opened.tags()} == {"v1.0.0", "v1.1.0", "annotated", "nested"}
        for ref in (
            "main~1",
            "HEAD^",
            ":/二",
            "@{-1}",
            "--help",
            "-h",
            "",
            "0" * 40,
            blob,
            "v9",
            "a b",
        ):
            with pytest.raises(SourceError, match="no branch, tag or commit"):
                pytest.fail(f"{ref} is {opened.resolve(ref)}")


@pytest.mark.parametrize("kind", ["bare", "worktree", "packed"])
def test_other_layouts_read_the_same(product: Path, cache: Path, kind: str) -> None:
    other = product.parent / kind
    if kind == "bare":
        git(product.parent, "clone", "-q", "--bare", str(product), str(other))
    elif kind == "worktree":
        git(product, "worktree", "add", "-q", str(other), "v1.0.0")
    else:
        git(product, "gc", "-q")
        git(product, "pack-refs", "--all")
        other = product
    before = listing(other)
    with open_repository(str(other), name="lark", cache=cache) as opened:
        assert len(opened.tags()) == 2
        assert opened.read(opened.resolve("v1.0.0"), "CHANGELOG.md") is not None
    assert listing(other) == before


def test_an_empty_repository_has_no_tags(tmp_path: Path, cache: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    with open_repository(str(tmp_path / "empty"), name="lark", cache=cache) as opened:
        assert opened.tags() == []
        with pytest.raises(SourceError):
            opened.resolve("HEAD")


@pytest.mark.parametrize("place", ["nowhere", "product/docs", "file.txt"])
def test_what_is_no_repository_is_refused(product: Path, cache: Path, place: str) -> None:
    (product.parent / "file.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SourceError, match="repository"):
        open_repository(str(product.parent / place), name="lark", cache=cache)


def test_a_bundle_is_mirrored_and_followed(product: Path, cache: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "lark.bundle"
    git(product, "bundle", "create", "-q", str(bundle), "--all", "HEAD")
    with open_repository(str(bundle), name="lark", cache=cache) as opened:
        first = opened.resolve("v1.1.0")
        assert opened.resolve("HEAD") == first
    moved = commit(product, "## 1.1.0\n- 三\n", "v1.1.0")
    commit(product, "## 1.2.0\n- 四\n", "v1.2.0")
    git(product, "tag", "-d", "v1.0.0")
    git(product, "bundle", "create", "-q", str(bundle), "--all", "HEAD")
    with open_repository(str(bundle), name="lark", cache=cache) as opened:
        assert [tag.name for tag in opened.tags()] == ["v1.1.0", "v1.2.0"]
        assert opened.resolve("v1.1.0") == moved != first
        assert opened.read(moved, "CHANGELOG.md") == "## 1.1.0\n- 三\n".encode()
        assert opened.resolve("HEAD") == opened.resolve("v1.2.0")
    assert {path.name for path in cache.iterdir()} == {"lark.git", "lark.git.lock"}


def test_an_unchanged_source_is_not_fetched_again(product: Path, cache: Path) -> None:
    url = product.as_uri()
    open_repository(url, name="lark", cache=cache).close()
    fetched = cache / "lark.git" / "FETCH_HEAD"
    before = fetched.stat().st_mtime_ns
    open_repository(url, name="lark", cache=cache).close()
    assert fetched.stat().st_mtime_ns == before
    commit(product, "## 1.2.0\n", "v1.2.0")
    open_repository(url, name="lark", cache=cache).close()
    assert fetched.stat().st_mtime_ns > before


def test_a_mirror_follows_its_source_to_another_location(product: Path, cache: Path) -> None:
    open_repository(product.as_uri(), name="lark", cache=cache).close()
    product.rename(product.with_name("renamed"))
    with open_repository(product.with_name("renamed").as_uri(), name="lark", cache=cache) as opened:
        assert len(opened.tags()) == 2
    with pytest.raises(SourceError, match="cannot be mirrored"):
        open_repository(product.as_uri(), name="lark", cache=cache)


def test_a_mirror_holds_no_hooks(product: Path, cache: Path) -> None:
    open_repository(product.as_uri(), name="lark", cache=cache).close()
    assert not list((cache / "lark.git").glob("hooks/*"))


def test_locations_are_told_from_paths() -> None:
    assert is_url("git@example.com:team/lark.git")
    assert is_url("https://example.com/lark.git")
    assert not is_url("./product")
    assert not is_url("/srv/git/lark.git")
    assert not is_url("bundles/lark.bundle")


def test_links_and_huge_files_are_refused_one_by_one(product: Path, cache: Path) -> None:
    (product / "docs" / "link.md").symlink_to("/etc/hostname")
    (product / "docs" / "huge.md").write_bytes(b"x" * 21_000_000)
    head = commit(product, "x")
    with open_repository(str(product), name="lark", cache=cache) as opened:
        files, refused = opened.files("HEAD", "docs", "**/*.md", tier="faq", source="help")
        assert [file.path for file in files] == ["帮助/登录.md"]
        assert {(bad.path, bad.source) for bad in refused} == {
            ("link.md", "help"), ("huge.md", "help"),
        }  # fmt: skip
        with pytest.raises(SourceError, match="symbolic link"):
            opened.read(head, "docs/link.md")
        with pytest.raises(SourceError, match="more than 20 MB"):
            opened.read(head, "docs/huge.md")
        with pytest.raises(SourceError, match="is a folder"):
            opened.read(head, "docs")


@pytest.mark.parametrize("file", ["config", "HEAD", "refs/tags/v1.0.0"])
def test_a_damaged_repository_says_so(product: Path, cache: Path, file: str) -> None:
    (product / ".git" / file).write_bytes(b"\xff[broken\n")

    def read_all() -> None:
        with open_repository(str(product), name="lark", cache=cache) as opened:
            opened.read(opened.resolve("HEAD"), "CHANGELOG.md")
            opened.resolve("v1.0.0")

    with pytest.raises(SourceError, match="`"):
        read_all()


def test_no_process_is_left_when_a_repository_is_closed(product: Path, cache: Path) -> None:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if sys.platform != "linux" or not children.exists():
        pytest.skip("needs Linux's list of child processes")
    before = children.read_text(encoding="ascii").split()
    with open_repository(str(product), name="lark", cache=cache) as opened:
        use_everything(opened)
        assert len(children.read_text(encoding="ascii").split()) > len(before)
    assert children.read_text(encoding="ascii").split() == before
