"""Small histories in the styles of the wild, written and read by people who did not see the reader.

`dev_*` was read while the reader was written; `heldout_*` only measures it.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.changelog.categories import kind_of_change
from pipelines.records import ChangeEntry
from tests.changelog.conftest import Product

GOLD = Path(__file__).parent / "gold"
DEV, HELD_OUT = sorted(GOLD.glob("dev_*.toml")), sorted(GOLD.glob("heldout_*.toml"))


@dataclass
class Score:
    """Entries expected, given and right, and of the right ones how many say the rest right."""

    gold: int = 0
    given: int = 0
    right: int = 0
    dated: int = 0
    categories: int = 0
    categories_right: int = 0
    kinds: int = 0
    kinds_right: int = 0
    components: int = 0
    components_right: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.gold + self.given) if self.gold + self.given else 1.0


def words(text: str) -> str:
    return " ".join(text.split())


def score_release(
    score: Score, entries: Sequence[ChangeEntry], gold: Sequence[dict[str, Any]]
) -> list[str]:
    """Add to `score` how one release was read, and return what is wrong in it."""
    left = list(gold)
    wrong = []
    for entry in entries:
        found = next((one for one in left if is_same(entry, one)), None)
        if found is None:
            score.given += 1
            wrong.append(f"invented {entry.kind} {entry.version} {shown(entry)}")
            continue
        left.remove(found)
        if found.get("optional"):
            continue
        score.given += 1
        score.gold += 1
        score.right += 1
        wrong += rest_wrong(score, entry, found)
    missed = [one for one in left if not one.get("optional")]
    score.gold += len(missed)
    return wrong + [f"missed {one['kind']} {one['version']} {one['text']!r}" for one in missed]


def is_same(entry: ChangeEntry, gold: dict[str, Any]) -> bool:
    kinds = {gold["kind"], gold.get("or_kind", gold["kind"])}
    text = entry.previous_text if entry.kind == "removed" else entry.text
    expected = gold.get("previous_text", gold["text"]) if entry.kind == "removed" else gold["text"]
    same = words(text) == words(expected) and entry.version == gold["version"]
    if entry.kind == "changed" and gold["kind"] == "changed":
        same = same and words(entry.previous_text) == words(gold["previous_text"])
    return same and entry.kind in kinds


def rest_wrong(score: Score, entry: ChangeEntry, gold: dict[str, Any]) -> list[str]:
    wrong = []
    score.dated += entry.released == gold["date"]
    if entry.released != gold["date"]:
        wrong.append(f"date {entry.released}, not {gold['date']}: {shown(entry)}")
    if "category" in gold:
        score.categories += 1
        is_right = entry.category.strip("[]【】：: ") == gold["category"].strip("[]【】：: ")
        score.categories_right += is_right
        if not is_right:
            wrong.append(f"category {entry.category!r}, not {gold['category']!r}: {shown(entry)}")
    if "normal" in gold:
        score.kinds += 1
        text = entry.text or entry.previous_text
        kind = kind_of_change(entry.category, text)
        score.kinds_right += kind == gold["normal"]
        if kind != gold["normal"]:
            wrong.append(f"kind {kind}, not {gold['normal']}: {entry.category!r} {shown(entry)}")
    if "component" in gold:
        score.components += 1
        is_right = gold["component"] in entry.component.split(" / ")
        score.components_right += is_right
        if not is_right:
            wrong.append(
                f"component {entry.component!r}, not {gold['component']!r}: {shown(entry)}"
            )
    return wrong


def shown(entry: ChangeEntry) -> str:
    return repr((entry.text or entry.previous_text)[:90])


def replay(file: Path, product: Product) -> tuple[Score, list[str]]:
    """Write the history of a file as a repository, read each release, and compare."""
    history = tomllib.loads(file.read_text(encoding="utf-8"))["release"]
    path = ""
    for release in history:
        if path and path != release["path"]:
            (product.folder / path).unlink()
        path = release["path"]
        product.today = release["date"] - timedelta(days=1)
        product.release(release["tag"], release["changelog"], path)
    score, wrong = Score(), []
    for release in history:
        changes = product.changes(release["tag"], ".+", path)
        found = score_release(score, changes.entries, release["entries"])
        wrong += [f"{release['tag']}: {one}" for one in found]
    return score, wrong


@pytest.mark.parametrize("file", DEV, ids=lambda file: file.stem)
def test_a_history_is_read_as_people_read_it(file: Path, product: Product) -> None:
    score, wrong = replay(file, product)
    assert score.f1 == 1, "\n".join(wrong)
    assert score.dated == score.right, "\n".join(wrong)
    assert score.categories_right == score.categories, "\n".join(wrong)
    assert score.components_right == score.components, "\n".join(wrong)


@pytest.mark.long
def test_histories_that_nobody_looked_at_are_read_nearly_as_well(tmp_path: Path) -> None:
    total = Score()
    for file in HELD_OUT:
        score, _ = replay(file, Product(tmp_path / file.stem))
        for name, value in asdict(score).items():
            setattr(total, name, getattr(total, name) + value)
    assert len(HELD_OUT) >= 20
    assert total.f1 >= 0.98, total
    assert total.dated == total.right, total
    assert total.categories_right >= 0.98 * total.categories, total
    assert total.kinds_right >= 0.95 * total.kinds, total
