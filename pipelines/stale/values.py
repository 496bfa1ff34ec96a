"""Values that a record states, held against values that a change moves or sets."""

import re

from pipelines.stale.claims import Claim
from pipelines.stale.figures import Figure
from pipelines.stale.likeness import TELLING, Likeness, likeness
from pipelines.stale.older import Older, Sentence
from pipelines.stale.parts import is_of_another_part
from pipelines.stale.polarity import (
    default_in,
    is_default,
    switched,
)
from pipelines.stale.ruling import (
    DOUBT,
    SURE,
    Answer,
    Ruling,
    answer_of,
    clause_with,
    is_elsewhere,
    states,
)
from pipelines.stale.subjects import occurs, share, terms


def moved_figures(claim: Claim) -> list[tuple[Figure, Figure]]:
    """Return the pairs of old and new figures that measure the same."""
    return [
        (old, new)
        for old in claim.old_figures
        for new in claim.new_figures
        if old.comparable_to(new)
    ]


def judge_moved(claim: Claim, record: Older) -> Ruling:
    """Hold a figure that moves from one to another against the record."""
    moved = moved_figures(claim)
    because = "does not state it"
    for sentence in record.sentences:
        for old, new in moved:
            stated = [
                one for one in sentence.figures if one.same_as(old) and _is_as_exact(one, old)
            ]
            if not stated:
                continue
            words = stated[0].words
            clause = clause_with(words, sentence)
            # A change that went the other way before names both, and led to the old one.
            knows = record.tier == "faq" and any(map(new.same_as, sentence.figures))
            if knows:
                because = "states the new one"
            elif sentence.is_history:
                because = "history"
            elif is_of_another_part(claim.words, clause, sentence):
                because = "another platform"
            else:
                ruling = _same_subject(claim, sentence, clause, words)
                if ruling.answer != "no":
                    return ruling
                because = ruling.because
    return Ruling("no", because)


def states_newest(claim: Claim, record: Older) -> bool:
    """Tell whether a record states a figure that the claim leads to, and so knows of it."""
    return any(
        figure.same_as(new)
        for sentence in record.sentences
        for figure in sentence.figures
        for new in claim.new_figures
    )


def _is_as_exact(stated: Figure, old: Figure) -> bool:
    """Tell whether a figure has a unit where the change has one: a mere `1` is no `1 GB`."""
    return bool(stated.measure) or not old.measure


def _same_subject(claim: Claim, sentence: Sentence, clause: str, words: str) -> Ruling:
    """Judge a sentence that states the old value: of the same thing?"""
    subject = claim.subject
    near = terms(clause) | terms(sentence.above) | sentence.asked
    shared = max(share(near, subject), share(sentence.context, subject) - 0.2)
    answer = answer_of(shared)
    alike = _likeness(claim, sentence, clause)
    if alike.is_same:
        answer = "yes"
    elif answer == "yes" and alike.is_other:
        # `验证码的有效期` and `access token 的有效期`: the same word of another thing.
        answer = "unsure"
    elif answer == "no" and alike.common >= TELLING:
        answer = "unsure"
    return Ruling(answer, "figure" if answer != "no" else "another subject", sentence, words)


def _likeness(claim: Claim, sentence: Sentence, clause: str) -> Likeness:
    thing = f"{claim.scope} {claim.object}"
    return likeness(thing, claim.told, sentence.whole, (*sentence.question.splitlines(), clause))


def judge_set(claim: Claim, record: Older) -> Ruling:
    """Hold a new default or bound, whose old value is not told, against the record."""
    if not claim.new_figures:
        return _judge_switched(claim, record)
    best = Ruling("no", "does not state it")
    for sentence in record.sentences:
        if sentence.is_history:
            continue
        told_as_default = claim.kind == "default" and is_default(claim.words)
        if told_as_default and not is_default(f"{sentence.text} {sentence.question}"):
            continue
        shared = share(sentence.context, claim.subject)
        alike = _likeness(claim, sentence, sentence.text)
        if shared < DOUBT and not alike.is_same:
            continue
        for new in claim.new_figures:
            if any(figure.same_as(new) for figure in sentence.figures):
                return Ruling("no", "states the new one")
            others = [figure for figure in sentence.figures if figure.comparable_to(new)]
            if others and best.answer == "no":
                told = (shared >= SURE and claim.kind == "default") or alike.is_same
                told = told and 2 * alike.lacking <= alike.common
                sure = told and len(others) == 1 and _is_turned(claim)
                best = Ruling(
                    "yes" if sure else "unsure", "another value", sentence, others[0].words
                )
    return best


def _is_turned(claim: Claim) -> bool:
    """Tell whether a change says that the value was another: `调整为 12 小时`, `raised to 5`."""
    return claim.kind == "default" or _TURNED.search(claim.words) is not None


_TURNED = re.compile(
    r"[改变调增升降减缩扩放提延][^，。；]{0,3}[到至为成]"
    r"|\b(?:rais|increas|lower|reduc|decreas|extend|shorten|chang|bump|doubl|now)\w*",
    re.IGNORECASE,
)


def _judge_switched(claim: Claim, record: Older) -> Ruling:
    """Hold a default that is no figure against the record: on or off, or a word."""
    on = switched(claim.new)
    if is_elsewhere(claim, record):
        return Ruling("no", "another component")
    for place, sentence in enumerate(record.sentences):
        answer = _is_default_of(claim, sentence)
        if sentence.is_history or answer == "no":
            continue
        if on is None:
            stated = default_in(sentence.text)
            comparable = stated[:1].isdigit() == claim.new[:1].isdigit()
            known = states(claim.new, sentence) or claim.new.startswith(stated)
            if stated and comparable and not known:
                return Ruling(answer, "another default", sentence, stated)
        elif _is_on(sentence, first=place == 0, surely=answer == "yes") == (not on):
            return Ruling(answer, "switch", sentence, sentence.text)
    return Ruling("no", "does not state it")


def _is_default_of(claim: Claim, sentence: Sentence) -> Answer:
    """Tell whether a sentence may state the default that the claim sets, or surely does."""
    telling = [name for name in claim.object_names if not name.is_plain]
    named = any(occurs(name.folded, sentence.folded) for name in claim.object_names)
    alike = _likeness(claim, sentence, sentence.text)
    if telling and not named:
        return "unsure" if alike.common >= TELLING else "no"
    shared = share(sentence.context, claim.subject)
    if alike.is_same or shared >= SURE or (named and shared >= DOUBT):
        return "yes"
    return "unsure" if named or shared >= DOUBT or alike.common >= TELLING else "no"


def _is_on(sentence: Sentence, *, first: bool, surely: bool) -> bool | None:
    """Tell whether a sentence says that something is on where nobody sets it, or off."""
    told = first or is_default(f"{sentence.text} {sentence.question}")
    on = switched(sentence.text) if told else None
    # `要，默认不开启`: a yes to the question is no word on the switch, unless there is no other.
    if on is None and first and surely and (sentence.says_yes or sentence.says_no):
        return sentence.says_yes
    return on
