"""Days of a log as the tests ingest them."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from pipelines.dialogues.days import DayOfDialogues, dialogues_of
from pipelines.dialogues.forgotten import Forgotten
from pipelines.dialogues.log import read_log
from pipelines.redaction import Redactor
from pipelines.redaction.seal import Seal
from pipelines.settings import Settings

Ingest = Callable[..., dict[date, DayOfDialogues]]
Declare = Callable[..., Settings]
Write = Callable[..., Path]

FIRST = date(2026, 3, 1)
SECOND = date(2026, 3, 2)
THIRD = date(2026, 3, 3)
NOTHING = Forgotten()


def ingest_days(
    settings: Settings,
    days: Sequence[date],
    redactor: Redactor,
    key: bytes,
    advance: Callable[[int], None] = lambda _: None,
    *,
    source: int = 0,
    forgotten: Forgotten = NOTHING,
    seal: Seal | None = None,
) -> dict[date, DayOfDialogues]:
    """Read a log once and redact each of its `days`."""
    declared = settings.dialogues[source]
    log = read_log(declared, settings, days, key, forgotten)
    return {
        day: dialogues_of(day, said, declared.name, redactor, seal, key, advance)
        for day, said in log.days.items()
    }


def asking(name: str, day: date, topic: str = "报表", hour: int = 10) -> list[tuple[str, ...]]:
    """Return a conversation of two messages that is worth keeping."""
    return [
        (name, f"{day}T{hour:02}:00:00", "user", f"怎么导出{topic}"),
        (name, f"{day}T{hour:02}:01:00", "agent", f"在设置里选择{topic}，再点导出"),
    ]
