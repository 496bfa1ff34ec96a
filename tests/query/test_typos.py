"""Typos: put right towards the words of the documents, and nothing else touched."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.query import Aliases, Vocabulary, understand
from pipelines.query.vocabulary import from_table, vocabulary_table
from pipelines.query.wordings import Wordings
from tests.query.conftest import rows_of

NO_WORDINGS = Wordings({})


def text_of(question: str, vocabulary: Vocabulary) -> str:
    return understand(question, vocabulary, Aliases(), NO_WORDINGS).text


def kinds_of(question: str, vocabulary: Vocabulary) -> set[str]:
    query = understand(question, vocabulary, Aliases(), NO_WORDINGS)
    return {rewrite.kind for rewrite in query.rewrites}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ossborwser 怎么用", "ossbrowser 怎么用"),
        ("create instnace", "create instance"),
        ("InvalidDataDiskCatagory.NotSupported", "invaliddatadiskcategory.notsupported"),
        ("网站备按要多久", "网站备案要多久"),
        ("我的数剧呢", "我的数据呢"),
        ("快招怎么回滚", "快照怎么回滚"),
        ("镜相怎么续费", "镜像怎么续费"),
        ("怎么续废", "怎么续费"),
        ("kuaizhao怎么删", "快照怎么删"),
        ("KuaiZhao", "快照"),
        ("beian", "备案"),
        ("gongwang ip", "公网 ip"),
        ("kuaizhaohuigun", "快照回滚"),
    ],
)
def test_a_typo_is_put_right_towards_a_word_of_the_documents(
    vocabulary: Vocabulary, typed: str, meant: str
) -> None:
    query = understand(typed, vocabulary, Aliases(), NO_WORDINGS)

    assert query.text == meant
    assert [rewrite.kind for rewrite in query.rewrites] in (["typo"], ["pinyin"])
    assert any(term.origin == "corrected" and term.weight < 1 for term in query.terms)


@pytest.mark.parametrize(
    "question",
    [
        "v2.4.1 和 E-1043 和 0x80070005",  # numbers that no document holds
        "ecs.g6.large",
        "write to ossborwser@example.com",
        "https://example.com/instnace",
        "我是用的快照",  # sounds like 使用, and is none
        "这个提工单能加吗",
        "women should change it",  # English, and pinyin of 我们
        "nginx kubernetes terraform",
        "今天天气怎么样",
        "如何登陆",  # a document writes it so
    ],
)
def test_what_is_right_or_not_known_stays(vocabulary: Vocabulary, question: str) -> None:
    assert text_of(question, vocabulary) == question


def test_of_two_words_that_are_as_frequent_none_is_chosen() -> None:
    even = from_table(vocabulary_table(rows_of(["实例 bookmark", "示例 bookmarks"] * 5)))

    assert text_of("shili", even) == "shili"
    assert text_of("bookmarkz", even) == "bookmarkz"


def test_what_most_documents_write_is_searched_for_as_well(vocabulary: Vocabulary) -> None:
    query = understand("如何登陆", vocabulary, Aliases(), NO_WORDINGS)

    assert {(term.text, term.origin) for term in query.terms} == {
        ("登陆", "asked"),
        ("登录", "synonym"),
    }


def test_no_word_of_a_dialogue_is_proposed() -> None:
    rows = pa.concat_tables(
        [rows_of(["如何创建快照"] * 5), rows_of(["王备案 zhangwei"] * 50, tier="dialogues")]
    )
    told = from_table(vocabulary_table(rows))

    assert "快照" in told
    assert text_of("zhangwie 备按", told) == "zhangwie 备按"


def test_questions_without_a_typo_stay_as_they_are(shared_data: Path) -> None:
    entries = _lines(shared_data / "faq" / "entries_zh.jsonl")
    real = from_table(
        vocabulary_table(rows_of([f"{e['question']} {e['answer']}" for e in entries]))
    )
    golden = _lines(shared_data / "faq" / "golden_dev.jsonl")
    typed = [row["query"] for row in golden if row["kind"] == "paraphrase"]
    with (shared_data / "english" / "banking77_test.csv").open(encoding="utf-8") as file:
        english = [row["text"] for row in csv.DictReader(file)]

    changed = [question for question in typed if text_of(question, real) != question]
    foreign = [text for text in english if kinds_of(text, real) & {"typo", "pinyin"}]

    assert changed == []
    assert len(foreign) / len(english) < 0.01  # misspelt words, most of them


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
