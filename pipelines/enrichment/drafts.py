"""Similar questions that the model wrote of FAQ entries, as they wait in the warehouse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import pyarrow as pa

from pipelines.records import FaqEntry
from pipelines.text import digest, fold
from pipelines.warehouse import Warehouse, read_parquet, write_parquet

State = Literal["draft", "accepted", "dismissed", "refused"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One wording that the model wrote; an entry that it wrote nothing of use for has one too."""

    id: str
    entry: str
    question: str
    """The entry's own question: a wording holds while that is the same."""
    text: str
    refused: str
    """Why nobody is to be bothered with it; empty for one that is worth a look."""
    closer: str
    """Question of another entry that it is closer to; empty where its own is the closest."""
    asked: str
    """Digest of what the model was shown and which model it was: asked once."""
    model: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A wording with its entry as it stands now, and what became of it."""

    entry: FaqEntry
    draft: Draft
    state: State

    @property
    def remark(self) -> str:
        """Why it is not offered, or what it may be confused with; empty for most."""
        if self.draft.refused:
            return self.draft.refused
        return f"closer to: {self.draft.closer}" if self.draft.closer else ""


def make_draft(
    entry: FaqEntry, text: str, asked: str, model: str, *, refused: str = "", closer: str = ""
) -> Draft:
    """Return a draft; its id is that of the same wording for the same question, ever after."""
    return Draft(
        id=digest("similar", entry.id, fold(entry.question), fold(text)),
        entry=entry.id,
        question=entry.question,
        text=text,
        refused=refused,
        closer=closer,
        asked=asked,
        model=model,
    )


def _field(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.string(), nullable=False, metadata={"doc": doc})


DRAFT_SCHEMA = pa.schema(
    [
        _field("id", "32 hex digits of the entry, its question and the wording"),
        _field("entry", "id of the FAQ entry"),
        _field("question", "the entry's question when the wording was written"),
        _field("text", "the wording; empty where the model's reply was of no use"),
        _field("refused", "why it is not offered for review; else empty"),
        _field("closer", "question of another entry that it is closer to; else empty"),
        _field("asked", "digest of entry, prompt and model: each is asked once"),
        _field("model", "the model that wrote it"),
    ],
    metadata={"schema_version": "1"},
)
_WAY_OUT = (
    "Remove it and run `sanku run`: the model is asked again, and reviews are kept elsewhere."
)


def write_drafts(warehouse: Warehouse, drafts: Iterable[Draft]) -> None:
    """Replace the drafts, atomically; sorted by entry and id, so that bytes repeat."""
    rows = sorted((asdict(one) for one in drafts), key=lambda row: (row["entry"], row["id"]))
    write_parquet(warehouse.similar, pa.Table.from_pylist(rows, schema=DRAFT_SCHEMA))


def read_drafts(warehouse: Warehouse) -> tuple[Draft, ...]:
    """Return the drafts, sorted by entry and id; nothing before the model was ever asked."""
    if not warehouse.similar.exists():
        return ()
    rows = read_parquet(warehouse.similar, DRAFT_SCHEMA, _WAY_OUT).to_pylist()
    return tuple(Draft(**row) for row in rows)


def standing(entries: Iterable[FaqEntry], drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Return the wordings that still hold, in the order of `entries`.

    Gone are those of an entry that is gone or asks something else now, and those that its author
    has taken into the FAQ meanwhile.
    """
    by_entry: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_entry[draft.entry].append(draft)
    return tuple(
        draft
        for entry in entries
        for authored in [{fold(said) for said in (entry.question, *entry.similar_questions)}]
        for draft in by_entry[entry.id]
        if draft.text and draft.question == entry.question and fold(draft.text) not in authored
    )


def state_of(draft: Draft, decided: Mapping[str, State], *, accept: bool) -> State:
    """Return what becomes of a draft: `decided` by a person, else by the settings.

    With `accept` the index takes what is not refused without a person's word.
    """
    if draft.id in decided:
        return decided[draft.id]
    if draft.refused:
        return "refused"
    return "accepted" if accept else "draft"


def reviewed(
    entries: Iterable[FaqEntry],
    drafts: Iterable[Draft],
    decided: Mapping[str, State],
    *,
    accept: bool,
) -> tuple[Reviewed, ...]:
    """Return the wordings that still hold, in the order of `entries`, each with its state."""
    by_id = {entry.id: entry for entry in entries}
    return tuple(
        Reviewed(by_id[draft.entry], draft, state_of(draft, decided, accept=accept))
        for draft in standing(by_id.values(), drafts)
    )


def accepted(
    entries: Iterable[FaqEntry],
    drafts: Iterable[Draft],
    decided: Mapping[str, State],
    *,
    accept: bool,
) -> Mapping[str, tuple[str, ...]]:
    """Return entry id -> the wordings that the index takes beside the author's own."""
    taken: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in reviewed(entries, drafts, decided, accept=accept):
        if one.state == "accepted":
            taken[one.entry.id].setdefault(fold(one.draft.text), one.draft.text)
    return {entry: tuple(texts.values()) for entry, texts in taken.items()}
