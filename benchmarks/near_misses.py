"""Questions that lie next to an FAQ entry: `python benchmarks/near_misses.py` tells how many are
given an entry that does not answer them, and how many the one that does.

Both sorts were written blind, by reading nothing but the FAQ: the sample company's, that of one of
the three small companies of `retrieval.py`, and the English entries of the real data set. They ask
for another amount, the contrary, another platform, a case that the entry leaves out, a neighbouring
thing; or they only look so, and the entry answers them. Plain questions to the same FAQs, written
as blindly, tell what the doubt costs. There is no language model: what is not given verbatim
(`direct`) is quoted or refused.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
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

# Given verbatim: of questions that the entry does not answer at most, and of the others at least.
# What was measured, and three more or less.
FLOORS = {
    "near_zh": (15, 24),
    "near_en": (18, 20),
    "plain_zh": (4, 197),
    "plain_en": (3, 58),
}


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
        for name, (most_wrong, least_right) in FLOORS.items():
            rows = lines(QUESTIONS / f"{name}.jsonl")
            told = outcomes(rows, faqs(settings), settings, searcher_over)
            _print(name, told)
            if options.show:
                _show(told)
            given = [one for one in told if one.got == "direct"]
            right = sum(one.is_right for one in given)
            if len(given) - right > most_wrong or right < least_right:
                worse.append(f"{name}: {len(given) - right} given wrongly, {right} rightly")
    if options.floors and worse:
        sys.exit("what lies next to an entry is answered worse: " + "; ".join(worse))


def _print(name: str, told: Sequence[Outcome]) -> None:
    for answered in sorted({one.row["answered"] for one in told}):
        sort = [one for one in told if one.row["answered"] is answered]
        for kind in (*dict.fromkeys(one.row["kind"] for one in sort), "all"):
            asked = [one for one in sort if kind in (one.row["kind"], "all")]
            got = {
                way: [one for one in asked if one.got == way]
                for way in ("direct", "quoted", "refused")
            }
            cells = "".join(
                f"  {way} {len(ones):3} ({sum(one.is_right for one in ones)} right)"
                for way, ones in got.items()
            )
            word = "answered  " if answered else "unanswered"
            print(f"{name:8} {word} {kind:12}{len(asked):4}{cells}")


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
