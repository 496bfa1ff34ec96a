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
        r"免费版|\bfree\b",
        r"团队版|\bteam plan\b",
        r"企业版|\benterprise\b",
        r"专属版|\bdedicated\b",
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


def is_of_another_part(change: str, clause: str, sentence: Sentence) -> bool:
    """Tell whether a clause speaks of another platform, plan or channel than the change does.

    Where the clause names none, its sentence decides, then what stands above it.
    """
    for patterns in _PATTERNS:
        wanted = _found(patterns, change)
        if not wanted:
            continue
        for text in (clause, sentence.text, f"{sentence.above} {sentence.question}"):
            named = _found(patterns, text)
            if named:
                if not wanted & named:
                    return True
                break
    return False


# The same clauses are asked about for claim after claim.
@lru_cache(maxsize=50_000)
def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> frozenset[int]:
    return frozenset(place for place, pattern in enumerate(patterns) if pattern.search(text))
