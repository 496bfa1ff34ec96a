"""All stages in order, on real files: what did not change costs nothing, what expires is gone."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import git
import pytest

from pipelines import pull, refresh
from pipelines.changelog.table import CHANGE_SCHEMA
from pipelines.checks import CHECKS
from pipelines.embedding.cache import EmbeddingCache
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import MassChangeError, PublishBlockedError, SourceError
from pipelines.publish import Published, kept_versions
from pipelines.records import Quarantined
from pipelines.settings import ChangelogSource, Settings
from pipelines.sources_toml import load_settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.small_index import file_bytes

Company = tuple[Settings, Warehouse]
SOURCES = """
as_of = 2026-11-20
[company]
name = "云雀"
contact = "400"
[[faq]]
name = "help"
folder = "faq"
[embedding]
model = "{model}"
"""


@pytest.fixture(scope="module")
def model(sample: Company) -> Embedder:
    return load_embedder(sample[0])


@pytest.fixture
def company(tmp_path: Path, character_model: Path) -> Company:
    (tmp_path / "faq").mkdir()
    for number in range(3):
        entries = [entry(number * 10 + n, f"第 {n} 个答案。") for n in range(10)]
        (tmp_path / "faq" / f"{number}.md").write_text("\n".join(entries), encoding="utf-8")
    text = SOURCES.format(model=character_model)
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    settings = load_settings(tmp_path / "sources.toml", tmp_path / "warehouse", environ={})
    return settings, Warehouse(settings.warehouse)


def entry(number: int, answer: str) -> str:
    return f"## 怎么办理第 {number} 项业务？\n\n{answer}\n"


def run(company: Company, model: Embedder) -> tuple[int, Published]:
    """Pull the FAQ, embed, build, check, publish; return how many texts were embedded."""
    settings, warehouse = company
    for source in settings.faq:
        pull.faq(settings, warehouse, source)
    stats = refresh.embed(settings, warehouse, lambda: model)
    refresh.build(settings, warehouse, lambda: model)
    at = refresh.gate(settings, warehouse, lambda: model)
    if at is not None:
        for name in CHECKS:
            refresh.run_check(name, at)
    return stats.embedded, refresh.publish_candidate(settings, warehouse)


def test_unchanged_sources_cost_no_embedding_and_make_no_version(
    company: Company, model: Embedder
) -> None:
    embedded, first = run(company, model)
    assert (embedded, first.new) == (60, True)  # a question and a passage for each of 30
    index = file_bytes(company[1].index)
    again, second = run(company, model)
    assert (again, second.new) == (0, False)
    assert second.manifest.digest == first.manifest.digest
    assert file_bytes(company[1].index) == index


def test_entries_of_two_products_are_published_with_their_names(
    company: Company, model: Embedder
) -> None:
    settings, warehouse = company
    text = "".join(
        f"## 怎么退订？\n<!-- product: {product} -->\n\n{answer}\n\n"
        for product, answer in (("网格", "点退订。"), ("云图", "提前三十天申请。"))
    )
    (settings.sources_file.parent / "faq" / "products.md").write_text(text, encoding="utf-8")
    run(company, model)
    version = published(warehouse)
    titles = set(version.rows("title")["title"].to_pylist())
    assert {"网格：怎么退订？", "云图：怎么退订？"} <= titles
    assert version.manifest.aliases == (("云图",), ("网格",))
    assert version.manifest.company == settings.company.name


def test_one_changed_entry_costs_its_own_embedding_alone(company: Company, model: Embedder) -> None:
    run(company, model)
    file = company[0].beside_sources("faq") / "1.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("第 4 个答案", "另一个答案"), encoding="utf-8")
    embedded, done = run(company, model)
    assert (embedded, done.new) == (1, True)
    rows = published(company[1]).rows("text").to_pylist()
    assert sum("另一个答案" in row["text"] for row in rows) == 2


def test_a_golden_question_whose_entry_is_not_there_says_nothing_of_confidence(
    company: Company, model: Embedder
) -> None:
    settings, warehouse = company
    named = settings.publish.model_copy(update={"golden": "golden.jsonl"})
    settings = settings.model_copy(update={"publish": named})
    file = settings.beside_sources("golden.jsonl")
    pull.faq(settings, warehouse, settings.faq[0])
    refresh.embed(settings, warehouse, lambda: model)
    made = []
    for numbers in ([4], [4, 400]):
        lines = [
            {
                "id": str(number),
                "kind": "k",
                "question": f"{how}办理第 4 项业务",
                "expect": {"question": f"怎么办理第 {number} 项业务？"},
            }
            for number, how in zip(numbers, ("怎么", "如何"), strict=False)
        ]
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        file.write_text(text, encoding="utf-8")
        calibration = refresh.build(settings, warehouse, lambda: model).version.manifest.calibration
        assert calibration is not None
        made.append((calibration.examples, calibration.offset, calibration.direct))
    assert made[0] == made[1]


def test_an_entry_that_moves_is_not_embedded_again(company: Company, model: Embedder) -> None:
    run(company, model)
    file = company[0].beside_sources("faq") / "1.md"
    file.write_text("\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    embedded, done = run(company, model)
    assert (embedded, done.new) == (0, True)


def test_entries_that_went_little_by_little_are_blocked_and_readers_keep_their_version(
    company: Company, model: Embedder
) -> None:
    _, first = run(company, model)
    lose(company, 9, 0)
    pull.faq(*company, company[0].faq[0])
    lose(company, 5, 1)
    with pytest.raises(PublishBlockedError, match=r"`nothing_vanishes` \(faq loses 14 of 30"):
        run(company, model)
    assert published(company[1]).name == first.manifest.version


def test_entries_that_a_person_let_go_are_published_away(company: Company, model: Embedder) -> None:
    run(company, model)
    lose(company, 10, 0)
    lose(company, 10, 1)
    with pytest.raises(MassChangeError, match="lose 20 of 30"):
        run(company, model)
    pull.confirm(*company, "help")
    _, done = run(company, model)
    assert (done.new, done.manifest.entries["faq"]) == (True, 10)


def test_a_confirmation_ends_with_the_publish_that_it_was_for(
    company: Company, model: Embedder
) -> None:
    run(company, model)
    file = company[0].beside_sources("faq") / "0.md"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    lose(company, 10, 1)
    pull.confirm(*company, "help")
    run(company, model)
    file.write_text(text, encoding="utf-8")
    run(company, model)
    file.unlink()
    pull.faq(*company, company[0].faq[0], confirmed=True)
    with pytest.raises(PublishBlockedError, match=r"faq loses 10 of 20 records \(help\)"):
        run(company, model)


def test_a_source_that_is_no_longer_declared_can_be_let_go(
    company: Company, model: Embedder
) -> None:
    run(company, model)
    settings = company[0]
    renamed = settings.model_copy(
        update={"faq": (settings.faq[0].model_copy(update={"name": "handbook"}),)}
    )
    with pytest.raises(PublishBlockedError, match=r"\(help\)\. If that is meant"):
        run((renamed, company[1]), model)
    pull.confirm(renamed, company[1], "help")
    assert run((renamed, company[1]), model)[1].new


def test_what_sources_quarantined_goes_once_they_are_declared_no_longer(
    company: Company, model: Embedder
) -> None:
    settings, warehouse = company
    broken = settings.beside_sources("faq") / "broken.md"
    broken.write_text(
        "---\nstatus: drfat\n---\n\n## 怎么退款？\n\n七天内申请。\n", encoding="utf-8"
    )
    refused = Quarantined("changelog", "product", "CHANGELOG.md", 1, "is odd", "", "d")
    warehouse.write_partition(
        "changelog", "product", "v1.0.0", CHANGE_SCHEMA.empty_table(), [refused], revision="r"
    )
    product = ChangelogSource(name="product", repo="product")
    with_product = settings.model_copy(update={"changelog": (product,)})
    warehouse.mark_pulled("changelog", "product", settings.now())
    run((with_product, warehouse), model)
    assert warehouse.quarantine()["source"].to_pylist() == ["product", "help"]

    broken.unlink()
    handbook = settings.faq[0].model_copy(update={"name": "handbook"})
    renamed = settings.model_copy(update={"faq": (handbook,)})
    pull.confirm(renamed, warehouse, "help")
    run((renamed, warehouse), model)
    assert warehouse.quarantine().num_rows == 0
    assert warehouse.partitions("changelog", "product") == []
    assert "all" in warehouse.partitions("faq", "handbook")


def lose(company: Company, count: int, number: int) -> None:
    """Take the last `count` of the ten entries out of a file."""
    left = [entry(number * 10 + n, f"第 {n} 个答案。") for n in range(10 - count)]
    file = company[0].beside_sources("faq") / f"{number}.md"
    file.write_text("\n".join(left), encoding="utf-8")


def test_vectors_that_no_chunk_needs_any_more_are_forgotten_once_published(
    company: Company, model: Embedder
) -> None:
    run(company, model)
    file = company[0].beside_sources("faq") / "1.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("第 4 个答案", "另一个答案"), encoding="utf-8")
    run(company, model)
    settings, warehouse = company
    identity = embedder_identity(settings)
    with EmbeddingCache(warehouse.embeddings, identity.id, identity.dim) as cache:
        assert len(cache) == 60
        held = set(refresh.current_chunks(settings, warehouse)["text_hash"].to_pylist())
        assert cache.hashes() == held


# --- the sample company -------------------------------------------------------------------------


@pytest.fixture
def copy(sample: Company, tmp_path: Path) -> Company:
    """The published sample, to be changed."""
    settings = sample[0].model_copy(update={"warehouse": tmp_path / "warehouse"})
    shutil.copytree(sample[1].root, settings.warehouse)
    return settings, Warehouse(settings.warehouse)


def test_the_sample_is_published_whole(sample: Company) -> None:
    manifest = published(sample[1]).manifest
    assert manifest.entries["faq"] > 60
    assert manifest.entries["changelog"] > 50
    assert manifest.entries["dialogues"] > 20
    assert set(manifest.pulled_at) == {"faq", "dialogues", "changelog"}
    rows = published(sample[1]).rows("id").num_rows
    assert sum(manifest.chunks.values()) == rows
    assert refresh.build(*sample, lambda: pytest.fail("what is unchanged needs no model")).unchanged


def test_a_day_that_expires_is_gone_from_version_partition_and_cache(
    copy: Company, model: Embedder
) -> None:
    settings, warehouse = copy
    first, *others = settings.window_days()
    source = max(
        settings.dialogues,
        key=lambda s: warehouse.read_partition("dialogues", s.name, first.isoformat()).num_rows,
    )
    partition = warehouse.read_partition("dialogues", source.name, first.isoformat())
    assert partition.num_rows
    day = settings.as_of
    assert day is not None
    later = settings.model_copy(
        update={"as_of": day + timedelta(days=1), "faq": settings.faq, "dialogues": (source,)}
    )
    before = published(warehouse)
    pull.dialogues(later, warehouse, source, [later.window_days()[-1]])
    refresh.embed(later, warehouse, lambda: model)
    kept = {row["text"] for row in refresh.current_chunks(later, warehouse).to_pylist()}
    refresh.build(later, warehouse, lambda: model)
    at = refresh.gate(later, warehouse, lambda: model)
    assert at is not None
    for name in CHECKS:
        refresh.run_check(name, at)
    had = set(before.rows("text")["text"].to_pylist())
    old = {file.stat().st_ino for file in before.folder.rglob("*") if file.is_file()}
    assert refresh.publish_candidate(later, warehouse).new
    gone = set(partition["answer"].to_pylist()) - kept
    assert gone & had
    for version in kept_versions(warehouse):
        assert not gone & set(version.rows("text")["text"].to_pylist())
        assert version.damaged_files() == []
        # Rows are stored compressed: `test_index.py` looks for readable bytes, here no file is old.
        assert not [file for file in version.folder.rglob("*") if file.stat().st_ino in old]
    assert [version.name[:4] for version in kept_versions(warehouse)] == ["0001", "0002"]
    assert not before.folder.exists()
    assert warehouse.read_partition("dialogues", source.name, first.isoformat()).num_rows == 0
    for other in others:
        assert warehouse.partition_file("dialogues", source.name, other.isoformat()).exists()
    identity = embedder_identity(later)
    with EmbeddingCache(warehouse.embeddings, identity.id, identity.dim) as cache:
        needed = set(refresh.current_chunks(later, warehouse)["text_hash"].to_pylist())
        assert cache.hashes() == needed


def test_days_and_releases_that_did_not_change_are_not_read_again(sample: Company) -> None:
    settings, warehouse = sample
    for log in settings.dialogues:
        pulled = pull.dialogues(settings, warehouse, log, settings.window_days(), only_changed=True)
        assert (pulled.days, pulled.facts["unchanged_days"]) == ({}, 3)
    for product in settings.changelog:
        done = pull.changelog(settings, warehouse, product, only_changed=True)
        assert done.partitions == {}
        assert done.facts["releases"] == 17


def test_an_unknown_release_tag_is_named_and_changes_nothing(copy: Company) -> None:
    settings, warehouse = copy
    before = file_bytes(warehouse.root / "changelog")
    with pytest.raises(SourceError, match=r"no release tag `v9\.9\.9`"):
        pull.changelog(settings, warehouse, settings.changelog[0], ["v9.9.9"])
    assert file_bytes(warehouse.root / "changelog") == before


def test_what_a_release_corrected_does_not_stand_beside_the_correction(sample: Company) -> None:
    texts = refresh.current_chunks(*sample)["text"].to_pylist()
    assert not [text for text in texts if "15 天后" in text], "2.2.1 reworded it"


def test_a_product_without_a_release_yet_is_looked_at_and_no_stale_tier(
    company: Company, tmp_path: Path
) -> None:
    settings, warehouse = company
    git.Repo.init(tmp_path / "product").index.commit("nothing released yet")
    source = ChangelogSource(name="product", repo="product")
    assert warehouse.pulled_at("changelog", "product") is None
    pull.changelog(settings, warehouse, source)
    assert warehouse.pulled_at("changelog", "product") == settings.now()


def test_a_look_that_finds_nothing_changed_is_a_pull_all_the_same(company: Company) -> None:
    settings, warehouse = company
    pull.faq(settings, warehouse, settings.faq[0])
    later = settings.model_copy(update={"as_of": settings.as_of + timedelta(days=500)})
    pull.faq(later, warehouse, settings.faq[0])
    assert warehouse.pulled_at("faq", "help") == later.now()
