"""No value planted in the sample's logs reaches a file, a log line or the terminal."""

import os
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.dialogues.logs import log_files, open_log
from pipelines.dialogues.readers import read_messages
from pipelines.records import Message
from pipelines.redaction import Redactor
from pipelines.sources_toml import load_settings

CHECKOUT = Path(__file__).resolve().parent.parent
PLANTED = tuple((Path(__file__).parent / "data" / "sample_pii.txt").read_text("utf-8").splitlines())

# A whole process, so that what is written to the terminal by whatever means is caught. It logs at
# every level, and the logs' own bad records are among what it reads.
REFRESH = """
import logging, sys
from datetime import timedelta
from pathlib import Path

from pipelines import pull
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

logging.basicConfig(level=logging.DEBUG)
settings = load_settings(Path(sys.argv[1]), Path(sys.argv[2]))
days = [settings.window.first_day]
while days[-1] < settings.as_of:
    days.append(days[-1] + timedelta(days=1))
for source in settings.dialogues:
    print(pull.dialogues(settings, Warehouse(settings.warehouse), source, days))
"""


_HASH = re.compile("[0-9a-f]{32}")
# Where a lock lies in memory is logged: elsewhere in each run, and as long as a card's number.
_PLACE = re.compile(r"(?<=lock )[0-9]+(?= on )|0x[0-9a-f]+")


@dataclass(frozen=True)
class Refreshed:
    """What a refresh of all days left behind."""

    warehouse: Path
    key: bytes
    output: str


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory, sample_sources: Path) -> Refreshed:
    folder = tmp_path_factory.mktemp("leaks")
    home = folder / "config"
    done = subprocess.run(
        [sys.executable, "-c", REFRESH, str(sample_sources), str(folder / "warehouse")],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CONFIG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    key = (home / "sanku" / "redaction.key").read_bytes().strip()
    return Refreshed(folder / "warehouse", key, done.stdout + done.stderr)


def squeezed(text: str) -> str:
    """Return `text` without what people put between the characters of a value."""
    return re.sub(r"[\s()+-]", "", unicodedata.normalize("NFKC", text)).lower()


def pieces(value: str) -> set[str]:
    """Return what gives `value` away: all of it, a stretch of its digits, what stands before its
    `@`, or an address from its number on.
    """
    whole = squeezed(value)
    if re.fullmatch("[0-9]{8,}x?", whole):
        return {whole[at : at + 7] for at in range(len(whole) - 6)}
    if re.fullmatch("[一二三四五六七八九零〇幺两洞拐勾]{8,}", whole):
        return {whole[at : at + 4] for at in range(len(whole) - 3)}
    if "@" in whole and "." in whole:
        return {whole, whole[: whole.index("@") + 1]}
    if (door := re.search("[0-9]+号?.{6,}", whole)) is not None and "号" in whole:
        return {whole, door.group()}
    return {whole}


def leaks(texts: Iterable[str]) -> set[str]:
    """Return the planted values that `texts` give away."""
    seen = "\n".join(map(squeezed, texts))
    return {value for value in PLANTED if any(piece in seen for piece in pieces(value))}


def readable(table: pa.Table) -> Iterable[str]:
    """Yield the words of a table; a hash or an id is a row of hex digits and no words."""
    for name in table.column_names:
        if name not in ("id", "entry_id", "text_hash", "content_hash", "digest"):
            for value in table[name].to_pylist():
                yield from map(without_hashes, value if isinstance(value, list) else [value])


def without_hashes(value: object) -> str:
    """Return `value` as text without rows of hex digits, in which seven of a number come by chance.

    The key is another in each run, and so are the hashes.
    """
    return _HASH.sub("", str(value))


@pytest.fixture(scope="module")
def conversations(sample_sources: Path) -> dict[str, list[str]]:
    settings = load_settings(sample_sources, environ={})
    spoken: defaultdict[str, list[str]] = defaultdict(list)
    for source in settings.dialogues:
        for file in log_files(source, settings, b"any")[0]:
            with open_log(file) as handle:
                for record in read_messages(file.path, handle, source, b"k" * 32):
                    if isinstance(record, Message):
                        spoken[record.conversation].append(record.text)
    return spoken


def test_every_planted_value_is_in_the_logs(sample_sources: Path) -> None:
    assert len(PLANTED) == len(set(PLANTED)) > 300
    files = (sample_sources.parent / "dialogues").iterdir()
    assert set(PLANTED) - leaks(file.read_text("utf-8-sig") for file in files) == set()


def test_no_redacted_message_gives_a_value_away(
    conversations: dict[str, list[str]], sample_sources: Path
) -> None:
    settings = load_settings(sample_sources, environ={})
    redactor = Redactor(b"a key of the tests, no secret", allow=settings.redaction.allow)
    redacted = redactor.redact_conversations(conversations, lambda _: None)
    messages = [message for spoken in redacted.values() for message in spoken]
    assert leaks(message.text for message in messages) == set()
    assert [message.residue for message in messages if message.residue] == []


def test_no_value_is_in_the_words_of_any_partition(refreshed: Refreshed) -> None:
    files = sorted(refreshed.warehouse.rglob("*.parquet"))
    kinds = {file.relative_to(refreshed.warehouse).parts[0] for file in files}
    assert {"dialogues", "quarantine"} <= kinds
    tables = [pq.read_table(file) for file in files]
    assert sum(table.num_rows for table in tables) > 300
    assert leaks(word for table in tables for word in readable(table)) == set()


def test_no_value_is_in_the_bytes_of_any_file(refreshed: Refreshed) -> None:
    # Shorter ones would turn up in compressed bytes by chance.
    values = {value: value.encode() for value in PLANTED if len(value) >= 8}
    found = {
        (file.name, value)
        for file in refreshed.warehouse.rglob("*")
        if file.is_file()
        for value, data in values.items()
        if data in file.read_bytes()
    }
    assert found == set()


def test_no_value_is_in_a_name_of_a_file(refreshed: Refreshed) -> None:
    assert leaks(str(file) for file in refreshed.warehouse.rglob("*")) == set()


def test_no_value_is_in_what_is_printed_and_logged(refreshed: Refreshed) -> None:
    assert "messages" in refreshed.output
    assert leaks([without_hashes(_PLACE.sub("", refreshed.output))]) == set()


def test_the_pseudonym_key_is_not_in_the_warehouse(refreshed: Refreshed) -> None:
    raw = bytes.fromhex(refreshed.key.decode())
    assert len(raw) == 32
    for file in refreshed.warehouse.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert raw not in data
            assert refreshed.key not in data
    assert refreshed.key.decode() not in refreshed.output
