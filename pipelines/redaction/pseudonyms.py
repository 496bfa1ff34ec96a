"""Pseudonyms: `〈人名1〉` for a person throughout one conversation, and nobody in another."""

import hmac
import re
from collections.abc import Iterable, Mapping

from pipelines.redaction.shadow import LABELS, placeholders
from pipelines.redaction.surnames import TITLES

_TITLE = re.compile(f"(?<=.)(?:{TITLES})$")
_DIGIT_TYPES = frozenset({"mobile", "landline", "hotline", "bank_card", "id_card", "qq", "code"})


class Pseudonyms:
    """Numbers the values of one conversation by first appearance; keeps keyed hashes, no values."""

    def __init__(
        self,
        key: bytes,
        conversation: str,
        texts: Iterable[str],
        labels: Mapping[str, str] = LABELS,
    ) -> None:
        # A key per conversation: the same number in two conversations gives unrelated hashes.
        self._key = hmac.digest(key, conversation.encode("utf-8", "surrogatepass"), "sha256")
        self._labels = labels
        self._numbers: dict[bytes, int] = {}
        self._last: dict[str, int] = {}
        placeholder = placeholders(labels.values())
        for text in texts:
            for match in placeholder.finditer(text) if "〈" in text else ():
                label = match.group().strip("〈〉0123456789")
                number = int(re.sub("[^0-9]", "", match.group()))
                self._last[label] = max(number, self._last.get(label, 0))

    def placeholder(self, kind: str, value: str) -> str:
        """Return the placeholder of the canonical `value`, a new one if it was not seen before."""
        label = self._labels[kind]
        message = f"{label}\0{value}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, message, "sha256")
        if digest not in self._numbers:
            self._last[label] = self._last.get(label, 0) + 1
            self._numbers[digest] = self._last[label]
        return f"〈{label}{self._numbers[digest]}〉"


def canonical(kind: str, text: str) -> str:
    """Return the one form of all ways to write a value; `text` comes from a shadow."""
    if kind == "person":
        return _TITLE.sub("", re.sub(r"\s", "", text)).lower()
    if kind in _DIGIT_TYPES:
        value = re.sub("[^0-9Xx]", "", text).upper()
        if kind == "mobile":
            return value[-11:]
        return value or text
    return re.sub(r"[\s·]", "", text).lower()
