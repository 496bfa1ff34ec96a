"""The records that pass between stages: what each source becomes before it is cut into chunks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tier = Literal["faq", "dialogues", "changelog"]
TIERS: tuple[Tier, ...] = ("faq", "dialogues", "changelog")
# What customers said: scanned before each publish, never quoted in quarantine, and written out of
# the index's files when it goes.
PERSONAL_TIERS: frozenset[Tier] = frozenset({"dialogues"})

# The one partition of a tier that is read whole.
WHOLE = "all"

Approval = Literal["approved", "draft"]
Role = Literal["customer", "agent", "other"]
Outcome = Literal["resolved", "handed_off", "abandoned", "unknown"]
ChangeKind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the author wrote it: its text and its target."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the people who keep an FAQ say of an entry: in front matter, or below its question."""

    status: Approval = "approved"
    owner: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which the answer holds."""
    reviewed_at: date | None = None
    reviewer: str = ""
    checked: str = ""
    """Release against which a person found the answer to hold, and why: `2.5.0 it is true of …`."""
    stale: str = ""
    """Release that made the answer wrong, as a person agrees, and why."""
    not_for: tuple[str, ...] = ()
    """Questions that sound alike, and that the entry must not be given for."""

    def holds_on(self, day: date) -> bool:
        """Tell whether customers may be given the entry on `day`."""
        return (
            self.status == "approved"
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question with its standard answer, as Markdown, and where both stand in the file."""

    id: str
    """32 hex digits: of source and question when the entry is new, and the same ever after."""
    source: str
    path: str
    """POSIX path relative to the source's folder."""
    line_start: int
    line_end: int
    """First and last line of the entry, 1-based and inclusive."""
    heading_path: tuple[str, ...]
    """Headings above the question, outermost first, without the question itself."""
    question: str
    similar_questions: tuple[str, ...]
    answer: str
    """The author's Markdown, unchanged but for surrounding blank lines."""
    links: tuple[Link, ...]
    content_hash: str
    """Digest of all that people see or decide: not of where the entry stands."""
    review: Review = Review()
    front_matter: tuple[tuple[str, str], ...] = ()
    """What else the file's front matter says, flattened to text, in file order."""
    anchor: str = ""
    """The name that its author gave the heading, as in `{#reset-password}`; may be empty."""
    also_in: tuple[str, ...] = ()
    """Other places of the very same entry, as `path:line`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance of a conversation as read from a log. Not redacted: never leaves its stage."""

    conversation: str
    at: datetime
    role: Role
    text: str
    outcome: Outcome
    """What the log itself says of the conversation; `unknown` when it says nothing."""
    path: str
    line: int
    customer: str = ""
    """Who the log says the customer is; empty when it says nothing."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A customer's question and the human agent's answer to it, both redacted."""

    id: str
    source: str
    conversation: str
    """Keyed hash of the conversation's name; the name itself may identify a person."""
    customer: str
    """Keyed hash of who the log says the customer is; empty where it says nothing."""
    day: date
    at: datetime
    question: str
    answer: str
    outcome: Outcome
    redactions: int
    """How many spans were replaced in question and answer together."""
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One bullet of a changelog that a release added, changed or removed."""

    id: str
    """32 hex digits of source, version, category, component and text, plus kind."""
    source: str
    tag: str
    version: str
    """The version that the bullet's section names, without a leading `v`."""
    previous_tag: str
    """The release it was compared with; empty for the first."""
    released: date
    category: str
    """The section's own category heading, for example `新增` or `Fixed`; may be empty."""
    component: str
    """What the bullet is nested under, for example `Table`; may be empty."""
    kind: ChangeKind
    text: str
    previous_text: str
    """The wording before, where `kind` is `changed` or `removed`."""
    commit: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that was refused: where it stands and why. Never dropped in silence."""

    tier: Tier
    source: str
    path: str
    line: int
    reason: str
    """A sentence that names the problem and the mend, without the record's own words."""
    excerpt: str
    """Up to 80 characters of the record; always empty for dialogues, whose text is personal."""
    digest: str
    """Digest of the raw record, to find it again in the source."""
    conversation: str = ""
    """Keyed hash of the conversation that a withheld message belongs to."""
    sealed: str = ""
    """The withheld message, encrypted under the redaction key, where the company wants it kept."""
    customer: str = ""
    """Keyed hash of its customer, where the log says who that is."""
    at: datetime | None = None
    """Its time, in UTC."""
