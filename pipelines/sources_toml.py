"""Reads `sources.toml` and the environment into `Settings`, or says which key is wrong and why."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from pipelines.errors import SettingsError
from pipelines.settings import CHECKOUT, Settings

DEFAULT_SOURCES = CHECKOUT / "kb_sources" / "sources.toml"
DEFAULT_WAREHOUSE = CHECKOUT / "warehouse"


def load_settings(
    sources: Path | str | None = None,
    warehouse: Path | str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Read `sources.toml` and the environment into `Settings`.

    Arguments win over `SANKU_SOURCES` and `SANKU_WAREHOUSE`, which win over the checkout's own.
    Raises `SettingsError`, which names the file, the key and the fix.
    """
    file = Path(sources or environ.get("SANKU_SOURCES") or DEFAULT_SOURCES).expanduser().resolve()
    place = Path(warehouse or environ.get("SANKU_WAREHOUSE") or DEFAULT_WAREHOUSE)
    cache = environ.get("SANKU_MODEL_CACHE") or platformdirs.user_cache_path("sanku") / "models"
    declared = _read_toml(file)
    named = _apply_environment(declared, environ)
    if misplaced := sorted({"sources_file", "warehouse", "model_cache"} & declared.keys()):
        raise SettingsError(f"`{file}`: `{misplaced[0]}` is not a known key; remove it.")
    declared |= {
        "sources_file": file,
        "warehouse": place.expanduser().resolve(),
        "model_cache": Path(cache).expanduser().resolve(),
    }
    try:
        return Settings.model_validate(declared)
    except ValidationError as error:
        raise SettingsError(_explain(file, error, named)) from error


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(
            f"`{file}` does not exist. Pass `--sources FILE` or set `SANKU_SOURCES`; "
            f"`{DEFAULT_SOURCES}` is an example to copy."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"`{file}` cannot be read: {error}. Save it as UTF-8 text.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"`{file}` is not valid TOML: {error}. Mend that line.") from error


def _apply_environment(
    declared: dict[str, Any], environ: Mapping[str, str]
) -> Mapping[tuple[object, ...], str]:
    """Put what the environment sets into `declared`; return which variable set which key."""
    named: dict[tuple[object, ...], str] = {}
    for table, key, variable in (
        ("ollama", "url", "OLLAMA_HOST"),
        ("ollama", "model", "SANKU_OLLAMA_MODEL"),
        ("gateway", "host", "SANKU_HOST"),
        ("gateway", "port", "SANKU_PORT"),
        ("embedding", "model", "SANKU_EMBEDDING_MODEL"),
        ("dagster", "url", "SANKU_DAGSTER_URL"),
    ):
        value = environ.get(variable)
        keys = declared.setdefault(table, {})
        if value and isinstance(keys, dict):  # anything else is refused with the other keys
            keys[key] = value
            named[table, key] = variable
    return named


def _explain(file: Path, error: ValidationError, named: Mapping[tuple[object, ...], str]) -> str:
    lines = []
    for problem in error.errors():
        key = named.get(problem["loc"]) or ".".join(map(str, problem["loc"])) or "the file"
        message = problem["msg"].removeprefix("Value error, ")
        match problem["type"]:
            case "extra_forbidden":
                lines.append(f"`{key}` is not a known key; remove it or mend its spelling")
            case "missing":
                lines.append(f"`{key}` is missing; add it")
            case "tuple_type" if isinstance(problem["input"], dict):
                lines.append(f"`{key}` is one table of a list; write `[[{key}]]`, in two brackets")
            case "tuple_type" | "frozen_set_type":
                lines.append(
                    f'`{key}` is a list; write it in brackets, as `{key.split(".")[-1]} = ["…"]`'
                )
            case "string_pattern_mismatch" if str(key).endswith(".name"):
                lines.append(
                    f"`{key}` is of small letters, digits and `_`, begins with a letter, and has "
                    "32 characters at most"
                )
            case _:
                lines.append(f"`{key}`: {message[0].lower()}{message[1:]}")
    return f"`{file}`: " + "; ".join(lines) + ". `docs/sources.md` lists every key."
