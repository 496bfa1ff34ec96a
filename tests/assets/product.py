"""A product's repository, released tag by tag."""

import os
import subprocess
from pathlib import Path


class Product:
    """A real git repository with a changelog; every commit is a day after the last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = 0
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> None:
        """Run git in the repository, with a clock and a name of its own."""
        stamp = f"2026-01-{self.day + 1:02}T12:00:00+08:00"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", "小雀"), ("EMAIL", "dev@example.com"), ("DATE", stamp))
        }
        environment = os.environ | who | {"GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.folder, env=environment, check=True)

    def release(self, tag: str, changelog: str) -> None:
        """Commit a changelog and tag it."""
        self.day += 1
        (self.folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", tag)
        self.git("tag", tag)
