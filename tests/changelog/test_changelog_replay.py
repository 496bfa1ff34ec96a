"""Real histories, tag by tag; gold is the section whose heading names the tag, at that tag."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.changelog.changes import changes_of
from pipelines.changelog.headings import version_key
from pipelines.changelog.releases import releases
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import open_repository

BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?=\S)")
ANY = r"v?\d+\.\d+(\.\d+)?(-?\w[\w.]*)?"


@dataclass
class Score:
    """Bullets of the gold sections found, and entries that stand in their gold section."""

    gold: int = 0
    found: int = 0
    entries: int = 0
    real: int = 0
    gold_releases: int = 0
    entries_where_nothing_changed: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.gold

    @property
    def precision(self) -> float:
        return self.real / self.entries


def bare(line: str) -> str:
    """Return a line without list markers, indentation and the colon or bold of a label."""
    while match := BULLET.match(line):
        line = line[match.end() :]
    return re.sub(r"[*_]", "", line).strip().rstrip(":： \b").replace("\b", "")


def gold_lines(text: str, tag: str) -> list[str]:
    """Cut the tag's section out line by line, without the parser that is under test."""
    version = re.escape(tag.lstrip("v"))
    named = re.compile(rf"#+\s+\[?v?{version}(\.0)?(?![\w.]|-\w)")
    other = re.compile(r"#+\s+\[?(v?\d+\.\d+|unreleased)", re.IGNORECASE)
    inside, lines = False, []
    for line in text.splitlines():
        if named.match(line) or other.match(line):
            inside = bool(named.match(line))
        elif inside:
            lines.append(line)
    return lines


def replay(bundle: Path, path: str, cache: Path, tags: str = ANY, last: int = 0) -> Score:
    score = Score()
    source = ChangelogSource(name="product", repo=str(bundle), path=path, tags=tags)
    with open_repository(str(bundle), name="product", cache=cache) as repository:
        before: dict[str, bytes | None] = {}
        for release in releases(repository, source)[-last:]:
            entries = changes_of(repository, source, release).entries
            data = before[release.tag] = repository.read(release.commit, path)
            if data is not None and data == before.get(release.previous_tag):
                score.entries_where_nothing_changed += len(entries)
                continue
            lines = gold_lines((data or b"").decode(), release.tag)
            bullets = Counter(
                bare(line) for line in lines if BULLET.match(line) and "](#" not in line
            )
            if not bullets:
                continue
            key = version_key(release.version)
            own = [e for e in entries if e.kind == "added" and version_key(e.version) == key]
            mine = {bare(line) for entry in own for line in entry.text.split("\n")}
            mine |= {bare(label) for entry in own for label in entry.component.split(" / ")}
            there = {bare(line) for line in lines} | {""}
            score.gold_releases += 1
            score.gold += len(bullets)
            score.found += sum(bullet in mine for bullet in bullets)
            score.entries += len(own)
            score.real += sum(
                all(bare(line) in there for line in entry.text.split("\n")) for entry in own
            )
    return score


@pytest.mark.long
@pytest.mark.parametrize(
    ("bundle", "path", "last", "gold_releases", "recall", "precision"),
    [
        ("element", "CHANGELOG.zh-CN.md", 0, 125, 0.999, 0.999),
        ("element", "CHANGELOG.en-US.md", 20, 18, 0.999, 0.999),
        ("release-please", "CHANGELOG.md", 12, 12, 0.999, 0.999),
        ("presidio", "CHANGELOG.md", 0, 20, 0.999, 0.999),
        ("openclaw", "CHANGELOG.md", 15, 10, 0.999, 0.999),
        # Headings that slipped to the level of a release are kept as whole-section entries.
        ("apisix", "CHANGELOG.md", 25, 20, 0.999, 0.995),
        ("apisix", "docs/zh/latest/CHANGELOG.md", 0, 30, 0.999, 0.995),
    ],
)
def test_every_bullet_of_every_release_is_recovered_and_none_invented(
    shared_data: Path, tmp_path: Path, bundle: str, path: str, last: int, gold_releases: int,
    recall: float, precision: float,
) -> None:  # fmt: skip
    score = replay(shared_data / "changelogs" / f"{bundle}.bundle", path, tmp_path, last=last)
    assert score.gold_releases >= gold_releases
    assert score.recall >= recall, score
    assert score.precision >= precision, score
    assert score.entries_where_nothing_changed == 0
