"""What the conversation log tells of a span of days."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analytics.topics import Topic, topics
from pipelines.analytics.turns import OUTCOMES, TURNS_SCHEMA, Outcome, day_turns
from pipelines.followup import only_chooses
from pipelines.records import TIERS, Tier
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

MOST_DAYS = 366
UNRESOLVED: tuple[Outcome, ...] = ("refused", "degraded", "handed_off")
"""Outcomes that leave a customer without a full answer."""

# 都不是 says of the question before it, which is among the refused, that it stays without answer.
_SAID_OF_THE_ONE_BEFORE = "none_offered"
_QUANTILES = [0.5, 0.95, 0.99]
# What one page of charts asks for at once, of a few spans of days.
_KEPT = 8

_Files = tuple[tuple[date, Path, int, int], ...]


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds within which half, 95 % and 99 % of the questions were done; None: of none."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The questions of one day, or of all days of a span."""

    questions: int
    conversations: int
    customers: int
    """Different customers; those whom no front end names are none."""
    outcomes: Mapping[Outcome, int]
    """Every outcome, also those that never came about; together they are all questions."""
    tiers: Mapping[Tier, int]
    """Questions whose answer cites a tier; an answer may cite several."""
    clients: Mapping[str, int]
    """Questions by the name of the token that asked, the most frequent first."""
    whole: Percentiles
    """Until the end of the answer."""
    first_piece: Percentiles
    """Until the first words of the answer."""

    def share(self, outcome: Outcome) -> float | None:
        """Return the share of the questions with this outcome, 0 to 1; None without any."""
        return self.outcomes[outcome] / self.questions if self.questions else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A span of days in figures; `as_dict` is what `GET /api/analytics` sends."""

    days: Mapping[date, Counts]
    """Every day of the span, oldest first, also those on which nobody asked."""
    total: Counts
    unresolved: tuple[Topic, ...]
    """What was refused, handed off or only quoted, the most frequent first."""
    handoffs: tuple[Topic, ...]
    """What customers had asked before they were handed to a person, the most frequent first."""

    @property
    def since(self) -> date:
        """The first day."""
        return next(iter(self.days))

    @property
    def until(self) -> date:
        """The last day."""
        return next(reversed(list(self.days)))

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON values; durations to a tenth of a millisecond."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "total": _plain(self.total),
            "days": [{"day": day.isoformat()} | _plain(told) for day, told in self.days.items()],
            "unresolved": [_topic(topic) for topic in self.unresolved],
            "handoffs": [_topic(topic) for topic in self.handoffs],
        }


def figures(settings: Settings, days: int = 30) -> Figures:
    """Return the figures of the last `days` days, today among them, from what is logged of them.

    A span is worked out once as long as its files stay the same. Raises `OSError` when a file
    cannot be read.
    """
    return _figures(_files(settings, days))


def turns(settings: Settings, days: int = 30) -> pa.Table:
    """Return every question with its answer, redacted, of the last `days` days: `TURNS_SCHEMA`."""
    tables = [day_turns(file, day) for day, file, _, _ in _files(settings, days)]
    return pa.concat_tables([TURNS_SCHEMA.empty_table(), *tables])


def unresolved(asked: pa.Table) -> pa.Table:
    """Return the turns that left a customer without a full answer to what they ask."""
    is_unresolved = pc.is_in(asked["outcome"], pa.array(UNRESOLVED))
    is_of_its_own = pc.not_equal(asked["reason"], _SAID_OF_THE_ONE_BEFORE)
    return asked.filter(pc.and_(is_unresolved, is_of_its_own))


def _files(settings: Settings, days: int) -> _Files:
    """Return each day of a span with its file, and by what it is seen that the file changed."""
    today = settings.now().date()
    folder = Warehouse(settings.warehouse).conversations
    found = []
    for day in (today - timedelta(days=back) for back in range(days - 1, -1, -1)):
        file = folder / f"{day.isoformat()}.jsonl"
        stamp = size = 0
        with suppress(FileNotFoundError):
            state = file.stat()
            stamp, size = state.st_mtime_ns, state.st_size
        found.append((day, file, stamp, size))
    return tuple(found)


@lru_cache(_KEPT)
def _figures(files: _Files) -> Figures:
    by_day = {day: day_turns(file, day) for day, file, _, _ in files}
    asked = pa.concat_tables(by_day.values())
    return Figures(
        days={day: _counts(table) for day, table in by_day.items()},
        total=_counts(asked),
        unresolved=topics(unresolved(asked)),
        handoffs=topics(_handed_off(asked)),
    )


def _counts(asked: pa.Table) -> Counts:
    outcomes = _counted(asked["outcome"])
    tiers = _counted(pc.list_flatten(asked["tiers"]))
    return Counts(
        questions=len(asked),
        conversations=pc.count_distinct(asked["conversation"]).as_py(),
        customers=pc.count_distinct(_named(asked["customer"])).as_py(),
        outcomes={outcome: outcomes.get(outcome, 0) for outcome in OUTCOMES},
        tiers={tier: tiers.get(tier, 0) for tier in TIERS},
        clients=_counted(_named(asked["client"])),
        whole=_percentiles(asked["milliseconds"]),
        first_piece=_percentiles(asked["first_piece"]),
    )


def _named(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.filter(pc.not_equal(column, ""))


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """Return how often each value is there, the most frequent first."""
    counts = pc.value_counts(column).to_pylist()
    pairs = ((one["values"], one["counts"]) for one in counts)
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _percentiles(milliseconds: pa.ChunkedArray) -> Percentiles:
    found = pc.quantile(milliseconds, _QUANTILES).to_pylist()
    return Percentiles(*(None if value is None else round(value, 1) for value in found))


def _handed_off(asked: pa.Table) -> pa.Table:
    """Return the questions that were handed off, under what the customer had asked before.

    `转人工` tells nothing; what the customer could not get an answer to stands in front of it, and
    in front of the `2` that picked from what was offered. Who is handed off for a refusal too many
    has asked a question of his own.
    """
    columns = ["conversation", "question", "outcome", "day", "reason"]
    handed_off = asked.filter(pc.equal(asked["outcome"], "handed_off"))
    asked = asked.filter(pc.is_in(asked["conversation"], pc.unique(handed_off["conversation"])))
    asked = asked.select(columns).append_column("place", pa.array(range(len(asked)), pa.int64()))
    asked = asked.sort_by([("conversation", "ascending"), ("place", "ascending")])
    is_handoff = pc.equal(asked["outcome"], "handed_off")
    wants_person = pc.and_(is_handoff, pc.not_equal(asked["reason"], "refused_repeatedly"))
    asks_nothing = pc.or_(wants_person, pc.equal(asked["outcome"], "greeting"))
    choices = [one for one in pc.unique(asked["question"]).to_pylist() if only_chooses(one)]
    asks_nothing = pc.or_(asks_nothing, pc.is_in(asked["question"], pa.array(choices, pa.string())))
    # The last question that was one, and whose it was.
    before, whose = (
        pc.fill_null_forward(pc.if_else(asks_nothing, None, asked[name]))
        for name in ("question", "conversation")
    )
    is_own = pc.fill_null(pc.equal(whose, asked["conversation"]), False)
    question = pc.if_else(is_own, before, asked["question"])
    place = asked.schema.get_field_index("question")
    return asked.set_column(place, "question", question).filter(is_handoff)


def _plain(told: Counts) -> dict[str, Any]:
    outcomes = {
        outcome: {"count": count, "share": _rounded(told.share(outcome))}
        for outcome, count in told.outcomes.items()
    }
    return asdict(told) | {"outcomes": outcomes}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _topic(topic: Topic) -> dict[str, Any]:
    told = asdict(topic) | {"last": topic.last.isoformat()}
    return {name: value for name, value in told.items() if name != "said"}
