"""The pseudonym key: from the environment, or a private file that is made on first use."""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from pipelines.errors import SettingsError
from pipelines.settings import Settings

VARIABLE = "SANKU_REDACTION_KEY"
_SHORTEST = 16


def load_key(settings: Settings, environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the key, 16 bytes or more; a key file that is absent is created with mode 0600.

    Raises `SettingsError` for a key that is short, that others can read, or that would lie in the
    warehouse, which holds what it protects.
    """
    if value := environ.get(VARIABLE, "").strip():
        return _from_text(value, f"`{VARIABLE}`")
    file = _key_file(settings)
    _keep_out_of_warehouse(file, settings.warehouse)
    try:
        return _create(file)
    except FileExistsError:
        return _read(file)
    except OSError as error:
        raise SettingsError(
            f"The redaction key `{file}` cannot be created: {error.strerror}. Set "
            f"`{VARIABLE}`, or name a writable file as `redaction.key_file` in `sources.toml`."
        ) from error


def _key_file(settings: Settings) -> Path:
    if settings.redaction.key_file:
        return settings.beside_sources(settings.redaction.key_file)
    return platformdirs.user_config_path("sanku") / "redaction.key"


def _keep_out_of_warehouse(file: Path, warehouse: Path) -> None:
    if file.resolve().is_relative_to(warehouse.resolve()):
        raise SettingsError(
            f"The redaction key `{file}` lies in the warehouse, whose pseudonyms it protects. "
            f"Move it out and name its new place as `redaction.key_file` in `sources.toml`."
        )


def _create(file: Path) -> bytes:
    """Write a new key under another name and link it: a reader never sees half a key."""
    if file.exists() or file.is_symlink():
        raise FileExistsError
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(32)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(key.hex().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    finally:
        draft.unlink()
    return key


def _read(file: Path) -> bytes:
    try:
        mode = file.stat()
        if not stat.S_ISREG(mode.st_mode):
            raise SettingsError(
                f"The redaction key `{file}` is not a regular file. Remove it, or set `{VARIABLE}`."
            )
        if mode.st_mode & 0o077:
            raise SettingsError(
                f"The redaction key `{file}` can be read by others (mode "
                f"{stat.S_IMODE(mode.st_mode):04o}). Run `chmod 600 {file}`."
            )
        data = file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The redaction key `{file}` cannot be read: {error.strerror}. Mend its owner and "
            f"mode, or set `{VARIABLE}`."
        ) from error
    try:
        return _from_text(data.decode("ascii").strip(), f"The redaction key `{file}`")
    except UnicodeDecodeError:
        return _long_enough(data, f"The redaction key `{file}`")


def _from_text(value: str, name: str) -> bytes:
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){16,}", value):
        return bytes.fromhex(value)
    return _long_enough(value.encode(), name)


def _long_enough(key: bytes, name: str) -> bytes:
    if len(key) < _SHORTEST:
        raise SettingsError(
            f"{name} is shorter than {_SHORTEST} characters, so its pseudonyms could be guessed. "
            f"Make one with `openssl rand -hex 32`."
        )
    return key
