"""A product's repository, and programs that tell whether anyone ran them."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.settings import FaqSource, Settings
from pipelines.sources.repository import Repository, open_repository
from pipelines.sources_toml import load_settings

Declare = Callable[..., tuple[FaqSource, Settings]]

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "小雀", "GIT_AUTHOR_EMAIL": "dev@example.com",
    "GIT_COMMITTER_NAME": "小雀", "GIT_COMMITTER_EMAIL": "dev@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T12:00:00Z", "GIT_COMMITTER_DATE": "2026-01-02T12:00:00Z",
}  # fmt: skip


def git(folder: Path, *arguments: str, data: bytes | None = None) -> str:
    """Run a plain git, and return what it prints."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | ENVIRONMENT, input=data,
        check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def commit(folder: Path, text: str, tag: str = "") -> str:
    """Commit `text` as the changelog, with all else that lies there; return the commit."""
    (folder / "CHANGELOG.md").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--no-verify", "--allow-empty", "-m", text[:20] or "empty")
    if tag:
        git(folder, "tag", "--force", tag)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's working copy as it is copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    git(folder, "init", "-q", "-b", "main", "--template=")
    (folder / ".git" / "info").mkdir()
    (folder / ".git" / "hooks").mkdir()
    (folder / "docs" / "帮助").mkdir(parents=True)
    (folder / "docs" / "帮助" / "登录.md").write_text("登录", encoding="utf-8")
    (folder / "docs" / "a.txt").write_text("a", encoding="utf-8")
    commit(folder, "## 1.0.0\n- 一\n", "v1.0.0")
    commit(folder, "## 1.1.0\n- 二\n", "v1.1.0")
    return folder


@pytest.fixture
def product(tmp_path: Path, template: Path) -> Path:
    """A working copy with two releases and a file of help."""
    return shutil.copytree(template, tmp_path / "product")


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """A company with one FAQ, `help`; keyword arguments are keys of its table."""

    def declared(**keys: str) -> tuple[FaqSource, Settings]:
        folder = tmp_path / "company"
        folder.mkdir(exist_ok=True)
        table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        (folder / "sources.toml").write_text(
            f'[company]\nname = "云雀"\ncontact = "400"\n[[faq]]\nname = "help"\n{table}',
            encoding="utf-8",
        )
        settings = load_settings(folder / "sources.toml", folder / "warehouse", environ={})
        return settings.faq[0], settings

    return declared


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where mirrors go; not there yet."""
    return tmp_path / "cache"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A program that leaves a file behind when anyone runs it; `marker.with_suffix('.ran')`."""
    program = tmp_path / "marker"
    ran = program.with_suffix(".ran")
    program.write_text(f"#!/bin/sh\ntouch '{ran}'\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    return program


Guard = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def guard(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    marker: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Guard:
    """A block in which no program may run and nothing be written but the mirror `lark`.

    The user's home lies in `tmp_path` as well.
    """
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    def elsewhere() -> dict[str, tuple[int, int]]:
        return {path: at for path, at in listing(tmp_path).items() if path.split("/")[0] != "cache"}

    @contextmanager
    def guarded() -> Iterator[None]:
        before = elsewhere()
        yield
        assert not marker.with_suffix(".ran").exists(), "a program was run"
        assert elsewhere() == before
        assert list(scratch.iterdir()) == []
        cached = {path.name for path in (tmp_path / "cache").glob("*")}
        assert cached <= {"lark.git", "lark.git.lock"}

    return guarded


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Return path -> time of change and size of all below `folder`."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
    }


def use_everything(opened: Repository) -> None:
    """Call whatever reads the repository."""
    tags = opened.tags()
    for tag in tags:
        opened.read(tag.commit, "CHANGELOG.md")
        opened.is_ancestor(tags[0].commit, tag.commit)
    opened.files("HEAD", ".", "**/*", tier="faq", source="x")


def check_product(location: str, cache: Path) -> None:
    """Open the product's repository, use all of it, and see that it says what it should."""
    with open_repository(location, name="lark", cache=cache) as opened:
        use_everything(opened)
        old, new = opened.tags()
        assert (old.name, new.name) == ("v1.0.0", "v1.1.0")
        assert opened.read(old.commit, "CHANGELOG.md") == "## 1.0.0\n- 一\n".encode()
        assert opened.read(new.commit, "CHANGELOG.md") == "## 1.1.0\n- 二\n".encode()
        assert opened.is_ancestor(old.commit, new.commit)
        assert not opened.is_ancestor(new.commit, old.commit)


def refusal(location: str, cache: Path) -> str:
    """Return why a repository is refused, when it is opened or used."""
    with (
        pytest.raises(SourceError) as caught,
        open_repository(location, name="lark", cache=cache) as opened,
    ):
        use_everything(opened)
    said = str(caught.value)
    assert "`" in said
    assert not any(character in said for character in "\x1b\n\x00")
    return said
