"""Repositories of every kind, and hostile ones: a marker file tells whether anything ran."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.mirror import is_url
from pipelines.sources.repository import Repository, open_repository

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "小雀", "GIT_AUTHOR_EMAIL": "dev@example.com",
    "GIT_COMMITTER_NAME": "小雀", "GIT_COMMITTER_EMAIL": "dev@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T12:00:00Z", "GIT_COMMITTER_DATE": "2026-01-02T12:00:00Z",
}  # fmt: skip


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | ENVIRONMENT, input=data,
        check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def commit(folder: Path, text: str, tag: str = "") -> str:
    (folder / "CHANGELOG.md").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--no-verify", "--allow-empty", "-m", text[:20] or "empty")
    if tag:
        git(folder, "tag", "--force", tag)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def product(tmp_path: Path) -> Path:
    folder = tmp_path / "product"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "docs" / "帮助").mkdir(parents=True)
    (folder / "docs" / "帮助" / "登录.md").write_text("登录", encoding="utf-8")
    (folder / "docs" / "a.txt").write_text("a", encoding="utf-8")
    commit(folder, "## 1.0.0\n- 一\n", "v1.0.0")
    commit(folder, "## 1.1.0\n- 二\n", "v1.1.0")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A program that leaves a file behind when anyone runs it; `marker.with_suffix('.ran')`."""
    program = tmp_path / "marker"
    ran = program.with_suffix(".ran")
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
    }


def use_everything(opened: Repository) -> None:
    tags = opened.tags()
    for tag in tags:
        opened.read(tag.commit, "CHANGELOG.md")
        opened.is_ancestor(tags[0].commit, tag.commit)
    opened.files("HEAD", ".", "**/*", tier="faq", source="x")


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


@pytest.mark.parametrize("kind", ["bare", "worktree", "shared", "packed"])
def test_other_layouts_read_the_same(product: Path, cache: Path, kind: str) -> None:
    other = product.parent / kind
    if kind == "bare":
        git(product.parent, "clone", "-q", "--bare", str(product), str(other))
    elif kind == "worktree":
        git(product, "worktree", "add", "-q", str(other), "v1.0.0")
    elif kind == "shared":  # objects come through `objects/info/alternates`
        git(product.parent, "clone", "-q", "--shared", str(product), str(other))
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


def test_git_variables_of_a_hook_do_not_mislead(
    product: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_NAMESPACE", "elsewhere")
    with open_repository(str(product), name="lark", cache=cache) as opened:
        assert len(opened.tags()) == 2


# What a repository's own configuration can have git run, in one command or another.
PROGRAMS = [
    "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass",
    "core.gitProxy", "core.alternateRefsCommand", "diff.external", "diff.evil.textconv",
    "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
    "gpg.program", "gpg.ssh.program", "credential.helper", "uploadpack.packObjectsHook",
    "sequence.editor", "interactive.diffFilter", "merge.evil.driver", "pager.for-each-ref",
]  # fmt: skip


def arm(folder: Path, key: str, program: Path) -> None:
    (folder / ".gitattributes").write_text("* diff=evil filter=evil\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "attributes")
    git(folder, "config", key, str(program))
    git(folder, "config", "log.showSignature", "true")


@pytest.mark.parametrize("key", PROGRAMS)
def test_a_program_in_the_configuration_is_never_run(
    product: Path, cache: Path, marker: Path, key: str
) -> None:
    arm(product, key, marker)
    before = listing(product)
    with open_repository(str(product), name="lark", cache=cache) as opened:
        use_everything(opened)
    assert listing(product) == before
    with open_repository(product.as_uri(), name="lark", cache=cache) as opened:
        use_everything(opened)
    assert not marker.with_suffix(".ran").exists()


def test_the_marker_would_tell(product: Path, marker: Path) -> None:
    arm(product, "core.fsmonitor", marker)
    git(product, "status")
    assert marker.with_suffix(".ran").exists()


@pytest.mark.parametrize("how", ["hooks", "hooksPath", "alias", "include", "worktree"])
def test_other_ways_to_run_a_program_are_closed(
    product: Path, cache: Path, marker: Path, tmp_path: Path, how: str
) -> None:
    dot_git = product / ".git"
    names = ("post-checkout", "reference-transaction", "post-update", "fsmonitor-watchman")
    if how in ("hooks", "hooksPath"):
        hooks = dot_git / "hooks" if how == "hooks" else tmp_path / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in names:
            (hooks / name).write_bytes(marker.read_bytes())
            (hooks / name).chmod(0o755)
        if how == "hooksPath":
            git(product, "config", "core.hooksPath", str(hooks))
    elif how == "alias":
        for command in ("cat-file", "for-each-ref", "rev-parse", "merge-base"):
            git(product, "config", f"alias.{command}", f"!{marker}")
    elif how == "include":
        (tmp_path / "evil").write_text(f"[core]\n\tfsmonitor = {marker}\n", encoding="utf-8")
        git(product, "config", "include.path", str(tmp_path / "evil"))
    else:
        git(product, "config", "core.worktree", str(tmp_path))
        git(product, "config", "core.fsmonitor", str(marker))
    with open_repository(str(product), name="lark", cache=cache) as opened:
        use_everything(opened)
        assert len(opened.tags()) == 2
    assert not marker.with_suffix(".ran").exists()


def test_a_missing_object_is_not_fetched_by_the_repositorys_own_command(
    product: Path, cache: Path, marker: Path, tmp_path: Path
) -> None:
    blob = git(product, "rev-parse", "v1.0.0:CHANGELOG.md")
    upstream = tmp_path / "upstream"
    git(tmp_path, "clone", "-q", "--bare", str(product), str(upstream))
    for key, value in (
        ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"),
        ("remote.origin.url", str(upstream)), ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", str(marker)),
    ):  # fmt: skip
        git(product, "config", key, value)
    (product / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with (
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="cannot be read"),
    ):
        opened.read(opened.resolve("v1.0.0"), "CHANGELOG.md")
    assert not marker.with_suffix(".ran").exists()
    subprocess.run(["git", "cat-file", "-p", blob], cwd=product, check=False, capture_output=True)
    assert marker.with_suffix(".ran").exists(), "a plain git would have run it"


def test_a_bare_repository_nested_in_a_working_copy_is_left_alone(
    product: Path, cache: Path, marker: Path
) -> None:
    nested = product / "docs" / "nested"
    git(product, "init", "-q", "--bare", str(nested))
    git(nested, "config", "core.fsmonitor", str(marker))
    with open_repository(str(product), name="lark", cache=cache) as opened:
        use_everything(opened)
    assert not marker.with_suffix(".ran").exists()


@pytest.mark.parametrize(
    "location",
    [
        "ext::sh -c touch% {ran}", "ext://{marker}", "fd::17", "EXT::{marker}", "git://example.com/x",
        "http://example.com/x", "ssh://-oProxyCommand={marker}/x", "-oProxyCommand={marker}:x",
        "git@-oProxyCommand={marker}:x", "--upload-pack={marker}", "-u{marker}", "--template=/tmp",
        "https://example.com/x\n[core]\nfsmonitor={marker}", "https://example.com/x y",
        "https://user:secret@example.com/x", "transport::https://example.com", "file::/tmp/x",
        "ssh://user@-oProxyCommand={marker}/x", "persistent-https://example.com/x",
    ],
)  # fmt: skip
def test_a_location_that_is_no_plain_repository_is_refused(
    cache: Path, marker: Path, location: str
) -> None:
    ran = marker.with_suffix(".ran")
    written = location.format(marker=marker, ran=ran)
    with pytest.raises(SourceError) as caught:
        open_repository(written, name="lark", cache=cache)
    assert "secret" not in str(caught.value)
    assert not ran.exists()
    assert not cache.exists()


@pytest.mark.parametrize("name", ["../lark", "-lark", "", "Lark", "a/b", "lark.git", "a" * 33])
def test_a_name_that_could_leave_the_cache_is_refused(
    product: Path, cache: Path, name: str
) -> None:
    with pytest.raises(SourceError, match="cannot name a mirror"):
        open_repository(product.as_uri(), name=name, cache=cache)
    assert not cache.exists()


def test_locations_are_told_from_paths() -> None:
    assert is_url("git@example.com:team/lark.git")
    assert is_url("https://example.com/lark.git")
    assert not is_url("./product")
    assert not is_url("/srv/git/lark.git")
    assert not is_url("bundles/lark.bundle")


def test_tags_and_files_named_like_options_are_only_names(product: Path, cache: Path) -> None:
    (product / "--output=pwned").write_text("x", encoding="utf-8")
    head = commit(product, "## 1.2.0\n")
    git(product, "update-ref", "refs/tags/--output=pwned", head)
    with open_repository(product.as_uri(), name="lark", cache=cache) as opened:
        assert "--output=pwned" in [tag.name for tag in opened.tags()]
        assert opened.resolve("--output=pwned") == head
        assert opened.read(head, "--output=pwned") == b"x"
    assert not (cache / "lark.git" / "pwned").exists()


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "", ".", "a\0b", "docs/../x"])
def test_a_path_outside_the_tree_is_refused(product: Path, cache: Path, path: str) -> None:
    with (
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="no path inside a repository"),
    ):
        opened.read(opened.resolve("HEAD"), path)


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


def tree_of(folder: Path, *entries: tuple[str, str, str]) -> str:
    """Write a tree object that git itself would refuse, and return its id."""
    raw = b"".join(
        f"{mode} {name}".encode() + b"\0" + bytes.fromhex(sha) for mode, name, sha in entries
    )
    return git(folder, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=raw)


def test_a_name_with_an_escape_sequence_is_quarantined(product: Path, cache: Path) -> None:
    blob = git(product, "rev-parse", "v1.0.0:CHANGELOG.md")
    root = tree_of(product, ("100644", "a\x1b[31m.md", blob), ("100644", "b.md", blob))
    git(product, "tag", "evil", git(product, "commit-tree", root, "-m", "evil"))
    with open_repository(str(product), name="lark", cache=cache) as opened:
        files, refused = opened.files("evil", ".", "*.md", tier="faq", source="help")
        assert [file.path for file in files] == ["b.md"]
        assert "\x1b" not in refused[0].path + refused[0].excerpt


def test_a_tree_that_climbs_out_of_its_folder_is_refused(product: Path, cache: Path) -> None:
    blob = git(product, "rev-parse", "v1.0.0:CHANGELOG.md")
    root = tree_of(product, ("40000", "..", tree_of(product, ("100644", "x.md", blob))))
    git(product, "tag", "evil", git(product, "commit-tree", root, "-m", "evil"))
    with (
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="cannot be read"),
    ):
        opened.files("evil", ".", "**/*.md", tier="faq", source="help")


@pytest.mark.timeout(60)
def test_a_tree_that_unrolls_without_end_is_refused(product: Path, cache: Path) -> None:
    tree = tree_of(product, ("100644", "x.md", git(product, "rev-parse", "v1.0.0:CHANGELOG.md")))
    for _ in range(12):
        tree = tree_of(product, *[("40000", f"d{n}", tree) for n in range(10)])
    git(product, "tag", "bomb", git(product, "commit-tree", tree, "-m", "bomb"))
    with (
        open_repository(str(product), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="more than 30,000 files"),
    ):
        opened.files("bomb", ".", "**/*.md", tier="faq", source="help")


@pytest.mark.parametrize("file", ["config", "HEAD", "refs/tags/v1.0.0"])
def test_a_damaged_repository_says_so(product: Path, cache: Path, file: str) -> None:
    (product / ".git" / file).write_bytes(b"\xff[broken\n")

    def read_all() -> None:
        with open_repository(str(product), name="lark", cache=cache) as opened:
            opened.read(opened.resolve("HEAD"), "CHANGELOG.md")
            opened.resolve("v1.0.0")

    with pytest.raises(SourceError, match="`"):
        read_all()


def test_nothing_of_the_users_own_configuration_is_read(
    product: Path, cache: Path, marker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[url "/nowhere/"]\n\tinsteadOf = file://\n[core]\n\tfsmonitor = {marker}\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("HOME", str(home))
    with open_repository(product.as_uri(), name="lark", cache=cache) as opened:
        use_everything(opened)
    assert not marker.with_suffix(".ran").exists()


def test_no_process_is_left_when_a_repository_is_closed(product: Path, cache: Path) -> None:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if sys.platform != "linux" or not children.exists():
        pytest.skip("needs Linux's list of child processes")
    before = children.read_text(encoding="ascii").split()
    with open_repository(str(product), name="lark", cache=cache) as opened:
        use_everything(opened)
        assert len(children.read_text(encoding="ascii").split()) > len(before)
    assert children.read_text(encoding="ascii").split() == before
