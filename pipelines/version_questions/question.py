"""What a customer asks about releases: since when, what a release fixed, whether it still holds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.text import is_chinese
from pipelines.version_questions.dates import ReleaseDay, dated, stands_beside_a_release
from pipelines.version_questions.spelling import as_rules_read
from pipelines.version_questions.subject import QuestionKind, parts_of
from pipelines.version_questions.twofold import parted, without_its_day
from pipelines.version_questions.words import (
    ADDS,
    AMOUNT,
    APART,
    ASKS_FOR_HELP,
    BEGINS,
    BOTH,
    BREAKING,
    BRINGS,
    CAME_OUT,
    CHANGES,
    CUT,
    EXPLAIN,
    FIXES,
    FLAGS,
    FROM_ON,
    IN_VERSION,
    IS_FIXED,
    LAST,
    LATEST,
    LATEST_RELEASE,
    MARK,
    NO_OWNER,
    NOT_A_FEATURE,
    OWNER,
    PAST,
    PERSONAL,
    PICKS,
    RANGE,
    RELEASED,
    REMOVES,
    SINCE_VERSION,
    SPEAKS_OF_LATEST,
    STILL,
    TELLS_OF_RELEASE,
    UNIT,
    VERSION,
    WHAT,
    WHAT_CAME,
    WHEN,
    WHICH,
    one_of,
)

Asked = Literal["added", "changed", "deprecated", "removed", "fixed", "security", "performance"]

# A longer message tells a story, and what it asks is not in its first words.
LONGEST = 160


@dataclass(frozen=True, slots=True)
class VersionQuestion:
    """A question about releases, told apart from all others."""

    kind: QuestionKind
    parts: tuple[str, ...] = ()
    """What is asked about, cut where words that ask stood: `Upload`, `断点续传`; none: all."""
    versions: tuple[str, ...] = ()
    """Versions named as releases of the product, without `v`; not those of something else."""
    asked: Asked | None = None
    """Kind of change that a list should hold; None for all."""
    breaking: bool = False
    """Whether only changes that break something are asked for."""
    inclusive: bool = False
    """Whether `between` begins with its first version, and not behind it."""
    day: ReleaseDay | None = None
    """When the release came out that a list is asked of, where no version names it."""
    steps: int = 0
    """-1 for the release before the one that is named, 1 for the one after it."""
    asks_whether: bool = False
    """Whether a fix is asked for that there may not be, as by `修了没`."""
    asks_which: bool = False
    """Whether a list is asked for, and which release it is of, as by `最新版是多少，更新了啥`."""
    is_sure: bool = True
    """False where an ordinary question may look alike, as `什么时候支持 X 的` does."""
    is_heard: bool = False
    """Whether no rule of words read it: its `parts` may as well be words that ask."""

    @property
    def is_list(self) -> bool:
        """Whether it asks for releases or for all that they changed, and not for one change."""
        return self.kind in ("what", "between", "latest")

    @property
    def comes_first(self) -> bool:
        """Whether the changes answer it before any FAQ entry but one of this very question."""
        return self.is_list and not self.is_heard

    @property
    def subject(self) -> str:
        """All that is asked about, in one line."""
        return " ".join(self.parts)


def version_question(text: str) -> VersionQuestion | None:
    """Return what a question asks about releases; None for every other one, and where in doubt.

    Rules of words alone: whether the product has such a release or subject, they do not know.
    """
    text = as_rules_read(text)
    if not text or len(text) > LONGEST or EXPLAIN.search(text):
        return None
    found = _twofold(text) or _of_a_day(text) or _understood(*marked(text, owned=False))
    if found is None:
        # `apisix 3.16 breaking changes`: a version behind a name may be the product's own.
        asked, versions = marked(text, owned=True)
        again = _listed(asked, versions) or _in_owned_version(asked, versions)
        found = replace(again, is_sure=False) if again else None
    return found


def named_versions(text: str) -> tuple[str, ...]:
    """Return the versions that a text names, without `v`; no amounts, nor those of other things."""
    return marked(as_rules_read(text), owned=False)[1]


def is_about_a_feature(text: str) -> bool:
    """Tell whether a text asks of what a product may have, and not of orders, accounts or why."""
    return NOT_A_FEATURE.search(text) is None and EXPLAIN.search(text) is None


def is_about_breaking(text: str) -> bool:
    """Tell whether only changes that break something are asked for."""
    return BREAKING.search(text) is not None


def marked(text: str, *, owned: bool) -> tuple[str, tuple[str, ...]]:
    """Return the text with marks for the versions in it, and these.

    With `owned`, those behind a name are marked too; else they are part of the subject, as in
    `Python 3.8`.
    """
    versions: list[str] = []

    def mark(match: re.Match[str]) -> str:
        before, behind = text[: match.start()], text[match.end() :]
        whole, number = match.group(), str(match["number"])
        # Four numbers are an address as often as a version.
        if (whole.lstrip()[0].isdigit() and AMOUNT.search(before)) or (
            not match["v"] and (match["release"].count(".") > 2 or _counts(behind))
        ):
            return whole
        owner = OWNER.search(before)
        is_owned = owner is not None and owner["name"].casefold() not in NO_OWNER
        if is_owned and not owned and whole.lstrip()[0].isdigit():
            return whole
        versions.append(number)
        return f" {MARK}" if whole[0] == " " else MARK

    return VERSION.sub(mark, text), tuple(versions)


def _counts(behind: str) -> bool:
    return UNIT.match(behind) is not None


def _understood(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    rules: tuple[_Rule, ...] = (_latest, _which, _listed, _in_version, _still, _fixed)
    return next((found for rule in rules if (found := rule(text, versions)) is not None), None)


def _twofold(text: str) -> VersionQuestion | None:
    """Read `最新版是多少，更新了啥`: above what is new, a list has the number and the day."""
    bare = without_its_day(text)
    found = _understood(*marked(bare, owned=False)) if bare != text else None
    if found is not None and found.kind == "latest" and found.is_sure:
        return found
    for one, other in parted(bare):
        asked, versions = marked(one, owned=False)
        if marked(other, owned=True)[1] or not (versions or LATEST.search(asked)):
            continue
        which = _understood(asked, versions)
        # Only who asks for no more than its number or day has not said yet what of it.
        is_bare = which is not None and which.is_sure and not which.parts and not which.asked
        if not is_bare or (versions and not RELEASED.search(asked)):
            continue
        listed = _listed(*marked(f"{versions[0] if versions else '最新版本'} {other}", owned=False))
        if listed is not None and listed.kind == "what" and not listed.parts:
            return replace(listed, asks_which=not versions)
    return None


_Rule = Callable[[str, tuple[str, ...]], VersionQuestion | None]


def _latest(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    match = LATEST.search(text)
    if versions or match is None or SPEAKS_OF_LATEST.search(text):
        return None
    if re.search(FIXES, text, FLAGS):
        return None
    parts = parts_of(text.replace(match.group(), CUT), "latest")
    # `Chrome 最新版本是多少` asks about Chrome.
    return VersionQuestion("latest", parts, is_sure=not parts)


def _which(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    last = LAST.search(text)
    sure = last or WHICH.search(text)
    match = sure or (WHEN.search(text) if PAST.search(text) else None)
    if match is None or RELEASED.search(text):
        return None
    if sure is None and (PERSONAL.search(text) or not is_about_a_feature(text)):
        return None
    kind = "removed_in" if last else _kind_of_which(text, match)
    if kind is None or (kind == "since" and PICKS.search(text) and not _LEAST.search(text)):
        return None
    parts = parts_of(WHICH.sub(CUT, text.replace(match.group(), CUT)), kind)
    return VersionQuestion(kind, parts, is_sure=sure is not None) if parts else None


_LEAST = re.compile(r"最低|最早|\b(?:minimum|min|earliest|lowest|oldest)\b", FLAGS)


# `修改记录是哪个版本加的`: what was done in that release, whatever the name of the thing tells.
_WAS_ADDED = re.compile(
    r"[ ]?才?(?:新?加|新增|添加|增加|引入|推出|出|上线)[了的]| (?:added|introduced)\b", FLAGS
)


def _kind_of_which(text: str, match: re.Match[str]) -> QuestionKind | None:
    if _WAS_ADDED.match(text, match.end()):
        return "since"
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    kinds: tuple[tuple[QuestionKind, str], ...] = (
        ("fixed_in", FIXES),
        ("removed_in", REMOVES),
        ("since", BRINGS),
        ("changed_in", CHANGES),
        ("since", ADDS),
    )
    for kind, words in kinds:
        if re.search(words, rest, FLAGS):
            is_plan = kind == "since" and is_chinese(text) and not BEGINS.search(text)
            return None if is_plan else kind
    is_release = re.search(r"ver|release|tag|开始|起|以上|since", match.group(), FLAGS)
    is_release = is_release or _LEAST.search(rest)
    return "since" if is_release and not PICKS.search(text) else None


def _listed(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    latest = not versions and LATEST_RELEASE.search(text)
    if not (versions or latest) or not WHAT.search(text):
        return None
    asked = kind_asked(text)
    breaking = is_about_breaking(text)
    parts = parts_of(LATEST_RELEASE.sub(CUT, text) if latest else text, "what")
    found = VersionQuestion("what", parts, versions[:1], None if breaking else asked, breaking)
    if len(versions) > 1 and RANGE.search(text):
        both = BOTH.search(text) is not None and APART.search(text) is None
        return replace(found, kind="between", versions=versions[:2], inclusive=both)
    if versions and SINCE_VERSION.search(text):
        return replace(found, kind="between", inclusive=FROM_ON.search(text) is not None)
    return found


def kind_asked(text: str) -> Asked | None:
    """Return of what kind the changes shall be; None for all."""
    return next((kind for kind, words in _ASKED if re.search(words, text, FLAGS)), None)


def _of_a_day(text: str) -> VersionQuestion | None:
    """Read `26年8月那次更新有啥新东西`, and which release came out then."""
    found = None if marked(text, owned=True)[1] else dated(text)
    if found is None or not is_about_a_feature(text):
        return None
    told, day = found
    is_release = stands_beside_a_release(told)
    told = told.replace(f"{MARK}'s", MARK)
    if (WHICH.search(told) or WHAT_CAME.search(told)) and CAME_OUT.search(text):
        breaking = is_about_breaking(told)
        asked = None if breaking else kind_asked(told)
        return VersionQuestion("what", (), (), asked, breaking, day=day, is_sure=is_release)
    # A month alone is the product's no more than anybody's: `8月有哪些变化`.
    if not is_release and not (CAME_OUT.search(text) or TELLS_OF_RELEASE.search(told)):
        return None
    listed = _listed(told, (MARK,))
    if listed is None or listed.kind != "what":
        return None
    return replace(listed, versions=(), day=day, is_sure=is_release and not listed.parts)


# The first that fits is asked for: who asks for new fixes wants fixes.
_ASKED: tuple[tuple[Asked, str], ...] = (
    ("security", r"安全|漏洞|\bsecurity\b|\bvulnerabilit|\bcves?\b"),
    ("fixed", r"修复|修正|修了|修的|修哪|修什|修啥|bug|缺陷|解决|\bfix|\bbugs?\b|\bpatch"),
    ("deprecated", r"弃用|废弃|\bdeprecat"),
    ("removed", r"移除|删|去掉|砍|下线|不再支持|\bremov|\bdrop|\bdelet"),
    ("performance", r"性能|提速|\bperformance\b|\bfaster\b|\boptimi[sz]"),
    ("added", r"新增|添加|新功能|新特性|新东西|增加|新?加了|引入|加.?什么|\badd"),
    ("added", r"\bnew (?=feature|plugin|component|option|api)|\bfeatures?\b|\bintroduc"),
    ("changed", r"优化|改进|\bimprove|\bbehaviou?r changes?\b"),
)  # fmt: skip


def _in_version(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    if len(versions) != 1 or not IN_VERSION.search(text) or not is_about_a_feature(text):
        return None
    parts = parts_of(text, "in_version")
    return VersionQuestion("in_version", parts, versions) if names_a_feature(parts) else None


# What is asked of a release itself, of which no change tells: `is 1.9 still maintained?`.
_OF_A_RELEASE = one_of("""
    维护 稳定 免费 收费 要钱 安全 直接 升级 升到 降级 回退 退回 下载 安装 更新 发布 出来 正式 能用
    supported maintained stable free safe secure directly out yet lts released upgrade upgraded
    downgrade downgraded update updated roll back i directly straight to from download install
""")


def names_a_feature(parts: Sequence[str]) -> bool:
    """Tell whether what is left of a question is more than words on the release that it names."""
    return any(re.search(r"\w", re.sub(_OF_A_RELEASE, " ", part, flags=FLAGS)) for part in parts)


def _in_owned_version(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    """Read `element 2.8 有 Divider 吗`; `Windows 8.1 能装吗` asks for nothing but Windows."""
    found = _in_version(text, versions)
    owner = OWNER.search(text[: text.find(MARK)]) if found else None
    if found is None or owner is None:
        return None
    rest = found.subject.replace(owner["name"], " ", 1)
    return found if len(re.sub(r"[\s我的用装是吗手机电脑]", "", rest)) > 1 else None


# To people, not to a feature.
_HAPPENED = re.compile(r"[我他她]被|\bwas i\b", FLAGS)


def _still(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    if versions or not STILL.search(text) or _HAPPENED.search(text) or not is_about_a_feature(text):
        return None
    # `我的手机是 iOS 14 的，还能用吗` asks about iOS 14.
    parts = parts_of(re.sub(r"^我.{0,10}?是", "", text), "still")
    return VersionQuestion("still", parts, is_sure=False) if len("".join(parts)) > 1 else None


def _fixed(text: str, versions: tuple[str, ...]) -> VersionQuestion | None:
    """Read `…这毛病修了没`: the fix itself tells, and in which release it came."""
    if versions or not IS_FIXED.search(text) or ASKS_FOR_HELP.search(text):
        return None
    if not is_about_a_feature(text):
        return None
    parts = parts_of(IS_FIXED.sub(CUT, text), "fixed_in")
    if len("".join(parts)) < 2:
        return None
    return VersionQuestion("fixed_in", parts, asks_whether=True, is_sure=False)
