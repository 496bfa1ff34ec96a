"""Which words tell that two texts are of one thing, and which tell them apart."""

import pytest

from pipelines.stale.likeness import gist, likeness


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("单个文件最大能传多大？", "上传"),
        ("Can I log in with Twitter?", "login"),
        ("Go to Settings > Import and choose Evernote.", "importer"),
        ("How do I upload a file?", "上传"),
        ("验证码多久过期？", "验证"),
    ],
)
def test_a_word_is_known_in_another_form_or_language(text: str, word: str) -> None:
    (telling,) = gist(word).words or {word}

    assert gist(text).has(telling)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("怎么用微信账号登录？", "微博"),
        ("登录二维码有效多久？", "验证码"),
        ("How do I import a board?", "export"),
        ("Which option is it?", "optional"),
    ],
)
def test_a_word_that_only_looks_alike_is_another(text: str, word: str) -> None:
    assert not gist(text).has(word)


def test_what_asks_and_counts_is_no_subject() -> None:
    assert gist("一个项目最多可以邀请几个人？").words == {"项目", "邀请"}
    assert gist("How long does it last?").words == frozenset()


def test_texts_that_each_have_a_word_of_their_own_are_set_apart() -> None:
    change = "昵称的长度从 12 个字符改为 20 个字符"

    def held(question: str) -> tuple[bool, bool]:
        found = likeness("昵称的长度", change, question, [question])
        return found.is_same, found.sets_apart

    assert held("昵称可以写多长？") == (True, False)
    assert held("群名称可以写多长？") == (False, True)


def test_who_says_more_of_the_same_thing_is_not_set_apart() -> None:
    found = likeness(
        "短信验证码有效期", "短信验证码有效期延长", "验证码多久过期？", ["验证码多久过期？"]
    )

    assert found.is_same
    assert found.lacking
