"""Forgetting: a customer, a conversation, or whoever said a text, gone from all that is kept."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from pipelines.conversation_log import ConversationLog, conversation_hash, customer_hash
from pipelines.dialogues.forgotten import Forgotten as Noted
from pipelines.dialogues.forgotten import forgotten_text, in_source, load_forgotten
from pipelines.dialogues.keyed import conversation_digest, customer_digest
from pipelines.dialogues.log import AHEAD
from pipelines.dialogues.logs import LogFile, log_files
from pipelines.dialogues.readers import read_file
from pipelines.dialogues.table import exchanges_in
from pipelines.errors import SourceError
from pipelines.index import discard_candidate
from pipelines.records import Message
from pipelines.redaction import load_key
from pipelines.redaction.seal import Seal
from pipelines.refresh import erase_what_is_gone
from pipelines.settings import DialogueSource, Settings
from pipelines.text import fold
from pipelines.warehouse import Warehouse, write_text

# The gateway's own log, as a source: it is searched whether or not it is declared as one.
_OWN_LOG = DialogueSource(name="gateway", format="gateway")


@dataclass(frozen=True, slots=True)
class Request:
    """Whom to forget: names as the logs have them, and words that only they said."""

    customers: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(slots=True)
class Forgotten:
    """What was found and, unless it was only looked for, erased."""

    conversations: int = 0
    """Conversations that Sanku holds something of, or that the logs hold."""
    exchanges: int = 0
    sources: int = 0
    """Dialogue sources that any of it came from."""
    quarantined: int = 0
    log_lines: int = 0
    """Lines of the gateway's own log."""
    versions: dict[str, str] = field(default_factory=dict)
    """Kept versions that were written anew: old name -> new name, empty where it was dropped."""
    still_in: list[str] = field(default_factory=list)
    """Source and file of your own logs that hold it still; Sanku never changes them, nor reads it
    there."""
    unread: list[str] = field(default_factory=list)
    """Why a log, or a file of one, could not be searched, and which."""
    unopened: list[str] = field(default_factory=list)
    """Where withheld messages stand that could not be searched: another key sealed them."""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was found anywhere."""
        return not (self.conversations or self.exchanges or self.quarantined or self.log_lines)


def forget(settings: Settings, warehouse: Warehouse, request: Request) -> Forgotten:
    """Erase what `request` names from Parquet, quarantine, versions, vectors, drafts and log.

    A conversation goes whole: of a group, what the others said in it as well. What is to be
    forgotten is noted first, as keyed hashes, so that logs that still hold it are not read again,
    and what a killed run left is erased by the next one. A file that cannot be searched is named
    in `unread`, and the rest is erased all the same. Deleted files are not overwritten on disk.
    Raises `WarehouseError` when another run holds the warehouse.
    """
    key = load_key(settings)
    with warehouse.writing(), warehouse.writing_dialogues():
        search = _Search(settings, warehouse, key, request)
        search.run()
        # A clock that runs ahead logs what was said before now as later.
        until = max(settings.now() + AHEAD, search.latest)
        noted = search.noted.and_also(search.hashes(), until)
        write_text(warehouse.forgotten, forgotten_text(noted, key))
        for partition in search.partitions():
            if partition.is_less:
                warehouse.erase_rows("dialogues", *partition.place, partition.kept, partition.left)
        warehouse.drop_drafts("dialogues")
        log = ConversationLog(warehouse.conversations)
        search.found.log_lines = log.erase(search.logged, search.logged_customers)
        discard_candidate(warehouse)
        search.found.versions = dict(erase_what_is_gone(settings, warehouse))
    return search.found


def preview(settings: Settings, warehouse: Warehouse, request: Request) -> Forgotten:
    """Return what `forget` would erase now, and erase nothing.

    Raises `WarehouseError` when another run holds the dialogues.
    """
    search = _Search(settings, warehouse, load_key(settings), request)
    with warehouse.writing_dialogues():
        search.run()
    return search.found


@dataclass(frozen=True, slots=True)
class _Partition:
    """A partition with its quarantine, and which rows of both go."""

    place: tuple[str, str]
    rows: pa.Table
    goes: list[bool]
    refused: pa.Table
    lost: list[bool]

    @property
    def is_less(self) -> bool:
        return any(self.goes) or any(self.lost)

    @property
    def kept(self) -> pa.Table:
        return _without(self.rows, self.goes)

    @property
    def left(self) -> pa.Table:
        return _without(self.refused, self.lost)

    @property
    def times(self) -> Iterator[datetime]:
        """When what goes was said."""
        for table, which in ((self.rows, self.goes), (self.refused, self.lost)):
            yield from (
                at for at in table["at"].filter(pa.array(which, pa.bool_())).to_pylist() if at
            )


class _Search:
    """Finds what a request names, as keyed hashes, wherever Sanku or the logs have it."""

    def __init__(
        self, settings: Settings, warehouse: Warehouse, key: bytes, request: Request
    ) -> None:
        self._settings = settings
        self._warehouse = warehouse
        self._key = key
        self._seal = Seal(key)
        self._names = _spellings(request.conversations)
        self._customer_names = _spellings(request.customers)
        self._texts = [text for text in request.texts if fold(text)]
        self._wanted = [fold(text) for text in self._texts]
        self.noted: Noted = load_forgotten(
            warehouse.forgotten, key, {source.name for source in settings.dialogues}
        )
        self.found = Forgotten()
        # In whatever source: those that were named, and those of the gateway's own log.
        self.conversations = {conversation_digest(key, name) for name in self._names}
        # With the one source in which each was found: another may use the same id.
        self._found_in: set[tuple[str, str]] = set()
        self.customers = {customer_digest(key, name) for name in self._customer_names}
        # The gateway's own log has hashes of another kind.
        self.logged = {conversation_hash(key, name) for name in self._names}
        self.logged_customers = {customer_hash(key, name) for name in self._customer_names}
        # The latest time of what was found.
        self.latest = datetime.min.replace(tzinfo=UTC)
        self._talks: set[tuple[str, str]] = set()
        self._sources: set[str] = set()

    def run(self) -> None:
        """Look everywhere, and count what there is."""
        for source in self._settings.dialogues:
            if source.format != "gateway":
                self._search_log(source)
        for place in self._warehouse.written("dialogues"):
            self._search_partition(*place)
        self._search_own_log()
        for found in self.partitions():
            self._count(found)
        self.found.conversations = len(self._talks)
        self.found.sources = len(self._sources)

    def hashes(self) -> set[str]:
        """Return what to note of all that was found."""
        return self.conversations | self.customers | {in_source(*one) for one in self._found_in}

    def partitions(self) -> Iterator[_Partition]:
        """Yield what was written of the dialogues, with what is left once all that is erased."""
        for place in self._warehouse.written("dialogues"):
            rows = self._warehouse.read_partition("dialogues", *place)
            refused = self._warehouse.quarantine("dialogues", place[1], place[0])
            goes = [
                self._goes(place[0], one.conversation, one.customer, one.at)
                for one in exchanges_in(rows)
            ]
            lost = [
                self._goes(place[0], row["conversation"], row["customer"], row["at"])
                for row in refused.to_pylist()
            ]
            yield _Partition(place, rows, goes, refused, lost)

    def _goes(self, source: str, conversation: str, customer: str, at: datetime | None) -> bool:
        """Tell whether a record is to go now, or was to before, when a run was killed."""
        return (
            conversation in self.conversations
            or (source, conversation) in self._found_in
            or customer in self.customers
            or (at is not None and self.noted.covers(source, conversation, customer, at))
        )

    def _count(self, found: _Partition) -> None:
        self.found.exchanges += sum(found.goes)
        self.found.quarantined += sum(found.lost)
        self.latest = max([self.latest, *found.times])
        if found.is_less:
            self._sources.add(found.place[0])
            before = {*_conversations(found.rows), *_conversations(found.refused)}
            gone = before - {*_conversations(found.kept), *_conversations(found.left)}
            self._talks |= {(found.place[0], name) for name in gone}

    def _says(self, text: str) -> bool:
        """Tell whether any of the wanted words stand in `text`."""
        said = fold(text) if self._wanted else ""
        return any(wanted in said for wanted in self._wanted)

    def _search_log(self, source: DialogueSource) -> None:
        """Find the conversations that the files of a log hold, each file by itself."""
        try:
            files, _ = log_files(source, self._settings, self._key)
        except SourceError as error:
            self.found.unread.append(str(error))
            return
        for file in files:
            # Where it really is, for whoever has to look there: this is shown, and never stored.
            place = f"{source.name}: {file.real}"
            holds = False
            try:
                for message in self._matches(file, source):
                    holds = True
                    name = conversation_digest(self._key, message.conversation)
                    self._found_in.add((source.name, name))
                    self._talks.add((source.name, name))
                    self.latest = max(self.latest, message.at)
            except SourceError as error:
                self.found.unread.append(f"{place}: {error}")
            if holds:
                self.found.still_in.append(place)
                self._sources.add(source.name)

    def _matches(self, file: LogFile, source: DialogueSource) -> Iterator[Message]:
        for message in _messages(file, source, self._key):
            if (
                message.conversation in self._names
                or message.customer in self._customer_names
                or self._says(message.text)
            ):
                yield message

    def _search_partition(self, source: str, partition: str) -> None:
        """Find the conversations that only the warehouse still holds."""
        rows = self._warehouse.read_partition("dialogues", source, partition)
        for exchange in exchanges_in(rows):
            said = f"{exchange.question}\n{exchange.answer}"
            if exchange.customer in self.customers or self._says(said):
                self._found_in.add((source, exchange.conversation))
        for row in self._warehouse.quarantine("dialogues", partition, source).to_pylist():
            if row["conversation"] and (
                row["customer"] in self.customers or self._says(self._opened(row))
            ):
                self._found_in.add((source, row["conversation"]))

    def _opened(self, row: dict[str, str]) -> str:
        """Return a withheld message; of one that another key sealed, nothing but its place."""
        if not self._wanted or not row["sealed"]:
            return ""
        text = self._seal.opened(row["sealed"])
        if text is None:
            self.found.unopened.append(f"{row['source']}: {row['path']}:{row['line']}")
        return text or ""

    def _search_own_log(self) -> None:
        """Find what the gateway's log holds, and what partitions that were read from it are."""
        log = ConversationLog(self._warehouse.conversations)
        for text in self._texts:
            self.logged |= log.find_text(text)
        # Who logs in during a chat, or shares one, is named in some of its lines only.
        self.logged |= {
            message.conversation
            for message in self._logged_messages()
            if message.customer in self.logged_customers
        }
        for message in self._logged_messages():
            if message.conversation in self.logged:
                name = conversation_digest(self._key, message.conversation)
                self._talks.add((_OWN_LOG.name, name))
                self.found.log_lines += 1
        self.conversations |= {conversation_digest(self._key, name) for name in self.logged}
        self.customers |= {customer_digest(self._key, name) for name in self.logged_customers}

    def _logged_messages(self) -> Iterator[Message]:
        """Yield the lines of the gateway's log; it holds hashes in the place of names."""
        for file in log_files(_OWN_LOG, self._settings, self._key)[0]:
            with suppress(SourceError):  # dropped meanwhile, as a day that has left the window
                yield from _messages(file, _OWN_LOG, self._key)


def _spellings(names: Collection[str]) -> frozenset[str]:
    """Return names as they were given, and without the spaces that readers of logs take off."""
    return frozenset({*names, *(name.strip() for name in names)} - {""})


def _messages(file: LogFile, source: DialogueSource, key: bytes) -> Iterator[Message]:
    return (record for record in read_file(file, source, key) if isinstance(record, Message))


def _without(table: pa.Table, goes: list[bool]) -> pa.Table:
    return table.filter(pa.array([not one for one in goes], pa.bool_()))


def _conversations(table: pa.Table) -> list[str]:
    return [name for name in table["conversation"].to_pylist() if name]
