"""Oldest supported versions of platforms and runtimes: where a release moves one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PRODUCT = (
    r"(?P<product>Node(?:\.?js)?|Python|Java|JDK|Go|PHP|Ruby|Rust|iOS|iPadOS|Android|Windows|macOS"
    r"|OS X|Ubuntu|CentOS|Debian|HarmonyOS|Vue|React|Angular|IE|Chrome|Safari|Firefox|Edge|etcd"
    r"|OpenResty|OpenSSL|NGINX|Redis|Lua|TypeScript|Kubernetes|Docker|PostgreSQL|MySQL|MongoDB"
    r"|Elasticsearch|Skywalking|spaCy|pydantic|transformers|numpy)(?:\.js)?"
)
_NUMBER = r"v?(?P<version>\d+(?:\.\d+)*)\+?"
_BE = r"(?:is|are|was|were|has been|have been)"
_ENDED = (
    r"\b(?:remov\w+|drop\w*|no longer (?:supports?|compatible with)|end of support for"
    r"|discontinu\w+)\s+(?:the "
    r"|official )*"
    rf"(?:support (?:for|of) )?{_PRODUCT}\s*{_NUMBER}",
    rf"{_PRODUCT}\s*{_NUMBER} (?:support )?(?:{_BE} )?(?:no longer supported|dropped|removed|EOL)",
    rf"(?:移除|删除|不再支持|停止支持|不再兼容|取消)(?:了|对)*\s*{_PRODUCT}\s*{_NUMBER}",
)
_RAISED = (
    r"\b(?:requires?|needs?|minimum(?: supported| required)?)\s[^;,]{0,20}?"
    rf"{_PRODUCT}(?: version)?(?: is| to| >=|>=| ≥)?\s*(?:now )?{_NUMBER}",
    rf"{_PRODUCT} minimum(?: supported)? version (?:is |to )?(?:now )?(?:raised to )?{_NUMBER}",
    rf"{_PRODUCT}\s*{_NUMBER} (?:or (?:later|newer|above) )?(?:{_BE} )?(?:now )?required",
    rf"(?:\bonly supports?|^compatible with) {_PRODUCT}\s*{_NUMBER}",
    rf"(?:最低|至少)(?:要求|兼容|支持|版本|需要)*(?:为|是|到|提升到|提升至"
    rf"|提高到)?\s*{_PRODUCT}\s*{_NUMBER}",
    rf"(?:只支持|仅支持|需要)\s*{_PRODUCT}\s*{_NUMBER}\s*(?:及|以及|或)?(?:以上|后续|更高)",
)
_ALSO = re.compile(rf"\s*(?:,|、|和|与|及|and|&)\s*{_PRODUCT}\s*{_NUMBER}", re.IGNORECASE)
_PATTERNS = tuple(
    (ends, re.compile(pattern, re.IGNORECASE))
    for ends, patterns in ((True, _ENDED), (False, _RAISED))
    for pattern in patterns
)


@dataclass(frozen=True, slots=True)
class Floor:
    """A platform whose oldest supported version moves."""

    product: str
    version: str
    ends: bool
    """Whether that version is not supported any more; else it is the oldest that is."""
    words: str


def floors(clause: str) -> Iterator[Floor]:
    """Yield the floors that a clause moves: `drop Node 12`, `最低要求为 iOS 15 和 Android 9`."""
    for ends, pattern in _PATTERNS:
        for match in pattern.finditer(clause):
            yield Floor(match["product"], match["version"], ends, match.group())
            at = match.end()
            while more := _ALSO.match(clause, at):
                yield Floor(more["product"], more["version"], ends, match.group())
                at = more.end()


def stated_versions(product: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the words that name `product` with a version, and that version."""
    bare = re.escape(re.sub(r"\.?js$", "", product, flags=re.IGNORECASE))
    stated = re.compile(
        rf"(?<![a-z]){bare}(?:\.?js)?\s*(?:版本|versions?)?\s*(?:>=|≥|v)?\s*(\d+(?:\.\d+)*)",
        re.IGNORECASE,
    )
    yield from ((match.group(), match[1]) for match in stated.finditer(text))


def is_below(said: str, floor: Floor) -> bool:
    """Tell whether a version that a text names is one that `floor` leaves behind."""
    version, bound = _numbers(said), _numbers(floor.version)
    width = min(len(version), len(bound))
    lower = version[:width] < bound[:width]
    return lower or (floor.ends and version[:width] == bound[:width])


def _numbers(written: str) -> tuple[int, ...]:
    return tuple(int(part) for part in written.split("."))
