"""The records of a version, to look through: listed in the order of their files, or one by id."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path

from markupsafe import Markup, escape

from pipelines.chunks import Chunk, from_json
from pipelines.errors import NotPublishedError
from pipelines.gateway.refusals import RefusalError
from pipelines.html import html_of, plain_html
from pipelines.records import Tier
from pipelines.search import Hit
from pipelines.settings import Settings
from pipelines.text import one_line
from pipelines.versions import Version, version_folder
from pipelines.warehouse import Warehouse

# Tiers of the versions that were looked at last: two versions that are compared have six.
_KEPT = 6
_LONGEST_TITLE = 160
_COLUMNS = (
    "entry_id", "part", "tier", "source", "title", "path", "line_start", "version", "until", "at",
)  # fmt: skip

# Tags as nh3 writes them.
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ALTERNATIVE = re.compile(r' alt="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in a list."""

    id: str
    tier: Tier
    source: str
    title: str
    """What it asks; of a change, what it says."""
    path: str
    line: int
    version: str
    """The release of a change; empty for other tiers."""
    until: str
    """The release that made it wrong; empty while it holds."""


def version_of(warehouse: Warehouse, name: str) -> Version:
    """Open a kept version; raises `RefusalError` (404) for one that is not kept."""
    try:
        return Version(version_folder(warehouse, name))
    except NotPublishedError as error:
        raise RefusalError(404, str(error)) from error


def listing(version: Version, tier: Tier) -> Sequence[Listed]:
    """Return the records of a tier: dialogues and changes newest first, an FAQ in file order."""
    # By name: a version's files never change, and the next request opens it anew.
    return _listing(version.folder, version.name, tier)


@lru_cache(maxsize=_KEPT)
def _listing(folder: Path, name: str, tier: Tier) -> Sequence[Listed]:
    from lancedb.expr import col, lit

    titled = "text" if tier == "changelog" else "title"
    columns = dict.fromkeys((*_COLUMNS, titled))
    rows = Version(folder).rows(*columns, where=col("tier") == lit(tier)).to_pylist()
    firsts = [row for row in rows if row["part"] == 0]
    firsts.sort(key=lambda row: (row["source"], row["path"], row["line_start"], row["entry_id"]))
    if tier != "faq":
        firsts.sort(key=lambda row: row["at"], reverse=True)
    return tuple(
        Listed(
            row["entry_id"], row["tier"], row["source"], one_line(row[titled], _LONGEST_TITLE),
            row["path"], row["line_start"], row["version"], row["until"],
        )
        for row in firsts
    )  # fmt: skip


def heading(chunk: Chunk) -> str:
    """Return what tells a record from others: its question; of a change, what it says.

    All changes of a release and category have one title.
    """
    return one_line(chunk.text if chunk.tier == "changelog" else chunk.title, _LONGEST_TITLE)


def chunks_of(version: Version, record: str) -> tuple[Chunk, ...]:
    """Return the chunks of a record in their order; none where the version does not hold it."""
    return chunks_by_record(version, [record]).get(record, ())


def chunks_by_record(version: Version, ids: Sequence[str]) -> dict[str, tuple[Chunk, ...]]:
    """Return the chunks of the records of these ids that `version` holds, each in their order."""
    from lancedb.expr import col

    found: dict[str, list[Chunk]] = {}
    if ids:
        rows = version.rows("chunk", where=col("entry_id").isin(sorted(set(ids))))
        for chunk in map(from_json, rows["chunk"].to_pylist()):
            found.setdefault(chunk.entry_id, []).append(chunk)
    return {one: tuple(sorted(of, key=lambda chunk: chunk.part)) for one, of in found.items()}


def html_of_hit(settings: Settings, hit: Hit) -> Markup:
    """Return the whole text of a found record as HTML that is safe in any page."""
    return html_of_record(settings, hit.chunk, hit.answer)


def html_of_record(settings: Settings, chunk: Chunk, text: str) -> Markup:
    """Return the text of a record as HTML that is safe in any page, sanitised by `nh3`.

    An image becomes its alternative text: the console asks no other host for anything.
    """
    if chunk.tier == "dialogues":
        return Markup(plain_html(text))  # noqa: S704 - escaped there
    base_urls = {source.name: source.base_url for source in settings.faq}
    base_url = base_urls.get(chunk.source, "") if chunk.tier == "faq" else ""
    sanitised = html_of(text, path=chunk.path, base_url=base_url)
    return Markup(_IMAGE.sub(_image_as_text, sanitised))  # noqa: S704 - sanitised there


def _image_as_text(image: re.Match[str]) -> str:
    alternative = _ALTERNATIVE.search(image[1])
    return f'<span class="image">{escape(unescape(alternative[1]) if alternative else "")}</span>'
