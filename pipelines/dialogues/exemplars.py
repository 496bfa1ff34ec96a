"""Exemplars: how the company's own agents apologise, reassure and explain; the model's tone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pipelines.dialogues.courtesy import meaning
from pipelines.dialogues.remarks import is_holding
from pipelines.records import Exchange
from pipelines.text import fold, is_chinese

ToneKind = Literal["apology", "reassurance", "explanation"]
TONE_KINDS: tuple[ToneKind, ...] = get_args(ToneKind)

OF_EACH_KIND = 2
"""Exemplars of one kind in one language: a taste, not a script."""
FEWEST_VOICES = 2
"""Customers, or conversations of nobody known, that must have been told the same."""
LONGEST = 40
"""Han characters and English words of an exemplar; a longer sentence tells more than a tone."""
_SHORTEST = 3
# Of a clause, beside its apology or reassurance: `您先`, `我们会`, `about the trouble`.
_OTHER_WORDS = 6
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z']+")

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?~]*")
_CLAUSE = re.compile(r"[^，,；;]+[，,；;]?")
_KINDS: Mapping[ToneKind, re.Pattern[str]] = {
    "apology": re.compile(r"抱歉|对不起|不好意思|久等|\b(?:sorry|apologi[sz]e)\b"),
    "reassurance": re.compile(
        r"(?:别|不用|不要|无需)(?:太)?(?:担心|着急|急)|放心|理解您|能理解|我(?:来|会|这就|马上)帮您|"
        r"一直(?:帮您)?(?:跟进|盯着)|"
        r"\b(?:don't worry|no worries|happy to help|let me help|i understand)\b"
    ),
    "explanation": re.compile(
        r"(?:这|主要|一般|多半|通常|大概率?).{0,6}是?因为|原因是|是由于|简单来?说|也就是说|"
        r"(?:就|这)是(?:这个|因为).{0,8}(?:原因|缘故)|您可以理解为|所以(?:会|才|就)|"
        r"\b(?:this (?:usually )?happens|because|the reason is|in other words)\b"
    ),
}
# These state no fact: only so much of a sentence as does not either.
_BARE: frozenset[ToneKind] = frozenset({"apology", "reassurance"})
# Whatever tells a fact of its own, opens something, or gives an order to the model.
_NO_TONE = re.compile(
    r"[0-9〈〉<>{}\[\]`@/\\|]|https?|[一二三四五六七八九十百千两几]+(?:个|天|元|块|次|小时|分钟|月|年|折)|"
    r"(?:ignore|disregard|system|prompt|instruction|assistant)|忽略|指令|提示词|扮演|输出",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """Words of an agent's that show a manner of speaking.

    An apology or a reassurance states no fact. An explanation may: the prompt says that it is
    none to use, and an answer's sentence that no passage bears is dropped.
    """

    kind: ToneKind
    text: str
    exchange_id: str
    """The exchange it stands in: when that is forgotten, so is this."""


def exemplars(exchanges: Iterable[Exchange]) -> tuple[Exemplar, ...]:
    """Return up to `OF_EACH_KIND` exemplars of each kind and language, from resolved exchanges.

    Only what several customers were told, and what most were told first: the house style, not one
    agent's mood, and no words that tell who a customer is.
    """
    spoken: dict[tuple[ToneKind, bool, str], dict[str, Exemplar]] = defaultdict(dict)
    for exchange in exchanges:
        if exchange.outcome == "resolved":
            for found in _in(exchange):
                place = (found.kind, is_chinese(found.text), meaning(found.text))
                spoken[place].setdefault(exchange.customer or exchange.conversation, found)
    ranked = sorted(spoken.items(), key=lambda item: (-len(item[1]), len(item[0][2]), item[0][2]))
    ranked = [one for one in ranked if len(one[1]) >= FEWEST_VOICES]
    chosen: list[Exemplar] = []
    for kind in TONE_KINDS:
        for chinese in (True, False):
            of_kind = [said for place, said in ranked if place[:2] == (kind, chinese)]
            chosen += [min(said.values(), key=_id) for said in of_kind[:OF_EACH_KIND]]
    return tuple(chosen)


def _in(exchange: Exchange) -> Iterator[Exemplar]:
    for sentence in _SENTENCE.findall(exchange.answer):
        for kind, pattern in _KINDS.items():
            if pattern.search(fold(sentence)):
                text = _bare(sentence, pattern) if kind in _BARE else sentence.strip()
                if _SHORTEST <= _words(text) <= LONGEST and not _NO_TONE.search(text):
                    yield Exemplar(kind, text, exchange.id)
                break


def _bare(sentence: str, pattern: re.Pattern[str]) -> str:
    """Return the clauses from the one that apologises or reassures, as far as they tell nothing."""
    bare = ""
    for clause in _CLAUSE.findall(sentence):
        is_one = pattern.search(fold(clause)) is not None and _is_tone(clause, pattern)
        if is_one or (bare and is_holding(clause)):
            bare += clause
        elif bare:
            break
    return bare.strip("，,；; ")


def _is_tone(clause: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether a clause is little more than the words that make its tone."""
    return is_holding(clause) or _words(pattern.sub("", fold(clause))) <= _OTHER_WORDS


def _words(text: str) -> int:
    return len(_WORD.findall(fold(text)))


def _id(exemplar: Exemplar) -> str:
    return exemplar.exchange_id
