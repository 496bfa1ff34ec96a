"""What a changelog heading says: which release, of which date, or that it waits for one."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from pipelines.changelog.dates import date_line, find_date, month_line, without_dates

# `2.4.0`, `2026.1.31`, `1.0.0-rc.1`, `2026.1.14-1`, `3.0.0b2+cu118`; a lone number is no version.
_VERSION = r"\d+(?:\.\d+)+(?:[-+._~]?[0-9A-Za-z])*"
_WORD = (
    r"(?:versions?|releases?|ver\.?|rev\.?|tag|hotfix|milestone|(?:新|正式|稳定)?版本?号?|发布|更新日志|更新"
    r"|[^\w\s@]++)"
)
_ABOUT = (
    r"(?:(?:noteworthy|notable|all|main|major|new)\s+)?(?:changes|features|new|news|what'?s\s+new"
    r"|release\s+notes?|changelog|updates?)\s*:?\s+(?:(?:in|for|of)\s+)?"
)
# `pkg@`, `@scope/pkg@`, `@scope/pkg `, `pkg/v`, `pkg-v`: what tags of a monorepo begin with.
_PACKAGE = (
    r"(?P<package>@[\w.-]{1,80}/[\w.-]{1,80}(?=@|\s)|[A-Za-z][\w.-]{0,80}(?:/[\w.-]{1,80})?(?=@))"
    r"(?:@|\s+)|(?P<path>[A-Za-z][\w.-]{0,80}?)(?:/(?=v\d)|-(?=v?\d+\.\d))"
)
_STRONG = re.compile(
    rf"[^\w\[(@]*+(?:{_ABOUT})?(?:{_WORD}[\s:#]*){{0,4}}+(?:{_PACKAGE})?(?:{_WORD}[\s:#]*){{0,2}}+"
    rf"[\[(<«【]*v?\.?(?P<version>{_VERSION})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DEBIAN = re.compile(
    rf"(?P<package>[a-z0-9][\w.+-]{{0,80}}) \((?:\d+:)?(?P<version>{_VERSION}|\d+(?:[-+~.]\w+)*)\)"
    r"(?P<rest>(?: [\w-]+){1,5};.*)"
)
# As Jira writes it: `Release Notes - Lark - Version 1.2.0`.
_NOTES = re.compile(
    r"[Rr]elease [Nn]otes\s*[-–—:]\s*(?P<package>[^\d\n]{1,50}?)\s*[-–—:]\s*(?:[Vv]ersion|v)?"
    rf"\s*(?P<version>{_VERSION})(?P<rest>.*)"
)
# A product's name before the version; whether it is one, only its fellows can tell.
_WEAK = re.compile(
    rf"\W*+(?P<package>[^\d\W](?:[^\n\d.:,;!?]|\d(?!\.\d)){{0,50}}?)[\s(\[]*"
    rf"(?:(?:version|release|版本)[\s:]*)?(?<![A-Za-z0-9.])v?(?P<version>{_VERSION})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NEWS_FOR = re.compile(
    r"(?:news|changes|release notes)\s+(?:for|in|of)\s+(?:the\s+)?", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"\b(?:to|from|for|with|without|support\w*|upgrad\w*|migrat\w*|requir\w*|since|before|after|than"
    r"|until|using|bump\w*|updat\w*|drop\w*|fix\w*|add\w*)\b"
    r"|升级|支持|迁移|兼容|从|至|到|自|需要|要求|低于|高于|以下|以上",
    re.IGNORECASE,
)
# What a product is built on as often as part of its name.
_PLATFORM = re.compile(r"\b(?:node|python|java|php|go|ruby|react|vue)\b", re.IGNORECASE)
# `v12`, `Version 3`: with nothing beside it but a date.
_WHOLE = re.compile(
    r"\W*(?:v|version\s*|release\s*|版本\s*)(?P<version>\d{1,8})(?P<rest>\b.*)", re.I
)
# `polkit 122`, `CHANGES WITH 252:`: a number after any words.
_NUMBERED = re.compile(
    r"\W*(?P<package>[^\d\W][^\n\d.:,;!?]{0,50}?)[\s(\[]+v?(?P<version>\d{1,8})(?P<rest>\b.*)", re.I
)
# `Changes between 3.0.7 and 3.0.8`, `CHANGES FROM 3.2 TO 3.3`.
_BETWEEN = re.compile(
    r"[^\d\n]{0,60}?\b(?:changes|news|differences|features|new)\b[^\d\n]{0,40}?\b(?:(?P<pair>between)|from|in)\b"
    rf"[^\d\n]{{0,60}}?(?:{_VERSION}|\d{{1,5}})\s+(?:to|(?(pair)and|to))\s+[^\d\n]{{0,40}}?"
    rf"(?P<version>{_VERSION}|\d{{1,5}})(?P<rest>(?:\W.*)?)",
    re.IGNORECASE,
)
_TWO_NUMBERS = re.compile(r"\d\w*\s+(?:to|and)\s", re.IGNORECASE)
_IN_TAG = re.compile(rf"(?<![A-Za-z0-9.])v?({_VERSION}|\d+[0-9A-Za-z]*)", re.IGNORECASE)
# `iOS2.4.0`: no sign parts it from the name.
_GLUED_IN_TAG = re.compile(_VERSION)
# What PEP 440 does not know: `1.2.0.RELEASE` is 1.2.0, and `1.2.0-hotfix1` comes after it.
_OUT = re.compile(r"(?<=\d)[-._]?(?:release|final|ga|stable)$", re.IGNORECASE)
_MENDED = re.compile(
    r"(?<=\d)(?:[-._]?(?:hotfix|fix|patch|sp|p)[-._]?(?P<number>\d*)|_(?P<day>(?:19|20)\d{6}))$",
    re.IGNORECASE,
)
_DAY_IN_TAG = re.compile(r"(?<![\d.])(?:19|20)\d\d-\d\d(?:-\d\d)?(?![\w.-])")
_DAY_SPELLINGS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?:19|20)\d\d-\d\d-\d\d", "%Y-%m-%d"), (r"(?:19|20)\d\d-\d\d", "%Y-%m"),
        (r"(?:19|20)\d\d\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"), (r"(?:19|20)\d\d\.\d{1,2}", "%Y.%m"),
        (r"(?:19|20)\d{6}", "%Y%m%d"),
    )
)  # fmt: skip
_OPEN = re.compile(
    r"\W*(?:(?:the\s+)?(?:v?next|upcoming|future)(?:\s+(?:release|version|major|minor|changes))*"
    r"|head|master|main|trunk|develop|dev|(?:in|under)\s+(?:development|progress)|wip|tbd|tba"
    r"|coming\s+soon|pending|current|开发中|进行中|下一?个?版本|即将发布)\W*",
    re.IGNORECASE,
)
_UNRELEASED = re.compile(
    r"\W*(?:un-?released|not\s+(?:yet\s+)?released|尚?未发[布行]|待发布)\W{0,10}", re.IGNORECASE
)
_LEADING_DATE = re.compile(
    r"\W*(?:\d{4}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}\s*[日号]?(?![\d-])"
    r"|\w{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+\w{3,9}\s+\d{4}|[A-Z][a-z]{2,8}\s+\d{4}"
    r"|\d{4}\s*年\s*\d{1,2}\s*月份?(?!\s*\d)(?:版|更新|发布)?|\d{4}-\d{2}(?=\s))\W*"
)
_RANGE = re.compile(r"\s*(?:to|→|->|=>|升级)\s*v?\d", re.IGNORECASE)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Named:
    """The release that a heading names."""

    version: str
    """Without a leading `v`."""
    package: str
    """What a monorepo's heading or a product's name puts before the version; may be empty."""
    rest: str
    """What follows the version, such as a date."""
    is_weak: bool = False
    """Whether words before the version may as well make it a heading about something else."""
    is_whole: bool = False
    """Whether the version is a single number."""
    is_doubtful: bool = False
    """Whether only others worded alike make a release of it."""
    lead: str = ""
    """The words before the version, without case and punctuation."""

    @property
    def product(self) -> str:
        """The package as it is compared: `D-Bus` and `dbus` are one."""
        return re.sub(r"[\W_]+", "", self.package).casefold()


def plain(heading: str) -> str:
    """Return the heading without link targets, emphasis, tags and code marks."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<[^>]*>|\{[#:.][^}]*\}\s*$", "", heading[:500])
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"[\1]", text)
    return re.sub(r"\*\*|__|`|\\(?=[\[\]._*])", "", text).strip()


def _folded(heading: str) -> str:
    """Return what full-width digits, letters and punctuation of a heading stand for."""
    text = unicodedata.normalize("NFKC", plain(heading)[:_LONGEST])
    return re.sub(r":[a-z_]+:", " ", text).replace("。", ".").replace("’", "'").strip()


@lru_cache(maxsize=4096)
def named(heading: str) -> Named | None:
    """Return the release that a heading names, or None when it names none."""
    text = _folded(heading)
    if (opened := _UNRELEASED.match(text)) is not None:
        text = text[opened.end() :]
    date_first = _LEADING_DATE.match(text)
    if date_first and (found := _strong(text[date_first.end() :])) is not None:
        return replace(found, rest=f"{text[: date_first.end()]} {found.rest}")
    found = _strong(text)
    if found is not None or opened is not None:
        return found
    if (match := _WHOLE.fullmatch(text)) and _says_nothing_but_a_date(match["rest"]):
        return Named(match["version"], "", match["rest"], is_whole=True, lead=_lead(match))
    found = _weak(text)
    return None if found is None or _PLATFORM.search(found.package) else found


@lru_cache(maxsize=4096)
def maybe_named(heading: str) -> Named | None:
    """Return the release that a heading names where several others are worded alike.

    `polkit 122` and `Node SDK 2.1.0` can be releases, `Step 2` and `Python 3.8` are none.
    """
    text = _folded(heading)
    if (match := _NUMBERED.fullmatch(text)) and _says_nothing_but_a_date(match["rest"]):
        package, version, rest = match["package"], match["version"], match["rest"]
        return Named(
            package=package,
            version=version,
            rest=rest,
            is_whole=True,
            is_doubtful=True,
            lead=_lead(match),
        )
    found = _weak(text)
    return replace(found, is_doubtful=True) if found else None


def _strong(text: str) -> Named | None:
    if told := _DEBIAN.fullmatch(text) or _NOTES.fullmatch(text):
        return Named(told["version"], told["package"], told["rest"])
    if _TWO_NUMBERS.search(text) and (told := _BETWEEN.fullmatch(text)):
        return Named(told["version"], "", told["rest"])
    match = _STRONG.match(text)
    if match is None or not _is_version(match["version"], match["rest"]):
        return None
    package = match["package"] or match["path"] or ""
    return Named(match["version"], package, match["rest"], lead=_lead(match))


def _lead(match: re.Match[str]) -> str:
    return " ".join(re.findall(r"\w+", match.string[: match.start("version")])).casefold()


def _weak(text: str) -> Named | None:
    match = _WEAK.match(_NEWS_FOR.sub("", text))
    if match is None or not _is_version(match["version"], match["rest"]):
        return None
    name = str(match["package"]).strip(" \t-—–:|[](){}【】「」")
    if len(name.split()) > 5 or _NO_NAME.search(name):
        return None
    return Named(match["version"], name, match["rest"], is_weak=True, lead=_lead(match))


def _is_version(version: str, rest: str) -> bool:
    # `12.04.2021` is a day; `2026.1.31` is both, and a version where versions are days.
    if find_date(version) is not None and not re.match(r"\d{4}\.", version):
        return False
    if re.search(r"\.[xX](?:\W|$)", version) or _RANGE.match(rest):
        return False
    # `1.5 times faster than before` goes on in words; `1.5: the big one for everybody` does not.
    wordy = len(rest.split()) > 3 and not re.match(r"\s*[-–—:/|(\[,]", rest)
    return not (version.count(".") == 1 and wordy and without_dates(rest) == rest)


def _says_nothing_but_a_date(rest: str) -> bool:
    rest = rest.strip(" []():,.-–—#")
    return not re.search(r"\w", rest) or date_line(rest) is not None or month_line(rest) is not None


def release_version(heading: str) -> str:
    """Return the version that a heading names, without `v`; empty when it names none."""
    found = named(heading)
    return found.version if found else ""


@lru_cache(maxsize=4096)
def is_open(heading: str) -> bool:
    """Tell whether a heading is `[Unreleased]`, for changes that no release has yet."""
    text = _folded(heading)
    return _UNRELEASED.match(text) is not None or _OPEN.fullmatch(text) is not None


def heading_date(heading: str) -> date | None:
    """Return the date beside a heading's version; the version itself is no date."""
    found = named(heading)
    return find_date(found.rest if found else _folded(heading))


# Every release is compared with every other; there are hundreds.
@lru_cache(maxsize=4096)
def tag_version(tag: str) -> str:
    """Return the version in a tag such as `v2.4.0` or `pkg@1.2.0`; the tag itself without one."""
    if day := _DAY_IN_TAG.search(tag):
        return day.group()
    found: list[str] = _IN_TAG.findall(tag)
    dotted = [version for version in found if "." in version]
    glued: list[str] = _GLUED_IN_TAG.findall(tag)
    return (dotted or glued or found or [tag])[-1]


def spelled_like(day: date, version: str, *, is_month: bool) -> str:
    """Return a day or month as a tag spells its own, `2026-01-31` or `2026.01`; else nothing."""
    for pattern, spelling in _DAY_SPELLINGS:
        if pattern.fullmatch(version) and ("%d" not in spelling or not is_month):
            return day.strftime(spelling)
    return ""


@lru_cache(maxsize=4096)
def tag_package(tag: str) -> str:
    """Return the package that a monorepo's tag names, as in `pkg@1.2.0` or `pkg-v1.2.0`."""
    version = tag_version(tag)
    name = tag[: tag.rfind(version)] if version in tag else ""
    name = re.sub(r"(?:^|[@/_-])v?$", "", name, flags=re.IGNORECASE)
    return "" if name.casefold() in ("", "v", "release", "rel", "version", "ver") else name


def short_name(package: str) -> str:
    """Return the name of a package without its scope or folder."""
    return package.rpartition("/")[2].casefold()


@lru_cache(maxsize=4096)
def version_key(version: str) -> Version | str:
    """Return what two spellings of one version share: `2.0` and `2.0.0`, `1.0-rc1` and `1.0rc1`.

    Build metadata, as in `1.2.0+build.5`, makes no other version (Semantic Versioning, item 10).
    Neither does a word that says it is out; a mended build, of a number or a day, comes after it.
    """
    known = _MENDED.sub(r".post\g<number>\g<day>", _OUT.sub("", version))
    try:
        return Version(Version(known).public)
    except InvalidVersion:
        return version.casefold().partition("+")[0]
