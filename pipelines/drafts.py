"""FAQ entries drafted for what nobody answered, as they wait in the warehouse for a person.

One JSON file. A draft goes as soon as anything that it was made from is gone: its question from
the conversation log, a dialogue from the window.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pipelines.conversation_log import ConversationLog
from pipelines.errors import DecidedError, GoneError, WarehouseError, unreadable
from pipelines.records import Tier
from pipelines.settings import Settings
from pipelines.text import digest
from pipelines.warehouse import Warehouse, write_text

State = Literal["draft", "accepted", "dismissed"]
Author = Literal["model", "quoted", "nobody"]

_NAME = "faq_drafts.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A record of the index that a draft was made from."""

    record: str
    tier: Tier
    cited: bool
    """Whether the answer rests on it; the others were shown to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that was not answered, and an answer that waits for a person's decision."""

    id: str
    asked: str
    """The customers' most frequent wording, redacted, as `shown_question` has it."""
    question: str
    answer: str
    """Markdown; empty where nothing in the index answers the question."""
    author: Author
    """Who wrote the answer: the language model, a passage that is quoted, or nobody yet."""
    sources: tuple[Source, ...]
    made: date
    state: State = "draft"
    accepted: date | None = None
    """The day on which it was accepted; None unless it is."""


def draft_id(asked: str) -> str:
    """Return the id of the draft for a wording."""
    return digest("draft", asked)


def make_draft(
    asked: str, answer: str, author: Author, sources: Iterable[Source], made: date
) -> Draft:
    """Return a draft that nobody has decided on; its id is that of the wording."""
    return Draft(draft_id(asked), asked, asked, answer, author, tuple(sources), made)


def read_drafts(warehouse: Warehouse) -> tuple[Draft, ...]:
    """Return all drafts; raises `WarehouseError` where their file is damaged."""
    file = _file(warehouse)
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return tuple(_from_plain(one) for one in stored)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unreadable(
            file,
            error,
            "Restore it from a backup; or remove it, and draft again with `sanku faq drafts "
            "--make`.",
        ) from error


def keep(settings: Settings, warehouse: Warehouse, draft: Draft) -> None:
    """Add a draft, in the place of one of the same id.

    Not what was forgotten while it was written, nor where somebody decided on the other meanwhile.
    Raises `WarehouseError` when another writer holds the warehouse.
    """
    with warehouse.writing():
        stored = read_drafts(warehouse)
        if any(one.id == draft.id and one.state != "draft" for one in stored):
            return
        others = (one for one in stored if one.id != draft.id)
        _write(warehouse, _standing(settings, warehouse, (*others, draft)))


def drop(warehouse: Warehouse, goes: Callable[[Draft], bool]) -> None:
    """Remove the drafts that `goes` names."""
    with warehouse.writing():
        _write(warehouse, [one for one in read_drafts(warehouse) if not goes(one)])


def decide(warehouse: Warehouse, draft: Draft, state: State) -> None:
    """Keep what a person decided on a draft; `draft` takes back what was decided.

    Raises `GoneError` for a draft that is gone meanwhile, and `DecidedError` for one that waits no
    more, where it is not to be taken back.
    """
    with warehouse.writing():
        if state == "draft":
            _held(warehouse, draft)
        else:
            check_waits(warehouse, draft)
        _record(warehouse, replace(draft, state=state, accepted=None))


def check_waits(warehouse: Warehouse, draft: Draft) -> None:
    """Raise `GoneError` for a draft that is gone meanwhile, `DecidedError` for a decided one."""
    stored = _held(warehouse, draft)
    if stored.state != "draft":
        raise DecidedError(
            f"the draft `{draft.id}` is {stored.state} already. Take that back first, with "
            "`sanku faq drafts ID --reopen`."
        )


def _held(warehouse: Warehouse, draft: Draft) -> Draft:
    """Return a draft as it is kept now."""
    for one in read_drafts(warehouse):
        if one.id == draft.id:
            return one
    raise GoneError(
        f"the draft `{draft.id}` is gone: what it was made from was forgotten, or has left the "
        "window. Draft again with `sanku faq drafts --make`."
    )


def record_accepted(
    warehouse: Warehouse, draft: Draft, question: str, answer: str, day: date
) -> None:
    """Note that a draft was accepted with these words; the caller holds the lock."""
    accepted = replace(draft, state="accepted", question=question, answer=answer, accepted=day)
    _record(warehouse, accepted)


def _record(warehouse: Warehouse, decided: Draft) -> None:
    drafts = [decided if one.id == decided.id else one for one in read_drafts(warehouse)]
    _write(warehouse, drafts)


def held_dialogues(warehouse: Warehouse) -> set[str]:
    """Return the ids of the dialogues that any Parquet holds, of sources no more declared too."""
    held: set[str] = set()
    for place in warehouse.written("dialogues"):
        held.update(warehouse.read_partition("dialogues", *place)["id"].to_pylist())
    return held


def drop_what_is_gone(settings: Settings, warehouse: Warehouse) -> None:
    """Remove the drafts whose question or dialogues are held nowhere else any more.

    The caller holds the lock. A damaged file is removed whole: what has to go could not be found
    in it.
    """
    for left_behind in warehouse.root.glob(f".{_NAME}.*"):  # a killed run's; writers hold the lock
        left_behind.unlink()
    if not _file(warehouse).exists():
        return
    try:
        drafts = read_drafts(warehouse)
    except WarehouseError:
        _file(warehouse).unlink()
        return
    standing = _standing(settings, warehouse, drafts)
    if len(standing) < len(drafts):
        _write(warehouse, standing)


def _standing(settings: Settings, warehouse: Warehouse, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Return the drafts of which the log and the dialogues hold everything still."""
    window = settings.window_days()
    asked = ConversationLog(warehouse.conversations).questions(window[0]) if window else set()
    held = held_dialogues(warehouse)
    return [
        one
        for one in drafts
        if one.asked in asked
        and all(source.record in held for source in one.sources if source.tier == "dialogues")
    ]


def _file(warehouse: Warehouse) -> Path:
    return warehouse.root / _NAME


def _write(warehouse: Warehouse, drafts: Iterable[Draft]) -> None:
    told = [asdict(one) for one in drafts]
    write_text(_file(warehouse), json.dumps(told, ensure_ascii=False, indent=1, default=str))


def _from_plain(told: dict[str, Any]) -> Draft:
    sources = tuple(Source(**one) for one in told["sources"])
    days = {name: date.fromisoformat(told[name]) for name in ("made", "accepted") if told.get(name)}
    return Draft(**told | days | {"sources": sources})
