"""Placeholders of pictures, recordings and files, told from words about them."""

import time

import pytest

from pipelines.front_ends.placeholders import without_placeholders


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[图片]", ""),
        ("【语音】", ""),
        ("[文件] 合同.pdf", ""),
        ("[文件]合同(1).pdf", ""),
        ("[图片] 这个报错怎么办", "这个报错怎么办"),
        ("[图片][图片]\n这个报错怎么办", "这个报错怎么办"),
        ("这个报错怎么办\n[图片]", "这个报错怎么办"),
        ("<image> how do I fix this", "how do I fix this"),
        ("[文件] 合同.pdf 打不开", "打不开"),
        ("[文件] 怎么打开合同.pdf", "怎么打开合同.pdf"),
        ("[图片] 你看看这是啥问题", ""),
        ("[image] what is this?", ""),
        ("IMG_4471.HEIC", ""),
        ("[图片] 怎么办", "怎么办"),
        ("[图片] 这个按钮在哪", "这个按钮在哪"),
    ],
)
def test_placeholders_around_words_are_left_out(said: str, words: str) -> None:
    assert without_placeholders(said) == words


@pytest.mark.parametrize(
    "said",
    [
        "图片",
        "合同.pdf",
        "发[图片]失败",
        "[图片]发不出去",
        "[必读] 怎么退款",
        "IMG_4471.HEIC 打不开",
        "你看看这是啥问题",
        "logo.png",
        "[ERROR] 502",
        "<at> 是什么",
        "[Sun 2026-11-22 10:22 UTC] 怎么退款",
        "怎么退款",
        "",
    ],
)
def test_words_and_other_brackets_stay(said: str) -> None:
    assert without_placeholders(said) == said


def test_thousands_of_brackets_take_no_time() -> None:
    started = time.perf_counter()
    for text in (
        "[图片" * 1_000,
        "![" * 2_000,
        "(image 1" * 500,
        "[CQ:image," * 400,
        "[图片] " * 900,
        "IMG_1 " * 13,
        "这个图看" * 1_000,
        "[图片] " + "这个图" * 20 + "x",
        "[图片]" + "a" * 70,
    ):
        without_placeholders(text)
    assert time.perf_counter() - started < 0.5
