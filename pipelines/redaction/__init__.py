"""Redaction: personal data out of Chinese service logs before anything is stored."""

from pipelines.redaction.findings import Span
from pipelines.redaction.key import load_key
from pipelines.redaction.redactor import Redacted, Redactor
from pipelines.redaction.residue import allow_pattern, scan
from pipelines.redaction.workers import company_redactor, open_redactor

__all__ = [
    "Redacted",
    "Redactor",
    "Span",
    "allow_pattern",
    "company_redactor",
    "load_key",
    "open_redactor",
    "scan",
]
