"""What stands in a changelog and is no change: thanks, navigation, links to comparisons."""

import re

# Longer is never navigation, and would cost these expressions its square.
_SHORT = 2_000
_IMAGE = re.compile(r"(?:\[?!\[[^\]]*\]\([^)]*\)\s*(?:\]\([^)]*\))?\s*)+")
_ANCHOR_ONLY = re.compile(r"\W*\[[^\]]*\]\(#[^)]*\)\W*")
_LINK = re.compile(r"!?\[[^\]]*\](?:\([^)\s]*\)|\[[^\]]*\])?|<?https?://[^\s<>]+>?")
# What tools write: `{: #anchor}` of kramdown, and Lerna's note that nothing changed.
_WRITTEN_BY_TOOLS = re.compile(
    r"\{:?[^{}]{0,100}\}|\W*Note:?\W*Version bump only for package \S{1,100}", re.IGNORECASE
)
_COPYRIGHT = re.compile(r"\W*(?:copyright|©)\s*(?:\(c\)|©)?\s*(?:\d{4}|the\b)", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|<[^>]*>", re.DOTALL)
_COMPARISON = re.compile(
    r"\W*(?:(?:see|view)\s+)?(?:the\s+)?(?:(?:full|all|complete|detailed?)\s+)?"
    r"(?:changelog|changes|change\s+log|commits?|diff|compare|comparison|release\s+notes)?"
    r"(?:\s+since\s+\S{1,30})?\W*"
    r"|\W*(?:完整|全部|详细)?(?:的)?(?:更新|变更|改动|提交)?(?:日志|记录|列表|内容|对比)?(?:请?见)?\W*",
    re.IGNORECASE,
)
# Whose the changes below it are, in a Debian changelog.
_AUTHOR = re.compile(r"\[ [^\[\]]{1,60} \]")
_THANKS_HEADING = re.compile(
    r"\W*(?:(?:new|our|all|first[\s-]time)\s+)?(?:contributors?|thanks|thank\s+you|credits?|committers?"
    r"|acknowledge?ments?|贡献者|贡献者?名单|致谢|鸣谢|感谢)(?:\s+to)?\W*\d*\W*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\W*(?:(?:many|special|huge|big)\s+)?(?:thanks?|thank\s+you|contributors?|感谢|鸣谢|致谢|贡献者)"
    r"(?![a-z])[^.!?。！？]*[.!?。！？]?\s*",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"@[\w-]+|contribut|贡献", re.IGNORECASE)
_PERSON = re.compile(
    r"(?:\*\*)?\[?@[\w-]{1,40}\]?(?:\([^)\s]*\))?(?:\*\*)?"
    r"(?:\s+made\s+(?:their|his|her)\s+first\s+contribution\b.*)?[\s,.]*",
    re.IGNORECASE | re.DOTALL,
)
# What stands under a heading or in a cell that has nothing to tell.
_NOTHING = re.compile(r"\W*(?:暂?无|没有|none|n/?a|nothing)\W*", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:\S+\s+){0,3}(?:history|news|releases?|changes|版本(?:历史|记录|日志))", re.IGNORECASE
)
_NEUTRAL = re.compile(
    r"\W*(?:what'?s\s+changed|what\s+has\s+changed|change\s*log|release\s+notes?|commits"
    r"|(?:本次|本版|版本)?(?:更新|变更|升级)(?:内容|说明|日志|记录|概要|一览|明细)|(?:本次|本版)(?:更新|变更|升级)|版本说明|发布说明)\W*",
    re.IGNORECASE,
)


def is_title(heading: str) -> bool:
    """Tell whether the first heading of a file is its title."""
    name = heading[:100].strip(" :：")
    return _TITLE.fullmatch(name) is not None or is_neutral_heading(name)


def is_thanks_heading(title: str) -> bool:
    """Tell whether what stands under a heading names people and no changes."""
    return _THANKS_HEADING.fullmatch(title[:100]) is not None


def is_neutral_heading(title: str) -> bool:
    """Tell whether a heading inside a release says only that changes follow."""
    return _NEUTRAL.fullmatch(title[:100].replace("’", "'")) is not None


def is_noise(text: str) -> bool:
    """Tell whether a bullet or paragraph is navigation, a link to a comparison, thanks, or `无`."""
    if len(text) > _SHORT:
        return False
    if _NOTHING.fullmatch(text):
        return True
    if not _TAG.sub("", text).strip() or _ANCHOR_ONLY.fullmatch(text) or _PERSON.fullmatch(text):
        return True
    if _WRITTEN_BY_TOOLS.fullmatch(text.strip()) or not re.search(r"\w", text):
        # A picture alone may be a sign of something.
        return text.isascii() or _WRITTEN_BY_TOOLS.fullmatch(text.strip()) is not None
    if _COPYRIGHT.match(text) or _AUTHOR.fullmatch(text):
        return True
    if text.startswith(("![", "[![")) and _IMAGE.fullmatch(text):
        return True
    if _THANKS.fullmatch(text):
        return _PEOPLE.search(text) is not None
    if not _LINK.search(text):
        return False
    words = _LINK.sub(_shown, text)
    is_comparison = _COMPARISON.fullmatch(words) is not None
    # A badge is no comparison.
    is_badge = "](" in text and re.search(r"\w", words) is None
    return is_comparison and (not is_badge or "/compare/" in text)


def _shown(link: re.Match[str]) -> str:
    """Return the words that a link shows; none for an address."""
    return link.group().lstrip("!").partition("]")[0][1:] if "]" in link.group() else ""


def is_link_list(texts: list[str]) -> bool:
    """Tell whether paragraphs are a table of contents or nothing but links."""
    return all(
        len(text) <= _SHORT and not re.search(r"\w", _LINK.sub("", text)) and _LINK.search(text)
        for text in texts
    )
