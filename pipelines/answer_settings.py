"""What `[answer]`, `[wording]` and `[handoff]` of `sources.toml` may hold."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from pipelines.source_tables import Share, Table, Variable
from pipelines.urls import Url
from pipelines.wording import keys, placeholders, placeholders_in


def _are_sentences(sentences: dict[str, str]) -> dict[str, str]:
    for key, text in sentences.items():
        allowed = placeholders(key)
        if allowed is None:
            raise ValueError(f"says `{key}`, which is no sentence; write one of {_listed(keys())}")
        if not text.strip():
            raise ValueError(f"leaves `{key}` empty; write a sentence, or remove the key")
        try:
            others = sorted(set(placeholders_in(text)) - allowed)
        except ValueError as error:
            raise ValueError(f"`{key}` {error}; {_may_hold(allowed)}") from error
        if others:
            raise ValueError(
                f"`{key}` holds `{{{others[0]}}}`, which nothing fills in; {_may_hold(allowed)}"
            )
    return sentences


def _may_hold(allowed: frozenset[str]) -> str:
    names = _listed(f"{{{name}}}" for name in sorted(allowed))
    return f"it may hold {names}" if allowed else "it may hold no braces"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


Sentences = Annotated[dict[str, str], AfterValidator(_are_sentences)]


class Answering(Table):
    """When an answer is given directly, from passages, or refused.

    What a confidence is worth is calibrated for the embedding model and the FAQ at hand.
    """

    direct: Share = Field(
        0.98, description="Share of the FAQ answers given verbatim that has to be right."
    )
    support: Share = Field(0.25, description="Least confidence for any passage to be used.")
    passage: Share = Field(0.05, description="Least score of one passage.")
    passages: int = Field(6, ge=1, le=20, description="Passages shown to the language model.")
    suggestions: int = Field(
        3, ge=0, le=5, description="FAQ questions that a refusal offers; `0` offers none."
    )


class WordingTables(Table):
    """The company's own words for what Sanku says itself, by the keys of `docs/answers.md`."""

    zh: Sentences = Field({}, description="Chinese sentences by their keys.")
    en: Sentences = Field({}, description="English sentences by their keys.")


class Handoff(Table):
    """When a conversation goes to a person, and who is told of it."""

    after_refusals: int = Field(
        3,
        ge=0,
        description="Refusals in a row after which a conversation is handed off; 0: never.",
    )
    url: Url = Field(
        "", description="Where each hand-off is reported (`POST`, JSON); empty: nowhere."
    )
    url_env: Variable = Field(
        "", description="Environment variable that holds the URL instead, where it is a secret."
    )
    secret_env: Variable = Field(
        "", description="Environment variable with the secret that signs each report."
    )
    question: bool = Field(
        False, description="Whether the question goes along, redacted as in the log."
    )
    attempts: int = Field(5, ge=1, le=10, description="Times that a report is tried to be sent.")

    @model_validator(mode="after")
    def _is_told_one_place(self) -> "Handoff":
        if self.url and self.url_env:
            raise ValueError("sets both `url` and `url_env`; keep one")
        if self.secret_env and not (self.url or self.url_env):
            raise ValueError("sets `secret_env` without `url` or `url_env`; add one of them")
        return self
