"""What was forgotten on request, as keyed hashes: logs that still hold it are not read again."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.dialogues.keyed import keyed_digest
from pipelines.errors import SettingsError, unreadable


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Hashes of conversations and customers, and until when all of each is gone."""

    until: Mapping[str, datetime] = field(default_factory=dict)
    undeclared: Collection[str] = ()
    """Sources that are noted and declared no more: each may only have another name now."""

    def covers(self, source: str, conversation: str, customer: str, at: datetime) -> bool:
        """Tell whether what was said at `at` is not to be read; what is said later is new."""
        names = [conversation, customer]
        names += [in_source(name, conversation) for name in (source, *self.undeclared)]
        return any(name in self.until and at <= self.until[name] for name in names)

    def and_also(self, hashes: Collection[str], until: datetime) -> Self:
        """Return what is forgotten once these are too, up to `until`."""
        return replace(self, until={**self.until, **dict.fromkeys(hashes, until)})


def in_source(source: str, conversation: str) -> str:
    """Return the name of a conversation of one source, of its hash: others may have the same id."""
    return f"{source}/{conversation}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str
    until: dict[str, datetime]


def load_forgotten(file: Path, key: bytes, declared: Collection[str]) -> Forgotten:
    """Return what `file` says was forgotten; nothing where it does not exist.

    `declared` names the sources that there are: what was forgotten in another is in none of them.
    Raises `SettingsError` when it was written under another redaction key, because nothing in the
    logs would match it and what was forgotten would come back; `WarehouseError` when it is damaged.
    """
    try:
        kept = _File.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Forgotten()
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise unreadable(
            file,
            error,
            "What was forgotten would be read again: restore it from a backup; or take those "
            "conversations out of the logs, and remove it.",
        ) from error
    if kept.key != _fingerprint(key):
        raise SettingsError(
            f"`{file}` was written under another redaction key, so that nothing in the logs "
            "matches it. Put the old key back; or take what was forgotten out of the logs, and "
            "remove the file."
        )
    noted = {name.rpartition("/")[0] for name in kept.until}
    return Forgotten(kept.until, sorted(noted - {"", *declared}))


def forgotten_text(forgotten: Forgotten, key: bytes) -> str:
    """Return what `load_forgotten` reads: sorted, so that equal contents are equal bytes."""
    kept = _File(key=_fingerprint(key), until=dict(sorted(forgotten.until.items())))
    return json.dumps(kept.model_dump(mode="json"), indent=1)


def _fingerprint(key: bytes) -> str:
    return keyed_digest(key, "fingerprint")[:16]
