"""What a record denies, held against what begins, and what it affirms, against what ends."""

import re
from collections.abc import Iterable

from pipelines.stale.claims import TELLING, Claim, head_of
from pipelines.stale.figures import figures
from pipelines.stale.likeness import Likeness, gist, likeness
from pipelines.stale.older import Older, Sentence
from pipelines.stale.parts import is_of_another_part
from pipelines.stale.polarity import negates, says_no
from pipelines.stale.ruling import DOUBT, SURE, Answer, Ruling, answer_of
from pipelines.stale.subjects import Name, occurs, share, terms, weight
from pipelines.text import fold

# A change that says more than this many times what the record denies is about something else.
_MOST_LACKING = 1
# `es256`, `3.14`, `v2`: what bears a number is one of its kind.
_NUMBERED = re.compile(r"[a-z]+\d|\d\.\d")
_FOCUS = re.compile(r"(?:支持|能|可以|有)([^，。？?]{1,20}?)[吗么]")


def judge_begun(claim: Claim, record: Older) -> Ruling:
    """Hold what is possible from now on against what the record says is not."""
    known = [name for name in claim.object_names if _is_code(name)]
    if _explains(claim, record):
        return Ruling("no", "knows of it")
    best = Ruling("no", "denies nothing of it")
    most = 0.0
    for place, sentence in enumerate(record.sentences):
        no = place == 0 and sentence.says_no
        if not (no or sentence.lacks) or sentence.is_history:
            continue
        if place == 0 and sentence.says_yes:
            continue
        told = " ".join(clause for clause in sentence.clauses if clause not in sentence.denied)
        if any(occurs(name.folded, fold(told)) for name in known) or _has_figure_of(
            claim, sentence
        ):
            return Ruling("no", "knows of it")
        if is_of_another_part(claim.words, sentence.denied, sentence):
            continue
        score, answer = _denial(claim, sentence, first=place == 0, no=no)
        if answer == "yes" and _is_of_another(claim, sentence):
            answer = "unsure"
        if score > most:
            most = score
            best = Ruling(answer, "denied", sentence, sentence.text)
    return best


def _is_of_another(claim: Claim, sentence: Sentence) -> bool:
    """Tell whether `文档` is denied what `表格` or none but `管理员` can do from now on."""
    may = _WHO.match(claim.words)
    who = terms(may[1]) if may else frozenset()
    if not who or who & (sentence.denied_terms | sentence.asked | terms(sentence.above)):
        return False
    asked = sentence.question.rsplit("\n", 1)[-1]
    denied = (_WHO.match(text) for text in (sentence.denied, asked))
    return any(terms(one[1]) for one in denied if one)


_WHO = re.compile(
    r"([^，。；：？?]{1,12}?)(?:现在|目前|已经?|还|暂时?|也|都|均|是否)*"
    r"(?:不能|不可以|不?支持|不?允许|可以|能)"
)


def _explains(claim: Claim, record: Older) -> bool:
    """Tell whether the question is how to do what the change brings, and not answered by a no."""
    if not _HOW.search(record.title) or says_no(record.text):
        return False
    return share(terms(record.title), terms(head_of(claim.object))) >= SURE


_HOW = re.compile(r"^\W*(?:how (?:do|can|to|should)\b)|怎么|如何|怎样", re.IGNORECASE)


def _has_figure_of(claim: Claim, sentence: Sentence) -> bool:
    return any(
        figure.measure and figure.same_as(other)
        for figure in figures(claim.words)
        for other in sentence.figures
    )


def _denial(claim: Claim, sentence: Sentence, *, first: bool, no: bool) -> tuple[float, Answer]:
    """Return how much what a sentence denies is what the claim brings, and what follows."""
    begun = claim.begun
    asked = sentence.asked if first else frozenset()
    said = sentence.denied_terms | asked
    score = (share(said, begun) + share(begun | claim.about, asked or sentence.denied_terms)) / 2
    score -= 0 if no else 0.1
    answer = answer_of(score) if weight(begun & said) >= TELLING else "no"
    spelt = any(occurs(name.folded, fold(sentence.question)) for name in claim.object_names)
    alike = terms(claim.object) & (said if no else sentence.denied_terms)
    telling = spelt or any(_NUMBERED.search(term) for term in alike)
    head = terms(head_of(claim.object))
    if share(said, head) < SURE:
        answer = "no" if answer == "no" else "unsure"
    elif answer == "unsure" and telling:
        answer = "yes"
    held = _likeness(claim, sentence, sentence.question.rsplit("\n", 1)[-1] if first else "")
    if held.is_other and answer == "yes" and not telling:
        return score, "unsure"
    if held.common >= max(TELLING, held.lacking * _MOST_LACKING) and not held.more:
        return max(score, DOUBT), "yes"
    alone = likeness(claim.object, claim.told, sentence.denied, (sentence.denied,))
    if alone.common >= TELLING and not (alone.lacking or alone.more):
        return max(score, DOUBT), "yes"
    slight = weight(begun) < 2 and not (claim.scope or spelt)
    if answer == "yes" and (slight or (no and not _asks_for(claim, sentence))):
        answer = "unsure"
    return score, answer


def _likeness(claim: Claim, sentence: Sentence, question: str) -> Likeness:
    """Hold what begins against what is denied; a heading that alone answers the question will do.

    `webhooks for issue events` are webhooks: the head of what begins counts.
    """
    head = head_of(claim.object)
    thing = head if gist(head).words else claim.object
    about = f"{claim.scope} {claim.told}"
    focus = question if gist(question).words else sentence.denied
    ways = (f"{claim.scope} {thing}", claim.scope)
    found = (likeness(way, about, f"{question}\n{sentence.denied}", (focus,)) for way in ways)
    return min(found, key=lambda one: (one.common < TELLING, one.lacking))


def _is_code(name: Name) -> bool:
    return not name.is_plain and ("_" in name.text or not name.text[0].isupper())


def _asks_for(claim: Claim, sentence: Sentence) -> bool:
    """Tell whether what the question ends with is what the change brings.

    The end says what is asked for: `Can secrets be kept in Azure Key Vault?`, `支持四川话吗？`.
    """
    question = sentence.question.rsplit("\n", 1)[-1]
    focus = _FOCUS.search(question)
    wanted = terms(focus[1]) if focus else frozenset(list(_in_order(question))[-2:])
    return not wanted or weight(wanted & claim.about) >= weight(wanted) / 2


def _in_order(question: str) -> Iterable[str]:
    seen: dict[str, None] = {}
    for word in re.findall(r"[A-Za-z]+\d*|[\u3400-\u9fff]+", question):
        seen.update(dict.fromkeys(sorted(terms(word))))
    return seen


def judge_forbidden(claim: Claim, record: Older) -> Ruling:
    """Hold what happens no longer, or needs something from now on, against the record."""
    if _knows_the_end(claim, record):
        return Ruling("no", "negated")
    changed = claim.begun
    best = Ruling("no", "affirms nothing of it")
    most = 0.0
    for place, sentence in enumerate(record.sentences):
        if sentence.is_history or sentence.says_no:
            continue
        yes = place == 0 and sentence.says_yes
        shared = share(sentence.context, changed)
        if shared > most and weight(changed & sentence.context) >= TELLING:
            most = shared
            answer = answer_of(shared)
            if answer == "unsure" and yes and _asks_for(claim, sentence):
                answer = "yes"
            elif answer == "yes" and not yes:
                answer = "unsure"
            best = Ruling(answer, "affirmed", sentence, sentence.text)
    return best


def _knows_the_end(claim: Claim, record: Older) -> bool:
    """Tell whether the record denies what the claim ends: `它们没有默认值`."""
    parts = _ENDS.split(claim.object, maxsplit=1)
    ended = terms(parts[1]) if len(parts) > 1 else frozenset()
    return any(
        negates(clause) and bool(terms(clause) & ended)
        for sentence in record.sentences
        for clause in sentence.clauses
    )


_ENDS = re.compile(r"不再|no longer|不允许|禁止")
