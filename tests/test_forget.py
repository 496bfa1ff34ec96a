"""Forgetting: afterwards no byte of the warehouse holds it, and no log brings it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines import pull, refresh
from pipelines.conversation_log import Answered, ConversationLog
from pipelines.dialogues.forgotten import load_forgotten
from pipelines.embedding.model import Embedder, load_embedder
from pipelines.errors import SettingsError, WarehouseError
from pipelines.forget import Request, forget, preview
from pipelines.publish import kept_versions, rollback
from pipelines.redaction import Redactor, load_key
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.forgetting import (
    CANARY,
    OTHER,
    conversation,
    hold,
    publish,
    write_company,
    write_log,
)


@pytest.fixture
def settings(tmp_path: Path, character_model: Path) -> Settings:
    return write_company(tmp_path, character_model)


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse)


@pytest.fixture
def model(settings: Settings) -> Embedder:
    return load_embedder(settings)


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(b"a key of the tests, no secret")


Erase = Callable[[Settings, Warehouse], object]


def by_customer(settings: Settings, warehouse: Warehouse) -> object:
    return forget(settings, warehouse, Request(customers=("客户甲",)))


def by_conversation(settings: Settings, warehouse: Warehouse) -> object:
    return forget(settings, warehouse, Request(conversations=("会话一",)))


def by_text(settings: Settings, warehouse: Warehouse) -> object:
    return forget(settings, warehouse, Request(texts=(CANARY.upper(),)))


@pytest.mark.parametrize("erase", [by_customer, by_conversation, by_text])
def test_what_is_forgotten_is_in_no_byte_of_the_warehouse_and_no_log_brings_it_back(
    settings: Settings, warehouse: Warehouse, model: Embedder, erase: Erase
) -> None:
    spoken = [
        conversation("会话一", "客户甲", CANARY, 18),
        conversation("会话二", "客户乙", OTHER, 18),
    ]
    write_log(settings, *spoken)
    publish(settings, warehouse, model)
    write_log(settings, *spoken, conversation("会话三", "客户丙", "第三类", 19))
    publish(settings, warehouse, model)
    refresh.build(settings, warehouse, lambda: model)
    places = hold(warehouse, CANARY)
    tables = {path.split("/")[1][:4] for path in places if "/data/" in path}
    assert tables == {"0001", "0002"}, "the scan sees what is there, in plain bytes"
    assert any(path.startswith("dialogues/") for path in places)

    erase(settings, warehouse)

    assert hold(warehouse, CANARY) == set()
    assert hold(warehouse, OTHER) != set()
    names = [version.name for version in kept_versions(warehouse)]
    assert [name[:4] for name in names] == ["0001", "0002"]
    for version in kept_versions(warehouse):
        assert version.damaged_files() == []
        assert version.manifest.entries["faq"] == 12
        assert version.manifest.entries["dialogues"] == len(version.entries("dialogues"))
    rollback(warehouse, None, now=settings.now())
    assert published(warehouse).name == names[0]

    # The log still holds it, and is read again from the beginning.
    for log in settings.dialogues:
        pull.dialogues(settings, warehouse, log, settings.window_days())
    publish(settings, warehouse, model)
    assert hold(warehouse, CANARY) == set()


def test_what_a_forgotten_customer_says_later_is_read(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    publish(settings, warehouse, model)
    forget(settings, warehouse, Request(customers=("客户甲",)))
    later = settings.model_copy(update={"as_of": settings.now().date() + timedelta(days=2)})
    write_log(
        settings,
        conversation("会话一", "客户甲", CANARY, 18),
        conversation("会话四", "客户甲", OTHER, 21),
    )
    done = pull.dialogues(later, warehouse, later.dialogues[0], later.window_days())
    assert done.facts["kept"] == 1
    assert done.facts["forgotten"] == 3
    assert hold(warehouse, CANARY) == set()
    assert hold(warehouse, OTHER) != set()


def at_times(name: str, topic: str, *times: str) -> list[dict[str, str]]:
    """Return a conversation of customer 甲, said at these times."""
    spoken = conversation(name, "客户甲", topic, 18)
    return [{**one, "at": at} for one, at in zip(spoken, times, strict=True)]


def test_what_a_clock_that_runs_ahead_logged_is_forgotten_for_good(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    # It is 23:59:59; a talk belongs to the day of its first message.
    early = {"conversation": "会话一", "role": "user", "text": "你好", "at": "2026-11-20T23:57:00"}
    night = [f"2026-11-21T00:0{minute}:00" for minute in (1, 2, 3)]
    spoken = [early, *at_times("会话一", CANARY, *night)]
    write_log(settings, spoken)
    publish(settings, warehouse, model)
    assert hold(warehouse, CANARY) != set()
    forget(settings, warehouse, Request(customers=("客户甲",)))
    write_log(
        settings, spoken, at_times("会话二", OTHER, *(at.replace("T00", "T09") for at in night))
    )
    later = settings.model_copy(update={"as_of": settings.now().date() + timedelta(days=2)})
    pull.dialogues(later, warehouse, later.dialogues[0], later.window_days())
    assert hold(warehouse, CANARY) == set()
    assert hold(warehouse, OTHER) != set(), "what is said later is new"


@pytest.mark.parametrize("is_pulled", [True, False])
def test_what_a_wrong_clock_logged_for_days_ahead_is_not_read_when_they_come(
    settings: Settings, warehouse: Warehouse, model: Embedder, is_pulled: bool
) -> None:
    ahead = (f"2026-11-22T10:0{minute}:00" for minute in range(3))
    log = write_log(settings, at_times("会话一", CANARY, *ahead))
    if is_pulled:
        publish(settings, warehouse, model)
        assert warehouse.quarantine("dialogues").num_rows == 3
        said = log.read_bytes()
        write_log(settings)
    forget(settings, warehouse, Request(customers=("客户甲",)))
    assert warehouse.quarantine("dialogues").num_rows == 0
    if is_pulled:
        log.write_bytes(said)
    later = settings.model_copy(update={"as_of": settings.now().date() + timedelta(days=2)})
    pull.dialogues(later, warehouse, later.dialogues[0], later.window_days())
    assert hold(warehouse, CANARY) == set()


def test_it_says_which_logs_still_hold_it_and_counts_what_went(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    publish(settings, warehouse, model)
    done = forget(settings, warehouse, Request(texts=(CANARY,)))
    assert (done.conversations, done.exchanges) == (1, 1)
    assert done.still_in == [f"chat: {settings.beside_sources('logs').resolve() / 'a.jsonl'}"]
    assert len(done.versions) == 1
    again = forget(settings, warehouse, Request(texts=(CANARY,)))
    assert (again.exchanges, again.versions) == (0, {})


def test_somebody_whose_logs_are_gone_is_forgotten_all_the_same(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    log = write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    publish(settings, warehouse, model)
    log.unlink()
    done = forget(settings, warehouse, Request(customers=("客户甲",)))
    assert done.exchanges == 1
    assert "matches no file" in done.unread[0]
    assert hold(warehouse, CANARY) == set()


def test_a_withheld_message_that_is_kept_encrypted_goes_too(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    talk = conversation("会话一", "客户甲", "发票", 18)
    talk[0]["text"] = CANARY + "报表" * 60_000  # too long to be redacted
    write_log(settings, talk)
    publish(settings, warehouse, model)
    (row,) = warehouse.quarantine("dialogues").to_pylist()
    assert row["sealed"]
    assert CANARY not in str(row)
    done = forget(settings, warehouse, Request(texts=(CANARY,)))
    assert done.quarantined == 1
    assert warehouse.quarantine("dialogues").num_rows == 0


@pytest.fixture
def log_turn(settings: Settings, warehouse: Warehouse, redactor: Redactor) -> Callable[..., None]:
    """Return a function that has the gateway log a question and its answer."""
    at = datetime.fromisoformat("2026-11-19T10:00:00+08:00")

    def log(conversation: str, customer: str, topic: str) -> None:
        ConversationLog(warehouse.conversations).record(
            Answered(
                conversation=conversation,
                customer=customer,
                is_named=bool(customer),
                history=(),
                question=f"{topic}怎么导出",
                asked_at=at,
                answer="请看手册",
                answered_at=at,
                decision="direct",
                reason="faq_match",
                handoff=False,
                version="0001",
                tiers=("faq",),
                records=("0f3a",),
                client="web",
                protocol="ollama",
                milliseconds=30.0,
                first_piece=30.0,
            ),
            redactor,
            load_key(settings),
        )

    return log


def test_the_gateways_own_log_loses_the_customer_and_the_index_what_was_read_from_it(
    settings: Settings, warehouse: Warehouse, log_turn: Callable[..., None]
) -> None:
    log_turn("会话甲", "客户甲", CANARY)
    log_turn("会话乙", "客户乙", OTHER)
    write_log(settings)
    assert hold(warehouse, CANARY) == {"conversations/2026-11-19.jsonl"}
    done = forget(settings, warehouse, Request(customers=("客户甲",)))
    assert done.log_lines == 2
    assert hold(warehouse, CANARY) == set()
    assert hold(warehouse, OTHER) != set()


def test_a_conversation_of_the_gateways_own_log_goes_whole_with_one_of_its_customers(
    settings: Settings, warehouse: Warehouse, log_turn: Callable[..., None]
) -> None:
    log_turn("会话甲", "", CANARY)  # before the visitor logged in
    log_turn("会话甲", "客户甲", "第三类")
    log_turn("会话甲", "客户乙", CANARY)
    log_turn("会话乙", "", OTHER)
    write_log(settings)
    assert preview(settings, warehouse, Request(customers=("客户甲",))).log_lines == 6
    done = forget(settings, warehouse, Request(customers=("客户甲",)))
    assert (done.log_lines, done.conversations) == (6, 1)
    assert hold(warehouse, CANARY) == set()
    assert hold(warehouse, OTHER) != set()


def test_the_list_of_the_forgotten_names_nobody(settings: Settings, warehouse: Warehouse) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    forget(settings, warehouse, Request(customers=("13812345678",), texts=(CANARY,)))
    text = warehouse.forgotten.read_text(encoding="utf-8")
    assert "13812345678" not in text
    assert CANARY not in text
    assert load_forgotten(warehouse.forgotten, load_key(settings), {"chat", "own"}).until


def test_under_another_key_the_logs_are_refused_rather_than_read_again(
    settings: Settings, warehouse: Warehouse
) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    forget(settings, warehouse, Request(conversations=("会话一",)))
    settings.beside_sources("redaction.key").write_text("ab" * 32, encoding="utf-8")
    with pytest.raises(SettingsError, match="another redaction key"):
        pull.dialogues(settings, warehouse, settings.dialogues[0], settings.window_days())


def test_a_damaged_list_of_the_forgotten_stops_the_reading(
    settings: Settings, warehouse: Warehouse
) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    warehouse.root.mkdir()
    warehouse.forgotten.write_text("{", encoding="utf-8")
    with pytest.raises(WarehouseError, match="would be read again"):
        pull.dialogues(settings, warehouse, settings.dialogues[0], settings.window_days())


def test_a_damaged_kept_version_is_kept_no_longer_instead_of_stopping_it(
    settings: Settings, warehouse: Warehouse, model: Embedder
) -> None:
    write_log(settings, conversation("会话一", "客户甲", CANARY, 18))
    first = publish(settings, warehouse, model)
    write_log(
        settings,
        conversation("会话一", "客户甲", CANARY, 18),
        conversation("会话三", "客户丙", "第三类", 19),
    )
    publish(settings, warehouse, model)
    (warehouse.index / first / "manifest.json").write_text("{", encoding="utf-8")
    done = forget(settings, warehouse, Request(conversations=("会话一",)))
    assert done.versions[first] == ""
    assert [version.name[:4] for version in kept_versions(warehouse)] == ["0002"]
    assert hold(warehouse, CANARY) == set()
