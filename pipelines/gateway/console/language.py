"""The console's own words, Chinese and English, from `language.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Words:
    """All words of the console in one language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` filled in; raises `KeyError` without one."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def code(self, family: str, code: str) -> str:
        """Return what a code of the pipeline is called; the code itself where it has no name."""
        return self.texts.get(f"{family}.{code}", code)


@cache
def words(language: Language) -> Words:
    """Return the words of a language."""
    place = LANGUAGES.index(language)
    return Words(language, {key: pair[place] for key, pair in pairs()})


def pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each key, such as `ask.title`, with its text in every one of `LANGUAGES`."""
    file = Path(__file__).parent / "language.toml"
    yield from _flat("", tomllib.loads(file.read_text(encoding="utf-8")))


def _flat(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{above}{name}.", value)
        else:
            yield f"{above}{name}", tuple(value)


def preferred(accept_language: str) -> Language:
    """Return the language that a browser's `Accept-Language` prefers; Chinese where it says none.

    RFC 9110, 12.5.4: languages with weights, of which the highest comes first.
    """
    weighed = [
        (-_weight(weight), place, language)
        for place, item in enumerate(accept_language[:500].split(","))
        for tag, _, weight in [item.strip().partition(";q=")]
        for language in LANGUAGES
        if tag.lower().partition("-")[0] == language
    ]
    return min(weighed)[2] if weighed else "zh"


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
