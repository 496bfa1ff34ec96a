"""What the pipeline says in sentences, such as reasons of quarantine, in the page's language.

The sentences are written where they arise, in one language; `messages.toml` holds both.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from pipelines.gateway.console.language import LANGUAGES, Language

# Of each language, what stands between the parts of `{…*}`.
_BETWEEN: dict[Language, str] = {"zh": "；", "en": "; "}
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class _Template:
    """A sentence in one language, with its places for values."""

    literals: tuple[str, ...]
    """One more than names."""
    names: tuple[str, ...]

    @property
    def nests(self) -> bool:
        """Whether a value of it is a sentence itself."""
        return any(name.endswith("*") for name in self.names)

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places of `text`; None where it is another sentence.

        In time linear in the text, which may come from anywhere: a value ends where the next
        literal is first found.
        """
        first, *rest = self.literals
        if not text.startswith(first):
            return None
        at, values = len(first), []
        for number, literal in enumerate(rest, 1):
            is_last = number == len(rest)
            end = len(text) - len(literal) if is_last else text.find(literal, at)
            if end < at or not text.startswith(literal, end):
                return None
            values.append(text[at:end])
            at = end + len(literal)
        return dict(zip(self.names, values, strict=True)) if at == len(text) else None

    def filled(self, values: dict[str, str]) -> str:
        """Return the sentence with its values."""
        told = [self.literals[0]]
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            told += [values[name], literal]
        return "".join(told)


_InEach = Mapping[Language, _Template]


def sentences() -> Iterator[tuple[str, ...]]:
    """Yield each sentence, such as `{version} …`, in every one of `LANGUAGES`."""
    file = Path(__file__).parent / "messages.toml"
    families = tomllib.loads(file.read_text(encoding="utf-8"))
    yield from (tuple(texts) for family in families.values() for texts in family)


def told(text: str, language: Language) -> str | None:
    """Return a sentence of the pipeline in `language`; None for any other text."""
    return _told(text, language, _templates()) if len(text) <= _LONGEST else None


def _told(text: str, language: Language, templates: Iterable[_InEach]) -> str | None:
    for spoken in LANGUAGES:
        for in_each in templates:
            values = in_each[spoken].values_in(text)
            if values is None:
                continue
            parts = {name: _part(name, one, spoken, language) for name, one in values.items()}
            known = {name: part for name, part in parts.items() if part is not None}
            if len(known) == len(parts):
                return in_each[language].filled(known)
    return None


def _part(name: str, value: str, spoken: Language, language: Language) -> str | None:
    """Return a value as it is, or of `{…*}` each of its sentences; None where one is unknown."""
    if not name.endswith("*"):
        return value
    # A sentence inside another holds no third: outside text could nest them without end.
    plain = [one for one in _templates() if not one[spoken].nests]
    said: list[str] = []
    held: list[str] = []
    for piece in value.split(_BETWEEN[spoken]):
        # A sentence may have a semicolon of its own.
        held.append(piece)
        if (part := _told(_BETWEEN[spoken].join(held), language, plain)) is not None:
            said.append(part)
            held.clear()
    return None if held else _BETWEEN[language].join(said)


@cache
def _templates() -> tuple[_InEach, ...]:
    """Return the sentences, those with the most words of their own first."""
    read = [dict(zip(LANGUAGES, map(_template, texts), strict=True)) for texts in sentences()]
    return tuple(sorted(read, key=lambda one: -sum(map(len, one["en"].literals))))


def _template(text: str) -> _Template:
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(text):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return _Template(tuple(literals), tuple(names))
