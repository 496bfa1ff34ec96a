"""Variables that a hook or a CI job sets, and repositories of every make."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.sources.repository import open_repository
from tests.sources.conftest import Guard, check_product, commit, git, refusal

OTHER = {
    "GIT_DIR": "{other}/.git", "GIT_WORK_TREE": "{other}", "GIT_COMMON_DIR": "{other}/.git",
    "GIT_INDEX_FILE": "{other}/.git/index", "GIT_OBJECT_DIRECTORY": "{other}/.git/objects",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "{other}/.git/objects", "GIT_NAMESPACE": "elsewhere",
    "GIT_QUARANTINE_PATH": "{other}/.git/objects/incoming", "GIT_SHALLOW_FILE": "{other}/shallow",
    "GIT_GRAFT_FILE": "{other}/grafts", "GIT_DEFAULT_HASH": "sha256",
    "GIT_DEFAULT_REF_FORMAT": "reftable", "GIT_REPLACE_REF_BASE": "refs/heads/",
    "GIT_CEILING_DIRECTORIES": "/", "GIT_PREFIX": "docs/", "GIT_PROTOCOL": "version=1",
    "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "1", "GIT_TEMPLATE_DIR": "{other}",
    "GIT_CONFIG": "{other}/config", "GIT_CONFIG_GLOBAL": "{other}/config",
    "GIT_CONFIG_SYSTEM": "{other}/config", "GIT_CONFIG_PARAMETERS": "'core.fsmonitor={marker}'",
    "GIT_CONFIG_NOSYSTEM": "0", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "{marker}", "GIT_EXTERNAL_DIFF": "{marker}", "GIT_PAGER": "{marker}",
    "GIT_EDITOR": "{marker}", "GIT_SEQUENCE_EDITOR": "{marker}", "GIT_ASKPASS": "{marker}",
    "SSH_ASKPASS": "{marker}", "GIT_PROXY_COMMAND": "{marker}", "GIT_SSH_COMMAND": "{marker}",
    "GIT_SSH": "{marker}", "PAGER": "{marker}", "EDITOR": "{marker}", "GIT_ALLOW_PROTOCOL": "ext",
    "GIT_NO_LAZY_FETCH": "0", "GIT_NO_REPLACE_OBJECTS": "", "GIT_ATTR_SOURCE": "HEAD",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "zh",
}  # fmt: skip


@pytest.fixture
def other(tmp_path: Path, marker: Path) -> Path:
    """Another repository, with a tag and a configuration of its own."""
    folder = tmp_path / "other"
    git(tmp_path, "init", "-q", str(folder))
    commit(folder, "another product", "v9.9.9")
    (folder / "config").write_text(f"[core]\n\tfsmonitor = {marker}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [*OTHER, "all"])
def test_a_variable_of_git_does_not_mislead(
    product: Path,
    other: Path,
    cache: Path,
    marker: Path,
    guard: Guard,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    old, new = (git(product, "rev-parse", f"v1.{n}.0") for n in (0, 1))
    (other / "shallow").write_text(f"{new}\n", encoding="ascii")
    (other / "grafts").write_text(f"{old} {new}\n{new}\n", encoding="ascii")
    for key, value in OTHER.items():
        # A user of another name reads a path, but not a `file` URL.
        if name in (key, "all") and (key, name) != ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "all"):
            monkeypatch.setenv(key, value.format(other=other, marker=marker))
    with guard():
        check_product(str(product), cache)
        if name == "GIT_TEST_ASSUME_DIFFERENT_OWNER":
            said = refusal(product.as_uri(), cache)
            assert "dubious ownership" in said
            assert "write the plain path" in said
        else:
            check_product(product.as_uri(), cache)


HOOK = """#!{python}
import sys
from pathlib import Path
sys.path.insert(0, {checkout!r})
from pipelines.sources.repository import open_repository
for location in (".", {url!r}):
    with open_repository(location, name="lark", cache=Path({cache!r})) as opened:
        tags = [(tag.name, opened.read(tag.commit, "CHANGELOG.md")) for tag in opened.tags()]
        print(sorted(tags)[-1])
"""


@pytest.mark.parametrize("hook", ["post-receive", "post-update", "post-commit", "pre-push"])
def test_a_hook_of_git_reads_its_own_repository_and_another(
    product: Path, tmp_path: Path, cache: Path, hook: str
) -> None:
    server = tmp_path / "server.git"
    git(tmp_path, "clone", "-q", "--bare", str(product), str(server))
    mirrored = shutil.copytree(product, tmp_path / "mirrored")
    folder = server / "hooks" if hook.startswith("post-re") else product / ".git" / "hooks"
    folder = server / "hooks" if hook == "post-update" else folder
    folder.mkdir(exist_ok=True)
    checkout = str(Path(__file__).resolve().parents[2])
    script = HOOK.format(
        python=sys.executable, checkout=checkout, url=mirrored.as_uri(), cache=str(cache)
    )
    (folder / hook).write_text(script, encoding="utf-8")
    (folder / hook).chmod(0o755)
    (product / "CHANGELOG.md").write_text("## 1.2.0\n", encoding="utf-8")
    said = git_says(product, "commit", "-qam", "x")
    git(product, "tag", "v1.2.0")
    said += git_says(product, "push", str(server), "main", "v1.2.0")
    newest = "('v1.1.0'" if hook == "post-commit" else "('v1.2.0', b'## 1.2.0\\n')"
    assert newest in said
    assert "('v1.1.0', b'## 1.1.0\\n- \\xe4\\xba\\x8c\\n')" in said


def git_says(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_linked_working_copy_has_its_own_head(product: Path, cache: Path, guard: Guard) -> None:
    linked = product.parent / "linked"
    git(product, "worktree", "add", "-q", str(linked), "v1.0.0")
    with guard():
        check_product(str(linked), cache)
        with open_repository(str(linked), name="lark", cache=cache) as opened:
            assert opened.resolve("HEAD") == opened.resolve("v1.0.0")


def test_a_submodule_is_a_repository_of_its_own(
    product: Path, other: Path, cache: Path, guard: Guard
) -> None:
    git(
        other, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(product), "lark"
    )  # fmt: skip
    with guard():
        check_product(str(other / "lark"), cache)


def test_tags_signed_annotated_and_of_tags_name_their_commit(
    product: Path, cache: Path, guard: Guard
) -> None:
    commit_id = git(product, "rev-parse", "v1.0.0")
    signed = (
        f"object {commit_id}\ntype commit\ntag signed\ntagger a <a@b> 1 +0000\n\nx\n"
        "-----BEGIN PGP SIGNATURE-----\n\nnot one\n-----END PGP SIGNATURE-----\n"
    )
    git(product, "tag", "signed", git(product, "mktag", "--no-strict", data=signed.encode()))
    git(product, "tag", "-a", "-m", "x", "annotated", "v1.0.0")
    git(product, "tag", "-a", "-m", "x", "nested", "annotated")
    git(product, "tag", "-a", "-m", "x", "of-a-tree", "v1.0.0^{tree}")
    git(product, "tag", "of-a-file", "v1.0.0:CHANGELOG.md")
    git(product, "pack-refs", "--all")
    with guard():
        for location in (str(product), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                named = {tag.name: tag.commit for tag in opened.tags()}
                assert named.keys() == {"signed", "annotated", "nested", "v1.0.0", "v1.1.0"}
                assert {named[name] for name in ("signed", "annotated", "nested")} == {commit_id}


def test_sha_256_is_refused_by_name(tmp_path: Path, cache: Path, guard: Guard) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256", "new")
    commit(tmp_path / "new", "x", "v1.0.0")
    with guard():
        assert "SHA256 object ids" in refusal(str(tmp_path / "new"), cache)
        assert "sha256" in refusal((tmp_path / "new").as_uri(), cache)


def test_refs_in_a_table_are_read_or_refused_by_name(
    product: Path, cache: Path, guard: Guard, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    done = subprocess.run(
        ["git", "clone", "-q", "--ref-format=reftable", str(product), str(made)],
        check=False, capture_output=True,
    )  # fmt: skip
    if done.returncode == 0:
        with guard():
            check_product(str(made), cache)
        return
    with (product / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(
            "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\trefStorage = reftable\n"
        )
    with guard():
        assert "refstorage" in refusal(str(product), cache)


def test_a_storage_of_refs_that_nobody_knows_is_refused(
    product: Path, cache: Path, guard: Guard
) -> None:
    git(product, "config", "extensions.refStorage", "stone\x1b[31m")
    with guard():
        assert "keeps its refs as `stone`" in refusal(str(product), cache)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_read(product: Path, cache: Path, guard: Guard) -> None:
    for path in (product, *product.rglob("*")):
        os.chown(path, 65534, 65534)
    with guard():
        check_product(str(product), cache)
