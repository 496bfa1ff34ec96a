"""Repositories whose configuration, hooks or attributes would run something."""

import subprocess
from pathlib import Path

import pytest

from tests.sources.conftest import Guard, check_product, git, refusal

# What a repository's own configuration can have git run, in one command or another.
PROGRAMS = [
    "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass",
    "core.gitProxy", "core.alternateRefsCommand", "diff.external", "diff.evil.textconv",
    "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
    "gpg.program", "gpg.ssh.program", "credential.helper", "uploadpack.packObjectsHook",
    "sequence.editor", "interactive.diffFilter", "merge.evil.driver", "pager.for-each-ref",
    "pager.config", "remote.origin.uploadpack", "remote.origin.receivepack", "remote.origin.vcs",
    "trailer.evil.command", "man.evil.cmd", "browser.evil.cmd", "gc.recentObjectsHook",
    "submodule.x.update", "protocol.ext.allow", "transfer.bundleURI",
]  # fmt: skip


def configure(folder: Path, text: str) -> None:
    """Append to the configuration of a working copy."""
    with (folder / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(text)


def arm(folder: Path, key: str, program: Path) -> None:
    (folder / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil merge=evil\n")
    section, _, rest = key.partition(".")
    name, _, variable = rest.rpartition(".")
    heading = f'[{section} "{name}"]' if name else f"[{section}]"
    configure(folder, f"{heading}\n\t{variable} = {program}\n[log]\n\tshowSignature = true\n")


@pytest.mark.parametrize("key", PROGRAMS)
def test_a_program_in_the_configuration_is_never_run(
    product: Path, cache: Path, marker: Path, guard: Guard, key: str
) -> None:
    arm(product, key, marker)
    with guard():
        check_product(str(product), cache)
        check_product(product.as_uri(), cache)


def test_the_marker_would_tell(product: Path, marker: Path) -> None:
    arm(product, "core.fsmonitor", marker)
    git(product, "status")
    assert marker.with_suffix(".ran").exists()


@pytest.mark.parametrize("place", [".git/hooks", "elsewhere"])
def test_no_hook_is_run(
    product: Path, cache: Path, marker: Path, guard: Guard, tmp_path: Path, place: str
) -> None:
    hooks = product / ".git" / "hooks" if place == ".git/hooks" else tmp_path / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "post-checkout", "reference-transaction", "post-update", "post-index-change",
        "pre-auto-gc", "fsmonitor-watchman", "post-rewrite", "pre-receive",
    ):  # fmt: skip
        (hooks / name).write_bytes(marker.read_bytes())
        (hooks / name).chmod(0o755)
    configure(product, f"[core]\n\thooksPath = {hooks}\n" if place == "elsewhere" else "")
    with guard():
        check_product(str(product), cache)
        check_product(product.as_uri(), cache)


def test_a_hook_put_into_the_mirror_is_not_run(
    product: Path, cache: Path, marker: Path, guard: Guard
) -> None:
    check_product(product.as_uri(), cache)
    hook = cache / "lark.git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(marker.read_bytes())
    hook.chmod(0o755)
    git(product, "branch", "another")
    with guard():
        check_product(product.as_uri(), cache)


@pytest.mark.parametrize(
    "text",
    [
        '[alias]\n\tcat-file = "!{marker}"\n\tfor-each-ref = "!{marker}"\n\tconfig = "!{marker}"\n',
        "[include]\n\tpath = {evil}\n",
        '[includeIf "gitdir:**"]\n\tpath = {evil}\n',
        "[include]\n\tpath = /dev/zero\n",
        "[include]\n\tpath = config\n",
        "[core]\n\tworktree = {elsewhere}\n\tfsmonitor = {marker}\n",
        "[core]\n\tbare = true\n\tworktree = {elsewhere}\n",
        '[url "ext::{marker} "]\n\tinsteadOf = file://\n\tinsteadOf = /\n',
        '[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n',
        "[core]\n\trepositoryFormatVersion = 99\n",
        "[extensions]\n\tworktreeConfig = true\n",
        "[safe]\n\tbareRepository = explicit\n",
        "[core]\n\tattributesFile = {evil}\n\texcludesFile = {evil}\n",
        "[gc]\n\tauto = 1\n\tautoPackLimit = 1\n[maintenance]\n\tauto = true\n",
        "[trace2]\n\teventTarget = {elsewhere}/trace\n\tnormalTarget = {elsewhere}/normal\n",
        "[core]\n\tlogAllRefUpdates = always\n\tsharedRepository = 0777\n",
        "[core]\n\tpackedGitLimit = 1\n\tbigFileThreshold = 1\n\tcompression = 42\n",
    ],
)  # fmt: skip
def test_no_other_configuration_is_obeyed_in_place(
    product: Path,
    cache: Path,
    marker: Path,
    guard: Guard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
) -> None:
    monkeypatch.chdir(product)
    evil = tmp_path / "evil"
    evil.write_text(f"[core]\n\tfsmonitor = {marker}\n\tpager = {marker}\n", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (product / ".git" / "config.worktree").write_bytes(evil.read_bytes())
    configure(product, text.format(marker=marker, evil=evil, elsewhere=elsewhere))
    with guard():
        check_product(str(product), cache)


@pytest.mark.parametrize("url", ["ext::{marker}", "{upstream}"])
def test_a_missing_object_is_not_fetched_by_the_repositorys_own_command(
    product: Path, cache: Path, marker: Path, guard: Guard, tmp_path: Path, url: str
) -> None:
    blob = git(product, "rev-parse", "v1.0.0:CHANGELOG.md")
    upstream = tmp_path / "upstream"
    git(tmp_path, "clone", "-q", "--bare", str(product), str(upstream))
    configure(
        product,
        "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = {url.format(marker=marker, upstream=upstream)}\n'
        f'\tpromisor = true\n\tuploadpack = {marker}\n[protocol "ext"]\n\tallow = always\n',
    )
    (product / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with guard():
        assert f"{blob} missing" in refusal(str(product), cache)
        refusal(product.as_uri(), cache)
    subprocess.run(["git", "cat-file", "-p", blob], cwd=product, check=False, capture_output=True)
    assert marker.with_suffix(".ran").exists(), "a plain git would have run it"


def test_nothing_of_the_users_own_configuration_is_read(
    product: Path, cache: Path, marker: Path, guard: Guard, tmp_path: Path
) -> None:
    (tmp_path / "home" / ".gitconfig").write_text(
        f'[url "/nowhere/"]\n\tinsteadOf = file://\n[core]\n\tfsmonitor = {marker}\n',
        encoding="utf-8",
    )
    with guard():
        check_product(product.as_uri(), cache)
