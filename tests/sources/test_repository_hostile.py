"""Hostile repositories and locations: a marker file tells whether anything ran."""

import subprocess
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.repository import open_repository
from tests.sources.conftest import commit, git, listing, use_everything

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
