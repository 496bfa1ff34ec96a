"""Labelled messages, generated: carriers filled with made-up values, and sentences without any.

A label is a digit for each character of the shadow text: 0 nothing, 1 and 2 the first and a later
one of a person, 3 and 4 of an address, 9 not to be learnt from.
"""

import argparse
import csv
import json
import random
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import rjieba
from values import Values
from words import DATA, SHARED, kinds, words

from pipelines.redaction.shadow import HOLE, shadow
from pipelines.redaction.surnames import COMMON_SURNAMES, NOT_NAMES, TITLES

CHECKOUT = Path(__file__).resolve().parents[2]
PERSONS = ("per", "pt", "nick", "given", "dot", "en")
ADDRESSES = ("addr", "ap")

_SLOT = re.compile(r"\{([a-z]+)[0-9]*\}")
_TITLE = re.compile(f"(?:{TITLES})")
_PUBLIC = re.compile("[0-9一二三四五六七八九十甲乙][号层楼座栋院单巷弄米]|[路街镇村]|地址|位于")
_CERTAIN = re.compile(
    "叫|姓名|名字|收件人|收货人|联系人|户名|机主|户主|持卡人|投保人|预约人|报名人|报修人|名称"
    "|本人是|登记的是|写的是|name"
)
_PUNCTUATION = "，。！？；：、,.!?;:"
_HEADS = (
    "你好，", "您好", "请问", "亲，", "hi ", "在吗 ", "那个", "麻烦问下，", "好的，", "嗯嗯 ",
    "对了", "不好意思 ", "客服你好 ", "另外", "是的，", "喂", "急！", "补充一下：", "行，", "哦",
)  # fmt: skip
_TAILS = (
    "谢谢", "，谢谢", "！", "。", "？", "~", "呢", "吧", "哈", " 急", "，麻烦了",
    "，多谢", " thx", "，在线等", "…", "，辛苦", "哦",
)  # fmt: skip

NAME_LIKE = tuple(
    sorted(word for word in NOT_NAMES if word[0] in COMMON_SURNAMES and len(word) == 2)
)

Piece = tuple[str, str]
"""A text and its kind: a slot's name, or nothing."""


@cache
def carriers(part: str = "all") -> tuple[str, ...]:
    """Return the sentences with slots for persons or addresses."""
    return tuple(
        line for line in _lines("carriers*.txt") if _SLOT.search(line) and _is_in(line, part)
    )


@cache
def clean(part: str = "all") -> tuple[str, ...]:
    """Return the sentences without personal data, some of them with slots for numbers."""
    return tuple(line for line in _lines("clean*.txt") if _is_in(line, part))


def _is_in(line: str, part: str) -> bool:
    """Tell whether a sentence is in a part: one in twelve is for `dev`, the others for `train`."""
    return part == "all" or (zlib.crc32(line.encode()) % 12 == 0) == (part == "dev")


def _lines(pattern: str) -> Iterator[str]:
    for file in sorted(DATA.glob(pattern)):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip() and not line.startswith("#"):
                yield line.strip().replace("\\n", "\n")


@cache
def public_messages() -> tuple[str, ...]:
    """Return the CrossWOZ messages of half of its conversations; the other half measures."""
    found = []
    for line in (SHARED / "dialogues" / "crosswoz_val.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if int(row["session"]) % 2 == 0:
            found.append(row["text"])
    return tuple(found)


@cache
def documents() -> tuple[str, ...]:
    """Return questions and sentences of answers."""
    found = []
    for line in (SHARED / "faq" / "entries_zh.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        found.append(row["question"])
        found += re.split(r"(?<=[。！？\n])", row["answer"])
    for file in sorted((CHECKOUT / "kb_sources" / "faq").rglob("*.md")):
        found += re.split(r"(?<=[。！？\n])", file.read_text(encoding="utf-8"))
    found = [text.strip() for text in found]
    return tuple(text for text in found if 1 < len(text) <= 120)


@cache
def english() -> tuple[str, ...]:
    """Return English questions."""
    with (SHARED / "english" / "banking77_test.csv").open(encoding="utf-8") as file:
        return tuple(row["text"][:120] for row in csv.DictReader(file))


class Generator:
    """Rows of (shadow text, labels); the same seed gives the same ones."""

    def __init__(self, seed: int, part: str = "all") -> None:
        self.part = part
        self.rng = random.Random(seed)  # noqa: S311 - no secret
        self.values = Values(self.rng)

    def rows(self, count: int) -> Iterator[tuple[str, str]]:
        """Yield `count` rows."""
        while count:
            row = self.row()
            if row is not None:
                yield row
                count -= 1

    def row(self) -> tuple[str, str] | None:
        """Return a row, or None where its shadow has another length."""
        text, labels = self._message() if self.values.chance(64) else self._clean()
        if not text or len(text) > 200:
            return None
        plain = shadow(text).text
        return (plain, labels) if len(plain) == len(labels) else None

    def _message(self) -> tuple[str, str]:
        any_ = self.rng.choice
        chance = self.values.chance
        if chance(6):
            pieces = self._fill(
                any_(words("alone")) + any_(("", "", "", "。", "，", " ", "的", "？"))
            )
        elif chance(7):
            pieces = self._around(any_((*clean(self.part), *public_messages()[:2_000])))
        else:
            pieces = self._fill(any_(carriers(self.part)))
        if chance(10):
            joint = any_(("，", "，", "。", " ", "\n", "", "；"))
            more = any_(carriers(self.part)) if chance(60) else any_(clean(self.part))
            pieces = [*pieces, (joint, ""), *self._fill(more)]
        if chance(10):
            pieces = [(any_(_HEADS), ""), *pieces]
        if chance(10):
            pieces = [*pieces, (any_(_TAILS), "")]
        return self._render(self._noise(pieces))

    def _around(self, text: str) -> list[Piece]:
        person = f"{{{self.rng.choice(('per', 'per', 'pt', 'nick', 'en'))}}}"
        frame = self.rng.choice(
            (
                f"{person}：",
                f"@{person} ",
                f"{person}，",
                f"{person} ",
                f"{person}您好，",
                f"{person}你好",
            )
        )
        if self.values.chance(30):
            tail = self.rng.choice(
                (
                    "——{per}",
                    " {per}",
                    "，我是{per}",
                    "。{per}留",
                    " by {en}",
                    "（{per}）",
                    " @{per}",
                )
            )
            return self._fill(text + tail)
        return self._fill(frame + text)

    def _fill(self, carrier: str) -> list[Piece]:
        parts = carrier.split("\n")
        if len(parts) > 1 and self.values.chance(60):
            carrier = self.rng.choice(parts)
        swapped = self.values.chance(30)
        certain = _CERTAIN.search(carrier) is not None
        pieces: list[Piece] = []
        for number, part in enumerate(_SLOT.split(carrier)):
            if number % 2 == 0:
                pieces.append((self._swap(part, 20) if swapped else part, ""))
            elif certain and part == "per" and self.values.chance(12):
                pieces.append((self.values.any((*words("word_names"), *NAME_LIKE)), part))
            else:
                pieces.append(self._value(part))
        return pieces

    def _swap(self, text: str, percent: float) -> str:
        """Return `text` with some of its words replaced by others of their kind."""
        if len(text) < 2 or not text.strip():
            return text
        return "".join(
            self.rng.choice(kinds()[tag])
            if tag in kinds() and self.values.chance(percent)
            else word
            for word, tag in rjieba.tag(text)
        )

    def _value(self, slot: str) -> Piece:
        if slot not in self.values.makers:
            return slot, ""
        if slot in PERSONS:
            if self.values.chance(9):
                # Who stands here need not be named.
                other = self.rng.choice(
                    (*words("roles"), *words("roles"), "{org}", "{city}", "{prod}")
                )
                return (self.values.makers[other[1:-1]]() if other[0] == "{" else other), ""
            if slot == "per" and self.values.chance(10):
                slot = self.rng.choice(("pt", "nick", "given"))
            return self.values.makers[slot](), slot
        if slot in ADDRESSES:
            if self.values.chance(8):
                other = self.rng.choice((*words("nowhere"), "{city}", "{org}"))
                return (self.values.makers[other[1:-1]]() if other[0] == "{" else other), ""
            if self.values.chance(15):
                slot = self.rng.choice(ADDRESSES)
            return self.values.makers[slot](), slot
        structured = slot not in ("city", "org", "prod", "n", "date", "time", "money", "ver", "err")
        if structured and self.values.chance(6):
            return HOLE, ""
        return self.values.makers[slot](), ""

    def _noise(self, pieces: list[Piece]) -> list[Piece]:
        draw = self.rng.random() * 100
        if draw < 8:
            keep = self.rng.choice(("", " "))
            table = str.maketrans(dict.fromkeys(_PUNCTUATION, keep))
            return [(text if kind else text.translate(table), kind) for text, kind in pieces]
        if draw < 12:
            plain = str.maketrans("，。！？；：", ",.!?;:")
            return [(text if kind else text.translate(plain), kind) for text, kind in pieces]
        if draw < 15:
            return [(text.replace(" ", "") if not kind else text, kind) for text, kind in pieces]
        if draw < 19 and not pieces[0][1]:
            return [(pieces[0][0][self.rng.randrange(len(pieces[0][0]) + 1) :], ""), *pieces[1:]]
        if draw < 23 and not pieces[-1][1]:
            last = pieces[-1][0]
            return [*pieces[:-1], (last[: self.rng.randrange(len(last) + 1)], "")]
        if draw < 25:
            number = self.rng.randrange(len(pieces))
            text, kind = pieces[number]
            if text and not kind:
                place = self.rng.randrange(len(text))
                pieces[number] = (text[:place] + text[place] + text[place:], kind)
        if draw > 97:
            return [(" " + text + " " if kind in PERSONS else text, kind) for text, kind in pieces]
        return pieces

    def _render(self, pieces: list[Piece]) -> tuple[str, str]:
        text, labels = "", ""
        titled = ""
        for part, kind in pieces:
            lead = len(part) - len(part.lstrip())
            core = part.strip()
            if kind in PERSONS and core:
                mark = "0" * lead + "1" + "2" * (len(core) - 1)
            elif kind in ADDRESSES and core:
                mark = "0" * lead + "3" + "4" * (len(core) - 1)
            else:
                # A title behind a name is part of it.
                title = _TITLE.match(part) if titled else None
                mark = "2" * title.end() if title else ""
            text += part
            labels += mark + "0" * (len(part) - len(mark))
            if part:
                titled = kind if kind in PERSONS and part == part.rstrip() else ""
        return text, labels

    def _clean(self) -> tuple[str, str]:
        draw = self.rng.random() * 100
        any_ = self.rng.choice
        if draw < 42:
            line = any_(clean(self.part))
            if self.values.chance(35) and "{" not in line:
                line = self._swap(line, 40)
            pieces = self._fill(line)
            if self.values.chance(10):
                place = any_((0, len(pieces[-1][0])))
                text = pieces[-1][0]
                word = any_(
                    (
                        self.values.latin(),
                        any_(words("brands")),
                        self.values.city(),
                        self.values.latin(),
                    )
                )
                pieces[-1] = (text[:place] + word + text[place:], pieces[-1][1])
            if self.values.chance(25):
                joint = any_(("，", " ", "。", "，", ""))
                pieces = [*pieces, (joint, ""), *self._fill(any_(clean(self.part)))]
            text, labels = self._render(self._noise(pieces))
            if self.values.chance(12):
                text = any_(_HEADS) + text
            return text, labels.rjust(len(text), "0")
        if draw < 60:
            text = any_(public_messages())
            if self.values.chance(30):
                text = self._swap(text, 25)
            return text, ("9" if _PUBLIC.search(text) else "0") * len(text)
        if draw < 85:
            text = any_(documents())
            if self.values.chance(30):
                text = self._swap(text, 30)
        elif draw < 89:
            text = any_(english())
        elif draw < 92:
            chosen = [any_(any_(tuple(kinds().values()))) for _ in range(any_((1, 1, 2, 3, 4)))]
            text = any_(("", "", " ", "的", "，", "和")).join(chosen)
        elif draw < 96:
            slots = [any_(tuple(self.values.makers)[8:]) for _ in range(any_((1, 1, 2)))]
            text = any_((" ", "，", "")).join(self.values.makers[slot]() for slot in slots)
        else:
            text = any_((*words("roles"), *words("nowhere"), *clean(self.part)[:300])) + any_(
                _TAILS
            )
        return text, "0" * len(text)


def main() -> None:
    """Print some rows, the entities in brackets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for text, labels in Generator(options.seed).rows(options.count):
        shown = ""
        for place, (char, label) in enumerate(zip(text, labels, strict=True)):
            if label in "13":
                shown += "[" if label == "1" else "{"
            shown += char
            if label in "1234" and labels[place + 1 : place + 2] not in ("2", "4"):
                shown += "]" if label in "12" else "}"
        print(shown.replace("\n", "\\n"))


if __name__ == "__main__":
    main()
