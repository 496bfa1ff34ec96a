"""Aliases: what a product is called by its documents, and by its customers."""

from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.query import Aliases, Vocabulary, understand
from pipelines.query.wordings import Wordings
from pipelines.settings import Alias
from pipelines.sources_toml import load_settings

COMPANY = '[company]\nname = "云雀"\ncontact = "400"\n[[faq]]\nname = "help"\n'
OSSBROWSER = '[[alias]]\nname = "ossbrowser"\nalso = ["oss浏览器", "OSS 客户端"]\n'
ALIASES = Aliases.from_settings([Alias(name="ossbrowser", also=("oss浏览器", "OSS 客户端"))])
NO_WORDINGS = Wordings({})


@pytest.mark.parametrize(
    "asked", ["oss浏览器怎么用", "OSS 浏览器怎么用", "ＯＳＳ浏览器怎么用", "Oss客户端怎么用"]
)
def test_a_thing_is_called_by_its_name(vocabulary: Vocabulary, asked: str) -> None:
    query = understand(asked, vocabulary, ALIASES, NO_WORDINGS)

    assert query.rewrites[-1].kind == "alias"
    assert query.rewrites[-1].after == "ossbrowser"
    weights = {term.text: term.weight for term in query.terms}
    assert weights["oss"] == 1
    assert 0 < weights["ossbrowser"] < 1


@pytest.mark.parametrize("name", ["雲記賬", "云记账"])
@pytest.mark.parametrize("asked", ["雲記賬怎麼用", "云记账怎么用"])
def test_an_alias_is_heard_in_either_script(vocabulary: Vocabulary, name: str, asked: str) -> None:
    query = understand(asked, vocabulary, Aliases((("ossbrowser", name),)), NO_WORDINGS)

    assert query.rewrites[-1].after == "ossbrowser"


def test_the_name_finds_what_is_written_by_an_alias(vocabulary: Vocabulary) -> None:
    aliases = Aliases((("快照工具", "ossbrowser"),))  # the documents know the alias alone

    query = understand("快照工具", vocabulary, aliases, NO_WORDINGS)

    assert ("ossbrowser", "alias") in {(term.text, term.origin) for term in query.terms}


def test_a_name_that_no_document_holds_replaces_nothing(vocabulary: Vocabulary) -> None:
    aliases = Aliases((("kodoexplorer", "ossbrowser"),))

    assert understand("ossbrowser", vocabulary, aliases, NO_WORDINGS).rewrites == ()


def test_an_alias_is_no_part_of_a_word_and_no_typo(vocabulary: Vocabulary) -> None:
    aliases = Aliases((("ossbrowser", "ossb", "ossbrowzer", "备按"),))

    assert understand("ossbs", vocabulary, aliases, NO_WORDINGS).rewrites == ()

    query = understand("ossbrowzer 备按", vocabulary, aliases, NO_WORDINGS)

    assert query.text == "ossbrowzer 备按"
    assert [one.after for one in query.rewrites] == ["ossbrowser", "ossbrowser"]


def test_a_misspelt_name_is_a_name(vocabulary: Vocabulary) -> None:
    query = understand("ossborwser", vocabulary, ALIASES, NO_WORDINGS)

    assert query.text == "ossbrowser"


def test_a_wording_inside_an_alias_is_part_of_it(vocabulary: Vocabulary) -> None:
    wordings = Wordings({"盘": ("云盘",)})
    aliases = Aliases((("快照", "备份盘"),))

    rewrites = understand("备份盘和盘", vocabulary, aliases, wordings).rewrites

    assert [(one.before, one.after) for one in rewrites] == [("备份盘", "快照"), ("盘", "云盘")]


def test_the_longest_alias_is_meant(vocabulary: Vocabulary) -> None:
    aliases = Aliases((("快照", "盘"), ("镜像", "盘子")))

    rewrites = understand("盘子和盘", vocabulary, aliases, NO_WORDINGS).rewrites

    assert [(one.before, one.after) for one in rewrites] == [("盘子", "镜像"), ("盘", "快照")]


def test_aliases_are_read_from_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(COMPANY + OSSBROWSER, encoding="utf-8")

    assert Aliases.from_settings(load_settings(file, environ={}).alias) == ALIASES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "a1"\nalso = ["A1"]', "says `A1` twice of `a1`; remove one"),
        ('name = "a1"\nalso = ["b", "B"]', "says `B` twice of `a1`; remove one"),
        ('name = "a1"\nalso = ["OSS浏览器"]', "calls both `ossbrowser` and `a1` `OSS浏览器`"),
        ('name = "oss 客户端"\nalso = ["x"]', "calls both `ossbrowser` and `oss 客户端`"),
        ('name = "ossbrowser"\nalso = ["x"]', "two tables for `ossbrowser`; put both lists"),
        (
            'name = "a1"\nalso = "x"',
            '`alias.1.also` is a list; write it in brackets, as `also = ["…"]`',
        ),
        ('name = "a1"\nalso = []', "at least 1"),
        ('name = "a1"\nalso = ["——"]', "with a letter or a digit"),
        ('name = " "\nalso = ["x"]', "with a letter or a digit"),
        (f'name = "{"x" * 61}"\nalso = ["x"]', "write 1 to 60 characters"),
        ('name = "a1"\nalias = ["x"]', "is not a known key"),
    ],
)
def test_an_alias_that_means_nothing_or_two_things_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(f"{COMPANY}{OSSBROWSER}[[alias]]\n{text}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="alias") as raised:
        load_settings(file, environ={})
    assert message in str(raised.value)
