"""Whatever the pipeline says on a page of the console, it says in the page's language."""

import html
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast, get_args

import httpx
import pyarrow as pa
import pytest
from starlette.exceptions import HTTPException

from pipelines.changelog.published import Line
from pipelines.changelog.quarantine import Place
from pipelines.changelog.releases import Release
from pipelines.checks import CHECKS, Gate, nothing_vanishes, tiers_are_fresh
from pipelines.faq.markdown.front_matter import read_front_matter
from pipelines.gateway.access.session import COOKIE
from pipelines.gateway.console.language import LANGUAGES, pairs
from pipelines.gateway.console.messages import sentences, told
from pipelines.gateway.console.page import SECTIONS
from pipelines.gateway.refusals import as_refusal
from pipelines.query.understanding import Origin
from pipelines.records import ChangeEntry
from pipelines.stale.claims import Claim
from pipelines.stale.findings import Contradiction
from pipelines.stale.reasons import why
from pipelines.stale.ruling import Ruling
from pipelines.vetoes import Reason
from tests.console.company import Two
from tests.console.conftest import cookie_of_session
from tests.console.spoken import OTHER_TEXT, SAYS_NOTHING_ON_A_PAGE, making, said_in, speaking
from tests.gateway.served import settings_for


def nameless(text: str) -> str:
    """Return a template with `{}` in the place of each value."""
    return "".join(
        literal + ("" if name is None else "{}")
        for literal, name, _, _ in string.Formatter().parse(text)
    )


def test_each_sentence_that_is_shown_is_there_in_both_languages() -> None:
    known = {nameless(text) for texts in sentences() for text in texts}
    unknown = {module: set(said_in(module)) - known - OTHER_TEXT for module in speaking()}
    assert {module: texts for module, texts in unknown.items() if texts} == {}


def made() -> Iterator[str]:
    """Yield the sentences that are put together of parts, as the code itself does it."""
    for block in (
        "a: [",
        "a: [\nstatus: [",
        "a: b: c: [",
        "status: &x [*x]\n",
        "- a",
        "status\n- a",
    ):
        yield from (reason for _, reason in read_front_matter(block).problems)
    released = Release("v2.5.0", "2.5.0", "c" * 40, datetime.now(UTC), date(2026, 11, 2), "v2.4.0")
    place = Place("yunque", "CHANGELOG.md", released)
    for heading in ("", "Thanks"):
        line = Line(None, "", None, "", "", "", "- a", 3, 4, 2, heading=heading, is_whole=True)  # type: ignore[arg-type]
        yield from (place.kept_whole(line).reason, place.left_out(line).reason)
    for status in (404, 405):
        yield as_refusal(HTTPException(status)).message
    yield from whys()
    yield from checks_summaries()


def whys() -> Iterator[str]:
    change = cast(ChangeEntry, SimpleNamespace(version="2.5.0"))
    for said in ("单个文件最大 2 GB。", "A file may have 2 GB."):
        ruling = Ruling("yes", "", cast(Any, SimpleNamespace(text=said)), "2 GB")
        for kind in get_args(Contradiction):
            yield why(Claim(kind, "ends", "the limit", new="5 GB"), ruling, change)


def checks_summaries() -> Iterator[str]:
    """Yield what checks say in more than one part."""
    gone = {"faq": {"a", "b"}, "dialogues": set(), "changelog": {"c"}}
    rows = [{"entry_id": one, "source": "help"} for one in "abc"]
    published = SimpleNamespace(
        name="0001-a", entries=gone.get, rows=lambda *_: pa.Table.from_pylist(rows)
    )
    settings = settings_for(changelog=[{"name": "yunque", "repo": "product"}])
    manifest = SimpleNamespace(pulled_at={"faq": datetime(2025, 1, 1, tzinfo=UTC)})
    candidate = SimpleNamespace(entries=lambda tier: set(), manifest=manifest)
    gate = cast(Gate, SimpleNamespace(settings=settings, candidate=candidate, published=published))
    yield nothing_vanishes(gate).summary
    yield tiers_are_fresh(gate).summary
    recall = "recall@1 0.800, recall@5 0.900 on 30 questions"
    yield f"{recall}; nothing to compare with"
    worse = f"{recall}; published 0.950, 2 questions got worse"
    meant = ". Mend the entries, or raise `publish.max_recall_loss` where the loss is meant"
    gone = (
        ", 1 of them because no FAQ entry asks what they expect any more: name the entry that "
        "answers by now in `golden.jsonl`"
    )
    yield from (worse, f"{worse}{meant}", f"{worse}{gone}{meant}")
    yield (
        "2 of 9 answered directly. Mend the FAQ entry that answers, raise `answer.direct` where "
        "its confidence is told, or change the golden question where the FAQ answers it by now"
    )
    yield (
        "2 of 9 answered directly. Mend the entry that answers or its similar questions, or change "
        "the golden question where it is answered by now; no threshold helps"
    )


def test_a_sentence_that_is_put_together_is_known_as_a_whole() -> None:
    assert [text for text in made() if None in (told(text, "zh"), told(text, "en"))] == []


def test_no_sentence_is_kept_that_nothing_says_any_more() -> None:
    said = {text for module in speaking() for text in said_in(module)}
    whole = list(made())
    dead = [
        texts
        for texts in sentences()
        if not said & set(map(nameless, texts)) and not any(is_of(text, texts) for text in whole)
    ]
    assert dead == []
    assert OTHER_TEXT - said == set()


def is_of(text: str, texts: tuple[str, ...]) -> bool:
    """Tell whether a text is one of a template's."""
    patterns = (re.escape(nameless(one)).replace(re.escape("{}"), ".*") for one in texts)
    return any(re.fullmatch(pattern, text) for pattern in patterns)


def test_whoever_makes_a_sentence_for_a_page_is_listed_here() -> None:
    assert making() - speaking() - SAYS_NOTHING_ON_A_PAGE == set()


def test_every_sentence_is_there_in_both_languages_with_the_same_values() -> None:
    one_sided = [
        texts
        for texts in sentences()
        if len(texts) != len(LANGUAGES)
        or sorted(names_in(texts[0])) != sorted(names_in(texts[1]))
        or len(set(names_in(texts[0]))) != len(names_in(texts[0]))
        or (nameless(texts[0]) != "{}" and not re.search("[\u4e00-\u9fff]", texts[0]))
    ]
    assert one_sided == []
    for texts in zip(*sentences(), strict=True):
        assert len(set(map(nameless, texts))) == len(texts)


def names_in(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("versions.check", tuple(CHECKS)),
        ("veto", get_args(Reason)),
        ("origin", get_args(Origin)),
    ],
)
def test_every_code_has_a_name_and_no_other(family: str, codes: tuple[str, ...]) -> None:
    named = {key.removeprefix(f"{family}.") for key, _ in pairs() if key.startswith(f"{family}.")}
    assert named == set(codes)


def test_a_sentence_keeps_its_values_as_they_are() -> None:
    english = "the heading `{x} was *&lt;` names no version, date or kind of change, so its section"
    mend = "name the version in the heading, or leave it as it is: no release is said to bring it"
    chinese = told(f"{english} was left out; {mend}", "zh")
    assert chinese is not None
    assert "`{x} was *&lt;`" in chinese
    assert "版本号" in chinese


def test_a_sentence_in_the_pages_own_language_stays_as_it_is() -> None:
    for texts in sentences():
        if "*" not in texts[0]:
            assert (
                tuple(told(text, one) for text, one in zip(texts, LANGUAGES, strict=True)) == texts
            )


@pytest.mark.parametrize(
    "text",
    ["", "of tomorrow", "the file " * 200, "the file the file is damaged", "; " * 900, "x" * 9_999],
)
def test_what_is_no_sentence_of_the_pipeline_is_not_understood(text: str) -> None:
    assert [told(text, one) for one in LANGUAGES] == [None, None]


def test_reasons_of_quarantine_are_told_in_the_pages_language(two: Two, guarded: str) -> None:
    reasons = two.warehouse.quarantine()["reason"].to_pylist()
    assert reasons
    for language in LANGUAGES:
        said = re.sub("</?code>", "`", looked_at(guarded, "/console/quarantine", language))
        for reason in reasons:
            assert html.escape(str(told(reason, language)), quote=False) in said


@pytest.mark.parametrize("path", [*SECTIONS.values(), "/console/stale?view=x", "/console/nothing"])
def test_a_chinese_page_has_no_english_sentence_of_the_pipeline(guarded: str, path: str) -> None:
    said = looked_at(guarded, path, "zh")
    assert '<html lang="zh-CN"' in said
    assert 'lang="en"' not in said.split("<main", 1)[1]


def looked_at(url: str, path: str, language: str) -> str:
    headers = {
        "Accept": "text/html",
        "Accept-Language": language,
        "Cookie": f"{COOKIE}={cookie_of_session()}",
    }
    return httpx.get(url + path, headers=headers).text
