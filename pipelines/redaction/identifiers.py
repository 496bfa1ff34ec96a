"""All identifiers that have a shape or a word for them, in one call."""

import re
from collections.abc import Iterator

from pipelines.redaction.accounts import find_accounts
from pipelines.redaction.birth_dates import find_birth_dates
from pipelines.redaction.codes import find_codes
from pipelines.redaction.documents import find_documents
from pipelines.redaction.findings import Finding
from pipelines.redaction.mailboxes import find_mailboxes
from pipelines.redaction.network import find_network_addresses
from pipelines.redaction.numbers import find_numbers
from pipelines.redaction.passwords import find_passwords
from pipelines.redaction.tokens import find_tokens

_DIGIT = re.compile("[0-9]")
_ALPHANUMERIC = re.compile("[0-9A-Za-z]")
_FOUR = re.compile(r"[!-~](?:[\s-]?[!-~]){3}")
_SPELLED = re.compile("[〇零一二三四五六七八九幺]{4}")


def find_identifiers(text: str) -> Iterator[Finding]:
    """Yield the identifiers of a shadow text: all types but people and postal addresses."""
    yield from find_birth_dates(text)
    if _ALPHANUMERIC.search(text) is None:
        # Half of all messages are Han alone; numbers can be spelled in it.
        if _SPELLED.search(text):
            yield from find_passwords(text)
            yield from find_codes(text)
            yield from find_accounts(text)
            yield from find_documents(text)
        return
    if _DIGIT.search(text):
        yield from find_numbers(text)
        yield from find_network_addresses(text)
    elif text.count(":") >= 2:
        yield from find_network_addresses(text)
    yield from find_mailboxes(text)
    if (few := _FOUR.search(text) is None and _SPELLED.search(text) is None) and (
        "密" in text or "口令" in text
    ):
        yield from find_passwords(text)
    if not few:
        yield from find_documents(text)
        yield from find_accounts(text)
        yield from find_tokens(text)
        yield from find_passwords(text)
        yield from find_codes(text)
