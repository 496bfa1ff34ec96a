"""What a release made wrong, measured: `python benchmarks/stale.py` judges the labelled pairs of
`tests/stale`, and holds each history's FAQ answers against all of its changes.

A pair is judged alone, through `find` with one entry and one change, by rules: without a model, and
without embeddings, which tell near misses from stale answers no better. `--floors` fails below the
floors; `--show` prints the mistakes, and what nobody labelled, of the `dev` split.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pipelines.changelog.headings import tag_version
from pipelines.changelog.history import Statement
from pipelines.changelog.releases import releases
from pipelines.changelog.sections import Bullet, parse_changelog
from pipelines.records import ChangeEntry, FaqEntry
from pipelines.settings import ChangelogSource
from pipelines.sources.repository import open_repository
from pipelines.stale.find import find
from pipelines.stale.findings import Finding
from pipelines.text import digest

CHECKOUT = Path(__file__).resolve().parent.parent
LABELLED = CHECKOUT / "tests" / "stale"
BUNDLES = CHECKOUT.parent / "shared" / "data" / "changelogs"
SAMPLE = CHECKOUT / "kb_sources" / "product.bundle"
TAGS = r"v?\d+\.\d+(\.\d+)?(-?\w[\w.]*)?"
# History -> bundle and changelog file.
HISTORIES = {
    "element-zh": (BUNDLES / "element.bundle", "CHANGELOG.zh-CN.md"),
    "element-en": (BUNDLES / "element.bundle", "CHANGELOG.en-US.md"),
    "apisix-zh": (BUNDLES / "apisix.bundle", "docs/zh/latest/CHANGELOG.md"),
    "apisix-en": (BUNDLES / "apisix.bundle", "CHANGELOG.md"),
    "presidio": (BUNDLES / "presidio.bundle", "CHANGELOG.md"),
    "openclaw": (BUNDLES / "openclaw.bundle", "CHANGELOG.md"),
    "release-please": (BUNDLES / "release-please.bundle", "CHANGELOG.md"),
    "yunque": (SAMPLE, "CHANGELOG.md"),
}
# Set -> least precision and recall of the rules alone: of what is sure, and with what is possible.
FLOORS = {
    "dev": (0.98, 0.58),
    "dev, with possible": (0.85, 0.65),
    "heldout": (0.9, 0.3),
    "heldout, with possible": (0.82, 0.41),
    "second": (0.9, 0.46),
    "second, with possible": (0.86, 0.53),
    "plain": (0.97, 0.95),
}

Split = Literal["dev", "heldout", "second", "plain"]


@dataclass(frozen=True)
class Pair:
    """A labelled pair: an FAQ entry, and a bullet by history, version and first words."""

    id: str
    split: Split
    lang: str
    history: str
    version: str
    starts: str
    question: str
    answer: str
    stale: bool
    kind: str
    wrong: str
    should_say: str

    @cached_property
    def entry(self) -> FaqEntry:
        """The FAQ entry, undated; equal ones have one id."""
        return FaqEntry(
            id=digest(self.history, self.question, self.answer),
            source="faq",
            path="faq.md",
            line_start=1,
            line_end=2,
            heading_path=(),
            question=self.question,
            similar_questions=(),
            answer=self.answer,
            links=(),
            content_hash="",
        )


@dataclass(slots=True)
class Score:
    """How many pairs were found stale, rightly or not."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0

    def count(self, found: bool, stale: bool) -> None:
        """Count one judged pair."""
        if found:
            self.right += stale
            self.wrong += not stale
        else:
            self.missed += stale
            self.silent += not stale

    @property
    def precision(self) -> float:
        """Share of what was found that is stale; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what is stale that was found; 1 where nothing is."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Measured:
    """The labelled pairs as the rules judge them, and what else the answers contradict."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    """By split, then by split with language, kind and history."""
    mistakes: list[Pair] = field(default_factory=list, repr=False)
    unresolved: list[Pair] = field(default_factory=list, repr=False)
    labelled: Counter[str] = field(default_factory=Counter)
    """Of answers against all changes, by certainty: `stale`, `near miss` or `unlabelled`."""
    unlabelled: list[Finding] = field(default_factory=list, repr=False)

    def judge(self, pair: Pair, change: ChangeEntry) -> bool:
        """Hold a pair's answer against its change alone; return whether it is surely wrong."""
        found = find([pair.entry], [Statement(change)], lambda _: {})
        sure = any(one.certainty == "sure" for one in found)
        for part in ("", f" {pair.lang}", f" {pair.kind}", f" {pair.history}"):
            self.scores[f"{pair.split}{part}"].count(sure, pair.stale)
        self.scores[f"{pair.split}, with possible"].count(bool(found), pair.stale)
        return sure


def load_pairs() -> tuple[Pair, ...]:
    """Return the labelled pairs of real changelogs."""
    second = (Pair(**row, split="second") for row in _rows("pairs_second.jsonl"))
    return (*(Pair(**row) for row in _rows("pairs.jsonl")), *second)


def plain_pairs() -> Iterator[tuple[Pair, ChangeEntry]]:
    """Yield the plain pairs, with the bullet that each holds itself."""
    for row in _rows("plain.jsonl"):
        bullet, category = row.pop("bullet"), row.pop("category")
        pair = Pair(
            **row,
            split="plain",
            history="plain",
            version="2.5.0",
            starts=bullet,
            wrong="",
            should_say="",
        )
        yield pair, _change("plain", "2.5.0", None, Bullet(category, "", bullet, 1, 1))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    lines = (LABELLED / name).read_text(encoding="utf-8").splitlines()
    yield from (json.loads(line) for line in lines if line.strip())


def changes_of_history(history: str, versions: Iterable[str]) -> tuple[ChangeEntry, ...]:
    """Return the changes that the changelog tells at its newest tag, the oldest release first.

    A version that is in it no more is read at its own tag.
    """
    bundle, path = HISTORIES[history]
    source = ChangelogSource(
        name=re.sub(r"\W", "_", history), repo=str(bundle), path=path, tags=TAGS
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        open_repository(str(bundle), name="product", cache=Path(folder)) as repository,
    ):
        known = releases(repository, source)
        newest = parse_changelog(_text(repository.read(known[-1].commit, path)))
        lacking = set(versions) - {section.version for section in newest}
        older = [
            section
            for release in known
            if tag_version(release.tag) in lacking
            for section in parse_changelog(_text(repository.read(release.commit, path)))
            if section.version == tag_version(release.tag)
        ]
    return tuple(
        _change(history, section.version, section.released, bullet)
        for section in (*older, *reversed(newest))
        for bullet in section.bullets
    )


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


def _change(history: str, version: str, released: date | None, bullet: Bullet) -> ChangeEntry:
    return ChangeEntry(
        id=digest(history, version, bullet.category, bullet.component, bullet.text),
        source=history,
        tag=f"v{version}",
        version=version,
        previous_tag="",
        released=released or date(2000, 1, 1),
        category=bullet.category,
        component=bullet.component,
        kind="added",
        text=bullet.text,
        previous_text="",
        commit="",
        path="CHANGELOG.md",
        line=bullet.line,
    )


def resolve(pair: Pair, changes: Sequence[ChangeEntry]) -> ChangeEntry | None:
    """Return the bullet that a pair names; a bullet of that very text before one it begins."""
    wanted = " ".join(pair.starts.split())
    of_version = [change for change in changes if change.version == pair.version]
    texts = {change.id: " ".join(change.text.split()) for change in of_version}
    for fits in (str.__eq__, str.startswith, str.__contains__):
        for change in of_version:
            if fits(texts[change.id], wanted):
                return change
    return None


def measure(pairs: Sequence[Pair], changes: Mapping[str, Sequence[ChangeEntry]]) -> Measured:
    """Judge every pair alone, and the answers of `dev` against all changes of their history."""
    measured = Measured()
    for pair, bullet in plain_pairs():
        if measured.judge(pair, bullet) != pair.stale:
            measured.mistakes.append(pair)
    labels: dict[tuple[str, str], bool] = {}
    for pair in pairs:
        change = resolve(pair, changes[pair.history])
        if change is None:
            measured.unresolved.append(pair)
            continue
        labels[pair.entry.id, change.id] = pair.stale
        if measured.judge(pair, change) != pair.stale:
            measured.mistakes.append(pair)
    for history, told in changes.items():
        entries = {p.entry.id: p.entry for p in pairs if (p.history, p.split) == (history, "dev")}
        statements = [Statement(change) for change in told]
        for finding in find(tuple(entries.values()), statements, lambda _: {}):
            if finding.tier == "faq":
                _count_label(measured, finding, labels.get((finding.record, finding.change)))
    return measured


def _count_label(measured: Measured, finding: Finding, stale: bool | None) -> None:
    label = "unlabelled" if stale is None else "stale" if stale else "near miss"
    measured.labelled[f"{finding.certainty}: {label}"] += 1
    if stale is None:
        measured.unlabelled.append(finding)


def report(measured: Measured, *, show: bool) -> None:
    """Print the scores, and with `show` the mistakes of the `dev` split."""
    print(f"{'':28} right wrong missed  precision  recall    F1")
    for name, score in sorted(measured.scores.items()):
        line = f"{name:28} {score.right:5} {score.wrong:5} {score.missed:6}"
        if score.right + score.missed:
            line += f"     {score.precision:6.3f}  {score.recall:6.3f}  {score.f1:.3f}"
        else:
            line += f"     of {score.wrong + score.silent} near misses"
        print(line)
    labelled = dict(sorted(measured.labelled.items()))
    print(f"answers of dev against all changes of their history: {labelled}")
    print(f"bullets not found again: {len(measured.unresolved)}")
    if show:
        _show(measured)


def _show(measured: Measured) -> None:
    for pair in measured.mistakes:
        if pair.split in ("dev", "plain"):
            said = "missed" if pair.stale else "wrongly found"
            print(f"\n{said} {pair.id} ({pair.kind}): {pair.starts}")
            print(f"  {pair.question}\n  {pair.answer}")
    for finding in measured.unlabelled:
        print(f"\nunlabelled, {finding.certainty}, {finding.version}: {finding.change_text}")
        print(f"  {finding.title}\n  {finding.text}\n  {finding.why}")


def fails(measured: Measured) -> bool:
    """Tell whether a floor is not kept."""
    return any(
        measured.scores[split].precision < precision or measured.scores[split].recall < recall
        for split, (precision, recall) in FLOORS.items()
    )


def main() -> int:
    """Measure, print, and say whether the floors are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--floors", action="store_true", help="fail below the floors")
    parser.add_argument("--show", action="store_true", help="print mistakes of the dev split")
    options = parser.parse_args()
    if not BUNDLES.is_dir():
        print(f"no histories below {BUNDLES}", file=sys.stderr)
        return 2
    started = time.perf_counter()
    pairs = load_pairs()
    changes = {
        history: changes_of_history(history, {p.version for p in pairs if p.history == history})
        for history in HISTORIES
    }
    measured = measure(pairs, changes)
    report(measured, show=options.show)
    print(f"{time.perf_counter() - started:.1f} s")
    return int(options.floors and fails(measured))


if __name__ == "__main__":
    sys.exit(main())
