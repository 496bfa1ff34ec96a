"""A product repository that tests write release by release."""

import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines import pull
from pipelines.changelog.changes import ReleaseChanges, changes_of
from pipelines.changelog.releases import releases
from pipelines.refresh import current_chunks
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import open_repository
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse


class Product:
    """A real git repository with a changelog; every commit is one day after the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.today = date(2026, 1, 1)
        self.hour = 12
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        stamp = f"{self.today}T{self.hour:02}:00:00+08:00"
        environment = os.environ | {
            "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "小雀", "GIT_AUTHOR_EMAIL": "dev@example.com",
            "GIT_COMMITTER_NAME": "小雀", "GIT_COMMITTER_EMAIL": "dev@example.com",
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True
        )
        return done.stdout.decode()

    def release(self, tag: str, changelog: str | bytes | None, path: str = "CHANGELOG.md") -> None:
        self.today += timedelta(days=1)
        file = self.folder / path
        if changelog is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            data = changelog.encode() if isinstance(changelog, str) else changelog
            file.write_bytes(data)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", tag)
        self.git("tag", tag)

    def changes(
        self, tag: str, tags: str = r"v?\d+\.\d+\.\d+.*", path: str = "CHANGELOG.md"
    ) -> ReleaseChanges:
        source = ChangelogSource(name="lark", repo=str(self.folder), tags=tags, path=path)
        with open_repository(str(self.folder), name="lark", cache=self.folder / "none") as opened:
            wanted = next(r for r in releases(opened, source) if r.tag == tag)
            return changes_of(opened, source, wanted)

    def standing(self) -> list[tuple[str, str, str]]:
        """What the index would hold after the last release: version, category, text."""
        file = self.folder.parent / "sources.toml"
        file.write_text(
            "company = {name = '云雀', contact = '热线'}\n"
            "[[changelog]]\nname = 'lark'\nrepo = 'product'\ntags = 'v?\\d+\\.\\d+\\.\\d+.*'\n",
            encoding="utf-8",
        )
        settings = load_settings(file, self.folder.parent / "warehouse", {})
        warehouse = Warehouse(settings.warehouse)
        pull.changelog(settings, warehouse, settings.changelog[0])
        rows = current_chunks(settings, warehouse).to_pylist()
        return [(row["version"], row["category"], row["text"]) for row in rows]

    def order(self, tags: str = r"v?\d+\.\d+\.\d+.*") -> list[tuple[str, str]]:
        source = ChangelogSource(name="lark", repo=str(self.folder), tags=tags)
        with open_repository(str(self.folder), name="lark", cache=self.folder / "none") as opened:
            return [(r.tag, r.previous_tag) for r in releases(opened, source)]


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path / "product")
