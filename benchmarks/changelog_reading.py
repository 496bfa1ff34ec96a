"""The changelog reader at volume: `python benchmarks/changelog_reading.py` replays real histories.

Each release of each history is read tag by tag. The gold is free: the section whose heading names
the tag, at that tag, cut out line by line with nothing of the parser that is measured. `--floors`
fails below the floors. A line counts once in a release, without its list marker.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from pipelines.changelog.changes import changes_of
from pipelines.changelog.releases import Release, releases
from pipelines.records import ChangeEntry
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import Repository, open_repository

BUNDLES = Path(__file__).resolve().parent.parent.parent / "shared" / "data/changelogs"
ANY = r"v?\d+\.\d+(\.\d+)?(-?\w[\w.]*)?"
HISTORIES = (
    ("nested components", "element", "CHANGELOG.zh-CN.md"),
    ("nested components", "element", "CHANGELOG.en-US.md"),
    ("conventional commits", "release-please", "CHANGELOG.md"),
    ("Keep a Changelog", "presidio", "CHANGELOG.md"),
    ("dates as versions", "openclaw", "CHANGELOG.md"),
    ("components as headings", "apisix", "CHANGELOG.md"),
    ("lagging translation", "apisix", "docs/zh/latest/CHANGELOG.md"),
)
F1_FLOOR = 0.98
KNOWN_FLOOR = 0.98
ALIKE = 0.65
SECONDS = 120
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?=\S)")
_HEADING = re.compile(r"(#+)\s+(.*)")
_RELEASE = re.compile(r"#+\s+\W*(?:v?\d+\.\d+|unreleased)", re.IGNORECASE)
_ASIDE = re.compile(r"\]\(#|^<!--|^\[[^\]]+\]: *http|^\|[-| ]+$")
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_CATEGORY = re.compile(
    r"\W*(?:added|changed|deprecated|removed|fixed|security|features?|(?:new|bug)\s?(?:features?|fixes)"
    r"|bugfix(?:es)?|fixes|changes?|新增|新特性|变更|弃用|移除|修复|问题修复|bug\s修复|安全|优化|optimization"
    r"|非兼容性更新|breaking(?:\schanges)?)\W*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Score:
    """What was found in one history; lines are bullets and prose without markers."""

    releases: int = 0
    gold: int = 0
    found: int = 0
    given: int = 0
    categories: int = 0
    categories_right: int = 0
    dates: int = 0
    dates_right: int = 0
    invented: int = 0
    where_nothing_changed: int = 0
    refused: int = 0
    seconds: float = 0.0

    @property
    def precision(self) -> float:
        """Share of the lines of all entries that stand in the section of their release."""
        return self.found / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the lines of the sections that some entry has, letter by letter."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def fails(self) -> bool:
        """Tell whether a floor is not kept."""
        known = (
            self.categories_right >= KNOWN_FLOOR * self.categories
            and self.dates_right >= KNOWN_FLOOR * self.dates
        )
        return self.f1 < F1_FLOOR or not known or self.invented + self.where_nothing_changed > 0


def bare(line: str) -> str:
    """Return a line without list markers, indentation and the colon or bold of a label."""
    while match := _BULLET.match(line):
        line = line[match.end() :]
    return re.sub(r"[*_]", "", line).strip().rstrip(":： \b").replace("\b", "")


@lru_cache(maxsize=64)
def gold_lines(text: str, version: str) -> tuple[str, ...]:
    """Return the lines under the headings that name a version."""
    named = re.compile(rf"#+\s+\W*v?{re.escape(version)}(?:\.0)?(?![\w.]|-\w)")
    inside, lines = False, []
    for line in text.splitlines():
        if _RELEASE.match(line):
            inside = bool(named.match(line))
        if inside:
            lines.append(line)
    return tuple(lines)


def is_change(line: str) -> bool:
    """Tell whether a line of a section says something: no heading, date or navigation."""
    if not line.strip() or _HEADING.match(line) or _ASIDE.search(line):
        return False
    return re.sub(r"[\W\d]|Released on|Date", "", line) != ""


def gold_categories(lines: Sequence[str]) -> dict[str, set[str]]:
    """Return for each bare bullet the usual category names of the headings that it is under."""
    known: dict[str, set[str]] = {}
    above: list[tuple[int, str]] = []
    for line in lines[1:]:
        if heading := _HEADING.match(line):
            level = len(heading[1])
            above = [held for held in above if held[0] < level] + [(level, heading[2])]
        elif _BULLET.match(line):
            names = [name.strip() for _, name in above if _CATEGORY.fullmatch(name)]
            known.setdefault(bare(line), set()).update(names[-1:])
    return known


def score_release(
    score: Score, release: Release, entries: Sequence[ChangeEntry], text: str
) -> None:
    """Add to `score` how the release's own section was read."""
    section = gold_lines(text, release.version)
    gold = {bare(line) for line in section if is_change(line)} - {""}
    if not gold:
        return
    own = [entry for entry in entries if entry.kind != "removed" and is_own(entry, release)]
    labels = {
        bare(part) for entry in own for part in (*entry.component.split(" / "), entry.category)
    }
    given = {bare(line) for entry in own for line in entry.text.split("\n") if is_change(line)}
    given = (given | labels & gold) - {""}
    score.releases += 1
    score.gold += len(gold)
    score.given += len(given)
    score.found += len(gold & given)
    names = gold_categories(section)
    for entry in own:
        expected = names.get(bare(entry.text.split("\n")[0]), set())
        score.categories += bool(expected)
        score.categories_right += entry.category.strip() in {one.rstrip(":： ") for one in expected}
    score_dates(score, own, section)


def is_own(entry: ChangeEntry, release: Release) -> bool:
    """Tell whether an entry says that it is of the release."""
    return re.sub(r"(?:\.0)+$", "", entry.version) == re.sub(r"(?:\.0)+$", "", release.version)


def score_dates(score: Score, own: Sequence[ChangeEntry], section: Sequence[str]) -> None:
    """Add whether the entries bear the day that stands in the heading or just below."""
    head = [line for line in section[:4] if line == section[0] or not _BULLET.match(line)]
    days = [day for line in head for day in _DAY.findall(line)]
    if days and own:
        score.dates += 1
        score.dates_right += own[0].released == date(*map(int, days[0]))


def count_invented(
    score: Score, release: Release, entries: Sequence[ChangeEntry], text: str, before: str
) -> None:
    """Add entries said to be new that stood in the changelog before, or are edits of what did."""
    for entry in entries:
        if entry.kind != "added":
            continue
        lines = [bare(line) for line in entry.text.split("\n")]
        there = {bare(line) for line in gold_lines(text, entry.version)}
        old = {bare(line) for line in gold_lines(before, entry.version)}
        if not is_own(entry, release) and old:
            score.invented += all(line in old for line in lines) or any(
                is_edit(line, lines[0]) for line in old - there
            )


def is_edit(old: str, new: str) -> bool:
    """Tell whether one line is another worded anew; addresses do not count."""
    old, new = (re.sub(r"https?://\S+", "", line) for line in (old, new))
    return SequenceMatcher(a=old, b=new, autojunk=False).ratio() >= ALIKE


def replay(bundle: Path, path: str, cache: Path) -> Score:
    """Read all releases of one history, and compare."""
    score = Score()
    source = ChangelogSource(name="product", repo=str(bundle), path=path, tags=ANY)
    with open_repository(str(bundle), name="product", cache=cache) as repository:
        texts: dict[str, str] = {}
        for release in releases(repository, source):
            started = time.process_time()
            changes = changes_of(repository, source, release)
            score.seconds += time.process_time() - started
            entries = changes.entries
            score.refused += len(changes.quarantined)
            text = texts[release.tag] = text_at(repository, release, path, entries)
            before = texts.get(release.previous_tag, "")
            if text == before:
                score.where_nothing_changed += len(entries)
                continue
            score_release(score, release, entries, text)
            count_invented(score, release, entries, text, before)
    return score


def text_at(
    repository: Repository, release: Release, path: str, entries: Sequence[ChangeEntry]
) -> str:
    """Return the changelog at a release, from where its entries say that it stood."""
    path = entries[0].path if entries else path
    return (repository.read(release.commit, path) or b"").decode()


COLUMNS: tuple[tuple[str, Callable[[Score], str]], ...] = (
    ("releases", lambda score: f"{score.releases}"),
    ("lines", lambda score: f"{score.gold}"),
    ("precision", lambda score: f"{score.precision:.4f}"),
    ("recall", lambda score: f"{score.recall:.4f}"),
    ("exact F1", lambda score: f"{score.f1:.4f}"),
    ("category", lambda score: f"{score.categories_right}/{score.categories}"),
    ("date", lambda score: f"{score.dates_right}/{score.dates}"),
    ("invented", lambda score: f"{score.invented}"),
    ("unchanged", lambda score: f"{score.where_nothing_changed}"),
    ("refused", lambda score: f"{score.refused}"),
    ("seconds", lambda score: f"{score.seconds:.1f}"),
)


def main() -> int:
    """Measure, print, and say whether the floors are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", action="store_true", help=f"fail below F1 {F1_FLOOR}")
    options = parser.parse_args()
    if not BUNDLES.is_dir():
        print(f"no bundles below {BUNDLES}", file=sys.stderr)
        return 2
    print(f"{'':44}" + "".join(f"{name:>11}" for name, _ in COLUMNS))
    failed, seconds = False, 0.0
    for style, name, path in HISTORIES:
        with tempfile.TemporaryDirectory() as cache:
            score = replay(BUNDLES / f"{name}.bundle", path, Path(cache))
        failed |= score.fails()
        seconds += score.seconds
        place = path if len(path) < 20 else f"…{path[-12:]}"
        row = "".join(f"{show(score):>11}" for _, show in COLUMNS)
        print(f"{style:23}{name:>15} {place:20}"[:58].ljust(44) + row)
    print(f"{seconds:.1f} s of processor time")
    return int(options.floors and (failed or seconds > SECONDS))


if __name__ == "__main__":
    sys.exit(main())
