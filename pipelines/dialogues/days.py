"""Days of dialogues: what a log says of a day becomes redacted exchanges, and counts."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipelines.dialogues.exchanges import REASONS, Reason, Said, exchanges_of
from pipelines.dialogues.forgotten import Forgotten
from pipelines.dialogues.keyed import customer_digest, keyed_digest
from pipelines.dialogues.log import DayOfLog
from pipelines.dialogues.talks import Conversation
from pipelines.records import Exchange, Message, Quarantined
from pipelines.redaction import Redacted, Redactor
from pipelines.redaction.seal import Seal

_BATCH = 20_000
"""Messages redacted at once: enough for the redactor to batch, 20 MB of text at the most usual."""
DAY_COUNTS = ("conversations", "messages", "duplicates", "skewed", "unfinished", "forgotten")
"""The counts of a `DayOfDialogues`, in the order of what happens to a record."""


@dataclass(frozen=True, slots=True)
class DayOfDialogues:
    """What one day's conversations taught, redacted, and what became of everything else."""

    day: date
    exchanges: tuple[Exchange, ...]
    """Ordered by time, then id."""
    quarantined: tuple[Quarantined, ...]
    """Records that could not be read, and messages that redaction could not make safe."""
    conversations: int
    messages: int
    """Messages of the day's conversations, without the duplicates."""
    duplicates: int
    """Records dropped because conversation, time, role and text were there already."""
    skewed: int
    """Messages that kept their place in the file though their clock says otherwise."""
    unfinished: int
    """Half-written last lines, left for the next reading."""
    forgotten: int
    """Messages that were not read because they were forgotten on request."""
    reasons: Mapping[Reason, int]
    """What became of each customer's turn: `kept`, or why it was dropped."""

    @property
    def keep_rate(self) -> float:
        """The share of customers' turns that was kept, 0 to 1; 0 where there was none."""
        return self.reasons["kept"] / max(1, sum(self.reasons.values()))

    def without(self, forgotten: Forgotten) -> "DayOfDialogues":
        """Return the day without what was forgotten while it was being made."""
        return replace(
            self,
            exchanges=tuple(
                one
                for one in self.exchanges
                if not forgotten.covers(one.source, one.conversation, one.customer, one.at)
            ),
            quarantined=tuple(
                one
                for one in self.quarantined
                if one.at is None
                or not forgotten.covers(one.source, one.conversation, one.customer, one.at)
            ),
        )


def dialogues_of(
    day: date,
    log: DayOfLog,
    source: str,
    redactor: Redactor,
    seal: Seal | None,
    key: bytes,
    advance: Callable[[int], None],
) -> DayOfDialogues:
    """Redact what a log says of `day` and return the exchanges that teach.

    `seal` keeps the messages that redaction could not make safe, encrypted; without one they are
    dropped. `key` is the redaction key; `advance` is told how many messages were redacted since it
    was told last.
    """
    exchanges: list[Exchange] = []
    quarantined = list(log.quarantined)
    reasons: Counter[Reason] = Counter(dict.fromkeys(REASONS, 0))
    for batch in _batches(log.conversations):
        texts = {name: [one.text for one in talk.messages] for name, talk in batch.items()}
        redacted = redactor.redact_conversations(texts, advance)
        for name, talk in batch.items():
            said = []
            for message, clear in zip(talk.messages, redacted[name], strict=True):
                said.append(_said(message, clear, key))
                if clear.residue:
                    quarantined.append(_withheld(message, clear, source, name, seal, key))
            found, judged = exchanges_of(said, source=source, conversation=name, day=day)
            exchanges.extend(found)
            reasons.update(judged)
    talks = log.conversations.values()
    return DayOfDialogues(
        day=day,
        exchanges=tuple(sorted(exchanges, key=lambda exchange: (exchange.at, exchange.id))),
        quarantined=tuple(sorted(quarantined, key=lambda one: (one.path, one.line))),
        conversations=len(talks),
        messages=log.messages,
        duplicates=sum(talk.duplicates for talk in talks),
        skewed=sum(talk.skewed for talk in talks),
        unfinished=log.unfinished,
        forgotten=log.forgotten,
        reasons=dict(reasons),
    )


def _batches(conversations: Mapping[str, Conversation]) -> Iterator[dict[str, Conversation]]:
    """Yield the conversations in order of their hashes, some `_BATCH` messages at a time."""
    batch: dict[str, Conversation] = {}
    size = 0
    for name in sorted(conversations):
        batch[name] = conversations[name]
        size += len(batch[name].messages)
        if size >= _BATCH:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _said(message: Message, clear: Redacted, key: bytes) -> Said:
    withheld = bool(clear.residue)
    return Said(
        at=message.at,
        role=message.role,
        customer=customer_digest(key, message.customer),
        text="" if withheld else clear.text,
        redactions=len(clear.spans),
        withheld=withheld,
        outcome=message.outcome,
        path=message.path,
        line=message.line,
    )


def _withheld(
    message: Message,
    clear: Redacted,
    source: str,
    conversation: str,
    seal: Seal | None,
    key: bytes,
) -> Quarantined:
    kinds = ", ".join(sorted(set(clear.residue)))
    return Quarantined(
        "dialogues",
        source,
        message.path,
        message.line,
        f"could not be made safe by redaction ({kinds}); remove it from the log, or add a public "
        "number to `redaction.allow`",
        "",
        keyed_digest(key, "message", message.text),
        conversation=conversation,
        sealed=seal.close(message.text) if seal else "",
        customer=customer_digest(key, message.customer),
        at=message.at,
    )
