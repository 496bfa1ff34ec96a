"""What is searched for a question: its script, its words in the documents' words, its terms."""

import pytest

from pipelines.query import Aliases, Vocabulary, understand
from pipelines.query.wordings import Wordings, built_in, from_lines
from pipelines.terms import index_terms, query_terms

NO_WORDINGS = Wordings({})
WORDINGS = from_lines(
    ["# 故障\n", "打不开\t无法 登录 失败\n", "打不\t没有\n", "cant log in\tlogin\n"]
)


@pytest.mark.parametrize(
    ("typed", "text", "kinds"),
    [
        ("伺服器的檔案要怎麼保存", "服务器的文件要怎么保存", ["script"]),
        ("伺服器", "服务器", ["script"]),  # the same characters in both scripts
        ("頻寬", "带宽", ["script"]),
        ("Ｅ－１０４２　是什么", "E-1042 是什么", ["width"]),
        ("如何创建快照？", "如何创建快照？", []),
        ("  快照\u200b  ", "快照", []),
        ("", "", []),
    ],
)
def test_a_question_is_searched_for_in_plain_simplified_script(
    vocabulary: Vocabulary, typed: str, text: str, kinds: list[str]
) -> None:
    query = understand(typed, vocabulary, Aliases(), NO_WORDINGS)

    assert query.text == text
    assert [rewrite.kind for rewrite in query.rewrites] == kinds


def test_an_everyday_wording_is_searched_for_in_formal_words_as_well(
    vocabulary: Vocabulary,
) -> None:
    query = understand("控制台打不开", vocabulary, Aliases(), WORDINGS)

    assert query.text == "控制台打不开"
    assert [(one.before, one.after) for one in query.rewrites] == [("打不开", "无法 登录 失败")]
    added = {term.text: term.weight for term in query.terms if term.origin == "wording"}
    assert added.keys() == {"无法", "登录", "失败"}
    assert all(weight < 1 for weight in added.values())


def test_a_formal_word_that_no_document_holds_is_not_added(vocabulary: Vocabulary) -> None:
    wordings = from_lines(["打不开\t宕机 登录\n", "跑路\t倒闭\n"])

    query = understand("打不开，跑路了", vocabulary, Aliases(), wordings)

    assert [(one.before, one.after) for one in query.rewrites] == [("打不开", "登录")]
    assert "宕机" not in {term.text for term in query.terms}


def test_the_built_in_wordings_say_something_in_other_words() -> None:
    formal = built_in().formal

    assert len(formal) > 1_000
    assert all(words and everyday not in words for everyday, words in formal.items())


def test_what_was_asked_counts_most(vocabulary: Vocabulary) -> None:
    query = understand("备按打不开", vocabulary, Aliases((("快照", "打不开"),)), WORDINGS)

    weights = {term.text: term.weight for term in query.terms}
    assert {term.text for term in query.terms if term.weight == 1} == set(
        query_terms("备按打不开").split()
    )
    assert 1 > weights["备案"] > weights["快照"] > 0


@pytest.mark.parametrize("asked", ["伺服器的檔案", "服务器的文件"])
@pytest.mark.parametrize("written", ["伺服器的檔案", "服务器的文件"])
def test_both_scripts_meet(asked: str, written: str) -> None:
    assert set(query_terms(asked).split()) & set(index_terms(written).split()) >= {"服务器", "文件"}
