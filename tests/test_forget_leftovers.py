"""Forgetting where nobody looks: undeclared sources, other caches, drafts, and killed runs."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipelines import publish as publishing
from pipelines import pull, refresh
from pipelines.embedding.cache import EmbeddingCache
from pipelines.embedding.identity import embedder_identity
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import NotPublishedError
from pipelines.forget import Request, forget, preview
from pipelines.redaction.seal import Seal
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse, write_parquet
from tests.crashing import Crashed, crashing_at
from tests.forgetting import (
    CANARY,
    CHAT,
    OTHER,
    conversation,
    hold,
    publish,
    write_company,
    write_log,
)

# Whole folders: one that is killed between two files of a folder is one killed before the last.
STEPS = frozenset({"os.rename", "os.mkdir", "shutil.rmtree", "open"})
FIRST = conversation("会话一", "客户甲", CANARY, 18)
SECOND = conversation("会话二", "客户乙", OTHER, 18)
BY_CUSTOMER = Request(customers=("客户甲",))
BY_TEXT = Request(texts=(CANARY,))


@pytest.fixture
def settings(tmp_path: Path, character_model: Path) -> Settings:
    return write_company(tmp_path, character_model)


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


@pytest.fixture
def model(settings: Settings) -> Embedder:
    return load_embedder(settings)


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_READERS_SECONDS", 0.0)


def endless(text: str) -> list[dict[str, str]]:
    """Return a conversation whose question is too long to be redacted, and so is withheld."""
    question, *others = conversation("会话一", "客户甲", "发票", 18)
    return [{**question, "text": text + "报表" * 60_000}, *others]


# --- sources that are declared no longer --------------------------------------------------------


@pytest.mark.parametrize("request_", [BY_CUSTOMER, BY_TEXT], ids=["customer", "text"])
def test_a_source_that_was_taken_out_of_the_settings_is_forgotten_too(
    tmp_path: Path,
    settings: Settings,
    warehouse: Warehouse,
    model: Embedder,
    character_model: Path,
    request_: Request,
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    done = forget(write_company(tmp_path, character_model, chat=""), warehouse, request_)
    assert (done.conversations, done.exchanges, done.sources) == (1, 1, 1)
    assert hold(warehouse, CANARY) == set()


def test_forgetting_leaves_a_source_that_was_taken_out_to_the_next_publish(
    tmp_path: Path,
    settings: Settings,
    warehouse: Warehouse,
    model: Embedder,
    character_model: Path,
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    before = published(warehouse).manifest.entries["dialogues"]
    undeclared = write_company(tmp_path, character_model, chat="")
    assert forget(undeclared, warehouse, Request(customers=("nobody",))).versions == {}
    forget(undeclared, warehouse, BY_CUSTOMER)
    assert published(warehouse).manifest.entries["dialogues"] == before - 1


def test_a_source_that_was_taken_out_leaves_with_the_next_publish_with_its_quarantine(
    tmp_path: Path,
    settings: Settings,
    warehouse: Warehouse,
    model: Embedder,
    character_model: Path,
) -> None:
    write_log(settings, FIRST, SECOND, endless(CANARY))
    publish(settings, warehouse, model)
    renamed = write_company(tmp_path, character_model, chat=CHAT.replace('"chat"', '"talks"'))
    publish(renamed, warehouse, model)
    assert {source for source, _ in warehouse.written("dialogues")} == {"own", "talks"}
    assert not (warehouse.root / "dialogues" / "chat").exists()
    assert not (warehouse.root / "quarantine" / "dialogues" / "chat").exists()


# --- vectors ------------------------------------------------------------------------------------


def test_the_caches_of_other_embedding_models_lose_it_too(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    identity = embedder_identity(settings)
    with EmbeddingCache(warehouse.embeddings, identity.id, identity.dim) as own:
        before = own.hashes()
    with EmbeddingCache(warehouse.embeddings, "another/1", 2) as other:
        other.put_many(
            sorted(before), np.tile(np.array([[1.0, 0.0]], np.float32), (len(before), 1))
        )
    (warehouse.embeddings / "damaged.sqlite3").write_bytes(b"vectors of whoever" * 99)
    forget(settings, warehouse, BY_CUSTOMER)
    needed = set(refresh.current_chunks(settings, warehouse)["text_hash"].to_pylist())
    assert needed < before
    for embedder_id, dim in ((identity.id, identity.dim), ("another/1", 2)):
        with EmbeddingCache(warehouse.embeddings, embedder_id, dim) as cache:
            assert cache.hashes() == needed
    assert not (warehouse.embeddings / "damaged.sqlite3").exists()


def test_a_vector_that_a_run_stored_after_it_was_forgotten_goes_with_the_next_publish(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    identity = embedder_identity(settings)
    with EmbeddingCache(warehouse.embeddings, identity.id, identity.dim) as cache:
        late = np.zeros((1, identity.dim), np.float32)
        late[0, 0] = 1.0
        cache.put_many(["late"], late)
        assert refresh.publish_candidate(settings, warehouse).new is False
        assert "late" not in cache.hashes()


# --- quarantine and drafts ----------------------------------------------------------------------


def test_the_withheld_messages_of_a_customer_go_when_the_log_is_gone(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    log = write_log(settings, endless("发票"), SECOND)
    write_log(settings, SECOND, name="b.jsonl")
    publish(settings, warehouse, model)
    assert warehouse.quarantine("dialogues").num_rows == 1
    log.unlink()
    done = forget(settings, warehouse, BY_CUSTOMER)
    assert (done.conversations, done.quarantined, done.unread) == (1, 1, [])
    assert warehouse.quarantine("dialogues").num_rows == 0


def test_a_message_that_another_key_sealed_is_named_and_stops_nothing(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, endless(CANARY), SECOND)
    publish(settings, warehouse, model)
    (file,) = (
        file
        for file in (warehouse.root / "quarantine" / "dialogues").rglob("*.parquet")
        if pq.read_metadata(file).num_rows
    )
    (row,) = pq.read_table(file).to_pylist()
    rows = [{**row, "sealed": Seal(b"another key").close(OTHER), "conversation": "x"}, row]
    write_parquet(file, pq.read_table(file).from_pylist(rows, pq.read_schema(file)))
    done = forget(settings, warehouse, BY_TEXT)
    assert done.quarantined == 1
    assert done.unopened == ["chat: logs/a.jsonl:1"]


def test_what_killed_writers_left_half_written_goes_at_once(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    for folder in ("dialogues/chat", "quarantine/dialogues/chat", "conversations"):
        (warehouse.root / folder).mkdir(parents=True, exist_ok=True)
    drafts = (
        "dialogues/chat/.2026-11-18.parquet.17.42",
        "quarantine/dialogues/chat/.2026-11-18.parquet.17.42",
        "conversations/.2026-11-18.jsonl.draft",
    )
    for draft in drafts:
        (warehouse.root / draft).write_text(CANARY, encoding="utf-8")
    forget(settings, warehouse, BY_CUSTOMER)
    assert hold(warehouse, CANARY) == set()
    assert not [draft for draft in drafts if (warehouse.root / draft).exists()]


# --- what is searched ---------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["a", "与客户甲的聊天"])
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_searched(
    settings: Settings, warehouse: Warehouse, model: Embedder, named: str
) -> None:
    write_log(settings, SECOND)
    publish(settings, warehouse, model)
    csv = CHAT.replace("*.jsonl", "*.csv").replace('name = "chat"', 'name = "chat"\nformat = "csv"')
    folder = settings.beside_sources(".")
    settings = write_company(folder, Path(settings.embedding.model), chat=csv)
    logs = (folder / "logs").resolve()
    (logs / f"{named}.csv").write_text("no,such,columns\n1,2,3\n", encoding="utf-8")
    (logs / f"{named}二.csv").write_text(
        f"conversation,customer,at,role,text\n会话一,客户甲,2026-11-18T10:00:00,user,{CANARY}\n",
        encoding="utf-8",
    )
    done = forget(settings, warehouse, BY_TEXT)
    assert [why.startswith(f"chat: {logs}/{named}.csv: ") for why in done.unread] == [True]
    assert done.still_in == [f"chat: {logs}/{named}二.csv"]


def test_names_are_found_with_the_spaces_that_readers_take_off(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    assert forget(settings, warehouse, Request(customers=(" 客户甲 ",))).exchanges == 1
    assert forget(settings, warehouse, Request(conversations=("\t会话二",))).exchanges == 1


def test_looking_counts_what_forgetting_finds_and_erases_nothing(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    request = Request(customers=("客户甲", "nobody"), conversations=("会话二", "none"))
    before = hold(warehouse, CANARY)
    found = preview(settings, warehouse, request)
    assert (found.conversations, found.exchanges, found.sources) == (2, 2, 1)
    assert hold(warehouse, CANARY) == before != set()
    assert not warehouse.forgotten.exists()
    done = forget(settings, warehouse, request)
    assert (done.conversations, done.exchanges, done.sources) == (2, 2, 1)
    assert preview(settings, warehouse, Request(customers=("nobody",))).is_nothing


# --- sources that use the same ids --------------------------------------------------------------

SHOP = CHAT.replace('"chat"', '"shop"').replace("logs/", "shop/")


@pytest.fixture
def two_logs(tmp_path: Path, settings: Settings, character_model: Path) -> Settings:
    """Return the company with another log, in which somebody else has a conversation `会话一`."""
    (tmp_path / "shop").mkdir()
    settings = write_company(tmp_path, character_model, chat=CHAT + SHOP)
    write_log(settings, FIRST, SECOND)
    write_log(settings, conversation("会话一", "客户乙", OTHER, 18), name="../shop/a.jsonl")
    return settings


@pytest.mark.parametrize("request_", [BY_CUSTOMER, BY_TEXT], ids=["customer", "text"])
@pytest.mark.parametrize("log_is_gone", [False, True])
def test_a_conversation_of_the_same_id_in_another_source_stays_and_is_read_again(
    two_logs: Settings,
    warehouse: Warehouse,
    model: Embedder,
    request_: Request,
    log_is_gone: bool,
) -> None:
    publish(two_logs, warehouse, model)
    if log_is_gone:
        write_log(two_logs)
    done = forget(two_logs, warehouse, request_)
    assert (done.conversations, done.exchanges, done.sources) == (1, 1, 1)
    write_log(two_logs, FIRST, SECOND)
    for log in two_logs.dialogues:
        pull.dialogues(two_logs, warehouse, log, two_logs.window_days())
    assert hold(warehouse, CANARY) == set()
    assert warehouse.read_partition("dialogues", "shop", "2026-11-18").num_rows == 1


def test_a_conversation_that_is_named_goes_from_every_source(
    two_logs: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    publish(two_logs, warehouse, model)
    done = forget(two_logs, warehouse, Request(conversations=("会话一",)))
    assert (done.conversations, done.exchanges, done.sources) == (2, 2, 2)


def test_what_was_forgotten_does_not_come_back_when_its_source_gets_another_name(
    tmp_path: Path,
    two_logs: Settings,
    warehouse: Warehouse,
    model: Embedder,
    character_model: Path,
) -> None:
    publish(two_logs, warehouse, model)
    forget(two_logs, warehouse, BY_TEXT)
    renamed = write_company(tmp_path, character_model, chat=CHAT.replace('"chat"', '"talks"'))
    publish(renamed, warehouse, model)
    assert hold(warehouse, CANARY) == set()


# --- killed runs --------------------------------------------------------------------------------


@pytest.mark.long
def test_killed_at_any_step_it_is_finished_by_the_next_one(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    window = settings.window.model_copy(update={"days": 3})  # fewer files to look through
    settings = settings.model_copy(update={"window": window})
    # The same person said more on another day, without the words; and their log is gone since.
    log = write_log(settings, FIRST, SECOND, conversation("会话一", "客户甲", "第三类", 19))
    publish(settings, warehouse, model)
    shutil.copytree(published(warehouse).folder, warehouse.index / "candidate")
    write_log(settings, conversation("会话九", "客户九", "第九类", 19), name="z.jsonl")
    log.unlink()
    template = warehouse.root.with_name("template")
    warehouse.root.rename(template)
    last = 0
    for step in range(1, 500):
        shutil.copytree(template, warehouse.root)
        try:
            with crashing_at(step, cleaning_up=False, at=STEPS):
                forget(settings, warehouse, BY_TEXT)
        except Crashed:
            last = step
            assert published(warehouse).entries("faq"), step
        forget(settings, warehouse, BY_TEXT)
        assert hold(warehouse, CANARY) == set(), step
        version = published(warehouse)
        assert version.damaged_files() == [], step
        assert len(version.entries("dialogues")) == 1, step
        left = [warehouse.read_partition("dialogues", *at) for at in warehouse.written("dialogues")]
        assert sum(rows.num_rows for rows in left) == 1, step
        shutil.rmtree(warehouse.root)
        if last < step:
            break
    assert last > 20, "notes, partitions, candidate, versions, pointer, removal"


def test_what_a_killed_one_left_in_the_index_goes_with_the_next_publish(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    publish(settings, warehouse, model)
    shutil.copytree(published(warehouse).folder, warehouse.index / "erasing")
    shutil.copytree(published(warehouse).folder, warehouse.index / "0001-99999999")
    assert refresh.publish_candidate(settings, warehouse).new is False
    assert [path.name for path in warehouse.index.iterdir()] == [published(warehouse).name]


def test_before_the_first_publish_it_erases_as_well(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, FIRST, SECOND)
    with pytest.raises(NotPublishedError):
        refresh.publish_candidate(settings, warehouse)
    assert forget(settings, warehouse, BY_CUSTOMER).versions == {}
