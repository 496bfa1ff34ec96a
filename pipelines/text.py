"""Text as it arrives from outside: made safe to store, made equal to compare, and hashed."""

import hashlib
import re
import unicodedata
from pathlib import Path

# C0/C1 controls but tab and newline, ANSI escapes, and what cannot be seen: zero-width
# characters, bidirectional overrides (CVE-2021-42574), tag characters, the BOM.
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def clean(text: str) -> str:
    """Return `text` without escape sequences, controls and invisible characters, newlines as LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _UNSEEN.sub("", _ANSI.sub("", text))


def fold(text: str) -> str:
    """Return the form under which two wordings are the same: NFKC, lower case, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", clean(text)).lower()).strip()


def letters(text: str) -> str:
    """Return the letters, digits and Han characters of `text`, folded."""
    return "".join(filter(str.isalnum, fold(text)))


def digest(*parts: str) -> str:
    """Return 32 hex digits of SHA-256 over `parts`; parts cannot run into each other."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.hexdigest()[:32]


def is_chinese(text: str) -> bool:
    """Tell whether `text` holds a Han character; customers get answers in that language."""
    return _HAN.search(text) is not None


def one_line(text: str, limit: int = 80) -> str:
    """Return `text` as one line of at most `limit` characters, fit for a table cell."""
    line = _SPACES.sub(" ", clean(text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shown_path(path: Path) -> str:
    """Return a path as one line, whole so that it can be copied, but for absurdly long ones."""
    return one_line(str(path), 400)
