"""What kind of change a category's name means: English, Chinese, gitmoji and conventional types."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

KindOfChange = Literal[
    "added", "changed", "deprecated", "removed", "fixed", "security", "performance", "withdrawn",
    "other",
]  # fmt: skip
# What a heading says of a release that was withdrawn, `[YANKED]` before all.
WITHDRAWN = "yanked|withdrawn|已?(?:撤回|撤销|撤下|召回)|已下架|已作废"

# How one name is read that could be two kinds: `Security fixes` are security.
_NAME_PATTERNS: tuple[tuple[KindOfChange, str], ...] = (
    (
        "other",
        r"\b(?:docs?|documentation|chores?|ci|tests?|testing|style|dependenc(?:y|ies)|deps)\b"
        r"|文档|测试|依赖",
    ),
    ("withdrawn", rf"^\[(?:{WITHDRAWN})\]$"),
    ("security", r"\b(?:security|cves?|vulnerabilit\w+)\b|安全|漏洞"),
    ("deprecated", r"\bdeprecat\w*|废弃|弃用|不推荐"),
    ("removed", r"\b(?:remov\w+|delet\w+|dropp?(?:ed|s)?)\b|移除|删除|去除|下线"),
    ("performance", r"\bperf(?:ormance)?\b|\bspeed\b|性能"),
    ("fixed", r"\b(?:(?:bug|hot)[\s-]?)?fix(?:e[sd]|ing)?\b|\bbugs?\b|修复|修正|缺陷|错误"),
    ("changed", r"\bbreaking\b|\b(?:in|not\s+\w+\s+)compatib\w+|功能(?:优化|改进|变更|调整)"),
    (
        "added",
        r"\b(?:add(?:ed|s|itions?)?|new|feat(?:ures?)?)\b|新增|新[功特]|^\W*新\W*$|特性|增加|添加|功能",
    ),
    (
        "changed",
        r"\b(?:chang\w*|improv\w+|enhanc\w+|tweak\w*|optimi[sz]\w+|refactor\w*|updat\w+|upgrad\w+"
        r"|reverts?|bump\w*)\b"
        r"|优化|改进|改善|增强|变更|更改|变动|变化|修改|调整|更新|升级|重构|兼容|破坏",
    ),
)
_NAMES = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _NAME_PATTERNS]
# Names that say only that something is different; the change's own verb says more.
_VAGUE = re.compile(
    r"\W*(?:(?:major|minor|patch|other|notable|all)\s+)*(?:changes?|updates?|what['’]?s\s+changed)"
    r"\W*|\W*(?:更新|版本)(?:内容|说明|日志)?\W*",
    re.IGNORECASE,
)
# What breaks something removes or deprecates it, or changes it; it never only adds.
_BREAKING = re.compile(r"\bbreaking\b|compatib|不兼容|非兼容|破坏|不向[上下前后]", re.IGNORECASE)
_PICTURES: dict[str, KindOfChange] = {
    **dict.fromkeys("✨🎉🆕➕🚀🌟⭐🎁🌱🔊📈", "added"),
    **dict.fromkeys("🐛🐞🚑🩹💚✏🥅", "fixed"),
    **dict.fromkeys("🔒🔐🔓🛡", "security"),
    **dict.fromkeys("🗑👎", "deprecated"),
    **dict.fromkeys("🔥⚰➖❌🔇", "removed"),
    **dict.fromkeys("⚡🐎🏎", "performance"),
    **dict.fromkeys("♻💥⬆⬇📌🎨💄🔧🔨🚚⏪🛠⚠🌐💫🚸🏗📱♿🍱💬👽🔀🔄🔁💪", "changed"),
}
_SHORTCODES: dict[str, KindOfChange] = {
    **dict.fromkeys(("sparkles", "tada", "new", "heavy_plus_sign", "rocket", "star2"), "added"),
    **dict.fromkeys(("bug", "ambulance", "adhesive_bandage", "beetle", "pencil2"), "fixed"),
    **dict.fromkeys(("lock", "closed_lock_with_key", "shield"), "security"),
    **dict.fromkeys(("wastebasket",), "deprecated"),
    **dict.fromkeys(("fire", "coffin", "heavy_minus_sign", "x"), "removed"),
    **dict.fromkeys(("zap", "racehorse"), "performance"),
    **dict.fromkeys(
        (
            *("recycle", "boom", "arrow_up", "arrow_down", "pushpin", "art", "lipstick"),
            *("wrench", "hammer", "truck", "rewind", "warning", "globe_with_meridians"),
        ),
        "changed",
    ),
}
# Marks of work that no customer sees: documents, tests, tools.
_INTERNAL = frozenset("📝✅👷🧪🏷🙈🤡💡📄🔖🚧🧹")
_SHORTCODE = re.compile(r":(\w{1,40}):")

_ZH_VERBS: dict[str, KindOfChange] = {
    **dict.fromkeys(("新增", "增加", "添加", "引入", "支持", "首次"), "added"),
    **dict.fromkeys(("修复", "修正", "解决"), "fixed"),
    **dict.fromkeys(
        ("移除", "删除", "去除", "去掉", "下线", "不再支持", "停止支持", "取消支持"), "removed"
    ),
    **dict.fromkeys(("废弃", "弃用", "不推荐", "即将移除", "停用"), "deprecated"),
    **dict.fromkeys(
        (
            *("优化", "改进", "改善", "调整", "修改", "变更", "更新", "升级", "重构", "更名"),
            *("重命名", "改为", "改成", "统一", "替换", "提高", "延长", "缩短", "增强", "默认"),
        ),
        "changed",
    ),
}
_ZH_VERB = re.compile("|".join(sorted(_ZH_VERBS, key=len, reverse=True)))
_EN_VERBS: tuple[tuple[KindOfChange, str], ...] = (
    ("fixed", r"(?:(?:bug|hot)[\s-]?)?fix(?:e[sd]|ing)?|resolv\w+|correct(?:s|ed)?|bugs?"),
    ("removed", r"remov\w+|delet\w+|drop(?:s|ped)?|no\s+longer\s+supports?"),
    ("deprecated", r"deprecat\w+"),
    ("security", r"security|cve-\d+\S*"),
    ("performance", r"perf(?:ormance)?|speed\s+up|speeds\s+up|improved?\s+performance"),
    ("added", r"add(?:s|ed|ing)?|introduc\w+|implement\w*|support(?:s|ed)?|new|feat(?:ures?)?"
              r"|allow(?:s|ed)?|enable[sd]?|initial|first"),
    ("changed", r"chang\w+|updat\w+|upgrad\w+|bump\w*|improv\w+|enhanc\w+|refactor\w*|renam\w+"
                r"|mov(?:es?|ed)|migrat\w+|replac\w+|switch\w*|optimi[sz]\w+|rework\w*|revert\w*"
                r"|tweak\w*|increas\w+|decreas\w+|rais(?:es?|ed)|lower(?:s|ed)?|mak(?:es?|ing)|made|uses?"
                r"|breaking"),
)  # fmt: skip
_EN_VERB = re.compile(
    "|".join(rf"(?P<v{place}>{pattern})" for place, (_, pattern) in enumerate(_EN_VERBS)),
    re.IGNORECASE,
)
_EN_OTHER = re.compile(r"\W*(?:docs?|chore|ci|tests?|build|style)\s*[(:]", re.IGNORECASE)
_LONGEST_LEAD = 100
_LEAD = re.compile(r"(?:[\[(（【]\s*#?[A-Za-z]{0,10}-?\d[\w./-]{0,20}\s*[\])）】]|[\W_])+")
_BREAKING_MARK = re.compile(r"\W*breaking(?:\s+changes?)?\s*\W*[:：]", re.IGNORECASE)
_PREFIX = re.compile(r"[^\s:：][^:：\n]{0,39}[:：]\s*")

_WORD = re.compile(
    "add|added|additions?|new|changed?|changes|changing|deprecat(?:e|ed|ions?)|remov(?:e|ed|als?)"
    "|deleted|fix|fixe[sd]|(?:bug|hot)fix(?:es)?|bugs?|security|features?|feat|improve(?:d|ments?)?"
    "|enhanc(?:e[ds]?|ing|ements?)|tweak(?:s|ed)?|optimi[sz](?:ed|ations?)|performance|perf|breaking|revert(?:s|ed)?"
    "|refactor(?:s|ed|ing)?|docs?|documentation|tests?|testing|build|ci|chores?|maintenance"
    "|highlights|dependency|dependencies|deps|misc|miscellaneous|others?|update[sd]?|upgrade[sd]?"
    "|vulnerability|vulnerabilities|cves?|compatible|incompatible|incompatibilities|styles?"
    "|internal|cleanup"
)
_FILLER = re.compile(
    "and|or|of|the|to|in|with|general|normal|additional|further|major|minor|patch|small|important|notable|all|backwards?"
    "|downward|non|not|api|code|system|items|issues?|notes|cases?|integration|continuous|future"
    "|versions|s|known|potential|possible"
)
_HAN_NAME = re.compile(
    "(?:新增|新|特性|功能|添加|增加|变更|更改|变动|变化|修改|调整|修复|修正|修补|解决|优化|改进|改善|增强"
    "|移除|删除|去除|下线|废弃|弃用|安全|性能|重构|文档|依赖|其他|其它|问题|缺陷|漏洞|错误|不兼容|非兼容"
    "|破坏|重大|重要|更新|升级|测试|构建|体验|杂项|维护|回退|向下|向后|兼容|预告|已知|主要"
    "|事项|[性项类与和及的已将不])+"
)
_HAN_CORE = re.compile(
    "新|特性|功能|添加|增加|变|改|调整|修|解决|优化|增强|移除|删除|去除|下线|废弃|弃用|安全|性能|重构"
    "|文档|依赖|其他|其它|缺陷|漏洞|兼容|破坏|更新|升级|测试|构建|杂项|维护|回退"
)
_PART = re.compile(r"[a-z]+|[\u3400-\u9fff]+|[0-9]+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_category(name: str) -> bool:
    """Tell whether a heading or mark is nothing but the usual name of a kind of change."""
    name = unicodedata.normalize("NFKC", name[:100]).lower().replace("'", "").replace("’", "")
    if name.strip() in ("whats new", "what is new"):
        return True
    parts = _PART.findall(_SHORTCODE.sub(" ", name))
    if not parts:
        return _kind_by_picture(name) != "other" or not _INTERNAL.isdisjoint(name)
    named = False
    for part in parts:
        if _HAN_NAME.fullmatch(part):
            named = named or _HAN_CORE.search(part) is not None
        elif _WORD.fullmatch(part):
            named = True
        elif not _FILLER.fullmatch(part):
            return False
    return named


def kind_of_change(category: str, text: str) -> KindOfChange:
    """Return what a change does, by its category's name and, where that tells little, its text.

    Without a telling category, it is the first verb of the text; where that says nothing either,
    `other`.
    """
    name = category[:200]
    by_name = _kind_by_name(name)
    breaks = _BREAKING.search(name) is not None
    vague = by_name == "changed" and _VAGUE.fullmatch(name) is not None
    if by_name != "other" and not vague and not breaks:
        return by_name
    if by_name == "other" and _NAMES[0][1].search(name):
        return "other"
    by_text = _kind_by_text(text[:300])
    if breaks:
        return by_text if by_text in ("removed", "deprecated", "security") else "changed"
    return "changed" if vague and by_text == "other" else by_text


def begins_with_verb(text: str) -> bool:
    """Tell whether a text begins with what was done, as in `新增 …` or `Fix …`."""
    text = text[:_LONGEST_LEAD]
    lead = _LEAD.match(text)
    is_chinese = _ZH_VERB.match(text, lead.end() if lead else 0) is not None
    return is_chinese or _kind_of_verb(text) != "other"


@lru_cache(maxsize=4096)
def _kind_by_name(name: str) -> KindOfChange:
    words = _SHORTCODE.sub(" ", name)
    for kind, pattern in _NAMES:
        if pattern.search(words):
            return kind
    return _kind_by_picture(name)


def _kind_by_picture(name: str) -> KindOfChange:
    for code in _SHORTCODE.findall(name):
        if code in _SHORTCODES:
            return _SHORTCODES[code]
    return next((_PICTURES[one] for one in name if one in _PICTURES), "other")


def _kind_by_text(text: str) -> KindOfChange:
    if breaking := _BREAKING_MARK.match(text):
        kind = _kind_by_text(text[breaking.end() :])
        return kind if kind in ("removed", "deprecated", "security") else "changed"
    picture = _kind_by_picture(text[:30])
    if picture != "other":
        return picture
    text = _SHORTCODE.sub(" ", text, count=1) if text.startswith(":") else text
    for words in (text, _PREFIX.sub("", text, count=1)):
        kind = _kind_of_verb(words)
        if kind != "other" or _EN_OTHER.match(words):
            return kind
    verb = _ZH_VERB.search(text)
    return _ZH_VERBS[verb.group()] if verb else "other"


def _kind_of_verb(words: str) -> KindOfChange:
    lead = _LEAD.match(words)
    match = _EN_VERB.match(words, lead.end() if lead else 0)
    if match is None or re.match(r"[\w-]", words[match.end() : match.end() + 1]):
        return "other"
    return _EN_VERBS[int(str(match.lastgroup)[1:])][0]
