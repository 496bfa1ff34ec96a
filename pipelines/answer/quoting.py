"""Quotations: what is left when no model answers."""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.answer.citations import numbered
from pipelines.answer.plans import Plan
from pipelines.confidence import READS_WELL, STORY_CLEAR, lead_in_story
from pipelines.granted import names_another
from pipelines.query.aliases import Aliases
from pipelines.search import Evidence, Hit
from pipelines.terms import simplified
from pipelines.text import is_chinese
from pipelines.vetoes import entry_of, other_product, other_version
from pipelines.wording import Wording

QUOTED = 2
# Closeness, in deviations above unrelated texts, below which nobody should be shown a passage that
# no model has judged.
CLOSE = 2.0
# The same, from which a question asks the same in other words: `多少钱`, `怎么收费？`.
SAME = 8.0
# Log-odds: an entry below them more likely does not answer than does. Of `golden_dev` and the other
# written questions, one in twenty of what is quoted wrongly falls away, of what rightly one in 60.
LEAST_READING = 0.0
# How well it reads and how much speaks for it make up for each other. Of the entries quoted in 360
# conversations, ten of 49 wrong ones lie below this sum, and one of 69 right ones.
READING_WEIGHT, LEAST_SUM = 2.0, 9.2


def quoted(
    plan: Plan, reason: str, says: Wording, aliases: Aliases, shown: Sequence[Hit] = ()
) -> Plan:
    """Return a plan that quotes the best passages, marked as quotations.

    Their numbers go on after those of `shown`, which the text before them cites; with no other
    passage, that text is said to break off. Nothing is quoted that only the previous question
    asked for, or that is far from what was asked.
    """
    near = [hit for hit in plan.cited if _is_near(hit, plan, aliases)]
    # The release that overtook an entry stands in front of it, whatever it shares itself.
    leading = {name for hit in near for name in hit.chunk.overtaken_by}
    hits = [
        hit
        for hit in plan.cited
        if hit not in shown and (hit in near or hit.chunk.entry_id in leading)
    ][:QUOTED]
    if not hits and not shown:
        return plan.without_sources("refuse", reason, says.not_found)
    quotations = [
        f"{hit.chunk.title}\n{numbered(hit.chunk.text, number)}"
        for number, hit in enumerate(hits, len(shown) + 1)
    ]
    text = "\n\n".join([says.degraded, *quotations]) if hits else says.broken_off
    return replace(plan, decision="degraded", reason=reason, text=text, cited=(*shown, *hits))


def is_foreign_to(hits: Sequence[Hit], question: str) -> bool:
    """Tell whether one of the hits is in another language than a question."""
    return any(is_chinese(hit.chunk.title) != is_chinese(question) for hit in hits)


def _is_near(hit: Hit, plan: Plan, aliases: Aliases) -> bool:
    """Tell whether a hit is close to the question, and shares a word with it in its language.

    An entry that reads well may use other words: `开专票` asks for what it calls 增值税专用发票. Of
    600 written questions, four more are quoted rightly so, and none wrongly.
    """
    if plan.found is not None and not plan.found.carries(hit):
        return False
    evidence = hit.evidence
    asked = simplified(plan.found.result.question) if plan.found else ""
    # What another code, version or product is about, a reader in a hurry takes for his.
    if hit.chunk.tier == "faq":
        entry = entry_of(hit)
        if other_version(asked, entry) or other_product(asked, entry, aliases):
            return False
    if _is_on_another(hit, plan, aliases):
        return False
    # What was not read stands behind two that were; what reads like this answers nothing.
    if hit.chunk.tier == "faq" and not (
        _reads_like_an_answer(evidence) or _is_far_ahead(hit, plan)
    ):
        return False
    shares = (
        evidence.coverage > 0
        or evidence.reading >= READS_WELL
        or evidence.question >= SAME
        or is_foreign_to([hit], asked)
    )
    return shares and max(evidence.question, evidence.passage) >= CLOSE


def _reads_like_an_answer(evidence: Evidence) -> bool:
    reading = evidence.reading
    return reading > LEAST_READING and evidence.total + READING_WEIGHT * reading >= LEAST_SUM


def _is_far_ahead(hit: Hit, plan: Plan) -> bool:
    """Tell whether an entry is the first by far for a story that is too long to be read whole."""
    if plan.found is None or plan.found.own is not None:
        return False
    entries = [one for one in plan.found.result.hits if one.chunk.tier == "faq"]
    is_first = entries[0].chunk.entry_id == hit.chunk.entry_id
    return is_first and lead_in_story(plan.found.result.question, entries) >= STORY_CLEAR


def _is_on_another(hit: Hit, plan: Plan, aliases: Aliases) -> bool:
    """Tell whether a hit is about another product than the one that the question names."""
    asked = simplified(plan.found.result.question) if plan.found else ""
    others = [simplified(one.answer) for one in plan.cited if one is not hit]
    # A change asks nothing: what it says is what it is about.
    about, told = simplified(hit.answer), ""
    if hit.chunk.tier == "faq":
        entry = entry_of(hit)
        about, told = entry.asked, entry.answer
    return names_another(asked, about, told, others, aliases)
