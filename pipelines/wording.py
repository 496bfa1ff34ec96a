"""The fixed, courteous sentences that Sanku says itself, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from string import Formatter
from typing import Any


@dataclass(frozen=True, slots=True)
class VersionWording:
    """What stands above quoted changes; `{release}` is product, version and date of a release."""

    since: str
    until: str
    ended: str
    fixed: str
    removed: str
    deprecated: str
    changed: str
    still: str
    no_longer: str
    has: str
    has_not: str
    listed: str
    between: str
    both: str
    about: str
    own: str
    none_of_kind: str
    more: str
    latest: str
    release: str
    line: str
    kinds: Mapping[str, str]
    """Kind of change -> what a list of such changes is called."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's sentences; `{company}`, `{contact}`, `{version}`, `{date}` are filled in."""

    not_found: str
    only_dialogues: str
    hand_off: str
    angry: str
    greeting: str
    closing: str
    wordless: str
    suggested: str
    degraded: str
    broken_off: str
    unanswered: str
    newer_release: str
    standard_answer: str
    sources: str
    about_versions: VersionWording


CHINESE = Wording(
    not_found=(
        "抱歉，{company}目前的资料里没有找到这个问题的答案，我不想凭空猜测。"
        "您可以联系人工客服（{contact}），同事会尽快为您确认。"
    ),
    only_dialogues=(
        "抱歉，这个问题还没有经过确认的标准答案，我不能仅凭以往的聊天记录答复您。"
        "请联系人工客服（{contact}），同事会为您确认。"
    ),
    hand_off="好的，接下来由人工客服为您处理（{contact}）。",
    angry="非常抱歉给您带来了不好的体验，接下来由人工客服为您处理（{contact}）。",
    greeting="您好，我是{company}的智能客服。请告诉我您遇到的问题，我会从帮助资料里为您查找答案。",
    closing="好的，不客气。如果还有其他问题，请随时告诉我。",
    wordless="抱歉，我只能阅读文字，看不到图片、语音和文件。请用文字描述您遇到的问题。",
    suggested="您想问的也许是（回复序号即可）：",
    degraded="以下内容摘自{company}的资料原文，未经语言模型整理，供您参考：",
    broken_off="（回答到这里中断了，可能并不完整。需要确认时，请联系人工客服：{contact}）",
    unanswered="抱歉，暂时无法回答这个问题。请联系人工客服：{contact}",
    newer_release="自 {version} 版本（{date}）起有更新，以新版本为准：",
    standard_answer="更新前的说明：",
    sources="参考资料：",
    about_versions=VersionWording(
        since="自 {release}起：",
        until="到 {release}为止：",
        ended="到 {until} 版本为止。",
        fixed="{release}修复：",
        removed="自 {release}起移除：",
        deprecated="自 {release}起弃用：",
        changed="{release}的更新记录：",
        still="目前仍然支持，之后的更新记录里没有移除它。",
        no_longer="目前已不再支持。",
        has="{asked} 版本支持。",
        has_not="{asked} 版本不支持。",
        listed="{release}{kind}：",
        between="{start} 之后到 {end} 的{kind}：",
        both="{start} 到 {end} 的{kind}：",
        about="只列出与“{subject}”有关的：",
        own="以下是{company}的更新记录。",
        none_of_kind="{release}的更新记录里没有列出「{kind}」，列出的是：",
        more="还有 {count} 条未列出，详见更新日志。",
        latest="最新版本是 {release}。",
        release="{product}{version} 版本（{date}）",
        line="{version} 版本",
        kinds={
            "": "更新内容",
            "added": "新增",
            "changed": "变更",
            "deprecated": "弃用",
            "removed": "移除",
            "fixed": "修复",
            "security": "安全",
            "performance": "性能",
            "withdrawn": "已撤回的版本",
            "other": "其他",
            "breaking": "不兼容变更",
        },
    ),
)

ENGLISH = Wording(
    not_found=(
        "Sorry, I could not find an answer to this in {company}'s material, and I would rather not "
        "guess. Please contact our support team ({contact}); a colleague will look into it."
    ),
    only_dialogues=(
        "Sorry, there is no confirmed answer to this yet, and past conversations alone are no safe "
        "source. Please contact our support team ({contact}); a colleague will confirm it for you."
    ),
    hand_off="Of course, our support team takes it from here ({contact}).",
    angry=(
        "I am very sorry about this experience. Our support team takes it from here ({contact})."
    ),
    greeting=(
        "Hello, this is {company}'s assistant. Tell me what you need, "
        "and I will look it up in our help material."
    ),
    closing="You are welcome. If there is anything else, just ask.",
    wordless=(
        "Sorry, I can only read text, no pictures, sound or files. "
        "Please describe your problem in words."
    ),
    suggested="Perhaps you meant (a number will do):",
    degraded="Quoted from {company}'s own material, without a language model's help:",
    broken_off="(The answer breaks off here and may be incomplete. To be sure, contact: {contact})",
    unanswered="Sorry, this question cannot be answered right now. Please contact: {contact}",
    newer_release="Changed in release {version} ({date}), which takes precedence:",
    standard_answer="The answer before that release:",
    sources="Sources:",
    about_versions=VersionWording(
        since="Since {release}:",
        until="Until {release}:",
        ended="Until version {until}.",
        fixed="Fixed in {release}:",
        removed="Removed in {release}:",
        deprecated="Deprecated in {release}:",
        changed="Changed in {release}:",
        still="It is still supported; no later release removed it.",
        no_longer="It is no longer supported.",
        has="Version {asked} has it.",
        has_not="Version {asked} does not have it.",
        listed="{release}, {kind}:",
        between="After {start}, up to {end}, {kind}:",
        both="From {start} to {end}, {kind}:",
        about="Only what is about “{subject}”:",
        own="This is from the changelog of {company}.",
        none_of_kind="The changelog of {release} lists nothing under “{kind}”. What it lists:",
        more="{count} more are not shown; see the changelog.",
        latest="The latest version is {release}.",
        release="{product}{version} ({date})",
        line="{version}",
        kinds={
            "": "all changes",
            "added": "added",
            "changed": "changed",
            "deprecated": "deprecated",
            "removed": "removed",
            "fixed": "fixed",
            "security": "security",
            "performance": "performance",
            "withdrawn": "withdrawn release",
            "other": "other",
            "breaking": "breaking changes",
        },
    ),
)


_BY_COMPANY = frozenset({"company", "contact"})


def placeholders(key: str) -> frozenset[str] | None:
    """Return what a sentence may have filled in; None where `key` names no sentence."""
    texts = [_sentences(language).get(key) for language in (CHINESE, ENGLISH)]
    if None in texts:
        return None
    found = frozenset(name for text in texts if text for name in placeholders_in(text))
    is_own = key in {field.name for field in fields(Wording)}
    return found | _BY_COMPANY if is_own and found & _BY_COMPANY else found


def placeholders_in(text: str) -> list[str]:
    """Return the names between braces; raises `ValueError` where braces hold anything else."""
    found = []
    for _, name, form, conversion in Formatter().parse(text):
        if form or conversion or (name is not None and not name.isidentifier()):
            raise ValueError(f"holds `{{{name}}}`, which is no plain placeholder")
        if name is not None:
            found.append(name)
    return found


def keys() -> tuple[str, ...]:
    """Return the names of all sentences."""
    return tuple(_sentences(CHINESE))


@lru_cache(maxsize=16)
def worded(
    chinese: bool, changes: tuple[tuple[str, str], ...], company: str, contact: str
) -> Wording:
    """Return one language's sentences with the company's own, its name and contact filled in.

    `changes` are sentences by their keys, checked with `placeholders` before.
    """
    base, changed = CHINESE if chinese else ENGLISH, dict(changes)
    versions: dict[str, Any] = {
        key: text for key, text in changed.items() if hasattr(base.about_versions, key)
    }
    others: dict[str, Any] = {key: text for key, text in changed.items() if key not in versions}
    own = replace(base, **others)
    filled: dict[str, Any] = {
        key: text.format(company=company, contact=contact)
        for key, text in _texts(own).items()
        if placeholders(key) == _BY_COMPANY
    }
    return replace(own, **filled, about_versions=replace(base.about_versions, **versions))


def _sentences(language: Wording) -> dict[str, str]:
    return _texts(language) | _texts(language.about_versions)


def _texts(of: Wording | VersionWording) -> dict[str, str]:
    found = {field.name: getattr(of, field.name) for field in fields(of)}
    return {key: text for key, text in found.items() if isinstance(text, str)}
