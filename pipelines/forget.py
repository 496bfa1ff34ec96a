"""Forgetting: a customer, a conversation, or whoever said a text, gone from all that is kept."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from pipelines.conversation_log import ConversationLog, conversation_hash, customer_hash
from pipelines.dialogues.forgotten import forgotten_text, load_forgotten
from pipelines.dialogues.keyed import conversation_digest, customer_digest
from pipelines.dialogues.logs import log_files
from pipelines.dialogues.readers import read_file
from pipelines.dialogues.table import exchanges_in
from pipelines.errors import SourceError
from pipelines.index import CANDIDATE
from pipelines.records import Message
from pipelines.redaction import load_key
from pipelines.redaction.seal import Seal
from pipelines.refresh import erase_what_is_gone
from pipelines.settings import DialogueSource, Settings
from pipelines.text import fold
from pipelines.warehouse import Warehouse, write_text


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to forget: names as the logs have them, and words that only they said."""

    customers: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(slots=True)
class Forgotten:
    """What was found and erased."""

    conversations: int = 0
    """Conversations that Sanku held something of, or that the logs still hold."""
    exchanges: int = 0
    quarantined: int = 0
    log_lines: int = 0
    """Lines of the gateway's own log."""
    versions: dict[str, str] = field(default_factory=dict)
    """Kept versions that were written anew: old name -> new name."""
    still_in: list[str] = field(default_factory=list)
    """Files of your own logs that hold it still; Sanku never changes them, nor reads it there."""
    unread: list[str] = field(default_factory=list)
    """Why a log could not be searched."""


@dataclass(slots=True)
class _Who:
    """The keyed hashes to forget, as the partitions and as the gateway's log have them."""

    conversations: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    logged: set[str] = field(default_factory=set)
    logged_customers: set[str] = field(default_factory=set)


def forget(settings: Settings, warehouse: Warehouse, request: Request) -> Forgotten:
    """Erase what `request` names from Parquet, quarantine, kept versions, vectors and log.

    What is to be forgotten is noted first, as keyed hashes, so that logs that still hold it are not
    read again, and a run that is killed halfway is finished by the next one. Deleted files are not
    overwritten on disk. Raises `WarehouseError` when another run holds the warehouse.
    """
    key = load_key(settings)
    done = Forgotten()
    log = ConversationLog(warehouse.conversations)
    with warehouse.writing(), warehouse.writing_dialogues():
        who = _named(settings, request, key)
        wanted = [folded for text in request.texts if (folded := fold(text))]
        _search_logs(settings, key, request, wanted, who, done)
        _search_partitions(settings, warehouse, key, wanted, who)
        for text in request.texts:
            who.logged |= log.find_text(text)
        _add_logged(settings, key, who)
        before = load_forgotten(warehouse.forgotten, key)
        after = before.and_also(who.conversations | who.customers, settings.now())
        write_text(warehouse.forgotten, forgotten_text(after, key))
        for source in settings.dialogues:
            _erase_partitions(warehouse, source, who, done)
        done.log_lines = log.erase(who.logged, who.logged_customers)
        shutil.rmtree(warehouse.index / CANDIDATE, ignore_errors=True)
        done.versions = dict(erase_what_is_gone(settings, warehouse))
    done.conversations = len(who.conversations)
    return done


def _named(settings: Settings, request: Request, key: bytes) -> _Who:
    """Return the hashes of what is named outright, under every source."""
    who = _Who()
    for source in settings.dialogues:
        for name in request.conversations:
            who.conversations.add(conversation_digest(key, source.name, name))
        for name in request.customers:
            who.customers.add(customer_digest(key, source.name, name))
    who.logged = {conversation_hash(key, name) for name in request.conversations}
    who.logged_customers = {customer_hash(key, name) for name in request.customers}
    return who


def _search_logs(
    settings: Settings,
    key: bytes,
    request: Request,
    wanted: list[str],
    who: _Who,
    done: Forgotten,
) -> None:
    """Find the conversations that the source logs themselves still hold."""
    for source in settings.dialogues:
        if source.format == "gateway":
            continue
        holds: dict[str, None] = {}
        try:
            for message in _messages(settings, source, key):
                said = fold(message.text) if wanted else ""
                if (
                    message.conversation in request.conversations
                    or (message.customer and message.customer in request.customers)
                    or any(text in said for text in wanted)
                ):
                    who.conversations.add(
                        conversation_digest(key, source.name, message.conversation)
                    )
                    holds[message.path] = None
        except SourceError as error:
            done.unread.append(str(error))
        done.still_in += holds


def _messages(settings: Settings, source: DialogueSource, key: bytes) -> Iterator[Message]:
    for file in log_files(source, settings, key)[0]:
        for record in read_file(file, source, key):
            if isinstance(record, Message):
                yield record


def _search_partitions(
    settings: Settings, warehouse: Warehouse, key: bytes, wanted: list[str], who: _Who
) -> None:
    """Find the conversations that only the warehouse still holds."""
    seal = Seal(key)
    for source in settings.dialogues:
        for partition in warehouse.partitions("dialogues", source.name):
            rows = warehouse.read_partition("dialogues", source.name, partition)
            for exchange in exchanges_in(rows):
                said = fold(f"{exchange.question}\n{exchange.answer}") if wanted else ""
                if exchange.customer in who.customers or any(text in said for text in wanted):
                    who.conversations.add(exchange.conversation)
            if wanted:
                refused = warehouse.quarantine("dialogues", partition, source.name)
                for row in refused.to_pylist():
                    said = fold(seal.open(row["sealed"])) if row["sealed"] else ""
                    if row["conversation"] and any(text in said for text in wanted):
                        who.conversations.add(row["conversation"])


def _add_logged(settings: Settings, key: bytes, who: _Who) -> None:
    """Add the hashes that partitions read from the gateway's log have for what stands in it."""
    for source in settings.dialogues:
        if source.format == "gateway":
            who.conversations |= {
                conversation_digest(key, source.name, name) for name in who.logged
            }
            who.customers |= {
                customer_digest(key, source.name, name) for name in who.logged_customers
            }


def _erase_partitions(
    warehouse: Warehouse, source: DialogueSource, who: _Who, done: Forgotten
) -> None:
    for partition in warehouse.partitions("dialogues", source.name):
        rows = warehouse.read_partition("dialogues", source.name, partition)
        refused = warehouse.quarantine("dialogues", partition, source.name)
        kept = rows.filter(
            pa.array(
                [
                    one.conversation not in who.conversations and one.customer not in who.customers
                    for one in exchanges_in(rows)
                ],
                pa.bool_(),
            )
        )
        left = refused.filter(
            pa.array(
                [name not in who.conversations for name in refused["conversation"].to_pylist()],
                pa.bool_(),
            )
        )
        done.exchanges += rows.num_rows - kept.num_rows
        done.quarantined += refused.num_rows - left.num_rows
        if kept.num_rows < rows.num_rows or left.num_rows < refused.num_rows:
            warehouse.erase_rows("dialogues", source.name, partition, kept, left)
