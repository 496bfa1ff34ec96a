"""Talks: which messages of a conversation belong together, on which day, and in which order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.records import Message

# Some channels have one conversation for each customer, for years. After a night's silence, or a
# pause on another day, it is another talk: else all of it would belong to its first day.
SILENCE = timedelta(hours=8)
PAUSE = timedelta(hours=3)
LONGEST = timedelta(hours=24)
"""A talk is cut here though nobody pauses, as in a busy group."""
LOOKS_BACK = timedelta(days=3)
"""How far before the first day asked for a talk of that day is looked for."""

# Clocks of two machines differ by seconds to minutes.
_SKEW = timedelta(minutes=2)


class Conversation(NamedTuple):
    """The messages of one conversation on one day, in the order in which they were said."""

    messages: Sequence[Message]
    duplicates: int
    """Records dropped because time, role and text were there already."""
    skewed: int
    """Messages that keep their place in the file though their clock says otherwise."""


def first_days(times: Collection[datetime], zone: ZoneInfo) -> Mapping[datetime, date]:
    """Return for each time of a conversation the day on which the talk it belongs to began."""
    days: dict[datetime, date] = {}
    began = before = datetime.min.replace(tzinfo=zone)
    day = date.min
    for at in sorted(times):
        silent = at - before
        later = at.astimezone(zone).date() != day
        if silent >= SILENCE or (later and silent >= PAUSE) or at - began >= LONGEST:
            began, day = at, at.astimezone(zone).date()
        days[at] = day
        before = at
    return days


def in_order(messages: Sequence[Message], newest_first: Collection[str]) -> Conversation:
    """Return a conversation as it was said, once each; `newest_first` names files written so.

    By time; messages of one time keep the order in which the files have them, or the reverse where
    they are written newest first. A message that stands after another and is dated up to `_SKEW`
    before it keeps its place too, in a file that is written in order: the clocks of two machines
    differ, and no answer comes before its question.
    """
    written = [
        message
        for path, part in groupby(messages, key=lambda one: one.path)
        for message in (reversed([*part]) if path in newest_first else part)
    ]
    placed: list[tuple[datetime, Message]] = []
    skewed = 0
    for message in written:
        at = message.at
        if placed and message.path == placed[-1][1].path and message.path not in newest_first:
            behind = placed[-1][0] - at
            if timedelta() < behind <= _SKEW:
                at = placed[-1][0]
                skewed += 1
        placed.append((at, message))
    placed.sort(key=lambda pair: pair[0])
    first: dict[tuple[datetime, str, str], Message] = {}
    for _, message in placed:
        first.setdefault((message.at, message.role, message.text), message)
    return Conversation(list(first.values()), len(messages) - len(first), skewed)
