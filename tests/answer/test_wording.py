"""What Sanku says itself, in the company's own words."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.settings import CHECKOUT, Settings
from pipelines.sources_toml import load_settings
from pipelines.wording import CHINESE, ENGLISH, keys, placeholders, placeholders_in

GOOD = '[company]\nname = "云雀"\ncontact = "400-1"\n[[faq]]\nname = "help"\n'


def load(folder: Path, text: str) -> Settings:
    (folder / "sources.toml").write_text(GOOD + text, encoding="utf-8")
    return load_settings(folder / "sources.toml", environ={})


def test_a_company_says_a_sentence_in_its_own_words(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        '[wording.zh]\nnot_found = "亲，{company}没查到，加微信 yq 吧"\nsources = "出处："\n'
        'latest = "新版是 {release}！"\n[wording.en]\nhand_off = "One moment, {contact}."\n',
    )
    chinese, english = settings.languages()
    assert chinese.not_found == "亲，云雀没查到，加微信 yq 吧"
    assert chinese.sources == "出处："
    assert chinese.about_versions.latest == "新版是 {release}！"
    assert chinese.hand_off == CHINESE.hand_off.format(contact="400-1")
    assert english.hand_off == "One moment, 400-1."
    assert english.about_versions == ENGLISH.about_versions


def test_the_language_is_that_of_the_question(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.says("How?").sources == "Sources:"
    assert settings.says("怎么办？").sources == "参考资料："


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('nothing = "x"', ["`wording.zh`", "`nothing`, which is no sentence", "`not_found`"]),
        ('greeting = "hi {version}"', ["`greeting` holds `{version}`", "`{company}`"]),
        ('newer_release = "{company}"', ["`newer_release` holds `{company}`", "`{version}`"]),
        ('sources = "{release}"', ["`sources` holds `{release}`", "may hold no braces"]),
        ('hand_off = "{contact.__class__}"', ["`hand_off` holds", "no plain placeholder"]),
        ('hand_off = "{contact!r}"', ["`hand_off` holds", "no plain placeholder"]),
        ('hand_off = "{contact"', ["`hand_off`", "`{contact}`"]),
        ('hand_off = "{}"', ["`hand_off`", "`{contact}`"]),
        ('hand_off = "  "', ["leaves `hand_off` empty"]),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(
    tmp_path: Path, text: str, messages: list[str]
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, f"[wording.zh]\n{text}\n")
    for message in messages:
        assert message in str(refused.value)


def test_every_sentence_holds_what_it_may_in_both_languages() -> None:
    assert len(keys()) == len(set(keys())) >= 30
    for language in (CHINESE, ENGLISH):
        for part in (language, language.about_versions):
            for field in fields(part):
                text = getattr(part, field.name)
                if isinstance(text, str):
                    assert set(placeholders_in(text)) <= (placeholders(field.name) or set())


def test_hand_offs_are_reported_only_where_they_are_redacted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"without `gateway\.log`"):
        load(tmp_path, '[handoff]\nurl = "https://desk.example/x"\n[gateway]\nlog = false\n')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('url = "desk.example"', "`handoff.url`: holds `desk.example`; write a URL"),
        ('url = "https://x.example"\nurl_env = "X"', "`handoff`: sets both `url` and `url_env`"),
        ('secret_env = "X"', "sets `secret_env` without"),
    ],
)
def test_a_hand_off_is_reported_to_one_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(tmp_path, f"[handoff]\n{text}\n")


def test_every_sentence_is_documented_with_what_it_may_hold() -> None:
    text = (CHECKOUT / "docs" / "answers.md").read_text(encoding="utf-8")
    _, table = text.split("| keys | may hold |\n|---|---|\n")
    documented = {}
    for row in table.split("\n\n")[0].splitlines():
        names, held = row.strip("|").split("|")
        may_hold = frozenset(re.findall(r"`{(\w+)}`", held))
        documented |= dict.fromkeys(re.findall(r"`(\w+)`", names), may_hold)
    assert documented == {key: placeholders(key) for key in keys()}
