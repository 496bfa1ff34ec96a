"""Where the pseudonym key comes from, and what is refused as one."""

import stat
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.redaction import Redactor, load_key
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings


def settings_with(folder: Path, key_file: str) -> Settings:
    file = folder / "sources.toml"
    file.write_text(
        '[company]\nname = "云雀协作"\ncontact = "人工客服"\n'
        '[[faq]]\nname = "faq"\n'
        f'[redaction]\nkey_file = "{key_file}"\n'
    )
    return load_settings(file, folder / "warehouse", {})


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "private/redaction.key")
    key = load_key(settings, {})
    assert len(key) == 32
    assert load_key(settings, {}) == key
    assert stat.S_IMODE((tmp_path / "private/redaction.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "private").iterdir()] == ["redaction.key"]


def test_the_environment_wins(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "redaction.key")
    assert load_key(settings, {"SANKU_REDACTION_KEY": "00ff" * 8}) == bytes.fromhex("00ff" * 8)
    passphrase = "sixteen or more characters"
    assert load_key(settings, {"SANKU_REDACTION_KEY": passphrase}) == passphrase.encode()
    assert not (tmp_path / "redaction.key").exists()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than 16"):
        load_key(settings_with(tmp_path, "x.key"), {"SANKU_REDACTION_KEY": "short"})


def test_a_key_in_the_warehouse_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lies in the warehouse"):
        load_key(settings_with(tmp_path, "warehouse/redaction.key"), {})
    assert not (tmp_path / "warehouse").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "redaction.key")
    load_key(settings, {})
    (tmp_path / "redaction.key").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_key(settings, {})


def test_a_key_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redaction.key").mkdir()
    with pytest.raises(SettingsError, match="not a regular file"):
        load_key(settings_with(tmp_path, "redaction.key"), {})


def test_another_key_or_conversation_gives_unrelated_pseudonyms() -> None:
    from pipelines.redaction.pseudonyms import Pseudonyms

    def digests(key: bytes, conversation: str) -> set[bytes]:
        pseudonyms = Pseudonyms(key, conversation, ())
        pseudonyms.placeholder("mobile", "13812345678")
        return set(pseudonyms._numbers)

    assert digests(b"a" * 32, "1") == digests(b"a" * 32, "1")
    assert not digests(b"a" * 32, "1") & digests(b"b" * 32, "1")
    assert not digests(b"a" * 32, "1") & digests(b"a" * 32, "2")


def test_a_redactor_does_not_show_its_key(redactor: Redactor) -> None:
    assert "test key" not in repr(redactor)
