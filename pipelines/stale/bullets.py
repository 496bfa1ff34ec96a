"""A changelog's bullet without what surrounds its words: links, credits, types, scopes."""

import re
from dataclasses import dataclass

from pipelines.changelog.categories import KindOfChange, kind_of_change
from pipelines.records import ChangeEntry
from pipelines.text import fold

# Beyond this a bullet is a story, whose every sentence may look like a claim.
_LONGEST = 2_000
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ADDRESS = re.compile(r"https?://[^\s)）]+")
_CREDIT = re.compile(
    r"\s*[(（](?:[^()（）]*(?:#\d+|\bby @|Thanks|commit [0-9a-f]{7}|closes"
    r"|[0-9a-f]{40})[^()（）]*)[)）]"
    r"|\s*[-—–]?\s*thanks @[\w@,\s-]+\.?"
    r"|[,，]?\s*(?:closes |fixes )?#\d{2,6}(?:[\s,，]+#\d{2,6})*"
    r"|\s*\([0-9a-f]{7,40}\)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_EMOJI = re.compile(r":[a-z_]+:|[\U0001f000-\U0001ffff\u2600-\u27bf\ufe0f]")
_BREAKING = re.compile(r"^[\s*]*BREAKING(?: CHANGE)?S?[\s*:：]*", re.IGNORECASE)
# `feat(limit-count): …`, `fix: …`; and `* **node:** …` of release-please.
_TYPE = re.compile(
    r"^(?P<type>feat|fix|change|refactor|perf|chore|docs?|test|ci|build|style|revert|bugfix|feature"
    r"|修复|功能|新增|文档|重构|杂项|性能)\s*(?:[(（]"
    r"(?P<scope>[^()（）]{1,40})[)）])?!?\s*[:：]\s*",
    re.IGNORECASE,
)
_BOLD_SCOPE = re.compile(r"^\*\*(?P<scope>[^*]{1,40}?)[:：]?\*\*[:：]?\s*")
_PREFIX = re.compile(
    r"^(?P<scope>(?:macOS|iOS|[A-Z\u3400-\u9fff])[\w\u3400-\u9fff /&.+-]{0,38}?)(?:[:：])\s+(?=\S)"
)
# `Input 的 autocomplete 属性`, `attribute of Table`: components are written like proper names.
_OWNER = re.compile(
    r"(?<![\w`.-])([A-Z][a-z]+(?:[A-Z][a-z]+)*)\s*(?:组件)?\s*的"
    r"|\bof ([A-Z][a-z]+(?:[A-Z][a-z]+)*)\b(?!\s[A-Z])"
)
# Areas that every text of a product may be about without a word of them.
_BROAD_WORDS = """
    cli gateway agents agent tools tool ui web auth docs core config configuration general other
    others misc chore deps security infra build tests test ci api server commands plugin plugins
    status models model apps app onboarding providers routing doctor logging install installer
    update common 其他 文档 通用 核心 analyzer breaking changed added removed highlights sandbox
    memory exec control session sessions media skills 综合 refactor refactors rebrand
"""
_BROAD = frozenset(_BROAD_WORDS.split())


# Of no concern to who uses the product.
_INTERNAL_WORDS = """
    docs doc chore ci test tests build style i18n repo lint refactors website typescript deps
    文档 构建 测试
"""
_INTERNAL = frozenset(_INTERNAL_WORDS.split())


@dataclass(frozen=True, slots=True)
class PlainBullet:
    """What a bullet says, and what its author says that it is about."""

    text: str
    """One line of Markdown without links' addresses, credits, and the prefixes below."""
    kind: KindOfChange
    scope: str
    """The component or prefix, where it names a part of the product; else empty."""
    heading: str
    """Words above the bullet that tell what it does, such as `移除多个已废弃的配置`."""
    is_internal: bool
    """Whether its type or scope says that it concerns documents, tests or the build."""


def plain_bullet(change: ChangeEntry) -> PlainBullet:
    """Return the words of a change, its kind by category, type or first words, and its scope."""
    text = _ADDRESS.sub("", _LINK.sub(r"\1", change.text[:_LONGEST]))
    text = _EMOJI.sub("", _CREDIT.sub("", text))
    text = _BREAKING.sub("", " ".join(text.split()))
    kind = kind_of_change(change.category, "")
    scopes = [_EMOJI.sub("", change.component).strip()]
    typed = _TYPE.match(text)
    if typed:
        kind = _kind_of_type(typed["type"], kind)
        scopes.append(typed["scope"] or "")
        text = text[typed.end() :]
    for pattern in (_BOLD_SCOPE, _PREFIX):
        match = pattern.match(text)
        if match and len(text) > match.end():
            scopes.append(match["scope"])
            text = text[match.end() :]
            break
    if kind == "other":
        kind = kind_of_change("", text)
    named = [scope for scope in scopes if scope and _names_a_part(scope)]
    if not named:
        owners = {han or english for han, english in _OWNER.findall(text)}
        named = list(owners) if len(owners) == 1 else []
    heading = next((scope for scope in scopes if len(scope) > 12 and " " in f"{scope} "), "")
    internal = any(fold(word) in _INTERNAL for word in (*scopes, typed["type"] if typed else ""))
    text = _BREAKING.sub("", text).strip()
    return PlainBullet(text, kind, named[-1] if named else "", heading, internal)


def _kind_of_type(written: str, otherwise: KindOfChange) -> KindOfChange:
    if otherwise in ("removed", "deprecated", "changed", "security"):
        return otherwise
    match written.lower():
        case "feat" | "feature" | "功能" | "新增":
            return "added"
        case "fix" | "bugfix" | "修复":
            return "fixed"
        case "change":
            return "changed"
        case _:
            return otherwise


def _names_a_part(scope: str) -> bool:
    parts = re.split(r"[\s/&,]+", fold(scope))
    short = len(scope) <= 24 and len(_HAN.findall(scope)) <= 6
    return short and not all(part in _BROAD for part in parts)
