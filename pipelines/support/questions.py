"""A question that a yes or a no answers, held against another: whether both ask the same.

A yes says yes to the customer's question, whatever passage it was copied from. So it stands only
where a passage's own question asks the same: the same words both ways, the same values, nothing
turned round. In other words than the passage's, it is dropped; a sentence of its own is not.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.support.courtesies import is_courtesy
from pipelines.support.senses import bounds_in, is_negative, is_opposed, is_restricted, without_no
from pipelines.support.stems import asked_terms, parts
from pipelines.support.turns import is_turned
from pipelines.support.values import Value, values_in, without_values
from pipelines.text import fold

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])|(?<=(?<!\d)[.])(?=\s)")
_AUX = (
    "can|could|may|might|do|does|did|is|are|am|was|were|will|would|should|shall|must|has|have|had"
)
_WHETHER = re.compile(
    rf"(?:[吗么嘛吧不没]|没有)\s*\?*$|能否|是否|可否|([\u3400-\u9fff]{{1,2}})[不没]\1"
    rf"|(?:^|[,;:]\s*|\b(?:and|but|so|please|whether|if)\s+)(?:{_AUX}|ca|wo)(?:n['’]t)?\s+\w",
)
_OPEN = re.compile(
    r"什么|怎么|怎样|如何|多少|多久|多[大长高快远]|几[个天次种点]|哪|为何|为啥|咋|谁"
    r"|\b(?:how|what|when|where|which|why|who|whose|whom)\b"
)
_WHETHER_MIDWAY = re.compile(r"[吗嘛](?=[,，?？;；。!！ ])")
_OF_ANOTHER = re.compile(r"呢\?|\b(?:what|how) about\b")
# `还是` also means still, as it does in what ends with 吗.
_EITHER = re.compile(r"还是(?!.*[吗嘛么]\s*\?*$)|\bor\b(?! not\b)")
# `能不能` asks no otherwise than `能吗`.
_BOTH_WAYS = re.compile(
    r"([\u3400-\u9fff]{1,2})[不没]\1|(?P<end>不|没有?)\s*\?*$|(?P<if>[能可是])否"
)
_IF = {"能": "能", "可": "可以", "是": ""}
# `Can't I export?` is asked by who means to.
_INVERTED = re.compile(rf"^({_AUX}|ca|wo)n['’]t\b")
_DENIES = re.compile(
    r"不能|不可以?(?!靠)|无法|没法|不支持|不允许|不会|不行|不需要?|不用|无需|没有"
    r"|\b(?:cannot|impossible|unable|unsupported|unavailable|not)\b|n['’]t\b"
)
_MODES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "can",
            r"可以|(?<![功性智可职节])能够?(?![力源耗量效])|可(?=[\u3400-\u9fff])|支持|允许|行|提供|有(?![效限关])"
            r"|无法|没法|\b(?:un(?:able|supported|available)|cannot|impossible)\b|\bcan['’]t\b"
            r"|\b(?:can|could|may|able|possible|allow\w*|support\w*|permit\w*|available|offer\w*|have|has)\b",
        ),
        (
            "must",
            r"必须|需要?(?!求)|得(?=[\u3400-\u9fff])|(?<![主重需])要(?![求点素])"
            r"|\b(?:must|need\w*|ha(?:ve|s) to|requir\w*|should)\b",
        ),
        ("will", r"会(?![员议话计费场])|\b(?:will|would)\b"),
    )
)
_LITTLE = re.compile(
    r"请问|想问一?下?|问一?下|咨询一?下|麻烦|[您你]好|现在|目前|当前|到底|究竟|真的|确实|一下|出来|功能|对吗|是吗"
    r"|[您你]们?的?(?:家|软件|产品|平台|app)|[您你]们?|我们?"
    r"|\b(?:currently|now|please|hi|hello|hey|actually|really|just|any|some|this|that|these|those|so|then|also"
    r"|too|your|our|possible|able|allowed|supported|feature|function|may|might|am|will|would|should|if|whether)\b"
)
# So much of a clause has to stand in a question for it to be about nothing else.
TAKEN_UP = 0.75
_PARTICLES = re.compile(r"[吗么嘛吧呢]\s*\?*$")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked by a question to which a yes or a no is the whole answer."""

    text: str
    """Folded, without `能不能` and the like."""
    terms: frozenset[str]
    values: frozenset[Value]
    modes: frozenset[str]
    """Whether something can, must or will be."""
    denies: bool
    """Whether it asks if something is not so: `是否无法恢复`."""
    is_negative: bool
    """Whether there is a no in what it speaks of: `不登录`."""

    def asks_what(self, other: "Question") -> bool:
        """Tell whether both ask the same thing, one of them perhaps the other way round."""
        return (
            bool(self.terms)
            and self.terms == other.terms
            and self.values == other.values
            and self.modes == other.modes
            and self.is_negative == other.is_negative
            and bounds_in(self.text) == bounds_in(other.text)
            and is_restricted(self.text) == is_restricted(other.text)
            and not is_opposed(self.text, other.text)
            and not is_turned(self.text, other.text)
        )

    def is_denied(self, no: bool, *, in_words: bool) -> bool:
        """Tell whether after a reply what the question is about is not so.

        `是的` to `是否无法恢复` says that it is not, and so does `不能`, in the question's words.
        """
        return no != (self.denies and not in_words)

    def is_taken_up(self, folded: str) -> bool:
        """Tell whether a folded clause speaks of what is asked, and of nothing else."""
        said = _terms(_subject(folded))
        return (
            bool(self.terms)
            and self.terms <= said
            and len(self.terms) >= TAKEN_UP * len(said)
            and values_in(folded) == self.values
            and is_restricted(folded) == is_restricted(self.text)
        )


@lru_cache(maxsize=256)
def read_question(text: str) -> Question | None:
    """Return what is asked; None where no yes and no no answers it.

    So it is with `怎么…`, with `A 还是 B`, and with two that it may answer in one message.
    """
    said = [part for part in parts(_SENTENCE_END, fold(text)) if not is_courtesy(part)]
    # To `能导出吗？怎么导出？` a yes is the answer to the first.
    said = [part for part in said if not _OPEN.search(part) or _OF_ANOTHER.search(part)]
    asked = [part for part in said if part.endswith("?") or _WHETHER.search(part)]
    whole = " ".join(said)
    if len(asked) != 1 or not _WHETHER.search(asked[0]) or _EITHER.search(whole):
        return None
    plain = _INVERTED.sub(_upright, _BOTH_WAYS.sub(_one_way, whole))
    return Question(
        text=plain,
        terms=_terms(_subject(plain)),
        values=values_in(plain),
        modes=frozenset(name for name, pattern in _MODES if pattern.search(plain)),
        denies=_DENIES.search(plain) is not None,
        is_negative=is_negative(_DENIES.sub(" ", plain, count=1)),
    )


def asks_openly(text: str) -> bool:
    """Tell whether a question asks how, what or which, and nothing that a yes would answer.

    `支持飞书登录` and `可以用支付宝支付吗，谢谢` are answered by one.
    """
    folded = fold(text)
    is_open = read_question(text) is None and _OPEN.search(folded) is not None
    return is_open and _WHETHER_MIDWAY.search(folded) is None


def _one_way(match: re.Match[str]) -> str:
    if match["if"]:
        return _IF[match["if"]]
    return "吗" if match["end"] else match[1]


def _upright(match: re.Match[str]) -> str:
    return {"ca": "can", "wo": "will"}.get(match[1], match[1])


def _subject(folded: str) -> str:
    """Return a text without its modes, its no and its little words."""
    text = without_no(folded)
    for _, pattern in _MODES:
        text = pattern.sub(" ", text)
    return _LITTLE.sub(" ", text)


def _terms(subject: str) -> frozenset[str]:
    bare = _PARTICLES.sub(" ", without_values(subject))
    return asked_terms(bare) if any(map(str.isalnum, bare)) else frozenset()
