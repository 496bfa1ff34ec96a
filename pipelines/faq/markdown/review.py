"""What the people who keep an FAQ say of an entry: keys and values in English and Chinese."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pipelines.faq.markdown.yaml_text import flattened
from pipelines.records import Review
from pipelines.text import clean, fold

Field = Literal[
    "status", "owner", "product", "tags", "valid_from", "valid_until", "reviewed_at", "reviewer",
    "checked", "stale", "not_for",
]  # fmt: skip

_KEYS: dict[Field, str] = {
    "status": "status|review status|state|状态|审核状态|发布状态",
    "owner": "owners?|maintainers?|maintained by|负责人|责任人|维护人|维护者",
    "product": "products?|产品|产品线|所属产品",
    "tags": "tags?|labels?|标签",
    "valid_from": "valid from|effective|effective from|effective date|生效日期|生效时间|有效期起",
    "valid_until": "valid until|valid to|valid till|expires|expires at|expires on|expiry"
    "|expiry date|expiration date|失效日期|失效时间|有效期至|有效期止|过期日期|过期时间|到期日期"
    "|截止日期|有效期",
    "reviewed_at": "reviewed|reviewed at|reviewed on|last reviewed|last reviewed at|review date"
    "|审核日期|审核时间|复核日期|审阅日期",
    "reviewer": "reviewers?|reviewed by|approvers?|approved by|审核人|审核者|复核人|审批人|审阅人",
    "checked": "checked|checked against|已核对|核对版本",
    "stale": "stale|已过时",
    "not_for": "not for|must not match|counter ?examples?|不适用(?:于|问题|问法)?|反例",
}
_FIELDS = {field: re.compile(keys) for field, keys in _KEYS.items()}
# When a file was last changed: says when it was reviewed where nothing else does.
_UPDATED = re.compile("date|updated|updated at|last updated|last modified|更新日期|更新时间")
_DRAFT_KEY = re.compile("draft|草稿")
_PUBLISHED_KEY = "published"
_DECIDING: tuple[Field, ...] = ("status", "valid_from", "valid_until")

_APPROVED = re.compile(
    "approved|published|final|active|live|released|reviewed|verified|public|current|enabled"
    "|(?:已)?(?:审核|批准|审批|发布|生效|上线|启用)|(?:已|审核)?通过|正式|正式发布|有效"
)
_DRAFT = re.compile(
    "draft|wip|work in progress|in progress|pending|pending review|review|in review|needs review"
    "|to review|todo|unpublished|hidden|private|internal|rejected|archived|deprecated|obsolete"
    "|expired|retired|inactive|disabled|withdrawn"
    "|草稿|起草中|编辑中|编写中|待(?:审核?|审批|复核|发布|完善|更新|定)|审核中|审批中"
    "|未(?:审核|审批|发布|通过|完成|生效)|审核未通过|(?:已)?(?:下线|停用|废弃|归档|失效|过期|撤回|驳回)"
    "|作废|隐藏|内部"
)
_YES = ("true", "yes", "on", "1", "是")
_NO = ("false", "no", "off", "0", "否")
_OPEN = ("", "-", "~", "null", "none", "n/a", "无", "不限", "无限期")
_OPEN_END = ("never", "forever", "长期", "长期有效", "永久", "永久有效")

_DATE = re.compile(
    r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?"
    r"(?:[t ] ?[0-9]{1,2}:[0-9]{2}[0-9:.]* ?(?:z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_RELEASE = re.compile(r"v?[0-9]")
_COMPACT_DATE = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")
# `key:` where a line begins, in any bracket or list, or behind `owner: 王，`.
_APART = r"{}()\[\]（）,;|，；、。."
_PAIR = re.compile(
    rf"(?:^|[{_APART}])[ \t>*+#\"'`_-]*+([^\s:：={_APART}][^:：=\n{_APART}]{{0,40}}+)[:：=]",
    re.MULTILINE,
)

_HELD = "and so what it stands for is held back as a draft"
_REASONS: dict[Field, str] = {
    "status": f"`status` is neither approved nor draft, {_HELD}; write `approved` or `draft`",
    "valid_from": f"`valid_from` is no date, {_HELD}; write it like `2026-11-02`",
    "valid_until": f"`valid_until` is no date, {_HELD}; write it like `2026-11-02`",
    "reviewed_at": "`reviewed_at` is no date and was not read; write it like `2026-11-02`",
    "checked": "`checked` begins with no release and was not read; write it like `2.5.0 it holds`",
    "stale": "`stale` begins with no release and was not read; write it like `2.5.0 why`",
}
_HIDES = (
    f"a value says something of the status or dates as well, {_HELD}; write each key on a line of "
    "its own"
)
_NEVER_VALID = f"`valid_from` is after `valid_until`, {_HELD}; mend one of them"


@dataclass(frozen=True, slots=True)
class Said:
    """What one place says of entries, and only that; `unclear` are fields that hold it back."""

    fields: Mapping[Field, Any]
    unclear: frozenset[Field] = frozenset()
    problems: tuple[tuple[str, str], ...] = ()
    """The key that cannot be read, and a sentence with the mend."""

    def over(self, other: "Said") -> "Said":
        """Return what both say together; where both speak of a field, `self` counts."""
        spoken = self.fields.keys() | self.unclear
        fields = {name: value for name, value in other.fields.items() if name not in spoken}
        unclear = self.unclear | (other.unclear - spoken)
        return Said({**fields, **self.fields}, unclear, self.problems + other.problems)

    def stricter(self, other: "Said") -> "Said":
        """Return what both say together; where both decide on a field, what withholds more."""
        fields = {**other.fields, **self.fields}
        for name, strictest in _STRICTEST.items():
            if name in self.fields and name in other.fields:
                fields[name] = strictest(self.fields[name], other.fields[name])
        problems = dict.fromkeys(self.problems + other.problems)
        return Said(fields, self.unclear | other.unclear, tuple(problems))

    @property
    def withholds(self) -> bool:
        """Whether it keeps an entry from customers, be it only on some days."""
        dated = "valid_from" in self.fields or "valid_until" in self.fields
        return bool(self.unclear) or dated or self.fields.get("status") == "draft"

    def review(self) -> Review:
        """Return the record; a draft where what decides on publication is unclear."""
        fields = dict(self.fields)
        begins, ends = fields.get("valid_from"), fields.get("valid_until")
        if self.unclear or (begins and ends and begins > ends):
            fields["status"] = "draft"
        return Review(**fields)


NOTHING_SAID = Said({})
_STRICTEST: Mapping[Field, Callable[[Any, Any], Any]] = {
    "status": max,  # of `approved` and `draft`
    "valid_from": max,
    "valid_until": min,
    "not_for": lambda one, other: tuple(dict.fromkeys(one + other)),
}


def held_back(problems: tuple[tuple[str, str], ...] = ()) -> Said:
    """Return what holds an entry back whatever else is said of it."""
    return Said({}, frozenset(_DECIDING), problems)


def is_review_key(key: str) -> bool:
    """Tell whether `key` is one of those that `said_in` reads."""
    return _meaning(key) is not None


def is_deciding_key(key: str) -> bool:
    """Tell whether `key` decides on what customers are given."""
    return _meaning(key) in ("draft", "published", *_DECIDING)


def decides(text: str) -> bool:
    """Tell whether a line of `text` seems to say what decides on what customers are given."""
    return any(is_deciding_key(pair[1].strip(" \t\"'`*_")) for pair in _PAIR.finditer(text))


def said_in(mapping: Mapping[str, Any]) -> tuple[Said, dict[str, Any]]:
    """Return what a mapping says of entries, and those of its pairs that say something else."""
    fields: dict[Field, Any] = {}
    unclear: set[Field] = set()
    problems: list[tuple[str, str]] = []
    rest: dict[str, Any] = {}
    updated: date | None = None
    for key, value in mapping.items():
        meaning = _meaning(key)
        if meaning is None or meaning in ("updated", "published"):
            rest[key] = value
        if meaning is None or meaning == "updated":
            updated = updated or (_date(_text(value)) if meaning else None)
            continue
        field: Field = "status" if meaning == "draft" or meaning == "published" else meaning
        read, found = _read(meaning, value)
        if field not in _DECIDING and decides(_text(value).replace(" ", ";")):
            problems.append((key, _HIDES))
            unclear.add("status")
        elif not read:
            problems.append((key, _REASONS[field]))
            if field in _DECIDING:
                unclear.add(field)
        elif found is not None and fields.get(field) != "draft":
            fields[field] = found
    if "reviewed_at" not in fields and updated:
        fields["reviewed_at"] = updated
    begins, ends = fields.get("valid_from"), fields.get("valid_until")
    if begins and ends and begins > ends:
        problems.append(("valid_until", _NEVER_VALID))
    return Said(fields, frozenset(unclear), tuple(problems)), rest


def _meaning(key: str) -> Field | Literal["updated", "draft", "published"] | None:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean(key)[:60])
    name = " ".join(fold(name).replace("_", " ").replace("-", " ").split())
    for field, keys in _FIELDS.items():
        if keys.fullmatch(name):
            return field
    if _UPDATED.fullmatch(name):
        return "updated"
    if _DRAFT_KEY.fullmatch(name):
        return "draft"
    return "published" if name == _PUBLISHED_KEY else None


def _read(
    meaning: Field | Literal["draft", "published"], value: object
) -> tuple[bool, object | None]:
    """Return whether a value can be read, and what it says, if anything."""
    text = _text(value)
    word = fold(text)
    match meaning:
        case "status":
            status = "approved" if _APPROVED.fullmatch(word) else "draft"
            known = status == "approved" or bool(_DRAFT.fullmatch(word))
            return known or not word, status if word else None
        case "draft":
            return word in (*_YES, *_NO, ""), "draft" if word in _YES else None
        case "published":
            # Elsewhere it is the day of publication, which decides nothing.
            return True, "draft" if word in _NO else None
        case "valid_from" | "valid_until" | "reviewed_at":
            if word in _OPEN or (meaning == "valid_until" and word in _OPEN_END):
                return True, None
            day = _date(text)
            return day is not None, day
        case "tags":
            return True, _tags(value) or None
        case "not_for":
            return True, _questions(value) or None
        case "checked" | "stale":
            return not word or bool(_RELEASE.match(word)), text or None
        case _:
            return True, text or None


def _text(value: object) -> str:
    return " ".join(clean(", ".join(text for _, text in flattened(value))).split())


def _tags(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else re.split("[,，、;；]", _text(value))
    tags = (_text(part).removeprefix("#") for part in parts)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _questions(value: object) -> tuple[str, ...]:
    # One line of front matter may list several; a comma may stand within a question.
    parts = value if isinstance(value, list) else re.split(r"<br\s*/?>|[;；\n]", str(value or ""))
    return tuple(dict.fromkeys(text for part in parts if (text := _text(part))))


def _date(text: str) -> date | None:
    word = fold(text)
    match = _DATE.fullmatch(word) or _COMPACT_DATE.fullmatch(word)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
