"""Settings: `sources.toml` and the environment, read once, validated, and passed in."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from pipelines.answer_settings import Answering, Handoff, WordingTables
from pipelines.client_settings import ClientTable
from pipelines.cron import is_cron
from pipelines.records import Tier
from pipelines.source_tables import (
    ChangelogSource,
    DialogueSource,
    FaqSource,
    FieldMapping,
    Share,
    Table,
    Timezone,
    Variable,
)
from pipelines.text import fold, is_chinese
from pipelines.urls import Domain, Host, OllamaUrl, Origin, Url
from pipelines.wording import Wording, worded

__all__ = [
    "CHECKOUT",
    "Alias",
    "Answering",
    "ChangelogSource",
    "ClientTable",
    "Company",
    "Dagster",
    "DialogueSource",
    "Embedding",
    "Enrichment",
    "FaqSource",
    "FieldMapping",
    "Gateway",
    "Handoff",
    "Ollama",
    "Publish",
    "Redaction",
    "Schedules",
    "Settings",
    "Sources",
    "Window",
    "WordingTables",
]

CHECKOUT = Path(__file__).resolve().parent.parent


def _cron(expression: str) -> str:
    if not is_cron(expression):
        raise ValueError("is no cron schedule that comes; write five fields like `0 17 * * 5`")
    return expression


LONGEST_ALIAS = 60
_STALE_AFTER_DAYS: dict[Tier, int] = {"faq": 14, "dialogues": 3, "changelog": 400}

Cron = Annotated[str, AfterValidator(_cron)]


class Company(Table):
    """Who answers, and whom a customer is handed to."""

    name: str = Field(description="Company name, used in answers.")
    contact: str = Field(description="How a customer reaches a person; shown when handing off.")


class Schedules(Table):
    """When each tier is pulled; cron in the time zone of `timezone`."""

    faq: Cron = Field("0 17 * * 5", description="Weekly pull of the FAQ.")
    dialogues: Cron = Field("30 1 * * *", description="Daily ingest of yesterday's dialogues.")
    changelog_seconds: int = Field(
        300, ge=30, description="Seconds between two looks for new release tags."
    )


class Window(Table):
    """How long dialogues are kept."""

    days: int = Field(
        30, ge=1, le=366, description="Dialogues older than this many days are left out."
    )
    first_day: date = Field(
        date(2026, 1, 1), description="First day that can be ingested or back-filled."
    )


class Redaction(Table):
    """How personal data is replaced before anything is stored."""

    key_file: str = Field(
        "",
        description="File of the pseudonym key (mode 0600), never inside the warehouse; "
        "empty: the user's configuration folder. `SANKU_REDACTION_KEY` wins.",
    )
    allow: tuple[str, ...] = Field(
        (),
        description="Public numbers and names that stay, such as the service hotline.",
    )
    order_numbers: Literal["keep", "replace"] = Field(
        "keep",
        description="What becomes of order, ticket and tracking numbers: `replace` makes them "
        "`〈单号1〉`.",
    )
    recognizers: tuple[str, ...] = Field(
        (),
        description="Python files that each define one Presidio recognizer of the company's own, "
        "relative to `sources.toml`.",
    )
    quarantine: Literal["drop", "encrypt"] = Field(
        "drop",
        description="What becomes of a message that redaction could not make safe: `encrypt` "
        "keeps it under the redaction key.",
    )
    workers: int = Field(
        0, ge=0, le=64, description="Processes that redact; 0: one for each core, where it pays."
    )


class Embedding(Table):
    """The sentence-transformers model that turns text into vectors."""

    model: str = Field(
        "builtin",
        description="`builtin` (multilingual-e5-small), a directory, or a model name.",
    )
    allow_download: bool = Field(
        False, description="Whether a model name may be fetched from its hub."
    )
    device: str = Field(
        "",
        description="`cpu`, `cuda`, …; empty: CUDA when present. The built-in model reads "
        "questions on the CPU.",
    )
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="Number type of the weights; `auto`: float32 on a CPU, float16 on CUDA."
    )
    batch_size: int = Field(32, ge=1, le=4096, description="Texts per forward pass.")
    threads: int = Field(
        0,
        ge=0,
        description="CPU threads; 0: every core, but one of torch in `sanku serve`.",
    )


# One of three entries that goes is no mass; the last one is.
FEW_ENTRIES = 3


class Publish(Table):
    """What a candidate must pass before readers see it."""

    keep: int = Field(5, ge=2, le=100, description="Published versions that are kept for rollback.")
    max_removed: Share = Field(
        0.3,
        description="Share of its records that one publish may take from a tier, and one pull "
        "from an FAQ source; three FAQ entries may always go, but not the last.",
    )
    max_recall_loss: Share = Field(
        0.05, description="Golden-question recall that a publish may lose."
    )
    golden: str = Field(
        "",
        description="Golden questions, JSON Lines (`.jsonl`) or a table (`.md`), relative to "
        "`sources.toml`.",
    )
    stale_after_days: Annotated[
        dict[Tier, Annotated[int, Field(ge=1, le=36_500)]],
        AfterValidator(lambda d: _STALE_AFTER_DAYS | d),
    ] = Field(
        default=_STALE_AFTER_DAYS,
        description="Days without a look at a tier's sources after which a publish is refused.",
    )


class Alias(Table):
    """What customers call a product or a thing that the documents call by another name."""

    name: str = Field(description="What the documents call it, for example `ossbrowser`.")
    also: tuple[str, ...] = Field(
        min_length=1, description="What customers call it, for example `OSS 客户端`."
    )

    @field_validator("name", "also")
    @classmethod
    def _says_something(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for text in (value,) if isinstance(value, str) else value:
            if not any(letter.isalnum() for letter in text) or len(text) > LONGEST_ALIAS:
                raise ValueError(
                    f"holds `{text[:LONGEST_ALIAS]}`; write 1 to {LONGEST_ALIAS} characters with "
                    "a letter or a digit"
                )
        return value


class Ollama(Table):
    """The language model that writes grounded answers."""

    url: OllamaUrl = Field(
        "http://127.0.0.1:11434", description="Where Ollama listens; `OLLAMA_HOST` wins."
    )
    model: str = Field("qwen3:32b", description="Model name; `SANKU_OLLAMA_MODEL` wins.")
    num_ctx: int = Field(
        8192,
        ge=1024,
        description="Context length; one value everywhere, because another one reloads the model.",
    )
    keep_alive: str = Field("30m", description="How long Ollama keeps the model loaded.")
    connect_seconds: float = Field(2.0, gt=0, description="Longest wait for a connection.")
    answer_seconds: float = Field(60.0, gt=0, description="Longest wait for a whole answer.")
    first_piece_seconds: float = Field(
        20.0, gt=0, description="Longest wait for an answer to begin, and to go on."
    )
    rewrite_seconds: float = Field(
        3.0,
        ge=0,
        description="Longest wait for the model to write out a question that leans on the turns "
        "before it; 0: rules do it.",
    )


class Enrichment(Table):
    """What the language model adds to the index beside the FAQ's own words."""

    similar_questions: Literal["off", "review", "accept"] = Field(
        "review",
        description="What becomes of the similar questions that the model writes of each FAQ "
        "entry: `review`: a person accepts them; `accept`: the index takes at once all that are "
        "not refused; `off`: none are written, and only accepted ones are searched.",
    )
    calls: int = Field(100, ge=0, description="Entries that one run asks the model about at most.")
    seconds: float = Field(
        300.0, ge=0, description="Seconds after which a run leaves the rest to the next one."
    )


class Gateway(Table):
    """Where the gateway listens and what it calls itself."""

    host: str = Field(
        "127.0.0.1", description="Address to bind; any but loopback needs `SANKU_TOKEN`."
    )
    port: int = Field(11435, ge=0, le=65535, description="Port to bind; `SANKU_PORT` wins.")
    model: str = Field("sanku", description="Model name that front ends see.")
    hosts: tuple[Host, ...] = Field(
        (), description="Names that a proxy in front of it forwards as `Host`."
    )
    origins: tuple[Origin, ...] = Field(
        (), description="Sites whose pages may call it from a browser (CORS), with a token."
    )
    link_domains: tuple[Domain, ...] = Field(
        (),
        description="Domains whose links stay clickable in answers, beside those of `base_url`.",
    )
    log: bool = Field(
        True,
        description="Whether questions and answers are logged, redacted, for the dialogue tier.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How `sanku serve` writes what it does to stderr, a line a request."
    )


class Dagster(Table):
    """The running Dagster that `sanku release` asks, where there is one."""

    url: Url = Field(
        "",
        description="Where its web server listens, such as `http://127.0.0.1:3000`; empty: "
        "`sanku release` reads in process. `SANKU_DAGSTER_URL` wins.",
    )
    token_env: Variable = Field(
        "",
        description="Environment variable with the bearer token that a proxy in front of it asks "
        "for.",
    )
    wait_seconds: int = Field(3600, ge=1, description="Longest wait for a run.")


class Sources(Table):
    """The whole of `sources.toml`."""

    as_of: date | None = Field(
        None, description="Pins the clock to the end of this day; for samples and tests."
    )
    timezone: Timezone = Field(
        "Asia/Shanghai", description="Zone of days, schedules and the clock."
    )
    company: Company
    schedule: Schedules = Field(default_factory=Schedules)
    window: Window = Field(default_factory=Window)
    faq: tuple[FaqSource, ...] = ()
    dialogues: tuple[DialogueSource, ...] = ()
    changelog: tuple[ChangelogSource, ...] = ()
    redaction: Redaction = Field(default_factory=Redaction)
    embedding: Embedding = Field(default_factory=Embedding)
    publish: Publish = Field(default_factory=Publish)
    answer: Answering = Field(default_factory=Answering)
    wording: WordingTables = Field(default_factory=WordingTables)
    handoff: Handoff = Field(default_factory=Handoff)
    alias: tuple[Alias, ...] = ()
    ollama: Ollama = Field(default_factory=Ollama)
    enrichment: Enrichment = Field(default_factory=Enrichment)
    gateway: Gateway = Field(default_factory=Gateway)
    client: tuple[ClientTable, ...] = ()
    dagster: Dagster = Field(default_factory=Dagster)

    @field_validator("faq", "dialogues", "changelog", "client")
    @classmethod
    def _names_differ(cls, tables: tuple[Any, ...], read: ValidationInfo) -> tuple[Any, ...]:
        names = [table.name for table in tables]
        for name in names:
            if names.count(name) > 1:
                kind = "clients" if read.field_name == "client" else "sources"
                raise ValueError(f"has two {kind} named `{name}`; rename one")
        return tables

    @field_validator("alias")
    @classmethod
    def _each_is_called_one_thing(cls, aliases: tuple[Alias, ...]) -> tuple[Alias, ...]:
        names = [alias.name for alias in aliases]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"has two tables for `{twice}`; put both lists of `also` into one")
        meant: dict[str, str] = {}
        for alias in aliases:
            for text in (alias.name, *alias.also):
                called = fold(text).replace(" ", "")
                if called in meant:
                    raise ValueError(
                        f"calls both `{meant[called]}` and `{alias.name}` `{text}`; keep one"
                        if meant[called] != alias.name
                        else f"says `{text}` twice of `{alias.name}`; remove one"
                    )
                meant[called] = alias.name
        return aliases

    @model_validator(mode="after")
    def _holds_together(self) -> "Sources":
        if not (self.faq or self.dialogues or self.changelog):
            raise ValueError("lists no source; add a `[[faq]]`, `[[dialogues]]` or `[[changelog]]`")
        if sum(source.accepts_drafts for source in self.faq) > 1:
            raise ValueError("has two `[[faq]]` that set `accepts_drafts`; keep it for one of them")
        if (self.handoff.url or self.handoff.url_env) and not self.gateway.log:
            raise ValueError(
                "reports hand-offs without `gateway.log`, which redacts them; set it to `true`, or "
                "remove `handoff.url` and `handoff.url_env`"
            )
        return self


class Settings(Sources):
    """Everything a run needs: the sources, where they were declared, and where output goes."""

    sources_file: Path
    warehouse: Path
    model_cache: Path

    def now(self) -> datetime:
        """Return the current time, or the end of the pinned day, in the company's zone."""
        zone = ZoneInfo(self.timezone)
        if self.as_of is None:
            return datetime.now(zone)
        return datetime.combine(self.as_of, time(23, 59, 59), zone)

    def window_days(self) -> tuple[date, ...]:
        """Return the days of the dialogue window that have ended or are `now`'s, oldest first."""
        today = self.now().date()
        days = (today - timedelta(days=back) for back in range(self.window.days - 1, -1, -1))
        return tuple(day for day in days if day >= self.window.first_day)

    def says(self, question: str) -> Wording:
        """Return what Sanku says itself in the language of `question`."""
        return self.languages()[0 if is_chinese(question) else 1]

    def languages(self) -> tuple[Wording, Wording]:
        """Return what Sanku says itself, in Chinese and in English."""
        own, company = self.wording, self.company
        return (
            worded(True, tuple(own.zh.items()), company.name, company.contact),
            worded(False, tuple(own.en.items()), company.name, company.contact),
        )

    def beside_sources(self, location: str) -> Path:
        """Return `location` as a path, taken relative to the folder of `sources.toml`."""
        return self.sources_file.parent / Path(location).expanduser()
