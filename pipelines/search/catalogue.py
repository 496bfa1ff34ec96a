"""The catalogue of a version: which rows each record has, kept in memory, about 50 bytes a row.

Full text and dense search find rows; what is scored is a record, with all its rows. Looking these
up by record id costs as much as the search itself, and the catalogue nothing: LanceDB reads rows
by their number in half the time. It takes 2 s to read of 1,000,000 rows, once per version.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.versions import Version

Numbers = npt.NDArray[np.int64]

_OF_ROWS = ("entry_id", "part", "view", "generated")
_OF_RECORDS = ("tier", "source", "version", "until")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Rows and records by number: a row's position in `row_ids`, a record's in `entries`."""

    row_ids: Numbers
    """LanceDB's row ids, ascending."""
    record_of: npt.NDArray[np.int32]
    """Row -> record."""
    by_record: npt.NDArray[np.int32]
    """All rows, record after record, each in the order of its parts."""
    starts: npt.NDArray[np.int32]
    """Record -> where its rows start in `by_record`; one more closes the last record."""
    asks: npt.NDArray[np.bool_]
    """Row -> whether it is a question view."""
    generated: npt.NDArray[np.bool_]
    """Row -> whether a model wrote it."""
    entries: pa.Array
    """Record -> its `entry_id`."""
    records: pa.Table
    """Record -> `tier`, `source`, `version` and `until` of its first part."""
    at: npt.NDArray[np.int64]
    """Record -> when it was true, microseconds since 1970."""
    answers: Mapping[int, tuple[int, ...]]
    """Dialogue -> the FAQ records that its agent answered with, where there are any."""

    def rows_found(self, row_ids: Numbers) -> Numbers:
        """Return the numbers of rows by LanceDB's row ids."""
        return np.searchsorted(self.row_ids, row_ids)

    def rows_of(self, record: int) -> npt.NDArray[np.int32]:
        """Return the rows of a record, in the order of its parts."""
        return self.by_record[self.starts[record] : self.starts[record + 1]]

    def rows_alike(self, before: "Catalogue", row_ids: Sequence[int]) -> list[int]:
        """Return the row ids of the same parts of the same records as `before` has at `row_ids`.

        What is gone since is left out.
        """
        numbers = before.rows_found(np.array(row_ids, np.int64))
        records = before.record_of[numbers]
        position = np.empty(len(before.by_record), np.int64)
        position[before.by_record] = np.arange(len(before.by_record))
        parts = position[numbers] - before.starts[records]
        named = pc.index_in(before.entries.take(pa.array(records)), value_set=self.entries)
        now = named.fill_null(-1).to_numpy()
        is_there = (now >= 0) & (parts < np.diff(self.starts)[now])
        rows = self.by_record[self.starts[now[is_there]] + parts[is_there]]
        return list(map(int, self.row_ids[rows]))

    def known(self, records: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Yield what is known of each record, by the names of `CHUNK_SCHEMA`."""
        chosen = pa.array(records, pa.int64())
        facts = self.records.take(chosen)
        columns = {"entry_id": self.entries.take(chosen).to_pylist()}
        columns |= {name: facts[name].to_pylist() for name in facts.column_names}
        columns["at"] = [_EPOCH + timedelta(microseconds=at) for at in self.at[records].tolist()]
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))


def read_catalogue(version: Version) -> Catalogue:
    """Read the catalogue of a version; raises `WarehouseError` where its files are damaged."""
    columns = [*_OF_ROWS, *_OF_RECORDS, "at", "answers"]
    query = version.table.search().select(columns).with_row_id(True)
    table = version.read(query.limit(max(1, version.table.count_rows()))).sort_by("_rowid")
    entries = table["entry_id"].combine_chunks().dictionary_encode()
    record_of = entries.indices.to_numpy().astype(np.int32)
    by_record = np.lexsort((table["part"].to_numpy(), record_of)).astype(np.int32)
    numbers = np.arange(len(entries.dictionary) + 1)
    starts = np.searchsorted(record_of[by_record], numbers).astype(np.int32)
    first = table.select([*_OF_RECORDS, "at"]).take(pa.array(by_record[starts[:-1]]))
    facts = {name: first[name].combine_chunks().dictionary_encode() for name in _OF_RECORDS}
    return Catalogue(
        row_ids=table["_rowid"].to_numpy().astype(np.int64),
        record_of=record_of,
        by_record=by_record,
        starts=starts,
        asks=pc.equal(table["view"], "question").to_numpy(),
        generated=table["generated"].to_numpy(),
        entries=entries.dictionary,
        records=pa.table(facts),
        at=first["at"].cast(pa.int64()).to_numpy(),
        answers=_answers(table["answers"].combine_chunks(), record_of, entries.dictionary),
    )


def _answers(
    told: pa.ListArray, record_of: npt.NDArray[np.int32], entries: pa.Array
) -> dict[int, tuple[int, ...]]:
    """Return record -> numbers of the records that its rows name; unknown ones are left out."""
    rows = pc.list_parent_indices(told).to_numpy()
    named = pc.index_in(pc.list_flatten(told), value_set=entries)
    answers: dict[int, dict[int, None]] = {}
    for record, answer in zip(record_of[rows].tolist(), named.to_pylist(), strict=True):
        if answer is not None:
            answers.setdefault(record, {})[answer] = None
    return {record: tuple(found) for record, found in answers.items()}
