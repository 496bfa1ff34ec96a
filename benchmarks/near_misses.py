"""Questions that lie next to an FAQ entry: `python benchmarks/near_misses.py` tells how many are
given an entry that does not answer them, and how many the one that does.

Both sorts were written blind, by reading nothing but the FAQ: the sample company's, that of one of
the three small companies of `retrieval.py`, and the English entries of the real data set. They ask
for another amount, the contrary, another platform, a case that the entry leaves out, a neighbouring
thing; or they only look so, and the entry answers them. There is no language model: what is not
given verbatim (`direct`) is quoted or refused.

`--written` asks as well the 3,640 questions in `questions/near`, two beside each of 1,820 entries
of the FAQs from which the built-in model's changes learned, though not with these questions: they
are for learning to tell both sorts apart, and nothing has learned from them so far.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import DATA, QUESTIONS, SearcherOf, faq_entry, lines, searchers, twin_entries

from pipelines.answer.language import wording_for
from pipelines.answer.plans import Plan, Planner
from pipelines.answer.quoting import quoted
from pipelines.faq.pull import pull_faq
from pipelines.query.aliases import Aliases
from pipelines.records import FaqEntry
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.sources.open import open_tree
from pipelines.sources_toml import load_settings

LANGUAGES = ("zh", "en")
WRITTEN, LEARNED_FAQS = QUESTIONS / "near", Path(__file__).resolve().parent / "built_in_model"
# Given verbatim: of questions that the entry does not answer at most, and of the others at least.
# What was measured, and three more or less.
FLOORS = {"zh": (20, 8), "en": (20, 18)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question next to an entry, and what became of it."""

    row: dict[str, Any]
    plan: Plan

    @property
    def got(self) -> str:
        """`direct`, `quoted` or `refused`."""
        match self.plan.decision:
            case "direct":
                return "direct"
            case "degraded":
                return "quoted"
            case _:
                return "refused"

    @property
    def is_right(self) -> bool:
        """Whether an entry was given, and the one that answers."""
        told = [hit.chunk.title for hit in self.plan.cited]
        return bool(self.row["answered"] and self.row["entry"] in told)


def faqs(settings: Settings) -> Mapping[str, Sequence[FaqEntry]]:
    """Return the entries of each FAQ, by the names of the rows."""
    own = {}
    for source in settings.faq:
        with open_tree(source, settings) as tree:
            own[source.name] = pull_faq(source, tree).entries
    hosting = lines(QUESTIONS / "families" / "hosting.jsonl")
    return own | {
        "hosting": [
            faq_entry(f"hosting-{number}", "hosting", number, row["question"], row["answer"])
            for number, row in enumerate(hosting, 1)
        ],
        "ecs": [english for _, english in twin_entries()],
    }


def written() -> Iterator[dict[str, Any]]:
    """Yield the rows of the questions for learning: of each entry one of both sorts."""
    for file in sorted(WRITTEN.glob("*.jsonl")):
        for row in lines(file):
            for sort, kind in zip(("answered", "unanswered"), row["kinds"], strict=True):
                told = {"query": row[sort], "faq": file.stem, "entry": row["entry"]}
                yield told | {"kind": kind, "answered": sort == "answered"}


def learned_faqs() -> Mapping[str, Sequence[FaqEntry]]:
    """Return the entries that these questions lie next to, by the names of the rows."""
    told = {}
    for file in WRITTEN.glob("*.jsonl"):
        folder = "single" if file.stem.startswith("single_") else "families"
        entries = lines(LEARNED_FAQS / folder / file.name.removeprefix("single_"))
        told[file.stem] = [
            faq_entry(f"{file.stem}-{number}", file.stem, number, row["question"], row["answer"])
            for number, row in enumerate(entries, 1)
        ]
    return told


def outcomes(
    rows: Iterable[dict[str, Any]],
    entries: Mapping[str, Sequence[FaqEntry]],
    settings: Settings,
    searcher_over: SearcherOf,
) -> list[Outcome]:
    """Ask each row of the FAQ it names."""
    searchers_of: dict[str, Searcher] = {}
    told = []
    for row in rows:
        if row["faq"] not in searchers_of:
            searchers_of[row["faq"]] = searcher_over(entries[row["faq"]])
        told.append(Outcome(row, planned(row["query"], settings, searchers_of[row["faq"]])))
    return told


def planned(question: str, settings: Settings, searcher: Searcher) -> Plan:
    """Return what becomes of a question without a language model."""
    version = searcher.version()
    plan = Planner(settings, searcher).plan(question, (), version, "")
    if plan.decision != "grounded":
        return plan
    says = wording_for(settings, question, ())
    return quoted(plan, "no_model", says, Aliases(version.manifest.aliases))


def main() -> None:
    """Ask, and tell by language, sort and kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of embeddings; none: a temporary one")
    parser.add_argument("--show", action="store_true", help="print what was given wrongly")
    parser.add_argument("--written", action="store_true", help="ask the questions for learning too")
    parser.add_argument("--floors", action="store_true", help="fail below what was measured")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"`{DATA}` is not there: the real data sets are kept beside the checkout")
    settings = load_settings(environ={})
    worse = []
    with (
        tempfile.TemporaryDirectory() as temporary,
        searchers(options.cache or Path(temporary)) as searcher_over,
    ):
        for language in LANGUAGES:
            file = QUESTIONS / f"near_{language}.jsonl"
            told = outcomes(lines(file), faqs(settings), settings, searcher_over)
            _print(language, told)
            if options.show:
                _show(told)
            given = [one for one in told if one.got == "direct"]
            right = sum(one.is_right for one in given)
            if len(given) - right > FLOORS[language][0] or right < FLOORS[language][1]:
                worse.append(f"{language}: {len(given) - right} given wrongly, {right} rightly")
        if options.written:
            _print("written", outcomes(written(), learned_faqs(), settings, searcher_over))
    if options.floors and worse:
        sys.exit("what lies next to an entry is answered worse: " + "; ".join(worse))


def _print(language: str, told: Sequence[Outcome]) -> None:
    for answered in (False, True):
        sort = [one for one in told if one.row["answered"] is answered]
        for kind in (*dict.fromkeys(one.row["kind"] for one in sort), "all"):
            asked = [one for one in sort if kind in (one.row["kind"], "all")]
            got = {
                name: [one for one in asked if one.got == name]
                for name in ("direct", "quoted", "refused")
            }
            cells = "".join(
                f"  {name} {len(ones):3} ({sum(one.is_right for one in ones)} right)"
                for name, ones in got.items()
            )
            word = "answered  " if answered else "unanswered"
            print(f"{language} {word} {kind:12}{len(asked):4}{cells}")


def _show(told: Sequence[Outcome]) -> None:
    for one in told:
        if one.row["answered"] is (one.got == "refused") or (
            one.row["answered"] and not one.is_right
        ):
            shown = " / ".join(hit.chunk.title for hit in one.plan.cited)
            sure = one.plan.ruling.sure if one.plan.ruling else 0
            print(f"{one.got:8}{one.row['answered']!s:6}{one.row['kind']:12}{one.row['query']}")
            print(f"        {sure:.3f} {one.plan.reason} [{one.row['entry']}] -> {shown}")


if __name__ == "__main__":
    main()
