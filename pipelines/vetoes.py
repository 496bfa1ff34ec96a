"""Vetoes: what keeps an FAQ entry from being given verbatim, however close its wording is.

An entry that a veto speaks against may still be quoted, or written from: then its words are seen
for what they are. Each rule takes a question and an entry, and returns what it holds against it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pipelines.granted import unnamed
from pipelines.opposites import opposite
from pipelines.query.aliases import Aliases
from pipelines.search import Hit, QueryEmbedder
from pipelines.stale.figures import Figure, figures
from pipelines.terms import query_terms, simplified
from pipelines.text import fold
from pipelines.version_questions import named_versions

Reason = Literal[
    "not_for",
    "other_version",
    "other_product",
    "opposite",
    "reversed",
    "other_number",
    "unnamed",
    "only_defines",
    "not_told",
]


@dataclass(frozen=True, slots=True)
class Veto:
    """Why an entry is not given verbatim: a code, and the words that speak against it."""

    reason: Reason
    because: str

    def as_dict(self) -> dict[str, str]:
        """Return the veto as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the rules read of an FAQ entry."""

    questions: tuple[str, ...]
    """Its question, and the similar ones that a person wrote."""
    answer: str
    not_for: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """All its questions, a line each."""
        return "\n".join(self.questions)

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self.asked}\n{self.answer}"


def first_veto(
    question: str,
    entry: Entry,
    others: Sequence[Entry],
    aliases: Aliases,
    embedder: QueryEmbedder,
) -> Veto | None:
    """Return the first rule's objection to giving `entry`; those that need no model come first.

    `others` are the next ones that were found.

    Only where the entry has counterexamples is anything embedded.
    """
    rules: Mapping[Reason, Callable[[], str]] = {
        "other_version": lambda: other_version(question, entry),
        "other_product": lambda: other_product(question, entry, aliases),
        "opposite": lambda: opposite(question, entry.asked, entry.answer),
        "reversed": lambda: turned_round(question, entry),
        "only_defines": lambda: only_defines(question, entry),
        "not_told": lambda: not_told(question, entry),
        "other_number": lambda: other_number(question, entry),
        "unnamed": lambda: unnamed(
            question, entry.asked, entry.answer, (one.text for one in others), aliases
        ),
        "not_for": lambda: counterexample(question, entry, embedder),
    }
    for reason, rule in rules.items():
        if because := rule():
            return Veto(reason, because)
    return None


def entry_of(hit: Hit) -> Entry:
    """Return what the rules read of an FAQ hit, in simplified script, as their words are."""
    questions = tuple(dict.fromkeys(map(simplified, (hit.chunk.title, *hit.questions))))
    return Entry(questions, simplified(hit.answer), tuple(map(simplified, hit.chunk.not_for)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


# A version, or the number of a name: `CentOS 7.4`, `IPv6`, `Windows Server 2012`, `E06是什么`.
_NAMED = re.compile(
    r"(?<![A-Za-z])([A-Za-z][A-Za-z+#]*)[ _-]?v?(\d+(?:\.\d+)*)(?![\d.]*[A-Za-z0-9_])"
)
# Not names: what amounts, addresses and codes are introduced by.
_NO_NAME = frozenset(
    {
        "a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "than", "or", "and", "over",
        "under", "with", "about", "within", "after", "before", "least", "most", "max", "min", "up",
        "last", "first", "next", "only", "every", "error", "code", "http", "https", "step", "no",
        "is", "are", "was", "x", "port", "day", "days", "hour", "hours",
    }
)  # fmt: skip


def other_version(question: str, entry: Entry) -> str:
    """Return the version that is asked about, where the entry's questions name others.

    `2.3` and `2.3.1` agree. What the answer speaks of, too, is no other version.
    """
    for asked, told, known in (
        ({"": named_versions(question)}, {"": named_versions(entry.asked)}, entry.answer),
        (_numbered(question), _numbered(entry.asked), entry.answer),
    ):
        for name, numbers in asked.items():
            others = told.get(name, ())
            if not (numbers and others) or _agree(numbers, others):
                continue
            held = named_versions(known) if not name else _numbered(known).get(name, ())
            if not _agree(numbers, held):
                return f"{name} {numbers[0]} ≠ {others[0]}".strip()
    return ""


def _numbered(text: str) -> dict[str, tuple[str, ...]]:
    """Return name -> the numbers that stand behind it, such as `centos` -> `7`, `7.4`."""
    text = _plain(text)
    amounts = {figure.start for figure in figures(text) if figure.measure}
    found: dict[str, tuple[str, ...]] = {}
    for match in _NAMED.finditer(text):
        name = match[1].lower()
        if name not in _NO_NAME and match.start(2) not in amounts:
            found[name] = (*found.get(name, ()), match[2])
    return found


def _agree(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(_begins(one, other) or _begins(other, one) for one in some for other in others)


def _begins(short: str, long: str) -> bool:
    return long == short or long.startswith(f"{short}.")


def other_product(question: str, entry: Entry, aliases: Aliases) -> str:
    """Return the product that is asked about, where the entry's questions name only others."""
    asked = {aliases.of(found)[0] for found in aliases.find(question)}
    told = {aliases.of(found)[0] for found in aliases.find(entry.asked)}
    if not asked or not told or asked & told:
        return ""
    held = {aliases.of(found)[0] for found in aliases.find(entry.answer)}
    return "" if asked & held else f"{min(asked)} ≠ {min(told)}"


_INTO = re.compile(
    r"(?:转|改|换|变|切换|迁移|升级|降级)(?:换|移)?(?:成|为|到|至)|转(?![不账发载])|\b(?:in)?to\b"
)


def turned_round(question: str, entry: Entry) -> str:
    """Return what shall become what, where the entry's question has it the other way round."""
    asked = _becomes(question)
    for own in entry.questions:
        told = _becomes(own)
        if asked is None or told is None:
            continue
        crossed = (asked[0] & told[1], asked[1] & told[0])
        if all(crossed) and not (asked[0] & told[0]) - crossed[1] and not asked[1] & told[1]:
            return f"{min(crossed[0])} → {min(crossed[1])}"
    return ""


def _becomes(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the words of what becomes, and of what it becomes."""
    found = _INTO.search(fold(text))
    if found is None:
        return None
    before, behind = fold(text)[: found.start()], fold(text)[found.end() :]
    words = (
        frozenset(w for w in query_terms(one).split() if len(w) > 1 and w != "from")
        for one in (before, behind)
    )
    return next(words), next(words)


_DEFINES = re.compile(
    r"^(?:请问)?(?:什么(?:是|叫)|何为|何谓)"
    r"|^[^的,，、\d]{1,16}"
    r"(?<!时间|地址|政策|条件|方式|密码|电话|号码)(?<!要求|规则|流程|标准|范围|期限|原因)"
    r"(?<!邮箱|网址|微信|账号|金额|利率|材料|权益|优惠)(?<!微信号)"
    r"(?:是|指)(?:什么|啥)(?:意思)?[?？。]?$"
    r"|^what(?:['’]s| is| are)\b(?! (?:your|our|my)\b)"
    r"(?!.*\b(?:difference|limit|price|cost|benefit|requirement|reason|way|default|hour|time|date"
    r"|address|number|polic(?:y|ie)|method|condition|rule|fee|deadline)s?\b)"
    # `What is a page size?` asks for its meaning.
    r"(?! (?!an? ).*\b(?:size|maximum|minimum|length|period|age|option|channel)s?\b)",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(
    r"(?:什么|啥)(?:是|叫|意思|东西|概念|玩意|用|样)|(?:是|叫|指|做|干)个?(?:什么|啥|嘛)|怎么回事|何为|何谓|代表|表示"
    r"|定义|概念|介绍|含义|区别|解释"
    r"|\bwhat(?:['’]s| is| are| does| do)\b|\bmean(?:s|ing)?\b|\bdefin\w+|\bexplain\w*",
    re.IGNORECASE,
)


def only_defines(question: str, entry: Entry) -> str:
    """Return the entry's question, where all of them ask what a thing is and `question` does not.

    Such an entry is close to whatever is asked about the thing, and answers none of it. One that
    asks what an address, a policy or the maximum size is tells a fact.
    """
    if not all(_DEFINES.search(fold(one)) for one in entry.questions):
        return ""
    return "" if _ASKS_WHAT.search(fold(question)) else entry.questions[0]


# What is asked for, and how a text shows that it tells of it.
_ASKED_FOR: tuple[tuple[str, str], ...] = (
    (
        r"多少钱|价格|价钱|收费|怎么收(?:[费钱的?？]|$)|贵不贵|要钱"
        r"|\bhow much (?:is|does|do|will)\b|\bpric\w+|\bcosts?\b",
        r"钱|价|费|元|账单|付|\$|pric|cost|free|charg|fee|bill|pay",
    ),
    (
        r"退款|退钱|退费|(?:能|可以)退(?![出回])|退掉|退订|\brefund\w*|money back",
        r"退|refund|money back",
    ),
    (
        r"多久|多长时间|几分钟|几小时|\bhow long\b",
        r"\d|[一二两三四五六七八九十半几]|分钟|小时|[天日周月年]|星期|时间|[立随]即|实时|马上|second|minute"
        r"|hour|day|week|month|year|immediate|until",
    ),
    (
        r"(?<!没)(?:写错|填错|输错)|作废|重开|改名|(?<!by )\bmistake\w*|\btypo\w*",
        r"错|作废|重[开新]|改|修|更[改换新正]|变|wrong|correct|chang|edit|updat",
    ),
    (r"导出|\bexport\w*", r"导出|下载|export|download"),
    (
        r"(?:客服|联系|服务|[你您]们)的?电话|电话(?:号码)?(?:是|多少)|\bphone number\b|\bhotline\b",
        r"电话|热线|\d{3,4}[- ]?\d{3,}|phone|hotline|call",
    ),
)
_WANTED = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in _ASKED_FOR
)


def not_told(question: str, entry: Entry) -> str:
    """Return what is asked for, such as a price or a refund, of which the entry says nothing.

    What its author asked, its answer tells, in whatever words.
    """
    if fold(question) in map(fold, entry.questions):
        return ""
    text = fold(entry.text)
    for asked, told in _WANTED:
        if (match := asked.search(fold(question))) and not told.search(text):
            return match.group()
    return ""


def other_number(question: str, entry: Entry) -> str:
    """Return the amount that is asked about, where the entry's questions state another one.

    Only amounts of the same measure differ; one that the answer states is no other.
    """
    asked, told = _amounts(question), _amounts(entry.asked)
    for figure in asked:
        others = [one for one in told if one.measure == figure.measure]
        if not others or any(one.same_as(own) for one in others for own in asked):
            continue
        if not any(one.same_as(figure) for one in _amounts(entry.answer)):
            return f"{figure.words} ≠ {others[0].words}"
    return ""


def _amounts(text: str) -> list[Figure]:
    return [figure for figure in figures(_plain(text)) if figure.measure]


def counterexample(question: str, entry: Entry, embedder: QueryEmbedder) -> str:
    """Return the counterexample of the entry that is closer to `question` than its questions are.

    All are embedded as questions, so that what compares was made alike.
    """
    if not entry.not_for:
        return ""
    said = fold(question)
    same = next((one for one in entry.not_for if fold(one) == said), "")
    if same or any(fold(one) == said for one in entry.questions):
        return same
    vectors = embedder.encode_queries([question, *entry.not_for, *entry.questions])
    closeness = vectors[1:] @ vectors[0]
    against, own = closeness[: len(entry.not_for)], closeness[len(entry.not_for) :]
    return entry.not_for[int(against.argmax())] if against.max() > own.max() else ""
