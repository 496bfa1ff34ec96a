"""What a change says no longer holds: kind, subject, old and new value, out of its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from pipelines.records import ChangeEntry
from pipelines.stale.bullets import PlainBullet, plain_bullet
from pipelines.stale.figures import Figure, figures
from pipelines.stale.findings import Contradiction
from pipelines.stale.floors import Floor, floors
from pipelines.stale.likeness import gist
from pipelines.stale.moved import moved_in
from pipelines.stale.patterns import (
    BEGUN,
    BOUNDED,
    DEFAULTED,
    DEPRECATED,
    ENDED,
    FORBIDDEN,
    FROM_TO,
    GIVEN,
    RENAMED,
)
from pipelines.stale.subjects import Name, names, terms, weight
from pipelines.text import fold

Turn = Literal["ends", "moves", "sets", "begins", "forbids"]
"""How the change turns things: `moves` tells old and new, `sets` the new value alone."""


@dataclass(frozen=True)
class Claim:
    """One thing that a change ends, moves or begins; records that state otherwise are wrong."""

    kind: Contradiction
    turn: Turn
    object: str
    """What ends or begins, or whose value moves."""
    old: str = ""
    """The value or name before; empty where the change does not say it."""
    new: str = ""
    floor: Floor | None = None
    """The platform whose oldest supported version moves, where that is what the claim is."""
    words: str = ""
    """The clause that says so, as its author wrote it."""
    told: str = ""
    """The whole bullet, with the names of what it stands below and of its product."""
    scope: str = ""
    """The component that the bullet is nested under or begins with; may be empty."""
    about: frozenset[str] = frozenset()
    """Content words of the whole bullet and of what it stands below."""

    @cached_property
    def old_figures(self) -> tuple[Figure, ...]:
        """The figures that hold no longer."""
        return figures(self.old)

    @cached_property
    def new_figures(self) -> tuple[Figure, ...]:
        """The figures that hold from now on."""
        return figures(self.new)

    @cached_property
    def object_names(self) -> tuple[Name, ...]:
        """The names that the change ends, moves or begins."""
        return names(self.object)

    @cached_property
    def ended_names(self) -> tuple[Name, ...]:
        """The names that end, without those that only tell where: `scheme` from proxy-rewrite."""
        head = head_of(self.old or self.object)
        told = names(head)
        if told or weight(terms(head)) >= TELLING:
            return tuple(name for name in told if name not in self.places) or told
        return names(self.old or self.object)

    @cached_property
    def places(self) -> tuple[Name, ...]:
        """The names of what the change is in: `in the jwt-auth plugin`, `request-id 插件移除…`."""
        head = names(head_of(self.old or self.object))
        return tuple(
            name for name in names(self.words) if is_place(name, self.words) and name not in head
        )

    @cached_property
    def subject(self) -> frozenset[str]:
        """Content words that tell what the claim is about, values apart."""
        about = terms(self.scope) | terms(self.object) - terms(self.old) - terms(self.new)
        return about if weight(about) >= TELLING else self.about - terms(self.new)

    @cached_property
    def begun(self) -> frozenset[str]:
        """Content words of what begins or ends, and of the component that it is in."""
        return terms(self.object) | terms(self.scope)

    @property
    def lowers(self) -> bool:
        """Whether a limit goes down, so that who keeps to the old one fails."""
        pairs = zip(self.old_figures, self.new_figures, strict=False)
        return any(new.value < old.value for old, new in pairs)


# Content words of less weight than one of their own tell no subject.
TELLING = 1.0
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH_PLACE = re.compile(r"\s(?:from|in|of|for|on|to|with|within|inside|under|by|when)\s")
_BEFORE_PLACE = re.compile(
    r"(?:from|in|of|for|on|within|under)\s+(?:the\s+)?[`\"]?$", re.IGNORECASE
)
_BEHIND_PLACE = re.compile(
    r"[`\"]?\s*(?:插件|组件|(?:plugins?|component)\b)?\s*(?:[中里的]|移除|删除|不再|废弃|弃用|支持)"
    r"|[`\"]?\s+plugins?\b"
)


def head_of(thing: str) -> str:
    """Return the words for a thing itself: before `from …` in English, behind `…的` in Chinese."""
    if _HAN.search(thing):
        return thing.rpartition("的")[2] or thing
    return _ENGLISH_PLACE.split(thing, maxsplit=1)[0]


def is_place(name: Name, words: str) -> bool:
    """Tell whether `words` name something only to say where: `in the jwt-auth plugin`."""
    at = words.find(name.text)
    if at < 0:
        return False
    before, behind = words[:at], words[at + len(name.text) :]
    return bool(_BEFORE_PLACE.search(before) or _BEHIND_PLACE.match(behind))


_CLAUSES = re.compile(
    r"[；;。]|(?<=[a-z`\")])\.\s+(?=[A-Z`])|\s[—–]\s|(?<=[\u3400-\u9fff`])[，,]\s*"
)
_ENGLISH_CLAUSES = re.compile(r";\s+|(?<=[a-z0-9`\")])\.\s+(?=[A-Z`])|\s[—–]\s")
_VERSION_BUMP = re.compile(r"\b(?:bump|upgrade|dependabot)|升级依赖|依赖.{0,10}升级", re.IGNORECASE)
_DEFAULT_WORD = re.compile(r"default|默认", re.IGNORECASE)
_REPAIR = re.compile(
    r"\s*(?:(?:fix(?:e[sd])?|avoid|prevent|ensure|correct(?:s|ed)?)\b|修复|修正|解决|避免|防止)",
    re.IGNORECASE,
)


# What leads from a thing to its figure: `…上限由每分钟`, `… lowered from`.
_MARK = re.compile(
    r"(?:[从由为到]|\b(?:from|to|is|was|at|of))\s*(?:每\S{1,3})?[\s`\"“]*$", re.IGNORECASE
)
# `support removing headers`: what can be removed from now on is not gone.
_ENABLES = re.compile(
    r"(?:\b(?:support(?:s|ed)?|allow(?:s|ed)?|ability|option|able|can|when|if|while|don['’]t|not|for)\b"
    r"(?: \w+){0,2}|支持|允许|可以|能够)\W*\w?$",
    re.IGNORECASE,
)
_SUPPORTS = re.compile(
    r"^[^;]{0,40}\bsupports?\b|^[^，。；;]{0,20}(?:支持|新增|增加)", re.IGNORECASE
)


def claims_of(change: ChangeEntry) -> tuple[Claim, ...]:
    """Return what `change` says holds no longer, the surest first; nothing for most repairs."""
    bullet = plain_bullet(change)
    if _VERSION_BUMP.search(bullet.text):
        return ()
    about = terms(f"{bullet.scope} {bullet.heading} {bullet.text}")
    told = f"{change.source} {change.component} {bullet.scope} {bullet.text}"
    if bullet.is_internal:
        return ()
    found = (
        replace(
            _with_object(claim, bullet),
            words=clause.strip(),
            told=told,
            scope=bullet.scope,
            about=about,
        )
        for place, clause in enumerate(_clauses(bullet.text or bullet.heading))
        for claim in _claims_in(clause, bullet, first=place == 0)
    )
    return tuple(dict.fromkeys(found))


def _with_object(claim: Claim, bullet: PlainBullet) -> Claim:
    """Return a claim on what the whole bullet is about, where its clause tells only values."""
    if claim.turn != "moves" or gist(claim.object).words or names(claim.object):
        return claim
    return replace(claim, object=bullet.text)


def _claim(kind: Contradiction, turn: Turn, thing: str, old: str = "", new: str = "") -> Claim:
    bare, past, present = (part.strip(" ，,:：。.").strip() for part in (thing, old, new))
    return Claim(kind, turn, bare, past, present)


def _clauses(text: str) -> Iterator[str]:
    pattern = _CLAUSES if _HAN.search(text) else _ENGLISH_CLAUSES
    yield from (clause for clause in pattern.split(text) if clause.strip())


def _claims_in(clause: str, bullet: PlainBullet, *, first: bool) -> Iterator[Claim]:
    repairs = bullet.kind == "fixed" or _REPAIR.match(clause) is not None
    told = [*_moved(clause), *_floors(clause), *_renamed(clause)]
    yield from told
    if told:
        return
    told = list(_defaults(clause))
    told += [
        _claim("default", "sets", match["object"], "", match["new"])
        for match in GIVEN.matches(clause)
        if not told
    ]
    yield from told
    if repairs and not names(clause) and not bullet.scope:
        return
    ended = [*_ended(clause, bullet, first=first), *_aged(clause, bullet, first=first)]
    yield from ended
    if ended or told or (repairs and not _SUPPORTS.search(clause)):
        return
    yield from _begun(clause, bullet, first=first)


def _renamed(clause: str) -> Iterator[Claim]:
    for match in RENAMED.matches(clause):
        old, new = match["old"], match["new"]
        if fold(old) == fold(new):
            continue
        if figures(new) and not names(old):
            yield _claim("default", "sets", old, "", new)
        else:
            yield _claim("renamed", "moves", old, old, new)


def _ended(clause: str, bullet: PlainBullet, *, first: bool) -> Iterator[Claim]:
    things = [
        match["object"]
        for match in ENDED.matches(clause)
        if not _ENABLES.search(clause[: match.start()] + match.group()[:1])
    ]
    listed = (first and bullet.kind == "removed") or any(ENDED.matches(bullet.heading))
    if not things and listed:
        things = [clause]
    yield from (_claim("removed", "ends", thing) for thing in things)


def _aged(clause: str, bullet: PlainBullet, *, first: bool) -> Iterator[Claim]:
    things = [match["object"] for match in DEPRECATED.matches(clause)]
    if not things and first and bullet.kind == "deprecated":
        things = [clause]
    yield from (_claim("deprecated", "ends", thing) for thing in things)


def _moved(clause: str) -> Iterator[Claim]:
    """Yield the values that go from one to another: limits, defaults, names, behaviour."""
    moved = moved_in(clause)
    if moved is not None and not any(floors(clause)):
        old, new = (figure.words for figure in moved)
        thing = _MARK.sub("", clause[: min(figure.start for figure in moved)])
        thing = thing if gist(thing).words and _HAN.search(clause) else clause
        yield _claim(_kind_of_move(clause, old, new), "moves", thing, old, new)
        return
    for match in FROM_TO.matches(clause):
        before, after = match["old"], match["new"]
        if fold(before) == fold(after):
            continue
        thing = clause[: match.start()]
        thing = thing if terms(thing) else clause
        yield _claim(_kind_of_move(clause, before, after), "moves", thing, before, after)


def _kind_of_move(clause: str, old: str, new: str) -> Contradiction:
    if _DEFAULT_WORD.search(clause):
        return "default"
    if figures(old) and figures(new):
        return "limit"
    if names(old) and names(new):
        return "renamed"
    return "behaviour"


def _defaults(clause: str) -> Iterator[Claim]:
    for match in DEFAULTED.matches(clause):
        groups = match.groupdict()
        thing, old, new = (groups.get(name) or "" for name in ("object", "old", "new"))
        turn: Turn = "moves" if old else "sets" if new else "begins"
        yield _claim("default", turn, thing if terms(thing) else clause, old, new)
        return


def _floors(clause: str) -> Iterator[Claim]:
    for floor in floors(clause):
        if floor.ends:
            yield Claim("removed", "ends", floor.words, old=floor.version, floor=floor)
        else:
            yield Claim("limit", "sets", floor.words, new=floor.version, floor=floor)


def _begun(clause: str, bullet: PlainBullet, *, first: bool) -> Iterator[Claim]:
    for match in FORBIDDEN.matches(clause):
        yield _claim("behaviour", "forbids", match["object"])
        return
    for match in BOUNDED.matches(clause):
        yield _claim("limit", "sets", clause, "", match["new"])
    begun = [match["object"] for match in BEGUN.matches(clause)]
    if not begun and first and bullet.kind in ("added", "changed"):
        begun = [clause]
    yield from (_claim("supported", "begins", thing) for thing in begun)
