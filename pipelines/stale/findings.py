"""A finding: an older record, the newer change that contradicts it, why, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import pyarrow as pa

from pipelines.records import Tier
from pipelines.text import digest
from pipelines.warehouse import Warehouse, read_parquet, write_parquet

Contradiction = Literal[
    "removed", "deprecated", "renamed", "default", "limit", "supported", "behaviour"
]
"""What the newer change did to what the older record states."""
Severity = Literal["high", "medium", "low"]
"""`high`: who follows the record fails; `medium`: is misinformed; `low`: is told the old way."""
Verdict = Literal["open", "accepted", "dismissed"]
Judge = Literal["rules", "model", "person"]
Certainty = Literal["sure", "possible"]
"""A `sure` one changes answers; a `possible` one is listed for a person, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An FAQ entry, or an older change, that a newer change makes wrong."""

    id: str
    """32 hex digits of the record's and the change's ids."""
    tier: Tier
    """`faq` or `changelog`: where the older record stands."""
    source: str
    record: str
    """Id of the older record: an FAQ entry's, or a change's."""
    path: str
    line: int
    title: str
    """The FAQ entry's question, or version, category and component of the older change."""
    text: str
    """The FAQ entry's answer, or the older change's words."""
    product: str
    """Name of the changelog source that the newer change is of."""
    change: str
    """Id of the newer change."""
    tag: str
    version: str
    """The version that the newer change came with, without `v`."""
    released: date
    change_text: str
    kind: Contradiction
    severity: Severity
    wrong: str
    """The words of `text` that no longer hold."""
    why: str
    """A sentence for the person who reviews it."""
    suggestion: str
    """A unified diff of `text` with a suggested edit; empty for an older change."""
    certainty: Certainty = "sure"
    judge: Judge = "rules"
    verdict: Verdict = "open"
    reason: str = ""
    """Why it was accepted or dismissed, in the words of who did."""

    @property
    def overtakes(self) -> bool:
        """Whether answers follow the newer change: not where it is dismissed, or only possible."""
        return self.verdict == "accepted" or (self.verdict == "open" and self.certainty == "sure")

    @property
    def in_doubt(self) -> bool:
        """Whether a release surely made an FAQ entry wrong, and nobody has decided on it."""
        return self.tier == "faq" and self.verdict == "open" and self.certainty == "sure"

    @property
    def worth_a_look(self) -> bool:
        """Whether a release may have made an FAQ entry wrong, and nobody has decided on it."""
        return self.tier == "faq" and self.verdict == "open" and self.certainty == "possible"


# As many merely possible findings are listed at once: more is nobody's minute.
LISTED = 30
_SEVERITIES: Sequence[Severity] = ("high", "medium", "low")


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by certainty, then by severity, those of the newest release first."""
    return sorted(
        findings,
        key=lambda one: (
            one.certainty != "sure",
            _SEVERITIES.index(one.severity),
            -one.released.toordinal(),
            one.id,
        ),
    )


def finding_id(record: str, change: str) -> str:
    """Return the id of the finding that `change` contradicts `record`."""
    return digest("stale", record, change)


def _field(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"doc": doc})


FINDING_SCHEMA = pa.schema(
    [
        _field("id", pa.string(), "32 hex digits of the record's and the change's ids"),
        _field("tier", pa.string(), "`faq` or `changelog`: where the older record stands"),
        _field("source", pa.string(), "name of its source"),
        _field("record", pa.string(), "id of the older record"),
        _field("path", pa.string(), "its file, relative to its source"),
        _field("line", pa.int32(), "its first line, 1-based"),
        _field("title", pa.string(), "the FAQ entry's question, or the older change's place"),
        _field("text", pa.string(), "the FAQ entry's answer, or the older change's words"),
        _field("product", pa.string(), "changelog source that the newer change is of"),
        _field("change", pa.string(), "id of the newer change"),
        _field("tag", pa.string(), "release tag of the newer change"),
        _field("version", pa.string(), "version of the newer change, without `v`"),
        _field("released", pa.date32(), "its day"),
        _field("change_text", pa.string(), "its words"),
        _field("kind", pa.string(), "what it did: `removed`, `renamed`, `default`, `limit`, …"),
        _field("severity", pa.string(), "`high`, `medium` or `low`"),
        _field("wrong", pa.string(), "the words of the older record that no longer hold"),
        _field("why", pa.string(), "the reason, for the person who reviews it"),
        _field("suggestion", pa.string(), "a suggested edit as a unified diff; may be empty"),
        _field("certainty", pa.string(), "`sure`, or `possible`, which changes no answer"),
        _field("judge", pa.string(), "who judged it: `rules`, `model` or `person`"),
        _field("verdict", pa.string(), "`open`, `accepted` or `dismissed`"),
        _field("reason", pa.string(), "why it was accepted or dismissed"),
    ],
    metadata={"schema_version": "1"},
)


_WAY_OUT = "Remove it, and run `sanku run`: it is found anew, and decisions are kept elsewhere."


def write_findings(warehouse: Warehouse, findings: Iterable[Finding]) -> None:
    """Replace what was found, atomically; sorted by id, so that bytes repeat."""
    rows = sorted((asdict(finding) for finding in findings), key=lambda row: row["id"])
    write_parquet(warehouse.stale, pa.Table.from_pylist(rows, schema=FINDING_SCHEMA))


def read_findings(warehouse: Warehouse) -> tuple[Finding, ...]:
    """Return what was found last, sorted by id; nothing before the first look."""
    if not warehouse.stale.exists():
        return ()
    way_out = "Remove it and run `sanku run`, which finds it again."
    rows = read_parquet(warehouse.stale, FINDING_SCHEMA, way_out).to_pylist()
    return tuple(Finding(**row) for row in rows)
