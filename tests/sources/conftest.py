"""A product's repository, and programs that tell whether anyone ran them."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import FaqSource, Settings
from pipelines.sources.repository import Repository
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


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A working copy with two releases and a file of help."""
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
