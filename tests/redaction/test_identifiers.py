"""Identifiers in the words of customers: what is one, to the character, and what is none."""

import time
from pathlib import Path

import pytest

from pipelines.redaction.findings import resolve
from pipelines.redaction.identifiers import find_identifiers
from pipelines.redaction.shadow import shadow

DATA = Path(__file__).resolve().parent.parent / "data"
WRITTEN = (DATA / "identifiers_written.txt").read_text("utf-8").splitlines()


def originals(text: str) -> list[tuple[str, int, int]]:
    seen = shadow(text)
    found = resolve(find_identifiers(seen.text))
    return [(one.type, *seen.original(one.start, one.end)) for one in found]


@pytest.mark.parametrize("line", WRITTEN)
def test_an_identifier_is_found_from_its_first_to_its_last_character(line: str) -> None:
    kind, _, marked = line.replace("\\n", "\n").partition("|")
    text = marked.replace("⟦", "").replace("⟧", "")
    wanted: list[tuple[str, int, int]] = []
    for piece in marked.split("⟦")[1:]:
        value = piece.partition("⟧")[0]
        start = text.index(value, wanted[-1][2] if wanted else 0)
        wanted.append((kind, start, start + len(value)))
    found = originals(text)
    assert set(wanted) <= set(found)


def test_numbers_that_are_nobodys_are_no_identifiers() -> None:
    lines = (DATA / "identifiers_none.txt").read_text("utf-8").splitlines()
    assert {line: originals(line) for line in lines if originals(line)} == {}


FLOODS = [
    "1 ",
    "1.",
    "138 ",
    "a@b.",
    "密码a",
    "Aa0/",
    "京A",
    "0A ",
    "年",
    "密码是",
    "密码,",
    "验证码",
    "收到",
    "是码",
    "微信a ",
    "wx",
    "a-",
    "root/",
    "root ",
    "12345678是",
    "A1b2",
    "password is ",
    "code ",
    "1点",
    "0755/",
    "小猪佩奇",
    "登录改成aaaa",
]


@pytest.mark.parametrize("piece", FLOODS)
def test_a_flood_of_one_piece_is_read_in_no_time(piece: str) -> None:
    start = time.process_time()
    list(find_identifiers(shadow((piece * 20_000)[:20_000]).text))
    assert time.process_time() - start < 1
