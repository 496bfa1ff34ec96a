"""What `[[faq]]`, `[[dialogues]]` and `[[changelog]]` of `sources.toml` may hold."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipelines.records import Outcome, Role
from pipelines.urls import Url


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # `Asia` is a folder of zones
        raise ValueError("is no IANA time zone; write one like `Asia/Shanghai`") from error
    return name


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error}); write one like `v\\d+`") from error
    return pattern


# A source's name becomes a folder name and part of a Dagster key.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
Share = Annotated[float, Field(ge=0, le=1)]
Timezone = Annotated[str, AfterValidator(_known_timezone)]
Pattern = Annotated[str, AfterValidator(_compiles)]


class Table(BaseModel):
    """A table of `sources.toml`: read once, and refused with a key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _MayBeGit(Table):
    """A source that may be a private git repository."""

    token_env: Variable = Field(
        "",
        description="Environment variable with the access token (or `user:token`) of a private "
        "`https` repository.",
    )
    ssh_key: str = Field(
        "",
        description="File of the SSH key of a private repository, relative to `sources.toml`; "
        "empty: what ssh itself finds.",
    )


class FaqSource(_MayBeGit):
    """One FAQ: Markdown files of a folder, of a git repository, or of object storage."""

    name: Name = Field(description="Name of the source, unique within its tier.")
    folder: str = Field(
        ".",
        description="Folder of the files: beside `sources.toml`, or inside the repository or "
        "bucket.",
    )
    glob: str = Field("**/*.md", description="Which files in the folder are read; no `{a,b}`.")
    git: str | None = Field(None, description="Repository to read from: path, URL or bundle.")
    ref: str = Field("HEAD", description="Branch, tag or commit to read; only with `git`.")
    bucket: str | None = Field(
        None, description="Object storage to read from, such as `s3://support-faq`."
    )
    endpoint: str = Field(
        "",
        description="Where a storage that speaks S3 listens, only for `s3://`; empty: "
        "`AWS_ENDPOINT_URL`, else AWS.",
    )
    base_url: Url = Field("", description="Prefix that makes a relative link a full one.")
    accepts_drafts: bool = Field(
        False,
        description="Whether the drafted entries that people accept are written into this source, "
        "as `accepted.md` of its folder; only for a folder, and for one source.",
    )

    @model_validator(mode="after")
    def _stands_in_one_place(self) -> "FaqSource":
        if self.git is not None and self.bucket is not None:
            raise ValueError("names both `git` and `bucket`; an FAQ stands in one place: keep one")
        without_git = {"ref", "token_env", "ssh_key"} & self.model_fields_set
        if self.git is None and without_git:
            raise ValueError(f"sets `{min(without_git)}` without `git`; add `git`, or remove it")
        if self.accepts_drafts and (self.git is not None or self.bucket is not None):
            raise ValueError(
                "sets `accepts_drafts` with `git` or `bucket`, which Sanku only reads; set it for "
                "a source that is a folder of this machine"
            )
        if self.bucket is None and self.endpoint:
            raise ValueError("sets `endpoint` without `bucket`; add `bucket`, or remove it")
        return self


class FieldMapping(Table):
    """Which column or key of a log record holds what."""

    conversation: str = Field("conversation", description="Identifies the conversation.")
    at: str = Field("at", description="Time of the message: ISO 8601, or seconds since 1970.")
    role: str = Field("role", description="Who speaks.")
    text: str = Field("text", description="What was said.")
    customer: str | None = Field(
        None, description="Identifies the customer across conversations, where the log says so."
    )
    outcome: str | None = Field(
        None, description="How the conversation ended, where the log says so."
    )


# What a program that writes its own log leaves nobody to choose.
_WITHOUT_MEANING: dict[str, set[str]] = {
    "clawdbot": {"encoding", "fields", "outcomes"},
    "openclaw": {"encoding", "fields", "outcomes"},
    "gateway": {"folder", "files", "encoding", "fields", "roles", "outcomes"},
}


class DialogueSource(Table):
    """One log of conversations between customers and agents."""

    name: Name = Field(description="Name of the source, unique within its tier.")
    folder: str = Field(".", description="Folder of the log files, relative to `sources.toml`.")
    files: str = Field(
        "",
        description="Glob of the log files inside the folder; required, but not for `gateway`, "
        "whose log Sanku writes itself.",
    )
    format: Literal["jsonl", "csv", "clawdbot", "openclaw", "gateway"] = Field(
        "jsonl",
        description="How records are written: `jsonl`, `csv`, a session of Clawdbot (`clawdbot`), "
        "the SQLite file of an OpenClaw agent (`openclaw`), or the gateway's own log.",
    )
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = Field(
        "utf-8", description="Text encoding; `utf-8-sig` has a byte order mark."
    )
    timezone: Timezone = Field("Asia/Shanghai", description="Zone of times that name none.")
    fields: FieldMapping = Field(default_factory=FieldMapping, description="Field mapping.")
    roles: dict[str, Role] = Field(
        default={
            "customer": "customer",
            "user": "customer",
            "agent": "agent",
            "owner": "other",
            "assistant": "other",
        },
        description="What the log calls each role: `customer`, `agent` (a human), or `other`.",
    )
    outcomes: dict[str, Outcome] = Field(
        default={"resolved": "resolved", "handed_off": "handed_off", "abandoned": "abandoned"},
        description="What the log calls each outcome.",
    )

    @model_validator(mode="after")
    def _names_its_files(self) -> "DialogueSource":
        without_meaning = _WITHOUT_MEANING.get(self.format, set()) & self.model_fields_set
        if without_meaning:
            raise ValueError(
                f"sets `{min(without_meaning)}`, which means nothing for `format = "
                f'"{self.format}"`, where Sanku knows it; remove it'
            )
        if not self.files and self.format != "gateway":
            raise ValueError(
                "names no `files`, so that nothing would be read; write a glob of the logs in "
                "`folder`, like `dialogues/*.jsonl`"
            )
        return self


class ChangelogSource(_MayBeGit):
    """One product repository whose releases are read from its changelog's history."""

    name: Name = Field(description="Name of the product, unique within its tier.")
    repo: str = Field(description="Repository: path relative to `sources.toml`, URL, or bundle.")
    path: str = Field(
        "CHANGELOG.md",
        description="Changelog in the repository, where it stands now; older places are found.",
    )
    tags: Pattern = Field(
        r"v?\d+\.\d+\.\d+", description="Regular expression that a release tag matches whole."
    )
