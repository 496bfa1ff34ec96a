"""The strict look at a redacted text: whatever still has the shape of personal data."""

import re
from collections.abc import Iterator, Sequence

from pipelines.redaction import context
from pipelines.redaction.checksums import has_id_check_digit, is_luhn, is_resident_id
from pipelines.redaction.mailboxes import is_source_or_file
from pipelines.redaction.shadow import shadow

_MOBILE = re.compile(
    r"(?<![0-9A-Za-z])(?<!0\.)(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])"
)
_ID_CARD = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_BANK_CARD = re.compile(r"(?<![0-9A-Za-z.])[3-6][0-9]{3}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?"
                        r"(?![0-9A-Za-z])")  # fmt: skip
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_SECRET = re.compile(
    r"(?<![0-9A-Za-z_-])(?:sk-[A-Za-z0-9_-]{20}|AKIA[0-9A-Z]{16}|LTAI[A-Za-z0-9]{12}|gh[opusr]_"
    r"[A-Za-z0-9]{20}"
    r"|github_pat_[A-Za-z0-9_]{20}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.)|-----BEGIN [A-Z"
    r" ]*PRIVATE KEY"
)
_ALPHANUMERIC = re.compile("[0-9A-Za-z]")


def allow_pattern(allow: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of the public values, in whatever way a shadow writes them."""
    values = sorted({shadow(value).text.strip() for value in allow} - {""}, key=len, reverse=True)
    if not values:
        return None
    parts = []
    for value in values:
        bare = re.sub(r"(?<=[0-9)])[ .()-]+(?=[0-9(])", "", value)
        literal = "".join(
            re.escape(char) + (r"[ .()-]{0,2}" if char.isdigit() and after.isdigit() else "")
            for char, after in zip(bare, bare[1:] + " ", strict=True)
        )
        parts.append(literal)
    return re.compile(rf"(?<![0-9A-Za-z@])(?:{'|'.join(parts)})(?![0-9A-Za-z@])", re.IGNORECASE)


def scan(text: str, allowed: re.Pattern[str] | None = None) -> tuple[str, ...]:
    """Return the types of personal data whose bare shape is still in `text`, sorted; () is clean.

    Placeholders don't count, nor does what is `allowed`. It knows no names and no addresses: only
    what can be told by shape.
    """
    visible = shadow(text).text
    if allowed is not None:
        visible = allowed.sub(" ", visible)
    # Half of all messages are Han alone, and no shape is.
    return tuple(sorted(set(_shapes(visible)))) if _ALPHANUMERIC.search(visible) else ()


def _shapes(text: str) -> Iterator[str]:
    if _MOBILE.search(text):
        yield "mobile"
    for match in _ID_CARD.finditer(text):
        if is_resident_id(match.group()) and has_id_check_digit(match.group()):
            yield "id_card"
    for match in _BANK_CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match.group())
        if is_luhn(digits) and not context.is_order(text, match.start(), context.BANK_CARD):
            yield "bank_card"
    if "@" in text:
        for match in _EMAIL.finditer(text):
            if not is_source_or_file(text, *match.span()):
                yield "email"
    if _SECRET.search(text):
        yield "secret"
