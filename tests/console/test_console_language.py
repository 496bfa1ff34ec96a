"""The console speaks Chinese and English, and says nothing that is not in both."""

import re
import string
from pathlib import Path

import pytest

from pipelines.gateway import console
from pipelines.gateway.console.language import LANGUAGES, Language, pairs, preferred, words

TEMPLATES = sorted((Path(console.__file__).parent / "templates").glob("*.jinja"))
_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
# Attributes that people read or hear.
_SPOKEN = re.compile(r'\b(?:title|alt|placeholder|aria-label|content)="([^"]*)"')


def filled_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_string_is_there_in_both_languages_with_the_same_values() -> None:
    one_sided = [
        key
        for key, texts in pairs()
        if len(texts) != len(LANGUAGES)
        or not all(text.strip() for text in texts)
        or filled_in(texts[0]) != filled_in(texts[1])
    ]
    assert one_sided == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_holds_no_words_of_its_own(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    spoken = "".join(_SPOKEN.findall(_TAGS.sub("", text))).replace(
        "width=device-width, initial-scale=1", ""
    )
    shown = re.sub(r"<[^<>]*>", "", _TAGS.sub("", text))
    assert not re.search(r"[^\W\d_]", shown.replace("&amp;", "")), shown
    assert not re.search(r"[^\W\d_]", spoken), spoken


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_string_that_a_template_asks_for_is_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    keys = dict(pairs())
    whole = set(re.findall(r"\bsay\('([\w.]+)'[,)]", text))
    families = set(re.findall(r"\bsay\('([\w.]+\.)' ~", text))
    assert whole <= keys.keys()
    assert not [family for family in families if not any(key.startswith(family) for key in keys)]


@pytest.mark.parametrize("reason", ["no_model", "no_room", "model_refused", "model_timeout"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_why_the_model_wrote_nothing_tells_of_no_quotation_where_none_may_stand(
    language: Language, reason: str
) -> None:
    assert not re.search("引用|quot", words(language).code("reason", reason))


def test_a_string_without_a_name_is_no_page() -> None:
    with pytest.raises(KeyError):
        words("en")("nothing.of.that.name")


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert [words(one).code("reason", "of_tomorrow") for one in LANGUAGES] == ["of_tomorrow"] * 2


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.3, zh-TW;q=0.7", "zh"),
        ("fr-FR, en;q=0.5", "en"),
        ("fr-FR, de", "zh"),
        ("en;q=nonsense, zh;q=0.1", "zh"),
        ("*", "zh"),
    ],
)
def test_the_language_is_what_the_browser_prefers(header: str, language: str) -> None:
    assert preferred(header) == language
