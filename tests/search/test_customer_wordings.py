"""A customer's wording leads to the FAQ entry that an agent answered it with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipelines.chunks import Chunk, make_chunk
from pipelines.records import Tier
from pipelines.search.candidates import SHORTLIST, candidates
from pipelines.search.opened import read_rows
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.search.test_candidates import Vector, vector_of
from tests.small_index import build

SAID = "东西不想要了钱能回来不"


def asking(entry: str, text: str, tier: Tier = "faq", answers: tuple[str, ...] = ()) -> Chunk:
    return make_chunk(
        tier=tier,
        source="help",
        entry_id=entry,
        view="question",
        title=entry,
        text=f"text of {entry}",
        search_text=text,
        path="help.md",
        line_start=1,
        line_end=2,
        answers=answers,
    )


def index(folder: Path, chunks: Sequence[Chunk], far: Sequence[str] = ()) -> Version:
    texts = {chunk.text_hash: chunk.search_text for chunk in chunks}

    def vectors(hashes: Sequence[str]) -> Mapping[str, Vector]:
        return {
            key: -vector_of(SAID) if texts[key] in far else vector_of(texts[key]) for key in hashes
        }

    return build(Warehouse(folder), chunks, vectors).version  # type: ignore[arg-type]


def test_an_entry_is_found_by_what_a_customer_said_whom_an_agent_gave_it(tmp_path: Path) -> None:
    entries = [asking(f"entry{n}", f"问题 {n}") for n in range(SHORTLIST * 2)]
    entries.append(asking("refund", "如何申请退款"))
    said = asking("talk", SAID, "dialogues", ("refund",))
    version = index(tmp_path, [*entries, said], far=["如何申请退款"])
    ones = {one.entry_id: one for one in candidates(version, vector_of(SAID), {}, ["faq"])}
    assert ones["refund"].wording == pytest.approx(1, abs=1e-3)
    assert ones["refund"].question == pytest.approx(-1, abs=1e-3), "by itself it would not be found"
    assert "talk" not in ones, "dialogues were not asked for"
    rows = read_rows(version, ones["refund"].asks)
    assert {one.chunk.search_text for one in rows.values()} == {"如何申请退款", SAID}
    assert all(one.wording is None for name, one in ones.items() if name != "refund")


def test_what_a_customer_said_is_not_read_where_the_entry_itself_is_closer(tmp_path: Path) -> None:
    chunks = [asking("refund", "如何申请退款"), asking("talk", SAID, "dialogues", ("refund",))]
    version = index(tmp_path, chunks)
    (one,) = candidates(version, vector_of("如何申请退款"), {}, ["faq"])
    rows = read_rows(version, one.asks)
    assert [row.chunk.search_text for row in rows.values()] == ["如何申请退款"]


def test_a_dialogue_that_names_an_entry_of_another_day_leads_nowhere(tmp_path: Path) -> None:
    chunks = [asking("entry", "发票"), asking("talk", SAID, "dialogues", ("gone",))]
    version = index(tmp_path, chunks)
    ones = candidates(version, vector_of(SAID), {}, ["faq", "dialogues"])
    assert {one.entry_id for one in ones} == {"entry", "talk"}
