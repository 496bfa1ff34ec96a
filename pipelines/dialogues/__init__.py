"""Tier L2: conversation logs become redacted exchanges of a customer and a human agent, by day."""

from pipelines.dialogues.days import DayOfDialogues, ingest_days

__all__ = ["DayOfDialogues", "ingest_days"]
