"""Parts of which each is another: platforms, plans and channels that one sentence tells apart."""

import re
from functools import lru_cache

from pipelines.stale.older import Sentence

_KINDS: tuple[tuple[str, ...], ...] = (
    (
        r"\bios\b|\biphone\b",
        r"\bipad\w*",
        r"\bandroid\b|安卓",
        r"\bwindows\b",
        r"\bmac ?os\b|\bmac\b",
        r"\blinux\b",
        r"harmonyos|鸿蒙",
        r"网页|\bweb\b",
        r"桌面端|\bdesktop\b",
        r"手机端|移动端|\bmobile\b",
    ),
    (
        r"\btelegram\b",
        r"\bdiscord\b",
        r"\bslack\b",
        r"\bwhatsapp\b",
        r"\bsignal\b",
        r"\bimessage\b",
        r"\bteams\b",
        r"\bmatrix\b",
    ),
    (r"\bredis\b", r"\betcd\b", r"\bconsul\b", r"\bnacos\b", r"\beureka\b"),
)
_PATTERNS = tuple(tuple(re.compile(part, re.IGNORECASE) for part in parts) for parts in _KINDS)
# A plan is what its company calls one, as `旗舰版`, `海外版`; not what says how new a thing is, or
# on what it runs.
_CHINESE_PLAN = re.compile(
    r"[\u4e00-\u9fff]{2}(?<![新旧老原改出排翻正再一二三两几多哪这那此该每本上下前后首初同模整半])"
    r"(?<!正式|稳定|测试|公测|内测|预览|开发|发布|历史|早期|最终|当前|完整|修订|升级|更新|打印|电子|纸质|"
    r"网页|桌面|手机|移动|电脑|安卓|苹果|离线|在线|中文|英文|简体|繁体)(?=版(?![本面权块主号式图]))"
)
_ENGLISH_PLAN = re.compile(
    r"\b(?:(free|enterprise|dedicated)|(team|pro|personal|standard|basic|business|premium|starter)"
    r"(?=(?:(?: and | or |/|, )\w+)? (?:plan|tier|edition)s?\b))\b",
    re.IGNORECASE,
)
_IN_CHINESE = {
    "free": "免费",
    "team": "团队",
    "enterprise": "企业",
    "dedicated": "专属",
    "pro": "专业",
    "personal": "个人",
    "standard": "标准",
    "basic": "基础",
    "business": "商业",
    "premium": "高级",
    "starter": "入门",
}


def is_of_another_part(change: str, clause: str, sentence: Sentence) -> bool:
    """Tell whether a clause speaks of another platform, plan or channel than the change does.

    Where the clause names none, its sentence decides, then what stands above it.
    """
    for kind, wanted in enumerate(named_parts(change)):
        if not wanted:
            continue
        for text in (clause, sentence.text, f"{sentence.above} {sentence.question}"):
            named = named_parts(text)[kind]
            if named:
                if not wanted & named:
                    return True
                break
    return False


# The same clauses are asked about for claim after claim.
@lru_cache(maxsize=50_000)
def named_parts(text: str) -> tuple[frozenset[str], ...]:
    """Return the parts that a text names, kind by kind; plans come last."""
    others = (
        frozenset(pattern.pattern for pattern in patterns if pattern.search(text))
        for patterns in _PATTERNS
    )
    return (*others, plans_in(text))


def plans_in(text: str) -> frozenset[str]:
    """Return the plans that a text names, in Chinese and without their `版`."""
    english = (_IN_CHINESE[match.group().lower()] for match in _ENGLISH_PLAN.finditer(text))
    return frozenset((*_CHINESE_PLAN.findall(text), *english))
