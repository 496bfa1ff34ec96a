"""What kind of thing a question asks for, by its wording: a reason, a way, a yes or no, a price.

An entry on the same subject that answers another kind of question is the commonest wrong match.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from pipelines.terms import simplified
from pipelines.text import fold

YES_OR_NO = "yes or no"
PATTERNS: Mapping[str, str] = {
    "reason": r"为什么|为何|为啥|原因|怎么回事|咋回事|凭什么|凭啥|干嘛|\bwhy\b|\breasons?\b",
    "way": r"怎么|怎样|如何|咋|步骤|方法|办法|哪里|在哪|去哪|哪儿"
    r"|\bhow (?:do|can|to|should|would|does|is)\b|\bhow\b|\bwhere\b|\bsteps\b",
    YES_OR_NO: r"吗|是否|能否|可否|能不能|可不可以|支不支持|会不会|要不要|有没有|行不行|是不是"
    r"|可以[^,，。;；]{0,20}[么不?？]|不$"
    r"|^(?:can|do|does|is|are|will|could|should)\b|\bcan i\b",
    "difference": r"区别|差别|不同|异同|差在|有啥不一样|哪个好|比[^,，。;；]{0,6}(?:好|强|快)"
    r"|\bdiffer\w*|\bvs\b|\bcompare\w*",
    "price": r"多少钱|收费|计费|价格|费用|怎么收|扣费|要钱|花钱|贵|付费"
    r"|\bcosts?\b|\bcharged?\b|\bprices?\b|\bfees?\b|\bbilled\b|\bpay\b",
    "time": r"多久|多长时间|什么时候|何时|几天|几小时|几分钟|多少天|\bhow long\b|\bwhen\b",
    "amount": r"多少(?!钱)|几[块个]|最[多大]|上限|限制|\bhow many\b|\bmaximum\b|\blimits?\b",
    "choice": r"哪些|哪个|哪种|哪几|什么类型|\bwhich\b|\bwhat (?:kind|type)s?\b",
    "meaning": r"什么是|是什么|啥是|是啥|什么意思|\bwhat (?:is|are|does)\b",
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}


@lru_cache(maxsize=4096)
def kinds_asked_for(question: str) -> frozenset[str]:
    """Return the kinds of what a text asks for; none where its wording does not tell."""
    text = simplified(fold(question))
    return frozenset(kind for kind, pattern in _COMPILED.items() if pattern.search(text))


def likeness(question: str, title: str) -> float:
    """Return 1 where a title asks for a kind of thing that a question asks for, -1 where both tell
    what they ask for and it is something else, and 0 where they do not tell.

    That both ask for a yes or no tells nothing: any two questions may. Nor is a way something
    else: who is told how knows that it can be done.
    """
    asked, told = kinds_asked_for(question), kinds_asked_for(title)
    if shared := asked & told:
        return float(shared != {YES_OR_NO})
    tells_yes = YES_OR_NO in asked and "way" in told
    return -1.0 if asked and told and not tells_yes else 0.0
