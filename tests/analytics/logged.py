"""A conversation log as the gateway writes it, told as briefly as a test needs."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.conversation_log import Answered, ConversationLog
from pipelines.redaction import Redactor
from pipelines.settings import Settings

KEY = b"a key of the tests, no secret"
TODAY = date(2026, 11, 20)
_ZONE = ZoneInfo("Asia/Shanghai")
_ANSWERED = Answered(
    conversation="c1",
    customer="",
    is_named=True,
    history=(),
    question="怎么导出通讯录？",
    asked_at=datetime.combine(TODAY, time(9), _ZONE),
    answer="请打开「设置」。",
    answered_at=datetime.combine(TODAY, time(9), _ZONE),
    decision="direct",
    reason="faq_match",
    handoff=False,
    version="0001-2db6eb15",
    tiers=("faq",),
    records=("0f3a",),
    client="web",
    protocol="openai",
    milliseconds=100.0,
    first_piece=50.0,
)


def settings_over(folder: Path) -> Settings:
    """Return settings whose today is `TODAY`, and whose warehouse is in `folder`."""
    return Settings.model_validate(
        {
            "company": {"name": "云雀协作", "contact": "400-000-0000"},
            "faq": [{"name": "help"}],
            "as_of": TODAY,
            "sources_file": folder / "sources.toml",
            "warehouse": folder / "warehouse",
            "model_cache": folder / "models",
        }
    )


def file_of(settings: Settings, day: date = TODAY) -> Path:
    """Return the log's file of a day."""
    return settings.warehouse / "conversations" / f"{day.isoformat()}.jsonl"


class Log:
    """Writes answers into the log of `settings`."""

    def __init__(self, settings: Settings, redactor: Redactor, key: bytes = KEY) -> None:
        self._log = ConversationLog(settings.warehouse / "conversations")
        self._redactor = redactor
        self._key = key

    def add(self, question: str, *, day: date = TODAY, **said: Any) -> None:
        """Log one answer, which is direct and cites the FAQ where `said` tells nothing else."""
        at = datetime.combine(day, time(9), _ZONE)
        answered = replace(_ANSWERED, question=question, asked_at=at, answered_at=at, **said)
        self._log.record(answered, self._redactor, self._key)

    def refuse(self, question: str, **said: Any) -> None:
        """Log a question that nothing was found for."""
        self.add(
            question,
            **{"decision": "refuse", "reason": "not_found", "handoff": True, "tiers": ()} | said,
        )

    def hand_off(self, question: str, **said: Any) -> None:
        """Log a customer who asked for a person."""
        self.refuse(question, **{"decision": "handoff", "reason": "asks_for_person"} | said)
