"""Lists of words, and where they come from."""

import random
import re
import string
from collections import Counter
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
WHOLE_LINES = {"areas", "english", "products", "kinds", "districts"}


@cache
def words(name: str) -> tuple[str, ...]:
    """Return a list of words: ours, with those of the pool of the same name."""
    found: list[str] = []
    for folder in ("lists", "pools"):
        file = DATA / folder / f"{name}.txt"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            found += text.split("\n") if name in WHOLE_LINES else text.split()
    return tuple(word.strip() for word in found if word.strip())


@cache
def latin_words() -> tuple[str, ...]:
    """Return the Latin words of the FAQ and of English questions that are nobody's name."""
    people = {*words("english_first"), *words("english_last"), *words("pinyin_surnames")}
    people |= {word for line in words("english") for word in line.split()}
    text = (SHARED / "faq" / "entries_zh.jsonl").read_text(encoding="utf-8")
    text += (SHARED / "english" / "banking77_test.csv").read_text(encoding="utf-8")
    counts = Counter(re.findall(r"(?<![A-Za-z\\./_])[A-Za-z][A-Za-z]+(?![A-Za-z])", text))
    found = (word for word, count in counts.items() if count > 1 and len(word) <= 14)
    known = {name.lower() for name in people}
    return tuple(
        sorted({word for word in found if word.lower() not in known} | set(words("terms")))
    )


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """Return everyday words by rjieba's tag."""
    return {line.split()[0]: tuple(line.split()[1:]) for line in words("kinds")}


@cache
def rare_characters() -> str:
    """Return the characters of GB 2312."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


class Chooser:
    """Chance; the same seed gives the same one."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.any = rng.choice

    def chance(self, percent: float) -> bool:
        """Return True `percent` times in 100."""
        return self.rng.random() * 100 < percent

    def digits(self, count: int, first: str = string.digits) -> str:
        """Return a number of `count` digits."""
        rest = "".join(self.any(string.digits) for _ in range(count - 1))
        return self.any(first) + rest
