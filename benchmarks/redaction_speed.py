"""Redaction at volume: `python benchmarks/redaction_speed.py --messages 1000000` prints how long a
log takes from its file to its exchanges, in how many processes and how much memory.

The log is CrossWOZ over and over, about 20 characters a message, each one changed at random so that
hardly any is remembered from before; `--same` leaves them as they are, as canned replies are.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines import pull
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
DAY = datetime(2026, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
SOURCES = """
as_of = 2026-11-20
[company]
name = "benchmark"
contact = "nobody"
[redaction]
key_file = "redaction.key"
workers = {workers}
[[dialogues]]
name = "chat"
files = "chat.jsonl"
"""
WORDS = ("今天", "明天", "现在", "已经", "还是", "这边", "一下", "麻烦", "大概", "最近")
LONGEST = 19


def spoken() -> list[list[str]]:
    """Return CrossWOZ's conversations, cut to the usual length of a chat message."""
    conversations: dict[str, list[str]] = {}
    file = SHARED / "dialogues" / "crosswoz_val.jsonl"
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        conversations.setdefault(row["session"], []).append(row["text"][:LONGEST])
    return list(conversations.values())


def lines(messages: int, *, same: bool) -> Iterator[str]:
    """Yield the records of a log of at least so many messages, all of one day."""
    chance = random.Random(3)  # noqa: S311 - the same log every time, no secret
    base = spoken()
    written = number = 0
    while written < messages:
        talk = base[number % len(base)]
        start = DAY + timedelta(seconds=number * 7 % 80_000)
        for place, text in enumerate(talk):
            said = text if same else varied(text, chance)
            record = {
                "conversation": f"c{number}",
                "at": (start + timedelta(seconds=20 * place)).isoformat(),
                "role": "agent" if place % 2 else "user",
                "text": said,
            }
            yield json.dumps(record, ensure_ascii=False)
        written += len(talk)
        number += 1


def varied(text: str, chance: random.Random) -> str:
    """Return `text` with a word or a number somewhere in it."""
    place = chance.randrange(len(text) + 1)
    more = chance.choice(WORDS) if chance.random() < 0.6 else str(chance.randrange(10, 9_999))
    return f"{text[:place]}{more}{text[place:]}"


def company(folder: Path, messages: int, workers: int, *, same: bool) -> Settings:
    """Write a company whose log has so many messages, and return its settings."""
    file = folder / "sources.toml"
    file.write_text(SOURCES.format(workers=workers), encoding="utf-8")
    with (folder / "chat.jsonl").open("w", encoding="utf-8") as log:
        log.writelines(f"{line}\n" for line in lines(messages, same=same))
    return load_settings(file, folder / "warehouse", environ={})


def workers_peak() -> int:
    """Return the most memory, in KB, that one of the running child processes has had.

    From /proc, as `getrusage` counts what the parent had when it started them.
    """
    peaks = [0]
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text(encoding="ascii").split():
            try:
                status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
            except OSError:  # it has ended
                continue
            peaks += [int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line]
    return max(peaks)


def main() -> None:
    """Print progress and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--same", action="store_true", help="do not vary the messages")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"`{SHARED}` is not there: the data sets are not beside this checkout.")
    with tempfile.TemporaryDirectory() as folder:
        settings = company(Path(folder), options.messages, options.workers, same=options.same)
        done = peak = 0
        started = told = time.monotonic()

        def advance(messages: int) -> None:
            nonlocal done, peak, told
            done += messages
            peak = max(peak, workers_peak())
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(f"  {done:,} messages, {done / (told - started):,.0f} a second", flush=True)

        (source,) = settings.dialogues
        pulled = pull.dialogues(
            settings, Warehouse(settings.warehouse), source, [DAY.date()], advance
        )
        seconds = time.monotonic() - started
    ours, theirs = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    spent = ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime
    count = int(pulled.facts["messages"])
    print(
        f"{count:,} messages, {options.workers} workers: {seconds:.0f} s from the file to Parquet, "
        f"{count / spent:,.0f} messages/s and core, {peak // 1024} MB a worker at most, "
        f"{ours.ru_maxrss // 1024} MB the parent"
    )


if __name__ == "__main__":
    main()
