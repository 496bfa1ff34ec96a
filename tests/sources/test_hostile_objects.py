"""Hostile objects: names, links, sizes, damage."""

import os
import zlib
from hashlib import sha1
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.repository import open_repository
from tests.sources.conftest import Guard, check_product, commit, git, refusal


def write_object(folder: Path, kind: str, data: bytes) -> str:
    """Write a loose object that git itself would refuse, and return its id."""
    raw = f"{kind} {len(data)}".encode() + b"\0" + data
    sha = sha1(raw, usedforsecurity=False).hexdigest()
    file = folder / ".git" / "objects" / sha[:2] / sha[2:]
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(zlib.compress(raw, 1))
    return sha


def tree_of(folder: Path, *entries: tuple[str, str, str]) -> str:
    """Write a tree of (mode, name, id)."""
    raw = [f"{mode} {name}".encode() + b"\0" + bytes.fromhex(sha) for mode, name, sha in entries]
    return write_object(folder, "tree", b"".join(raw))


def tagged(folder: Path, tree: str, tag: str = "evil") -> str:
    """Commit a tree, tag that, and return the commit."""
    sha = git(folder, "commit-tree", tree, "-m", "evil")
    git(folder, "tag", tag, sha)
    return sha


def changelog_id(product: Path) -> str:
    return git(product, "rev-parse", "v1.0.0:CHANGELOG.md")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "", ".", "a\0b", "docs/../x"])
def test_a_path_outside_the_tree_is_refused(product: Path, cache: Path, path: str) -> None:
    with (
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="no path inside a repository"),
    ):
        opened.read(opened.resolve("HEAD"), path)


@pytest.mark.parametrize(
    "path", ["a\nb", "-x", "--help", ":(top)x", "HEAD:x", "*", "\udcff", "a\tb"]
)
def test_a_strange_path_is_only_one_that_is_not_there(
    product: Path, cache: Path, guard: Guard, path: str
) -> None:
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.read(opened.resolve("HEAD"), path) is None
        assert opened.read(opened.resolve("HEAD"), f"docs/{path}") is None


@pytest.mark.parametrize(
    "to", ["/etc/hostname", "docs/a.txt", "../../secret", "/proc/self/environ"]
)
def test_a_changelog_that_is_a_link_is_refused(
    product: Path, cache: Path, guard: Guard, to: str
) -> None:
    (product / "CHANGELOG.md").unlink()
    (product / "CHANGELOG.md").symlink_to(to)
    git(product, "commit", "-qam", "link")
    with guard():
        for location in (str(product), product.as_uri()):
            with (
                open_repository(location, name="lark", cache=cache) as opened,
                pytest.raises(SourceError, match="is a symbolic link"),
            ):
                opened.read(opened.resolve("main"), "CHANGELOG.md")


def test_a_link_in_the_middle_of_a_path_is_not_followed(
    product: Path, cache: Path, guard: Guard
) -> None:
    (product / "handbook").symlink_to("docs")
    (product / "outside").symlink_to("/etc")
    head = commit(product, "x")
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.read(head, "handbook/a.txt") is None
        assert opened.read(head, "outside/hostname") is None
        with pytest.raises(SourceError, match="has no folder `handbook`"):
            opened.files("HEAD", "handbook", "*", tier="faq", source="help")


def test_a_submodule_at_the_path_is_refused(product: Path, cache: Path, guard: Guard) -> None:
    sha = tagged(product, tree_of(product, ("160000", "CHANGELOG.md", "1" * 40)))
    with guard():
        for location in (str(product), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                with pytest.raises(SourceError, match="is a folder or submodule"):
                    opened.read(sha, "CHANGELOG.md")
                assert opened.read(sha, "CHANGELOG.md/x") is None
                assert opened.files("evil", ".", "**/*", tier="faq", source="x") == ([], [])


def test_a_changelog_of_100_mb_is_refused_unread(product: Path, cache: Path, guard: Guard) -> None:
    git(product, "config", "core.compression", "1")
    with (product / "CHANGELOG.md").open("wb") as file:
        file.truncate(100_000_000)
    git(product, "commit", "-qam", "huge")
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        head = opened.resolve("main")
        with pytest.raises(SourceError, match="has 100,000,000 bytes, more than 20 MB"):
            opened.read(head, "CHANGELOG.md")
        files, refused = opened.files("main", ".", "**/*.md", tier="faq", source="help")
    assert [file.path for file in files] == ["docs/帮助/登录.md"]
    assert [bad.path for bad in refused] == ["CHANGELOG.md"]


@pytest.mark.parametrize("claimed", [10, 19_000_000, 10**12, 10**30])
def test_an_object_that_lies_about_its_size_is_refused(
    product: Path, cache: Path, guard: Guard, claimed: int
) -> None:
    blob = changelog_id(product)
    file = product / ".git" / "objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(zlib.compress(f"blob {claimed}\0".encode() + bytes(50_000_000), 1))
    with (
        guard(),
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match=r"cannot be read|more than 20 MB"),
    ):
        opened.read(opened.resolve("v1.0.0"), "CHANGELOG.md")


@pytest.mark.parametrize("name", ["..", ".", ".git", "a/b", "a\x1b[31m.md", "", ".GIT", "a\nb.md"])
def test_a_tree_with_a_name_that_leaves_it_is_refused_or_quarantined(
    product: Path, cache: Path, guard: Guard, name: str
) -> None:
    blob = changelog_id(product)
    for mode, sha in (("100644", blob), ("40000", tree_of(product, ("100644", "x.md", blob)))):
        tagged(
            product, tree_of(product, ("100644", "b.md", blob), (mode, name, sha)), f"evil{mode}"
        )
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        for tag in ("evil100644", "evil40000"):
            try:
                files, refused = opened.files(tag, ".", "**/*.md", tier="faq", source="help")
            except SourceError as error:
                assert "cannot be read" in str(error)  # noqa: PT017 - either of two outcomes
                continue
            paths = [file.path for file in files]
            assert "b.md" in paths
            assert not [path for path in paths if ".." in path.split("/") or "\x1b" in path]
            assert not [path for path in paths if ".git" in path.lower() or "\n" in path]
            assert "\x1b" not in "".join(bad.path + bad.excerpt for bad in refused)


@pytest.mark.timeout(60)
def test_a_tree_that_unrolls_without_end_is_refused(
    product: Path, cache: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.sources.repository.MAX_FILES", 3_000)
    tree = tree_of(product, ("100644", "x.md", changelog_id(product)))
    for _ in range(12):
        tree = tree_of(product, *[("40000", f"d{n}", tree) for n in range(10)])
    tagged(product, tree)
    with (
        guard(),
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="more than 3,000 files"),
    ):
        opened.files("evil", ".", "**/*.md", tier="faq", source="help")


@pytest.mark.timeout(60)
def test_a_tree_of_a_million_names_is_refused_unread(
    product: Path, cache: Path, guard: Guard
) -> None:
    blob = bytes.fromhex(changelog_id(product))
    entries = b"".join(b"100644 %06d.md\0" % number + blob for number in range(1_000_000))
    sha = tagged(product, write_object(product, "tree", entries))
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        with pytest.raises(SourceError, match="more than 20 MB of names"):
            opened.read(sha, "CHANGELOG.md")
        with pytest.raises(SourceError, match="more than 20 MB of names"):
            opened.files("evil", ".", "*.md", tier="faq", source="help")


@pytest.mark.timeout(60)
def test_a_tree_without_a_floor_is_read_as_far_as_git_goes(
    product: Path, cache: Path, guard: Guard
) -> None:
    tree = tree_of(product, ("100644", "x.md", changelog_id(product)))
    for _ in range(300):
        tree = tree_of(product, ("40000", "d", tree))
    sha = tagged(product, tree)
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.read(sha, "d/" * 300 + "x.md") == "## 1.0.0\n- 一\n".encode()
        files, _ = opened.files("evil", ".", "**/*.md", tier="faq", source="help")
        assert len(files) == 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["commit", "tag"])
def test_a_message_of_30_mb_does_not_stop_the_other_tags(
    product: Path, cache: Path, guard: Guard, kind: str
) -> None:
    head = git(product, "rev-parse", "HEAD")
    tree = git(product, "rev-parse", "HEAD^{tree}")
    who = "a <a@b> 1767355200 +0000"
    first = {
        "commit": f"tree {tree}\nauthor {who}\ncommitter {who}\n\n",
        "tag": f"object {head}\ntype commit\ntag v9\ntagger {who}\n\n",
    }[kind]
    sha = write_object(product, kind, first.encode() + b"x" * 30_000_000)
    git(product, "update-ref", "refs/tags/v9", sha)
    with guard():
        if kind == "commit":
            assert "a commit of 30,000" in refusal(str(product), cache)
        else:
            with open_repository(str(product), name="lark", cache=cache) as opened:
                assert opened.resolve("v9") == head
                assert len(opened.tags()) == 3


def test_tags_that_name_each_other_without_end_are_peeled(
    product: Path, cache: Path, guard: Guard
) -> None:
    sha, kind = git(product, "rev-parse", "v1.0.0"), "commit"
    for number in range(500):
        text = f"object {sha}\ntype {kind}\ntag t{number}\ntagger a <a@b> 1 +0000\n\nx\n"
        sha, kind = write_object(product, "tag", text.encode()), "tag"
    git(product, "update-ref", "refs/tags/v9", sha)
    with guard():
        for location in (str(product), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                assert opened.resolve("v9") == opened.resolve("v1.0.0")


@pytest.mark.parametrize("what", ["commit", "tree", "blob"])
@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "other kind", "a folder"])
def test_a_damaged_object_is_named_and_the_rest_is_read(
    product: Path, cache: Path, guard: Guard, what: str, damage: str
) -> None:
    names = {"commit": "v1.1.0", "tree": "v1.1.0^{tree}", "blob": "v1.1.0:CHANGELOG.md"}
    sha = git(product, "rev-parse", names[what])
    old = git(product, "rev-parse", "v1.0.0")
    file = product / ".git" / "objects" / sha[:2] / sha[2:]
    file.unlink()
    kind = "tree" if what == "blob" else "blob"
    if damage == "a folder":
        file.mkdir()
    elif damage != "gone":
        contents = {"garbage": b"\xff" * 100, "other kind": zlib.compress(f"{kind} 0\0".encode())}
        file.write_bytes(contents.get(damage, b""))
    with guard():
        assert "cannot be read" in refusal(str(product), cache) or damage == "other kind"
        with open_repository(str(product), name="lark", cache=cache) as opened:
            for _ in range(3):
                with pytest.raises(SourceError):
                    opened.read(opened.resolve("v1.1.0"), "CHANGELOG.md")
                assert opened.read(old, "CHANGELOG.md") == "## 1.0.0\n- 一\n".encode()
        refusal(product.as_uri(), cache)


@pytest.mark.parametrize("file", ["pack", "idx"])
@pytest.mark.parametrize("damage", ["cut", "zeros", "empty", "gone"])
def test_a_damaged_pack_is_refused(
    product: Path, cache: Path, guard: Guard, file: str, damage: str
) -> None:
    git(product, "repack", "-a", "-d", "-q")
    (path,) = (product / ".git" / "objects" / "pack").glob(f"*.{file}")
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes({"cut": data[:40], "zeros": bytes(len(data))}.get(damage, b""))
    if damage == "gone":
        path.unlink()
    with guard():
        refusal(str(product), cache)
        refusal(product.as_uri(), cache)


def test_the_wrong_case_is_another_file(product: Path, cache: Path, guard: Guard) -> None:
    blob, other = changelog_id(product), git(product, "rev-parse", "v1.1.0:CHANGELOG.md")
    entries = (("100644", "CHANGELOG.md", blob), ("100644", "changelog.md", other))
    sha = tagged(product, tree_of(product, *entries))
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.read(sha, "CHANGELOG.md") == "## 1.0.0\n- 一\n".encode()
        assert opened.read(sha, "changelog.md") == "## 1.1.0\n- 二\n".encode()
        assert opened.read(sha, "Changelog.md") is None


def test_a_pipe_among_the_objects_of_another_tag_is_in_nobodys_way(
    product: Path, cache: Path, guard: Guard
) -> None:
    os.mkfifo(product / ".git" / "objects" / "pack" / "pack-x.idx")
    with guard():
        check_product(str(product), cache)
